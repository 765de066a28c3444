/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* container.h: what the path of a control group says about the guest in it.
 *
 * container_classify() is a pure, table-driven function over text: it opens no file and allocates
 * nothing. It knows the path shapes of every supported runtime, on cgroup v1 and v2, with the
 * cgroupfs and the systemd driver. It finds the innermost guest, helper or service that a path
 * belongs to, and the guest around it when guests are nested. `name` and `group` may hold any bytes
 * that the kernel allows in a directory name: pass them through text_clean() before they are shown.
 * Thread-safe.
 */
#ifndef VTOP_COLLECT_CONTAINER_H
#define VTOP_COLLECT_CONTAINER_H

#include "model/metric.h"

#include <stdbool.h>
#include <stddef.h>

enum container_role {
    CONTAINER_NONE,    /* nothing known: the root, a directory above guests */
    CONTAINER_GUEST,   /* a container */
    CONTAINER_SANDBOX, /* only holds a pod's namespaces; not a guest of its own */
    CONTAINER_VM,      /* the control group of a virtual machine */
    CONTAINER_MONITOR, /* a runtime's own helper: conmon, the monitor of LXC */
    CONTAINER_POD,     /* a pod: the group of the containers below */
    CONTAINER_SERVICE  /* a systemd service, scope or slice */
};

enum { CONTAINER_ID_SIZE = 65, CONTAINER_NAME_SIZE = 256 };

struct container {
    enum container_role role;
    enum guest_type type;
    char id[CONTAINER_ID_SIZE]; /* 64 hex digits, or a number of Proxmox; "" if the path has none */
    char name[CONTAINER_NAME_SIZE];  /* its name in the path, or "" */
    char group[CONTAINER_NAME_SIZE]; /* pod uid, podman pod id, slice of a service; or "" */
    size_t length;                   /* of the path of its own directory; PATH may go deeper */
    size_t outer;                    /* length of the path of the guest around it; 0 = none */
    bool split; /* a guest only if a group "supervisor" is beside it; its path has no id */
};

/* Classify PATH, which is relative to its hierarchy and begins with '/'. Returns the role. */
enum container_role container_classify(const char *path, struct container *out);

/* The key of the ident of the guest found at PATH; g_free(). Every collector that knows the path of
 * a guest's group gets the same key for it. It is the group's path (ident_group_path()), in which
 * the id of a container that has one replaces the directory's name. */
char *container_key(const char *path, const struct container *what);

/* Whether TEXT is a full container id: 64 hex digits. */
bool container_is_id(const char *text, size_t length);

#endif
