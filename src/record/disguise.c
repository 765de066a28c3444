/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/disguise.h"

#include <string.h>
#include <sys/random.h>

enum { SALT = 32, SHORT_ID = 12, HEX_MIN = 8, HEX_MAX = 128, WORD_HEX = 10, UUID = 36 };

struct disguise {
    guint8 salt[SALT];
    GHashTable *known; /* words that stay; static texts */
};

/* Words that say what something is, and not whose. */
static const char *const WORDS[] = {
    "docker",  "libpod",     "podman",  "machine",   "system",     "user",    "slice",  "scope",
    "service", "lxc",        "lxd",     "incus",     "payload",    "monitor", "kubepods", "pod",
    "besteffort", "burstable", "guaranteed", "crio", "cri",        "containerd", "garden", "init",
    "buildkit", "conmon",    "nspawn",  "qemu",      "libvirt",    "uuid",    "pid",    "name",
    "local",   "demo",       "session", "host",      "process",    "cgroup",  "kernel", "kvm",
    "ssh",     "tcp",        "tls",     "unix",      "esx",        "vpx",     "xen",    "emulator",
    "var",     "lib",        "run",     "dev",       "proc",       "sys",     "images", "qcow2",
    "img",     "raw",        "vm",      "vcpu",      "cpu",        "node",    "ns",     "vhost"};

/* What the kernel and hypervisors call devices, before a number or a letter. */
static const char *const DEVICES[] = {"sd",  "vd", "hd",  "xvd", "nvme", "md",   "dm",  "loop", "sr",
                                      "eth", "en", "wl",  "ib",  "vnet", "tap",  "tun", "veth", "lo",
                                      "br",  "fd", "virbr", "bond"};

struct disguise *disguise_new(void)
{
    struct disguise *d = g_new0(struct disguise, 1);

    if (getrandom(d->salt, SALT, 0) != SALT) {
        g_free(d);
        return NULL;
    }
    d->known = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < G_N_ELEMENTS(WORDS); i++)
        g_hash_table_add(d->known, (gpointer)WORDS[i]);
    return d;
}

void disguise_free(struct disguise *d)
{
    if (!d)
        return;
    g_hash_table_destroy(d->known);
    g_free(d);
}

bool disguise_keeps(enum kind kind)
{
    return kind == KIND_CPU || kind == KIND_VCPU || kind == KIND_NODE || kind == KIND_TRAIT;
}

/* ---- words ---- */

static char *hash_of(const struct disguise *d, const char *text, size_t length)
{
    return g_compute_hmac_for_data(G_CHECKSUM_SHA256, d->salt, SALT, (const guchar *)text, length);
}

static bool is_part(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c & 0x80;
}

static size_t span(const char *word, size_t length, bool (*is)(char))
{
    size_t n = 0;

    while (n < length && is(word[n]))
        n++;
    return n;
}

static bool is_hex(char c)
{
    return g_ascii_isxdigit(c);
}

static bool is_digit(char c)
{
    return g_ascii_isdigit(c);
}

static bool is_device(const char *word, size_t length)
{
    for (size_t i = 0; i < G_N_ELEMENTS(DEVICES); i++) {
        size_t begin = strlen(DEVICES[i]);
        if (length < begin || length > begin + 5 || strncmp(word, DEVICES[i], begin) != 0)
            continue;
        if (length <= begin + 1 || strcspn(word + begin, "0123456789") < length - begin)
            return true;
    }
    return false;
}

/* An id, of which other texts have only the begin. */
static void put_hex(GString *to, const struct disguise *d, const char *word, size_t length)
{
    size_t begin = MIN(length, SHORT_ID);
    char *first = hash_of(d, word, begin), *rest = hash_of(d, word, length);

    g_string_append_len(to, first, (gssize)begin);
    for (size_t left = length - begin; left;) {
        size_t some = MIN(left, strlen(rest));
        g_string_append_len(to, rest, (gssize)some);
        left -= some;
    }
    g_free(first);
    g_free(rest);
}

static bool stays(const struct disguise *d, const char *word, size_t length)
{
    char *text = g_strndup(word, length);
    bool known = g_hash_table_contains(d->known, text);

    g_free(text);
    return known || is_device(word, length);
}

static void put_word(GString *to, const struct disguise *d, const char *word, size_t length)
{
    bool hex = length >= HEX_MIN && length <= HEX_MAX && span(word, length, is_hex) == length;

    if (hex) {
        put_hex(to, d, word, length);
    } else if (length && stays(d, word, length)) {
        g_string_append_len(to, word, (gssize)length);
    } else if (length) {
        char *hash = hash_of(d, word, length);
        g_string_append_c(to, 'x');
        g_string_append_len(to, hash, WORD_HEX);
        g_free(hash);
    }
}

/* ---- texts ---- */

static bool is_uuid(const char *at)
{
    for (size_t i = 0; i < UUID; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? at[i] != '-' : !g_ascii_isxdigit(at[i]))
            return false;
    }
    return !is_part(at[UUID]);
}

static void put_uuid(GString *to, const struct disguise *d, const char *at)
{
    char *lower = g_ascii_strdown(at, UUID), *hash = hash_of(d, lower, UUID);

    g_string_append_printf(to, "%.8s-%.4s-%.4s-%.4s-%.12s", hash, hash + 8, hash + 12, hash + 16,
                           hash + 20);
    g_free(lower);
    g_free(hash);
}

/* A number that is all there is between two slashes or colons. */
static bool counts(const char *text, const char *at, size_t length)
{
    char before = at == text ? '/' : at[-1], after = at[length] ? at[length] : '/';

    return span(at, length, is_digit) == length && strchr("/:", before) && strchr("/:", after);
}

/* systemd writes other characters as \x2d. */
static size_t escape_at(const char *text, const char *at)
{
    bool escaped = at > text && at[-1] == '\\' && at[0] == 'x' && is_hex(at[1]) && is_hex(at[2]);

    return escaped ? 3 : 0;
}

static char *replace(const struct disguise *d, const char *text, bool numbers_stay)
{
    GString *to = g_string_new(NULL);

    for (const char *at = text; *at;) {
        size_t length = span(at, strlen(at), is_part), escape = escape_at(text, at);
        if (!length) {
            g_string_append_c(to, *at++);
        } else if ((at == text || !is_part(at[-1])) && is_uuid(at)) {
            put_uuid(to, d, at);
            at += UUID;
        } else if (numbers_stay && counts(text, at, length)) {
            g_string_append_len(to, at, (gssize)length);
            at += length;
        } else {
            g_string_append_len(to, at, (gssize)escape);
            put_word(to, d, at + escape, length - escape);
            at += length;
        }
    }
    return g_string_free(to, FALSE);
}

char *disguise_text(const struct disguise *d, const char *text)
{
    return text ? replace(d, text, false) : NULL;
}

char *disguise_key(const struct disguise *d, const char *text)
{
    bool number = text && (g_str_has_prefix(text, "pid:") ||
                           strspn(text, "0123456789:-") == strlen(text));
    bool whose = text && strchr(text, ':') && strstr(text, "name:");

    if (number || (text && strcmp(text, IDENT_LOCAL_HOST) == 0))
        return g_strdup(text);
    return text ? replace(d, text, !whose) : NULL;
}

char *disguise_message(const struct disguise *d, const char *text)
{
    char *hash = text ? hash_of(d, text, strlen(text)) : NULL;
    char *message = hash ? g_strdup_printf("message %.*s", WORD_HEX, hash) : NULL;

    g_free(hash);
    return message;
}
