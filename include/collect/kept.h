/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* kept.h: kernel files that are read again and again, within a budget of descriptors.
 *
 * A pread on a kept descriptor costs a fifth of open, read and close. A descriptor of a /proc file
 * also stays with its process: once the process has ended every read fails, even when the kernel
 * has given its pid to another process. Past the budget a file is opened for each read.
 *
 * A kept file uses memory that is not part of any process's memory usage: on Linux 6.18 4.4 KiB
 * that the kernel cannot reclaim until the file is closed (the page that it was last printed into,
 * and the open file), and 1.2 KiB for its inode and name. Ten thousand files take 55 MB. So the
 * budget is what RLIMIT_NOFILE allows, limited to a small part of the host's memory.
 *
 * When there are not enough descriptors for all, readers with priority (kept_claim()) are served
 * before the others: a part of the budget is set aside for them, and what they lacked in one round
 * the others give back in the next. A descriptor is closed only for a reader that needs one, at
 * most as many in a round as were set aside, so that a change of priorities does not close and open
 * many files at once.
 *
 * If the process runs out of descriptors all the same (its limit was lowered, or other code has
 * taken more than its share), a spare one that is held in reserve serves for each read.
 *
 * One thread. Errors: negative errno, and then the text is empty; -ENOENT: the file or its process
 * is gone; -EBADMSG: torn or binary text, whose last line does not end or which has a NUL in it.
 */
#ifndef VTOP_COLLECT_KEPT_H
#define VTOP_COLLECT_KEPT_H

#include "base/file.h"

#include <stdint.h>

struct viewpoint; /* collect/viewpoint.h */

struct kept_budget {
    const struct root *root;
    const struct viewpoint *viewpoint; /* what of the host is visible there */
    struct file_buffer buffer;         /* text of the latest read */
    int left;                  /* descriptors that may still be kept */
    int reserve;               /* part of the budget for readers with priority */
    int aside;                 /* in this round: the reserve, and what is owed to them */
    int owed;                  /* part of this that the others have not given back yet */
    int missed;                /* descriptors that readers with priority lacked in this round */
    int refused;               /* files that were read in this round and could not be kept */
    int wanted;                /* those of the last round, less the files closed for them */
    bool first;                /* the current reader has priority */
    int spare;                 /* used when the process has no other; -1 = it is not there */
    unsigned starved;          /* files that could not be opened in this round for lack of one */
};

/* How many files to keep open in a process that may have DESCRIPTORS, on a host with MEMORY bytes:
 * all descriptors except some for the rest of the program, in 1/128 of the memory at most. */
int kept_most(uint64_t descriptors, uint64_t memory);

/* One budget for all that one thread reads. Its viewpoint is VIEWPOINT_HOST until it is set. Every
 * reader has priority until kept_claim() is called. */
void kept_budget_init(struct kept_budget *b, const struct root *root);
void kept_budget_clear(struct kept_budget *b);

/* To be called when a collection begins, in which any reader may have to give a descriptor back. */
void kept_round(struct kept_budget *b);

/* Set whether the following reads have priority. */
void kept_claim(struct kept_budget *b, bool first);

/* A file that is kept open; all-zero memory is a file that is not open. */
struct kept {
    int fd_plus_1;
};

/* Read the file at PATH. Returns the length of the text in b->buffer. */
ssize_t kept_read(struct kept_budget *b, struct kept *k, const char *path, enum file_shape shape);

/* The same for PATH below the directory DIR. PATH is used only when the file is not open. */
ssize_t kept_read_at(struct kept_budget *b, struct kept *k, int dir, const char *path,
                     enum file_shape shape);

/* Read a file that is needed too seldom to be kept open. */
ssize_t kept_read_once(struct kept_budget *b, int dir, const char *path);

/* Whether a file that is opened now would not be kept open. */
bool kept_is_short(const struct kept_budget *b);

/* Open the directory at PATH below DIR and keep it open, with priority, because it saves work in
 * many reads. Returns its descriptor, which belongs to K, or -errno; -EMFILE when none is left. */
int kept_directory(struct kept_budget *b, struct kept *k, int dir, const char *path);

/* Whether an error of open() means that this process or the whole host has no descriptor left. */
bool kept_is_starved(ssize_t error);

/* For a file that is opened by other means and closed before the next read. After a failure for
 * lack of descriptors, kept_lend() frees the spare one (false: there is none); kept_take_back()
 * takes it again once that file is closed. */
bool kept_lend(struct kept_budget *b);
void kept_take_back(struct kept_budget *b);

/* Close K if the current reader has no priority and descriptors are owed. */
void kept_give_back(struct kept_budget *b, struct kept *k);

/* K is not read in this round: close it if another file, which was read in the last round, could
 * not be kept. */
void kept_yield(struct kept_budget *b, struct kept *k);

void kept_close(struct kept_budget *b, struct kept *k);

#endif
