# shellcheck shell=bash
# env.bash: real hypervisors and container engines with guests in them, for the tests to look at.
#
# Use it through the command `env` next to this file:
#
#   tests/integration/env up [PART...]      start all, or these parts; what is up already stays as it is
#   tests/integration/env status            what is up; or, when nothing is, whether anything was left behind
#   tests/integration/env down [PART...]    stop all, or these parts, and remove every trace
#   tests/integration/env daemon libvirtd|dockerd stop|start|restart
#                                           only the daemon: its guests keep running
#   tests/integration/env logs DIR          copy the logs of the daemons and guests there
#
# PART   what it starts
# libvirt  virtlogd, libvirtd, and two guests:
#            `web-1`      plain emulation, 1 vCPU, 112 MiB, a Linux of its own that really works: about 20 % of
#                         a core, 1 MiB/s written to and 2 MiB/s read from a qcow2 disk, 500 KiB/s of UDP
#                         sent to and 200 KiB/s received from the host through the tap `vtop-web1`;
#                         balloon statistics every 2 s
#            `db idle_1`  KVM where there is one, 2 vCPUs, 64 MiB, halted; an empty CD-ROM, no network
# qemu     two guests without libvirt: `raw-kvm` (only with /dev/kvm) and `raw-tcg`, about 12 % of a core each
# docker   dockerd, and two containers:
#            `vtop-busy`  --cpus 0.2 and wants a whole core, --memory 64m and holds 30 MiB, writes 256 and
#                         reads 512 KiB/s, sends 100 KiB/s
#            `vtop-idle`  sleeps, in the compose project `vtop-shop`
# podman   `vtop-pod1`  10 % of a core, 8 MiB, no network
# lxc      `vtop-lxc1`  8 % of a core, 6 MiB, the network of the host
#
# All of it together takes less than one core. Exit status of `up` and `daemon`: 0 when it is up, 77 when
# something could not be started because a tool or a right is missing (said on stderr), 1 when something
# failed. Status of `status`: 0 all is up, 3 nothing is up and nothing was left behind, 1 anything else.
#
# There is one environment per machine, in $VTOP_ENV (/var/lib/vtop-env; below /root the guests of
# libvirt, which are not root, could not reach their disks). A daemon that already answers is used and
# never stopped. Each process that is started here is known by pid and start time and stopped by them.
# What is built or fetched (a kernel for the guest, 26 MB) is kept in $VTOP_ENV/cache.

env_source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
env_root=${VTOP_ENV:-/var/lib/vtop-env}
env_cache=$env_root/cache
env_run=$env_root/run
env_parts='libvirt qemu docker podman lxc'

env_image=vtop-test:1
env_port=7709 # UDP, on the host and in the guests
env_tap=vtop-web1
env_tap_host=198.18.77.1
env_tap_guest=198.18.77.2
env_uri=qemu:///system

PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C

# ---- saying what happens ----

env_say() {
    echo "env: $*"
}

env_fail() {
    echo "env: $*" >&2
    return 1
}

# A thing that is missing is not a failure: the test is skipped with these words.
env_skip() {
    echo "env: $*" >&2
    return 77
}

# env_need PROGRAM PACKAGE ...
env_need() {
    while [ $# -gt 0 ]; do
        command -v "$1" >/dev/null 2>&1 || env_skip "$1 is not installed (Debian: $2)" || return
        shift 2
    done
}

# env_wait SECONDS COMMAND...: until the command succeeds.
env_wait() {
    local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "${EPOCHREALTIME/./}" -lt $end ] || return 1
        sleep 0.05
    done
}

# ---- processes, each known by pid and start time ----

# Prints the start time; fails for what has ended, even when nobody has waited for it yet.
env_start_time() {
    local stat fields
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    read -ra fields <<<"${stat##*) }"
    [ "${fields[0]}" != Z ] && [ "${fields[0]}" != X ] && echo "${fields[19]}"
}

# env_pid NAME: prints the pid if that process runs.
env_pid() {
    local pid start
    read -r pid start 2>/dev/null <"$env_run/$1.pid" && [ "$(env_start_time "$pid")" = "$start" ] &&
        echo "$pid"
}

# env_remember NAME PID: to be stopped by env_stop.
env_remember() {
    local start
    start=$(env_start_time "$2") || return 1
    echo "$2 $start" >"$env_run/$1.pid"
}

