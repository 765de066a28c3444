/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* machined.h: what systemd-machined knows about the units that containers and machines run in.
 *
 * systemd-nspawn and systemd-vmspawn create the same kind of scope, and also run in units that the
 * user defines. So the path of a control group does not show whether it belongs to a container, a
 * machine or a service. machined keeps a file for each in /run/systemd/machines/, with a link
 * "unit:UNIT" to it.
 *
 * One thread for each struct machined.
 */
#ifndef VTOP_COLLECT_MACHINED_H
#define VTOP_COLLECT_MACHINED_H

#include "base/file.h"
#include "collect/cgroup/container.h"

#include <glib.h>
#include <sys/stat.h>

/* WHAT: the result of container_classify() for PATH. If machined knows better, it becomes a
 * container or the group of a machine. SCRATCH is used for reading. Returns whether WHAT was
 * changed. */
bool machined_corrects(const struct root *root, const char *path, struct container *what,
                       struct file_buffer *scratch);

/* The units of all machines, in one list, so that units of services need no lookup each. */
struct machined {
    GHashTable *units; /* set of names; NULL in a new (all-zero) one */
    struct timespec changed;
};

/* Read the list if it may have changed. Returns whether it was read. */
bool machined_update(struct machined *m, const struct root *root);

bool machined_has(const struct machined *m, const char *unit);
void machined_clear(struct machined *m);

#endif
