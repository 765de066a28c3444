#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# autogen.sh: make the configure script of a fresh checkout, run vtop from it, or run all tests.
#
#   ./autogen.sh                      make ./configure, nothing else
#   ./autogen.sh run [vtop options]   install what is missing, build in build/, start vtop
#   ./autogen.sh check                install what the tests need as well, build, run all tests
#
# The file "packages" lists what is needed, how to find out whether it is installed, and its packages.

set -eu

top=$(cd "$(dirname "$0")" && pwd)
self=autogen.sh
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)

# Daemons and file system tools are not in every user's PATH.
search_path=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() {
    echo "$self: $*" >&2
}

die() {
    say "$@"
    exit 1
}

# --- what is installed -----------------------------------------------------

# present PROBE: the first column of "packages".
present() {
    case $1 in
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    cmd:*) (PATH=$search_path && command -v "${1#cmd:}" >/dev/null 2>&1) ;;
    file:*)
        # One of several paths, which may be patterns.
        for path in $(echo "${1#file:}" | tr '|' ' '); do
            [ ! -e "$path" ] || return 0
        done
        return 1
        ;;
    *) die "packages: unknown probe $1" ;;
    esac
}

# The name of this system's package manager; empty when it is unknown.
package_manager() {
    for pm in apt-get dnf zypper pacman; do
        if command -v $pm >/dev/null 2>&1; then
            echo $pm
            return
        fi
    done
}

# rows_missing USE...: the rows of "packages" for one of these uses whose probe fails.
rows_missing() {
    while read -r probe use packages; do
        case $probe in '' | '#'*) continue ;; esac
        case " $* " in *" $use "*) ;; *) continue ;; esac
        present "$probe" || echo "$probe $use $packages"
    done <"$top/packages"
}

# package_names PM: reads rows, writes the packages of that package manager, each once.
package_names() {
    awk -v pm="$1" '
        BEGIN {
            column["apt-get"] = 3; column["dnf"] = 4; column["zypper"] = 5; column["pacman"] = 6
        }
        $column[pm] != "-" {
            n = split($column[pm], names, ",")
            for (i = 1; i <= n; i++)
                if (!seen[names[i]]++) printf "%s ", names[i]
        }'
}

# probes: reads rows, writes their probes on one line.
probes() {
    awk '{ printf "%s ", $1 }'
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 "$@"
}

# Debian starts a daemon when its package is installed. Without systemd nothing would stop it again, so
# policy-rc.d keeps daemons from starting; tests start those that they need.
apt_install() {
    policy=''
    result=0
    if [ ! -d /run/systemd/system ] && [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
        trap 'exit 130' INT TERM HUP
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
    fi
    apt_get update || say "apt-get update failed; going on with the package lists that are here"
    apt_get -y --no-install-recommends install "$@" || result=$?
    if [ -n "$policy" ]; then
        trap - EXIT INT TERM HUP
        as_root rm -f $policy
    fi
    return $result
}

# package_install PM NAME...: asks no questions, and uses neither stdin nor stdout.
package_install() {
    pm=$1
    shift
    case $pm in
    apt-get) apt_install "$@" ;;
    dnf) as_root dnf -q -y install "$@" ;;
    zypper) as_root zypper --non-interactive --quiet install --no-recommends "$@" ;;
    pacman) as_root pacman -Sy --needed --noconfirm "$@" ;;
    esac </dev/null >&2
}