# env_start NAME COMMAND...: in the background, log in NAME.log.
env_start() {
    local name=$1
    shift
    env_pid "$name" >/dev/null && return
    setsid "$@" </dev/null >>"$env_run/$name.log" 2>&1 9>&- &
    env_remember "$name" $! || env_fail "$name ended at once: $(tail -n 3 "$env_run/$name.log")"
}

# env_show NAME: for the status; fails when it does not run.
env_show() {
    local pid
    pid=$(env_pid "$1") || { echo "$1  not there"; return 1; }
    echo "$1  pid $pid"
}

env_gone() {
    ! env_pid "$1"
}

# env_stop NAME: asks, waits 10 s, forces.
env_stop() {
    local pid
    if pid=$(env_pid "$1"); then
        kill "$pid"
        kill -CONT "$pid" 2>/dev/null
        if ! env_wait 10 env_gone "$1"; then
            env_say "$1 ($pid) did not end in 10 s: killed"
            kill -KILL "$pid"
            env_wait 5 env_gone "$1" || env_fail "$1 ($pid) does not end" || return
        fi
    fi
    rm -f "$env_run/$1.pid"
}

# ---- what the guests are made of ----

# The work itself: one static program for machines, containers and the host.
env_make_load() {
    local load=$env_cache/vtop-load
    [ -x "$load" ] && cmp -s "$env_source/load.c" "$load.c" && return
    env_need "${CC:-cc}" gcc || return
    ${CC:-cc} -std=c17 -O2 -static -pthread "$env_source/load.c" -o "$load.new" ||
        env_fail "load.c does not compile" || return
    rm -f "$env_cache/initrd" "$env_cache/image.tar"
    mv "$load.new" "$load" && cp "$env_source/load.c" "$load.c"
}

# env_modules DIR: copies the drivers a guest needs out of an unpacked kernel.
env_modules() {
    local name file
    rm -rf "$env_cache/modules"
    mkdir -p "$env_cache/modules"
    for name in virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk \
        failover net_failover virtio_net virtio_balloon; do
        file=$(find "$1" -name "$name.ko*" -print -quit)
        case $file in
        '') ;; # built in
        *.xz) xz -dc "$file" ;;
        *.zst) zstd -qdc "$file" ;;
        *) cat "$file" ;;
        esac >"$env_cache/modules/$name.ko" || return
        [ -s "$env_cache/modules/$name.ko" ] || rm "$env_cache/modules/$name.ko"
    done
}

# A Linux kernel with its modules: the one that is installed, or else Debian's cloud kernel, which is
# fetched and unpacked here without installing it.
env_make_kernel() {
    local image version work package deb
    [ -s "$env_cache/vmlinuz" ] && return
    rm -f "$env_cache/initrd"
    for image in /boot/vmlinuz-*; do
        version=${image#/boot/vmlinuz-}
        if [ ! -r "$image" ] || [ ! -d "/lib/modules/$version/kernel" ]; then continue; fi
        env_modules "/lib/modules/$version" && cp "$image" "$env_cache/vmlinuz.new" &&
            mv "$env_cache/vmlinuz.new" "$env_cache/vmlinuz" && return
    done
    env_need apt-get apt dpkg-deb dpkg ||
        env_skip "no kernel for the guest: install one (with its modules) in /boot" || return
    work=$env_cache/kernel.new
    rm -rf "$work"
    mkdir -p "$work"
    package=$(env_kernel_package) || { apt-get -qq update && package=$(env_kernel_package); } ||
        env_skip "no kernel for the guest: no package linux-image-cloud-amd64 to fetch" || return
    (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$package") ||
        env_skip "no kernel for the guest: $package could not be fetched" || return
    deb=$(echo "$work"/*.deb)
    dpkg-deb --fsys-tarfile "$deb" |
        tar -x -C "$work" --wildcards './boot/vmlinuz-*' '*/virtio*.ko*' '*failover.ko*' &&
        env_modules "$work" && mv "$work"/boot/vmlinuz-* "$env_cache/vmlinuz" ||
        env_fail "$package could not be unpacked" || return
    rm -rf "$work"
}

env_kernel_package() {
    apt-cache depends linux-image-cloud-amd64 2>/dev/null |
        awk '$1 == "Depends:" && $2 ~ /^linux-image-/ { print $2; found = 1; exit } END { exit !found }'
}

# The system of the guest web-1: `load` is its first and only process.
env_make_initrd() {
    local tree=$env_cache/initrd.tree
    env_make_load && env_make_kernel || return
    [ "$env_cache/initrd" -nt "$env_cache/vmlinuz" ] && return
    env_need busybox busybox-static || return
    rm -rf "$tree"
    mkdir -p "$tree"
    cp -r "$env_cache/modules" "$tree/modules"
    cp "$env_cache/vtop-load" "$tree/init"
    (cd "$tree" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null) |
        gzip -1 >"$env_cache/initrd.new"
    rm -rf "$tree"
    mv "$env_cache/initrd.new" "$env_cache/initrd"
}

# The root file system of the containers: `load`, and a busybox for whoever wants to look around.
env_make_image() {
    local tree=$env_cache/image.tree name
    env_make_load || return
    [ -s "$env_cache/image.tar" ] && return
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,sbin,usr/bin,proc,sys,dev,etc,tmp,run,var}
    cp "$env_cache/vtop-load" "$tree/bin/vtop-load"
    if file=$(command -v busybox); then
        cp "$file" "$tree/bin/busybox"
        for name in sh ls cat ps top sleep; do ln -s busybox "$tree/bin/$name"; done
    fi
    tar -C "$tree" -cf "$env_cache/image.new" . && mv "$env_cache/image.new" "$env_cache/image.tar"
    rm -rf "$tree"
}

# Disks of guests that need no system: a boot sector that halts, and one that works one clock tick
# (55 ms) out of eight and halts for the rest.
env_make_sectors() {
    local name code
    for name in halt tick; do
        case $name in
        halt) code='\xfb\xf4\xeb\xfd' ;; # sti; 1: hlt; jmp 1b
        tick) # sti; ds = 0x40; 1: al = tick count; test al, 7; jz 1b; hlt; jmp 1b
            code='\xfb\xb8\x40\x00\x8e\xd8\xa0\x6c\x00\xa8\x07\x74\xf9\xf4\xeb\xf6' ;;
        esac
        { printf '%b' "$code" && head -c 510 /dev/zero; } | head -c 510 >"$env_run/$name.img"
        printf '\x55\xaa' >>"$env_run/$name.img"
        truncate -s 1M "$env_run/$name.img"
    done
}

