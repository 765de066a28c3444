/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_threads.h"

#include "base/clock_read.h"
#include "base/order.h"
#include "base/parse.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* ---- roles by name ---- */

static const struct {
    const char *before, *after; /* the number of the vCPU */
} vcpu_names[] = {
    {"CPU ", "/KVM"},    {"CPU ", "/TCG"}, {"CPU ", "/HVF"}, {"fc_vcpu ", ""}, /* Firecracker */
    {"vcpu", ""},        /* Cloud Hypervisor */
    {"crosvm_vcpu", ""}, /* crosvm */
    {"kvm-vcpu-", ""},   /* kvmtool */
};

/* Emulation in a single thread, which runs all vCPUs in turn. */
static const char ALL_VCPUS[] = "ALL CPUs/TCG";

static bool is_vcpu_name(const char *name, int *index)
{
    for (size_t i = 0; i < G_N_ELEMENTS(vcpu_names); i++) {
        const char *p = name + strlen(vcpu_names[i].before);
        uint64_t n;
        if (!g_str_has_prefix(name, vcpu_names[i].before) || !g_ascii_isdigit(*p) ||
            !parse_u64(&p, &n) || n > 65535 || strcmp(p, vcpu_names[i].after) != 0)
            continue;
        *index = (int)n;
        return true;
    }
    *index = 0;
    return strcmp(name, ALL_VCPUS) == 0;
}

static const struct {
    const char *prefix;
    enum thread_role role;
} other_names[] = {
    {"IO mon_iothread", THREAD_EMULATOR}, /* libvirt's monitor, not a disk */
    {"IO ", THREAD_IOTHREAD},
    {"vhost-", THREAD_VHOST},
    {"_disk", THREAD_IOTHREAD}, /* Cloud Hypervisor: a thread for each queue */
    {"_net", THREAD_IOTHREAD},
    {"live_migration", THREAD_WORKER}, /* QEMU, "mig/..." since 9.1 */
    {"multifd", THREAD_WORKER},
    {"mig/", THREAD_WORKER},
    {"worker", THREAD_WORKER},
    {"vnc_worker", THREAD_WORKER},
    {"kvm-", THREAD_WORKER}, /* of the kernel: they inherit the registers of their creator, */
    {"iou-", THREAD_WORKER}, /* so /proc shows them in the same system call */
    {"SPICE Worker", THREAD_WORKER},
};

/* Threads without a name of their own have that of the process. It can be any text ("-name
 * process=") and says nothing about the thread. */
static bool is_named(const struct process_threads *t, const struct process_thread *thread)
{
    return thread->tid != t->pid && strcmp(thread->name, t->command) != 0;
}

static void find_role(const struct process_threads *t, struct process_thread *thread)
{
    thread->role = thread->tid == t->pid ? THREAD_EMULATOR : THREAD_OTHER;
    if (!is_named(t, thread))
        return;
    if (is_vcpu_name(thread->name, &thread->index)) {
        thread->role = THREAD_VCPU;
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(other_names); i++) {
        if (!g_str_has_prefix(thread->name, other_names[i].prefix))
            continue;
        thread->role = other_names[i].role;
        return;
    }
}

/* ---- the list ---- */

enum { PATH_SIZE = 80 };

static const char *thread_path(const struct process_threads *t, const struct process_thread *thread,
                               const char *file, char path[PATH_SIZE])
{
    if (thread->kernel)
        snprintf(path, PATH_SIZE, "/proc/%d/%s", (int)thread->tid, file);
    else
        snprintf(path, PATH_SIZE, "/proc/%d/task/%d/%s", (int)t->pid, (int)thread->tid, file);
    return path;
}

static int compare_tid(const void *thread, const void *tid)
{
    pid_t one = (*(struct process_thread *const *)thread)->tid, other = *(const pid_t *)tid;

    return (one > other) - (one < other);
}

/* PLACE: its index, or where it would be inserted. */
static struct process_thread *find_thread(const struct process_threads *t, pid_t tid, guint *place)
{
    *place = (guint)order_place(t->list->pdata, t->list->len, sizeof(gpointer), &tid, compare_tid);
    struct process_thread *thread = *place < t->list->len ? t->list->pdata[*place] : NULL;

    return thread && thread->tid == tid ? thread : NULL;
}

/* A thread gets its name a moment after its start. */
static void read_name(struct process_threads *t, struct process_thread *thread,
                      struct kept_budget *b)
{
    char path[PATH_SIZE];

    if (file_read(b->root, thread_path(t, thread, "comm", path), &b->buffer) < 0)
        return;
    b->buffer.text[strcspn(b->buffer.text, "\n")] = '\0';
    if (strcmp(b->buffer.text, thread->name) == 0)
        return;
    g_strlcpy(thread->name, b->buffer.text, sizeof(thread->name));
    if (thread->task) {
        ident_unref(thread->task);
        thread->task = NULL;
    }
    find_role(t, thread);
}

static struct process_thread *add_thread(struct process_threads *t, pid_t tid, guint place)
{
    struct process_thread *thread = g_new0(struct process_thread, 1);

