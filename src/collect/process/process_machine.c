/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_machine.h"

#include "base/clock_read.h"
#include "collect/cgroup/container.h"
#include "collect/cgroup/machined.h"
#include "collect/proxmox.h"
#include "collect/viewpoint.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* How often threads and descriptors are listed: threads SOON while vCPUs are missing, and at CALM
 * intervals when all vCPUs and the group are known, because then a changed number of threads, or
 * one that has ended, triggers the next list. */
#define SOON_NS (2 * CLOCK_NS_PER_S)
#define THREADS_NS (10 * CLOCK_NS_PER_S)
#define CALM_NS (60 * CLOCK_NS_PER_S)
#define FDS_NS (60 * CLOCK_NS_PER_S)

/* ---- identity ---- */

static void name_machine(struct machine *m, const char *program, struct kept_budget *b)
{
    char *name = m->args.id ? proxmox_setting(b->root, "qemu-server", m->args.id, "name:", &b->buffer)
                            : NULL;

    if (!name && m->args.name)
        name = g_strdup(m->args.name);
    if (!name)
        name = g_strdup_printf("%s:%d", program, (int)m->pid);
    ident_set(&m->ident->name, name);
    g_free(name);
    ident_set(&m->ident->id, m->args.uuid ? m->args.uuid : m->args.id);
}

/* A machine with a group of its own is joined with the facet of that group. A Kata sandbox is shown
 * as the container that it is for its user. In any other container (KubeVirt) the machine is a
 * guest inside another guest. */
static void join_group(struct machine *m, const struct container *where, const char *path)
{
    struct ident *next = ident_next_version(m->ident);
    char *key = container_key(path, where);
    bool again = m->provisional;

    g_clear_pointer(&next->outer, g_free);

    next->companion = where->type == GUEST_KATA;
    if (next->companion) { /* the container has the name */
        g_clear_pointer(&next->name, g_free);
        g_clear_pointer(&next->id, g_free);
    }
    if (where->role == CONTAINER_VM || next->companion)
        ident_add_alias(next, "", key);
    else
        next->outer = g_strdup(key);
    g_free(key);
    ident_unref(m->ident);
    m->ident = next;
    /* machined may write only a moment later that this is no container. */
    m->provisional = where->type == GUEST_NSPAWN && !again;
    m->grouped = !m->provisional;
}

const char *machine_group(const struct machine *m)
{
    return m->grouped ? ident_group_path(m->ident) : NULL;
}

/* Controllers of disks have class 01 (Documentation/PCI/sysfs-pci.rst; "0x010802" is NVMe), network
 * cards 02. */
#define PCI_DISKS "0x01"
#define PCI_NETWORK "0x02"

/* How many of the devices that were passed through are of a class. */
static unsigned passed_of_class(const struct machine *m, const char *class, struct kept_budget *b)
{
    const GPtrArray *passed = m->args.disks.passed;
    unsigned count = 0;

    for (guint i = 0; passed && i < passed->len; i++) {
        char *path = g_strconcat("/sys/bus/pci/devices/", passed->pdata[i], "/class", NULL);
        count +=
            file_read(b->root, path, &b->buffer) > 0 && g_str_has_prefix(b->buffer.text, class);
        g_free(path);
    }
    return count;
}

static bool has_remote_disks(const struct machine *m, struct kept_budget *b)
{
    const struct process_disks *d = &m->args.disks;
    bool remote = d->remote || passed_of_class(m, PCI_DISKS, b);
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)m->pid);
    if (remote || !d->files || file_read(b->root, path, &b->buffer) <= 0)
        return remote;
    for (guint i = 0; !remote && i < d->files->len; i++)
        remote = process_disks_is_mounted_remote(b->buffer.text, g_ptr_array_index(d->files, i));
    return remote;
}

/* Whether the path is in a container or in the group of a machine. */
static bool is_in_guest(const char *path, struct container *where, const struct kept_budget *b)
{
    struct file_buffer scratch = {0};

    container_classify(path, where);
    machined_corrects(b->root, path, where, &scratch);
    file_buffer_clear(&scratch);
    return where->role == CONTAINER_VM || where->role == CONTAINER_GUEST;
}

/* Find the container or group that the machine is in; libvirt moves it there a moment after its
 * start. On a hybrid host the paths of the controllers differ, and some are the root. */