# ---- /dev/kvm: libvirt probes QEMU again at every start where its user may not open it ----

env_kvm() {
    [ -c /dev/kvm ] || return 1
    [ -e "$env_run/kvm.mode" ] || stat -c %a /dev/kvm >"$env_run/kvm.mode"
    chmod 666 /dev/kvm
}

env_kvm_restore() {
    [ -e "$env_run/kvm.mode" ] || return 0
    chmod "$(cat "$env_run/kvm.mode")" /dev/kvm
    rm -f "$env_run/kvm.mode"
}

# ---- libvirt ----

env_virsh() {
    timeout 20 virsh -q -c "$env_uri" "$@"
}

env_libvirtd_answers() {
    [ -S /run/libvirt/libvirt-sock ] && timeout 5 virsh -q -c "$env_uri" uri
}

env_libvirtd_start() {
    if [ -z "$(env_pid libvirtd)" ] && env_libvirtd_answers >/dev/null 2>&1; then
        touch "$env_run/libvirtd.foreign"
        return
    fi
    rm -f "$env_run/libvirtd.foreign"
    mkdir -p /run/libvirt
    cat >"$env_run/libvirtd.conf" <<-END
	unix_sock_group = "root"
	unix_sock_ro_perms = "0777"
	unix_sock_rw_perms = "0770"
	auth_unix_ro = "none"
	auth_unix_rw = "none"
	END
    [ -S /run/libvirt/virtlogd-sock ] && [ -z "$(env_pid virtlogd)" ] && pidof -q virtlogd ||
        env_start virtlogd virtlogd -p "$env_run/virtlogd.own" || return
    env_start libvirtd libvirtd -f "$env_run/libvirtd.conf" -p "$env_run/libvirtd.own" || return
    env_wait 60 env_libvirtd_answers ||
        env_fail "libvirtd does not answer: $(tail -n 3 "$env_run/libvirtd.log")"
}

env_libvirtd_stop() {
    [ ! -e "$env_run/libvirtd.foreign" ] ||
        env_skip "libvirtd was running before: not stopped" || return
    env_stop libvirtd
}

