/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "export/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

static bool parse_port(const char *text, in_port_t *port)
{
    guint64 n;

    if (!g_ascii_string_to_unsigned(text, 10, 0, 65535, &n, NULL))
        return false;
    *port = htons((uint16_t)n);
    return true;
}

static bool set_v4(struct address *a, const char *host, in_port_t port)
{
    struct sockaddr_in *in = (struct sockaddr_in *)&a->socket;

    in->sin_family = AF_INET;
    in->sin_port = port;
    a->size = sizeof(*in);
    return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

static bool set_v6(struct address *a, const char *host, in_port_t port)
{
    struct sockaddr_in6 *in = (struct sockaddr_in6 *)&a->socket;

    in->sin6_family = AF_INET6;
    in->sin6_port = port;
    a->size = sizeof(*in);
    return inet_pton(AF_INET6, host, &in->sin6_addr) == 1;
}

/* HOST: an IPv6 address is in brackets. */
static bool set(struct address *a, char *host, in_port_t port)
{
    size_t length = strlen(host);

    if (!*host)
        return set_v6(a, "::", port);
    if (*host == '[' && host[length - 1] == ']') {
        host[length - 1] = '\0';
        return set_v6(a, host + 1, port);
    }
    return set_v4(a, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, port);
}

bool address_parse(const char *text, struct address *out)
{
    const char *colon = strrchr(text, ':');
    in_port_t port;

    memset(out, 0, sizeof(*out));
    if (!parse_port(colon ? colon + 1 : text, &port))
        return false;
    char *host = colon ? g_strndup(text, (gsize)(colon - text)) : g_strdup("127.0.0.1");
    bool good = set(out, host, port);
    g_free(host);
    return good;
}

char *address_text(const struct address *a)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&a->socket;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&a->socket;
    char host[INET6_ADDRSTRLEN] = "";

    if (a->socket.ss_family == AF_INET) {
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
        return g_strdup_printf("%s:%u", host, ntohs(v4->sin_port));
    }
    inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
    return g_strdup_printf("[%s]:%u", host, ntohs(v6->sin6_port));
}

int address_listen(const struct address *a, char **error)
{
    enum { BACKLOG = 128 };
    int yes = 1, no = 0;
    int fd = socket(a->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (fd >= 0 && a->socket.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&a->socket, a->size) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    char *text = address_text(a);
    *error = g_strdup_printf("cannot listen on %s: %s", text, g_strerror(errno));
    g_free(text);
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool listens(int fd)
{
    int yes = 0;
    socklen_t size = sizeof(yes);

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size) == 0 && yes;
}

/* sd_listen_fds(3) */
int address_inherited(char **error)
{
    enum { FIRST = 3 };
    const char *count = g_getenv("LISTEN_FDS"), *pid = g_getenv("LISTEN_PID");
    bool ours = count && pid && g_ascii_strtoll(pid, NULL, 10) == getpid();
    bool one = ours && strcmp(count, "1") == 0 && listens(FIRST);

    if (ours && !one)
        *error = g_strdup("LISTEN_FDS: one socket that listens is expected from systemd");
    g_unsetenv("LISTEN_FDS");
    g_unsetenv("LISTEN_PID");
    g_unsetenv("LISTEN_FDNAMES");
    if (!one)
        return ours ? -2 : -1;
    fcntl(FIRST, F_SETFD, FD_CLOEXEC);
    fcntl(FIRST, F_SETFL, fcntl(FIRST, F_GETFL) | O_NONBLOCK);
    return FIRST;
}

bool address_of(int fd, struct address *out)
{
    memset(out, 0, sizeof(*out));
    out->size = sizeof(out->socket);
    return getsockname(fd, (struct sockaddr *)&out->socket, &out->size) == 0 &&
           (out->socket.ss_family == AF_INET || out->socket.ss_family == AF_INET6);
}
