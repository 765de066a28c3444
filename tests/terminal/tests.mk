# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of the terminal, in tmux; scripts that run one at a time.
EXTRA_DIST += tests/terminal/screen.py tests/terminal/bare.py
host_tests += tests/terminal/session.py
host_tests += tests/terminal/keys.py tests/terminal/looks.py
host_tests += tests/terminal/crowd.py tests/terminal/edges.py
host_tests += tests/terminal/saved.py tests/terminal/findings.py tests/terminal/replay.py
host_tests += tests/terminal/terms.py tests/terminal/distance.py
BENCHES += tests/terminal/bench-bytes.py
test_helpers += tests/terminal/linked
tests_terminal_linked_SOURCES = tests/terminal/linked.c
BENCHES += tests/terminal/bench-start.py
EXTRA_DIST += tests/terminal/pictures.py

# The simulated host as SVG, for the README: man/pictures/main.svg and others, in the source tree.
pictures: vtop$(EXEEXT)
	env $(test_environment) $(srcdir)/tests/terminal/pictures.py $(srcdir)/man/pictures
.PHONY: pictures
