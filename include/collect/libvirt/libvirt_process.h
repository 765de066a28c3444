/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_process.h: the processes of a daemon's QEMU guests, by the files in which it keeps their
 * pids.
 *
 * A pid file alone proves nothing: its number may be of another pid namespace, where the daemon
 * runs, and here belong to another process. So the process has to have the guest's UUID, or name,
 * on its command line. The UUID alone does not tell either which process a guest is: QEMU started
 * by hand, or by another daemon, may have the same one. Never waits for a guest.
 */
#ifndef VTOP_COLLECT_LIBVIRT_PROCESS_H
#define VTOP_COLLECT_LIBVIRT_PROCESS_H

#include "base/root.h"
#include "collect/libvirt/libvirt_uri.h"

#include <stdint.h>

struct libvirt_process {
    int pid;
    uint64_t start_time; /* as procfs_stat has it: with the pid, who it is */
    bool open;           /* its descriptors may be read, which takes root or its own user */
};

/* The directory in which a daemon of this host keeps its pid files; NULL: it keeps none. g_free. */
char *libvirt_process_directory(const struct libvirt_uri *uri);

/* False: no process can be seen that is known to be that guest. */
bool libvirt_process_find(const struct root *root, const char *directory, const char *name,
                          const char *uuid, struct libvirt_process *out);

/* The same for a container of libvirt's, whose id is the pid of the process that keeps it. */
bool libvirt_process_find_container(const struct root *root, int id, const char *name,
                                    struct libvirt_process *out);

/* Whether it is there and stopped by a signal or a debugger. */
bool libvirt_process_is_stopped(const struct root *root, int pid, uint64_t start_time);

#endif
