# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# shellcheck shell=bash
# env.bash: real hypervisors and container engines with guests in them, for the tests to look at.
#
# Use it through the command `env` next to this file:
#
#   env up [PART...]     start all, or these parts; what is up already stays as it is
#   env status           what is up; or, when nothing is, whether anything was left behind
#   env down [PART...]   stop all, or these parts, and remove every trace
#   env with COMMAND...  start all, keep others from stopping it, run the command, and stop what was
#                        not up before
#   env daemon libvirtd|dockerd stop|start|restart
#                        only the daemon: its guests keep running
#   env parts            the parts that are up, a line each
#   env image            make what containers are made of, in $VTOP_ENV/cache/image.tar; start nothing
#   env logs DIR         copy the logs of the daemons and guests there
#
# PART     what it starts
# libvirt  virtlogd, libvirtd, and two guests:
#            `web-1`      plain emulation, 1 vCPU, 112 MiB, a Linux of its own that really works:
#                         about 20 % of a core, 1 MiB/s written to and 2 MiB/s read from a qcow2
#                         disk, 500 KiB/s of UDP sent to and 200 KiB/s received from the host
#                         through the tap `vtop-web1`; balloon statistics every 2 s
#            `db idle_1`  KVM where there is one, 2 vCPUs, 64 MiB, halted; an empty CD-ROM, no
#                         network
# qemu     two guests without libvirt: `raw-kvm` (only with /dev/kvm) and `raw-tcg`, about 12 % of a
#          core each, 32 MiB
# docker   dockerd, and two containers:
#            `vtop-busy`  --cpus 0.2 and wants a whole core, --memory 64m and holds 30 MiB, writes
#                         256 and reads 512 KiB/s, sends 100 KiB/s
#            `vtop-idle`  sleeps, in the compose project `vtop-shop`
# podman   `vtop-pod1`  10 % of a core, 8 MiB, no network
# lxc      `vtop-lxc1`  8 % of a core, 6 MiB, the network of the host
#
# All of it together takes less than one core, is up in about 10 s and down in 4. Exit status of
# `up` and `daemon`: 0 when it is up, 77 when something could not be started because a tool or a
# right is missing (said on stderr), 1 when something failed. Of `down`: 0 when nothing that was
# started here is left. Of `status`: 0 all is up, 3 nothing is up and nothing was left behind, 1
# anything else.
#
# Several people may use it: `with`, and the tests, hold it, and a `down` or `daemon` of somebody
# else waits until they are done. A plain `up` holds nothing.
#
# There is one environment per machine, in $VTOP_ENV (/var/lib/vtop-env; below /root the guests of
# libvirt, which are not root, could not reach their disks). A daemon that already answers is used
# and never stopped; one that was started here but has somebody else's guests by now is left running,
# and `down` says so. Each process that is started here is known by pid and start time and stopped by
# them. What is built or fetched (a kernel for the guest, 26 MB) is kept in $VTOP_ENV/cache.

env_source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
env_root=${VTOP_ENV:-/var/lib/vtop-env}
env_cache=$env_root/cache
env_run=$env_root/run
env_parts='libvirt qemu docker podman lxc'

PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C

# shellcheck source=env-images.bash
. "$env_source/env-images.bash"
# shellcheck source=env-engines.bash
. "$env_source/env-engines.bash"

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
    setsid "$@" </dev/null >>"$env_run/$name.log" 2>&1 8>&- 9>&- &
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

# env_leave WHAT WHY NAME...: somebody else needs it: it is left running, and the processes of these
# names are no longer ours. The next `up` will find it as one that was running before.
env_leave() {
    local name
    env_say "$1 is left running: $2"
    touch "$env_run/$1.left"
    shift 2
    for name; do rm -f "$env_run/$name.pid"; done
}

# Whether one of these is left running.
env_left() {
    local name
    for name; do [ ! -e "$env_run/$name.left" ] || return 0; done
    return 1
}

# Those cgroups of stdin in which nobody lives.
env_empty_cgroups() {
    local top
    while read -r top; do
        [ -n "$(find "$top" -name cgroup.procs -exec cat {} + 2>/dev/null | head -n 1)" ] ||
            echo "$top"
    done
}

# ---- traces: what was there before, and what must not be there after ----

env_cgroup_roots() {
    awk '{
        for (i = 7; $i != "-"; i++);
        if ($(i + 1) ~ /^cgroup2?$/ && $5 ~ /^\/sys\//) print $5
    }' /proc/self/mountinfo
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
    awk '{ print $2 }' /proc/mounts |
        grep -E "^(/var/lib/docker|/run/docker|/var/lib/containers|$env_root)" | sort
}

