/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/names/names_find.h"

bool names_find(struct names_round *r, const struct names_query *q, struct names_answer *out)
{
    switch (q->type) {
    case GUEST_DOCKER: /* with Kubernetes, the log links may be readable when docker is not */
        return names_find_docker(r, q, out) || (*q->group && names_find_kube(r, q, out));
    case GUEST_PODMAN:
        return names_find_podman(r, q, out);
    case GUEST_CONTAINERD: /* without Kubernetes a container may have a name instead of an id */
    case GUEST_CRIO:
    case GUEST_KATA:
        return *q->id ? names_find_kube(r, q, out) : names_find_machine(r, q, out);
    case GUEST_LXC:
    case GUEST_NSPAWN:
    case GUEST_LIBVIRT_LXC:
    case GUEST_BUILDKIT:
        return names_find_machine(r, q, out);
    default:
        return false;
    }
}
