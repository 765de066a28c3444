/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* manager.h: which program manages a guest, and the names by which that program knows it.
 *
 * It follows from the type of the guest, the path of its control group, its labels and aliases.
 * Texts belong to the guest and are valid until the next merge, where nothing else is said. Main
 * thread only.
 */
#ifndef VTOP_ANALYSE_MANAGER_H
#define VTOP_ANALYSE_MANAGER_H

#include "model/roster.h"

enum manager {
    MANAGER_NONE, /* none is known: a QEMU that was started by hand, a build step */
    MANAGER_LIBVIRT,
    MANAGER_LIBVIRT_LXC,
    MANAGER_PROXMOX_VM,
    MANAGER_PROXMOX_CT,
    MANAGER_DOCKER,
    MANAGER_PODMAN,
    MANAGER_NERDCTL,
    MANAGER_KUBERNETES,
    MANAGER_CRI, /* of Kubernetes, but the names of the pod are not known */
    MANAGER_LXC,
    MANAGER_INCUS,
    MANAGER_LXD,
    MANAGER_SYSTEMD,
    MANAGER_COUNT
};

enum manager manager_of(const struct entity *guest);
const char *manager_name(enum manager m); /* "libvirt", "Docker", ...; "" of NONE */

/* The name of the guest, or its UUID or id where the manager would misread the name (an option, a
 * number that it takes for another id) or where the name was changed when it was cleaned. */
const char *manager_handle(const struct entity *guest);

/* The connection by which libvirt reports it, as "qemu:///system"; NULL: not known. */
const char *manager_connection(const struct roster *roster, const struct entity *guest);

/* The unit of systemd that is its control group, "" when it is none. */
const char *manager_unit(const struct entity *guest);

/* The number of a machine of Proxmox, g_free(); NULL: it is none. */
char *manager_proxmox_id(const struct entity *guest);

/* PROJECT/NAME of an instance of Incus or LXD, NAME in the default project; NULL: it is none. */
const char *manager_instance(const struct entity *guest, enum manager m);

/* Whether it belongs to a user's own manager, not to that of the system. */
bool manager_is_users(const struct entity *guest);

#endif
