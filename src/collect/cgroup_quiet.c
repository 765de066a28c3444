#include <config.h>

#include "collect/cgroup_quiet.h"

static bool does_something(const struct cgroup_quiet *q, const struct record *out, uint64_t *cpu_ns,
                           uint64_t *memory)
{
    bool known =
        record_get(out, R_CG_CPU_NS, cpu_ns) && record_get(out, R_CG_MEM_USAGE_BYTES, memory);

    return !known || *cpu_ns != q->cpu_ns || *memory != q->memory;
}

bool cgroup_quiet_recall(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                         struct record *out)
{
    uint64_t cpu_ns = 0, memory = 0;

    if (does_something(q, out, &cpu_ns, &memory)) {
        q->cpu_ns = cpu_ns;
        q->memory = memory;
        q->busy_ns = now_ns;
    }
    if (!q->read_ns || now_ns - q->busy_ns < QUIET_AFTER_NS || now_ns - q->read_ns >= QUIET_KEPT_NS)
        return false;
    for (int i = 0; file->readings[i] != R_NONE; i++) {
        if (q->reasons[i] == REASON_OK)
            record_set(out, file->readings[i], q->values[i]);
        else
            record_absent(out, file->readings[i], (enum reason)q->reasons[i]);
    }
    return true;
}

void cgroup_quiet_learn(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                        const struct record *out)
{
    q->read_ns = record_reason(out, file->readings[0]) == REASON_OK ? now_ns : 0;
    for (int i = 0; file->readings[i] != R_NONE; i++) {
        q->reasons[i] = (uint8_t)record_reason(out, file->readings[i]);
        record_get(out, file->readings[i], &q->values[i]);
    }
}
