/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_uri.h: the parts of a connection URI, and what may be shown of it.
 *
 *   DRIVER[+TRANSPORT]://[USER[:PASSWORD]@][SERVER[:PORT]]/PATH[?PARAMETER=VALUE&...]
 *
 * Pure. A password must not appear anywhere outside libvirt: only libvirt itself is given the URI
 * as it is.
 */
#ifndef VTOP_COLLECT_LIBVIRT_URI_H
#define VTOP_COLLECT_LIBVIRT_URI_H

#include <stdbool.h>

/* All texts are "" when the URI does not have that part. */
struct libvirt_uri {
    char *driver;  /* "qemu" */
    char *server;  /* without its port; an IPv6 address without brackets */
    char *path;    /* "/system" */
    char *socket;  /* value of the parameter "socket" */
    char *bare;    /* the URI without user and password: the same for all users of one daemon */
    char *shown;   /* the URI with "***" in place of a password */
    char **secret; /* forms in which user and password may be quoted, then NULL */
};

void libvirt_uri_parse(const char *uri, struct libvirt_uri *out);
void libvirt_uri_clear(struct libvirt_uri *u);

/* TEXT (libvirt's words about this URI) without the password. g_free. */
char *libvirt_uri_hide(const struct libvirt_uri *u, const char *text);

/* Whether guests and CPUs of this URI can never be those of the machine that vtop runs on: the test
 * driver invents them, and VMware and Hyper-V are hypervisors without a Linux host. */
bool libvirt_uri_is_foreign(const struct libvirt_uri *u);

/* Whether the server is a name or address of the loopback interface. */
bool libvirt_uri_is_loopback(const struct libvirt_uri *u);

#endif
