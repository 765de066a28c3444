# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# vtop for a long time, while guests come and go: does it grow? For SOAK_SECONDS.
EXTRA_DIST += tests/soak/soak.py
SOAK_SECONDS = 1800
soak: vtop$(EXEEXT)
	env $(test_environment) $(srcdir)/tests/soak/soak.py $(SOAK_SECONDS)
.PHONY: soak
