/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Every panel against its picture, in every size, and with nothing to show.
 *
 * Panels that print the catalogue have no picture: a new metric should not need one. */
#include <config.h>

#include "base/clock.h"
#include "model/catalogue.h"
#include "view/chooser.h"

#include "show.h"

#include <string.h>

static const struct panel_key KEYS[] = {
    {"moving", "Up k", "one row up; from the first row to the host"},
    {NULL, "Home g", "to the first row, and stay there"},
    {"the table", "F5 t", "tree: host, group, guest"},
    {NULL, NULL, NULL}};

/* A page of the show's guest, scrolled as it was. */
static void draw_page(struct canvas *c, const struct rect *where, struct show *show,
                      const struct page_class *class, uint64_t subject)
{
    show->stage->view.keys = KEYS;
    show->page.class = class;
    show->page.subject = subject;
    page_draw(&show->page, c, where, &show->stage->view);
}

static void draw_guest(struct canvas *c, const struct rect *where, struct show *show)
{
    draw_page(c, where, show, &PAGE_GUEST, show->serial);
}

static void draw_values(struct canvas *c, const struct rect *where, struct show *show)
{
    draw_page(c, where, show, &PAGE_VALUES, show->serial);
}

static void draw_host(struct canvas *c, const struct rect *where, struct show *show)
{
    draw_page(c, where, show, &PAGE_HOST, roster_host(show->stage->roster)->serial);
}

static void draw_help(struct canvas *c, const struct rect *where, struct show *show)
{
    draw_page(c, where, show, &PAGE_HELP, 0);
}

static void draw_chooser(struct canvas *c, const struct rect *where, struct show *show)
{
    const GPtrArray *guests = roster_guests(show->stage->roster);
    struct columns now;

    columns_parse(&now, "type,name,cpu_percent,memory_bytes,image,state", NULL);
    struct chooser *ch = chooser_new(&now);
    chooser_move(ch, 2);
    chooser_shift(ch, 1);
    chooser_move(ch, 1);
    chooser_toggle(ch);
    panel_chooser(c, where, &show->stage->view, ch, (struct entity **)guests->pdata,
                  MIN(guests->len, 4));
    chooser_free(ch);
}

static void draw_menu(struct canvas *c, const struct rect *where, struct show *show)
{
    static const char *const items[] = {"TYPE", "NAME", "STATE", "CPU%", "测试", NULL};
    struct menu m = {.title = "sort by", .items = items, .cursor = 3};

    panel_menu(c, where, &show->stage->view, &m);
}

static void draw_lines(struct canvas *c, const struct rect *where, struct show *show)
{
    struct rect line = *where;

    (void)show;
    line.rows = MIN(1, where->rows);
    panel_input(c, &line, "Filter:", "a long filter|测试|more of it", 24, STYLE_CRIT,
                "nothing matches");
    line.top += 1;
    line.rows = MIN(1, where->rows - 1);
    panel_message(c, &line, STYLE_WARN, "a message that says something");
    line.top += 1;
    line.rows = MIN(1, where->rows - 2);
    panel_position(c, &line, panel_keys(c, &line, SHOW_LABELS), 17, 20, 160);
}

/* ---- pictures ---- */

static void test_main(void)
{
    struct show show = show_new(show_busy_sketch());

    show_check_picture("main-80x24", &show, show_draw_main, 24, 80);
    show_check_picture("main-200x20", &show, show_draw_main, 20, 200);
    show_check_picture("main-40x10", &show, show_draw_main, 10, 40);
    show_check_picture("main-20x5", &show, show_draw_main, 5, 20);
    show.stage->view.glyphs = glyphs_get(true);
    show_check_picture("main-ascii", &show, show_draw_main, 16, 80);
    show_free(&show);
}

static void test_tree(void)
{
    struct show show = show_new(show_busy_sketch());

    table_tree(show.table, true);
    show_check_picture("tree", &show, show_draw_main, 20, 120);
    table_update(show.table, &show.stage->view);
    table_fold_all(show.table, true);
    show_check_picture("tree-folded", &show, show_draw_main, 20, 120);
    show_free(&show);
}

