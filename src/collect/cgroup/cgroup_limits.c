/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_limits.h"

#include "base/clock.h"
#include "base/parse.h"

#include <errno.h>
#include <string.h>

#define KEPT_NS (30 * CLOCK_NS_PER_S)

/* Values of a limit that are not numbers. A limit that cannot be read keeps its last value. */
#define UNLIMITED UINT64_MAX
#define UNREADABLE (UINT64_MAX - 1)
#define NARROW_UNLIMITED UINT32_MAX
#define NARROW_UNREADABLE (UINT32_MAX - 1)

enum { SAFE_TURN = 8 }; /* one turn in this many reads all limits, reported or not */

struct throttling {
    int64_t read_ns; /* read once for all groups below */
    uint64_t periods, throttled, throttled_for_ns;
    struct kept cpu_stat;
    enum reason missing;
};

/* Cores, CPUs and tasks that exceed 32 bits count as no limit. */
struct cgroup_limits {
    int64_t due_ns;         /* when to read them again; 0 = now, all of them */
    struct throttling *own; /* of a group that has or had a quota; or NULL */
    uint64_t memory;        /* bytes */
    uint32_t tasks;
    uint32_t quota_milli; /* thousandths of a core */
    uint32_t cpus;        /* in its cpuset; NARROW_UNLIMITED = not known */
    uint8_t turns;        /* since all limits were read */
};

static uint32_t narrow(uint64_t limit)
{
    if (limit == UNREADABLE)
        return NARROW_UNREADABLE;
    return limit < NARROW_UNREADABLE ? (uint32_t)limit : NARROW_UNLIMITED;
}

static uint64_t wide(uint32_t limit)
{
    if (limit == NARROW_UNREADABLE)
        return UNREADABLE;
    return limit == NARROW_UNLIMITED ? UNLIMITED : limit;
}

/* ---- the host ---- */

void cgroup_host_update(struct cgroup_host *h, struct kept_budget *budget, int64_t now_ns)
{
    const char *text = budget->buffer.text;
    uint64_t kib, tasks;

    if (now_ns < h->due_ns)
        return;
    h->due_ns = now_ns + KEPT_NS;
    if (kept_read_once(budget, -1, "/proc/meminfo") > 0 && (text = budget->buffer.text) &&
        parse_word(&text, "MemTotal:") && parse_u64(&text, &kib) && kib < UINT64_MAX / 1024)
        h->memory = kib * 1024;
    if (kept_read_once(budget, -1, "/proc/sys/kernel/pid_max") > 0 &&
        parse_u64_only(budget->buffer.text, &tasks))
        h->tasks = tasks;
}

/* ---- one limit ---- */

/* The text of the file; NULL: there is none, and *limit is the value to use. */
static const char *read_limit(struct cgroup_limits_reader *r, const struct cgroup_node *node,
                              enum controller controller, const char *name, uint64_t *limit)
{
    ssize_t n = cgroup_plan_read(r->plan, controller, node, name);

    *limit = n == -ENOENT || n == -ENODEV ? UNLIMITED : UNREADABLE;
    return n > 0 ? r->plan->budget->buffer.text : NULL;
}

/* A number, or one of the values for "no limit": "max", -1, or a number that is larger than any
 * machine (v1 rounds 2^63 down to a page). */
static uint64_t parse_limit(const char **text)
{
    uint64_t n;

    if (parse_word(text, "max") || parse_word(text, "-1"))
        return UNLIMITED;
    if (!parse_u64(text, &n))
        return UNREADABLE;
    return n < UINT64_C(1) << 62 ? n : UNLIMITED;
}

static uint64_t read_number(struct cgroup_limits_reader *r, const struct cgroup_node *node,
                            enum controller controller, const char *name)
{
    uint64_t limit;
    const char *text = read_limit(r, node, controller, name, &limit);

    if (text)
        limit = parse_limit(&text);
    return !text || *text == '\n' ? limit : UNREADABLE;
}

