/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_look.h"

#include "base/parse.h"
#include "collect/process/process_fds.h"
#include "collect/procfs.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

void process_found_free(void *p)
{
    struct process_found *found = p;

    process_args_clear(&found->args);
    g_free(found);
}

/* ---- files ---- */

static ssize_t read_file(struct process_look *l, pid_t pid, const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    return file_read(l->root, path, l->buffer);
}

/* Whether the link is there. */
static bool read_exe(const struct process_look *l, pid_t pid, char exe[PATH_MAX])
{
    char path[32];

    snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
    return root_readlink(l->root, path, exe, PATH_MAX) > 0;
}

static bool read_stat(struct process_look *l, pid_t pid, struct procfs_stat *out)
{
    return read_file(l, pid, "stat") > 0 && procfs_parse_stat(l->buffer->text, out) &&
           out->state != 'Z' && out->state != 'X';
}

/* ---- evidence ---- */

/* "vhost-PID" is a thread of the kernel that moves packets for that process. */
static struct process_found *look_at_kernel_thread(struct process_look *l, pid_t pid)
{
    static const char prefix[] = "vhost-";
    struct procfs_stat stat;
    int owner;

    if (!read_stat(l, pid, &stat) || strncmp(stat.command, prefix, sizeof(prefix) - 1) != 0 ||
        !procfs_pid(stat.command + sizeof(prefix) - 1, &owner))
        return NULL;
    struct process_found *found = g_new0(struct process_found, 1);
    found->pid = pid;
    found->vhost_of = owner;
    return found;
}

/* VCPUS: how many vCPUs it holds. Whether it holds a machine. */
static bool holds_kvm(const struct process_look *l, pid_t pid, unsigned *vcpus)
{
    struct file_buffer scratch = {0};
    struct process_fds fds;

    process_fds_scan(&fds, l->root, pid, &scratch);
    bool kvm = fds.kvms->len > 0;
    *vcpus = fds.vcpus->len;
    process_fds_clear(&fds);
    file_buffer_clear(&scratch);
    return kvm;
}

/* A program that runs a vCPU maps the page in which KVM_RUN returns. Where the maps cannot be read,
 * it has to have a thread for each vCPU. */
static bool runs_vcpus(struct process_look *l, pid_t pid, unsigned vcpus)
{
    struct procfs_stat stat;

    if (read_file(l, pid, "maps") > 0)
        return strstr(l->buffer->text, "anon_inode:kvm-vcpu");
    return read_stat(l, pid, &stat) && stat.threads >= vcpus;
}

static bool runs_machine(struct process_look *l, pid_t pid, const char *program, enum vmm *vmm)
{
    unsigned vcpus;

    *vmm = process_vmm(program);
    l->unknown = *vmm == VMM_NONE;
    return !l->unknown ||
           (l->deep && holds_kvm(l, pid, &vcpus) && vcpus && runs_vcpus(l, pid, vcpus));
}

static bool has_same_program(const struct process_look *l, pid_t pid, pid_t parent)
{
    char mine[PATH_MAX], its[PATH_MAX];
    bool known = read_exe(l, pid, mine);

    return known == read_exe(l, parent, its) && (!known || strcmp(mine, its) == 0);
}

/* CMDLINE: the arguments of PID, LENGTH bytes. */
static bool is_fork(struct process_look *l, pid_t pid, pid_t parent, const char *cmdline,
                    size_t length)
{
    unsigned vcpus;

    if (parent <= 1 || !has_same_program(l, pid, parent) ||
        read_file(l, parent, "cmdline") != (ssize_t)length ||
        memcmp(l->buffer->text, cmdline, length) != 0)
        return false;
    return !holds_kvm(l, pid, &vcpus) || holds_kvm(l, parent, &vcpus);
}

/* ---- all of it ---- */

/* A machine, if the arguments say so: LENGTH bytes in the buffer. */
static struct process_found *take_machine(struct process_look *l, pid_t pid, enum vmm vmm,
                                          size_t length)
{
    struct process_found *found = g_new0(struct process_found, 1);
    char *cmdline = g_memdup2(l->buffer->text, length + 1);
    struct procfs_stat stat;

    found->pid = pid;
    found->vmm = vmm;
    process_args_parse(&found->args, vmm, cmdline, length);
    if (found->args.probe || !read_stat(l, pid, &stat) ||
        is_fork(l, pid, (pid_t)stat.parent, cmdline, length)) {
        process_found_free(found);
        found = NULL;
    } else {
        found->start_time = stat.start_time;
        g_strlcpy(found->program, stat.command, sizeof(found->program));
    }
    g_free(cmdline);
    return found;
}

/* To read arguments is to reach into the memory of the process: of most their file says enough. */
struct process_found *process_look(struct process_look *l, pid_t pid)
{
    char exe[PATH_MAX];
    bool by_file = read_exe(l, pid, exe);
    enum vmm vmm;

    l->kernel = l->unknown = false;
    if (by_file && !runs_machine(l, pid, exe, &vmm))
        return NULL;
    ssize_t length = read_file(l, pid, "cmdline");
    if (length < 0)
        return NULL;
    l->kernel = !by_file && length == 0;
    if (l->kernel)
        return look_at_kernel_thread(l, pid);
    if (!by_file) {
        char *program = g_strdup(l->buffer->text);
        bool runs = runs_machine(l, pid, program, &vmm);
        g_free(program);
        if (!runs || (length = read_file(l, pid, "cmdline")) < 0)
            return NULL;
    }
    return take_machine(l, pid, vmm, (size_t)length);
}
