/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* negotiate.h: what a client accepts, by its headers (RFC 9110, 12.5). Any thread.
 *
 * Headers come from outside: whatever cannot be understood counts as not said.
 */
#ifndef VTOP_EXPORT_NEGOTIATE_H
#define VTOP_EXPORT_NEGOTIATE_H

#include <stdbool.h>

/* Whether ACCEPT (NULL: there is none) prefers OpenMetrics 1.0 to Prometheus's text format. A
 * client that accepts neither gets the latter. */
bool negotiate_openmetrics(const char *accept);

/* Whether ACCEPT_ENCODING (NULL: there is none) allows gzip. */
bool negotiate_gzip(const char *accept_encoding);

#endif
