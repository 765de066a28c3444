/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/filter.h"

#include <string.h>

/* PCRE may backtrack 20,000 times per text, which takes less than 0.5 ms (pcre2pattern(3)). It
 * counts for each start of a match separately. So the match is anchored, and the search for its
 * start is part of the pattern. */
#define BOUNDED "(*LIMIT_MATCH=20000)\\A(?s:.*?)(?:%.*s)"

struct filter {
    char *text;
    char **words; /* case-folded alternatives, or NULL: */
    GRegex *regex;
    bool *gave_up; /* on a text; behind a pointer because the filter is const */
};

/* The cause in GLib's message, which is after the pattern, the position and a colon. */
static const char *cause(const char *message, const char *pattern)
{
    const char *shown = strstr(message, pattern);
    const char *colon = shown ? strstr(shown + strlen(pattern), ": ") : NULL;

    return colon ? colon + 2 : message;
}

static GRegex *parse_regex(const char *text, char **error)
{
    const char *start = text + 1;
    size_t length = strlen(start);
    GError *wrong = NULL;

    if (length && start[length - 1] == '/')
        length--;
    char *pattern = g_strdup_printf(BOUNDED, (int)length, start);
    GRegex *regex = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &wrong);
    if (!regex && error)
        *error = g_strdup_printf("bad expression: %s", cause(wrong->message, pattern));
    g_clear_error(&wrong);
    g_free(pattern);
    return regex;
}

static char **parse_words(const char *text)
{
    char *folded = g_utf8_casefold(text, -1);
    char **words = g_strsplit(folded, "|", -1);
    int kept = 0;

    /* "web|" is typed on the way to "web|db": an empty word is ignored. */
    for (int i = 0; words[i]; i++) {
        if (*words[i])
            words[kept++] = words[i];
        else
            g_free(words[i]);
    }
    words[kept] = NULL;
    g_free(folded);
    return words;
}

struct filter *filter_new(const char *text, char **error)
{
    struct filter *f = g_new0(struct filter, 1);

    text = text ? text : "";
    f->text = g_strdup(text);
    f->gave_up = g_new0(bool, 1);
    if (strlen(text) > FILTER_MAX_BYTES) {
        if (error)
            *error = g_strdup_printf("the filter is longer than %d bytes", FILTER_MAX_BYTES);
    } else if (!g_utf8_validate(text, -1, NULL)) {
        if (error)
            *error = g_strdup("the filter is not valid UTF-8");
    } else if (*text == '/' && text[1]) {
        f->regex = parse_regex(text, error);
    } else {
        f->words = parse_words(*text == '/' ? "" : text);
    }
    if (f->regex || f->words)
        return f;
    filter_free(f);
    return NULL;
}

void filter_free(struct filter *f)
{
    if (!f)
        return;
    g_strfreev(f->words);
    if (f->regex)
        g_regex_unref(f->regex);
    g_free(f->text);
    g_free(f->gave_up);
    g_free(f);
}

bool filter_is_empty(const struct filter *f)
{
    return !f || (!f->regex && !f->words[0]);
}

bool filter_gave_up(const struct filter *f)
{
    return f && *f->gave_up;
}

const char *filter_text(const struct filter *f)
{
    return f ? f->text : "";
}

static bool contains(const char *text, const char *word)
{
    /* Nearly all words are ASCII, which needs no copy. */
    if (g_str_is_ascii(word))
        return strcasestr(text, word) != NULL;
    char *folded = g_utf8_casefold(text, -1);
    bool found = strstr(folded, word) != NULL;
    g_free(folded);
    return found;
}

enum verdict { MATCHES, DIFFERS, TOO_COMPLEX };

static enum verdict match_regex(const struct filter *f, const char *text)
{
    GError *error = NULL;
    bool found = g_regex_match_full(f->regex, text, -1, 0, 0, NULL, &error);
    enum verdict verdict = found ? MATCHES : error ? TOO_COMPLEX : DIFFERS;

    g_clear_error(&error);
    *f->gave_up |= verdict == TOO_COMPLEX;
    return verdict;
}

static enum verdict match(const struct filter *f, const char *text)
{
    if (f->regex)
        return match_regex(f, text);
    for (int i = 0; f->words[i]; i++)
        if (contains(text, f->words[i]))
            return MATCHES;
    return DIFFERS;
}

bool filter_matches_text(const struct filter *f, const char *text)
{
    return filter_is_empty(f) || match(f, text) == MATCHES;
}

bool filter_matches(const struct filter *f, const struct view *v, const struct entity *e)
{
    if (filter_is_empty(f))
        return true;
    enum guest_state state = moment_state(&v->moment, e);
    const char *texts[] = {entity_label(e, LABEL_NAME),  entity_label(e, LABEL_TYPE),
                           entity_label(e, LABEL_GROUP), entity_label(e, LABEL_IMAGE),
                           entity_label(e, LABEL_ID),    guest_state_name(state),
                           guest_state_shown(state)};
    enum verdict verdict = DIFFERS;

    /* Stop at the first text that is too complex: the other texts of the guest may be, too. */
    for (size_t i = 0; i < G_N_ELEMENTS(texts) && verdict == DIFFERS; i++)
        verdict = match(f, texts[i]);
    return verdict == MATCHES;
}
