/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_told.h: the facts that a command line gives, shared by process_args and the parsers of
 * single programs (process_qemu). */
#ifndef VTOP_COLLECT_PROCESS_TOLD_H
#define VTOP_COLLECT_PROCESS_TOLD_H

#include "collect/process/process_disks.h"

#include <stdbool.h>
#include <stdint.h>

enum accel { ACCEL_UNKNOWN, ACCEL_KVM, ACCEL_TCG };

struct process_args {
    char *name; /* as given on the command line; NULL = not said */
    char *uuid; /* lower case; NULL = not said */
    char *id;   /* Proxmox: the number of the guest; NULL otherwise */
    enum accel accel;
    uint64_t memory_bytes; /* 0 = not said */
    unsigned vcpus;        /* 0 = not said */
    bool network;          /* it was given a network interface of some kind */
    bool probe;            /* no guest of its own: a question to the program, one of its other
                              commands, or the device model of a Xen domain */
    struct process_disks disks;
};

#endif
