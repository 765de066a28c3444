/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/keys.h"

#include <glib.h>
#include <string.h>

#define TABLE CONTEXT_TABLE
#define PAGE CONTEXT_PAGE
#define MENU CONTEXT_MENU
#define CHOOSER CONTEXT_CHOOSER
#define INPUT CONTEXT_INPUT
#define FINDINGS CONTEXT_FINDINGS
#define ADVICE CONTEXT_ADVICE
#define LIST (FINDINGS | ADVICE)

const struct key_binding KEYS[] = {
#define KEY(contexts, action, keys, bar, help) {contexts, ACTION_##action, keys, bar, help},
#include "ui/keys.def"
};
const size_t KEYS_COUNT = G_N_ELEMENTS(KEYS);

static const struct panel_key HELP[] = {
#define SECTION(title) {title, "", ""},
#define KEY(contexts, action, keys, bar, help) {NULL, keys, help},
#include "ui/keys.def"
    {NULL, NULL, NULL},
};

static const unsigned HELP_CONTEXTS[] = {
#define SECTION(title) 0,
#define KEY(contexts, action, keys, bar, help) contexts,
#include "ui/keys.def"
};

static const struct {
    const char *name;
    enum key_code code;
} NAMED[] = {
    {"Up", K_UP},        {"Down", K_DOWN},      {"Left", K_LEFT}, {"Right", K_RIGHT},
    {"PgUp", K_PAGE_UP}, {"PgDn", K_PAGE_DOWN}, {"Home", K_HOME}, {"End", K_END},
    {"Enter", K_ENTER},  {"Esc", K_ESCAPE},     {"Tab", K_TAB},   {"Backspace", K_BACKSPACE},
    {"Del", K_DELETE},   {"Ins", K_INSERT},     {"F1", K_F1},     {"F2", K_F2},
    {"F3", K_F3},        {"F4", K_F4},          {"F5", K_F5},     {"F6", K_F6},
    {"F7", K_F7},        {"F8", K_F8},          {"F9", K_F9},     {"F10", K_F10},
    {"F11", K_F11},      {"F12", K_F12},
};

bool keys_parse(const char *name, size_t length, struct key *out)
{
    *out = (struct key){.code = K_CHAR};
    for (size_t i = 0; i < G_N_ELEMENTS(NAMED); i++)
        if (strlen(NAMED[i].name) == length && strncmp(NAMED[i].name, name, length) == 0) {
            out->code = NAMED[i].code;
            return true;
        }
    if (length == 5 && strncmp(name, "Space", length) == 0)
        out->ch = ' ';
    else if (length == 2 && name[0] == '^')
        out->ch = KEY_CTRL((uint32_t)name[1]);
    else if (length == 1)
        out->ch = (unsigned char)name[0];
    return out->ch != 0;
}

/* Whether KEYS, "F3 /", names this key. */
static bool names(const char *keys, const struct key *key)
{
    while (*keys) {
        size_t length = strcspn(keys, " ");
        struct key k;
        if (keys_parse(keys, length, &k) && k.code == key->code && k.ch == key->ch)
            return true;
        keys += length + strspn(keys + length, " ");
    }
    return false;
}

enum action keys_action(enum key_context context, const struct key *key)
{
    struct key plain = {.code = key->code, .ch = key->code == K_CHAR ? key->ch : 0};

    for (size_t i = 0; i < KEYS_COUNT; i++)
        if (KEYS[i].contexts & context && names(KEYS[i].keys, &plain))
            return KEYS[i].action;
    return ACTION_NONE;
}

const struct panel_key *keys_help(void)
{
    return HELP;
}

/* The first section that has a key of this context only. */
size_t keys_help_first(enum key_context context)
{
    size_t section = 0;

    if (context == CONTEXT_ADVICE)
        context = CONTEXT_FINDINGS; /* one section is about both */
    for (size_t i = 0; i < G_N_ELEMENTS(HELP_CONTEXTS); i++) {
        section = HELP_CONTEXTS[i] ? section : i;
        if (HELP_CONTEXTS[i] == (unsigned)context)
            return section;
    }
    return 0;
}

/* Function keys in the order of their numbers, then the others in the order of the table. */
static int bar_rank(const struct key_binding *b)
{
    return b->keys[0] == 'F' && g_ascii_isdigit(b->keys[1])
               ? b->keys[2] == '0' ? 10 : b->keys[1] - '0'
               : 100;
}

void keys_bar(enum key_context context, struct keys_bar *out)
{
    size_t n = 0;

    memset(out, 0, sizeof(*out));
    for (int rank = 1; rank <= 100; rank++)
        for (size_t i = 0; i < KEYS_COUNT && n < KEYS_BAR_MAX; i++) {
            const struct key_binding *b = &KEYS[i];
            if (!(b->contexts & context) || !b->bar || bar_rank(b) != rank)
                continue;
            g_strlcpy(out->names[n], b->keys,
                      MIN(sizeof(out->names[n]), strcspn(b->keys, " ") + 1));
            out->labels[n] = (struct panel_label){out->names[n], b->bar};
            out->actions[n++] = b->action;
        }
}
