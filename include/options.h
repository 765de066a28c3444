/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* options.h: the command line as a struct.
 *
 * All arguments are checked here, before the terminal or a daemon is used. Wrong usage gives one
 * line on standard error (option, value, what was expected) and exit code 2.
 */
#ifndef VTOP_OPTIONS_H
#define VTOP_OPTIONS_H

#include "analyse/finding.h"
#include "feed/feed_live.h"
#include "model/series.h"
#include "ui/preferences.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum options_format {
    FORMAT_TEXT,
    FORMAT_CSV,
    FORMAT_JSON,
    FORMAT_OPENMETRICS, /* batch only */
    FORMAT_PROMETHEUS   /* batch only */
};

struct options {
    struct settings settings; /* the defaults, overridden by the command line */
    unsigned given;           /* 1 << enum preference, or-ed */
    bool batch;
    bool quiet;            /* batch: no samples are printed */
    enum severity fail_on; /* the exit status tells of findings of this severity; SEVERITY_INFO:
                              it does not */
    bool advise;
    bool summary;
    char *const *command; /* of --summary: in argv, NULL-terminated; NULL: none */
    enum options_format format;
    enum series_names export_names;
    bool export;          /* serve series over HTTP */
    char *export_address; /* NULL: the default */
    char *export_cert, *export_key, *export_auth; /* files; NULL: none */
    bool no_header;
    unsigned parts;      /* JSON and CSV: the parts to print (output/parts.h); 0: none */
    int64_t window_ns;   /* JSON has statistics over this time; 0: it has none */
    uint64_t iterations; /* 0: no limit */
    GPtrArray *uris;     /* char *: hypervisors to ask; empty: the local one, if it is there */
    bool replay;
    char *replay_path;        /* "-": from standard input; NULL: what the service records */
    char *at, *since, *until; /* times (when.h); NULL: not given */
    char *recording_info; /* a recording that is told about; NULL: none */
    char *diff;           /* "T1..T2": both are times; NULL: not asked for */
    char *snapshot;       /* the file that gets a part of it; NULL: none */
    bool anonymize;
    bool record;
    char *record_dir;      /* "-": as a stream to standard output; NULL: the usual one */
    uint64_t record_bytes; /* of all its files */
    int64_t record_age_ns;
    char *filter;        /* NULL: not given */
    char *root;          /* NULL: this host */
    bool still;          /* the root is a saved tree */
    bool demo;
    unsigned demo_guests; /* 0: the default */
    bool no_color;
    char *config; /* settings file instead of the user's own; NULL: the usual places */
};

enum options_result {
    OPTIONS_RUN,   /* continue */
    OPTIONS_DONE,  /* --help, --version, --list-columns: printed, exit 0 */
    OPTIONS_WRONG, /* reported on stderr, exit 2 */
};

enum options_result options_parse(int argc, char **argv, struct options *out);
void options_clear(struct options *o);

/* The configuration of the sources; valid as long as the options. */
struct feed_live_config options_sources(const struct options *o);

#endif
