/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_args.h: what the command line of a virtual machine says about it.
 *
 * Pure: text in, facts out. A command line is hostile (any user can start a process with any text),
 * so its texts are bounded by its length, never trusted, and cleaned by the caller that puts them
 * into an ident.
 */
#ifndef VTOP_COLLECT_PROCESS_ARGS_H
#define VTOP_COLLECT_PROCESS_ARGS_H

#include "collect/process/process_told.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The program that runs a virtual machine. */
enum vmm {
    VMM_NONE, /* not known by name */
    VMM_QEMU,
    VMM_FIRECRACKER,
    VMM_CLOUD_HYPERVISOR,
    VMM_CROSVM,
    VMM_KVMTOOL
};

/* By the base name of a program's file or of its argv[0]. What a packager puts around the name
 * (".qemu-kvm-wrapped", "firecracker-v1.7.0-x86_64") and " (deleted)" are ignored. */
enum vmm process_vmm(const char *program);

/* CMDLINE: LENGTH bytes of NUL-separated arguments, with a NUL behind them. */
void process_args_parse(struct process_args *out, enum vmm vmm, const char *cmdline, size_t length);
void process_args_clear(struct process_args *args);

#endif
