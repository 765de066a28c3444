/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_quiet.h"

#include <string.h>

/* Wraps around after 49 days, which does not affect differences of seconds. */
static uint32_t ms_of(int64_t ns)
{
    return (uint32_t)(ns / CLOCK_NS_PER_MS);
}

/* The CPU time and memory used, truncated to the bits that show a change; false: not known. */
static bool uses_of(const struct record *out, uint32_t uses[2])
{
    uint64_t cpu_ns, memory;

    if (!record_get(out, R_CG_CPU_NS, &cpu_ns) || !record_get(out, R_CG_MEM_USAGE_BYTES, &memory))
        return false;
    uses[0] = (uint32_t)cpu_ns;
    uses[1] = (uint32_t)(memory >> 8); /* whole pages */
    return true;
}

static bool is_kept(const struct cgroup_quiet *q)
{
    return q->pack[0] & PACK_KNOWN;
}

static size_t count_of(const struct cgroup_file *file)
{
    size_t count = 0;

    while (file->readings[count] != R_NONE)
        count++;
    return count;
}

bool cgroup_quiet_recall(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                         struct record *out)
{
    uint32_t uses[2] = {0}, now_ms = ms_of(now_ns);
    uint64_t values[CGROUP_QUIET_MAX];
    uint8_t reasons[CGROUP_QUIET_MAX];

    if (!uses_of(out, uses) || memcmp(uses, q->uses, sizeof(uses)) != 0) {
        memcpy(q->uses, uses, sizeof(uses));
        q->busy_ms = now_ms;
    }
    if (!is_kept(q) || now_ms - q->busy_ms < QUIET_AFTER_MS || now_ms - q->read_ms >= QUIET_KEPT_MS)
        return false;
    pack_read(q->pack, values, reasons, count_of(file));
    for (int i = 0; file->readings[i] != R_NONE; i++) {
        if (reasons[i] == REASON_OK)
            record_set(out, file->readings[i], values[i]);
        else
            record_absent(out, file->readings[i], (enum reason)reasons[i]);
    }
    return true;
}

void cgroup_quiet_learn(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                        const struct record *out)
{
    uint8_t reasons[CGROUP_QUIET_MAX], pack[PACK_ROOM(CGROUP_QUIET_MAX)];
    uint64_t values[CGROUP_QUIET_MAX] = {0};

    for (int i = 0; file->readings[i] != R_NONE; i++) {
        reasons[i] = (uint8_t)record_reason(out, file->readings[i]);
        record_get(out, file->readings[i], &values[i]);
    }
    size_t size = pack_write(pack, values, reasons, count_of(file));
    q->read_ms = ms_of(now_ns);
    q->pack[0] = 0;
    if (size <= sizeof(q->pack))
        memcpy(q->pack, pack, size);
}
