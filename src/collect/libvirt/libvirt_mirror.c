/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_mirror.h"

#include "base/parse.h"
#include "collect/libvirt/libvirt_xml.h"

#include <string.h>

struct search {
    const char *target;
    bool here;       /* inside the wanted disk */
    uint64_t mirror; /* of the current disk */
    uint64_t found;
};

/* The target of a disk comes after its mirror. A mirror has backing images, with sources. */
static void begin_element(GMarkupParseContext *context, const char *element, const char **names,
                          const char **values, gpointer data, GError **error)
{
    const char *parent = xml_around(context, 1), *index = xml_attribute(names, values, "index");
    struct search *s = data;

    (void)error;
    if (strcmp(element, "disk") == 0) {
        s->here = false;
        s->mirror = 0;
    } else if (strcmp(element, "source") == 0 && strcmp(parent, "mirror") == 0 &&
               strcmp(xml_around(context, 2), "disk") == 0) {
        if (!index || !parse_u64_only(index, &s->mirror))
            s->mirror = 0;
    } else if (strcmp(element, "target") == 0 && strcmp(parent, "disk") == 0) {
        s->here = g_strcmp0(xml_attribute(names, values, "dev"), s->target) == 0;
    }
}

static void end_element(GMarkupParseContext *context, const char *element, gpointer data,
                        GError **error)
{
    struct search *s = data;

    (void)context;
    (void)error;
    if (strcmp(element, "disk") == 0 && s->here)
        s->found = s->mirror;
}

uint64_t mirror_index(const char *xml, const char *target)
{
    static const GMarkupParser parser = {.start_element = begin_element,
                                         .end_element = end_element};
    struct search s = {.target = target};

    return xml_parse(xml, &parser, &s) ? s.found : 0;
}