# env_domain NAME TYPE MIB VCPUS, the rest of the XML on stdin: starts it unless it runs.
env_domain() {
    [ "$(env_virsh domstate "$1" 2>/dev/null)" = running ] && return
    {
        echo "<domain type='$2'><name>$1</name><memory unit='MiB'>$3</memory><vcpu>$4</vcpu>"
        echo "<features><acpi/></features><on_reboot>destroy</on_reboot><on_crash>destroy</on_crash>"
        cat
        echo "</domain>"
    } >"$env_run/$1.xml"
    env_virsh create "$env_run/$1.xml" >"$env_run/$1.create.log" 2>&1 ||
        env_fail "guest $1 does not start: $(tail -n 2 "$env_run/$1.create.log")"
}

env_web_works() {
    grep -q 'load: running' "$env_run/web-1.console"
}

env_up_libvirt() {
    local type=qemu cache=none
    env_need virsh libvirt-clients libvirtd libvirt-daemon-system virtlogd libvirt-daemon-system \
        qemu-system-x86_64 qemu-system-x86 qemu-img qemu-utils ip iproute2 || return
    [ -c /dev/net/tun ] || env_skip "libvirt: no /dev/net/tun for the network of a guest" || return
    env_kvm && type=kvm
    env_libvirtd_start &
    local daemon=$!
    env_make_initrd || return
    wait $daemon || return
    env_make_sectors
    if ! env_virsh domstate web-1 >/dev/null 2>&1; then
        rm -f "$env_run/web-1.qcow2" "$env_run/web-1.console"
        qemu-img create -q -f qcow2 "$env_run/web-1.qcow2" 64M || return
        dd if=/dev/zero of="$env_run/direct" bs=4096 count=1 oflag=direct 2>/dev/null || cache=writeback
        rm -f "$env_run/direct"
    fi
    env_domain web-1 qemu 112 1 <<-END || return
	<os><type arch='x86_64' machine='pc'>hvm</type>
	 <kernel>$env_cache/vmlinuz</kernel><initrd>$env_cache/initrd</initrd>
	 <cmdline>console=ttyS0 quiet -- cpu=15 disk=/dev/vda,1024,2048 address=eth0,$env_tap_guest/30 send=$env_tap_host:$env_port,500 drain=$env_port</cmdline>
	</os>
	<devices>
	 <disk type='file' device='disk'>
	  <driver name='qemu' type='qcow2' cache='$cache'/>
	  <source file='$env_run/web-1.qcow2'/><target dev='vda' bus='virtio'/>
	 </disk>
	 <interface type='ethernet'>
	  <source><ip address='$env_tap_host' prefix='30'/></source>
	  <target dev='$env_tap'/><model type='virtio'/>
	 </interface>
	 <serial type='file'><source path='$env_run/web-1.console'/></serial>
	 <memballoon model='virtio'><stats period='2'/></memballoon>
	</devices>
	END
    env_domain 'db idle_1' $type 64 2 <<-END || return
	<os><type arch='x86_64' machine='pc'>hvm</type></os>
	<devices>
	 <disk type='file' device='disk'>
	  <driver name='qemu' type='raw'/>
	  <source file='$env_run/halt.img'/><target dev='hda' bus='ide'/>
	 </disk>
	 <disk type='file' device='cdrom'><target dev='hdc' bus='ide'/></disk>
	 <memballoon model='virtio'/>
	</devices>
	END
    env_wait 60 env_web_works ||
        env_fail "guest web-1 does not get to work: $(tail -n 3 "$env_run/web-1.console")" || return
    env_start drain "$env_cache/vtop-load" drain=$env_port &&
        env_start flood "$env_cache/vtop-load" send=$env_tap_guest:$env_port,200
}

env_down_libvirt() {
    local name others
    env_stop flood
    if [ -e "$env_run/libvirtd.foreign" ] || [ -n "$(env_pid libvirtd)" ]; then
        for name in web-1 'db idle_1'; do
            env_virsh domstate "$name" >/dev/null 2>&1 || continue
            # A guest that a test has stopped cannot be asked to end.
            [ -r "/run/libvirt/qemu/$name.pid" ] &&
                kill -CONT "$(cat "/run/libvirt/qemu/$name.pid")" 2>/dev/null
            env_virsh destroy "$name" >/dev/null || env_fail "guest $name does not end"
        done
        others=$(env_virsh list --name 2>/dev/null | paste -sd ' ')
        if [ -n "$others" ]; then
            env_say "libvirtd has other guests ($others): it is left running"
            return
        fi
    else # the daemon is gone: its guests are not
        for name in web-1 'db idle_1'; do
            [ -r "/run/libvirt/qemu/$name.pid" ] || continue
            env_remember guest "$(cat "/run/libvirt/qemu/$name.pid")" && env_stop guest
        done
    fi
    [ -e "$env_run/libvirtd.foreign" ] || env_stop libvirtd
    env_stop virtlogd
    ip link delete $env_tap 2>/dev/null
    rm -f "$env_run/libvirtd.foreign"
}

