/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_xml.h"

#include <string.h>

bool xml_parse(const char *xml, const GMarkupParser *parser, void *data)
{
    if (!xml)
        return false;
    GMarkupParseContext *context = g_markup_parse_context_new(parser, 0, data, NULL);
    bool whole = g_markup_parse_context_parse(context, xml, -1, NULL) &&
                 g_markup_parse_context_end_parse(context, NULL);
    g_markup_parse_context_free(context);
    return whole;
}

const char *xml_attribute(const char **names, const char **values, const char *wanted)
{
    for (; *names; names++, values++)
        if (strcmp(*names, wanted) == 0)
            return *values;
    return NULL;
}

const char *xml_around(GMarkupParseContext *context, unsigned levels)
{
    const GSList *stack = g_markup_parse_context_get_element_stack(context);
    const char *name = g_slist_nth_data((GSList *)stack, levels);

    return name ? name : "";
}
