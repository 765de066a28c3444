/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Series of hand-made samples: counters that never fall, stale values, ids, hostile labels. */
#include <config.h>

#include "output/openmetrics.h"

#include <string.h>

#define S INT64_C(1000000000)

struct stage {
    struct roster *roster;
    struct exposition *exposition;
    struct ident *host, *guest, *disk[2];
    int64_t now_ns;
};

static struct ident *guest_new(const char *key, const char *id, const char *name)
{
    struct ident *i = ident_new(KIND_GUEST, GUEST_VM, key);

    ident_set(&i->id, id);
    ident_set(&i->name, name);
    return i;
}

static void set_up(struct stage *stage, gconstpointer data)
{
    (void)data;
    stage->roster = roster_new(0);
    stage->exposition = exposition_new(NAMES_VTOP, 0);
    stage->host = ident_new(KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST);
    stage->guest = guest_new("pid:7", "uuid-7", "web");
    for (size_t i = 0; i < 2; i++) {
        stage->disk[i] = ident_new(KIND_DISK, GUEST_NONE, i ? "vdb" : "vda");
        stage->disk[i]->owner = stage->guest->serial;
    }
    stage->now_ns = 0;
}

static void tear_down(struct stage *stage, gconstpointer data)
{
    (void)data;
    roster_free(stage->roster);
    exposition_free(stage->exposition);
    ident_unref(stage->host);
    ident_unref(stage->guest);
    ident_unref(stage->disk[0]);
    ident_unref(stage->disk[1]);
}

static struct sample *begin(struct stage *stage)
{
    stage->now_ns += S;
    struct sample *s = sample_new(0, S);
    s->complete = true;
    sample_add(s, FACET_HOST, stage->host)->read_ns = stage->now_ns;
    return s;
}

static void add(struct stage *stage, struct sample *s, enum facet facet, struct ident *ident,
                enum reading r, uint64_t value)
{
    struct record *record = sample_add(s, facet, ident);

    record->read_ns = stage->now_ns;
    record_set(record, r, value);
}

static void merge(struct stage *stage, struct sample *s)
{
    roster_merge(stage->roster, s);
    roster_tick(stage->roster, stage->now_ns, stage->now_ns);
    sample_unref(s);
}

/* The text; g_free. */
static char *expose(struct stage *stage, enum exposition_format format)
{
    const GPtrArray *guests = roster_guests(stage->roster);
    struct output_sample sample = {.moment = {.roster = stage->roster, .now_ns = stage->now_ns},
                                   .guests = (struct entity *const *)guests->pdata,
                                   .guest_count = guests->len};
    GString *text = g_string_new(NULL);

    exposition_write(stage->exposition, &sample, format, text);
    exposition_end(format, text);
    g_test_message("%s", text->str);
    return g_string_free(text, FALSE);
}

static void check_lines(struct stage *stage, const char *there, const char *not_there)
{
    char *text = expose(stage, EXPOSE_OPENMETRICS);

    if (there)
        g_assert_nonnull(strstr(text, there));
    if (not_there)
        g_assert_null(strstr(text, not_there));
    g_free(text);
}

#define READ_SUM "vtop_guest_disk_read_bytes_total{id=\"uuid-7\",facet=\"domain-disk\"} "

static void add_disks(struct stage *stage, uint64_t a, uint64_t b)
{
    struct sample *s = begin(stage);

    add(stage, s, FACET_PROCESS, stage->guest, R_PROC_RUN_NS, 1);
    if (a)
        add(stage, s, FACET_DOMAIN_DISK, stage->disk[0], R_DISK_READ_BYTES, a);
    if (b)
        add(stage, s, FACET_DOMAIN_DISK, stage->disk[1], R_DISK_READ_BYTES, b);
    merge(stage, s);
}

/* A disk goes: the sum stays. It comes back: the sum does not leap. */
static void test_disk_goes(struct stage *stage, gconstpointer data)
{
    (void)data;
    add_disks(stage, 1000, 500);
    check_lines(stage, READ_SUM "1500\n", NULL);
    add_disks(stage, 1010, 600);
    check_lines(stage, READ_SUM "1610\n", NULL);
    add_disks(stage, 1020, 0);
    check_lines(stage, READ_SUM "1620\n", NULL);
    add_disks(stage, 1020, 700);
    check_lines(stage, READ_SUM "1620\n", NULL);
    add_disks(stage, 1020, 701);
    check_lines(stage, READ_SUM "1621\n", NULL);
    check_lines(stage, READ_SUM "1621\n", NULL); /* a second reader of the same sample */
}

/* The collector sums the interfaces of a guest; one of them goes. */
static void test_interface_goes(struct stage *stage, gconstpointer data)
{
    static const struct {
        uint64_t raw;
        const char *shown;
    } steps[] = {{900, "} 900\n"}, {1000, "} 1000\n"}, {300, "} 1000\n"}, {310, "} 1010\n"}};

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        struct sample *s = begin(stage);
        add(stage, s, FACET_PROCESS, stage->guest, R_PROC_RUN_NS, 1);
        add(stage, s, FACET_NET, stage->guest, R_NET_RX_BYTES, steps[i].raw);
        merge(stage, s);
        char *text = expose(stage, EXPOSE_PROMETHEUS);
        const char *line = strstr(text, "\nvtop_guest_network_receive_bytes_total{");
        g_assert_nonnull(line);
        g_assert_true(g_str_has_prefix(strchr(line, '}'), steps[i].shown));
        g_free(text);
    }
}