/* "0-3,8\n" */
static uint64_t parse_cpu_list(const char *p)
{
    uint64_t count = 0, first, last;

    while (parse_range(&p, &first, &last) && last < NARROW_UNREADABLE)
        count += last - first + 1;
    return count ? count : UNLIMITED;
}

static uint64_t milli_of(uint64_t quota, uint64_t period)
{
    if (quota >= UNREADABLE)
        return quota;
    if (period >= UNREADABLE)
        return period;
    if (!period)
        return UNREADABLE;
    return quota < UINT64_MAX / 1000 ? quota * 1000 / period : UNLIMITED;
}

static uint64_t read_quota(struct cgroup_limits_reader *r, const struct cgroup_node *node)
{
    uint64_t quota;

    if (cgroup_plan_is_v2(r->plan, CONTROLLER_CPU)) { /* "max 100000" or "20000 100000" */
        const char *text = read_limit(r, node, CONTROLLER_CPU, "cpu.max", &quota);
        if (!text)
            return quota;
        quota = parse_limit(&text);
        return milli_of(quota, parse_limit(&text));
    }
    quota = read_number(r, node, CONTROLLER_CPU, "cpu.cfs_quota_us");
    return quota == UNLIMITED
               ? quota
               : milli_of(quota, read_number(r, node, CONTROLLER_CPU, "cpu.cfs_period_us"));
}

/* Whether limits of this controller may have changed without a report from inotify. */
static bool is_due(const struct cgroup_limits_reader *r, const struct cgroup_limits *l,
                   enum controller controller)
{
    return !l->turns || !cgroup_tree_tells(r->tree, r->plan->hierarchies.of[controller]);
}

static uint64_t read_memory(struct cgroup_limits_reader *r, const struct cgroup_node *node)
{
    bool v2 = cgroup_plan_is_v2(r->plan, CONTROLLER_MEMORY);

    return read_number(r, node, CONTROLLER_MEMORY, v2 ? "memory.max" : "memory.limit_in_bytes");
}

/* The CPUs in a group's own cpuset may be offline, or belong to another group. Version 1 has had
 * the effective set since Linux 3.17. */
static uint64_t read_cpus(struct cgroup_limits_reader *r, const struct cgroup_node *node)
{
    bool v2 = cgroup_plan_is_v2(r->plan, CONTROLLER_CPUSET);
    uint64_t cpus;
    const char *text = read_limit(r, node, CONTROLLER_CPUSET,
                                  v2 ? "cpuset.cpus.effective" : "cpuset.effective_cpus", &cpus);

    if (!text && cpus == UNLIMITED)
        text = read_limit(r, node, CONTROLLER_CPUSET, "cpuset.cpus", &cpus);
    return text ? parse_cpu_list(text) : cpus;
}

static uint64_t newer(uint64_t before, uint64_t limit)
{
    return limit == UNREADABLE ? before : limit;
}

static void take(uint32_t *limit, uint64_t now)
{
    *limit = narrow(newer(wide(*limit), now));
}

static void read_due(struct cgroup_limits_reader *r, const struct cgroup_node *node,
                     struct cgroup_limits *l)
{
    l->turns = (uint8_t)(l->due_ns ? (l->turns + 1) % SAFE_TURN : 0);
    if (is_due(r, l, CONTROLLER_CPU))
        take(&l->quota_milli, read_quota(r, node));
    if (is_due(r, l, CONTROLLER_MEMORY))
        l->memory = newer(l->memory, read_memory(r, node));
    if (is_due(r, l, CONTROLLER_PIDS))
        take(&l->tasks, read_number(r, node, CONTROLLER_PIDS, "pids.max"));
    if (is_due(r, l, CONTROLLER_CPUSET))
        take(&l->cpus, read_cpus(r, node));
    /* Spread the turns over time: groups that were found together must not always be read
     * together. */
    l->due_ns = r->now_ns + KEPT_NS / 2 + (int64_t)(node->inode % 64) * (KEPT_NS / 64);
}

static struct cgroup_limits *limits_new(void)
{
    struct cgroup_limits *l = g_new(struct cgroup_limits, 1);

