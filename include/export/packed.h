/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* packed.h: texts as gzip, packed once however many ask. One thread at a time. */
#ifndef VTOP_EXPORT_PACKED_H
#define VTOP_EXPORT_PACKED_H

#include <glib.h>

struct packed;
struct packed *packed_new(void);
void packed_free(struct packed *p);

/* TEXT as gzip; g_bytes_unref. The last few texts are remembered, by their addresses, and kept.
 * NULL: there is not enough memory. */
GBytes *packed_get(struct packed *p, GBytes *text);

#endif