/* A host of another name with a guest, as a source of its own tells of it. */
static void merge_host(struct stage *s, unsigned source, struct ident *host, struct ident *guest)
{
    struct sample *sample = sample_new(source, CLOCK_NS_PER_S);
    struct record *r = sample_add(sample, FACET_HYPERVISOR, host);
    uint64_t seconds = (uint64_t)(s->time_ns / CLOCK_NS_PER_S);

    sample_set_host(sample, host);
    r->read_ns = s->time_ns;
    record_set(r, R_HV_CPUS, 16);
    record_set(r, R_HV_USER_NS, seconds * 3 * CLOCK_NS_PER_S);
    record_set(r, R_HV_SYSTEM_NS, seconds * CLOCK_NS_PER_S);
    record_set(r, R_HV_IDLE_NS, seconds * 12 * CLOCK_NS_PER_S);
    record_set(r, R_HV_IOWAIT_NS, 0);
    record_set(r, R_HV_MEM_TOTAL_BYTES, UINT64_C(128) << 30);
    record_set(r, R_HV_MEM_FREE_BYTES, UINT64_C(96) << 30);
    record_set(r, R_HV_BUFFERS_BYTES, 0);
    record_set(r, R_HV_CACHED_BYTES, 0);
    r = sample_add(sample, FACET_DOMAIN, guest);
    r->read_ns = s->time_ns;
    record_set(r, R_DOM_STATE, STATE_RUN);
    record_set(r, R_DOM_VCPUS, 2);
    record_set(r, R_DOM_CPU_NS, seconds * 2 * CLOCK_NS_PER_S);
    roster_merge(s->roster, sample);
    sample_unref(sample);
}

/* With several hosts each has a line and a branch of its own; CPU time as a share of the host is of
 * the guest's own host. */
static void test_hosts(void)
{
    struct show show = show_new(show_busy_sketch());
    struct ident *hosts[3], *guests[3];
    static const char *const names[] = {"kvm8", "kvm9.example.org", "kvm10"};

    for (unsigned i = 0; i < G_N_ELEMENTS(hosts); i++) {
        char *key = g_strdup_printf("uuid:%u", i);
        hosts[i] = ident_new(KIND_HOST, GUEST_NONE, key);
        guests[i] = ident_new(KIND_GUEST, GUEST_VM, "libvirt:web");
        ident_set(&hosts[i]->name, names[i]);
        ident_set(&guests[i]->name, "web");
        g_free(key);
    }
    for (int tick = 0; tick < 3; tick++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(hosts); i++)
            merge_host(show.stage, 2 + i, hosts[i], guests[i]);
        stage_tick(show.stage, 1);
    }
    show_check_picture("hosts", &show, show_draw_main, 24, 120);
    table_tree(show.table, true);
    show.stage->view.cpu_of_host = true;
    show_check_picture("hosts-tree", &show, show_draw_main, 24, 120);
    show_check_picture("hosts-small", &show, show_draw_main, 12, 80);
    show.stage->view.hosts_folded = true;
    g_assert_cmpint(panel_hosts_rows(&show.stage->view, 24), ==, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(hosts); i++) {
        ident_unref(hosts[i]);
        ident_unref(guests[i]);
    }
    show_free(&show);
}

/* On the first tick there are names and absolute values, but no rates. */
static void test_first_frame(void)
{
    struct stage *s = stage_new(4);
    struct show show = show_new(s);

    stage_add(s, &(struct actor){.type = GUEST_VM,
                                 .name = "first",
                                 .cpu = 50,
                                 .cores = 2,
                                 .memory = 100,
                                 .limit = 200,
                                 .state = STATE_RUN});
    stage_tick(s, 1);
    show_check_picture("first-frame", &show, show_draw_main, 12, 100);
    show_free(&show);
}

static void test_pages(void)
{
    struct show show = show_new(show_busy_sketch());

    show.serial = show_serial_of(show.stage, "db-primary");
    show_check_picture("guest-vm", &show, draw_guest, 29, 80);
    show.serial = show_serial_of(show.stage, "shop/nginx-1");
    show_check_picture("guest-container", &show, draw_guest, 24, 120);
    show.serial = 999999;
    show_check_picture("guest-gone", &show, draw_guest, 3, 40);
    show_check_picture("host", &show, draw_host, 30, 100);
    show_check_picture("menu", &show, draw_menu, 6, 12);
    show_check_picture("lines", &show, draw_lines, 3, 90);
    show_free(&show);
}

