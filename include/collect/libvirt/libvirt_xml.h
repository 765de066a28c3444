/* libvirt_xml.h: reading the definition of a guest, by GLib's parser.
 *
 * Pure. Elements are told by their names and by those they stand in.
 */
#ifndef VTOP_COLLECT_LIBVIRT_XML_H
#define VTOP_COLLECT_LIBVIRT_XML_H

#include <glib.h>
#include <stdbool.h>

/* Call PARSER for all of XML. False: it is none (or NULL), or torn. */
bool xml_parse(const char *xml, const GMarkupParser *parser, void *data);

/* While an element begins: an attribute of it, NULL when it does not have that one; ... */
const char *xml_attribute(const char **names, const char **values, const char *wanted);

/* ... and the name of the element that stands N levels (1: its parent) around it, "" outside. */
const char *xml_around(GMarkupParseContext *context, unsigned levels);

#endif
