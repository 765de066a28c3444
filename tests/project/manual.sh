#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# The manual pages: their tables are those of the program, and man accepts them.
fixed=$(mktemp)
trap 'rm -f "$fixed"' EXIT
page=$abs_top_srcdir/man/vtop.1 analysis=$abs_top_srcdir/man/vtop-analysis.7
number=0
echo 1..8

# result WHAT-IS-WRONG WHAT
result() {
    number=$((number + 1))
    if [ -z "$1" ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2: $1"
    fi
}

for table in "$page" "$analysis"; do
    "$abs_top_srcdir/man/update" "$VTOP_BIN" "$table" >"$fixed"
    wrong=
    diff -u "$table" "$fixed" >&2 || wrong="run make update-man"
    result "$wrong" "the tables of ${table##*/} are those of the program"
done

missing=$("$VTOP_BIN" --help | grep -o -e '--[a-z-]*' | sort -u | while read -r option; do
    escaped=$(echo "$option" | sed 's/-/\\\\-/g')
    grep -q -e "$escaped" "$page" || echo "$option"
done)
result "$missing" "every option of --help is in the manual"

# Rules and thresholds have a line each; what the page says of one must not be empty.
lines=$("$VTOP_BIN" --explain rules | wc -l)
entries=$(sed -n '/BEGIN RULES/,/END RULES/p' "$analysis" | grep -c '^\.BR')
[ "$lines" -gt 10 ] && [ "$lines" -eq "$entries" ] && wrong= || wrong="$lines rules, $entries entries"
result "$wrong" "the manual has an entry for each rule"

for each in "$page" "$analysis" "$abs_top_srcdir/man/vtoprc.5" \
    "$abs_top_srcdir/man/vtop-recording.5"; do
    if ! command -v man >/dev/null; then
        number=$((number + 1))
        echo "ok $number # SKIP no man"
        continue
    fi
    warnings=$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$each" 2>&1 >/dev/null)
    result "$warnings" "man formats ${each##*/} without a warning"
done
