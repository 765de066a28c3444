/* cgroup_quiet.h: what need not be read again of a group in which nothing happens.
 *
 * The statistics of a group's memory cost the kernel as much as all its other files together. They
 * are what its processes have done: while these use no CPU time, and the amount of memory stays
 * what it was, only the host can still move pages between the lists that it keeps of them. So then
 * they are read again every QUIET_KEPT_NS only.
 *
 * The kernel gathers these figures behind the groups' backs, at least every two seconds: a group is
 * quiet QUIET_AFTER_NS after it was last seen to do something.
 *
 * One thread.
 */
#ifndef VTOP_COLLECT_CGROUP_QUIET_H
#define VTOP_COLLECT_CGROUP_QUIET_H

#include "base/clock.h"
#include "collect/cgroup_parse.h"

#define QUIET_AFTER_NS (3 * CLOCK_NS_PER_S)
#define QUIET_KEPT_NS (5 * CLOCK_NS_PER_S)

/* Of one group; all-zero when new. */
struct cgroup_quiet {
    uint64_t cpu_ns, memory; /* when it was last seen to do something, */
    int64_t busy_ns;         /* which was then */
    int64_t read_ns;         /* when these were read; 0 = never: */
    uint64_t values[CGROUP_QUIET_MAX];
    uint8_t reasons[CGROUP_QUIET_MAX];
};

/* OUT has what the group uses of CPU and memory by now. Whether it does nothing: then the readings
 * of FILE are what they were, and are stored. */
bool cgroup_quiet_recall(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                         struct record *out);

/* They were read into OUT. */
void cgroup_quiet_learn(struct cgroup_quiet *q, const struct cgroup_file *file, int64_t now_ns,
                        const struct record *out);

#endif
