/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_size.h: how much memory and how many vCPUs QEMU gives a machine, from its options.
 *
 * Pure functions over hostile text. An option that is given again adds to what was said before.
 */
#ifndef VTOP_COLLECT_PROCESS_SIZE_H
#define VTOP_COLLECT_PROCESS_SIZE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { PROCESS_SMP_KEYS = 11 };

struct process_size {
    uint64_t memory; /* bytes of -m; 0 = not said */
    char *ram;       /* id of the memory backend that is the main memory; NULL = none */
    GArray *backends;
    GPtrArray *dimms;    /* char *: ids of the backends of memory modules */
    uint64_t virtio_mem; /* bytes that virtio-mem devices are to have */
    uint64_t smp[PROCESS_SMP_KEYS];
    bool smp_said;
    unsigned cpus, cores; /* CPUs that are devices, and cores of POWER that are */
};

void process_size_init(struct process_size *s);
void process_size_clear(struct process_size *s);

/* The values of -m, -smp and -object. */
void process_size_memory(struct process_size *s, const char *list);
void process_size_smp(struct process_size *s, const char *list);
void process_size_object(struct process_size *s, const char *list);

/* One field of -machine. */
void process_size_machine(struct process_size *s, const char *key, const char *value);

/* The value of -device, which is of this DRIVER. Whether it is memory or a CPU. */
bool process_size_device(struct process_size *s, const char *driver, const char *list);

/* The memory of a machine of this TYPE (NULL: the program's own choice) when QEMU is not told; 0 =
 * not known. PROGRAM is the name of its file. */
uint64_t process_size_default(const char *program, const char *type);

/* All its memory; UNSAID takes the place of -m. 0 = not known. */
uint64_t process_size_bytes(const struct process_size *s, uint64_t unsaid);

/* All its vCPUs; UNSAID takes the place of -smp. CONFIGURED: a file says more, so that only a
 * number that was given counts. 0 = not known. */
unsigned process_size_vcpus(const struct process_size *s, unsigned unsaid, bool configured);

#endif
