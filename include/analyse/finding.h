/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* finding.h: what analysis has concluded: a condition, its cause, and the numbers it rests on.
 *
 * A finding is plain data. It is opened by a rule (rules.def) about one guest or one host, and
 * closed when the condition has been gone for long enough. All texts are clean UTF-8 without line
 * ends, ready for a terminal. The engine (analysis.h) owns all findings; a pointer is valid until
 * the next analysis_tick(). Main thread only.
 */
#ifndef VTOP_ANALYSE_FINDING_H
#define VTOP_ANALYSE_FINDING_H

#include "model/metric.h"

#include <glib.h>

enum severity { SEVERITY_INFO, SEVERITY_WARN, SEVERITY_CRIT, SEVERITY_COUNT };

enum resource {
    RESOURCE_CPU,
    RESOURCE_MEMORY,
    RESOURCE_DISK,
    RESOURCE_NETWORK,
    RESOURCE_STATE, /* of the guest itself: its monitor, its migration, a crash */
    RESOURCE_COUNT
};

enum rule {
#define RULE(id, ...) RULE_##id,
#include "analyse/rules.def"
#undef RULE
    RULE_COUNT
};

/* A number that a finding rests on. */
struct evidence {
    enum metric metric;
    double number;   /* in the metric's unit, as of the last tick at which the finding was open */
    double limit;    /* what it was compared with; NAN: only shown */
    int64_t held_ns; /* how long it has been beyond the limit; 0: not measured */
};

enum { FINDING_EVIDENCE_MAX = 6 };

struct finding {
    uint64_t id; /* counts from 1; never reused in this process */
    enum rule rule;
    enum severity severity; /* as it is now; of a closed finding the worst */
    enum severity worst;    /* that it was so far */
    uint64_t part_of; /* the finding that heads the chain of the same guest; 0: it is the head */
    enum resource resource;
    uint64_t host;  /* serial of the host that it is about, or on which its guest runs */
    uint64_t guest; /* serial; 0: the finding is about the host */
    char *host_name, *guest_name, *guest_id; /* as of the opening; the last two NULL for a host */
    char *sentence;                          /* symptom, resource, who holds it, what to do */
    struct evidence evidence[FINDING_EVIDENCE_MAX];
    size_t evidence_count;
    GPtrArray *also;      /* char *: other open findings of the same guest, a clause each */
    GPtrArray *ruled_out; /* char *: causes that the numbers exclude, a clause each */
    GPtrArray *missing;   /* char *: evidence that could not be read, and why */
    int64_t since_ns, since_wall_ns; /* when the condition began, monotonic and of day */
    int64_t until_ns, until_wall_ns; /* when it ended; 0: it is open */
    bool muted;                      /* by the user: listed, but neither counted nor marked */
};

const char *severity_name(enum severity s); /* "info", "warn", "crit" */
const char *resource_name(enum resource r); /* "cpu", "memory", ... */

/* What is constant about a rule. */
struct rule_info {
    const char *name;  /* "vcpu-contention": JSON, vtoprc, --explain; it never changes */
    const char *title; /* "waits for a CPU": a few words for lists */
    const char *text;  /* what it means, when it opens and closes, its limits: for --explain */
    enum resource resource;
    enum kind kind; /* KIND_HOST or KIND_GUEST */
};
const struct rule_info *rule_info(enum rule r);
enum rule rule_find(const char *name); /* RULE_COUNT: there is none */

#endif