#define CPU "vtop_guest_cpu_seconds_total{id=\"uuid-7\",facet="

/* libvirt counts less than the process: when the process cannot be read, another series begins. */
static void test_source_changes(struct stage *stage, gconstpointer data)
{
    (void)data;
    struct sample *s = begin(stage);
    add(stage, s, FACET_PROCESS, stage->guest, R_PROC_RUN_NS, 2500000000);
    add(stage, s, FACET_DOMAIN, stage->guest, R_DOM_CPU_NS, 2000000000);
    merge(stage, s);
    check_lines(stage, CPU "\"process\"} 2.5\n", "\"domain\"");
    s = begin(stage);
    add(stage, s, FACET_DOMAIN, stage->guest, R_DOM_CPU_NS, 2050000000);
    merge(stage, s);
    check_lines(stage, CPU "\"domain\"} 2.05\n", CPU "\"process\"");
}

/* A facet that is no longer read leaves nothing behind, and the others stay. */
static void test_stale(struct stage *stage, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 5; i++) {
        struct sample *s = begin(stage);
        s->complete = false;
        add(stage, s, FACET_PROCESS, stage->guest, R_PROC_RUN_NS, 1000000000);
        if (i == 0)
            add(stage, s, FACET_CGROUP, stage->guest, R_CG_TASKS, 3);
        merge(stage, s);
        if (i == 1)
            check_lines(stage, "vtop_guest_tasks{id=\"uuid-7\"} 3\n", NULL);
    }
    check_lines(stage, CPU "\"process\"} 1\n", "vtop_guest_tasks");
}

/* Two guests with one id get their keys; one without an id has its key. */
static void test_ids(struct stage *stage, gconstpointer data)
{
    (void)data;
    struct ident *others[] = {guest_new("pid:8", "uuid-7", "twin"),
                              guest_new("/a\\b", NULL, "q\"uote\n\033[2J")};
    struct sample *s = begin(stage);
    add(stage, s, FACET_PROCESS, stage->guest, R_PROC_RUN_NS, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        add(stage, s, FACET_PROCESS, others[i], R_PROC_RUN_NS, 1);
    merge(stage, s);
    check_lines(stage, "id=\"uuid-7 pid:7\"", "id=\"uuid-7\"");
    check_lines(stage, "id=\"uuid-7 pid:8\"", NULL);
    check_lines(stage, "id=\"/a\\\\b\"", "\033");
    check_lines(stage, "name=\"q\\\"uote", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        ident_unref(others[i]);
}

/* Numbers are exact to the nanosecond. */
static void test_numbers(struct stage *stage, gconstpointer data)
{
    static const struct {
        uint64_t ns;
        const char *shown;
    } numbers[] = {{0, "} 0\n"},
                   {50000000, "} 0.05\n"},
                   {1, "} 0.000000001\n"},
                   {UINT64_C(3600000000001), "} 3600.000000001\n"},
                   {UINT64_C(86400000000000), "} 86400\n"}};

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        struct sample *s = begin(stage);
        add(stage, s, FACET_PROCESS, stage->guest, R_PROC_RUN_NS, numbers[i].ns);
        merge(stage, s);
        char *text = expose(stage, EXPOSE_PROMETHEUS);
        const char *line = strstr(text, "\n" CPU);
        g_assert_nonnull(line);
        g_assert_true(g_str_has_prefix(strchr(line, '}'), numbers[i].shown));
        g_free(text);
    }
}

static void test_formats(struct stage *stage, gconstpointer data)
{
    (void)data;
    struct sample *s = begin(stage);
    add(stage, s, FACET_PROCESS, stage->guest, R_PROC_RUN_NS, 1);
    merge(stage, s);
    char *open = expose(stage, EXPOSE_OPENMETRICS), *old = expose(stage, EXPOSE_PROMETHEUS);
    g_assert_nonnull(strstr(open, "# TYPE vtop_guest_cpu_seconds counter\n"));
    g_assert_nonnull(strstr(open, "# UNIT vtop_guest_cpu_seconds seconds\n"));
    g_assert_nonnull(strstr(open, "# TYPE vtop_guest info\n"));
    g_assert_true(g_str_has_suffix(open, "\n# EOF\n"));
    g_assert_nonnull(strstr(old, "# TYPE vtop_guest_cpu_seconds_total counter\n"));
    g_assert_nonnull(strstr(old, "# TYPE vtop_guest_info gauge\n"));
    g_assert_null(strstr(old, "# EOF"));
    g_assert_null(strstr(old, "# UNIT"));
    g_free(open);
    g_free(old);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
    g_test_add("/openmetrics/" name, struct stage, NULL, set_up, function, tear_down)
    ADD("disk-goes", test_disk_goes);
    ADD("interface-goes", test_interface_goes);
    ADD("source-changes", test_source_changes);
    ADD("stale", test_stale);
    ADD("ids", test_ids);
    ADD("numbers", test_numbers);
    ADD("formats", test_formats);
    return g_test_run();
}
