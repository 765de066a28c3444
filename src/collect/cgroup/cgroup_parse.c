/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_parse.h"

#include "base/clock.h"

#include <string.h>
#include <unistd.h>

void cgroup_parser_init(struct cgroup_parser *p, const struct root *root)
{
    static const char *const cpu_keys[] = {"usage_usec", "user_usec", "system_usec"};

    *p = (struct cgroup_parser){.devices = blockdevs_new(root)};
    p->io = g_array_new(FALSE, FALSE, sizeof(struct blockdev_io));
    p->tick_ns = (uint64_t)(CLOCK_NS_PER_S / sysconf(_SC_CLK_TCK));
    p->cpu_stat = (struct parse_plan){.keys = cpu_keys, .count = G_N_ELEMENTS(cpu_keys)};
}

void cgroup_parser_clear(struct cgroup_parser *p)
{
    blockdevs_free(p->devices);
    g_array_free(p->io, TRUE);
}

bool cgroup_is_sane(uint64_t value, uint64_t scale)
{
    return value < (UINT64_C(1) << 63) / scale;
}

void cgroup_store(struct record *out, enum reading reading, bool known, uint64_t value,
                  uint64_t scale)
{
    if (known && cgroup_is_sane(value, scale))
        record_set(out, reading, value * scale);
    else
        record_absent(out, reading, REASON_UNREADABLE);
}

bool cgroup_parse_number(struct cgroup_parser *p, const struct cgroup_file *file, const char *text,
                         struct record *out)
{
    uint64_t n = 0;
    bool known = parse_u64_only(text, &n);

    (void)p;
    cgroup_store(out, file->readings[0], known, n, 1);
    return true;
}

/* ---- memory.stat ---- */

#define INSANE (UINT64_C(1) << 63) /* the smallest implausible value; the sum of two wraps to 0 */

const enum reading CGROUP_MEMORY_STAT[] = {R_CG_MEM_INACTIVE_FILE_BYTES,
                                           R_CG_MEM_ANON_BYTES,
                                           R_CG_MEM_FILE_BYTES,
                                           R_CG_MEM_SHMEM_BYTES,
                                           R_CG_MEM_KERNEL_BYTES,
                                           R_CG_SWAP_BYTES,
                                           R_CG_REFAULTS,
                                           R_CG_MAJOR_FAULTS,
                                           R_NONE};
G_STATIC_ASSERT(G_N_ELEMENTS(CGROUP_MEMORY_STAT) - 1 <= CGROUP_QUIET_MAX);

static bool has_key(const char *text, const char *key)
{
    for (const char *line = text; *line; line = parse_next_line(line)) {
        const char *rest = line;
        if (parse_word(&rest, key))
            return true;
    }
    return false;
}

static void choose_memory_keys(struct cgroup_parser *p, const char *const keys[MEMORY_KEYS],
                               const char *text)
{
    size_t n = 0;

    if (!g_str_has_suffix(text, "\n"))
        return; /* torn: the choice would be wrong for good */
    for (int k = 0; k < MEMORY_KEYS; k++) {
        if (!keys[k] || !has_key(text, keys[k]))
            continue;
        p->memory_keys[n] = keys[k];
        p->memory_key[n++] = (enum memory_key)k;
    }
    p->memory_stat = (struct parse_plan){.keys = p->memory_keys, .count = n};
}

bool cgroup_parse_memory_stat(struct cgroup_parser *p, const char *const keys[MEMORY_KEYS],
                              const char *text, struct record *out)
{
    static const struct {
        enum memory_key key;
        enum reading reading;
    } amounts[] = {
        {MEMORY_INACTIVE_FILE, R_CG_MEM_INACTIVE_FILE_BYTES},
        {MEMORY_ANON, R_CG_MEM_ANON_BYTES},
        {MEMORY_FILE, R_CG_MEM_FILE_BYTES},
        {MEMORY_SHMEM, R_CG_MEM_SHMEM_BYTES},
        {MEMORY_MAJOR_FAULTS, R_CG_MAJOR_FAULTS},
    };
    uint64_t raw[MEMORY_KEYS], v[MEMORY_KEYS] = {0};
    bool found[MEMORY_KEYS], known[MEMORY_KEYS] = {false};

    if (!p->memory_stat.count)
        choose_memory_keys(p, keys, text);
    parse_key_values(&p->memory_stat, text, raw, found);
    for (size_t i = 0; i < p->memory_stat.count; i++) {
        known[p->memory_key[i]] = found[i];
        v[p->memory_key[i]] = found[i] ? MIN(raw[i], INSANE) : 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(amounts); i++)
        cgroup_store(out, amounts[i].reading, known[amounts[i].key], v[amounts[i].key], 1);
    if (known[MEMORY_KERNEL])
        cgroup_store(out, R_CG_MEM_KERNEL_BYTES, true, v[MEMORY_KERNEL], 1);
    else if (keys[MEMORY_KERNEL])
        record_absent(out, R_CG_MEM_KERNEL_BYTES, REASON_NO_FILE);
    if (keys[MEMORY_SWAP])
        cgroup_store(out, R_CG_SWAP_BYTES, known[MEMORY_SWAP], v[MEMORY_SWAP], 1);
    bool refaults = known[MEMORY_REFAULTS] || known[MEMORY_REFAULTS_FILE];
    for (int k = MEMORY_REFAULTS; k <= MEMORY_REFAULTS_FILE; k++)
        refaults &= v[k] < INSANE;
    cgroup_store(out, R_CG_REFAULTS, refaults,
                 v[MEMORY_REFAULTS] + v[MEMORY_REFAULTS_ANON] + v[MEMORY_REFAULTS_FILE], 1);
    return true;
}

/* An implausible figure makes its sum implausible. */
struct blockdev_io cgroup_sum_io(struct cgroup_parser *p)
{
    const struct blockdev_io *io = (const struct blockdev_io *)(const void *)p->io->data;
    struct blockdev_io sum = blockdevs_sum(p->devices, io, p->io->len, p->now_ns);

    for (guint i = 0; i < p->io->len; i++) {
        sum.read_bytes = io[i].read_bytes < INSANE ? sum.read_bytes : INSANE;
        sum.write_bytes = io[i].write_bytes < INSANE ? sum.write_bytes : INSANE;
        sum.read_ops = io[i].read_ops < INSANE ? sum.read_ops : INSANE;
        sum.write_ops = io[i].write_ops < INSANE ? sum.write_ops : INSANE;
    }
    return sum;
}
