/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/demo/demo_machine.h"

enum { TRAITS = 9 };
#define NODE_HUGE_BYTES (UINT64_C(64) << 30)

struct demo_machine {
    struct ident *node, *traits[TRAITS];
};

static struct ident *worded_ident(enum kind kind, unsigned number, const char *name,
                                  const char *text)
{
    char key[16];

    g_snprintf(key, sizeof(key), "%u", number);
    struct ident *i = ident_new(kind, GUEST_NONE, key);
    ident_set(&i->name, name ? name : key);
    ident_set(&i->image, text);
    return i;
}

struct demo_machine *demo_machine_new(unsigned cpus)
{
    static const char *const traits[TRAITS][2] = {
        {"processor", "AMD EPYC 7543P 32-Core Processor"},
        {"KVM", "yes, kvm_amd"},
        {"nested VMs", "on: VMs can run VMs"},
        {"is a guest", "no: it runs on the hardware"},
        {"IOMMU", "on, 71 groups: devices can be passed through"},
        {"huge pages", "32768 of 2M (0 free), 0 of 1024M"},
        {"THP", "madvise"},
        {"KSM", "on: identical pages are merged"},
        {"overcommit", "heuristic (0)"},
    };
    struct demo_machine *m = g_new0(struct demo_machine, 1);
    char *list = g_strdup_printf("0-%u", MAX(cpus, 1) - 1);

    m->node = worded_ident(KIND_NODE, 0, NULL, list);
    g_free(list);
    for (unsigned i = 0; i < TRAITS; i++)
        m->traits[i] = worded_ident(KIND_TRAIT, i + 1, traits[i][0], traits[i][1]);
    return m;
}

void demo_machine_free(struct demo_machine *m)
{
    ident_unref(m->node);
    for (int i = 0; i < TRAITS; i++)
        ident_unref(m->traits[i]);
    g_free(m);
}

/* The only one: its guests have no memory far away. */
static void report_node(const struct demo_machine *m, int64_t now_ns, double time_s, double total,
                        double used, struct sample *out)
{
    struct record *r = sample_add(out, FACET_HOST_NODE, m->node);

    r->read_ns = now_ns;
    record_set(r, R_NODE_MEM_TOTAL_BYTES, (uint64_t)total);
    record_set(r, R_NODE_MEM_FREE_BYTES, (uint64_t)((total - used) * 0.3));
    record_set(r, R_NODE_ANON_BYTES, (uint64_t)(used * 0.75));
    record_set(r, R_NODE_FILE_BYTES, (uint64_t)((total - used) * 0.5));
    record_set(r, R_NODE_HUGE_TOTAL_BYTES, NODE_HUGE_BYTES);
    record_set(r, R_NODE_HUGE_FREE_BYTES, 0);
    record_set(r, R_NODE_HITS, (uint64_t)(time_s * 48000));
    record_set(r, R_NODE_MISSES, 0);
    record_set(r, R_NODE_FOREIGN, 0);
}

void demo_machine_report(const struct demo_machine *m, int64_t now_ns, double time_s, double total,
                         double used, struct sample *out)
{
    report_node(m, now_ns, time_s, total, used, out);
    for (int i = 0; i < TRAITS; i++)
        sample_add(out, FACET_HOST_TRAIT, m->traits[i])->read_ns = now_ns;
}
