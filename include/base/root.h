/* root.h: the directory that stands in for "/".
 *
 * Every collector opens kernel and runtime files through a root, so that a saved tree (--root DIR)
 * or a fixture serves as well as the live host. Below a saved tree no path, link or ".." escapes
 * it. A root is immutable after root_new() and may be shared between threads.
 *
 * Errors: negative errno.
 */
#ifndef VTOP_BASE_ROOT_H
#define VTOP_BASE_ROOT_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

struct root;

/* dir NULL or "/" means the live host. Returns 0 and *out, or -errno when DIR cannot be opened. */
int root_new(const char *dir, struct root **out);
void root_free(struct root *root);

/* Whether this is the running host: only there do pids, sockets and daemons mean anything. */
bool root_is_live(const struct root *root);

/* Open PATH (absolute, as on the host) with open(2) flags for reading; O_CLOEXEC and O_NOCTTY are
 * added. Returns a descriptor the caller owns, or -errno. */
int root_open(const struct root *root, const char *path, int flags);

/* A directory to be read, and closed by the caller: 0, or -errno and *out is NULL. */
int root_open_dir(const struct root *root, const char *path, DIR **out);

/* Whether PATH can be reached; it need not be readable. */
bool root_exists(const struct root *root, const char *path);

/* The same for PATH below DIR, a directory that was opened below this root. In a saved tree DIR is
 * the wall: links that lead out of it are broken. */
int root_open_at(const struct root *root, int dir, const char *path, int flags);

/* Open PATH, relative to the directory DIR, through no symbolic link (-ELOOP, -ENOTDIR; with
 * O_PATH a link as the last step is opened itself) and no ".." (-ENOENT). For what lies in a
 * directory of another user. */
int root_open_no_links(int dir, const char *path, int flags);

/* readlink(2) below the root; returns the length (NUL added) or -errno: -EINVAL when PATH is no
 * link, -ENAMETOOLONG when what it says does not fit. */
ssize_t root_readlink(const struct root *root, const char *path, char *out, size_t size);

#endif
