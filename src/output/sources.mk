# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Sources and headers of the layer output/, one line per module:
#   libvtop_a_SOURCES += src/output/NAME.c include/output/NAME.h
# Files that are included but not compiled go to EXTRA_DIST.
libvtop_a_SOURCES += include/output/output.h src/output/output.c
libvtop_a_SOURCES += include/output/parts.h src/output/parts.c
libvtop_a_SOURCES += src/output/csv.c src/output/json.c src/output/text.c
libvtop_a_SOURCES += include/output/json_parts.h src/output/json_parts.c include/output/report.h src/output/report.c
libvtop_a_SOURCES += include/output/output_advice.h src/output/output_advice_text.c \
	src/output/output_advice_json.c
libvtop_a_SOURCES += include/output/output_difference.h src/output/output_difference.c
libvtop_a_SOURCES += include/output/openmetrics.h src/output/openmetrics.c \
	src/output/openmetrics_rows.c src/output/openmetrics_values.c