# install_missing USE...: install the packages of these uses whose probes fail.
install_missing() {
    rows=$(rows_missing "$@")
    [ -n "$rows" ] || return 0

    pm=$(package_manager)
    [ -n "$pm" ] ||
        die "missing: $(echo "$rows" | probes)" \
            "(no apt-get, dnf, zypper or pacman to install it with)"
    names=$(echo "$rows" | package_names "$pm")
    if [ -n "$names" ]; then
        [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 ||
            die "missing: ${names}(not root and no sudo: install them yourself, then start this again)"
        say "installing with $pm: $names"
        # If this release lacks one package, install the others one by one.
        # shellcheck disable=SC2086 # names are words
        package_install "$pm" $names || for name in $names; do
            package_install "$pm" "$name" || say "$pm could not install $name"
        done
    fi

    # A missing build package is fatal. A test whose program is missing is skipped with a reason.
    rows=$(rows_missing build)
    [ -z "$rows" ] || die "still missing, and needed to build: $(echo "$rows" | probes)" \
        "(see the file packages; the source of libcgroup is github.com/libcgroup/libcgroup)"
    rows=$(rows_missing "$@")
    [ -z "$(echo "$rows" | package_names "$pm")" ] ||
        say "still missing, some tests will be skipped: $(echo "$rows" | probes)"
}

# --- configure --------------------------------------------------------------------------

# Whether ./configure and Makefile.in are newer than everything that they are made from.
generated() {
    [ -x "$top/configure" ] && [ -f "$top/Makefile.in" ] || return 1
    [ -f "$top/build-aux/tap-driver.sh" ] || return 1
    [ -z "$(find "$top/configure.ac" "$top/Makefile.am" "$top/man" "$top/src" "$top/tests" \
        \( -name '*.mk' -o -name '*.a[mc]' \) -newer "$top/Makefile.in" 2>/dev/null)" ]
}

generate() {
    missing=$(rows_missing build | awk '$1 ~ /^cmd:(autoconf|automake|pkg-config)$/' |
        package_names "$(package_manager | grep . || echo apt-get)")
    [ -z "$missing" ] || die "missing: install ${missing}first (or use \"$self run\", which does)"
    if ! log=$(cd "$top" && autoreconf -fi 2>&1 </dev/null); then
        echo "$log" >&2
        die "autoreconf failed"
    fi
}

# build DIRECTORY TARGETS [configure options]: configure once, then build what has changed.
build() {
    dir=$1
    targets=$2
    shift 2
    generated || generate || return 1
    mkdir -p "$dir"
    # make would run configure again by itself, but with all of its output.
    if [ ! -f "$dir/Makefile" ] || { [ "$dir" != "$top" ] &&
        [ -n "$(find "$top/configure" -newer "$dir/config.status")" ]; }; then
        (cd "$dir" && "$top/configure" -q "$@") || {
            rm -f "$dir/Makefile" # half a configuration is none
            return 1
        }
    fi
    # shellcheck disable=SC2086 # targets are words
    make -s -C "$dir" -j"$jobs" $targets
}

# --- the three commands -----------------------------------------------------------------

run() {
    install_missing build
    if [ -f "$top/config.status" ]; then
        # The tree was built in place: another build directory would use the objects of that build.
        dir=$top
    else
        dir=$top/build
    fi
    [ -x "$dir/vtop" ] || say "building vtop in $dir"
    (build "$dir" vtop) </dev/null >&2 || die "the build failed"
    exec "$dir/vtop" "$@"
}

# stage NAME COMMAND...: run it and print one line with its result. Its output goes to a log, which is
# printed at the end if the stage failed.
stage() {
    name=$1
    shift
    start=$(date +%s)
    verdict=ok
    ("$@") </dev/null >"$logs/$name.log" 2>&1 || verdict=FAILED
    : >"$logs/$name.$verdict"
    printf '%-34s %s, %s s\n' "$name" "$verdict" $(($(date +%s) - start))
    [ $verdict = ok ]
}

# The names of the stages that ended like this: stages ok
stages() {
    for path in "$logs"/*."$1"; do
        [ ! -e "$path" ] || basename "$path" ."$1"
    done
}

# compile NAME [configure options]: build the program and the test programs in build/NAME.
compile() {
    dir=$top/build/$1
    shift
    build "$dir" all "$@" && make -s -C "$dir" -j"$jobs" check TESTS=
}

# The results of single tests are in the .trs files. This stage fails only when make fails. Each test has
# a limit of its own, but several that hang together would take hours.
run_tests() {
    timeout -k 60 2700 make -s -C "$1" -j"$jobs" check && status=0 || status=$?
    if [ "$status" -ge 124 ]; then
        echo "stopped after 45 minutes; these had not ended:"
        ps -eo etimes=,args= | grep '[/]tests/run ' || true
        return 1
    fi
    find "$1/tests" -name '*.trs' | grep -q .
}

# The results of single tests, of all builds.
results() {
    for name in $builds; do
        find "$top/build/$name/tests" -name '*.trs' 2>/dev/null
    done
}

# The number of points with one kind of result: points 'PASS|XFAIL'
points() {
    results | xargs cat /dev/null | grep -Ec "^:test-result: ($1)" || true
}

# Every test with a point of that kind, as the path of its .trs file.
tests_with() {
    results | xargs grep -lE "^:test-result: ($1)" /dev/null | sort
}

# What needs only a processor runs beside tests that mostly wait for guests, with the lowest priority.
#
#   clang   for its warnings, and for what only one compiler accepts. The tarball is made, built,
#           installed and tested in this build, without the tests that start daemons.
#   fuzz    the fuzzer, which is part of clang
#   tsan    the thread sanitizer, for the tests in which vtop runs several threads
idle_work() {
    renice -n 19 "$(exec sh -c 'echo $PPID')" >/dev/null 2>&1 || true
    stage sanitizer-build compile asan CC=gcc --enable-werror --enable-sanitizers \
        'CFLAGS=-g -O1' || true
    if stage clang-build compile clang CC=clang --enable-werror --disable-host-tests; then
        stage clang-tests run_tests "$top/build/clang" || true
        stage distcheck make -s -C "$top/build/clang" distcheck \
            DISTCHECK_CONFIGURE_FLAGS=--disable-host-tests || true
    fi
    if stage fuzz-build compile fuzz CC=clang --enable-werror --enable-fuzzers 'CFLAGS=-g -O1'; then
        stage fuzz-tests run_tests "$top/build/fuzz" || true
    fi
    if stage thread-build compile tsan CC=gcc --enable-werror --enable-sanitizers=thread \
        'CFLAGS=-g -O1'; then
        stage thread-tests run_tests "$top/build/tsan" || true
    fi
}

# The sanitizer build comes first in idle_work; its tests wait for that one stage only.
await_sanitizer_build() {
    while [ ! -e "$logs/sanitizer-build.ok" ] && [ ! -e "$logs/sanitizer-build.FAILED" ] &&
        kill -0 "$1" 2>/dev/null; do
        sleep 1
    done
}

builds='gcc clang asan fuzz tsan'

check() {
    install_missing build check
    if [ -f "$top/config.status" ]; then
        say "this tree was built in place, the tests build beside it: running \"make distclean\""
        make -s -C "$top" distclean >/dev/null || die "make distclean failed"
    fi
    logs=$top/build/check
    rm -rf "$logs"
    mkdir -p "$logs"
    # Results of an earlier run must not be counted when a build fails in this one.
    results | xargs rm -f
    # The disk image of the lab is the same for all builds, and large.
    export VTOP_LAB_CACHE="${VTOP_LAB_CACHE:-$top/build/lab}"

    # All tests run twice: in a normal build, and in a build with sanitizers.
    if stage gcc-build compile gcc CC=gcc --enable-werror; then
        idle_work &
        idle_work=$!
        trap 'kill $idle_work 2>/dev/null' EXIT
        trap 'exit 130' INT TERM HUP
        stage gcc-tests run_tests "$top/build/gcc" || true
        await_sanitizer_build $idle_work
        [ ! -e "$logs/sanitizer-build.ok" ] ||
            stage sanitizer-tests run_tests "$top/build/asan" || true
        wait $idle_work || true
        trap - EXIT INT TERM HUP
    fi

    passed=$(($(stages ok | wc -l) + $(points 'PASS|XFAIL')))
    failed=$(($(stages FAILED | wc -l) + $(points 'FAIL|ERROR|XPASS')))
    skipped=$(points SKIP)

    for trs in $(tests_with SKIP); do
        log=${trs%.trs}.log
        sed -n "s|^SKIP: |skipped: ${log#"$top"/build/}: |p" "$log"
    done
    for name in $(stages FAILED); do
        printf '\n==== %s\n' "$name"
        tail -n 80 "$logs/$name.log"
    done
    for trs in $(tests_with 'FAIL|ERROR|XPASS'); do
        log=${trs%.trs}.log
        printf '\n==== %s\n' "${log#"$top"/}"
        tail -n 200 "$log"
    done

    # What no package can bring is no part of a plan: it is named here.
    results | sed 's/\.trs$/.log/' | xargs grep -hs "^# left out, this machine has" | sort -u

    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] || exit 1
    # In continuous integration everything can be installed, so no test may be skipped.
    if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
        exit 1
    fi
}

case ${1-} in
'')
    generate
    say "now: ./configure && make"
    ;;
run)
    shift
    run "$@"
    ;;
check) check ;;
*)
    sed -n '3,7s/^#//p' "$0" >&2
    exit 2
    ;;
esac
