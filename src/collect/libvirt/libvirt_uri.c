/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_uri.h"

#include "base/text.h"

#include <glib.h>
#include <string.h>

static const char MASK[] = "***";

/* A shorter password is hidden where it stands behind its user: alone it would be found in words.
 */
enum { PASSWORD_MIN = 4 };

/* ---- where the parts are ---- */

/* The places of one URI's user information: BEGIN up to the "@" at END. */
struct userinfo {
    const char *begin, *end; /* both NULL: it has none */
};

static const char *last_at(const char *begin, const char *end)
{
    while (end > begin)
        if (*--end == '@')
            return end;
    return NULL;
}

/* "host:22" has a port there, "user:pa" the beginning of a password with an unescaped "/". */
static bool begins_password(const char *begin, size_t length)
{
    const char *colon = memchr(begin, ':', length);

    if (!colon || *begin == '[')
        return false;
    size_t rest = (size_t)(begin + length - ++colon);
    return strspn(colon, "0123456789") < rest;
}

/* A "/", "?" or "#" in a password ought to be escaped. Where it is not, libvirt will refuse the
 * URI, but the password must not be shown all the same. */
static struct userinfo find_userinfo(const char *authority)
{
    size_t length = strcspn(authority, "/?#");
    const char *at = last_at(authority, authority + length);

    if (!at && begins_password(authority, length))
        at = last_at(authority, authority + strlen(authority));
    return at ? (struct userinfo){authority, at} : (struct userinfo){NULL, NULL};
}

static char *server_of(const char *host)
{
    size_t length = strcspn(host, "/?#");

    if (*host == '[') {
        const char *end = memchr(host, ']', length);
        return g_strndup(host + 1, end ? (size_t)(end - host - 1) : length - 1);
    }
    return g_strndup(host, MIN(length, strcspn(host, ":")));
}

static char *parameter_of(const char *uri, const char *name)
{
    const char *query = strchr(uri, '?');
    char *value = NULL;

    if (!query)
        return g_strdup("");
    char **pairs = g_strsplit_set(query + 1, "&;#", 0);
    for (char **pair = pairs; *pair && !value; pair++)
        if (g_str_has_prefix(*pair, name) && (*pair)[strlen(name)] == '=')
            value = g_uri_unescape_string(*pair + strlen(name) + 1, NULL);
    g_strfreev(pairs);
    return value ? value : g_strdup("");
}

/* ---- passwords ---- */

static void add_form(GPtrArray *forms, char *text)
{
    if (text && *text)
        g_ptr_array_add(forms, text);
    else
        g_free(text);
}

/* libvirt quotes a URI as it is, and gives ssh "USER:PASSWORD" as the name of the user. */
static char **secrets_of(struct userinfo user)
{
    GPtrArray *forms = g_ptr_array_new();
    const char *colon =
        user.begin ? memchr(user.begin, ':', (size_t)(user.end - user.begin)) : NULL;

    if (colon) {
        char *raw = g_strndup(user.begin, (size_t)(user.end - user.begin));
        add_form(forms, g_uri_unescape_string(raw, NULL));
        add_form(forms, raw);
    }
    g_ptr_array_add(forms, NULL);
    return (char **)g_ptr_array_free(forms, FALSE);
}

/* "root:***" of "root:secret". */
static char *masked(const char *userinfo)
{
    return g_strdup_printf("%.*s:%s", (int)strcspn(userinfo, ":"), userinfo, MASK);
}

static char *replaced(const char *text, const char *what, const char *with)
{
    char **pieces = g_strsplit(text, what, 0);
    char *out = g_strjoinv(with, pieces);

    g_strfreev(pieces);
    return out;
}

char *libvirt_uri_hide(const struct libvirt_uri *u, const char *text)
{
    char *out = g_strdup(text);

    for (char **secret = u->secret; out && *secret; secret++) {
        char *mask = masked(*secret), *safe = replaced(out, *secret, mask);
        g_free(out);
        g_free(mask);
        out = safe;
    }
    for (char **secret = u->secret; out && *secret; secret++) {
        const char *password = strchr(*secret, ':') + 1;
        if (strlen(password) < PASSWORD_MIN)
            continue;
        char *safe = replaced(out, password, MASK);
        g_free(out);
        out = safe;
    }
    return out;
}

/* ---- the whole ---- */

/* Of "qemu:/system" too, which has none, and of text that is no URI: a password may stand there. */
static const char *authority_of(const char *uri)
{
    const char *scheme_end = strstr(uri, "://"), *slash = strstr(uri, ":/");

    if (scheme_end)
        return scheme_end + strlen("://");
    return slash ? slash + 1 + strspn(slash + 1, "/") : uri;
}

/* A key ends up in what vtop prints. */
static char *cleaned(char *raw)
{
    char *clean = text_clean(raw, -1);

    g_free(raw);
    return clean;
}

void libvirt_uri_parse(const char *uri, struct libvirt_uri *out)
{
    const char *scheme_end = strstr(uri, "://"), *authority = authority_of(uri);
    struct userinfo user = find_userinfo(authority);
    const char *host = user.end ? user.end + 1 : authority;
    const char *path = scheme_end ? host + strcspn(host, "/?#") : uri + strcspn(uri, "/");

    *out = (struct libvirt_uri){
        .driver = g_strndup(uri, strcspn(uri, "+:")),
        .server = scheme_end ? server_of(host) : g_strdup(""),
        .path = g_strndup(path, strcspn(path, "?#")),
        .socket = parameter_of(host, "socket"),
        .bare = cleaned(g_strdup_printf("%.*s%s", (int)(authority - uri), uri, host)),
        .secret = secrets_of(user),
    };
    if (!*out->secret) {
        out->shown = g_strdup(uri);
        return;
    }
    char *user_shown = masked(user.begin);
    out->shown = g_strdup_printf("%.*s%s%s", (int)(authority - uri), uri, user_shown, user.end);
    g_free(user_shown);
}

void libvirt_uri_clear(struct libvirt_uri *u)
{
    g_free(u->driver);
    g_free(u->server);
    g_free(u->path);
    g_free(u->socket);
    g_free(u->bare);
    g_free(u->shown);
    g_strfreev(u->secret);
    *u = (struct libvirt_uri){0};
}

bool libvirt_uri_is_foreign(const struct libvirt_uri *u)
{
    static const char *const foreign[] = {"test", "esx", "vpx", "gsx", "hyperv", NULL};

    return g_strv_contains(foreign, u->driver);
}

bool libvirt_uri_is_loopback(const struct libvirt_uri *u)
{
    static const char *const names[] = {"localhost", "ip6-localhost", "localhost6", "::1", NULL};
    const char *s = u->server;

    return g_strv_contains(names, s) || g_str_has_prefix(s, "localhost.") ||
           g_str_has_prefix(s, "localhost6.") || g_str_has_prefix(s, "127.") ||
           g_str_has_prefix(s, "::ffff:127.");
}
