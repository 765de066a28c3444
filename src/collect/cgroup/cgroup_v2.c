/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_parse.h"

#include "collect/pressure.h"

#include <string.h>

/* cpu.stat: microseconds */
static bool parse_cpu(struct cgroup_parser *p, const struct cgroup_file *file, const char *text,
                      struct record *out)
{
    enum { KEYS = 3 };
    uint64_t us[KEYS] = {0};
    bool known[KEYS];

    parse_key_values(&p->cpu_stat, text, us, known);
    for (int i = 0; i < KEYS; i++)
        cgroup_store(out, file->readings[i], known[i], us[i], 1000);
    return true;
}

static bool parse_memory_stat(struct cgroup_parser *p, const struct cgroup_file *file,
                              const char *text, struct record *out)
{
    static const char *const keys[MEMORY_KEYS] = {
        [MEMORY_INACTIVE_FILE] = "inactive_file",
        [MEMORY_ANON] = "anon",
        [MEMORY_FILE] = "file",
        [MEMORY_SHMEM] = "shmem",
        [MEMORY_KERNEL] = "kernel", /* since Linux 5.18 */
        [MEMORY_MAJOR_FAULTS] = "pgmajfault",
        [MEMORY_REFAULTS] = "workingset_refault",
        [MEMORY_REFAULTS_ANON] = "workingset_refault_anon",
        [MEMORY_REFAULTS_FILE] = "workingset_refault_file",
    };

    (void)file;
    return cgroup_parse_memory_stat(p, keys, text, out);
}

/* ---- io.stat: "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6", devices in any order ----
 *
 * Real kernels also give several devices on one line, a device without figures, "(unknown)" instead
 * of a device, and keys of other policies. Everything that cannot be parsed is skipped. */

static bool parse_device(const char *word, size_t length, struct blockdev_io *io)
{
    uint64_t major, minor;
    const char *p = word;

    if (!parse_u64(&p, &major) || *p++ != ':' || !parse_u64(&p, &minor) || p != word + length)
        return false;
    *io = (struct blockdev_io){.major = (uint32_t)major, .minor = (uint32_t)minor};
    return true;
}

static void parse_figure(const char *word, size_t length, struct blockdev_io *io)
{
    const struct {
        const char *key;
        uint64_t *to;
    } figures[] = {{"rbytes=", &io->read_bytes},
                   {"wbytes=", &io->write_bytes},
                   {"rios=", &io->read_ops},
                   {"wios=", &io->write_ops}};

    for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
        size_t n = strlen(figures[i].key);
        const char *p = word + n;
        uint64_t value;
        if (length > n && memcmp(word, figures[i].key, n) == 0 && parse_u64(&p, &value) &&
            p == word + length)
            *figures[i].to = value;
    }
}

static void parse_io_line(GArray *devices, const char *line)
{
    struct blockdev_io *io = NULL;

    for (const char *p = parse_blanks(line); *p && *p != '\n'; p = parse_blanks(p)) {
        size_t length = strcspn(p, " \t\n");
        struct blockdev_io new;
        if (parse_device(p, length, &new)) {
            g_array_append_val(devices, new);
            io = &g_array_index(devices, struct blockdev_io, devices->len - 1);
        } else if (io) {
            parse_figure(p, length, io);
        }
        p += length;
    }
}

static bool parse_io(struct cgroup_parser *p, const struct cgroup_file *file, const char *text,
                     struct record *out)
{
    (void)file;
    g_array_set_size(p->io, 0);
    for (const char *line = text; *line; line = parse_next_line(line))
        parse_io_line(p->io, line);
    struct blockdev_io sum = cgroup_sum_io(p);
    cgroup_store(out, R_CG_IO_READ_BYTES, true, sum.read_bytes, 1);
    cgroup_store(out, R_CG_IO_WRITE_BYTES, true, sum.write_bytes, 1);
    cgroup_store(out, R_CG_IO_READ_OPS, true, sum.read_ops, 1);
    cgroup_store(out, R_CG_IO_WRITE_OPS, true, sum.write_ops, 1);
    return true;
}

static bool parse_pressure(struct cgroup_parser *p, const struct cgroup_file *file,
                           const char *text, struct record *out)
{
    (void)p;
    pressure_record(out, file->readings[0], file->readings[1], text, (ssize_t)strlen(text));
    return true;
}

static bool parse_irq_pressure(struct cgroup_parser *p, const struct cgroup_file *file,
                               const char *text, struct record *out)
{
    (void)p;
    pressure_record(out, R_NONE, file->readings[0], text, (ssize_t)strlen(text));
    return true;
}

