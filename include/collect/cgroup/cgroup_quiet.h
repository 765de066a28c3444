/* cgroup_quiet.h: what need not be read again of a group in which nothing happens.
 *
 * The statistics of a group's memory cost the kernel as much as all its other files together. They
 * are what its processes have done: while these use no CPU time, and the amount of memory stays
 * what it was, only the host can still move pages between the lists that it keeps of them. So then
 * they are read again every QUIET_KEPT_MS only.
 *
 * The kernel gathers these figures behind the groups' backs, at least every two seconds: a group is
 * quiet QUIET_AFTER_MS after it was last seen to do something.
 *
 * One thread.
 */
#ifndef VTOP_COLLECT_CGROUP_QUIET_H
#define VTOP_COLLECT_CGROUP_QUIET_H

#include "base/clock.h"
#include "collect/cgroup/cgroup_parse.h"
#include "model/pack.h"

enum { QUIET_AFTER_MS = 3000, QUIET_KEPT_MS = 5000 };

/* Of one group; all-zero when new. */
struct cgroup_quiet {
    uint32_t uses[2]; /* of CPU time and memory, when it was last seen to do something, */
    uint32_t busy_ms; /* which was then */
    uint32_t read_ms; /* when these were read: */
    /* Five bytes are enough for a terabyte; when they are not for all together, nothing is kept. */
    uint8_t pack[CGROUP_QUIET_MAX * (1 + 5)];
};

/* OUT has what the group uses of CPU and memory by now. Whether it does nothing: then the readings
 * of FILE are what they were, and are stored. */
bool cgroup_quiet_recall(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                         struct record *out);

/* They were read into OUT. */
void cgroup_quiet_learn(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                        const struct record *out);

#endif
