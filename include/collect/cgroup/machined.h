/* machined.h: what systemd-machined knows of the units that containers and machines run in.
 *
 * systemd-nspawn and systemd-vmspawn put what they start into the same kind of scope, and into
 * units of the user's own, so that the path of a control group does not tell a container from a
 * machine, or either from a service. machined keeps a file for each in /run/systemd/machines/, with
 * a link "unit:UNIT" to it.
 *
 * One thread for each struct machined.
 */
#ifndef VTOP_COLLECT_MACHINED_H
#define VTOP_COLLECT_MACHINED_H

#include "base/file.h"
#include "collect/cgroup/container.h"

#include <glib.h>
#include <sys/stat.h>

/* WHAT: what container_classify() says of PATH. Where machined knows better, it becomes a container
 * or the group of a machine. SCRATCH is used for reading. Whether it did. */
bool machined_corrects(const struct root *root, const char *path, struct container *what,
                       struct file_buffer *scratch);

/* The units of all machines, so that those of services need not be asked about one by one. */
struct machined {
    GHashTable *units; /* set of names; NULL in a new (all-zero) one */
    struct timespec changed;
};

/* Read the list if it may have changed. Whether it has. */
bool machined_update(struct machined *m, const struct root *root);

bool machined_has(const struct machined *m, const char *unit);
void machined_clear(struct machined *m);

#endif
