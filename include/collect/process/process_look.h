/* process_look.h: whether one process is a virtual machine, by evidence.
 *
 * A program that is known by name (of its file, or of its argv[0] where the file may not be looked
 * at) is a machine unless its arguments say otherwise. Any other program is one when it holds a
 * machine of KVM and its vCPUs, and has those vCPUs in its memory: a tool may hold duplicates of
 * the descriptors, but only the process that made a machine can run it. A process that was forked
 * from a machine and still runs the same program with the same arguments is a part of it (crosvm
 * has one for each device), unless it alone holds the machine (QEMU with -daemonize).
 *
 * Needs no rights for the known programs; to find unknown ones needs root.
 */
#ifndef VTOP_COLLECT_PROCESS_LOOK_H
#define VTOP_COLLECT_PROCESS_LOOK_H

#include "base/file.h"
#include "collect/process/process_args.h"

/* One machine that was found, or a thread of the kernel that works for one. */
struct process_found {
    pid_t pid;
    pid_t vhost_of;      /* not 0: PID is a vhost thread of that process */
    bool hidden;         /* it exists, but this user may not see more of it */
    uint64_t start_time; /* clock ticks after boot; 0 when hidden */
    enum vmm vmm;        /* VMM_NONE: it only holds a KVM machine */
    char program[64];    /* its command */
    struct process_args args;
};

void process_found_free(void *found);

struct process_look {
    const struct root *root;
    struct file_buffer *buffer; /* scratch */
    bool deep;                  /* the descriptors of an unknown program may be looked through */
    bool unknown;               /* out: only its descriptors can tell */
    bool kernel;                /* out: it is a thread of the kernel */
};

/* NULL: it is no machine, or is gone. process_found_free(). */
struct process_found *process_look(struct process_look *l, pid_t pid);

#endif