static void find_group(struct machine *m, struct kept_budget *b)
{
    struct container where;
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)m->pid);
    if (file_read(b->root, path, &b->buffer) <= 0)
        return;
    bool joined = false;
    for (char *line = b->buffer.text; line && !joined;) {
        char *next = strchr(line, '\n'), *group = strchr(line, ':');
        if (next)
            *next++ = '\0';
        group = group ? strchr(group + 1, ':') : NULL;
        char *whole = group ? viewpoint_group_path(b->viewpoint, g_strdup(group + 1)) : NULL;
        if (whole && is_in_guest(whole, &where, b)) {
            whole[where.length] = '\0';
            join_group(m, &where, whole);
            joined = true;
        }
        g_free(whole);
        line = next;
    }
    m->remote_disks = m->grouped && has_remote_disks(m, b);
}

struct machine *machine_new(struct process_found *found, struct kept_budget *b)
{
    struct machine *m = g_new0(struct machine, 1);
    char *key = g_strdup_printf("pid:%d@%" G_GUINT64_FORMAT, (int)found->pid, found->start_time);

    m->pid = found->pid;
    m->start_time = found->start_time;
    m->hidden = found->hidden;
    m->args = found->args;
    found->args = (struct process_args){0};
    m->ident = ident_new(KIND_GUEST, GUEST_VM, key);
    m->ident->pid = m->pid;
    if (m->args.uuid)
        ident_add_alias(m->ident, "uuid:", m->args.uuid);
    if (m->hidden)
        ident_add_alias(m->ident, "libvirt-name:", m->args.name);
    name_machine(m, found->program, b);
    m->nics = g_ptr_array_new_with_free_func((GDestroyNotify)ident_unref);
    process_threads_init(&m->threads, m->pid);
    m->passed_nics = passed_of_class(m, PCI_NETWORK, b);
    g_free(key);
    return m;
}

void machine_free(struct machine *m, struct kept_budget *b)
{
    kept_close(b, &m->stat);
    kept_close(b, &m->statm);
    kept_close(b, &m->status);
    kept_close(b, &m->netdev);
    process_kvm_close(&m->kvm, b);
    process_numa_clear(&m->numa);
    process_threads_clear(&m->threads, b);
    process_fds_clear(&m->fds);
    netdev_clear(&m->own_netdev);
    g_ptr_array_free(m->nics, TRUE);
    process_args_clear(&m->args);
    ident_unref(m->ident);
    g_free(m);
}

/* ---- contents ---- */

/* Whether none of its threads ran since its stat was read, so that none was started or ended. */
static bool has_slept(struct machine *m, const struct kept_budget *b)
{
    uint64_t before = m->clock_ns;

    if (!process_threads_clock(&m->threads, b->root, &m->clock_ns))
        m->clock_ns = 0;
    return m->clock_ns && m->clock_ns == before;
}

bool machine_is_there(struct machine *m, struct kept_budget *b)
{
    char path[32];

    /* Another user's machine under hidepid: only its existence can be known. */
    if (m->hidden)
        return kill(m->pid, 0) < 0 && errno == EPERM;
    if (has_slept(m, b))
        return true;
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)m->pid);
    return kept_read(b, &m->stat, path, FILE_WHOLE) > 0 &&
           procfs_parse_stat(b->buffer.text, &m->now) && m->now.state != 'Z' &&
           m->now.state != 'X' && m->now.start_time == m->start_time;
}

static struct ident *nic_new(const struct machine *m, const char *tap)
{
    char *key = g_strconcat("nic:", tap, NULL);
    struct ident *nic = ident_new(KIND_NIC, GUEST_NONE, key);

    nic->owner = m->ident->serial;
    ident_set(&nic->name, tap);
    g_free(key);
    return nic;
}

/* The ident of an interface that is already known, or NULL. */
static struct ident *find_nic(const struct machine *m, const char *tap)
{
    for (guint i = 0; i < m->nics->len; i++) {
        struct ident *nic = g_ptr_array_index(m->nics, i);
        if (strcmp(nic->key + strlen("nic:"), tap) == 0)
            return ident_ref(nic);
    }
    return NULL;
}