    thread->tid = tid;
    thread->role = tid == t->pid ? THREAD_EMULATOR : THREAD_OTHER;
    g_ptr_array_insert(t->list, (gint)place, thread);
    return thread;
}

static void drop_thread(struct process_threads *t, guint i, struct kept_budget *b)
{
    struct process_thread *thread = g_ptr_array_index(t->list, i);

    kept_close(b, &thread->schedstat);
    kept_close(b, &thread->stat);
    ident_unref(thread->vcpu);
    ident_unref(thread->task);
    g_free(thread);
    g_ptr_array_remove_index(t->list, i);
}

static void count_vcpus(struct process_threads *t)
{
    t->vcpus = 0;
    t->single = false;
    for (guint i = 0; i < t->list->len; i++) {
        const struct process_thread *thread = g_ptr_array_index(t->list, i);
        t->vcpus += thread->role == THREAD_VCPU;
        t->single |= thread->role == THREAD_VCPU && strcmp(thread->name, ALL_VCPUS) == 0;
    }
}

void process_threads_init(struct process_threads *t, pid_t pid)
{
    *t = (struct process_threads){.pid = pid, .list = g_ptr_array_new()};
}

void process_threads_clear(struct process_threads *t, struct kept_budget *b)
{
    while (t->list->len)
        drop_thread(t, t->list->len - 1, b);
    g_ptr_array_free(t->list, TRUE);
}

static void list_one(struct process_threads *t, pid_t tid, struct kept_budget *b)
{
    guint place;
    struct process_thread *thread = find_thread(t, tid, &place);
    bool named = thread && thread->role != THREAD_OTHER && thread->role != THREAD_EMULATOR;

    t->own++;
    if (!thread)
        thread = add_thread(t, tid, place);
    thread->listed = true;
    if (!named)
        read_name(t, thread, b);
}

void process_threads_list(struct process_threads *t, unsigned most, struct kept_budget *b)
{
    char path[PATH_SIZE];
    struct dirent *entry;
    DIR *dir;
    int tid;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)t->pid);
    if (root_open_dir(b->root, path, &dir) < 0)
        return;
    for (guint i = 0; i < t->list->len; i++) {
        struct process_thread *thread = g_ptr_array_index(t->list, i);
        thread->listed = thread->kernel;
    }
    t->own = 0;
    t->cut = false;
    while (!t->cut && (entry = readdir(dir))) {
        if (!procfs_pid(entry->d_name, &tid))
            continue;
        t->cut = t->own >= most;
        if (!t->cut)
            list_one(t, tid, b);
    }
    closedir(dir);
    for (guint i = t->list->len; i-- > 0;)
        if (!((struct process_thread *)g_ptr_array_index(t->list, i))->listed)
            drop_thread(t, i, b);
    count_vcpus(t);
}

void process_threads_add_vhost(struct process_threads *t, pid_t tid)
{
    guint place;

    if (find_thread(t, tid, &place))
        return;
    struct process_thread *thread = add_thread(t, tid, place);
    thread->kernel = true;
    thread->role = THREAD_VHOST;
    snprintf(thread->name, sizeof(thread->name), "vhost-%d", (int)t->pid);
}

/* ---- vCPUs without a name ---- */

/* "16 0xc 0xae80 ...": the system call in which a thread waits, and its arguments. */
static bool in_kvm_run(const char *text, const struct process_fds *fds, int *index)
{
    enum { KVM_RUN = 0xae80 };
    char *end;
    guint64 number = g_ascii_strtoull(text, &end, 10);

    if (end == text || !number)
        return false;
    guint64 fd = g_ascii_strtoull(end, &end, 16);
    if (g_ascii_strtoull(end, NULL, 16) != KVM_RUN)
        return false;
    for (guint i = 0; i < fds->vcpus->len; i++) {
        const struct process_vcpu_fd *vcpu = &g_array_index(fds->vcpus, struct process_vcpu_fd, i);
        if ((guint64)vcpu->fd != fd)
            continue;
        *index = vcpu->index;
        return true;
    }
    return false;
}

/* Whether the thread ran guest code since the last call. */
static bool guest_time_grew(struct process_threads *t, struct process_thread *thread,
                            struct kept_budget *b)
{
    struct procfs_stat stat;
    char path[PATH_SIZE];

    if (file_read(b->root, thread_path(t, thread, "stat", path), &b->buffer) < 0 ||
        !procfs_parse_stat(b->buffer.text, &stat))
        return false;
    bool grew = thread->guest_ns && stat.guest_ns > thread->guest_ns;
    thread->guest_ns = stat.guest_ns;
    return grew;
}

/* The main thread of a small program can run a vCPU itself. */
static bool may_be_vcpu(const struct process_thread *thread)
{
    return thread->role == THREAD_OTHER || thread->role == THREAD_EMULATOR;
}

static void make_vcpu(struct process_threads *t, struct process_thread *thread, int index)
{
    t->searched = true;
    thread->role = THREAD_VCPU;
    thread->index = index;
    ident_unref(thread->task); /* its name contains the role */
    thread->task = NULL;
}

