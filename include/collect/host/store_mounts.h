/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* store_mounts.h: the file systems of a host that can fill up, and what of guests lies on them.
 *
 * Found in a mount table alone (/proc/PID/mountinfo), so that nothing here waits for a file system.
 * Left out is what holds no data of its own or cannot fill: kernel interfaces, tmpfs, images,
 * overlays, bind mounts of parts of a file system, what is mounted read-only as a whole. A file
 * system that is mounted several times counts once, at its shortest path; the datasets of a ZFS pool
 * share their space, and count as one.
 *
 * No threads, no errors: a line that cannot be read is left out.
 */
#ifndef VTOP_COLLECT_STORE_MOUNTS_H
#define VTOP_COLLECT_STORE_MOUNTS_H

#include <glib.h>
#include <stdbool.h>

/* No more file systems are followed: they are paths from outside. */
enum { STORE_MOUNTS_MAX = 64 };

struct store_mount {
    char *path;            /* where it is mounted */
    char *type;            /* "ext4" */
    char *device;          /* "/dev/sda1", "tank", "server:/export" */
    unsigned major, minor; /* of the device, as stat() of a file on it says, but for btrfs */
    bool own_numbers;      /* its files have other device numbers (btrfs) */
    bool remote;           /* a server or other machines are asked: it may hang */
    GString *holds;        /* whose data lies on it: "libvirt, docker"; "": nobody's that is known */
};

/* Struct store_mount *, longest paths first. A directory of an engine counts when EXISTS says that
 * it is there, on M, or when it is a mount itself. g_ptr_array_unref(). */
typedef bool store_exists(const struct store_mount *m, const char *directory, void *data);
GPtrArray *store_mounts_parse(const char *mountinfo, store_exists *exists, void *data);

/* The mount that a path lies on; NULL: on none of them. */
struct store_mount *store_mounts_of(const GPtrArray *mounts, const char *path);

#endif
