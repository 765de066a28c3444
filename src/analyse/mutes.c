/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/mutes.h"

#include <string.h>

struct mute {
    enum rule rule;
    char *guest; /* NULL: all of them */
};

struct mutes {
    GArray *array; /* struct mute */
};

static void clear_mute(void *mute)
{
    g_free(((struct mute *)mute)->guest);
}

struct mutes *mutes_new(void)
{
    struct mutes *m = g_new(struct mutes, 1);

    m->array = g_array_new(FALSE, TRUE, sizeof(struct mute));
    g_array_set_clear_func(m->array, clear_mute);
    return m;
}

static const struct mute *mute_at(const struct mutes *m, size_t i)
{
    return &g_array_index(m->array, struct mute, i);
}

struct mutes *mutes_copy(const struct mutes *m)
{
    struct mutes *copy = mutes_new();

    for (size_t i = 0; i < mutes_count(m); i++)
        mutes_set(copy, mute_at(m, i)->rule, mute_at(m, i)->guest, true);
    return copy;
}

void mutes_free(struct mutes *m)
{
    if (!m)
        return;
    g_array_free(m->array, TRUE);
    g_free(m);
}

size_t mutes_count(const struct mutes *m)
{
    return m ? m->array->len : 0;
}

/* mutes_count(): it is not there. */
static size_t find(const struct mutes *m, enum rule rule, const char *guest)
{
    size_t i = 0;

    while (i < mutes_count(m) &&
           (mute_at(m, i)->rule != rule || g_strcmp0(mute_at(m, i)->guest, guest) != 0))
        i++;
    return i;
}

bool mutes_list(const struct mutes *m, enum rule rule, const char *guest)
{
    return find(m, rule, guest) < mutes_count(m);
}

bool mutes_have(const struct mutes *m, enum rule rule, const char *guest)
{
    return mutes_list(m, rule, NULL) || (guest && mutes_list(m, rule, guest));
}

void mutes_set(struct mutes *m, enum rule rule, const char *guest, bool muted)
{
    size_t at = find(m, rule, guest);

    if (muted && at == mutes_count(m)) {
        struct mute mute = {.rule = rule, .guest = g_strdup(guest)};
        g_array_append_val(m->array, mute);
    } else if (!muted && at < mutes_count(m)) {
        g_array_remove_index(m->array, (guint)at);
    }
}

char *mutes_text(const struct mutes *m, size_t i)
{
    const struct mute *mute = mute_at(m, i);

    return g_strdup_printf("%s%s%s", rule_info(mute->rule)->name, mute->guest ? ":" : "",
                           mute->guest ? mute->guest : "");
}

bool mute_parse(const char *text, enum rule *rule, const char **guest)
{
    size_t length = strcspn(text, ":");
    char *name = g_strndup(text, length);

    *rule = rule_find(name);
    *guest = text[length] && text[length + 1] ? text + length + 1 : NULL;
    g_free(name);
    return *rule != RULE_COUNT && (text[length] == '\0' || *guest);
}