# A run that was killed leaves empty groups of its guests, which would look like those of this run.
env_sweep_cgroups() {
    env_cgroup_roots | while read -r root; do
        find "$root/machine" -depth -type d \( -path '*/qemu-*-web-1*' -o -path '*/qemu-*-dbidle1*' \
            -o -path '*/qemu-*-vtop-*' \) -exec rmdir {} \; 2>/dev/null
        rmdir "$root/machine" 2>/dev/null
    done
}

env_remember_before() {
    [ -e "$env_run/before.cgroups" ] && return
    pgrep -x libvirtd >/dev/null || env_sweep_cgroups
    env_links >"$env_run/before.links"
    env_mounts >"$env_run/before.mounts"
    env_cgroups >"$env_run/before.cgroups"
}

env_remove_cgroups() {
    env_cgroups | comm -13 "$env_run/before.cgroups" - | while read -r top; do
        find "$top" -depth -type d -exec rmdir {} + 2>/dev/null
    done
}

# Mounts but for those of an engine that is left running.
env_not_left() {
    local left='^$'
    env_left dockerd && left+='|^(/var/lib/docker|/run/docker)'
    env_left podman && left+='|^/var/lib/containers'
    grep -vE "$left"
}

# Podman mounts its storage onto itself and leaves it so; docker does too when it was killed, and
# always keeps the network of the host that a container shared.
env_remove_mounts() {
    env_mounts | env_not_left | comm -13 "$env_run/before.mounts" - |
        grep -xE '/var/lib/containers/storage/overlay|/var/lib/docker|/run/docker/netns/default' |
        xargs -r umount
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
    env_left dockerd podman || env_wait 3 env_no_load ||
        pgrep -ax vtop-load | sed 's/^/process /'
    if [ -e "$env_run/before.cgroups" ]; then
        env_cgroups | comm -13 "$env_run/before.cgroups" - |
            if env_left libvirtd dockerd podman; then env_empty_cgroups; else cat; fi |
            sed 's/^/cgroup /'
        env_mounts | env_not_left | comm -13 "$env_run/before.mounts" - | sed 's/^/mount /'
    fi
    env_cgroup_roots | while read -r root; do
        find "$root" -type d \( -name 'qemu-*-web-1*' -o -name 'qemu-*-dbidle1*' \
            -o -name '*vtop-lxc1*' \)
    done | sed 's/^/cgroup /'
    [ -e /sys/class/net/$env_tap ] && echo "interface $env_tap"
    [ -e "$env_run/before.links" ] && ! env_left dockerd &&
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

# Waits until nobody else holds the environment. Who holds it says so in VTOP_ENV_HELD.
env_hold() {
    [ -z "${VTOP_ENV_HELD:-}" ] || return 0
    mkdir -p "$env_root"
    exec 8>"$env_root/held"
    flock -n 8 || { env_say 'waiting for those who use it' && flock 8; }
}

# env_seconds SINCE (from EPOCHREALTIME)
env_seconds() {
    local tenths=$(((${EPOCHREALTIME/./} - $1) / 100000))
    printf '%d.%d s' $((tenths / 10)) $((tenths % 10))
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
    local part
    env_hold && env_lock || return
    [ -d "$env_run" ] || return 0
    [ $# -gt 0 ] || eval "set -- $env_parts"
    for part; do
        "env_down_$part" 8>&- &
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

# env_are_up: prints the parts that are up.
env_are_up() {
    local part
    [ -d "$env_run" ] || return 0
    for part in $env_parts; do
        "env_status_$part" >/dev/null 2>&1 && echo "$part"
    done
    return 0
}

env_daemon() {
    env_hold && env_lock || return
    case $1 in libvirtd | dockerd) ;; *) env_fail "no such daemon: $1" || return ;; esac
    case $2 in
    stop) "env_$1_stop" ;;
    start) "env_$1_start" ;;
    restart) "env_$1_stop" && "env_$1_start" ;;
    *) env_fail "expected stop, start or restart: $2" ;;
    esac
}

env_with() {
    local result=0
    env_hold || return
    export VTOP_ENV_HELD=1
    mapfile -t env_started < <(comm -13 <(env_are_up | sort) <(tr ' ' '\n' <<<"$env_parts" | sort))
    [ ${#env_started[@]} -eq 0 ] || trap '"$env_source/env" down "${env_started[@]}" 8>&-' EXIT
    "$env_source/env" up 8>&- || result=$?
    [ $result -ne 0 ] || "$@" 8>&- || result=$?
    return $result
}

env_image() {
    env_lock && env_make_image
}

env_logs() {
    mkdir -p "$1" && cp "$env_run"/*.log "$env_run"/*.console "$1" 2>/dev/null
    cp /var/log/libvirt/qemu/web-1.log '/var/log/libvirt/qemu/db idle_1.log' "$1" 2>/dev/null
    return 0
}
