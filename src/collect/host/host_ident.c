/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/host_ident.h"

#include "base/file.h"
#include "base/uuid.h"

#include <string.h>

/* Whether the files below ROOT are those of a container instead of the host's. */
static bool is_container(const struct root *root, const struct viewpoint *v)
{
    return v->container && root_is_own(root);
}

/* What the kernel says is the name in vtop's own UTS namespace. */
static char *host_name(const struct root *root, const struct viewpoint *v)
{
    char *name = v->own_name ? NULL : file_first_line(root, "/proc/sys/kernel/hostname");

    return name || is_container(root, v) ? name : file_first_line(root, "/etc/hostname");
}

/* ---- machine id ---- */

/* 32 hex digits (machine-id(5)); an image that has not booted yet says "uninitialized". */
static bool is_machine_id(const char *id)
{
    enum { DIGITS = 32 };

    return strlen(id) == DIGITS && strspn(id, "0123456789abcdefABCDEF") == DIGITS &&
           strspn(id, "0") < DIGITS;
}

static char *machine_id(const struct root *root)
{
    static const char *const files[] = {"/etc/machine-id", "/var/lib/dbus/machine-id"};

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        char *id = file_first_line(root, files[i]);
        if (id && is_machine_id(g_strstrip(id)))
            return id;
        g_free(id);
    }
    return NULL;
}

static char *hashed(const char *id)
{
    enum { DIGITS = 32 };
    char *lower = g_ascii_strdown(id, -1), *text = g_strconcat("vtop host id 1:", lower, NULL);
    char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    hash[DIGITS] = '\0';
    g_free(text);
    g_free(lower);
    return hash;
}

static char *host_key(const struct root *root, const struct viewpoint *v)
{
    char *id = is_container(root, v) ? NULL : machine_id(root), *hash = id ? hashed(id) : NULL;
    char *key = hash ? g_strconcat("machine:", hash, NULL) : g_strdup(IDENT_LOCAL_HOST);

    g_free(hash);
    g_free(id);
    return key;
}

/* ---- UUID of the firmware ---- */

/* NULL: not readable (only root may), or no UUID that tells this machine from others. */
static char *firmware_uuid(const struct root *root)
{
    char *line = file_first_line(root, "/sys/class/dmi/id/product_uuid");
    char uuid[UUID_TEXT];
    bool known = uuid_parse(line, uuid) && uuid_is_unique(uuid);

    g_free(line);
    return known ? g_strdup(uuid) : NULL;
}

struct ident *host_ident_new(const struct root *root, const struct viewpoint *v)
{
    char *key = host_key(root, v), *uuid = firmware_uuid(root), *name = host_name(root, v);
    struct ident *i = ident_new(KIND_HOST, GUEST_NONE, key);

    ident_add_alias(i, "uuid:", uuid);
    if (strcmp(key, IDENT_LOCAL_HOST) != 0)
        ident_add_alias(i, "", IDENT_LOCAL_HOST);
    ident_set(&i->name, name);
    g_free(key);
    g_free(uuid);
    g_free(name);
    return i;
}
