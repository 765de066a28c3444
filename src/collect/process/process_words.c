/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_words.h"

#include <glib.h>
#include <string.h>

const char *process_words_next(struct process_words *w)
{
    const char *word = w->at;

    if (word >= w->end)
        return NULL;
    w->at += strlen(word) + 1;
    return word;
}

const char *process_words_value(struct process_words *w, const char *word, const char *name)
{
    size_t n = strlen(name);

    if (strncmp(word, name, n) != 0)
        return NULL;
    if (word[n] == '=')
        return word + n + 1;
    return word[n] == '\0' ? process_words_next(w) : NULL;
}

void process_words_set(char **text, char *value)
{
    if (!value || !*value) {
        g_free(value);
        return;
    }
    g_free(*text);
    *text = value;
}

void process_words_set_uuid(char **uuid, char *value)
{
    if (value && g_uuid_string_is_valid(value))
        process_words_set(uuid, g_ascii_strdown(value, -1));
    g_free(value);
}

const char *process_words_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool is_packaging(const char *part, size_t length)
{
    static const char *const parts[] = {"wrapped", "real",  "static", "debug", "release",
                                        "bin",     "x86",   "amd64",  "arm64", "aarch64",
                                        "riscv64", "linux", "musl",   "gnu",   "unknown"};

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        if (strlen(parts[i]) == length && strncmp(part, parts[i], length) == 0)
            return true;
    size_t v = length > 1 && *part == 'v'; /* of a version */
    return strspn(part + v, "0123456789") >= length - v;
}

bool process_words_is_wrapped(const char *rest)
{
    static const char between[] = "-._ ";

    while (*rest && strcmp(rest, " (deleted)") != 0) {
        if (!strchr(between, *rest))
            return false;
        size_t length = strcspn(++rest, between);
        if (!is_packaging(rest, length))
            return false;
        rest += length;
    }
    return true;
}
