#!/bin/sh
# The manual page: its tables are those of the program, and man accepts it.
fixed=$(mktemp)
trap 'rm -f "$fixed"' EXIT
page=$abs_top_srcdir/man/vtop.1
echo 1..3

"$abs_top_srcdir/man/update" "$VTOP_BIN" "$page" >"$fixed"
if diff -u "$page" "$fixed" >&2; then
    echo "ok 1 - the manual lists the columns and keys of the program"
else
    echo "not ok 1 - the manual lists other columns or keys: run make update-man"
fi

missing=$("$VTOP_BIN" --help | grep -o -e '--[a-z-]*' | sort -u | while read -r option; do
    escaped=$(echo "$option" | sed 's/-/\\\\-/g')
    grep -q -e "$escaped" "$page" || echo "$option"
done)
if [ -z "$missing" ]; then
    echo "ok 2 - every option of --help is in the manual"
else
    echo "not ok 2 - the manual lacks: $missing"
fi

if ! command -v man >/dev/null; then
    echo "ok 3 # SKIP no man"
elif warnings=$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null) && [ -z "$warnings" ]; then
    echo "ok 3 - man formats the page without a warning"
else
    echo "not ok 3 - man complains: $warnings"
fi
