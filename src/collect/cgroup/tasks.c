/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/tasks.h"

#include "base/clock_read.h"
#include "base/parse.h"
#include "base/text.h"
#include "collect/procfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 80 };

/* A thread, or a process. */
struct task {
    struct ident *ident;
    uint64_t round;      /* the last round that saw it */
    uint64_t start_time; /* with its number, its identity */
    uint64_t run_ns, delay_ns, last_cpu;
    bool timed; /* the scheduler's statistics are available */
};

struct process_task {
    struct task all;
    uint64_t ended_run_ns, ended_delay_ns; /* of threads that have ended */
    GHashTable *threads;                   /* tid -> struct task; NULL while there is only one */
};

static void task_free(void *p)
{
    ident_unref(((struct task *)p)->ident);
    g_free(p);
}

static void process_task_free(void *p)
{
    struct process_task *process = p;

    if (process->threads)
        g_hash_table_destroy(process->threads);
    task_free(&process->all);
}

void tasks_begin(struct tasks *t)
{
    if (!t->processes)
        t->processes = g_hash_table_new_full(NULL, NULL, NULL, process_task_free);
    t->round++;
    t->rows = 0;
}

void tasks_clear(struct tasks *t)
{
    if (t->processes)
        g_hash_table_destroy(t->processes);
    t->processes = NULL;
}

static gboolean is_old(gpointer number, gpointer task, gpointer round)
{
    (void)number;
    return ((struct task *)task)->round != *(uint64_t *)round;
}

void tasks_end(struct tasks *t)
{
    g_hash_table_foreach_remove(t->processes, is_old, &t->round);
}

/* ---- reading ---- */

static bool read_stat(struct kept_budget *b, const char *directory, struct procfs_stat *stat)
{
    char path[PATH_SIZE];

    g_snprintf(path, sizeof(path), "%s/stat", directory);
    return file_read(b->root, path, &b->buffer) > 0 && procfs_parse_stat(b->buffer.text, stat);
}

/* Precise if the scheduler keeps statistics, else in steps of a clock tick. */
static void read_times(struct kept_budget *b, const char *directory, const struct procfs_stat *stat,
                       struct task *task)
{
    struct procfs_schedstat sched;
    char path[PATH_SIZE];

    g_snprintf(path, sizeof(path), "%s/schedstat", directory);
    task->timed = file_read(b->root, path, &b->buffer) > 0 &&
                  procfs_parse_schedstat(b->buffer.text, &sched) && (sched.slices || sched.run_ns);
    task->run_ns = task->timed ? sched.run_ns : stat->user_ns + stat->system_ns;
    task->delay_ns = task->timed ? sched.delay_ns : 0;
    task->last_cpu = stat->last_cpu;
}

static bool read_resident(struct kept_budget *b, const char *directory, uint64_t *bytes)
{
    char path[PATH_SIZE];
    uint64_t pages;

    g_snprintf(path, sizeof(path), "%s/statm", directory);
    const char *text = file_read(b->root, path, &b->buffer) > 0 ? b->buffer.text : "";
    if (!parse_u64(&text, &pages) || !parse_u64(&text, &pages))
        return false;
    *bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE);
    return true;
}

/* ---- rows ---- */

/* A process id that was reused, or a new name (exec), makes a new row under the old key. */
static void identify(struct task *task, const char *key, pid_t number, const char *name,
                     const struct procfs_stat *stat, const struct ident *owner)
{
    const struct ident *known = task->ident;
    char *clean = text_clean(name, -1);

    if (!known || task->start_time != stat->start_time || known->owner != owner->serial ||
        strcmp(known->name, clean) != 0) {
        ident_unref(task->ident);
        task->ident = ident_new(KIND_TASK, GUEST_NONE, key);
        task->ident->owner = owner->serial;
        task->ident->pid = number;
        task->ident->name = g_steal_pointer(&clean);
        task->start_time = stat->start_time;
    }
    g_free(clean);
}

static struct record *add_row(struct tasks *t, const struct task *task, uint64_t run_ns,
                              uint64_t delay_ns, struct sample *out)
{
    struct record *r = sample_add(out, FACET_TASK, task->ident);

    t->rows++;
    r->read_ns = clock_mono_ns();
    record_set(r, R_TASK_RUN_NS, run_ns);
    if (task->timed)
        record_set(r, R_TASK_DELAY_NS, delay_ns);
    else
        record_absent(r, R_TASK_DELAY_NS, REASON_SCHEDSTAT_OFF);
    record_set(r, R_TASK_LAST_CPU, task->last_cpu);
    return r;
}

/* ---- threads ---- */

