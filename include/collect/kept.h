/* kept.h: kernel files that are read again and again, within a budget of descriptors.
 *
 * A pread on a kept descriptor costs a fifth of open, read and close. A descriptor of a /proc file
 * also stays with its process: once the process is gone every read says so, even when the kernel
 * has given its pid to another process.
 * Past the budget a file is opened for each read.
 *
 * A kept file costs memory that no process has in its account: on Linux 6.18 4.4 KiB that the
 * kernel cannot take back until it is closed (the page that it was last printed into, and the open
 * file), and 1.2 KiB of its inode and name. Ten thousand files are 55 MB. So the budget is what
 * RLIMIT_NOFILE leaves, but not more than fits into a small part of the host's memory.
 *
 * When there are not enough for all, those who come first (kept_claim()) are served before the
 * others: a part of the budget is set aside for them, and what they could not have in one round the
 * others give back in the next. A descriptor is closed only for a reader that waits for one, at
 * most as many as were set aside in a round, so that a change of who comes first is not a storm of
 * closing and opening.
 *
 * When the process is out of descriptors all the same (its limit was lowered, or others have
 * taken more than their share), one that is held in reserve serves for each read.
 *
 * One thread. Errors: negative errno, and then the text is empty; -ENOENT is "gone", -EBADMSG torn
 * or binary: text whose last line does not end, or that has a NUL in it.
 */
#ifndef VTOP_COLLECT_KEPT_H
#define VTOP_COLLECT_KEPT_H

#include "base/file.h"

#include <stdint.h>

struct viewpoint; /* collect/viewpoint.h */

struct kept_budget {
    const struct root *root;
    const struct viewpoint *viewpoint; /* what of the host can be seen there */
    struct file_buffer buffer; /* of the newest read */
    int left;                  /* descriptors that may still be kept */
    int reserve;               /* of these, for those who come first */
    int aside;                 /* in this round: the reserve, and what is owed to them */
    int owed;                  /* of this, what the others have not given back yet */
    int missed;                /* what those who come first could not have in this round */
    int refused;               /* files that were read in this round and could not be kept, */
    int wanted;                /* in the last one, less what was left to them */
    bool first;                /* what is read now comes first */
    int spare;                 /* for when the process has no other; -1 = it has not even that */
    unsigned starved;          /* files that could not be opened in this round for want of one */
};

/* How many files a process that may have so many DESCRIPTORS keeps on a host with so many bytes of
 * MEMORY: all but some that are left to the rest of the program, in a 128th of the memory. */
int kept_most(uint64_t descriptors, uint64_t memory);

/* One budget for all that one thread reads. Its viewpoint is VIEWPOINT_HOST until it is set. Until
 * kept_claim() says otherwise whoever reads comes first. */
void kept_budget_init(struct kept_budget *b, const struct root *root);
void kept_budget_clear(struct kept_budget *b);

/* A collection begins, in which all may be asked to give something back. */
void kept_round(struct kept_budget *b);

/* From now on those who read come FIRST, or not. */
void kept_claim(struct kept_budget *b, bool first);

/* The file at PATH; 0 in a new one (all-zero memory is a file that is not open). */
struct kept {
    int fd_plus_1;
};

/* Returns the length of the text in b->buffer. */
ssize_t kept_read(struct kept_budget *b, struct kept *k, const char *path, enum file_shape shape);

/* The same for PATH below the directory DIR; it is only looked at when the file is not open. */
ssize_t kept_read_at(struct kept_budget *b, struct kept *k, int dir, const char *path,
                     enum file_shape shape);

/* A file that is read too seldom to be kept. */
ssize_t kept_read_once(struct kept_budget *b, int dir, const char *path);

/* Whether a file that is opened now would not be kept. */
bool kept_is_short(const struct kept_budget *b);

/* Open the directory at PATH below DIR and keep it, as one who comes first: it saves work in many
 * reads. Returns its descriptor, which belongs to K, or -errno; -EMFILE when none is left. */
int kept_directory(struct kept_budget *b, struct kept *k, int dir, const char *path);

/* Whether an error of open() means that there is no descriptor left, here or on the whole host. */
bool kept_is_starved(ssize_t error);

/* For what is opened by other means and closed before the next read: after a failure for want of
 * descriptors free the spare one (false: there is none), and when that is closed take it back. */
bool kept_lend(struct kept_budget *b);
void kept_take_back(struct kept_budget *b);

/* Close it if the guest that is read now owes a descriptor. */
void kept_give_back(struct kept_budget *b, struct kept *k);

/* It is not read in this round: close it if another file, which was read in the last one, could not
 * be kept. */
void kept_yield(struct kept_budget *b, struct kept *k);

void kept_close(struct kept_budget *b, struct kept *k);

#endif
