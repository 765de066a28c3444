/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_disks.h: where the disks of a virtual machine are, as far as its command line tells.
 *
 * A control group counts the requests that its processes send to block devices of this host. It
 * sees nothing of a disk that another program serves (vhost-user), that QEMU reaches over the
 * network (rbd, nbd, iscsi, ...), or whose file lies on a network file system.
 *
 * Pure functions over hostile text.
 */
#ifndef VTOP_COLLECT_PROCESS_DISKS_H
#define VTOP_COLLECT_PROCESS_DISKS_H

#include <glib.h>
#include <stdbool.h>

struct process_disks {
    bool remote;       /* one at least is not on a block device of this host */
    GPtrArray *files;  /* char *: absolute paths of the others; NULL = none */
    GPtrArray *passed; /* char *: PCI addresses of devices that were passed through; NULL = none */
};

/* The name of an image as QEMU takes it: a path, or "PROTOCOL:..." */
void process_disks_add_name(struct process_disks *d, const char *name);

/* The value of -drive, -blockdev or the like: all names and drivers in it. */
void process_disks_add_list(struct process_disks *d, const char *list);

/* A device that stands for a disk by itself (vhost-user-blk, vhost-scsi), or may: one of the host,
 * at the PCI address HOST (NULL: none). */
void process_disks_add_device(struct process_disks *d, const char *driver, const char *host);

/* Whether the path lies on a file system that is not on a block device of this host. MOUNTINFO: the
 * text of /proc/PID/mountinfo. */
bool process_disks_is_mounted_remote(const char *mountinfo, const char *path);

void process_disks_clear(struct process_disks *d);

#endif
