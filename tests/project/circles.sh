#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# No two modules of a layer include each other, directly or around a circle.
#
# A module is include/LAYER/NAME.h with src/LAYER/NAME.c. A header without a source is the inside of
# the modules that share it and does not count. tsort(1) finds the circles.

set -eu
tree=${1:-${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}}

# circles TREE LAYER: the modules that stand in a circle.
circles() {
    (
        cd "$1"
        find "src/$2" "include/$2" -name '*.[ch]' 2>/dev/null | sort | while read -r file; do
            module=${file#*/}
            module=${module%.[ch]}
            sed -nE 's|^[[:space:]]*#[[:space:]]*include[[:space:]]*"([^"]+)\.h".*|\1|p' "$file" |
                while read -r used; do
                    if [ "$used" != "$module" ] && [ -e "src/$used.c" ]; then
                        echo "$module $used"
                    fi
                done
        done | tsort 2>&1 >/dev/null
    ) || true
}

n=0
bad=0
point() {
    n=$((n + 1))
    if [ -z "$2" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        echo "$2" | sed 's/^/# /'
        bad=1
    fi
}

# It sees a circle of three, and takes no private header for one.
planted=$(mktemp -d)
trap 'rm -rf "$planted"' EXIT
mkdir -p "$planted/src/view" "$planted/include/view"
plant() {
    printf '#include "view/%s.h"\n' "$2" >>"$planted/$1"
}
plant src/view/a.c b
plant include/view/b.h c
plant src/view/b.c b
plant src/view/c.c inside
plant include/view/inside.h c
point "a private header is no circle" "$(circles "$planted" view)"
plant src/view/c.c a
case $(circles "$planted" view) in
*view/a*) point "a circle of three is seen" "" ;;
*) point "a circle of three is seen" "it is not" ;;
esac

for layer in base model collect view ui output feed; do
    point "$layer/" "$(circles "$tree" "$layer")"
done
echo "1..$n"
exit $bad
