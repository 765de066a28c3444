/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* address.h: where the exporter listens.
 *
 * "127.0.0.1:10177", "[::1]:10177", "localhost:9000", ":9000" (every address of this host), "9000"
 * (loopback). No name is looked up but "localhost". Main thread only.
 */
#ifndef VTOP_EXPORT_ADDRESS_H
#define VTOP_EXPORT_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#define ADDRESS_DEFAULT "127.0.0.1:10177"

struct address {
    struct sockaddr_storage socket;
    socklen_t size;
};

/* False: TEXT is no such address. */
bool address_parse(const char *text, struct address *out);

/* "127.0.0.1:10177", "[::1]:10177"; g_free. */
char *address_text(const struct address *a);

/* A socket that listens there, or -1 and *error (g_free). [::] takes IPv4, too. */
int address_listen(const struct address *a, char **error);

/* The socket that systemd hands over (LISTEN_FDS, LISTEN_PID); -1: there is none. -2 and *error:
 * there is something else. The variables are removed. */
int address_inherited(char **error);

/* Where a socket listens; false: it is none of the internet. */
bool address_of(int fd, struct address *out);

#endif
