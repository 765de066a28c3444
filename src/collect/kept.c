/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/kept.h"

#include "collect/viewpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FLAGS = O_RDONLY | O_NONBLOCK /* in a saved tree a file may be a FIFO */ };

enum {
    OTHERS = 128,       /* descriptors for connections, sockets and the terminal */
    MEMORY_PART = 128,  /* fraction (1/n) of the host's memory that kept files may use */
    FILE_BYTES = 5632,  /* memory of one kept file */
    RESERVED = 8,       /* fraction (1/n) of the budget for readers with priority */
    RESERVED_MAX = 1024 /* maximum of that: enough for the guests on a screen */
};

/* ---- the budget ---- */

static int take_spare(const struct root *root)
{
    return root_open(root, "/", O_PATH | O_DIRECTORY);
}

int kept_most(uint64_t descriptors, uint64_t memory)
{
    descriptors -= MIN(OTHERS, descriptors / 2);
    return (int)MIN(MIN(descriptors, memory / MEMORY_PART / FILE_BYTES), INT_MAX);
}

void kept_budget_init(struct kept_budget *b, const struct root *root)
{
    struct rlimit limit = {.rlim_cur = 256};
    long pages = sysconf(_SC_PHYS_PAGES);

    getrlimit(RLIMIT_NOFILE, &limit);
    *b = (struct kept_budget){.root = root,
                              .viewpoint = &VIEWPOINT_HOST,
                              .first = true,
                              .spare = take_spare(root)};
    b->left = kept_most(limit.rlim_cur, (uint64_t)MAX(pages, 0) * (uint64_t)getpagesize());
    b->reserve = b->aside = MIN(b->left / RESERVED, RESERVED_MAX);
}

void kept_budget_clear(struct kept_budget *b)
{
    file_buffer_clear(&b->buffer);
    if (b->spare >= 0)
        close(b->spare);
    b->spare = -1;
}

void kept_round(struct kept_budget *b)
{
    b->owed = MAX(MIN(b->missed, b->reserve) - MAX(b->left, 0), 0);
    b->aside = b->reserve + b->owed;
    b->missed = 0;
    b->wanted = b->refused;
    b->refused = 0;
    b->starved = 0;
}

void kept_claim(struct kept_budget *b, bool first)
{
    b->first = first;
}

bool kept_is_short(const struct kept_budget *b)
{
    return b->left <= (b->first ? 0 : b->aside);
}

static void keep(struct kept_budget *b, struct kept *k, int fd)
{
    k->fd_plus_1 = fd + 1;
    b->left--;
}

void kept_close(struct kept_budget *b, struct kept *k)
{
    if (!k->fd_plus_1)
        return;
    close(k->fd_plus_1 - 1);
    k->fd_plus_1 = 0;
    b->left++;
}

void kept_give_back(struct kept_budget *b, struct kept *k)
{
    if (b->first || b->owed <= 0 || !k->fd_plus_1)
        return;
    kept_close(b, k);
    b->owed--;
}

void kept_yield(struct kept_budget *b, struct kept *k)
{
    if (b->wanted <= 0 || !k->fd_plus_1)
        return;
    kept_close(b, k);
    b->wanted--;
}

/* ---- files ---- */

static int open_at(const struct kept_budget *b, int dir, const char *path, int flags)
{
    return dir < 0 ? root_open(b->root, path, flags) : root_open_at(b->root, dir, path, flags);
}

/* The budget was too large: from now on only descriptors that are given back can be used. */
static void run_out(struct kept_budget *b)
{
    b->left = MIN(b->left, 0);
    b->missed += b->reserve;
}

bool kept_is_starved(ssize_t error)
{
    return error == -EMFILE || error == -ENFILE;
}

bool kept_lend(struct kept_budget *b)
{
    run_out(b);
    if (b->spare < 0) {
        b->starved++;
        return false;
    }
    close(b->spare);
    b->spare = -1;
    return true;
}

void kept_take_back(struct kept_budget *b)
{
    if (b->spare < 0)
        b->spare = take_spare(b->root);
}

static int open_file(struct kept_budget *b, int dir, const char *path)
{
    int fd = open_at(b, dir, path, FLAGS);

    if (!kept_is_starved(fd) || !kept_lend(b))
        return fd;
    fd = open_at(b, dir, path, FLAGS);
    b->starved += kept_is_starved(fd);
    if (fd < 0)
        kept_take_back(b);
    return fd;
}

/* Kept files consist of lines. If the last line does not end, the text is torn, and any number in
 * it may be torn too. */
static ssize_t read_lines(struct kept_budget *b, int fd, enum file_shape shape)
{
    struct file_buffer *text = &b->buffer;
    ssize_t n = file_read_kept(fd, shape, text);

    if (n <= 0 || (text->text[n - 1] == '\n' && !memchr(text->text, '\0', (size_t)n)))
        return n;
    text->text[text->length = 0] = '\0';
    return -EBADMSG;
}

/* Read once, without keeping it. */
static ssize_t read_and_close(struct kept_budget *b, int fd, enum file_shape shape)
{
    ssize_t n = read_lines(b, fd, shape);

    close(fd);
    kept_take_back(b);
    return n;
}

ssize_t kept_read_at(struct kept_budget *b, struct kept *k, int dir, const char *path,
                     enum file_shape shape)
{
    if (!k->fd_plus_1) {
        int fd = open_file(b, dir, path);
        if (fd < 0)
            return fd;
        b->missed += b->first && b->left <= 0;
        if (kept_is_short(b)) {
            b->refused++;
            return read_and_close(b, fd, shape);
        }
        keep(b, k, fd);
    }
    ssize_t n = read_lines(b, k->fd_plus_1 - 1, shape);
    if (n < 0)
        kept_close(b, k);
    return n;
}

ssize_t kept_read_once(struct kept_budget *b, int dir, const char *path)
{
    int fd = open_file(b, dir, path);

    return fd < 0 ? fd : read_and_close(b, fd, FILE_PAGED);
}

ssize_t kept_read(struct kept_budget *b, struct kept *k, const char *path, enum file_shape shape)
{
    return kept_read_at(b, k, -1, path, shape);
}

int kept_directory(struct kept_budget *b, struct kept *k, int dir, const char *path)
{
    if (k->fd_plus_1)
        return k->fd_plus_1 - 1;
    if (b->left <= 0) {
        b->missed++;
        return -EMFILE;
    }
    int fd = open_at(b, dir, path, O_PATH | O_DIRECTORY);
    if (kept_is_starved(fd))
        run_out(b);
    if (fd >= 0)
        keep(b, k, fd);
    return fd;
}
