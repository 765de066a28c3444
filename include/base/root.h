/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* root.h: the directory that contains the files of a host.
 *
 * Every collector opens kernel and runtime files through a root. There are three kinds:
 *
 *   "/" itself        the running host, as vtop sees it
 *   a live directory  the "/" of the running host, mounted somewhere else (/host in a container):
 *                     a /proc of the running kernel is mounted below it
 *   a saved tree      files that were copied from a host, or a fixture
 *
 * No path, link or ".." leads out of a directory. A root is immutable after root_new() and may
 * be shared between threads.
 *
 * Errors: negative errno.
 */
#ifndef VTOP_BASE_ROOT_H
#define VTOP_BASE_ROOT_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

struct root;

/* DIR NULL or "/": "/" itself. Else a live directory or a saved tree: a directory is live when
 * DIR/proc is a procfs (by statfs) with the id of this boot. Returns 0 and *out, or -errno when DIR
 * cannot be opened. */
int root_new(const char *dir, struct root **out);

/* The same, but a directory is a saved tree whatever is mounted below it. */
int root_new_saved(const char *dir, struct root **out);

/* The "/" of the process that has this pid in the /proc of ROOT. It is treated as a saved tree,
 * because its files belong to a guest. */
int root_new_of_process(const struct root *root, pid_t pid, struct root **out);

/* A copy that is freed by itself. */
struct root *root_copy(const struct root *root);

void root_free(struct root *root);

/* Whether this is the running host: its counters change, and daemons listen on its sockets. */
bool root_is_live(const struct root *root);

/* Whether it is "/" itself. Only then may users be looked up (NSS), or libraries open files. */
bool root_is_own(const struct root *root);

/* Whether system calls of vtop accept the pids in its /proc. They do not in a saved tree, nor where
 * that /proc is of another pid namespace. */
bool root_has_own_pids(const struct root *root);

/* PATH below the root as vtop itself would open it, for libraries that take paths. Free with
 * g_free(). Links in such a path may lead out of the root. */
char *root_path(const struct root *root, const char *path);

/* Open PATH (absolute, as on the host) with open(2) flags for reading; O_CLOEXEC and O_NOCTTY are
 * added. Returns a descriptor the caller owns, or -errno. */
int root_open(const struct root *root, const char *path, int flags);

/* Open a directory for readdir(). Returns 0 and *out, which the caller closes, or -errno and
 * NULL. */
int root_open_dir(const struct root *root, const char *path, DIR **out);

/* Whether PATH exists; it need not be readable. */
bool root_exists(const struct root *root, const char *path);

/* root_open() for PATH below DIR, a directory that was opened below this root. Unless the root is
 * "/" itself, links that lead out of DIR are broken. */
int root_open_at(const struct root *root, int dir, const char *path, int flags);

/* Open PATH, relative to the directory DIR, through no symbolic link (-ELOOP, -ENOTDIR; with
 * O_PATH a link as the last step is opened itself) and no ".." (-ENOENT). For files in a directory
 * of another user. */
int root_open_no_links(int dir, const char *path, int flags);

/* readlink(2) below the root; returns the length (NUL added) or -errno: -EINVAL when PATH is no
 * link, -ENAMETOOLONG when its target does not fit. */
ssize_t root_readlink(const struct root *root, const char *path, char *out, size_t size);

#endif
