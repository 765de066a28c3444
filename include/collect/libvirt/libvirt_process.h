/* libvirt_process.h: the processes of a daemon's QEMU guests, by the files in which it keeps their
 * pids.
 *
 * A uuid does not tell which process a guest is: QEMU started by hand, or by another daemon, may
 * say the same one. Never waits for a guest.
 */
#ifndef VTOP_COLLECT_LIBVIRT_PROCESS_H
#define VTOP_COLLECT_LIBVIRT_PROCESS_H

#include "base/root.h"

#include <stdbool.h>
#include <stdint.h>

struct libvirt_process {
    int pid;
    uint64_t start_time; /* as procfs_stat has it: with the pid, who it is */
    bool stopped;
};

/* The directory in which the daemon of a URI (NULL: this host's) keeps its pid files; NULL: it
 * keeps none, or nobody knows where. g_free. */
char *libvirt_process_directory(const char *uri);

/* False: there is no process of that guest to be seen. */
bool libvirt_process_find(const struct root *root, const char *directory, const char *name,
                          struct libvirt_process *out);

#endif