    *l = (struct cgroup_limits){.memory = UNREADABLE,
                                .tasks = NARROW_UNREADABLE,
                                .quota_milli = NARROW_UNREADABLE,
                                .cpus = NARROW_UNREADABLE};
    return l;
}

static struct cgroup_limits *limits_of(struct cgroup_limits_reader *r, struct cgroup_node *node)
{
    struct cgroup_limits *l = node->limits;

    if (!l)
        node->limits = l = limits_new();
    if (r->now_ns >= l->due_ns)
        read_due(r, node, l);
    return l;
}

struct smallest {
    uint64_t limit, owner;
    bool unreadable; /* a limit could not be read, and may be smaller */
};

/* LIMIT, or UNLIMITED if the host has less than that. */
static uint64_t within(uint64_t limit, uint64_t host)
{
    return host && limit < UNREADABLE && limit > host ? UNLIMITED : limit;
}

static uint64_t milli_cpus(const struct cgroup_limits_reader *r)
{
    return r->host->cpus * UINT64_C(1000);
}

static void consider(struct smallest *s, uint64_t limit, uint64_t owner)
{
    if (limit == UNREADABLE)
        s->unreadable = true;
    else if (limit < s->limit)
        *s = (struct smallest){.limit = limit, .owner = owner, .unreadable = s->unreadable};
}

static void record_limit(struct record *out, enum reading reading, const struct smallest *s,
                         bool mounted)
{
    if (s->unreadable)
        record_absent(out, reading, REASON_UNREADABLE);
    else if (s->limit != UNLIMITED)
        record_set(out, reading, s->limit);
    else
        record_absent(out, reading, mounted ? REASON_NO_LIMIT : REASON_NO_CONTROLLER);
}

void cgroup_limits_record(struct cgroup_limits_reader *r, struct cgroup_node *node,
                          const struct cgroup_node *own, struct record *out)
{
    struct smallest quota = {UNLIMITED, LIMIT_HOST, false}, memory = quota, tasks = quota;
    uint64_t cpus = UNLIMITED, level = LIMIT_OWN;
    bool above = false;

    for (struct cgroup_node *n = node; n->parent; n = n->parent) {
        const struct cgroup_limits *l = limits_of(r, n);
        consider(&quota, wide(l->quota_milli), level);
        consider(&memory, within(l->memory, r->host->memory), level);
        consider(&tasks, within(wide(l->tasks), r->host->tasks), level);
        if (cpus == UNLIMITED) /* the effective set of a group is within its ancestors' */
            cpus = wide(l->cpus);
        above |= n == own;
        level += above;
    }
    if (r->host->cpus)
        consider(&quota, milli_cpus(r), LIMIT_HOST);
    if (cpus != UNLIMITED)
        consider(&quota, cpus == UNREADABLE ? cpus : cpus * 1000, LIMIT_CPUSET);
    bool has_memory = r->plan->hierarchies.of[CONTROLLER_MEMORY] >= 0;
    record_limit(out, R_CG_CPU_LIMIT_MILLI, &quota, true);
    record_set(out, R_CG_CPU_LIMIT_OWNER, quota.owner);
    record_limit(out, R_CG_MEM_LIMIT_BYTES, &memory, has_memory);
    record_set(out, R_CG_MEM_LIMIT_OWNER, memory.owner);
    record_limit(out, R_CG_TASKS_LIMIT, &tasks, r->plan->hierarchies.of[CONTROLLER_PIDS] >= 0);
}

/* ---- throttling ---- */

