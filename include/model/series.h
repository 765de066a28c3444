/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* series.h: the numbers of the catalogue as exporters name them; the table is series.def.
 *
 * A series is one number of one entity in its base unit (seconds, bytes, a count): a counter, which
 * only grows, or a gauge. Series that stand together and have the same name are a family.
 * tests/model/series.txt lists all names. Constant, any thread.
 */
#ifndef VTOP_MODEL_SERIES_H
#define VTOP_MODEL_SERIES_H

#include "model/metric.h"

/* Whose names: our own, or those of exporters that dashboards are made for. */
enum series_names { NAMES_VTOP, NAMES_LIBVIRT, NAMES_CADVISOR, NAMES_COUNT };

const char *series_names_name(enum series_names s);    /* "vtop", "libvirt", "cadvisor" */
enum series_names series_names_find(const char *name); /* NAMES_COUNT: there is no such style */

struct series_info {
    const char *name;   /* "vtop_guest_cpu_seconds_total" */
    const char *labels; /* fixed ones, "mode=\"user\"", or "" */
    const char *help;
    enum kind kind;
    bool counter;
    /* one of: */
    enum reading from[METRIC_SOURCES + 1]; /* the first that is known; ended by R_NONE */
    enum metric metric;                    /* M_NONE: readings */
    double scale;                          /* of the metric */
};

extern const struct series_info SERIES_INFOS[];
extern const size_t SERIES_COUNT;

/* What STYLE calls the series of virtual machines and their parts, or of containers (C); NULL: what
 * it is called anyway. */
const char *series_renamed(enum series_names style, enum guest_class c, size_t series);

/* The unit at the end of a name, "_total" left out: "seconds", "bytes"; "" when there is none. */
const char *series_unit(const char *name);

#endif