env_status_libvirt() {
    local name state
    if [ -e "$env_run/libvirtd.foreign" ]; then
        echo "libvirtd  was running before"
    else
        env_show libvirtd || return
    fi
    for name in web-1 'db idle_1'; do
        state=$(env_virsh domstate "$name" 2>/dev/null) || { echo "$name  not there"; return 1; }
        echo "$name  $state, pid $(cat "/run/libvirt/qemu/$name.pid"), $(env_virsh domstats --raw --nowait \
            --cpu-total --block --interface "$name" | awk -F= '
            /cpu.time/ || /block.0.(rd|wr).bytes/ || /net.0.(rx|tx).bytes/ {
                gsub(/ /, ""); printf "%s%s %.1f M", n++ ? ", " : "", $1, $2 / ($1 == "cpu.time" ? 1e9 : 1e6) }' |
            sed 's/cpu.time \([0-9.]*\) M/CPU \1 s/')"
        [ "$state" = running ] || return 1
    done
}

# ---- QEMU without libvirt ----

env_up_qemu() {
    env_need qemu-system-x86_64 qemu-system-x86 || return
    env_make_sectors
    if env_kvm; then
        env_qemu raw-kvm kvm ,debug-threads=on || return
    else
        env_say "qemu: no /dev/kvm, so no guest raw-kvm"
    fi
    env_qemu raw-tcg tcg ''
}

# env_qemu NAME ACCELERATOR OPTIONS
env_qemu() {
    env_start "$1" qemu-system-x86_64 -accel "$2" -name "guest=$1$3" -m 32 -display none -nic none \
        -serial none -monitor none -drive "file=$env_run/tick.img,format=raw,if=ide,snapshot=on" || return
    sleep 0.3
    env_pid "$1" >/dev/null || env_fail "guest $1 ended: $(tail -n 3 "$env_run/$1.log")"
}

env_down_qemu() {
    env_stop raw-kvm
    env_stop raw-tcg
}

env_status_qemu() {
    if [ -c /dev/kvm ]; then
        env_show raw-kvm || return
    fi
    env_show raw-tcg
}

# ---- docker ----

env_dockerd_answers() {
    [ -S /var/run/docker.sock ] && timeout 5 docker -H unix:///var/run/docker.sock version
}

env_docker() {
    timeout 30 docker -H unix:///var/run/docker.sock "$@"
}

env_dockerd_start() {
    if [ -z "$(env_pid dockerd)" ] && env_dockerd_answers >/dev/null 2>&1; then
        touch "$env_run/dockerd.foreign"
        return
    fi
    rm -f "$env_run/dockerd.foreign"
    # Containers outlive the daemon, so that a test can see them without it. The firewall of the host is
    # left alone.
    echo '{"iptables": false, "ip6tables": false, "live-restore": true}' >"$env_run/dockerd.json"
    env_start dockerd dockerd --config-file "$env_run/dockerd.json" -p "$env_run/dockerd.own" || return
    env_wait 60 env_dockerd_answers ||
        env_fail "dockerd does not answer: $(tail -n 3 "$env_run/dockerd.log")"
}

env_dockerd_stop() {
    [ ! -e "$env_run/dockerd.foreign" ] ||
        env_skip "dockerd was running before: not stopped" || return
    env_stop dockerd
}

# Linux does not count the disk traffic of a v1 blkio group until one has a limit: give one that is never
# reached. Prints nothing when the device cannot be found.
env_docker_disk() {
    local device
    device=$(stat -c '%Hd:%Ld' /var/lib/docker 2>/dev/null) || return 0
    device=$(readlink -f "/sys/dev/block/$device") || return 0
    [ -e "$device/partition" ] && device=${device%/*}
    device=/dev/${device##*/}
    [ -b "$device" ] && echo "--device-write-bps $device:1gb --device-read-bps $device:1gb"
    return 0
}

# env_container NAME OPTIONS... -- ARGUMENTS OF load
env_container() {
    local name=$1 options=()
    shift
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    [ "$(env_docker inspect -f '{{.State.Running}}' "$name" 2>/dev/null)" = true ] && return
    env_docker rm -f "$name" >/dev/null 2>&1
    env_docker run -d --name "$name" "${options[@]}" $env_image /bin/vtop-load "$@" \
        >"$env_run/$name.log" 2>&1 || env_fail "container $name: $(tail -n 2 "$env_run/$name.log")"
}

