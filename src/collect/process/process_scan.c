/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_scan.h"

#include "base/clock_read.h"
#include "base/order.h"
#include "base/parse.h"
#include "collect/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A process is examined in the first LOOKS scans after its start, then when its age has grown by
 * half up to twofold, and finally every LATE scans or more often. Its file is read every TURN
 * scans, which is cheap: a shell may have become a machine by exec. */
enum { LOOKS = 3, LATE = 128, TURN = 4 };

/* A process that was older than this at the first scan is examined once in the beginning. */
#define SETTLED_NS (5 * CLOCK_NS_PER_S)

/* Every WHOLE-th scan lists all of /proc. */
enum { WHOLE = 16 };

/* Reading the descriptors of unknown programs is slow, so each scan reads at most this many. */
enum { UNKNOWN_PER_SCAN = 256 };

/* One process of the host. The scan counter lasts for years. */
struct seen {
    pid_t pid;
    int32_t scan;  /* the last scan that listed it */
    int32_t since; /* the first scan that listed it; < 0: it was there before that */
    int32_t next;  /* the scan that examines it next */
    uint8_t looks; /* LOOKS: it is no longer new */
    bool kernel;   /* a thread of the kernel, which cannot become a machine */
    bool reported;
};

struct process_scan {
    const struct root *root;
    GArray *seen; /* struct seen, by pid */
    struct file_buffer buffer;
    int32_t scan;
    int unknown;   /* unknown programs whose descriptors were read in this scan */
    bool numbered; /* the newest pid is known from loadavg */
    long position; /* offset of a process in the /proc directory, less its pid; < 0 = not known */
    uint64_t newest, before; /* the number given last, in this scan and in the one before; 0 = not
                                known */
};

/* Whether /proc is that of our own pid namespace, so that loadavg has our pids. */
static bool is_own_proc(const struct root *root)
{
    char self[16];
    int pid;

    return root_is_live(root) && root_readlink(root, "/proc/self", self, sizeof(self)) > 0 &&
           procfs_pid(self, &pid) && pid == getpid();
}

struct process_scan *process_scan_new(const struct root *root)
{
    struct process_scan *s = g_new0(struct process_scan, 1);

    s->root = root;
    s->seen = g_array_new(FALSE, FALSE, sizeof(struct seen));
    s->numbered = is_own_proc(root);
    return s;
}

void process_scan_free(struct process_scan *s)
{
    if (!s)
        return;
    g_array_free(s->seen, TRUE);
    file_buffer_clear(&s->buffer);
    g_free(s);
}

static struct seen *seen_at(const struct process_scan *s, guint i)
{
    return i < s->seen->len ? &g_array_index(s->seen, struct seen, i) : NULL;
}

static int compare_pid(const void *seen, const void *pid)
{
    pid_t one = ((const struct seen *)seen)->pid, other = *(const pid_t *)pid;

    return (one > other) - (one < other);
}

/* The index of a process, or where it would be inserted. */
static guint place_of(const struct process_scan *s, pid_t pid)
{
    return (guint)order_place(s->seen->data, s->seen->len, sizeof(struct seen), &pid, compare_pid);
}

void process_scan_forget(struct process_scan *s, pid_t pid)
{
    struct seen *seen = seen_at(s, place_of(s, pid));

    if (seen && seen->pid == pid)
        *seen =
            (struct seen){.pid = pid, .scan = seen->scan, .since = s->scan, .next = s->scan + 1};
}

/* ---- one process ---- */

static struct process_found *look_at(struct process_scan *s, struct seen *seen, bool due)
{
    struct process_look look = {
        .root = s->root, .buffer = &s->buffer, .deep = due && s->unknown < UNKNOWN_PER_SCAN};
    struct process_found *found = process_look(&look, seen->pid);

    seen->kernel = look.kernel;
    if (look.unknown && look.deep)
        s->unknown++;
    else if (look.unknown && due)
        seen->looks--; /* the next scan examines it */
    return found;
}

/* ---- all of them ---- */

/* The result is valid until the next call. */
static struct seen *see(struct process_scan *s, pid_t pid)
{
    guint place = place_of(s, pid);
    struct seen *seen = seen_at(s, place);

    if (!seen || seen->pid != pid) {
        struct seen new = {.pid = pid, .since = s->scan > 1 ? s->scan : -LATE, .next = s->scan};
        g_array_insert_val(s->seen, place, new);
        seen = seen_at(s, place);
    }
    seen->scan = s->scan;
    return seen;
}

/* The pid spreads processes of the same age over several scans. */
static int32_t next_look(const struct process_scan *s, const struct seen *seen)
{
    int32_t wait = MIN(s->scan - seen->since, LATE);

    if (seen->looks < LOOKS)
        return s->scan + 1;
    return seen->kernel ? INT32_MAX : s->scan + wait / 2 + seen->pid % (wait / 2 + 1);
}

static bool read_stat(struct process_scan *s, pid_t pid, struct procfs_stat *out)
{
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    return file_read(s->root, path, &s->buffer) > 0 && procfs_parse_stat(s->buffer.text, out);
}

/* Whether it began so long before the first scan that it has opened by now what it will hold. */
static bool is_settled(struct process_scan *s, pid_t pid)
{
    const int64_t ns_per_hundredth = CLOCK_NS_PER_S / 100;
    struct procfs_stat stat;

    if (!root_is_live(s->root) || !read_stat(s, pid, &stat))
        return false;
    int64_t began = (int64_t)procfs_start_hundredths(stat.start_time) * ns_per_hundredth;
    return clock_mono_ns() + clock_suspended_ns() - began > SETTLED_NS;
}

