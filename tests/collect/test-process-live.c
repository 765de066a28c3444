/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Virtual machines seen as processes, on the host that runs the test: what only its kernel tells.
 */
#include <config.h>

#include "base/clock_read.h"
#include "collect/process/process_scan.h"
#include "tests/collect/process-tree.h"

#include <signal.h>
#include <sys/wait.h>

/* ---- a machine: a program that sleeps, under a name that says what it is ---- */

struct sleeper {
    char *directory;
    GPid pid;
};

static void sleeper_start(struct sleeper *s)
{
    char *sleep = g_find_program_in_path("sleep"), *text;
    gsize length;

    s->directory = g_dir_make_tmp("vtop-live-XXXXXX", NULL);
    char *program = g_build_filename(s->directory, "firecracker", NULL);
    char *argv[] = {program, (char *)"sleep", (char *)"600", NULL};
    GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_FILE_AND_ARGV_ZERO;
    g_assert_true(g_file_get_contents(sleep, &text, &length, NULL));
    g_assert_true(g_file_set_contents_full(program, text, (gssize)length, G_FILE_SET_CONTENTS_NONE,
                                           0700, NULL));
    g_assert_true(g_spawn_async(NULL, argv, NULL, flags, NULL, NULL, &s->pid, NULL));
    g_free(text);
    g_free(program);
    g_free(sleep);
}

static void sleeper_end(struct sleeper *s)
{
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
    tree_free(s->directory);
}

/* ---- tests ---- */

static bool scan_finds(struct process_scan *s, pid_t pid)
{
    GPtrArray *found = process_scan_run(s);
    bool here = false;

    for (guint i = 0; i < found->len; i++)
        here |= ((struct process_found *)g_ptr_array_index(found, i))->pid == pid;
    g_ptr_array_free(found, TRUE);
    return here;
}

/* Where numbers tell what is new, a scan lists only that: so it finds at once who begins, and only
 * that one. */
static void test_scan(void)
{
    struct sleeper machine;
    struct root *root;

    g_assert_cmpint(root_new(NULL, &root), ==, 0);
    struct process_scan *s = process_scan_new(root);
    for (int i = 0; i < 3; i++) /* the third lists only what is new */
        g_ptr_array_free(process_scan_run(s), TRUE);
    sleeper_start(&machine);
    g_assert_true(scan_finds(s, machine.pid));
    g_assert_false(scan_finds(s, machine.pid));
    process_scan_forget(s, machine.pid);
    g_assert_true(scan_finds(s, machine.pid));
    sleeper_end(&machine);
    process_scan_forget(s, machine.pid);
    g_assert_false(scan_finds(s, machine.pid));
    process_scan_free(s);
    root_free(root);
}

/* The machine's record in a new sample, or NULL. */
static const struct record *look(struct host *h, pid_t pid)
{
    collect(h);
    for (guint i = 0; i < h->sample->records->len; i++) {
        const struct record *r = g_ptr_array_index(h->sample->records, i);
        if (r->facet == FACET_PROCESS && r->ident->pid == pid)
            return r;
    }
    return NULL;
}

static void await_stopped(struct host *h, pid_t pid, uint64_t wanted)
{
    int64_t end = clock_mono_ns() + 30 * CLOCK_NS_PER_S;
    uint64_t stopped = !wanted;

    while (record_get(look(h, pid), R_PROC_STOPPED, &stopped) && stopped != wanted &&
           clock_mono_ns() < end)
        g_usleep(1000);
    g_assert_cmpuint(stopped, ==, wanted);
}

/* The stat of a machine that sleeps is not read again, yet nothing is missed: to be stopped, to go
 * on and to end takes time that its clock shows. */
static void test_sleeper(void)
{
    struct host h = {.demand = {.needs = NEED_CPU | NEED_MEM, .interval_ns = CLOCK_NS_PER_S}};
    struct sleeper machine;
    uint64_t before, after;

    g_assert_cmpint(root_new(NULL, &h.root), ==, 0);
    sleeper_start(&machine);
    kept_budget_init(&h.budget, h.root);
    h.process = process_new(h.root, &h.budget);
    g_assert_true(record_get(look(&h, machine.pid), R_PROC_RUN_NS, &before));
    g_assert_true(record_get(look(&h, machine.pid), R_PROC_RUN_NS, &after));
    g_assert_cmpuint(after, >=, before);
    assert_value(look(&h, machine.pid), R_PROC_THREADS, 1);
    kill(machine.pid, SIGSTOP);
    await_stopped(&h, machine.pid, 1);
    kill(machine.pid, SIGCONT);
    await_stopped(&h, machine.pid, 0);
    sleeper_end(&machine);
    g_assert_null(look(&h, machine.pid));
    sample_unref(h.sample);
    process_free(h.process);
    kept_budget_clear(&h.budget);
    root_free(h.root);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process-live/scan", test_scan);
    g_test_add_func("/process-live/sleeper", test_sleeper);
    return g_test_run();
}
