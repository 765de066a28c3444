/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The processes and threads of a container: whose time is whose when threads end, numbers are given
 * away again and names change. */
#include <config.h>

#include "collect/cgroup/tasks.h"

#include "../base/tree.h"
#include "records.h"

#define TICK (1000000000 / (guint64)sysconf(_SC_CLK_TCK))

struct fixture {
    char *dir;
    struct root *root;
    struct kept_budget budget;
    struct tasks tasks;
    struct ident *owner;
    struct sample *sample;
};

static void setup(struct fixture *f, const void *data)
{
    (void)data;
    f->dir = tree_new();
    g_assert_cmpint(root_new(f->dir, &f->root), ==, 0);
    kept_budget_init(&f->budget, f->root);
    f->owner = ident_new(KIND_GUEST, GUEST_DOCKER, "ct:docker:x");
}

static void teardown(struct fixture *f, const void *data)
{
    (void)data;
    sample_unref(f->sample);
    tasks_clear(&f->tasks);
    ident_unref(f->owner);
    kept_budget_clear(&f->budget);
    root_free(f->root);
    tree_free(f->dir);
}

/* One task, at proc/PATH. */
struct task_files {
    const char *command;
    unsigned threads, start, ticks, cpu;
    guint64 run_ns, delay_ns; /* 0, 0: no scheduler statistics */
};

static void put(const struct fixture *f, const char *path, struct task_files t)
{
    char *file = g_strdup_printf("proc/%s/stat", path);
    char *text =
        g_strdup_printf("1 (%s) S 1 1 1 0 -1 0 0 0 0 0 %u 0 0 0 20 0 %u 0 %u 0 0 0 0 0 0 0 "
                        "0 0 0 0 0 0 0 0 17 %u 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
                        t.command, t.ticks, t.threads, t.start, t.cpu);

    tree_file(f->dir, file, text);
    g_free(file);
    g_free(text);
    file = g_strdup_printf("proc/%s/schedstat", path);
    text = g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %d\n", t.run_ns, t.delay_ns,
                           t.run_ns ? 1 : 0);
    tree_file(f->dir, file, text);
    g_free(file);
    g_free(text);
    file = g_strdup_printf("proc/%s/statm", path);
    tree_file(f->dir, file, "100 10 5 1 0 20 0\n");
    g_free(file);
}

static void forget(const struct fixture *f, const char *path)
{
    char *full = g_build_filename(f->dir, "proc", path, NULL);

    g_assert_cmpint(nftw(full, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
    g_free(full);
}

static void look(struct fixture *f, pid_t first, pid_t last)
{
    sample_unref(f->sample);
    f->sample = sample_new(0, 1000000000);
    tasks_begin(&f->tasks);
    for (pid_t pid = first; pid <= last; pid++)
        tasks_add(&f->tasks, &f->budget, pid, f->owner, f->sample);
    tasks_end(&f->tasks);
}

static const struct record *row(const struct fixture *f, const char *name)
{
    const struct record *r = record_named(f->sample, FACET_TASK, name);

    g_assert_nonnull(r);
    return r;
}

static void test_process(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "10", (struct task_files){"nginx", 1, 500, 3, 7, 30000123, 400});
    look(f, 10, 12);
    g_assert_cmpuint(record_count(f->sample, FACET_TASK), ==, 1);
    const struct record *r = row(f, "nginx");
    g_assert_cmpint(r->ident->pid, ==, 10);
    g_assert_cmpuint(r->ident->owner, ==, f->owner->serial);
    g_assert_cmpuint(value(r, R_TASK_RUN_NS), ==, 30000123);
    g_assert_cmpuint(value(r, R_TASK_DELAY_NS), ==, 400);
    g_assert_cmpuint(value(r, R_TASK_LAST_CPU), ==, 7);
    g_assert_cmpuint(value(r, R_TASK_THREADS), ==, 1);
    g_assert_cmpuint(value(r, R_TASK_RSS_BYTES), ==, 10 * (guint64)sysconf(_SC_PAGESIZE));
}

/* Kernels without scheduler statistics say 0 0 0: clock ticks count, and the delay is not known. */
static void test_no_schedstat(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "10", (struct task_files){"sh", 1, 500, 3, 0, 0, 0});
    look(f, 10, 10);
    g_assert_cmpuint(value(row(f, "sh"), R_TASK_RUN_NS), ==, 3 * TICK);
    g_assert_cmpint(reason(row(f, "sh"), R_TASK_DELAY_NS), ==, REASON_SCHEDSTAT_OFF);
}

