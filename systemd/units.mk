# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Units of systemd; their programs are where this build installs them.
UNITS = systemd/vtop-record.service
EXTRA_DIST += systemd/vtop-record.service.in
CLEANFILES += $(UNITS)
if SYSTEMD_UNITS
nodist_systemdsystemunit_DATA = $(UNITS)
endif

%.service: %.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && sed 's|[@]bindir@|$(bindir)|g' $< >$@.tmp && mv $@.tmp $@
