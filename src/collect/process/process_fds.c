/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_fds.h"

#include "base/parse.h"
#include "collect/viewpoint.h"
#include "collect/process/process_kvm_stats.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A browser or a database has thousands of descriptors; a machine is among the first. */
enum { LOOK_AT_MOST = 2048 };

static void add_tap(struct process_fds *out, const char *name, size_t length)
{
    char *tap = g_strndup(name, length);

    if (length && length < IF_NAMESIZE &&
        !g_ptr_array_find_with_equal_func(out->taps, tap, g_str_equal, NULL))
        g_ptr_array_add(out->taps, tap);
    else
        g_free(tap);
}

/* The fdinfo of a descriptor of /dev/net/tun names its interface. */
static void add_tun(struct process_fds *out, const struct root *root, pid_t pid, const char *fd,
                    struct file_buffer *scratch)
{
    char path[NAME_MAX + 32];

    snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", (int)pid, fd);
    if (file_read(root, path, scratch) < 0)
        return;
    for (const char *p = scratch->text; *p; p = parse_next_line(p)) {
        const char *name = p;
        if (!parse_word(&name, "iff:"))
            continue;
        name = parse_blanks(name);
        add_tap(out, name, strcspn(name, " \n"));
    }
}

/* macvtap: the name of the character device contains the index of its interface. */
static void add_macvtap(struct process_fds *out, const struct root *root, const char *number)
{
    char name[IF_NAMESIZE];
    uint64_t index;

    if (parse_u64_only(number, &index) && index <= UINT32_MAX && viewpoint_shares_network(root) &&
        if_indextoname((unsigned)index, name))
        add_tap(out, name, strlen(name));
}

static void add_number(GArray *numbers, const char *fd)
{
    uint64_t n;

    if (!parse_u64_only(fd, &n))
        return;
    int number = (int)n;
    g_array_append_val(numbers, number);
}

static void add_vcpu(struct process_fds *out, const char *fd, const char *index)
{
    struct process_vcpu_fd vcpu;
    uint64_t n, i = out->vcpus->len;

    /* Before Linux 5.5 the link has no number. The vCPUs are opened in order. */
    if (!parse_u64_only(fd, &n) || (*index == ':' && !parse_u64_only(index + 1, &i)))
        return;
    vcpu = (struct process_vcpu_fd){.fd = (int)n, .index = (int)i};
    g_array_append_val(out->vcpus, vcpu);
}

static void look_at(struct process_fds *out, const struct root *root, pid_t pid, int dirfd,
                    const char *fd, struct file_buffer *scratch)
{
    static const char vcpu[] = "anon_inode:kvm-vcpu", tap[] = "/dev/tap";
    char target[64];
    ssize_t n = readlinkat(dirfd, fd, target, sizeof(target) - 1);

    if (n < 0)
        return;
    target[n] = '\0';
    if (strcmp(target, "anon_inode:kvm-vm") == 0)
        add_number(out->kvms, fd);
    else if (g_str_has_prefix(target, KVM_STATS_LINK))
        add_number(out->stats, fd);
    else if (strncmp(target, vcpu, sizeof(vcpu) - 1) == 0)
        add_vcpu(out, fd, target + sizeof(vcpu) - 1);
    else if (strcmp(target, "/dev/net/tun") == 0)
        add_tun(out, root, pid, fd, scratch);
    else if (strncmp(target, tap, sizeof(tap) - 1) == 0)
        add_macvtap(out, root, target + sizeof(tap) - 1);
}

int process_fds_scan(struct process_fds *out, const struct root *root, pid_t pid,
                     struct file_buffer *scratch)
{
    char path[32];
    struct dirent *entry;
    DIR *dir;

    *out = (struct process_fds){.kvms = g_array_new(FALSE, FALSE, sizeof(int)),
                                .vcpus = g_array_new(FALSE, FALSE, sizeof(struct process_vcpu_fd)),
                                .stats = g_array_new(FALSE, FALSE, sizeof(int)),
                                .taps = g_ptr_array_new_with_free_func(g_free)};
    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    int error = root_open_dir(root, path, &dir);
    if (error < 0)
        return error;
    for (int i = 0; i < LOOK_AT_MOST && (entry = readdir(dir)); i++)
        if (entry->d_name[0] != '.')
            look_at(out, root, pid, dirfd(dir), entry->d_name, scratch);
    closedir(dir);
    return 0;
}

void process_fds_clear(struct process_fds *fds)
{
    if (fds->kvms)
        g_array_free(fds->kvms, TRUE);
    if (fds->vcpus)
        g_array_free(fds->vcpus, TRUE);
    if (fds->stats)
        g_array_free(fds->stats, TRUE);
    if (fds->taps)
        g_ptr_array_free(fds->taps, TRUE);
    *fds = (struct process_fds){0};
}
