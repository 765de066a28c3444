/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* viewpoint.h: what of the host can be seen from where vtop runs.
 *
 * In a container vtop has namespaces of its own: what /proc/net/dev counts or /proc lists is then
 * the container's, not the host's. This module finds out which namespaces are the host's, finds the
 * way around where there is one (the first process of the host), and says what cannot be seen and
 * which option of the container engine shows it.
 *
 * A namespace is the host's when its inode is one of the fixed numbers of the kernel's initial
 * namespaces (include/linux/proc_ns.h), or when the first process of the host is in it. What cannot
 * be found out counts as the host's, so that a fixture and an old kernel are taken as they are. In
 * a saved tree everything is the host's.
 *
 * A viewpoint is read once, at the start of a source, and is immutable then.
 */
#ifndef VTOP_COLLECT_VIEWPOINT_H
#define VTOP_COLLECT_VIEWPOINT_H

#include "base/root.h"
#include "model/sample.h"

struct viewpoint {
    struct root *root;
    bool container;   /* vtop runs in a container */
    char engine[16];  /* "docker", "podman", "lxc" ...; "" = not known */
    bool own_groups;  /* it has a control group namespace of its own */
    bool own_name;    /* it has a host name of its own */
    bool own_network; /* it has a network of its own */
    bool own_users;   /* it has a user namespace of its own */
    bool processes;   /* /proc lists the processes of the host */
    bool pids; /* they have the numbers there that control groups and system calls give them */
    bool descriptors;   /* what they have open can be read, as far as vtop's user may */
    bool groups;        /* all control groups can be read */
    bool files;         /* files and sockets of the host can be read */
    const char *netdev; /* counts the interfaces of the host; NULL: they cannot be seen */
    const char *routes; /* lists its routes; NULL as well */
    char *group;        /* path of vtop's control group namespace; NULL: the root, or not known */
};

/* Open the root DIR (root_new(); SAVED: root_new_saved()) and look around from there. Without DIR
 * the root is "/", or in a container the "/" of the host's first process where the kernel lets vtop
 * in (/proc/1/root). Returns 0 and *out, or -errno when DIR cannot be opened. */
int viewpoint_new(const char *dir, bool saved, struct viewpoint **out);

/* What the files below ROOT say; in a fixture, too. OWN: the "/" that vtop runs in. ENVIRONMENT:
 * what the variable "container" says, or NULL. Takes ROOT. */
struct viewpoint *viewpoint_of(struct root *root, const struct root *own, const char *environment);

void viewpoint_free(struct viewpoint *v);

/* Where everything can be seen: for those who have no viewpoint. */
extern const struct viewpoint VIEWPOINT_HOST;

/* Whether a process is known to be in another network than the host's. */
bool viewpoint_has_own_network(const struct viewpoint *v, const struct root *root, pid_t pid);

/* Whether system calls about interfaces are about those of the host below ROOT. */
bool viewpoint_shares_network(const struct root *root);

/* The path of a control group, as /proc/PID/cgroup has it, from the root of its tree: paths in that
 * file are relative to the reader's control group namespace. Takes PATH, which may be NULL;
 * NULL when it is not known. Free with g_free(). */
char *viewpoint_group_path(const struct viewpoint *v, char *path);

/* One line for the title: where vtop runs, a colon, and what it cannot see; NULL when it sees the
 * host. Free with g_free(). */
char *viewpoint_banner(const struct viewpoint *v);

/* What is missing from the control groups and how to get it, or NULL. Free with g_free(). */
char *viewpoint_groups_message(const struct viewpoint *v);

/* Add the status of the sources "process", "network" and "names", as far as something is missing
 * from them. */
void viewpoint_report(const struct viewpoint *v, struct sample *out);

#endif