static void read_thread(struct tasks *t, struct process_task *process, struct kept_budget *b,
                        pid_t pid, pid_t tid, const struct ident *owner)
{
    struct task *thread = g_hash_table_lookup(process->threads, GINT_TO_POINTER(tid));
    struct procfs_stat stat;
    char directory[PATH_SIZE], key[32];

    g_snprintf(directory, sizeof(directory), "/proc/%d/task/%d", pid, tid);
    if (!read_stat(b, directory, &stat))
        return;
    if (!thread) {
        thread = g_new0(struct task, 1);
        g_hash_table_insert(process->threads, GINT_TO_POINTER(tid), thread);
    }
    thread->round = t->round;
    read_times(b, directory, &stat, thread);
    char *name = g_strconcat(process->all.ident->name, ": ", stat.command, NULL);
    g_snprintf(key, sizeof(key), "%d/%d", pid, tid);
    identify(thread, key, tid, name, &stat, owner);
    g_free(name);
}

static void read_threads(struct tasks *t, struct process_task *process, struct kept_budget *b,
                         pid_t pid, const struct ident *owner)
{
    char path[PATH_SIZE];
    DIR *dir;
    int tid;

    if (!process->threads)
        process->threads = g_hash_table_new_full(NULL, NULL, NULL, task_free);
    g_snprintf(path, sizeof(path), "/proc/%d/task", pid);
    root_open_dir(b->root, path, &dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (procfs_pid(entry->d_name, &tid))
            read_thread(t, process, b, pid, tid, owner);
    if (dir)
        closedir(dir);
}

/* The time of a process is the sum over all its threads; the time of a thread that ended stays in
 * it. */
static void sum_threads(const struct tasks *t, struct process_task *process)
{
    GHashTableIter it;
    void *value;

    process->all.run_ns = process->all.delay_ns = 0;
    g_hash_table_iter_init(&it, process->threads);
    while (g_hash_table_iter_next(&it, NULL, &value)) {
        const struct task *thread = value;
        bool ended = thread->round != t->round;
        *(ended ? &process->ended_run_ns : &process->all.run_ns) += thread->run_ns;
        *(ended ? &process->ended_delay_ns : &process->all.delay_ns) += thread->delay_ns;
    }
    g_hash_table_foreach_remove(process->threads, is_old, (gpointer)&t->round);
    process->all.run_ns += process->ended_run_ns;
    process->all.delay_ns += process->ended_delay_ns;
}

/* There are too many threads to read each: the kernel's sum, in steps of a clock tick, is used
 * instead. */
static void count_all_threads(struct process_task *process, const struct procfs_stat *stat)
{
    g_clear_pointer(&process->threads, g_hash_table_destroy);
    process->ended_run_ns = process->ended_delay_ns = 0;
    process->all.run_ns = stat->user_ns + stat->system_ns;
    process->all.timed = false;
}

static void add_thread_rows(struct tasks *t, const struct process_task *process, struct sample *out)
{
    GHashTableIter it;
    void *value;

    g_hash_table_iter_init(&it, process->threads);
    while (t->rows < TASKS_MAX && g_hash_table_iter_next(&it, NULL, &value)) {
        const struct task *thread = value;
        struct record *r = add_row(t, thread, thread->run_ns, thread->delay_ns, out);
        record_absent(r, R_TASK_RSS_BYTES, REASON_NOT_APPLICABLE); /* threads share memory */
        record_absent(r, R_TASK_THREADS, REASON_NOT_APPLICABLE);
    }
}

/* ---- processes ---- */

static struct process_task *process_of(struct tasks *t, pid_t pid, const struct procfs_stat *stat)
{
    struct process_task *process = g_hash_table_lookup(t->processes, GINT_TO_POINTER(pid));

    if (process && process->all.start_time == stat->start_time)
        return process;
    process = g_new0(struct process_task, 1);
    g_hash_table_replace(t->processes, GINT_TO_POINTER(pid), process);
    return process;
}

void tasks_add(struct tasks *t, struct kept_budget *b, pid_t pid, const struct ident *owner,
               struct sample *out)
{
    char directory[PATH_SIZE];
    struct procfs_stat stat;
    uint64_t resident;

    g_snprintf(directory, sizeof(directory), "/proc/%d", pid);
    if (t->rows >= TASKS_MAX || !read_stat(b, directory, &stat))
        return;
    struct process_task *process = process_of(t, pid, &stat);
    process->all.round = t->round;
    identify(&process->all, directory + strlen("/proc/"), pid, stat.command, &stat, owner);
    read_times(b, directory, &stat, &process->all);
    if (stat.threads > TASKS_MAX) {
        count_all_threads(process, &stat);
    } else if (stat.threads > 1 || process->threads) {
        read_threads(t, process, b, pid, owner);
        sum_threads(t, process);
    }
    struct record *r = add_row(t, &process->all, process->all.run_ns, process->all.delay_ns, out);
    record_set(r, R_TASK_THREADS, stat.threads);
    if (read_resident(b, directory, &resident))
        record_set(r, R_TASK_RSS_BYTES, resident);
    else
        record_absent(r, R_TASK_RSS_BYTES, REASON_UNREADABLE);
    if (process->threads && stat.threads > 1)
        add_thread_rows(t, process, out);
}
