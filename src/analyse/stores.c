/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/stores.h"

#include <math.h>
#include <string.h>

struct store_level store_level_of(const struct moment *at, const struct entity *store)
{
    static const enum metric levels[] = {M_STORE_LEVEL, M_STORE_FILES_LEVEL,
                                         M_STORE_METADATA_LEVEL};
    struct store_level most = {M_STORE_LEVEL, (double)NAN};

    for (size_t i = 0; i < G_N_ELEMENTS(levels); i++) {
        double percent = moment_number(at, store, levels[i]);
        if (moment_stale_ns(at, store, levels[i]) || isnan(percent) || percent <= most.percent)
            continue;
        most = (struct store_level){levels[i], percent};
    }
    return most;
}

/* ---- what lies on it ---- */

static size_t path_length(const struct entity *store)
{
    const char *path = entity_label(store, LABEL_NAME);

    return strcmp(path, "/") == 0 ? 0 : strlen(path);
}

static bool is_on(const char *path, const struct entity *store)
{
    size_t length = path_length(store);

    return *path == '/' && *entity_label(store, LABEL_NAME) == '/' &&
           strncmp(path, entity_label(store, LABEL_NAME), length) == 0 && path[length] == '/';
}

/* Devices are no files of the file system that /dev is on. */
const struct entity *store_of_path(const struct entity *host, const char *path)
{
    const struct entity *longest = NULL;

    if (g_str_has_prefix(path, "/dev/"))
        return NULL;
    for (struct entity *p = NULL; (p = entity_next_part(host, KIND_STORE, p));)
        if (is_on(path, p) && (!longest || path_length(p) > path_length(longest)))
            longest = p;
    return longest;
}

static bool has_disk_on(const struct moment *at, const struct entity *guest,
                        const struct entity *store)
{
    const struct entity *host = entity_host(guest);

    for (struct entity *d = NULL; (d = entity_next_part(guest, KIND_DISK, d));) {
        const char *path = moment_label(at, d, LABEL_IMAGE);
        if (is_on(path, store) && store_of_path(host, path) == store)
            return true;
    }
    return false;
}

/* The next guest of HOST with a disk on STORE, from *PLACE in the roster on. */
static const struct entity *next_guest(const struct moment *at, const struct entity *host,
                                       const struct entity *store, guint *place)
{
    const GPtrArray *guests = roster_guests(at->roster);

    while (*place < guests->len) {
        const struct entity *guest = g_ptr_array_index(guests, (*place)++);
        if (entity_host(guest) == host && !moment_is_gone(at, guest) &&
            has_disk_on(at, guest, store))
            return guest;
    }
    return NULL;
}

static bool is_engines(const struct entity *store)
{
    struct value holds = entity_reading(store, R_STORE_HOLDS_GUESTS);

    return holds.reason == REASON_OK && holds.number > 0;
}

bool store_holds_guests(const struct moment *at, const struct entity *host,
                        const struct entity *store)
{
    guint place = 0;

    return is_engines(store) || next_guest(at, host, store, &place);
}

/* ---- choices ---- */

const struct entity *store_fullest(const struct moment *at, const struct entity *host, double least,
                                   struct store_level *level, bool *known)
{
    const struct entity *fullest = NULL;

    for (struct entity *p = NULL; (p = entity_next_part(host, KIND_STORE, p));) {
        struct store_level l = store_level_of(at, p);
        if (known)
            *known |= !isnan(l.percent);
        if (!(l.percent >= least) || (fullest && l.percent <= level->percent) ||
            !store_holds_guests(at, host, p))
            continue;
        fullest = p;
        *level = l;
    }
    return fullest;
}

const struct entity *store_of_guest(const struct moment *at, const struct entity *guest,
                                    struct store_level *level)
{
    const struct entity *fullest = NULL;

    for (struct entity *d = NULL; (d = entity_next_part(guest, KIND_DISK, d));) {
        const struct entity *store =
            store_of_path(entity_host(guest), moment_label(at, d, LABEL_IMAGE));
        struct store_level l = {M_STORE_LEVEL, (double)NAN};
        if (store)
            l = store_level_of(at, store);
        if (isnan(l.percent) || (fullest && l.percent <= level->percent))
            continue;
        fullest = store;
        *level = l;
    }
    return fullest;
}

/* ---- words ---- */

/* "docker, podman" of "xfs, /dev/sdb1: docker, podman"; "": nobody's. */
static const char *engines_of(const char *about)
{
    const char *colon = strrchr(about, ':');

    return colon && colon[1] == ' ' ? colon + 2 : "";
}

char *store_contents(const struct moment *at, const struct entity *host,
                     const struct entity *store)
{
    enum { NAMED = 3 };
    GString *text = g_string_new(NULL);
    guint place = 0, count = 0;

    for (const struct entity *g; (g = next_guest(at, host, store, &place)); count++)
        if (count < NAMED)
            g_string_append_printf(text, "%s%s", count ? ", " : "the disks of ",
                                   moment_label(at, g, LABEL_NAME));
    if (count > NAMED)
        g_string_append_printf(text, " and %u more guest%s", count - NAMED,
                               count - NAMED > 1 ? "s" : "");
    const char *engines = engines_of(moment_label(at, store, LABEL_IMAGE));
    if (!count && *engines)
        g_string_append_printf(text, "the data of %s", engines);
    return g_string_free(text, text->len == 0);
}
