# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Sources and headers of the layer export/: series over HTTP. Without libmicrohttpd only what options
# and tests need.
libvtop_a_SOURCES += include/export/address.h src/export/address.c \
	include/export/negotiate.h src/export/negotiate.c \
	include/export/secret.h src/export/secret.c \
	include/export/packed.h include/export/page.h include/export/server.h
if MICROHTTPD
libvtop_a_SOURCES += src/export/packed.c src/export/server.c
endif
