#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# configure names the package of a library that it misses, and refuses a compiler that is too old.

set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

n=0
ok() {
    n=$((n + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        sed 's/^/# /' output
    fi
}

# What configure reads, in a place of its own: from a tree that was built in place it would not run.
mkdir -p source/src
cp -R "$abs_top_srcdir/configure" "$abs_top_srcdir/build-aux" "$abs_top_srcdir/packages" source/
cp "$abs_top_srcdir/src/main.c" source/src/
configure=$dir/source/configure

# A cache of the checks that cost time and are not looked at here: the second run starts from it.
cache=$dir/cache

PKG_CONFIG_LIBDIR=/nonexistent PKG_CONFIG_PATH='' "$configure" -q --cache-file="$cache" >output 2>&1
[ $? -ne 0 ]
ok "no libraries: it fails" $?
grep -q 'error: ncursesw 6.0 or newer was not found' output
ok "it says which library" $?
grep -q 'Debian, Ubuntu: libncurses-dev$' output && grep -q 'Fedora, RHEL: *ncurses-devel$' output
ok "it says which package, on more than one distribution" $?
[ ! -e Makefile ]
ok "and leaves no makefile" $?

# One library of several: the copy of pkg-config's view has everything but libvirt.
mkdir pc
for module in ncursesw libcgroup glib-2.0 json-c libcurl; do
    printf 'Name: %s\nDescription: stand-in\nVersion: 99\n' $module >pc/$module.pc
done
PKG_CONFIG_LIBDIR=$dir/pc PKG_CONFIG_PATH='' "$configure" -q --cache-file="$cache" >output 2>&1
grep -q 'error: libvirt 4.0.0 or newer was not found' output && grep -q 'Debian, Ubuntu: libvirt-dev$' output
ok "libvirt alone" $?

cat >old-cc <<'END'
#!/bin/sh
# A compiler from before C17, whatever it is asked for.
for a in "$@"; do
    case $a in -std=gnu17) echo "old-cc: unknown -std" >&2; exit 1 ;; esac
done
exec cc -std=gnu11 "$@"
END
chmod +x old-cc
"$configure" -q CC="$dir/old-cc" >output 2>&1
grep -q 'does not speak C17' output
ok "a compiler older than C17 is refused, and named as the reason" $?

echo "1..$n"
