/* machined.h: whether systemd-machined takes a group for a virtual machine.
 *
 * systemd-nspawn and systemd-vmspawn put what they start into the same kind of scope, so the path
 * of a control group does not tell a container from a machine. machined knows: it keeps a file for
 * each in /run/systemd/machines/, with a link to it for each unit.
 */
#ifndef VTOP_COLLECT_MACHINED_H
#define VTOP_COLLECT_MACHINED_H

#include "base/file.h"
#include "collect/cgroup/container.h"

/* WHAT: what container_classify() says of PATH. Where machined knows better, it becomes the group of
 * a machine. SCRATCH is used for reading. Whether it did. */
bool machined_corrects(const struct root *root, const char *path, struct container *what,
                       struct file_buffer *scratch);

#endif
