/* kept.h: kernel files that are read again and again, within a budget of descriptors.
 *
 * A pread on a kept descriptor costs a tenth of open, read and close. A descriptor of a /proc file
 * also stays with its process: when the process is gone it says so, whoever has the number now.
 * Past the budget a file is opened for each read.
 *
 * One thread. Errors: negative errno; -ENOENT is "gone".
 */
#ifndef VTOP_COLLECT_KEPT_H
#define VTOP_COLLECT_KEPT_H

#include "base/file.h"

struct kept_budget {
    const struct root *root;
    struct file_buffer buffer; /* of the newest read */
    int left;
};

/* SHARE: which part (1/SHARE) of the descriptors this process may have. */
void kept_budget_init(struct kept_budget *b, const struct root *root, unsigned share);
void kept_budget_clear(struct kept_budget *b);

/* The file at PATH; 0 in a new one (all-zero memory is a file that is not open). */
struct kept {
    int fd_plus_1;
};

/* Returns the length of the text in b->buffer. */
ssize_t kept_read(struct kept_budget *b, struct kept *k, const char *path, enum file_shape shape);
void kept_close(struct kept_budget *b, struct kept *k);

#endif