/* A guest's parts, its labels, and the reason for each cell that is empty. */
static void test_guest(void)
{
    static const char *const vm[] = {"9cb2a0b6-1d4a", "vCPUs (8)",          "disks (2)",
                                     "vdb",           "/images/disk.qcow2", "interfaces (1)",
                                     "vnet0",         "not read yet",       NULL};
    static const char *const container[] = {"nginx:1.27", "worker/4", "processes and threads (5)",
                                            NULL};
    struct show show = show_new(show_busy_sketch());

    for (int columns = 80; columns <= 200; columns += 60) {
        show.serial = show_serial_of(show.stage, "db-primary");
        char *text = show_page_text(&show, draw_guest, columns);
        show_check_contains(text, vm);
        g_free(text);
        show.serial = show_serial_of(show.stage, "shop/nginx-1");
        text = show_page_text(&show, draw_guest, columns);
        show_check_contains(text, container);
        g_free(text);
    }
    show_free(&show);
}

/* How much a container may use, and whose limit that is. */
static void test_limits(void)
{
    static const struct {
        unsigned levels;
        const char *text;
    } cases[] = {{LIMIT_OWN, "cores 0.50: its own quota"},
                 {1, "cores 0.50: the quota of pod_1, 1 level above it"},
                 {2, "cores 0.50: the quota of kubepods.slice, 2 levels above it"},
                 {9, "cores 0.50: the quota of the root, 9 levels above it"},
                 {LIMIT_CPUSET, "cores 0.50: the CPUs it may run on"},
                 {LIMIT_HOST, "cores 0.50: no limit but the host"}};
    struct show show = show_new(stage_new(4));
    struct actor *a = stage_add(show.stage, &(struct actor){.type = GUEST_CONTAINERD,
                                                            .name = "x",
                                                            .cores = 0.5,
                                                            .path = "/kubepods.slice/pod_1/x"});

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        a->levels = cases[i].levels;
        stage_tick(show.stage, 1);
        show.serial = show_serial_of(show.stage, "x");
        char *text = show_page_text(&show, draw_guest, 100);
        show_check_contains(text, (const char *[]){cases[i].text, "memory no limit is set", NULL});
        g_free(text);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) { /* and it is known what it was */
        show.stage->view.moment.tick = i + 1;
        char *text = show_page_text(&show, draw_guest, 100);
        show_check_contains(text, (const char *[]){cases[i].text, NULL});
        g_free(text);
    }
    show_free(&show);
}

/* When the wall clock is set, labels follow it, ages and rates do not. */
static void test_clock_set(void)
{
    struct show show = show_new(stage_sketch());
    struct stage *s = show.stage;
    double cpu = moment_number(&s->view.moment,
                               roster_find(s->roster, show_serial_of(s, "db-primary")), M_CPU);

    s->view.moment.tick = roster_last_tick(s->roster);
    s->view.moment.wall_ns -= INT64_C(3600) * 1000000000;
    stage_tick(s, 5);
    char *text = show_page_text(&show, show_draw_main, 80);
    show_check_contains(text, (const char *[]){", 5s ago", NULL});
    g_free(text);
    s->view.moment.tick = 1;
    g_assert_cmpint(moment_wall_ns(&s->view.moment), >,
                    s->view.moment.wall_ns); /* it was later, then */
    s->view.moment.tick = 0;
    g_assert_cmpfloat_with_epsilon(
        moment_number(&s->view.moment, roster_find(s->roster, show_serial_of(s, "db-primary")),
                      M_CPU),
        cpu, 1e-6);
    show_free(&show);
}

/* Every metric of the catalogue, with its definition, and the reason for each absent one. */
static void test_values(void)
{
    static const char *const reasons[] = {"No value: no CPU quota is set",
                                          "No value: no limit is set", NULL};
    struct show show = show_new(show_busy_sketch());

    show.serial = show_serial_of(show.stage, "cache");
    char *text = show_page_text(&show, draw_values, 300);
    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++)
        if (metric_is_number(m))
            show_check_contains(
                text, (const char *[]){metric_info(m)->title, metric_info(m)->help, NULL});
    show_check_contains(text, reasons);
    g_free(text);
    show.serial = roster_host(show.stage->roster)->serial;
    text = show_page_text(&show, draw_values, 300);
    g_assert_nonnull(strstr(text, metric_info(M_HOST_CPU_OTHER)->help));
    show_check_contains(text, (const char *[]){"(sum of CPU% of its VMs, over its CPUs)",
                                               "(/proc/stat, without VM% and CT%)",
                                               "(counted over all sources)", NULL});
    g_free(text);
    show_free(&show);
}

