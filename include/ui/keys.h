/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* keys.h: the key table (keys.def): which action a key has, the help screen, the key bars.
 *
 * Constant data. Any thread, except keys_bar(): main thread only.
 */
#ifndef VTOP_UI_KEYS_H
#define VTOP_UI_KEYS_H

#include "ui/decode.h"
#include "view/action.h"
#include "view/panels.h"

enum key_context {
    CONTEXT_TABLE = 1 << 0,
    CONTEXT_PAGE = 1 << 1,
    CONTEXT_MENU = 1 << 2,
    CONTEXT_CHOOSER = 1 << 3,
    CONTEXT_INPUT = 1 << 4,
    CONTEXT_FINDINGS = 1 << 5,
    CONTEXT_ADVICE = 1 << 6
};

struct key_binding {
    unsigned contexts; /* enum key_context, or-ed */
    enum action action;
    const char *keys; /* "F3 /" */
    const char *bar;  /* NULL: not in the key bar */
    const char *help;
};

extern const struct key_binding KEYS[];
extern const size_t KEYS_COUNT;

/* The action of a key in a context; ACTION_NONE: it has none. */
enum action keys_action(enum key_context context, const struct key *key);

/* Parse a name of the key table ("F3", "PgUp", "^L", "Space", "/"); false: it is not a key. */
bool keys_parse(const char *name, size_t length, struct key *out);

/* The table as the help page prints it, and the index of the section that a context starts with. */
const struct panel_key *keys_help(void);
size_t keys_help_first(enum key_context context);

/* The key bar of a context: function keys first, by number. labels, actions and names have the same
 * index. */
enum { KEYS_BAR_MAX = 12 };
struct keys_bar {
    struct panel_label labels[KEYS_BAR_MAX + 1];
    enum action actions[KEYS_BAR_MAX];
    char names[KEYS_BAR_MAX][8];
};
void keys_bar(enum key_context context, struct keys_bar *out);

#endif
