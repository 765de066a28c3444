/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_kvm.h"

#include "base/parse.h"
#include "collect/process/process_kvm_stats.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEBUGFS_KVM "/sys/kernel/debug/kvm"

/* The last two add up to one reading: the time spent polling, successfully or not. */
static const struct {
    const char *name;
    enum reading reading;
} FILES[PROCESS_KVM_FILES] = {
    {"exits", R_PROC_EXITS},
    {"halt_exits", R_PROC_HALT_EXITS},
    {"io_exits", R_PROC_IO_EXITS},
    {"mmio_exits", R_PROC_MMIO_EXITS},
    {"irq_exits", R_PROC_IRQ_EXITS},
    {"halt_poll_success_ns", R_PROC_HALTPOLL_NS},
    {"halt_poll_fail_ns", R_PROC_HALTPOLL_NS},
};

static int probe(const struct root *root, const char *path)
{
    int fd = root_open(root, path, O_RDONLY | O_DIRECTORY);

    if (fd >= 0)
        close(fd);
    return fd < 0 ? fd : 0;
}

static bool is_there(const struct root *root, pid_t tid, int fd, char directory[32])
{
    char path[sizeof(DEBUGFS_KVM) + 32];

    snprintf(directory, 32, "%d-%d", (int)tid, fd);
    snprintf(path, sizeof(path), "%s/%s", DEBUGFS_KVM, directory);
    return probe(root, path) == 0;
}

static bool find(const struct root *root, const struct process_threads *t,
                 const struct process_fds *fds, char directory[32])
{
    for (guint f = 0; f < fds->kvms->len; f++) {
        int fd = g_array_index(fds->kvms, int, f);
        if (is_there(root, t->pid, fd, directory))
            return true;
        for (guint i = 0; i < t->list->len; i++)
            if (is_there(root, ((struct process_thread *)g_ptr_array_index(t->list, i))->tid, fd,
                         directory))
                return true;
    }
    return false;
}

void process_kvm_find(struct process_kvm *k, const struct process_threads *t,
                      const struct process_fds *fds, struct kept_budget *b)
{
    char directory[32];

    if (!fds->kvms->len || probe(b->root, DEBUGFS_KVM) < 0 || !find(b->root, t, fds, directory))
        directory[0] = '\0';
    if (strcmp(directory, k->directory) == 0)
        return;
    process_kvm_close(k, b);
    g_strlcpy(k->directory, directory, sizeof(k->directory));
}

/* If debugfs is not mounted, its mount point is empty. */
static enum reason why_not_found(const struct root *root)
{
    switch (probe(root, DEBUGFS_KVM)) {
    case 0:
        return REASON_NO_FILE;
    case -EACCES:
        return REASON_DENIED;
    default:
        return REASON_NO_DEBUGFS;
    }
}

/* A kernel that is locked down returns EPERM to root. */
static enum reason why_unread(ssize_t error)
{
    return error == -EPERM ? REASON_LOCKED_DOWN : error == -EACCES ? REASON_DENIED : REASON_NO_FILE;
}

static void add_up(struct record *r, int i, uint64_t n)
{
    bool second = i > 0 && FILES[i - 1].reading == FILES[i].reading;
    uint64_t before = 0;

    if (!second || record_get(r, FILES[i].reading, &before))
        record_set(r, FILES[i].reading, before + n);
}

static void read_one(struct process_kvm *k, int i, struct kept_budget *b, struct record *r)
{
    char path[sizeof(DEBUGFS_KVM) + 64];
    uint64_t n;

    snprintf(path, sizeof(path), "%s/%s/%s", DEBUGFS_KVM, k->directory, FILES[i].name);
    ssize_t length = kept_read(b, &k->files[i], path, FILE_WHOLE);
    if (length <= 0)
        record_absent(r, FILES[i].reading, why_unread(length));
    else if (!parse_u64_only(b->buffer.text, &n))
        record_absent(r, FILES[i].reading, REASON_UNREADABLE);
    else
        add_up(r, i, n);
}

static bool read_stats(pid_t pid, const struct process_fds *fds, struct record *r)
{
    struct kvm_stat stats[PROCESS_KVM_FILES];

    for (int i = 0; i < PROCESS_KVM_FILES; i++)
        stats[i].name = FILES[i].name;
    if (kvm_stats_read(pid, fds->stats, stats, PROCESS_KVM_FILES) < 0)
        return false;
    for (int i = 0; i < PROCESS_KVM_FILES; i++)
        if (stats[i].known)
            add_up(r, i, stats[i].sum);
        else
            record_absent(r, FILES[i].reading, REASON_NO_FILE);
    return true;
}

void process_kvm_read(struct process_kvm *k, pid_t pid, const struct process_fds *fds,
                      struct kept_budget *b, struct record *r)
{
    if (root_has_own_pids(b->root) && fds->stats->len && read_stats(pid, fds, r))
        return;
    if (!*k->directory) {
        record_all_absent(r, R_PROC_EXITS, R_PROC_HALTPOLL_NS, why_not_found(b->root));
        return;
    }
    for (int i = 0; i < PROCESS_KVM_FILES; i++)
        read_one(k, i, b, r);
}

void process_kvm_close(struct process_kvm *k, struct kept_budget *b)
{
    for (int i = 0; i < PROCESS_KVM_FILES; i++)
        kept_close(b, &k->files[i]);
}