static void test_threads(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "10", (struct task_files){"java", 3, 500, 9, 0, 100, 1});
    put(f, "10/task/10", (struct task_files){"java", 3, 500, 0, 0, 100, 1});
    put(f, "10/task/11", (struct task_files){"GC", 3, 501, 0, 0, 2000, 2});
    put(f, "10/task/12", (struct task_files){"worker", 3, 502, 0, 3, 30000, 3});
    look(f, 10, 10);
    g_assert_cmpuint(record_count(f->sample, FACET_TASK), ==, 4);
    g_assert_cmpuint(value(row(f, "java"), R_TASK_RUN_NS), ==, 32100);
    g_assert_cmpuint(value(row(f, "java"), R_TASK_DELAY_NS), ==, 6);
    g_assert_cmpuint(value(row(f, "java: worker"), R_TASK_RUN_NS), ==, 30000);
    g_assert_cmpuint(value(row(f, "java: worker"), R_TASK_LAST_CPU), ==, 3);
    g_assert_cmpint(reason(row(f, "java: GC"), R_TASK_RSS_BYTES), ==, REASON_NOT_APPLICABLE);

    /* One ends: its time stays with the process, and the row goes. */
    forget(f, "10/task/12");
    put(f, "10", (struct task_files){"java", 2, 500, 9, 0, 150, 1});
    put(f, "10/task/10", (struct task_files){"java", 2, 500, 0, 0, 150, 1});
    look(f, 10, 10);
    g_assert_cmpuint(value(row(f, "java"), R_TASK_RUN_NS), ==, 32150);
    g_assert_null(record_named(f->sample, FACET_TASK, "java: worker"));

    /* The others end too: one is left, and nothing is taken away. */
    forget(f, "10/task/11");
    put(f, "10", (struct task_files){"java", 1, 500, 9, 0, 160, 1});
    put(f, "10/task/10", (struct task_files){"java", 1, 500, 0, 0, 160, 1});
    look(f, 10, 10);
    g_assert_cmpuint(value(row(f, "java"), R_TASK_RUN_NS), ==, 32160);
    g_assert_cmpuint(record_count(f->sample, FACET_TASK), ==, 1);
}

/* A thread that ends between the list and its files is not there: no row, no harm. */
static void test_thread_ends(struct fixture *f, const void *data)
{
    char *empty;

    (void)data;
    put(f, "10", (struct task_files){"java", 2, 500, 9, 0, 100, 1});
    put(f, "10/task/10", (struct task_files){"java", 2, 500, 0, 0, 100, 1});
    empty = tree_path(f->dir, "proc/10/task/11/x");
    g_free(empty);
    look(f, 10, 10);
    g_assert_cmpuint(record_count(f->sample, FACET_TASK), ==, 2);
    g_assert_cmpuint(value(row(f, "java"), R_TASK_RUN_NS), ==, 100);

    /* And so is a process whose stat is torn. */
    tree_file(f->dir, "proc/10/stat", "10 (java) S 1 1");
    look(f, 10, 10);
    g_assert_cmpuint(record_count(f->sample, FACET_TASK), ==, 0);
}

