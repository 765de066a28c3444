/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "output/parts.h"

#include <glib.h>

static const struct part_info PARTS[PARTS_MAX] = {
    {KIND_CPU, "cpu", "cpus_list", NULL},     {KIND_VCPU, "vcpu", NULL, "vcpus_list"},
    {KIND_DISK, "disk", "disks", "disks"},    {KIND_NIC, "nic", "nics", "nics"},
    {KIND_NODE, "node", "nodes", "nodes"},    {KIND_TASK, "task", NULL, "tasks"},
    {KIND_TRAIT, "trait", "traits", NULL},   {KIND_STORE, "store", "stores", NULL},
};

const struct part_info *part_info(size_t i)
{
    return i < G_N_ELEMENTS(PARTS) ? &PARTS[i] : NULL;
}

static unsigned find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(PARTS); i++)
        if (g_strcmp0(PARTS[i].name, name) == 0)
            return 1u << PARTS[i].kind;
    return 0;
}

static unsigned all(void)
{
    unsigned parts = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(PARTS); i++)
        parts |= 1u << PARTS[i].kind;
    return parts;
}

unsigned parts_find(const char *list)
{
    char **names = g_strsplit(list ? list : "", ",", -1);
    unsigned parts = list ? 0 : all();

    for (char **name = names; *name; name++) {
        unsigned part = find(*name);
        parts |= part;
        if (!part) {
            parts = 0;
            break;
        }
    }
    g_strfreev(names);
    return parts;
}

unsigned parts_needs(unsigned parts)
{
    unsigned needs = parts ? NEED_LIMITS : 0;

    for (size_t i = 0; i < G_N_ELEMENTS(PARTS); i++)
        for (enum metric m = metric_begin(PARTS[i].kind);
             parts & 1u << PARTS[i].kind && m < metric_end(PARTS[i].kind); m++)
            needs |= metric_info(m)->needs;
    if (parts & 1u << KIND_DISK)
        needs |= NEED_HOST_DISKS;
    if (parts & 1u << KIND_NIC)
        needs |= NEED_HOST_NICS;
    if (parts & (1u << KIND_NODE | 1u << KIND_TRAIT))
        needs |= NEED_HOST_MACHINE;
    return needs;
}