env_container_works() {
    env_docker logs "$1" 2>&1 | grep -q 'load: running'
}

env_up_docker() {
    local disk
    env_need docker docker.io dockerd docker.io || return
    env_dockerd_start && env_make_image || return
    env_docker image inspect $env_image >/dev/null 2>&1 ||
        env_docker import "$env_cache/image.tar" $env_image >/dev/null || env_fail "docker import" || return
    read -ra disk <<<"$(env_docker_disk)"
    env_container vtop-busy --cpus 0.2 --memory 64m "${disk[@]}" -- cpu=100 mem=30 disk=/data,256,512 \
        send=gateway:$env_port,100 || return
    env_container vtop-idle --label com.docker.compose.project=vtop-shop \
        --label com.docker.compose.service=idle -- || return
    env_wait 20 env_container_works vtop-busy && env_wait 20 env_container_works vtop-idle ||
        env_fail "vtop-busy does not get to work: $(env_docker logs vtop-busy 2>&1 | tail -n 3)" || return
    env_start drain "$env_cache/vtop-load" drain=$env_port
}

env_down_docker() {
    local others
    if [ ! -e "$env_run/dockerd.foreign" ] && [ -z "$(env_pid dockerd)" ]; then
        # The daemon is gone and its containers may not be: they are ended by the daemon.
        [ -e "$env_run/vtop-busy.log" ] || return 0
        env_dockerd_start || return
    fi
    env_docker rm -f vtop-busy vtop-idle >/dev/null 2>&1
    env_docker rmi -f $env_image >/dev/null 2>&1
    rm -f "$env_run/vtop-busy.log" "$env_run/vtop-idle.log"
    if [ -e "$env_run/dockerd.foreign" ]; then
        rm -f "$env_run/dockerd.foreign"
        return
    fi
    others=$(env_docker ps --format '{{.Names}}' 2>/dev/null | paste -sd ' ')
    if [ -n "$others" ]; then
        env_say "dockerd has other containers ($others): it is left running"
        return
    fi
    env_stop dockerd
    env_wait 5 env_containerd_gone || env_fail "the containerd of dockerd does not end"
    grep -qx docker0 "$env_run/before.links" || ip link delete docker0 2>/dev/null
    return 0
}

env_containerd_gone() {
    local pid
    pid=$(cat /run/docker/containerd/containerd.pid 2>/dev/null) || return 0
    ! env_start_time "$pid"
}

env_status_docker() {
    local name
    if [ -e "$env_run/dockerd.foreign" ]; then
        echo "dockerd  was running before"
    else
        env_show dockerd || return
    fi
    for name in vtop-busy vtop-idle; do
        [ "$(env_docker inspect -f '{{.State.Running}}' $name 2>/dev/null)" = true ] ||
            { echo "$name  not there"; return 1; }
    done
    env_docker stats --no-stream --format \
        '{{.Name}}  CPU {{.CPUPerc}}, memory {{.MemUsage}}, net {{.NetIO}}, disk {{.BlockIO}}' vtop-busy vtop-idle
}

# ---- podman ----

env_podman() {
    timeout 30 podman --runtime runc --cgroup-manager cgroupfs "$@" 9>&-
}

env_up_podman() {
    env_need podman podman runc runc conmon conmon || return
    env_make_image || return
    env_pod_runs && return
    env_podman rm -f vtop-pod1 >/dev/null 2>&1
    env_podman image exists $env_image ||
        env_podman import "$env_cache/image.tar" $env_image >"$env_run/podman.log" 2>&1 ||
        env_fail "podman import: $(tail -n 2 "$env_run/podman.log")" || return
    # The limits on files and processes: podman asks for more than some hosts allow.
    env_podman run -d --name vtop-pod1 --network none --memory 64m --ulimit nofile=1024:1024 \
        --ulimit nproc=1024:1024 $env_image /bin/vtop-load cpu=10 mem=8 >"$env_run/podman.log" 2>&1 ||
        env_fail "container vtop-pod1: $(tail -n 2 "$env_run/podman.log")"
}

env_down_podman() {
    command -v podman >/dev/null || return 0
    env_podman rm -f -t 1 vtop-pod1 >/dev/null 2>&1
    env_podman rmi -f $env_image >/dev/null 2>&1
    return 0
}