static void check_origins(const struct view *v, const struct entity *e)
{
    for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++) {
        if (!metric_is_number(m) || moment_value(&v->moment, e, m).reason != REASON_OK)
            continue;
        g_test_message("%s", metric_info(m)->id);
        g_assert_cmpstr(metric_origin(moment_value(&v->moment, e, m).facet, m), !=, "");
    }
}

/* Every value has an origin text. */
static void test_origins(void)
{
    struct stage *s = show_busy_sketch();
    const GPtrArray *guests = roster_guests(s->roster);

    check_origins(&s->view, roster_host(s->roster));
    for (guint i = 0; i < guests->len; i++)
        check_origins(&s->view, g_ptr_array_index(guests, i));
    g_assert_cmpstr(metric_origin(FACET_PROCESS, M_EXITS), ==, "KVM's counters in debugfs");
    g_assert_cmpstr(metric_origin(FACET_MONITOR, M_EXITS), ==,
                    "libvirt, which asks the guest's monitor");
    stage_free(s);
}

/* All keys that are handed in, all columns of the catalogue. */
static void test_help(void)
{
    static const char *const keys[] = {"moving", "Home g", "to the first row, and stay there",
                                       "F5 t", NULL};
    struct show show = show_new(stage_new(1));
    char *text = show_page_text(&show, draw_help, 300);

    show_check_contains(text, keys);
    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++)
        g_assert_nonnull(strstr(text, metric_info(m)->help));
    g_free(text);
    show_free(&show);
}

static void test_chooser(void)
{
    struct show show = show_new(show_busy_sketch());
    struct canvas *c = canvas_new(16, 100);
    struct rect where = {.rows = 16, .columns = 100};

    draw_chooser(c, &where, &show);
    char *text = canvas_to_text(c);
    /* MEM has changed places with CPU%, IMAGE is out; the preview shows just that. */
    show_check_contains(text, (const char *[]){"[x] MEM ", "[x] STATE", "[ ] IMAGE",
                                               " TYPE   NAME            MEM   CPU% STATE\n",
                                               " vm     db-primary    62.1G  461.0 run\n", NULL});
    g_assert_true(strstr(text, "[x] MEM ") < strstr(text, "[x] CPU%"));
    g_free(text);
    canvas_free(c);
    show_free(&show);
}

static void test_heat_map(void)
{
    struct show show = show_new(stage_crowd(256, 10));

    show_check_picture("heat-map", &show, draw_host, 12, 80);
    show_free(&show);
}

/* Guests that share pages cost more together than the host has in use: the bar ends where the
 * host's memory does, and the difference has a name. */
static void test_shared_memory(void)
{
    struct stage *s = stage_new(4);
    struct show show = show_new(s);

    for (int i = 0; i < 5; i++) {
        char *name = g_strdup_printf("vm-%d", i);
        struct actor vm = {.type = GUEST_VM,
                           .name = name,
                           .cpu = 1,
                           .cores = 1,
                           .memory = 100 << 10,
                           .limit = 100 << 10,
                           .state = STATE_RUN};
        stage_add(s, &vm);
        g_free(name);
    }
    stage_tick(s, 3);
    show_check_picture("shared-memory", &show, show_draw_main, 9, 100);
    show_free(&show);
}

/* ---- every size ---- */

static draw_function *const DRAWN[] = {show_draw_main, draw_guest,   draw_values, draw_host,
                                       draw_help,      draw_chooser, draw_menu,   draw_lines};

static void check_sizes(struct show *show, int rows, int columns, int row_step, int column_step)
{
    struct show_sizes sizes = {rows, columns, row_step, column_step};

    show_check_sizes(show, DRAWN, G_N_ELEMENTS(DRAWN), &sizes);
}

