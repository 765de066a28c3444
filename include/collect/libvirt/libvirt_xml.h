/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_xml.h: reading libvirt's XML with GLib's parser.
 *
 * Pure. Elements are identified by their names and those of the elements around them.
 */
#ifndef VTOP_COLLECT_LIBVIRT_XML_H
#define VTOP_COLLECT_LIBVIRT_XML_H

#include <glib.h>
#include <stdbool.h>

/* Run PARSER over all of XML. False: XML is NULL, incomplete or not XML. */
bool xml_parse(const char *xml, const GMarkupParser *parser, void *data);

/* In start_element(): the value of an attribute, or NULL when the element does not have it. */
const char *xml_attribute(const char **names, const char **values, const char *wanted);

/* In a callback: the name of the current element (LEVELS 0), its parent (1) and so on; "" outside
 * of all elements. */
const char *xml_around(GMarkupParseContext *context, unsigned levels);

#endif
