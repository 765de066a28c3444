/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The page of advice: its list and its hosts, wrapped, with the exact command, in every size. */
#include <config.h>

#include "base/clock.h"

#include "show.h"

#include <math.h>
#include <string.h>

#define HOUR (3600 * CLOCK_NS_PER_S)

struct scene {
    struct show show;
    GPtrArray *advice, *hosts;
};

static void free_advice(void *advice)
{
    g_ptr_array_free(((struct advice *)advice)->notes, TRUE);
    g_free(advice);
}

/* Texts are constants. */
static void add(struct scene *s, const struct advice *model, const char *note)
{
    struct advice *a = g_memdup2(model, sizeof(*model));

    a->host = roster_host(s->show.stage->roster)->serial;
    a->host_name = (char *)(gpointer) "kvm7";
    a->guest = a->guest_name ? show_serial_of(s->show.stage, a->guest_name) : 0;
    a->notes = g_ptr_array_new();
    if (note)
        g_ptr_array_add(a->notes, (char *)(gpointer)note);
    g_ptr_array_add(s->advice, a);
}

#define TEXT(literal) ((char *)(gpointer)("" literal))

static void add_advice(struct scene *s)
{
    add(s,
        &(struct advice){.kind = ADVICE_GROW,
                         .resource = RESOURCE_CPU,
                         .guest_name = TEXT("web-12"),
                         .what = TEXT("give it 4 vCPUs instead of 2"),
                         .why = TEXT("3.4 cores are enough for 95 % of the time, with the time in "
                                     "which it was ready to run; 15 % are added"),
                         .from = 2,
                         .to = 4,
                         .unit = UNIT_COUNT,
                         .sure = SURE_HIGH,
                         .history_ns = 30 * HOUR,
                         .command = TEXT("virsh setvcpus 'web-12'  4 --live --config && echo "
                                         "'two  blanks' and what does not fit into one line")},
        "its maximum is 8");
    add(s,
        &(struct advice){.kind = ADVICE_OVERCOMMIT,
                         .resource = RESOURCE_CPU,
                         .what = TEXT("move machines to other hosts"),
                         .why = TEXT("131 vCPUs are 6.5 per core"),
                         .from = (double)NAN,
                         .to = (double)NAN,
                         .sure = SURE_MEDIUM},
        NULL);
    add(s,
        &(struct advice){.kind = ADVICE_SHRINK,
                         .resource = RESOURCE_MEMORY,
                         .guest_name = TEXT("db-primary"),
                         .what = TEXT("give it 32 GiB instead of 64 GiB"),
                         .why = TEXT("at most 20 GiB were in use; 15 % are added"),
                         .from = 68719476736.0,
                         .to = 34359738368.0,
                         .unit = UNIT_BYTES,
                         .sure = SURE_LOW,
                         .history_ns = 26 * HOUR,
                         .command = TEXT("virsh setmem db-primary 33554432 --live")},
        NULL);
}

static void add_host(struct scene *s)
{
    struct advice_host *h = g_new0(struct advice_host, 1);

    h->host = roster_host(s->show.stage->roster)->serial;
    h->name = TEXT("kvm7");
    for (int r = 0; r < BALANCE_RESOURCES; r++)
        h->balance[r] = (struct balance){.resource = (enum resource)r, .jain = (double)NAN};
    h->balance[RESOURCE_CPU] =
        (struct balance){.resource = RESOURCE_CPU,
                         .n = 7,
                         .jain = 0.43,
                         .variation = 1.15,
                         .max_over_mean = 5.2,
                         .dominant = show_serial_of(s->show.stage, "db-primary"),
                         .share = 0.77};
    h->overcommit = (struct overcommit){.vcpus = 131,
                                        .cores = 20,
                                        .vcpus_per_core = 6.55,
                                        .memory = 4e11,
                                        .total = 5e11,
                                        .memory_per_total = 0.8};
    h->cost = (struct cost_of_host){.machines = 3,
                                    .all = {.efficiency = 90.3, .lost = 145, .halt_poll = 37},
                                    .ksm_saved = (double)NAN,
                                    .steal = 0};
    h->cpu[SIZE_GROW] = 1;
    h->cpu[SIZE_RIGHT] = 6;
    h->memory[SIZE_COLLECTING] = 7;
    g_ptr_array_add(s->hosts, h);
}

static struct scene scene_new(void)
{
    struct scene s = {.show = show_new(show_busy_sketch()),
                      .advice = g_ptr_array_new_with_free_func(free_advice),
                      .hosts = g_ptr_array_new_with_free_func(g_free)};

    add_advice(&s);
    add_host(&s);
    s.show.stage->view.advice = s.advice;
    s.show.stage->view.advice_hosts = s.hosts;
    return s;
}

static void scene_free(struct scene *s)
{
    show_free(&s->show);
    g_ptr_array_free(s->advice, TRUE);
    g_ptr_array_free(s->hosts, TRUE);
}

static void draw_advice(struct canvas *c, const struct rect *where, struct show *show)
{
    show->page.class = &PAGE_ADVICE;
    page_draw(&show->page, c, where, &show->stage->view);
}

static void press(struct show *show, enum action action, struct page_turn *turn)
{
    g_free(show_page_text(show, draw_advice, 80));
    *turn = (struct page_turn){.open = NULL};
    g_assert_true(page_act(&show->page, &show->stage->view, action, turn));
}