static void test_small_sizes(void)
{
    struct show show = show_new(stage_sketch());

    show.serial = show_serial_of(show.stage, "db-primary");
    table_tree(show.table, true);
    check_sizes(&show, 12, 90, 1, 1);
    show_free(&show);
}

/* The same at a tick of the past, with the CPUs' share of the host, in ASCII, stale. */
static void test_past_sizes(void)
{
    struct show show = show_new(show_busy_sketch());
    struct view *v = &show.stage->view;

    show.serial = show_serial_of(show.stage, "db-primary");
    v->moment.tick = roster_last_tick(v->moment.roster) - 30;
    v->paused = true;
    v->cpu_of_host = true;
    v->banner = "DEMO";
    v->glyphs = glyphs_get(true);
    check_sizes(&show, 40, 120, 5, 7);
    v->moment.tick = 0;
    v->moment.now_ns += INT64_C(100000000000);
    check_sizes(&show, 40, 120, 5, 7);
    /* With ASCII glyphs only ASCII is drawn, texts from outside included. */
    struct canvas *c = canvas_new(60, 120);
    struct rect where = {.rows = 60, .columns = 120};
    for (size_t i = 0; i < G_N_ELEMENTS(DRAWN); i++) {
        if (DRAWN[i] == draw_lines)
            continue; /* the terminal has already shown the text that the user types */
        canvas_clear(c);
        DRAWN[i](c, &where, &show);
        char *text = canvas_to_text(c);
        g_assert_true(g_str_is_ascii(text));
        g_free(text);
    }
    canvas_free(c);
    show_free(&show);
}

static void test_all_sizes(void)
{
    struct show show = show_new(stage_crowd(256, 60));
    const char *sanitized = g_getenv("VTOP_SANITIZED");
    bool slow = sanitized && *sanitized;

    show.serial = show_serial_of(show.stage, "guest-0003");
    check_sizes(&show, 120, 300, slow ? 17 : 7, slow ? 23 : 11);
    show_free(&show);
}

/* 2,000 guests and 256 CPUs: the last row can be reached, a page can be scrolled to its end. */
static void test_crowd(void)
{
    struct show show = show_new(stage_crowd(256, 2000));
    struct canvas *c = canvas_new(24, 80);
    struct rect where = {.rows = 24, .columns = 80};

    table_sort(show.table, M_NAME, false);
    show_draw_main(c, &where, &show);
    table_to_bottom(show.table);
    canvas_clear(c);
    show_draw_main(c, &where, &show);
    char *text = canvas_to_text(c);
    g_assert_nonnull(strstr(text, "guest-1999"));
    g_assert_null(strstr(text, "guest-1900"));
    g_free(text);
    show.page.scroll = 10000;
    draw_host(c, &where, &show);
    g_assert_cmpint(show.page.scroll, ==, show.page.height - 24);
    canvas_free(c);
    show_free(&show);
}

/* Nothing at all: no guest, no host values. */
static void test_empty(void)
{
    struct show show = show_new(stage_new(0));

    check_sizes(&show, 30, 100, 7, 9);
    stage_tick(show.stage, 1);
    check_sizes(&show, 30, 100, 7, 9);
    show_free(&show);
}

/* ---- styles and marks ---- */

static void test_marks(void)
{
    struct show show = show_new(stage_sketch());
    struct stage *s = show.stage;
    struct canvas *c = canvas_new(24, 100);
    struct rect where = {.rows = 24, .columns = 100};

    show_draw_main(c, &where, &show);
    g_assert_cmpint(show_style_of(c, "db-primary"), ==, STYLE_CURSOR);
    g_assert_cmpint(show_style_of(c, "web-12"), ==, STYLE_NORMAL);
    table_move(show.table, 1);
    table_tag(show.table);
    stage_add(s, &(struct actor){.type = GUEST_DOCKER, .name = "newcomer", .cpu = 1, .memory = 1});
    ((struct actor *)g_ptr_array_index(s->actors, 4))->absent = true;
    stage_tick(s, 1);
    show.search = "nginx";
    canvas_clear(c);
    show_draw_main(c, &where, &show);
    g_assert_cmpint(show_style_of(c, "web-12"), ==, STYLE_MARKED);
    g_assert_cmpint(show_style_of(c, "cache"), ==, STYLE_GONE);
    char *text = canvas_to_text(c);
    g_assert_nonnull(strstr(text, "\n*vm     web-12"));
    g_assert_nonnull(strstr(text, "\n+docker newcomer"));
    g_assert_nonnull(strstr(text, "\n-podman cache"));
    g_free(text);
    /* After five seconds the one is no longer marked as new, and the other has no row. */
    stage_tick(s, 7);
    canvas_clear(c);
    show_draw_main(c, &where, &show);
    text = canvas_to_text(c);
    g_assert_nonnull(strstr(text, "\n docker newcomer"));
    g_assert_null(strstr(text, "cache"));
    g_free(text);
    canvas_free(c);
    show_free(&show);
}