# Asked without podman, because each of its commands mounts its storage.
env_pod_runs() {
    local pid
    for pid in $(pgrep -f '^[^ ]*conmon .* -n vtop-pod1 '); do
        env_start_time "$pid" >/dev/null && return
    done
    return 1
}

env_status_podman() {
    env_pod_runs || { echo "vtop-pod1  not there"; return 1; }
    echo "vtop-pod1  running, pid $(env_podman inspect -f '{{.State.Pid}}' vtop-pod1)"
}

# ---- LXC ----

env_lxc_runs() {
    lxc-info -n vtop-lxc1 -s 2>/dev/null | grep -q RUNNING
}

env_up_lxc() {
    env_need lxc-execute lxc lxc-info lxc lxc-stop lxc || return
    env_make_image || return
    env_lxc_runs && return
    rm -rf "$env_run/lxc"
    mkdir -p "$env_run/lxc"
    tar -C "$env_run/lxc" -xf "$env_cache/image.tar" || return
    printf '%s\n' "lxc.rootfs.path = dir:$env_run/lxc" 'lxc.uts.name = vtop-lxc1' \
        'lxc.net.0.type = none' >"$env_run/lxc.conf"
    setsid lxc-execute -n vtop-lxc1 -d -f "$env_run/lxc.conf" -o "$env_run/lxc.log" -l INFO -- \
        /bin/vtop-load cpu=8 mem=6 </dev/null >/dev/null 2>&1 9>&-
    env_wait 10 env_lxc_runs || env_fail "container vtop-lxc1: $(tail -n 3 "$env_run/lxc.log")"
}

env_down_lxc() {
    command -v lxc-stop >/dev/null || return 0
    env_lxc_runs && lxc-stop -k -n vtop-lxc1
    rm -rf "$env_run/lxc"
}

env_status_lxc() {
    env_lxc_runs || { echo "vtop-lxc1  not there"; return 1; }
    echo "vtop-lxc1  running, pid $(lxc-info -n vtop-lxc1 -pH)"
}

# ---- traces: what was there before, and what must not be there after ----

env_cgroup_roots() {
    awk '{ for (i = 7; $i != "-"; i++); if ($(i + 1) ~ /^cgroup2?$/ && $5 ~ /^\/sys\//) print $5 }' \
        /proc/self/mountinfo
}

# The cgroups that engines make at the top and leave there.
env_cgroups() {
    env_cgroup_roots | while read -r root; do
        find "$root" -maxdepth 1 -type d \( -name machine -o -name docker -o -name libpod_parent \
            -o -name 'lxc.pivot' -o -name 'lxc.*vtop-lxc1*' -o -name machine.slice \)
    done | sort
}

env_links() {
    ls /sys/class/net
}

env_mounts() {
    awk '{ print $2 }' /proc/mounts | grep -E "^(/var/lib/docker|/run/docker|/var/lib/containers|$env_root)" | sort
}

env_remember_before() {
    [ -e "$env_run/before.cgroups" ] && return
    env_links >"$env_run/before.links"
    env_mounts >"$env_run/before.mounts"
    env_cgroups >"$env_run/before.cgroups"
}

env_remove_cgroups() {
    env_cgroups | comm -13 "$env_run/before.cgroups" - | while read -r top; do
        find "$top" -depth -type d -exec rmdir {} + 2>/dev/null
    done
}

# Podman mounts its storage onto itself and leaves it so; docker does too when it was killed.
env_remove_mounts() {
    env_mounts | comm -13 "$env_run/before.mounts" - |
        grep -xE '/var/lib/containers/storage/overlay|/var/lib/docker' | xargs -r umount
}

# Everything of the environment that is still there; nothing is printed when it is gone.
env_traces() {
    local file pid name
    for file in "$env_run"/*.pid; do
        name=${file##*/}
        [ -e "$file" ] && pid=$(env_pid "${name%.pid}") && echo "process $pid (${name%.pid})"
    done
    for name in web-1 'db idle_1'; do
        pid=$(cat "/run/libvirt/qemu/$name.pid" 2>/dev/null) && env_start_time "$pid" >/dev/null &&
            echo "process $pid (guest $name)"
    done
    env_wait 3 env_no_load ||
        pgrep -ax vtop-load | sed 's/^/process /'
    if [ -e "$env_run/before.cgroups" ]; then
        env_cgroups | comm -13 "$env_run/before.cgroups" - | sed 's/^/cgroup /'
        env_mounts | comm -13 "$env_run/before.mounts" - | sed 's/^/mount /'
    fi
    env_cgroup_roots | while read -r root; do
        find "$root" -type d \( -name 'qemu-*-web-1*' -o -name 'qemu-*-dbidle1*' -o -name '*vtop-lxc1*' \)
    done | sed 's/^/cgroup /'
    [ -e /sys/class/net/$env_tap ] && echo "interface $env_tap"
    [ -e "$env_run/before.links" ] &&
        env_links | grep -E '^(docker0|veth.*)$' | comm -13 <(sort "$env_run/before.links") - |
        sed 's/^/interface /'
    return 0
}

