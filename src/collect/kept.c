#include <config.h>

#include "collect/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

void kept_budget_init(struct kept_budget *b, const struct root *root, unsigned share)
{
    struct rlimit limit = {.rlim_cur = 256};

    getrlimit(RLIMIT_NOFILE, &limit);
    *b = (struct kept_budget){.root = root};
    b->left = limit.rlim_cur > 1 << 20 ? 1 << 20 : (int)limit.rlim_cur;
    b->left /= (int)share;
}

void kept_budget_clear(struct kept_budget *b)
{
    file_buffer_clear(&b->buffer);
}

ssize_t kept_read(struct kept_budget *b, struct kept *k, const char *path, enum file_shape shape)
{
    if (!k->fd_plus_1) {
        int fd = root_open(b->root, path, O_RDONLY);
        if (fd < 0)
            return fd;
        k->fd_plus_1 = fd + 1;
        b->left--;
    }
    ssize_t n = file_read_kept(k->fd_plus_1 - 1, shape, &b->buffer);
    if (b->left < 0 || n < 0)
        kept_close(b, k);
    return n == -ESRCH ? -ENOENT : n;
}

void kept_close(struct kept_budget *b, struct kept *k)
{
    if (!k->fd_plus_1)
        return;
    close(k->fd_plus_1 - 1);
    k->fd_plus_1 = 0;
    b->left++;
}
