/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_disks.h"

#include "base/parse.h"
#include "collect/process/process_option.h"

#include <string.h>

/* ---- what the command line says ---- */

static bool is_listed(const char *name, size_t length, const char *const *names)
{
    for (; *names; names++)
        if (strlen(*names) == length && strncmp(name, *names, length) == 0)
            return true;
    return false;
}

/* Protocols in names of images, and drivers of QEMU's block layer. "nvme" takes the whole device
 * away from the host. */
static bool is_remote_driver(const char *name, size_t length)
{
    static const char *const drivers[] = {"rbd",
                                          "nbd",
                                          "iscsi",
                                          "iser",
                                          "http",
                                          "https",
                                          "ftp",
                                          "ftps",
                                          "tftp",
                                          "ssh",
                                          "sftp",
                                          "gluster",
                                          "nfs",
                                          "sheepdog",
                                          "vxhs",
                                          "nvme",
                                          "nvme-io_uring",
                                          "virtio-blk-vhost-user",
                                          "virtio-blk-vhost-vdpa",
                                          "virtio-blk-vfio-pci",
                                          NULL};

    return is_listed(name, length, drivers);
}

/* A command line can be megabytes long, and each name costs a search. No machine has more disks. */
enum { NAMES_MAX = 256 };

/* False: there are too many, and what the rest is, is not known. */
static bool add_name(GPtrArray **names, char *name)
{
    if (!*names)
        *names = g_ptr_array_new_with_free_func(g_free);
    bool fits = (*names)->len < NAMES_MAX;
    if (fits)
        g_ptr_array_add(*names, name);
    else
        g_free(name);
    return fits;
}

static void add_file(struct process_disks *d, const char *path)
{
    if (*path != '/')
        return; /* the name of a node, or below a directory that is not known */
    if (!add_name(&d->files, g_strdup(path)))
        d->remote = true;
}

void process_disks_add_name(struct process_disks *d, const char *name)
{
    static const char *const locals[] = {"file:", "host_device:"};
    static const char json[] = "json:{";

    for (size_t i = 0; i < G_N_ELEMENTS(locals); i++)
        if (g_str_has_prefix(name, locals[i]))
            name += strlen(locals[i]);
    size_t protocol = strcspn(name, ":+/"); /* of what is left */
    if (g_str_has_prefix(name, json))
        process_disks_add_list(d, name + strlen(json) - 1);
    else if (name[protocol] && name[protocol] != '/' && is_remote_driver(name, protocol))
        d->remote = true;
    else
        add_file(d, name);
}

static bool is_true(const char *value)
{
    return strcmp(value, "on") == 0 || strcmp(value, "true") == 0;
}

static void on_field(void *data, const char *key, const char *value)
{
    static const char *const names[] = {"file", "filename", "path", NULL};
    const char *dot = strrchr(key, '.'), *last = dot ? dot + 1 : key;
    struct process_disks *d = data;

    if (strcmp(last, "driver") == 0)
        d->remote |= is_remote_driver(value, strlen(value));
    else if (strcmp(last, "vhost_user") == 0) /* Cloud Hypervisor */
        d->remote |= is_true(value);
    else if (strcmp(last, "type") == 0) /* crosvm's "--vhost-user" */
        d->remote |= strcmp(value, "block") == 0 || strcmp(value, "scsi") == 0;
    else if (is_listed(last, strlen(last), names))
        process_disks_add_name(d, value);
}

void process_disks_add_list(struct process_disks *d, const char *list)
{
    process_option_each(list, "driver", on_field, d);
}

/* "01:00.0" is in the first domain. A path is no address. */
static void add_passed(struct process_disks *d, const char *host)
{
    if (!*host || host[strspn(host, "0123456789abcdefABCDEF:.")])
        return;
    bool domain = strchr(host, ':') != strrchr(host, ':');
    if (!add_name(&d->passed, g_strconcat(domain ? "" : "0000:", host, NULL)))
        d->remote = true;
}

void process_disks_add_device(struct process_disks *d, const char *driver, const char *host)
{
    static const char *const prefixes[] = {"vhost-user-blk", "vhost-user-scsi", "vhost-scsi"};

    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        d->remote |= g_str_has_prefix(driver, prefixes[i]);
    if (host && g_str_has_prefix(driver, "vfio-pci"))
        add_passed(d, host);
}

/* ---- what is mounted where ---- */

/* Past FIELDS fields, which are separated by single blanks. */
static const char *skip_fields(const char *p, int fields)
{
    while (fields-- > 0) {
        p += strcspn(p, " \n");
        p += *p == ' ';
    }
    return p;
}

/* One character of a mount point, where "\040" stands for a blank. */
static char take_character(const char **p)
{
    char c = *(*p)++;

    for (int digit = 0; c == '\\' && digit < 3; digit++)
        if ((*p)[digit] < '0' || (*p)[digit] > '7')
            return c;
    if (c != '\\')
        return c;
    c = (char)(((*p)[0] - '0') << 6 | ((*p)[1] - '0') << 3 | ((*p)[2] - '0'));
    *p += 3;
    return c;
}

/* The length of the mount point at P if PATH is on or below it, else 0. */
static size_t covers(const char *p, const char *path)
{
    size_t length = 0;

    for (; *p && *p != ' ' && *p != '\n'; length++)
        if (!path[length] || take_character(&p) != path[length])
            return 0;
    bool whole = length > 0 && (path[length] == '\0' || path[length] == '/');
    return whole || (length == 1 && *path == '/') ? length : 0;
}

/* Of a fuse, another process reads the disk; ZFS reads with threads of the kernel. */
static bool is_remote_type(const char *type)
{
    static const char *const types[] = {
        "nfs",   "nfs4",      "cifs",   "smb3",     "smbfs",  "ceph", "9p",   "virtiofs",
        "fuse",  "zfs",       "lustre", "afs",      "beegfs", "gpfs", "coda", "vboxsf",
        "pvfs2", "glusterfs", "pnfs",   "orangefs", "wekafs", NULL};
    size_t length = strcspn(type, " \n");

    return is_listed(type, length, types) || strncmp(type, "fuse.", 5) == 0;
}

bool process_disks_is_mounted_remote(const char *mountinfo, const char *path)
{
    enum { MOUNT_POINT = 4 };
    size_t longest = 0;
    bool remote = false;

    for (const char *line = mountinfo; *line; line = parse_next_line(line)) {
        const char *point = skip_fields(line, MOUNT_POINT), *end = line + strcspn(line, "\n");
        const char *dash = g_strstr_len(line, end - line, " - ");
        size_t length = covers(point, path);
        if (!dash || !length || length < longest)
            continue;
        longest = length;
        remote = is_remote_type(dash + strlen(" - "));
    }
    return remote;
}

void process_disks_clear(struct process_disks *d)
{
    if (d->files)
        g_ptr_array_free(d->files, TRUE);
    if (d->passed)
        g_ptr_array_free(d->passed, TRUE);
    *d = (struct process_disks){0};
}