/* The same number, another process: another row, and no time of the one before. */
static void test_pid_reuse(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "10", (struct task_files){"old", 2, 500, 0, 0, 1000, 1});
    put(f, "10/task/10", (struct task_files){"old", 2, 500, 0, 0, 1000, 1});
    put(f, "10/task/11", (struct task_files){"old", 2, 500, 0, 0, 5000, 1});
    look(f, 10, 10);
    guint64 serial = row(f, "old")->ident->serial;
    g_assert_cmpuint(value(row(f, "old"), R_TASK_RUN_NS), ==, 6000);
    forget(f, "10");
    put(f, "10", (struct task_files){"old", 1, 900, 0, 0, 7, 1});
    look(f, 10, 10);
    g_assert_cmpuint(value(row(f, "old"), R_TASK_RUN_NS), ==, 7);
    g_assert_cmpuint(row(f, "old")->ident->serial, !=, serial);
}

/* exec() keeps number and start: a new name under the old key. */
static void test_exec(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "10", (struct task_files){"sh", 1, 500, 0, 0, 10, 1});
    look(f, 10, 10);
    char *key = g_strdup(row(f, "sh")->ident->key);
    put(f, "10", (struct task_files){"a) S \x1b[2J (b", 1, 500, 0, 0, 20, 1});
    look(f, 10, 10);
    const struct record *r = row(f, "a) S \xef\xbf\xbd[2J (b");
    g_assert_cmpstr(r->ident->key, ==, key);
    g_assert_cmpuint(value(r, R_TASK_RUN_NS), ==, 20);
    g_free(key);
}

/* More threads than rows: the process has the kernel's sum, and its time never doubles. */
static void test_many_threads(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "10", (struct task_files){"java", TASKS_MAX, 500, 0, 0, 1, 1});
    for (unsigned i = 0; i < TASKS_MAX; i++) {
        char *path = g_strdup_printf("10/task/%u", 10 + i);
        put(f, path, (struct task_files){"t", TASKS_MAX, 500, 0, 0, 1000, 1});
        g_free(path);
    }
    for (int round = 0; round < 3; round++) {
        look(f, 10, 10);
        g_assert_cmpuint(value(row(f, "java"), R_TASK_RUN_NS), ==, 1000 * TASKS_MAX);
        g_assert_cmpuint(record_count(f->sample, FACET_TASK), ==, TASKS_MAX);
    }
    put(f, "10", (struct task_files){"java", TASKS_MAX + 1, 500, 77, 0, 1, 1});
    for (int round = 0; round < 3; round++) {
        look(f, 10, 10);
        g_assert_cmpuint(value(row(f, "java"), R_TASK_RUN_NS), ==, 77 * TICK);
        g_assert_cmpuint(value(row(f, "java"), R_TASK_THREADS), ==, TASKS_MAX + 1);
        g_assert_cmpuint(record_count(f->sample, FACET_TASK), ==, 1);
    }
}

static void test_many_processes(struct fixture *f, const void *data)
{
    (void)data;
    for (unsigned i = 1; i <= TASKS_MAX + 10; i++) {
        char path[16];
        g_snprintf(path, sizeof(path), "%u", i);
        put(f, path, (struct task_files){"sh", 1, 500, 0, 0, 10, 1});
    }
    look(f, 1, TASKS_MAX + 10);
    g_assert_cmpuint(record_count(f->sample, FACET_TASK), ==, TASKS_MAX);
    look(f, 1, 0);
    g_assert_cmpuint(g_hash_table_size(f->tasks.processes), ==, 0);
}

#define TEST(path, function)                                                                       \
    g_test_add("/tasks/" path, struct fixture, NULL, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("process", test_process);
    TEST("no-schedstat", test_no_schedstat);
    TEST("threads", test_threads);
    TEST("thread-ends", test_thread_ends);
    TEST("pid-reuse", test_pid_reuse);
    TEST("exec", test_exec);
    TEST("many-threads", test_many_threads);
    TEST("many-processes", test_many_processes);
    return g_test_run();
}