static const enum reading CPU[] = {R_CG_CPU_NS, R_CG_USER_NS, R_CG_SYSTEM_NS, R_NONE};
static const enum reading MEMORY[] = {R_CG_MEM_USAGE_BYTES, R_NONE};
static const enum reading SWAP[] = {R_CG_SWAP_BYTES, R_NONE};
static const enum reading IO[] = {R_CG_IO_READ_BYTES, R_CG_IO_WRITE_BYTES, R_CG_IO_READ_OPS,
                                  R_CG_IO_WRITE_OPS, R_NONE};
static const enum reading TASKS[] = {R_CG_TASKS, R_NONE};
static const enum reading PSI_CPU[] = {R_CG_PSI_CPU_SOME_NS, R_CG_PSI_CPU_FULL_NS, R_NONE};
static const enum reading PSI_MEMORY[] = {R_CG_PSI_MEM_SOME_NS, R_CG_PSI_MEM_FULL_NS, R_NONE};
static const enum reading PSI_IO[] = {R_CG_PSI_IO_SOME_NS, R_CG_PSI_IO_FULL_NS, R_NONE};
static const enum reading PSI_IRQ[] = {R_CG_PSI_IRQ_FULL_NS, R_NONE};

/* A file of a v2 group is missing when its controller is not enabled for this group. */
const struct cgroup_file CGROUP_V2_FILES[] = {
    {.controller = CONTROLLER_CPUACCT,
     .names = {"cpu.stat"},
     .needs = NEED_CPU | NEED_CPU_SPLIT,
     .readings = CPU,
     .parse = parse_cpu,
     .if_missing = REASON_NO_FILE},
    {.controller = CONTROLLER_MEMORY,
     .names = {"memory.current"},
     .needs = NEED_MEM | NEED_CHARGED,
     .readings = MEMORY,
     .parse = cgroup_parse_number,
     .if_missing = REASON_NO_CONTROLLER},
    {.controller = CONTROLLER_MEMORY,
     .names = {"memory.stat"},
     .needs = NEED_MEM,
     .readings = CGROUP_MEMORY_STAT,
     .parse = parse_memory_stat,
     .if_missing = REASON_NO_CONTROLLER,
     .quiet = true},
    {.controller = CONTROLLER_MEMORY,
     .names = {"memory.swap.current"},
     .needs = NEED_MEM,
     .readings = SWAP,
     .parse = cgroup_parse_number,
     .if_missing = REASON_NO_FILE},
    {.controller = CONTROLLER_IO,
     .names = {"io.stat"},
     .needs = NEED_IO | NEED_IO_OPS,
     .readings = IO,
     .parse = parse_io,
     .if_missing = REASON_NO_CONTROLLER},
    {.controller = CONTROLLER_PIDS,
     .names = {"pids.current"},
     .needs = NEED_TASKS,
     .readings = TASKS,
     .parse = cgroup_parse_number,
     .if_missing = REASON_NO_CONTROLLER},
    {.controller = CONTROLLER_UNIFIED, /* every v2 group has it, wherever the CPU controller is */
     .names = {"cpu.stat"},
     .needs = NEED_CPU | NEED_CPU_SPLIT,
     .readings = CPU,
     .parse = parse_cpu,
     .if_missing = REASON_NO_CONTROLLER},
    {.controller = CONTROLLER_UNIFIED,
     .names = {"cpu.pressure"},
     .needs = NEED_PRESSURE_CPU,
     .readings = PSI_CPU,
     .parse = parse_pressure,
     .if_missing = REASON_PRESSURE_OFF},
    {.controller = CONTROLLER_UNIFIED,
     .names = {"memory.pressure"},
     .needs = NEED_PRESSURE_MEM,
     .readings = PSI_MEMORY,
     .parse = parse_pressure,
     .if_missing = REASON_PRESSURE_OFF},
    {.controller = CONTROLLER_UNIFIED,
     .names = {"io.pressure"},
     .needs = NEED_PRESSURE_IO,
     .readings = PSI_IO,
     .parse = parse_pressure,
     .if_missing = REASON_PRESSURE_OFF},
    {.controller = CONTROLLER_UNIFIED,
     .names = {"irq.pressure"},
     .needs = NEED_PRESSURE_IRQ,
     .readings = PSI_IRQ,
     .parse = parse_irq_pressure,
     .if_missing = REASON_NO_FILE},
    {.parse = NULL},
};
