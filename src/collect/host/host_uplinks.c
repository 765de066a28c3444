/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/host_uplinks.h"

#include "base/file.h"
#include "base/parse.h"

#include <dirent.h>
#include <glib.h>
#include <string.h>

static char *attribute_path(const char *name, const char *attribute)
{
    return g_strdup_printf("/sys/class/net/%s/%s", name, attribute);
}

static bool has_attribute(const struct root *root, const char *name, const char *attribute)
{
    char *path = attribute_path(name, attribute);
    bool there = root_exists(root, path);

    g_free(path);
    return there;
}

/* The first line of the attribute; NULL: it has none. g_free. */
static char *read_attribute(const struct root *root, const char *name, const char *attribute)
{
    char *path = attribute_path(name, attribute), *line = file_first_line(root, path);

    g_free(path);
    return line;
}

static bool read_number(const struct root *root, const char *name, const char *attribute,
                        uint64_t *out)
{
    char *line = read_attribute(root, name, attribute);
    bool known = line && parse_u64_only(line, out);

    g_free(line);
    return known;
}

/* ---- interfaces above others ---- */

static bool is_master_of(const struct root *root, const char *name, const char *lower)
{
    char *path = attribute_path(lower, "master"), link[256];
    ssize_t n = root_readlink(root, path, link, sizeof(link));
    const char *base = n > 0 ? strrchr(link, '/') : NULL;

    g_free(path);
    return n > 0 && strcmp(base ? base + 1 : link, name) == 0;
}

typedef bool lower_test(const struct root *root, const char *context, const char *lower);

/* Whether the test is true of CONTEXT and an interface directly below NAME. */
static bool has_lower(const struct root *root, const char *name, lower_test *test,
                      const char *context)
{
    char *path = attribute_path(name, "");
    bool found = false;
    DIR *dir;

    root_open_dir(root, path, &dir);
    for (struct dirent *entry; dir && !found && (entry = readdir(dir));)
        found = g_str_has_prefix(entry->d_name, "lower_") &&
                test(root, context, entry->d_name + strlen("lower_"));
    if (dir)
        closedir(dir);
    g_free(path);
    return found;
}

/* A slave is below its master as well, but there the master is the uplink. */
static bool is_card_below(const struct root *root, const char *name, const char *lower)
{
    return has_attribute(root, lower, "device") && !is_master_of(root, name, lower);
}

/* Older kernels show the relation only by iflink, the index of the card behind the port. */
static bool is_port_of_switch(const struct root *root, const char *name)
{
    uint64_t index, link;
    char *uevent = read_attribute(root, name, "uevent");
    bool dsa = uevent && strcmp(uevent, "DEVTYPE=dsa") == 0;

    g_free(uevent);
    if (dsa || has_lower(root, name, is_card_below, name))
        return true;
    return read_number(root, name, "ifindex", &index) && read_number(root, name, "iflink", &link) &&
           link && link != index;
}

/* "pf0vf3", "c1pf0sf2": the representor of a virtual function. The physical port counts its bytes
 * as well (Documentation/networking/devlink/devlink-port.rst). */
static bool is_representor(const struct root *root, const char *name)
{
    char *port = read_attribute(root, name, "phys_port_name");
    const char *function = port ? strstr(port, "pf") : NULL;
    bool stands_for =
        function && (strstr(function, "vf") != NULL || strstr(function, "sf") != NULL);

    g_free(port);
    return stands_for;
}

/* A monitor interface of a wireless card receives every frame once more. */
static bool is_monitor(const struct root *root, const char *name)
{
    enum { ARPHRD_IEEE80211_PRISM = 802, ARPHRD_IEEE80211_RADIOTAP = 803 };
    uint64_t type;

    return read_number(root, name, "type", &type) &&
           (type == ARPHRD_IEEE80211_PRISM || type == ARPHRD_IEEE80211_RADIOTAP);
}

/* A card whose master is a card too is the fast path of a virtual card (Hyper-V, failover). The
 * master of a bond has no hardware: there the slaves are uplinks. */
bool host_is_uplink(const struct root *root, const char *name)
{
    return has_attribute(root, name, "device") && !has_attribute(root, name, "master/device") &&
           !is_port_of_switch(root, name) && !is_representor(root, name) && !is_monitor(root, name);
}

/* ---- without hardware ---- */

/* "Iface Destination Gateway Flags ..." */
static bool has_default_route(const struct root *root, const char *routes, const char *name)
{
    struct file_buffer b = {0};
    bool found = false;

    if (file_read(root, routes, &b) > 0)
        for (const char *p = b.text; *p && !found; p = parse_next_line(p)) {
            const char *rest = p;
            found = parse_word(&rest, name) && parse_word(&rest, "00000000");
        }
    file_buffer_clear(&b);
    return found;
}

bool host_is_routed_uplink(const struct root *root, const char *routes, const char *name)
{
    return has_default_route(root, routes, name) &&
           !has_lower(root, name, has_default_route, routes);
}
