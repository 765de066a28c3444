/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "export/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

static char *refuse(const char *path, const char *why, char **error)
{
    *error = g_strdup_printf("'%s': %s", path, why);
    return NULL;
}

/* The text of an open file of SIZE bytes; NULL: it could not be read. */
static char *read_text(int fd, size_t size)
{
    char *text = g_malloc(size + 1);
    ssize_t n = read(fd, text, size);

    if (n < 0) {
        g_free(text);
        return NULL;
    }
    text[n] = '\0';
    return text;
}

static char *read_file(const char *path, bool secret, char **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    char *text = NULL;

    if (fd < 0 || fstat(fd, &st) < 0)
        refuse(path, g_strerror(errno), error);
    else if (!S_ISREG(st.st_mode))
        refuse(path, "is not a regular file", error);
    else if (secret && st.st_mode & S_IRWXO)
        refuse(path, "others can read it; chmod o= is expected", error);
    else if (st.st_size > FILE_MAX)
        refuse(path, "is larger than 1 MiB", error);
    else if (!(text = read_text(fd, (size_t)st.st_size)))
        refuse(path, g_strerror(errno), error);
    if (fd >= 0)
        close(fd);
    return text;
}

static char *read_pem(const char *path, bool secret, const char *kind, char **error)
{
    char *text = read_file(path, secret, error);

    if (!text || (strstr(text, "-----BEGIN ") && strstr(text, kind)))
        return text;
    g_free(text);
    return refuse(path, secret ? "has no PRIVATE KEY in PEM" : "has no CERTIFICATE in PEM", error);
}

char *secret_certificate(const char *path, char **error)
{
    return read_pem(path, false, "CERTIFICATE-----", error);
}

char *secret_key(const char *path, char **error)
{
    return read_pem(path, true, "PRIVATE KEY-----", error);
}

char *secret_password(const char *path, char **error)
{
    char *text = read_file(path, true, error);

    if (!text)
        return NULL;
    text[strcspn(text, "\r\n")] = '\0';
    const char *colon = strchr(text, ':');
    if (colon && colon != text && colon[1])
        return text;
    g_free(text);
    return refuse(path, "USER:PASSWORD is expected on its first line", error);
}
