# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # shared by the three files
# env-engines.bash: the parts of the environment: libvirt, QEMU alone, docker, podman, LXC. Each has
# env_up_PART, which starts what is not up yet, env_down_PART, which stops it whatever state it is
# in, and env_status_PART, which prints what there is and fails unless all of it is there. Part of
# env.bash.

env_port=7709 # UDP, on the host and in the guests
env_tap=vtop-web1
env_tap_host=198.18.77.1
env_tap_guest=198.18.77.2
env_uri=qemu:///system

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
    rm -f "$env_run/libvirtd.left"
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
        echo "<features><acpi/></features>"
        echo "<on_reboot>destroy</on_reboot><on_crash>destroy</on_crash>"
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
    local type=qemu cache=none work
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
        dd if=/dev/zero of="$env_run/direct" bs=4096 count=1 oflag=direct 2>/dev/null ||
            cache=writeback
        rm -f "$env_run/direct"
    fi
    # no_timer_check: an emulated guest on a busy host takes a late tick for a broken timer, and panics
    work="cpu=15 disk=/dev/vda,1024,2048 address=eth0,$env_tap_guest/30"
    work+=" send=$env_tap_host:$env_port,500 drain=$env_port"
    env_domain web-1 qemu 112 1 <<-END || return
	<os><type arch='x86_64' machine='pc'>hvm</type>
	 <kernel>$env_cache/vmlinuz</kernel><initrd>$env_cache/initrd</initrd>
	 <cmdline>console=ttyS0 quiet no_timer_check -- $work</cmdline>
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
    env_wait 180 env_web_works ||
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
            env_leave libvirtd "it has other guests ($others)" libvirtd virtlogd
            rm -f "$env_run/libvirtd.foreign"
            ip link delete $env_tap 2>/dev/null
            return 0
        fi
    else # the daemon is gone: its guests are not
        for name in web-1 'db idle_1'; do
            [ -r "/run/libvirt/qemu/$name.pid" ] || continue
            env_remember guest "$(cat "/run/libvirt/qemu/$name.pid")" && env_stop guest
        done
    fi
    if [ -e "$env_run/libvirtd.foreign" ]; then
        mv "$env_run/libvirtd.foreign" "$env_run/libvirtd.left"
    else
        env_stop libvirtd
    fi
    env_stop virtlogd
    ip link delete $env_tap 2>/dev/null
}

# What a guest has done since it started.
env_domain_work() {
    env_virsh domstats --raw --nowait --cpu-total --block --interface "$1" | awk -F= '
        /cpu.time=/ { printf "CPU %.1f s", $2 / 1e9 }
        /(block|net).0.(rd|wr|rx|tx).bytes=/ { gsub(/ /, ""); printf ", %s %.1f MB", $1, $2 / 1e6 }'
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
        echo "$name  $state, pid $(cat "/run/libvirt/qemu/$name.pid"), $(env_domain_work "$name")"
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
        -serial none -monitor none \
        -drive "file=$env_run/tick.img,format=raw,if=ide,snapshot=on" || return
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
    rm -f "$env_run/dockerd.left"
    if [ -z "$(env_pid dockerd)" ] && env_dockerd_answers >/dev/null 2>&1; then
        touch "$env_run/dockerd.foreign"
        return
    fi
    rm -f "$env_run/dockerd.foreign"
    # Containers outlive the daemon, so that a test can see them without it. The host's firewall is
    # left alone.
    echo '{"iptables": false, "ip6tables": false, "live-restore": true}' >"$env_run/dockerd.json"
    env_start dockerd dockerd --config-file "$env_run/dockerd.json" -p "$env_run/dockerd.own" ||
        return
    env_wait 60 env_dockerd_answers ||
        env_fail "dockerd does not answer: $(tail -n 3 "$env_run/dockerd.log")"
}

env_dockerd_stop() {
    [ ! -e "$env_run/dockerd.foreign" ] ||
        env_skip "dockerd was running before: not stopped" || return
    env_stop dockerd
}

# Linux does not count the disk traffic of v1 blkio groups until one of them has a limit: give it
# one that is never reached. Prints nothing when the device cannot be found.
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
    env_docker run -d --name "$name" "${options[@]}" "$env_image" /bin/vtop-load "$@" \
        >"$env_run/$name.log" 2>&1 || env_fail "container $name: $(tail -n 2 "$env_run/$name.log")"
}

env_container_works() {
    env_docker logs "$1" 2>&1 | grep -q 'load: running'
}

env_up_docker() {
    local disk
    env_need docker docker.io dockerd docker.io || return
    env_dockerd_start && env_make_image || return
    env_docker image inspect "$env_image" >/dev/null 2>&1 ||
        env_docker import "$env_cache/image.tar" "$env_image" >/dev/null ||
        env_fail 'docker import' || return
    read -ra disk <<<"$(env_docker_disk)"
    env_container vtop-busy --cpus 0.2 --memory 64m "${disk[@]}" -- cpu=100 mem=30 \
        disk=/data,256,512 send=gateway:$env_port,100 || return
    env_container vtop-idle --label com.docker.compose.project=vtop-shop \
        --label com.docker.compose.service=idle -- || return
    env_wait 20 env_container_works vtop-busy && env_wait 20 env_container_works vtop-idle ||
        env_fail "vtop-busy does not get to work: $(env_docker logs vtop-busy 2>&1 | tail -n 3)" ||
        return
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
    env_docker rmi -f "$env_image" >/dev/null 2>&1
    rm -f "$env_run/vtop-busy.log" "$env_run/vtop-idle.log"
    if [ -e "$env_run/dockerd.foreign" ]; then
        mv "$env_run/dockerd.foreign" "$env_run/dockerd.left"
        return
    fi
    others=$(env_docker ps --format '{{.Names}}' 2>/dev/null | paste -sd ' ')
    if [ -n "$others" ]; then
        env_leave dockerd "it has other containers ($others)" dockerd
        return 0
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
        '{{.Name}}  CPU {{.CPUPerc}}, memory {{.MemUsage}}, net {{.NetIO}}, disk {{.BlockIO}}' \
        vtop-busy vtop-idle
}

# ---- podman ----

env_podman() {
    timeout 30 podman --runtime runc --cgroup-manager cgroupfs "$@" 9>&-
}

env_up_podman() {
    env_need podman podman runc runc conmon conmon || return
    rm -f "$env_run/podman.left"
    env_make_image || return
    env_pod_runs && return
    env_podman rm -f vtop-pod1 >/dev/null 2>&1
    env_podman image exists "$env_image" ||
        env_podman import "$env_cache/image.tar" "$env_image" >"$env_run/podman.log" 2>&1 ||
        env_fail "podman import: $(tail -n 2 "$env_run/podman.log")" || return
    # The limits on files and processes: podman asks for more than some hosts allow.
    env_podman run -d --name vtop-pod1 --network none --memory 64m --ulimit nofile=1024:1024 \
        --ulimit nproc=1024:1024 "$env_image" /bin/vtop-load cpu=10 mem=8 \
        >"$env_run/podman.log" 2>&1 ||
        env_fail "container vtop-pod1: $(tail -n 2 "$env_run/podman.log")"
}

env_down_podman() {
    command -v podman >/dev/null || return 0
    local others
    env_podman rm -f -t 1 vtop-pod1 >/dev/null 2>&1
    env_podman rmi -f "$env_image" >/dev/null 2>&1
    others=$(pgrep -af '^[^ ]*conmon .*overlay-containers' | grep -o ' -n [^ ]*' | cut -c5- |
        paste -sd ' ')
    [ -z "$others" ] || env_leave podman "it has other containers ($others)"
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

