# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Units of systemd; their programs are where this build installs them.
UNITS = systemd/vtop-record.service
EXTRA_DIST += systemd/vtop-record.service.in systemd/vtop-exporter.service.in
if MICROHTTPD
UNITS += systemd/vtop-exporter.service
EXPORTER_SOCKET = systemd/vtop-exporter.socket
endif
EXTRA_DIST += systemd/vtop-exporter.socket
CLEANFILES += $(UNITS)
if SYSTEMD_UNITS
nodist_systemdsystemunit_DATA = $(UNITS)
dist_systemdsystemunit_DATA = $(EXPORTER_SOCKET)
endif

%.service: %.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && sed 's|[@]bindir@|$(bindir)|g' $< >$@.tmp && mv $@.tmp $@
