/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/manager.h"

#include "base/text.h"

#include <string.h>

/* In the path of a control group, a container's id may stand in place of its directory's name. */
static const char *group_path(const struct entity *guest)
{
    for (const struct track *t = guest->tracks; t; t = t->next) {
        const char *path = ident_group_path(t->ident);
        if (path)
            return path;
    }
    return "";
}

/* What follows PREFIX in one of its aliases; NULL: it has no such alias. */
static const char *alias_of(const struct entity *guest, const char *prefix)
{
    for (const struct track *t = guest->tracks; t; t = t->next)
        for (char **alias = t->ident->alias; *alias; alias++)
            if (g_str_has_prefix(*alias, prefix))
                return *alias + strlen(prefix);
    return NULL;
}

static bool is_number(const char *text)
{
    return *text && strspn(text, "0123456789") == strlen(text);
}

/* Paths come as they are in the file system. */
static bool is_clean(const char *text)
{
    char *clean = text_clean(text, -1);
    bool same = strcmp(clean, text) == 0;

    g_free(clean);
    return same;
}

const char *manager_unit(const struct entity *guest)
{
    const char *path = group_path(guest), *last = strrchr(path, '/');
    bool unit = last && (g_str_has_suffix(last, ".service") || g_str_has_suffix(last, ".scope") ||
                         g_str_has_suffix(last, ".slice"));

    return unit && is_clean(last + 1) ? last + 1 : "";
}

/* Its groups are ".../qemu.slice/100.scope". */
char *manager_proxmox_id(const struct entity *guest)
{
    static const char slice[] = "/qemu.slice/", scope[] = ".scope";
    const char *at = strstr(group_path(guest), slice);

    if (!at || !g_str_has_suffix(at, scope))
        return NULL;
    char *id = g_strndup(at + strlen(slice), strlen(at) - strlen(slice) - strlen(scope));
    if (!is_number(id))
        g_clear_pointer(&id, g_free);
    return id;
}

const char *manager_instance(const struct entity *guest, enum manager m)
{
    return m == MANAGER_INCUS ? alias_of(guest, "incus:")
           : m == MANAGER_LXD ? alias_of(guest, "lxd:")
                              : NULL;
}

/* user@UID.service is a user's own manager; the units below it are that manager's, and so are the
 * containers of the user's engines, wherever these are in the user's slice. */
bool manager_is_users(const struct entity *guest)
{
    const char *path = group_path(guest), *own = strstr(path, "/user@");

    if (guest->type != GUEST_SERVICE && strstr(path, "/user.slice/"))
        return true;
    return own && strchr(own + 1, '/');
}

/* ---- which one ---- */

static bool is_of_libvirt(const struct entity *guest)
{
    const char *path = group_path(guest);

    return entity_track(guest, FACET_DOMAIN) || strstr(path, "/machine-qemu\\x2d") ||
           strstr(path, ".libvirt-qemu");
}

static enum manager manager_of_vm(const struct entity *guest)
{
    char *id = manager_proxmox_id(guest);
    enum manager m = id                     ? MANAGER_PROXMOX_VM
                     : is_of_libvirt(guest) ? MANAGER_LIBVIRT
                                            : MANAGER_NONE;

    g_free(id);
    return m;
}

/* Proxmox gives its containers numbers, under which vtop finds their names. */
static enum manager manager_of_lxc(const struct entity *guest)
{
    const char *id = entity_label(guest, LABEL_ID);

    if (alias_of(guest, "incus:"))
        return MANAGER_INCUS;
    if (alias_of(guest, "lxd:"))
        return MANAGER_LXD;
    if (is_number(id) && strcmp(id, entity_label(guest, LABEL_NAME)) != 0)
        return MANAGER_PROXMOX_CT;
    return MANAGER_LXC;
}

/* "namespace/pod": no other group has a slash. */
static bool is_in_named_pod(const struct entity *guest)
{
    const char *group = entity_label(guest, LABEL_GROUP), *slash = strchr(group, '/');

    return slash && slash != group && slash[1];
}

/* A container of ctr has no id, and ctr changes none. */
static enum manager manager_of_container(const struct entity *guest)
{
    bool in_pod = *entity_label(guest, LABEL_GROUP);

    if (is_in_named_pod(guest))
        return MANAGER_KUBERNETES;
    switch (guest->type) {
    case GUEST_DOCKER:
        return MANAGER_DOCKER;
    case GUEST_PODMAN:
        return MANAGER_PODMAN;
    case GUEST_CRIO:
    case GUEST_CONTAINERD:
        if (!*entity_label(guest, LABEL_ID))
            return MANAGER_NONE;
        return in_pod || guest->type == GUEST_CRIO ? MANAGER_CRI : MANAGER_NERDCTL;
    default:
        return MANAGER_NONE;
    }
}

enum manager manager_of(const struct entity *guest)
{
    switch (guest->type) {
    case GUEST_VM:
        return manager_of_vm(guest);
    case GUEST_LXC:
        return manager_of_lxc(guest);
    case GUEST_LIBVIRT_LXC:
        return MANAGER_LIBVIRT_LXC;
    case GUEST_NSPAWN:
    case GUEST_SERVICE:
        return *manager_unit(guest) ? MANAGER_SYSTEMD : MANAGER_NONE;
    default:
        return manager_of_container(guest);
    }
}

const char *manager_name(enum manager m)
{
    static const char *const names[MANAGER_COUNT] = {[MANAGER_NONE] = "",
                                                     [MANAGER_LIBVIRT] = "libvirt",
                                                     [MANAGER_LIBVIRT_LXC] = "libvirt",
                                                     [MANAGER_PROXMOX_VM] = "Proxmox",
                                                     [MANAGER_PROXMOX_CT] = "Proxmox",
                                                     [MANAGER_DOCKER] = "Docker",
                                                     [MANAGER_PODMAN] = "Podman",
                                                     [MANAGER_NERDCTL] = "containerd",
                                                     [MANAGER_KUBERNETES] = "Kubernetes",
                                                     [MANAGER_CRI] = "Kubernetes",
                                                     [MANAGER_LXC] = "LXC",
                                                     [MANAGER_INCUS] = "Incus",
                                                     [MANAGER_LXD] = "LXD",
                                                     [MANAGER_SYSTEMD] = "systemd"};

    return names[m];
}

/* ---- names ---- */

/* Engines of containers allow no other names. */
static bool is_engine_name(const char *name)
{
    for (const char *p = name; *p; p++)
        if (!g_ascii_isalnum(*p) && (p == name || !strchr("_.-", *p)))
            return false;
    return *name;
}

/* virsh takes a number for the id of a running domain. U+FFFD stands for what was cleaned away. */
static bool is_domain_name(const char *name)
{
    return *name && *name != '-' && !is_number(name) && !strstr(name, "\uFFFD");
}

const char *manager_handle(const struct entity *guest)
{
    const char *name = entity_label(guest, LABEL_NAME), *id = entity_label(guest, LABEL_ID);
    bool domain = guest->type == GUEST_VM || guest->type == GUEST_LIBVIRT_LXC;
    bool exact = domain ? is_domain_name(name) : is_engine_name(name);

    return exact || !*id ? name : id;
}

const char *manager_connection(const struct roster *roster, const struct entity *guest)
{
    const struct track *t = entity_track(guest, FACET_DOMAIN);
    const GArray *statuses = t ? roster_statuses_of(roster, t->source) : NULL;

    for (guint i = 0; statuses && i < statuses->len; i++) {
        const char *name = g_array_index(statuses, struct source_status, i).name;
        if (name && strstr(name, ":/"))
            return name;
    }
    return NULL;
}