# No process `vtop-load` runs (one that has ended and that nobody waits for does not count).
env_no_load() {
    local pid
    for pid in $(pgrep -x vtop-load); do
        env_start_time "$pid" >/dev/null && return 1
    done
    return 0
}

# ---- the commands ----

env_lock() {
    mkdir -p "$env_cache" && chmod 755 "$env_root" "$env_cache" || return
    exec 9>"$env_root/lock"
    flock -n 9 || { env_say 'waiting for another one to finish' && flock 9; }
}

# env_seconds SINCE (from EPOCHREALTIME)
env_seconds() {
    printf '%d.%d s' $(((${EPOCHREALTIME/./} - $1) / 1000000)) $(((${EPOCHREALTIME/./} - $1) / 100000 % 10))
}

env_part() {
    local begin=${EPOCHREALTIME/./} status=0
    "env_up_$1" || status=$?
    [ $status -eq 0 ] && env_say "$1 is up after $(env_seconds "$begin")"
    return $status
}

env_up() {
    local part status=0 result=0 jobs=()
    [ "$(id -u)" = 0 ] || env_skip 'only root can start guests and containers' || return
    [ "$(uname -m)" = x86_64 ] || env_skip 'the guests are made for x86_64' || return
    env_lock || return
    mkdir -p "$env_run" && chmod 755 "$env_run" && env_remember_before || return
    env_make_load || return # before the parts, which all want it at the same time
    [ $# -gt 0 ] || eval "set -- $env_parts"
    case " $* " in *' docker '* | *' podman '* | *' lxc '*) env_make_image || return ;; esac
    for part; do
        env_part "$part" &
        jobs+=($!)
    done
    for part in "${jobs[@]}"; do
        status=0
        wait "$part" || status=$?
        [ $status -eq 0 ] || [ $result -eq 1 ] || result=$status
    done
    return $result
}

env_down() {
    local part status=0
    env_lock || return
    [ -d "$env_run" ] || return 0
    [ $# -gt 0 ] || eval "set -- $env_parts"
    for part; do
        "env_down_$part" &
    done
    wait
    for part in $env_parts; do
        if "env_status_$part" >/dev/null 2>&1; then return 0; fi
    done
    # That was the last one.
    env_stop drain
    env_kvm_restore
    env_remove_cgroups
    env_remove_mounts
    local traces
    traces=$(env_traces)
    if [ -n "$traces" ]; then
        env_fail "left behind: $traces"
        return
    fi
    rm -rf "$env_run"
}

env_status() {
    local part text up=0 down=0 traces
    if [ -d "$env_run" ]; then
        for part in $env_parts; do
            if text=$("env_status_$part"); then up=$((up + 1)); else
                down=$((down + 1))
                text="not up: $text"
            fi
            echo "$part:"
            [ -z "$text" ] || printf '    %s\n' "${text//$'\n'/$'\n'    }"
        done
        [ $down -eq 0 ] && return 0
        [ $up -eq 0 ] || return 1
    fi
    traces=$(env_traces)
    if [ -n "$traces" ]; then
        echo 'nothing is up, but this was left behind:'
        echo "$traces"
        return 1
    fi
    echo 'nothing is up, and nothing was left behind'
    return 3
}

env_daemon() {
    env_lock || return
    case $1 in libvirtd | dockerd) ;; *) env_fail "no such daemon: $1" || return ;; esac
    case $2 in
    stop) "env_$1_stop" ;;
    start) "env_$1_start" ;;
    restart) "env_$1_stop" && "env_$1_start" ;;
    *) env_fail "expected stop, start or restart: $2" ;;
    esac
}

env_logs() {
    mkdir -p "$1" && cp "$env_run"/*.log "$env_run"/*.console "$1" 2>/dev/null
    cp /var/log/libvirt/qemu/web-1.log '/var/log/libvirt/qemu/db idle_1.log' "$1" 2>/dev/null
    return 0
}
