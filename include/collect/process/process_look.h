/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_look.h: whether one process is a virtual machine, by evidence.
 *
 * A program with a known name (of its file, or of argv[0] where the file cannot be read) is a
 * machine unless its arguments say otherwise. Any other program is a machine if it holds the
 * descriptors of a KVM machine and of its vCPUs, and maps these vCPUs into its memory: a tool can
 * hold duplicates of the descriptors, but only the process that created the machine can run it. A
 * process that was forked from a machine and runs the same program with the same arguments is part
 * of that machine (crosvm forks one for each device), unless only the child holds the machine (QEMU
 * with -daemonize).
 *
 * Known programs are found without privileges, others only by root.
 */
#ifndef VTOP_COLLECT_PROCESS_LOOK_H
#define VTOP_COLLECT_PROCESS_LOOK_H

#include "base/file.h"
#include "collect/process/process_args.h"

/* One machine that was found, or a thread of the kernel that works for one. */
struct process_found {
    pid_t pid;
    pid_t vhost_of;      /* not 0: PID is a vhost thread of this process */
    bool hidden;         /* the process exists, but this user cannot see more of it */
    uint64_t start_time; /* clock ticks after boot; 0 when hidden */
    enum vmm vmm;        /* VMM_NONE: found by its descriptors */
    char program[64];    /* the name of the process */
    struct process_args args;
};

void process_found_free(void *found);

struct process_look {
    const struct root *root;
    struct file_buffer *buffer; /* scratch */
    bool deep;                  /* read the descriptors of an unknown program */
    bool unknown;               /* result: only its descriptors can tell */
    bool kernel;                /* result: it is a thread of the kernel */
};

/* NULL: it is no machine, or has ended. Free with process_found_free(). */
struct process_found *process_look(struct process_look *l, pid_t pid);

#endif
