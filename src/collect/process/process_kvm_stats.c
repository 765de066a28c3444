/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_kvm_stats.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

const char KVM_STATS_LINK[] = "anon_inode:kvm-vcpu-stats";

/* The file contains a header, descriptions, and 8 bytes of data each (KVM_GET_STATS_FD in the
 * kernel's Documentation/virt/kvm/api.rst). It takes 4 KiB on x86. */
struct header {
    uint32_t flags, name_size, descriptions, id_offset, description_offset, data_offset;
};
struct description {
    uint32_t flags;
    int16_t exponent;
    uint16_t size;
    uint32_t offset, bucket_size;
    char name[]; /* header.name_size bytes */
};
union file {
    struct header header;
    char bytes[16384];
};

/* ---- taking a descriptor ---- */

static int open_process(pid_t pid)
{
#ifdef SYS_pidfd_open
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);

    return fd < 0 ? -errno : fd;
#else
    (void)pid;
    return -ENOSYS;
#endif
}

static int take_descriptor(int process, int number)
{
#ifdef SYS_pidfd_getfd
    int fd = (int)syscall(SYS_pidfd_getfd, process, number, 0);

    return fd < 0 ? -errno : fd;
#else
    (void)process;
    (void)number;
    return -ENOSYS;
#endif
}

/* The number may have been reused for a file that must not be read. */
static bool is_stats(int fd)
{
    char path[32], link[sizeof(KVM_STATS_LINK)];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    ssize_t n = readlink(path, link, sizeof(link) - 1);
    return n == sizeof(link) - 1 && memcmp(link, KVM_STATS_LINK, sizeof(link) - 1) == 0;
}

/* The duplicate is closed at once: it would keep the machine alive after its process has ended. */
static ssize_t read_file(int process, int number, union file *out)
{
    int fd = take_descriptor(process, number);

    if (fd < 0)
        return fd;
    ssize_t n = is_stats(fd) ? pread(fd, out->bytes, sizeof(out->bytes), 0) : 0;
    int error = n < 0 ? errno : ENODATA;
    close(fd);
    return n < (ssize_t)sizeof(out->header) ? -error : n;
}

/* ---- reading it ---- */

static bool find_value(const union file *f, size_t length, const char *name, uint64_t *out)
{
    const struct header *h = &f->header;
    size_t step = sizeof(struct description) + h->name_size;

    for (size_t i = 0, at = h->description_offset; i < h->descriptions && at + step <= length;
         i++, at += step) {
        struct description d;
        memcpy(&d, f->bytes + at, sizeof(d));
        if (strncmp(f->bytes + at + sizeof(d), name, h->name_size) != 0)
            continue;
        size_t value = (size_t)h->data_offset + d.offset;
        if (value + sizeof(*out) > length)
            return false;
        memcpy(out, f->bytes + value, sizeof(*out));
        return true;
    }
    return false;
}

int kvm_stats_read(pid_t pid, const GArray *fds, struct kvm_stat *stats, size_t count)
{
    int process = open_process(pid), error = fds->len ? 0 : -ENOENT;
    union file file;
    uint64_t n;

    if (process < 0)
        return process;
    for (size_t s = 0; s < count; s++) {
        stats[s].sum = 0;
        stats[s].known = true;
    }
    for (guint i = 0; i < fds->len && !error; i++) {
        ssize_t length = read_file(process, g_array_index(fds, int, i), &file);
        error = length < 0 ? (int)length : 0;
        for (size_t s = 0; s < count && !error; s++) {
            stats[s].known = stats[s].known && find_value(&file, (size_t)length, stats[s].name, &n);
            stats[s].sum += stats[s].known ? n : 0;
        }
    }
    close(process);
    return error;
}
