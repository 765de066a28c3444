/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/series.h"

#include <string.h>

static const char *const STYLES[NAMES_COUNT] = {
    [NAMES_VTOP] = "vtop", [NAMES_LIBVIRT] = "libvirt", [NAMES_CADVISOR] = "cadvisor"};

const char *series_names_name(enum series_names s)
{
    return s < NAMES_COUNT ? STYLES[s] : "";
}

enum series_names series_names_find(const char *name)
{
    enum series_names s = 0;

    while (s < NAMES_COUNT && strcmp(STYLES[s], name) != 0)
        s++;
    return s;
}

/* The unused ones of FROM end the list, too. */
#define READ(...) .from = {READ_(__VA_ARGS__, R_NONE, R_NONE, R_NONE, R_NONE)}, .metric = M_NONE
#define READ_(a, b, c, d, ...) a, b, c, d, R_NONE
#define VALUE(m, factor) .metric = m, .scale = factor, .from = {R_NONE}
#define NAME_HOST "vtop_host_"
#define NAME_GUEST "vtop_guest_"
#define NAME_CPU "vtop_cpu_"
#define NAME_VCPU "vtop_vcpu_"
#define NAME_DISK "vtop_disk_"
#define NAME_NIC "vtop_nic_"
#define NAME_NODE "vtop_node_"
#define NAME_STORE "vtop_store_"
#define IS_COUNTER true
#define IS_GAUGE false

const struct series_info SERIES_INFOS[] = {
#define SERIES(of, type, export, fixed, how, text)                                                 \
    {.name = NAME_##of export,                                                                     \
     .labels = fixed,                                                                              \
     .help = text,                                                                                 \
     .kind = KIND_##of,                                                                            \
     .counter = IS_##type,                                                                         \
     how},
#include "model/series.def"
};
const size_t SERIES_COUNT = sizeof(SERIES_INFOS) / sizeof(SERIES_INFOS[0]);

static const struct renaming {
    enum series_names style;
    const char *name, *labels, *other;
} RENAMINGS[] = {
#define RENAMED(style, kind, name, labels, other) {NAMES_##style, NAME_##kind name, labels, other},
#include "model/series.def"
};

static enum guest_class class_of(enum series_names style)
{
    return style == NAMES_LIBVIRT ? CLASS_VM : CLASS_CONTAINER;
}

const char *series_renamed(enum series_names style, enum guest_class c, size_t series)
{
    const struct series_info *info = &SERIES_INFOS[series];

    if (style == NAMES_VTOP || c != class_of(style))
        return NULL;
    for (size_t i = 0; i < sizeof(RENAMINGS) / sizeof(RENAMINGS[0]); i++)
        if (RENAMINGS[i].style == style && strcmp(RENAMINGS[i].name, info->name) == 0 &&
            strcmp(RENAMINGS[i].labels, info->labels) == 0)
            return RENAMINGS[i].other;
    return NULL;
}

static bool ends_with(const char *name, size_t length, const char *end)
{
    size_t n = strlen(end);

    return length >= n && strncmp(name + length - n, end, n) == 0;
}

const char *series_unit(const char *name)
{
    static const char *const units[] = {"seconds", "bytes"};
    size_t length = strlen(name);

    if (ends_with(name, length, "_total"))
        length -= strlen("_total");
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (ends_with(name, length, units[i]))
            return units[i];
    return "";
}