static void rescan_fds(struct machine *m, struct kept_budget *b)
{
    GPtrArray *nics = g_ptr_array_new_with_free_func((GDestroyNotify)ident_unref);

    process_fds_clear(&m->fds);
    m->fds_error = process_fds_scan(&m->fds, b->root, m->pid, &b->buffer);
    for (guint i = 0; i < m->fds.taps->len; i++) {
        const char *tap = g_ptr_array_index(m->fds.taps, i);
        struct ident *nic = find_nic(m, tap);
        g_ptr_array_add(nics, nic ? nic : nic_new(m, tap));
    }
    g_ptr_array_free(m->nics, TRUE);
    m->nics = nics;
}

enum accel machine_accel(const struct machine *m)
{
    bool looked = !m->fds_error && !m->fds.kvms->len;

    if (m->fds.kvms->len)
        return ACCEL_KVM;
    return looked && m->args.accel == ACCEL_UNKNOWN ? ACCEL_TCG : m->args.accel;
}

/* QEMU keeps the descriptor of an unplugged vCPU for the next one, but closes that of its
 * statistics.
 */
static unsigned held_vcpus(const struct process_fds *fds)
{
    return fds->stats->len ? MIN(fds->stats->len, fds->vcpus->len) : fds->vcpus->len;
}

unsigned machine_vcpus(const struct machine *m)
{
    unsigned held = held_vcpus(&m->fds);

    return held ? held : m->args.vcpus;
}

static unsigned wanted_vcpus(const struct machine *m)
{
    return MAX(machine_vcpus(m), 1);
}

static bool misses_vcpus(const struct machine *m)
{
    return !m->threads.single && m->threads.vcpus < wanted_vcpus(m);
}

/* Under emulation there is no guest time by which vCPUs could be found. */
static bool wants_vcpus(const struct machine *m)
{
    return machine_accel(m) != ACCEL_TCG && misses_vcpus(m);
}

bool machine_lacks_vcpus(const struct machine *m)
{
    return !m->threads.vcpus || (m->threads.searched && wants_vcpus(m));
}

/* Threads without names are searched until all vCPUs are found. A new thread may not have its name
 * yet, so the next list follows at once. */
static int64_t next_look_at_threads(const struct machine *m, bool changed, int64_t now)
{
    if (changed && misses_vcpus(m))
        return now;
    if (m->threads.complete && m->grouped)
        return now + CALM_NS;
    return now + (wants_vcpus(m) ? SOON_NS : THREADS_NS);
}

/* Workers start and end with each burst of disk requests. When all vCPUs are known, and the clock
 * of the process has the time of all threads, they need not be listed at once. */
static bool are_threads_due(const struct machine *m, bool changed, int64_t now)
{
    bool hasty = m->threads.complete && m->threads.clocked && now < m->threads_listed + SOON_NS;

    return now >= m->threads_due || (changed && !hasty);
}

static void refresh_fds(struct machine *m, int64_t now, struct kept_budget *b)
{
    bool first = !m->fds_due;

    rescan_fds(m, b);
    m->fds_due = now + (first ? SOON_NS : FDS_NS);
}

/* A vCPU that is plugged in has a new descriptor, by which a thread without a name is found. */
static void refresh_threads(struct machine *m, bool changed, int64_t now, struct kept_budget *b)
{
    struct process_threads *t = &m->threads;

    if (changed && t->searched)
        refresh_fds(m, now, b);
    m->threads_listed = now;
    g_strlcpy(t->command, m->now.command, sizeof(t->command));
    process_threads_list(t, PROCESS_THREADS_MAX + held_vcpus(&m->fds), b);
    if (wants_vcpus(m))
        process_threads_search(t, &m->fds, wanted_vcpus(m), b);
    process_kvm_find(&m->kvm, t, &m->fds, b);
    if (!m->grouped)
        find_group(m, b);
    t->searching = wants_vcpus(m);
    t->complete = !misses_vcpus(m);
    m->threads_due = next_look_at_threads(m, changed, now);
}

void machine_refresh(struct machine *m, struct kept_budget *b)
{
    int64_t now = clock_mono_ns();

    if (now >= m->fds_due)
        refresh_fds(m, now, b);
    bool changed = !m->threads.cut && m->now.threads != m->threads.own;
    if (are_threads_due(m, changed, now))
        refresh_threads(m, changed, now, b);
}

void machine_expect_tap(struct machine *m, int64_t due_ns)
{
    m->fds_due = MIN(m->fds_due, due_ns);
}