static void test_pictures(void)
{
    struct scene s = scene_new();

    show_check_picture("advice-80x24", &s.show, draw_advice, 24, 80);
    show_check_picture("advice-200x16", &s.show, draw_advice, 16, 200);
    show_check_picture("advice-40x12", &s.show, draw_advice, 12, 40);
    s.show.stage->view.glyphs = glyphs_get(true);
    show_check_picture("advice-ascii", &s.show, draw_advice, 16, 60);
    scene_free(&s);
}

/* A command is whole, whatever the width: what stands below each other is what was to be run. */
static void test_command(void)
{
    struct scene s = scene_new();
    const struct advice *a = g_ptr_array_index(s.advice, 0);

    for (int columns = 60; columns <= 200; columns += 7) {
        char *text = show_page_text(&s.show, draw_advice, columns);
        char **lines = g_strsplit(text, "\n", -1);
        GString *command = g_string_new(NULL);
        enum { BEFORE = 1 + 2 + 11 };
        bool inside = false;
        for (char **line = lines; *line; line++) {
            inside = g_str_has_prefix(*line, "   command ") ||
                     (inside && g_str_has_prefix(*line, "              "));
            if (inside && strlen(*line) > BEFORE)
                /* blanks at the end of a line are not in the text of a canvas */
                g_string_append_printf(command, "%-*s", columns - BEFORE - 1, *line + BEFORE);
        }
        g_assert_true(g_str_has_prefix(g_strchomp(command->str), a->command));
        g_string_free(command, TRUE);
        g_strfreev(lines);
        g_free(text);
    }
    scene_free(&s);
}

/* Before the first round of the adviser there is no list yet, and afterwards perhaps nothing to
 * say. */
static void test_empty(void)
{
    struct scene s = scene_new();
    struct view *v = &s.show.stage->view;
    struct page_turn turn = {.open = NULL};

    v->advice = v->advice_hosts = NULL;
    char *text = show_page_text(&s.show, draw_advice, 80);
    show_check_contains(text, (const char *[]){"the history of the guests is being read", NULL});
    g_free(text);
    g_assert_false(page_act(&s.show.page, v, ACTION_OPEN, &turn));
    g_ptr_array_set_size(s.advice, 0);
    v->advice = s.advice;
    v->advice_hosts = s.hosts;
    text = show_page_text(&s.show, draw_advice, 80);
    show_check_contains(text, (const char *[]){"there is nothing to change", "evenness", NULL});
    g_free(text);
    scene_free(&s);
}

static void test_keys(void)
{
    struct scene s = scene_new();
    struct page_turn turn;
    uint64_t host = roster_host(s.show.stage->roster)->serial;

    g_assert_true(page_class_opened_by(ACTION_ADVICE) == &PAGE_ADVICE);
    press(&s.show, ACTION_OPEN, &turn);
    g_assert_true(turn.open == &PAGE_GUEST);
    g_assert_cmpuint(turn.subject, ==, show_serial_of(s.show.stage, "web-12"));
    press(&s.show, ACTION_DOWN, &turn);
    press(&s.show, ACTION_OPEN, &turn);
    g_assert_true(turn.open == &PAGE_HOST);
    g_assert_cmpuint(turn.subject, ==, host);
    press(&s.show, ACTION_DOWN, &turn);
    press(&s.show, ACTION_EXPLAIN, &turn);
    g_assert_true(turn.open == &PAGE_VALUES);
    g_assert_cmpuint(turn.subject, ==, show_serial_of(s.show.stage, "db-primary"));
    press(&s.show, ACTION_BOTTOM, &turn); /* the host itself */
    press(&s.show, ACTION_OPEN, &turn);
    g_assert_true(turn.open == &PAGE_HOST);
    g_assert_cmpuint(turn.subject, ==, host);
    g_assert_false(page_act(&s.show.page, &s.show.stage->view, ACTION_LOG, &turn));
    g_assert_false(page_act(&s.show.page, &s.show.stage->view, ACTION_MUTE, &turn));
    scene_free(&s);
}

/* The cursor stays on its advice when another round puts more before it. */
static void test_stays(void)
{
    struct scene s = scene_new();
    struct page_turn turn;

    press(&s.show, ACTION_DOWN, &turn);
    press(&s.show, ACTION_DOWN, &turn);
    gpointer first = g_ptr_array_steal_index(s.advice, 0);
    press(&s.show, ACTION_OPEN, &turn);
    g_assert_cmpuint(turn.subject, ==, show_serial_of(s.show.stage, "db-primary"));
    g_ptr_array_insert(s.advice, 0, first);
    press(&s.show, ACTION_OPEN, &turn);
    g_assert_cmpuint(turn.subject, ==, show_serial_of(s.show.stage, "db-primary"));
    scene_free(&s);
}

static void test_sizes(void)
{
    static draw_function *const drawn[] = {draw_advice};
    static const struct show_sizes small = {12, 90, 1, 1}, large = {60, 240, 7, 13};
    struct scene s = scene_new();

    show_check_sizes(&s.show, drawn, G_N_ELEMENTS(drawn), &small);
    s.show.stage->view.glyphs = glyphs_get(true);
    show_check_sizes(&s.show, drawn, G_N_ELEMENTS(drawn), &large);
    char *text = show_page_text(&s.show, draw_advice, 100);
    g_assert_true(g_str_is_ascii(text));
    g_free(text);
    scene_free(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/advice/pictures", test_pictures);
    g_test_add_func("/advice/command", test_command);
    g_test_add_func("/advice/empty", test_empty);
    g_test_add_func("/advice/keys", test_keys);
    g_test_add_func("/advice/stays", test_stays);
    g_test_add_func("/advice/sizes", test_sizes);
    return g_test_run();
}
