#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# autogen.sh installs only what is missing, says so on stderr, and keeps stdout for vtop. The package
# managers, the build tools and root are stand-ins here: nothing is installed.

set -u
: "${abs_top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

n=0
ok() {
    n=$((n + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        for f in out err calls; do sed "s/^/# $f: /" "$dir/$f" 2>/dev/null; done
    fi
}

# A tree with only what autogen.sh looks at, and a PATH with nothing but what it needs from POSIX.
tree=$dir/tree
mkdir -p "$tree/src" "$tree/tests" "$tree/man" "$dir/bin"
cp "$abs_top_srcdir/autogen.sh" "$tree/"
for tool in sh awk sed grep cat find mkdir rm dirname tr getconf sort date env tail wc printf; do
    p=$(command -v $tool) && case $p in /*) ln -s "$p" "$dir/bin/$tool" ;; esac
done
stub() {
    printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n%s\n' "$1" "$dir" "${2:-}" >"$dir/bin/$1"
    /bin/chmod +x "$dir/bin/$1"
}
# configure and make make a vtop that shows its options.
stub autoreconf "printf '#!/bin/sh\nmkdir -p . && : >Makefile\n' >configure; /bin/chmod +x configure
mkdir -p build-aux; : >build-aux/tap-driver.sh; : >Makefile.in"
stub make "echo 'compiling, on stdout'
while [ \$# -gt 0 ]; do [ \"\$1\" = -C ] && cd \"\$2\"; shift; done
printf '#!/bin/sh\necho \"{\\\"args\\\": \\\"\$*\\\"}\"\n' >vtop; /bin/chmod +x vtop"
stub id 'echo 0'
# As root, where nothing watches over daemons, a file below /usr/sbin comes and goes: not in a test.
stub tee
stub chmod
cat >"$tree/packages" <<END
# probe for debian fedora opensuse arch
cmd:autoconf-stand-in build deb-autoconf,deb-m4 fed-autoconf suse-autoconf arch-autoconf
cmd:sh                build deb-sh fed-sh suse-sh arch-sh
file:/nonexistent/a|$dir/lib* build deb-lib fed-lib - arch-lib
cmd:tester            check deb-tester fed-tester suse-tester -
END
autogen() {
    rm -f "$dir/calls"
    (cd / && PATH=$dir/bin sh "$tree/autogen.sh" "$@") >"$dir/out" 2>"$dir/err" </dev/null
}

: >"$dir/lib1"
stub apt-get 'case " $* " in *" install "*) : ;; esac'
autogen run --help
[ $? -ne 0 ] && [ ! -s "$dir/out" ] && grep -q 'still missing.*cmd:autoconf-stand-in' "$dir/err"
ok "what cannot be installed is named, stdout stays empty" $?

stub apt-get "case \" \$* \" in *' install '*) /bin/ln -s /bin/sh $dir/bin/autoconf-stand-in ;; esac; echo noise"
autogen run -b 'two words'
[ $? -eq 0 ] && [ "$(cat "$dir/out")" = '{"args": "-b two words"}' ]
ok "only vtop writes to stdout" $?
grep -q 'installing with apt-get: deb-autoconf deb-m4 *$' "$dir/err"
ok "it says what it installs, and only what is missing" $?
grep -Eq 'apt-get .* -y .*install deb-autoconf deb-m4$' "$dir/calls"
ok "apt-get is told not to ask" $?

autogen run -b
[ "$(cat "$dir/out")" = '{"args": "-b"}' ] && ! grep -Eq 'apt-get|autoreconf' "$dir/calls"
ok "nothing is missing: nothing is installed or generated again" $?

sleep 1
: >"$tree/src/sources.mk"
autogen run && grep -q autoreconf "$dir/calls"
ok "a new makefile fragment: generated again" $?

rm -f "$dir/bin/autoconf-stand-in" "$dir/bin/apt-get" "$dir/lib1"
stub zypper
autogen run
[ $? -ne 0 ] && grep -q 'zypper --non-interactive .*install .*suse-autoconf$' "$dir/calls"
ok "zypper, and what a distribution does not have is not asked for" $?
rm "$dir/bin/zypper"
stub dnf
autogen run
grep -q 'dnf .*-y install fed-autoconf fed-lib$' "$dir/calls"
ok "dnf" $?
# It refuses the whole command because of one name: the others are tried alone.
stub dnf 'case " $* " in *" fed-autoconf "*) exit 1 ;; esac'
autogen run
grep -q 'dnf -q -y install fed-lib$' "$dir/calls" && grep -q 'dnf could not install fed-autoconf' "$dir/err"
ok "a name that is not known does not keep the others out" $?
rm "$dir/bin/dnf"
stub pacman
autogen run
grep -q 'pacman .*--noconfirm arch-autoconf arch-lib$' "$dir/calls"
ok "pacman" $?
stub id 'echo 1000'
stub sudo
autogen run
grep -q '^sudo pacman .*arch-lib$' "$dir/calls"
ok "not root: with sudo" $?
rm "$dir/bin/sudo"
autogen run
[ $? -ne 0 ] && [ "$(wc -l <"$dir/err")" -eq 1 ] &&
    grep -q 'missing: arch-autoconf arch-lib (not root and no sudo' "$dir/err"
ok "not root, no sudo: one line that names the packages" $?
rm "$dir/bin/pacman"
autogen run
[ $? -ne 0 ] && grep -q 'no apt-get, dnf, zypper or pacman' "$dir/err"
ok "no package manager: says so" $?

# Without arguments it installs nothing and names the missing tool in one line.
sed -i 's/autoconf-stand-in/autoconf/' "$tree/packages"
autogen
[ $? -ne 0 ] && [ "$(wc -l <"$dir/err")" -eq 1 ] && grep -q 'missing: install deb-autoconf' "$dir/err"
ok "plain: one line that names the package" $?
autogen nonsense
[ $? -eq 2 ] && grep -q 'autogen.sh run' "$dir/err"
ok "anything else: usage, exit status 2" $?

echo "1..$n"