/* An absent source is shown for a while, a failed one until it recovers; the page of the host has
 * both. */
static void test_sources(void)
{
    struct show show = show_new(stage_new(4));
    struct stage *s = show.stage;

    s->source = SOURCE_ABSENT;
    stage_tick(s, 1);
    g_assert_cmpint(panel_sources_rows(&s->view), ==, 1);
    show_check_picture("source-absent", &show, show_draw_main, 10, 80);
    stage_tick(s, 20);
    g_assert_cmpint(panel_sources_rows(&s->view), ==, 0);
    char *text = show_page_text(&show, draw_host, 100);
    show_check_contains(text, (const char *[]){"absent: no libvirt daemon on this host", NULL});
    g_free(text);
    s->source = SOURCE_FAILED;
    stage_tick(s, 20);
    g_assert_cmpint(panel_sources_rows(&s->view), ==, 1);
    show_free(&show);
}

static void test_key_bar(void)
{
    struct rect where = {.left = 3, .rows = 1, .columns = 60};

    g_assert_cmpint(panel_key_at(&where, SHOW_LABELS, 2), ==, -1);
    g_assert_cmpint(panel_key_at(&where, SHOW_LABELS, 3), ==, 0);
    g_assert_cmpint(panel_key_at(&where, SHOW_LABELS, 12), ==, 1);
    g_assert_cmpint(panel_key_at(&where, SHOW_LABELS, 200), ==, -1);
}

/* The text cursor is on the screen, and the character before it too. */
static void test_input(void)
{
    const char *text = "0123456789abcdefghij";

    for (int columns = 1; columns < 60; columns++)
        for (size_t cursor = 0; cursor <= strlen(text); cursor++) {
            struct canvas *c = canvas_new(1, columns);
            struct rect where = {.rows = 1, .columns = columns};
            panel_input(c, &where, "Find:", text, cursor, STYLE_DIM, "3 match");
            g_assert_cmpint(c->cursor_row, ==, 0);
            g_assert_cmpint(c->cursor_column, >=, 0);
            g_assert_cmpint(c->cursor_column, <, columns);
            if (columns > 20 && cursor)
                g_assert_cmpint((int)c->cells[c->cursor_column - 1].ch, ==, text[cursor - 1]);
            canvas_free(c);
        }
}

/* The interval in the title: as precise as it was given, and readable. */
static void test_interval(void)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {{1000, "every 1.0 s "},
                 {250, "every 0.25 s "},
                 {300, "every 0.3 s "},
                 {3600000, "every 60m00s "}};
    struct stage *s = stage_sketch();
    struct canvas *c = canvas_new(1, 200);
    struct rect where = {.rows = 1, .columns = 200};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        s->view.interval_ns = cases[i].ms * 1000000;
        panel_title(c, &where, &s->view);
        char *text = canvas_to_text(c);
        g_assert_nonnull(strstr(text, cases[i].text));
        g_free(text);
    }
    canvas_free(c);
    stage_free(s);
}

/* The title of a menu is as wide as its items, and a blank column parts both from the table. */
static void test_menu_styles(void)
{
    enum { ROWS = 6, COLUMNS = 12 };
    struct show show = {.stage = stage_sketch()};
    struct canvas *c = canvas_new(ROWS, COLUMNS);
    struct rect where = {.rows = ROWS, .columns = COLUMNS};

    draw_menu(c, &where, &show);
    for (int row = 0; row < ROWS; row++) {
        enum style inside = row == 0 ? STYLE_HEADER : row == 4 ? STYLE_CURSOR : STYLE_NORMAL;
        for (int column = 0; column < COLUMNS; column++) {
            enum style style = c->cells[row * COLUMNS + column].style;
            g_assert_cmpint(style, ==, column < COLUMNS - 1 ? inside : STYLE_NORMAL);
        }
    }
    canvas_free(c);
    stage_free(show.stage);
}

