/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_process.h"

#include "base/file.h"
#include "collect/process/process_args.h"
#include "collect/procfs.h"

#include <glib.h>
#include <string.h>

char *libvirt_process_directory(const struct libvirt_uri *uri)
{
    if (strcmp(uri->driver, "qemu") != 0)
        return NULL;
    if (strcmp(uri->path, "/system") == 0)
        return g_strdup("/run/libvirt/qemu");
    if (strcmp(uri->path, "/session") == 0)
        return g_build_filename(g_get_user_runtime_dir(), "libvirt/qemu/run", NULL);
    return NULL;
}

static bool read_stat(const struct root *root, int pid, struct file_buffer *b,
                      struct procfs_stat *out)
{
    char path[32];

    g_snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    return file_read(root, path, b) > 0 && procfs_parse_stat(b->text, out);
}

static ssize_t read_command(const struct root *root, int pid, struct file_buffer *b)
{
    char path[32];

    g_snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
    return file_read(root, path, b);
}

static bool read_pid(const struct root *root, const char *directory, const char *name,
                     struct file_buffer *b, int *pid)
{
    char *path = g_strdup_printf("%s/%s.pid", directory, name);
    bool known = file_read(root, path, b) > 0 && procfs_pid(g_strstrip(b->text), pid);

    g_free(path);
    return known;
}

/* libvirt gives each QEMU the UUID; older ones, and other daemons, may give the name alone. */
static bool is_guest(const struct root *root, int pid, const char *name, const char *uuid,
                     struct file_buffer *b)
{
    ssize_t length = read_command(root, pid, b);
    struct process_args args;

    if (length <= 0)
        return false;
    process_args_parse(&args, VMM_QEMU, b->text, (size_t)length);
    bool same = args.uuid ? g_ascii_strcasecmp(args.uuid, uuid) == 0 : !g_strcmp0(args.name, name);
    process_args_clear(&args);
    return same;
}

/* "libvirt_lxc --name NAME ..." */
static bool is_container(const struct root *root, int pid, const char *name, struct file_buffer *b)
{
    ssize_t length = read_command(root, pid, b);
    const char *end = b->text + MAX(length, 0);
    bool named = false;

    if (length <= 0 || !g_str_has_suffix(b->text, "libvirt_lxc"))
        return false;
    for (const char *p = b->text; p < end && !named; p += strlen(p) + 1) {
        const char *next = p + strlen(p) + 1;
        named = strcmp(p, "--name") == 0 && next < end && strcmp(next, name) == 0;
    }
    return named;
}

/* The kernel asks the same of who reads links to descriptors. */
static bool is_open(const struct root *root, int pid)
{
    char path[32], target[4096];

    g_snprintf(path, sizeof(path), "/proc/%d/exe", pid);
    return root_readlink(root, path, target, sizeof(target)) > 0;
}

static bool finish(const struct root *root, struct file_buffer *b, bool found,
                   struct libvirt_process *out)
{
    struct procfs_stat stat;

    found = found && read_stat(root, out->pid, b, &stat);
    if (found) {
        out->start_time = stat.start_time;
        out->open = is_open(root, out->pid);
    }
    file_buffer_clear(b);
    return found;
}

bool libvirt_process_find(const struct root *root, const char *directory, const char *name,
                          const char *uuid, struct libvirt_process *out)
{
    struct file_buffer b = {0};

    *out = (struct libvirt_process){0};
    return finish(root, &b,
                  read_pid(root, directory, name, &b, &out->pid) &&
                      is_guest(root, out->pid, name, uuid, &b),
                  out);
}

bool libvirt_process_find_container(const struct root *root, int id, const char *name,
                                    struct libvirt_process *out)
{
    struct file_buffer b = {0};

    *out = (struct libvirt_process){.pid = id};
    return finish(root, &b, id > 0 && is_container(root, id, name, &b), out);
}

bool libvirt_process_is_stopped(const struct root *root, int pid, uint64_t start_time)
{
    struct file_buffer b = {0};
    struct procfs_stat stat;
    bool stopped = read_stat(root, pid, &b, &stat) && stat.start_time == start_time &&
                   (stat.state == 'T' || stat.state == 't');

    file_buffer_clear(&b);
    return stopped;
}