static void parse_throttling(struct throttling *t, const char *text)
{
    static const char *const keys[] = {"nr_periods", "nr_throttled", "throttled_usec",
                                       "throttled_time"};
    enum { PERIODS, THROTTLED, USEC, NSEC, KEYS };
    uint64_t v[KEYS] = {0};
    bool found[KEYS] = {false};

    for (const char *line = text; *line; line = parse_next_line(line))
        for (int k = 0; k < KEYS; k++) {
            const char *p = line;
            if (parse_word(&p, keys[k]) && parse_u64(&p, &v[k]) && *p == '\n')
                found[k] = true;
        }
    bool sane = cgroup_is_sane(v[PERIODS], 1) && cgroup_is_sane(v[THROTTLED], 1) &&
                cgroup_is_sane(v[USEC], 1000) && cgroup_is_sane(v[NSEC], 1);
    t->missing = found[PERIODS] && found[THROTTLED] && sane ? REASON_OK : REASON_UNREADABLE;
    t->periods = v[PERIODS];
    t->throttled = v[THROTTLED];
    t->throttled_for_ns = found[USEC] ? v[USEC] * 1000 : v[NSEC];
}

static const struct throttling *read_throttling(struct cgroup_limits_reader *r,
                                                const struct cgroup_node *node,
                                                struct cgroup_limits *l)
{
    if (!l->own)
        l->own = g_new0(struct throttling, 1);
    struct throttling *t = l->own;
    if (t->read_ns == r->now_ns)
        return t;
    t->read_ns = r->now_ns;
    int tree = r->plan->hierarchies.of[CONTROLLER_CPU];
    int dir = t->cpu_stat.fd_plus_1 ? -1 : cgroup_plan_place(r->plan, tree, node, "cpu.stat");
    if (kept_read_at(r->plan->budget, &t->cpu_stat, dir, r->plan->path->str, FILE_WHOLE) < 0)
        t->missing = REASON_UNREADABLE;
    else
        parse_throttling(t, r->plan->budget->buffer.text);
    return t;
}

void cgroup_limits_record_throttling(struct cgroup_limits_reader *r, struct cgroup_node *node,
                                     struct record *out)
{
    const struct throttling *t = NULL;
    enum reason why = REASON_NO_QUOTA;

    if (r->plan->hierarchies.of[CONTROLLER_CPU] < 0)
        why = REASON_NO_CONTROLLER;
    for (struct cgroup_node *n = node; n->parent && why == REASON_NO_QUOTA; n = n->parent) {
        struct cgroup_limits *l = limits_of(r, n);
        if (within(wide(l->quota_milli), milli_cpus(r)) == UNLIMITED)
            continue;
        t = l->quota_milli == NARROW_UNREADABLE ? NULL : read_throttling(r, n, l);
        why = t ? t->missing : REASON_UNREADABLE;
    }
    if (why != REASON_OK) {
        record_all_absent(out, R_CG_PERIODS, R_CG_THROTTLED_NS, why);
        return;
    }
    record_set(out, R_CG_PERIODS, t->periods);
    record_set(out, R_CG_THROTTLED, t->throttled);
    record_set(out, R_CG_THROTTLED_NS, t->throttled_for_ns);
}

/* ---- changes ---- */

void cgroup_limits_forget(struct cgroup_node *node)
{
    struct cgroup_limits *l = node->limits;

    if (l)
        l->due_ns = 0;
    for (struct cgroup_node *c = node->child; c; c = c->next)
        cgroup_limits_forget(c);
}

bool cgroup_limits_written(struct cgroup_node *node, const char *file)
{
    static const char *const files[] = {"cpu.max",    "cpu.cfs_quota_us", "cpu.cfs_period_us",
                                        "memory.max", "pids.max",         "memory.limit_in_bytes"};
    struct cgroup_limits *l = node->limits;

    /* A partition takes its CPUs from the groups beside it. */
    if (g_str_has_prefix(file, "cpuset.cpus")) {
        cgroup_limits_forget(node->parent ? node->parent : node);
        return true;
    }
    if (strcmp(file, "cgroup.subtree_control") == 0)
        cgroup_limits_forget(node);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        if (strcmp(file, files[i]) == 0) {
            if (l)
                l->due_ns = 0;
            return true;
        }
    return false;
}

void cgroup_limits_free(struct cgroup_node *node, struct kept_budget *budget)
{
    struct cgroup_limits *l = node->limits;

    if (!l)
        return;
    if (l->own)
        kept_close(budget, &l->own->cpu_stat);
    g_free(l->own);
    g_free(l);
    node->limits = NULL;
}