/* Each class of pages is opened by its action, scrolls, and opens the right pages. */
static void test_page_classes(void)
{
    struct page page = {.class = &PAGE_GUEST, .scroll = 5, .height = 50, .fit = 10};
    struct page_turn turn = {.open = NULL};
    const struct view view = {.paused = false};

    g_assert_true(page_class_opened_by(ACTION_OPEN_HOST) == &PAGE_HOST);
    g_assert_true(page_class_opened_by(ACTION_EXPLAIN) == &PAGE_VALUES);
    g_assert_true(page_class_opened_by(ACTION_HELP) == &PAGE_HELP);
    g_assert_null(page_class_opened_by(ACTION_NONE));
    g_assert_null(page_class_opened_by(ACTION_QUIT));
    g_assert_true(page_act(&page, &view, ACTION_PAGE_DOWN, &turn));
    g_assert_cmpint(page.scroll, ==, 14);
    g_assert_true(page_act(&page, &view, ACTION_TOP, &turn));
    g_assert_true(page_act(&page, &view, ACTION_UP, &turn));
    g_assert_cmpint(page.scroll, ==, 0);
    g_assert_true(page_act(&page, &view, ACTION_BOTTOM, &turn));
    g_assert_cmpint(page.scroll, ==, 50);
    g_assert_false(page_act(&page, &view, ACTION_TREE, &turn));
    g_assert_true(!turn.open && !turn.neighbour);
    g_assert_true(page_act(&page, &view, ACTION_EXPLAIN, &turn));
    g_assert_true(turn.open == &PAGE_VALUES);
    turn = (struct page_turn){.open = NULL};
    g_assert_true(page_act(&page, &view, ACTION_PREVIOUS, &turn));
    g_assert_cmpint(turn.neighbour, ==, -1);
    page.class = &PAGE_VALUES;
    g_assert_true(page_act(&page, &view, ACTION_NEXT, &turn));
    g_assert_cmpint(turn.neighbour, ==, +1);
    g_assert_false(page_act(&page, &view, ACTION_EXPLAIN, &turn));
    page.class = &PAGE_HOST;
    g_assert_false(page_act(&page, &view, ACTION_NEXT, &turn));
    page.class = &PAGE_HELP;
    g_assert_false(page_act(&page, &view, ACTION_EXPLAIN, &turn));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/panels/main", test_main);
    g_test_add_func("/panels/tree", test_tree);
    g_test_add_func("/panels/hosts", test_hosts);
    g_test_add_func("/panels/first-frame", test_first_frame);
    g_test_add_func("/panels/shared-memory", test_shared_memory);
    g_test_add_func("/panels/pages", test_pages);
    g_test_add_func("/panels/guest", test_guest);
    g_test_add_func("/panels/limits", test_limits);
    g_test_add_func("/panels/clock-set", test_clock_set);
    g_test_add_func("/panels/values", test_values);
    g_test_add_func("/panels/origins", test_origins);
    g_test_add_func("/panels/help", test_help);
    g_test_add_func("/panels/chooser", test_chooser);
    g_test_add_func("/panels/heat-map", test_heat_map);
    g_test_add_func("/panels/small-sizes", test_small_sizes);
    g_test_add_func("/panels/past-sizes", test_past_sizes);
    g_test_add_func("/panels/all-sizes", test_all_sizes);
    g_test_add_func("/panels/crowd", test_crowd);
    g_test_add_func("/panels/empty", test_empty);
    g_test_add_func("/panels/marks", test_marks);
    g_test_add_func("/panels/sources", test_sources);
    g_test_add_func("/panels/key-bar", test_key_bar);
    g_test_add_func("/panels/input", test_input);
    g_test_add_func("/panels/interval", test_interval);
    g_test_add_func("/panels/menu-styles", test_menu_styles);
    g_test_add_func("/panels/page-classes", test_page_classes);
    return g_test_run();
}