static void looked(struct process_scan *s, struct seen *seen)
{
    if (seen->since < 0 && seen->looks == 1 && is_settled(s, seen->pid))
        seen->looks = LOOKS;
    seen->next = next_look(s, seen);
}

static void look_at_due(struct process_scan *s, GPtrArray *found)
{
    for (guint i = 0; i < s->seen->len; i++) {
        struct seen *seen = seen_at(s, i);
        bool due = seen->next <= s->scan;
        bool turn = !seen->kernel && (seen->pid + s->scan) % TURN == 0;
        if (seen->reported || (!due && !turn))
            continue;
        seen->looks = (uint8_t)MIN(seen->looks + due, LOOKS);
        struct process_found *one = look_at(s, seen, due);
        if (due)
            looked(s, seen);
        seen->reported = one != NULL;
        if (one)
            g_ptr_array_add(found, one);
    }
}

static void drop_gone(struct process_scan *s)
{
    guint left = 0;

    for (guint i = 0; i < s->seen->len; i++)
        if (seen_at(s, i)->scan == s->scan)
            *seen_at(s, left++) = *seen_at(s, i);
    g_array_set_size(s->seen, left);
}

/* List all processes, and learn how pids and offsets in the directory are related. */
static bool list_all(struct process_scan *s)
{
    long place, position = -1;
    struct dirent *entry;
    DIR *dir;
    int pid;

    if (root_open_dir(s->root, "/proc", &dir) < 0)
        return false;
    while (place = telldir(dir), (entry = readdir(dir))) {
        if (!procfs_pid(entry->d_name, &pid))
            continue;
        if (position < 0)
            s->position = position = place - pid;
        if (place - pid != position)
            s->position = -1;
        see(s, pid);
    }
    closedir(dir);
    return true;
}

/* List the processes with a pid from FIRST on: procfs takes any offset. */
static void list_from(struct process_scan *s, uint64_t first)
{
    struct dirent *entry;
    DIR *dir;
    int pid;

    if (root_open_dir(s->root, "/proc", &dir) < 0)
        return;
    seekdir(dir, s->position + (long)first);
    while ((entry = readdir(dir)))
        if (procfs_pid(entry->d_name, &pid))
            see(s, pid);
    closedir(dir);
}

/* "0.52 0.58 0.59 1/321 4711" */
static uint64_t newest_number(struct process_scan *s)
{
    const char *last;
    uint64_t n;

    if (!s->numbered || file_read(s->root, "/proc/loadavg", &s->buffer) <= 0)
        return 0;
    last = strrchr(s->buffer.text, ' ');
    return last && parse_u64_only(last + 1, &n) ? n : 0;
}

static bool is_whole_due(const struct process_scan *s, uint64_t newest)
{
    return s->scan % WHOLE == 1 || !s->before || newest < s->before || s->position < 0;
}

/* With hidepid the process is not in /proc, but libvirt's pid file is readable by all users. */
static void see_pid_file(struct process_scan *s, const char *file, GPtrArray *found)
{
    char *path = g_strconcat("/run/libvirt/qemu/", file, NULL);
    size_t length = strlen(file) - strlen(".pid");
    int pid = 0;

    if (file_read(s->root, path, &s->buffer) > 0 && strcmp(file, "driver.pid") != 0) {
        s->buffer.text[strcspn(s->buffer.text, "\n")] = '\0';
        procfs_pid(s->buffer.text, &pid);
    }
    g_free(path);
    if (!pid || kill(pid, 0) == 0 || errno != EPERM)
        return;
    struct seen *seen = see(s, pid);
    if (seen->reported)
        return;
    seen->reported = true;
    struct process_found *one = g_new0(struct process_found, 1);
    one->pid = pid;
    one->hidden = true;
    one->vmm = VMM_QEMU;
    one->args.name = g_strndup(file, length);
    g_ptr_array_add(found, one);
}

/* The first process always exists. Its directory can be opened even where it is hidden, its stat
 * cannot. */
static bool hides_processes(const struct process_scan *s)
{
    return root_has_own_pids(s->root) && !root_exists(s->root, "/proc/1/stat");
}

static void see_hidden(struct process_scan *s, GPtrArray *found)
{
    struct dirent *entry;
    DIR *dir;

    if (!hides_processes(s) || root_open_dir(s->root, "/run/libvirt/qemu", &dir) < 0)
        return;
    while ((entry = readdir(dir)))
        if (g_str_has_suffix(entry->d_name, ".pid"))
            see_pid_file(s, entry->d_name, found);
    closedir(dir);
}

/* A pid is assigned a moment before its process is listed, so two scans list each new pid. */
static void list_what_is_new(struct process_scan *s, GPtrArray *found)
{
    uint64_t newest = newest_number(s);
    bool whole = is_whole_due(s, newest) && list_all(s);

    if (!whole && newest != s->before)
        list_from(s, s->before + 1);
    if (whole || newest != s->before)
        see_hidden(s, found);
    if (whole)
        drop_gone(s);
    s->before = s->newest;
    s->newest = newest;
}

GPtrArray *process_scan_run(struct process_scan *s)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(process_found_free);

    s->scan++;
    s->unknown = 0;
    list_what_is_new(s, found);
    look_at_due(s, found);
    return found;
}
