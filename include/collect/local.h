/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* local.h: the source that reads the kernel of a host: the host itself, control groups, processes.
 *
 * One thread, one sample per tick. Nothing in it waits for a daemon or a guest, so the live feed
 * ticks when this source has published. Config: struct local_config.
 */
#ifndef VTOP_COLLECT_LOCAL_H
#define VTOP_COLLECT_LOCAL_H

#include "collect/source.h"

struct local_config {
    const char *root_dir; /* root_new(); NULL: "/", or what viewpoint_new() finds */
    bool saved;           /* a saved tree even if the running kernel's /proc is below it */
};

extern const struct source_class LOCAL_SOURCE;

#endif