static bool has_vcpu(const struct process_threads *t, int index)
{
    for (guint i = 0; i < t->list->len; i++) {
        const struct process_thread *thread = g_ptr_array_index(t->list, i);
        if (thread->role == THREAD_VCPU && thread->index == index)
            return true;
    }
    return false;
}

void process_threads_search(struct process_threads *t, const struct process_fds *fds,
                            unsigned wanted, struct kept_budget *b)
{
    char path[PATH_SIZE];

    for (guint i = 0; i < t->list->len; i++) {
        struct process_thread *thread = g_ptr_array_index(t->list, i);
        int index;
        if (!may_be_vcpu(thread) || !fds->vcpus || !fds->vcpus->len ||
            file_read(b->root, thread_path(t, thread, "syscall", path), &b->buffer) <= 0 ||
            !in_kvm_run(b->buffer.text, fds, &index) || has_vcpu(t, index))
            continue;
        make_vcpu(t, thread, index);
    }
    count_vcpus(t);
    if (t->vcpus >= wanted)
        return;
    /* Threads are started in the order of the vCPUs, and listed in the order of their start. */
    int index = 0;
    for (guint i = 0; i < t->list->len; i++) {
        struct process_thread *thread = g_ptr_array_index(t->list, i);
        if (!may_be_vcpu(thread) || !guest_time_grew(t, thread, b))
            continue;
        while (has_vcpu(t, index))
            index++;
        make_vcpu(t, thread, index);
    }
    count_vcpus(t);
}

/* ---- their time ---- */

static void add_time(struct procfs_schedstat *sum, const struct procfs_schedstat *from,
                     const struct procfs_schedstat *to)
{
    sum->run_ns += to->run_ns - from->run_ns;
    sum->delay_ns += to->delay_ns - from->delay_ns;
    sum->slices += to->slices - from->slices;
}

/* Sums grow by the time of each thread since its last reading; of a new thread all time counts. The
 * time of a thread that was passed over cannot be assigned to an interval. */
static void read_time(struct process_threads *t, struct process_thread *thread,
                      struct kept_budget *b)
{
    struct procfs_schedstat now;
    char path[PATH_SIZE];

    if (kept_read(b, &thread->schedstat,
                  thread->schedstat.fd_plus_1 ? "" : thread_path(t, thread, "schedstat", path),
                  FILE_WHOLE) < 0 ||
        !procfs_parse_schedstat(b->buffer.text, &now)) {
        /* It has ended: now their number differs, and the threads are listed again. */
        t->own -= thread->read && !thread->kernel && t->own;
        return;
    }
    if ((thread->read || t->begun) && !thread->passed) {
        add_time(&t->all, &thread->time, &now);
        if (thread->role == THREAD_VCPU)
            add_time(&t->vcpu, &thread->time, &now);
        if (thread->kernel)
            add_time(&t->kernel, &thread->time, &now);
    }
    thread->time = now;
    t->accounted |= now.slices > 0;
    thread->read = true;
    thread->passed = false;
    thread->read_ns = clock_mono_ns();
}

bool process_threads_clock(struct process_threads *t, const struct root *root, uint64_t *ns)
{
    struct timespec used;

    if (!root_has_own_pids(root) || (!t->clock && clock_getcpuclockid(t->pid, &t->clock) != 0) ||
        clock_gettime(t->clock, &used) != 0)
        return false;
    *ns = (uint64_t)used.tv_sec * CLOCK_NS_PER_S + (uint64_t)used.tv_nsec;
    return true;
}

static void read_cpu(struct process_threads *t, struct process_thread *thread,
                     struct kept_budget *b)
{
    struct procfs_stat stat;
    char path[PATH_SIZE];

    if (kept_read(b, &thread->stat,
                  thread->stat.fd_plus_1 ? "" : thread_path(t, thread, "stat", path),
                  FILE_WHOLE) > 0 &&
        procfs_parse_stat(b->buffer.text, &stat))
        thread->last_cpu = stat.last_cpu;
}

/* A thread that neither is a vCPU nor may turn out to be one is not read by itself if the clock of
 * the process has the time of all. */
static bool is_wanted(const struct process_threads *t, const struct process_thread *thread)
{
    return !t->clocked || thread->kernel || thread->role == THREAD_VCPU ||
           (t->searching && may_be_vcpu(thread));
}

void process_threads_read(struct process_threads *t, bool detail, struct kept_budget *b)
{
    uint64_t used;

    for (guint i = 0; i < t->list->len; i++) {
        struct process_thread *thread = g_ptr_array_index(t->list, i);
        if (detail || is_wanted(t, thread))
            read_time(t, thread, b);
        else
            thread->passed = true;
        if (detail)
            read_cpu(t, thread, b);
    }
    t->begun = true;
    /* Read last, so that the sum is never less than its parts. */
    t->clocked = process_threads_clock(t, b->root, &used);
    if (t->clocked)
        t->all.run_ns = used + t->kernel.run_ns;
}
