/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_parse.h"

/* cpuacct.stat: "user N\nsystem N\n" in clock ticks */
static bool parse_split(struct cgroup_parser *p, const struct cgroup_file *file, const char *text,
                        struct record *out)
{
    static const char *const keys[] = {"user", "system"};

    for (int i = 0; i < 2; i++) {
        uint64_t ticks = 0;
        bool known = parse_word(&text, keys[i]) && parse_u64(&text, &ticks);
        cgroup_store(out, file->readings[i], known, ticks, p->tick_ns);
        text = parse_next_line(text);
    }
    return true;
}

/* Keys without "total_" leave out the groups below. */
static bool parse_memory_stat(struct cgroup_parser *p, const struct cgroup_file *file,
                              const char *text, struct record *out)
{
    static const char *const keys[MEMORY_KEYS] = {
        [MEMORY_INACTIVE_FILE] = "total_inactive_file",
        [MEMORY_ANON] = "total_rss",
        [MEMORY_FILE] = "total_cache",
        [MEMORY_SHMEM] = "total_shmem",
        [MEMORY_SWAP] = "total_swap",
        [MEMORY_MAJOR_FAULTS] = "total_pgmajfault",
        [MEMORY_REFAULTS] = "total_workingset_refault",
        [MEMORY_REFAULTS_ANON] = "total_workingset_refault_anon",
        [MEMORY_REFAULTS_FILE] = "total_workingset_refault_file",
    };

    (void)file;
    return cgroup_parse_memory_stat(p, keys, text, out);
}

/* ---- blkio: "8:0 Read 4096", ..., "Total 8192" ---- */

/* The lines of a device follow each other. */
static struct blockdev_io *device_of(GArray *devices, uint32_t major, uint32_t minor)
{
    struct blockdev_io new = {.major = major, .minor = minor};
    struct blockdev_io *last =
        devices->len ? &g_array_index(devices, struct blockdev_io, devices->len - 1) : NULL;

    if (last && last->major == major && last->minor == minor)
        return last;
    g_array_append_val(devices, new);
    return &g_array_index(devices, struct blockdev_io, devices->len - 1);
}

/* Bytes and operations are in two files of the same format; both are parsed into the byte
 * fields. */
static bool parse_blkio(struct cgroup_parser *p, const struct cgroup_file *file, const char *text,
                        struct record *out)
{
    g_array_set_size(p->io, 0);
    for (const char *line = text; *line; line = parse_next_line(line)) {
        const char *rest = line;
        uint64_t major, minor, n;
        if (!parse_u64(&rest, &major) || *rest++ != ':' || !parse_u64(&rest, &minor))
            continue;
        bool write = parse_word(&rest, "Write");
        if ((!write && !parse_word(&rest, "Read")) || !parse_u64(&rest, &n) || *rest != '\n')
            continue;
        struct blockdev_io *io = device_of(p->io, (uint32_t)major, (uint32_t)minor);
        *(write ? &io->write_bytes : &io->read_bytes) = n;
    }
    struct blockdev_io sum = cgroup_sum_io(p);
    cgroup_store(out, file->readings[0], true, sum.read_bytes, 1);
    cgroup_store(out, file->readings[1], true, sum.write_bytes, 1);
    return sum.read_bytes || sum.write_bytes;
}

static const enum reading USAGE[] = {R_CG_CPU_NS, R_NONE};
static const enum reading SPLIT[] = {R_CG_USER_NS, R_CG_SYSTEM_NS, R_NONE};
static const enum reading MEMORY[] = {R_CG_MEM_USAGE_BYTES, R_NONE};
static const enum reading KERNEL[] = {R_CG_MEM_KERNEL_BYTES, R_NONE};
static const enum reading IO_BYTES[] = {R_CG_IO_READ_BYTES, R_CG_IO_WRITE_BYTES, R_NONE};
static const enum reading IO_OPS[] = {R_CG_IO_READ_OPS, R_CG_IO_WRITE_OPS, R_NONE};
static const enum reading TASKS[] = {R_CG_TASKS, R_NONE};

/* Which of the blkio files counts depends on the scheduler of each disk (bfq has its own files),
 * and the recursive files of throttle were added late. */
const struct cgroup_file CGROUP_V1_FILES[] = {
    {.controller = CONTROLLER_CPUACCT,
     .names = {"cpuacct.usage"},
     .needs = NEED_CPU,
     .readings = USAGE,
     .parse = cgroup_parse_number,
     .if_missing = REASON_NO_CONTROLLER},
    {.controller = CONTROLLER_CPUACCT,
     .names = {"cpuacct.stat"},
     .needs = NEED_CPU_SPLIT,
     .readings = SPLIT,
     .parse = parse_split,
     .if_missing = REASON_NO_CONTROLLER},
    {.controller = CONTROLLER_MEMORY,
     .names = {"memory.usage_in_bytes"},
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
     .names = {"memory.kmem.usage_in_bytes"}, /* a kernel can be built without it */
     .needs = NEED_MEM_KERNEL,
     .readings = KERNEL,
     .parse = cgroup_parse_number,
     .if_missing = REASON_NO_FILE},
    {.controller = CONTROLLER_IO,
     .names = {"blkio.bfq.io_service_bytes_recursive", "blkio.throttle.io_service_bytes_recursive",
               "blkio.throttle.io_service_bytes"},
     .needs = NEED_IO,
     .readings = IO_BYTES,
     .parse = parse_blkio,
     .if_missing = REASON_NO_CONTROLLER},
    {.controller = CONTROLLER_IO,
     .names = {"blkio.bfq.io_serviced_recursive", "blkio.throttle.io_serviced_recursive",
               "blkio.throttle.io_serviced"},
     .needs = NEED_IO_OPS,
     .readings = IO_OPS,
     .parse = parse_blkio,
     .if_missing = REASON_NO_CONTROLLER},
    {.controller = CONTROLLER_PIDS,
     .names = {"pids.current"},
     .needs = NEED_TASKS,
     .readings = TASKS,
     .parse = cgroup_parse_number,
     .if_missing = REASON_NO_CONTROLLER},
    {.parse = NULL},
};
