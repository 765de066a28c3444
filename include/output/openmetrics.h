/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* openmetrics.h: the live moment as text for Prometheus and others that scrape.
 *
 * The numbers of series.def in two formats: OpenMetrics 1.0, and Prometheus's text format 0.0.4.
 * The samples are the same, only the lines about families differ. There are no timestamps.
 *
 *   - Series of guests have the label id; a guest or host that is not on (or is not) the local host
 *     also has host, the identity of that host. Names, images and so on are labels of
 *     vtop_guest_info and vtop_host_info only, so that a new name does not begin a new series.
 *   - id is the uuid or the container's id, or else the key of the guest (its control group, its
 *     process). When two guests of one host have the same one, the key of each follows it.
 *   - A counter never falls because its source changed: where several facets count the same, the
 *     label "facet" says which of them does. A sum over disks or interfaces stays where it is when
 *     one of them is unplugged, or cannot be read for a while, and does not leap when one comes.
 *   - A value that is absent, stale, or of a guest that left, has no sample.
 *
 * Main thread only.
 */
#ifndef VTOP_OUTPUT_OPENMETRICS_H
#define VTOP_OUTPUT_OPENMETRICS_H

#include "model/series.h"
#include "output/output.h"

enum exposition_format { EXPOSE_PROMETHEUS, EXPOSE_OPENMETRICS, EXPOSE_COUNT };

/* What has been exported so far, so that sums do not fall. PARTS: 1 << enum kind, or-ed: which parts
 * have series, too, of CPUs, vCPUs, disks, interfaces, nodes and stores; those of virtual machines
 * are part of the LIBVIRT style. */
struct exposition;
struct exposition *exposition_new(enum series_names style, unsigned parts);
void exposition_free(struct exposition *x);

/* Append the sample, which is about the live moment. Returns the number of series. */
size_t exposition_write(struct exposition *x, const struct output_sample *sample,
                        enum exposition_format format, GString *out);

/* Append a number of the exporter itself, without labels; NAME is that of the series. */
void exposition_add(enum exposition_format format, const char *name, bool counter, const char *help,
                    double number, GString *out);

/* Append the end, behind which nothing may stand. */
void exposition_end(enum exposition_format format, GString *out);

/* The needs of all series (enum need, or-ed). */
unsigned exposition_needs(void);

/* ---- shared by its files ---- */

/* An entity whose series are printed. */
struct exposed {
    const struct entity *e;
    char *labels;           /* id, host, and of a part its name: escaped, or "" */
    char *more;             /* labels that belong to the other names of a style, or "" */
    enum guest_class class; /* of the guest, or of the guest that it is a part of; 0: of a host */
};

/* The rows of hosts, of the guests of a sample, and of the parts of either, added to ROWS:
 * struct exposed. */
GArray *exposed_hosts(const struct moment *at);
GArray *exposed_guests(const struct output_sample *sample, enum series_names style);
GArray *exposed_new(void);
void exposed_add_parts(GArray *rows, const GArray *owners, enum kind kind, enum series_names style);

/* , "KEY"="TEXT" escaped; nothing when TEXT is NULL or empty. */
void exposed_label(GString *out, const char *key, const char *text);

/* The label "host" of what is on that host; nothing for the local one. */
void exposed_host_label(GString *out, const struct entity *host);

/* Sums that never fall. */
struct sums;
struct sums *sums_new(void);
void sums_free(struct sums *s);
void sums_begin(struct sums *s); /* a new sample; what was not asked for in long is forgotten */

/* The value of a series, in base units; false: there is none. *facet: for its label, or NULL. */
bool exposed_value(struct sums *s, const struct moment *at, const struct entity *e,
                   const struct series_info *info, double *number, const char **facet);

#endif
