/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* preferences.h: the table of what a user can prefer, and the struct that holds it.
 *
 * Each preference stands once in the table of preferences.c: its name in vtoprc, its default, its
 * option on the command line, what values it takes, and how it is read and written as text. The
 * command line (options.c), the files (settings.h) and the help are made from it. A new preference
 * is a field of struct settings, an enum value and one entry of the table.
 *
 * Values as text: numbers and names are the same in every locale. Main thread only.
 */
#ifndef VTOP_UI_PREFERENCES_H
#define VTOP_UI_PREFERENCES_H

#include "analyse/mutes.h"
#include "analyse/thresholds.h"
#include "ui/palette.h"
#include "view/columns.h"

struct settings {
    int64_t interval_ns;
    struct columns columns;
    enum metric sort;
    bool sort_reversed; /* against its natural direction: numbers fall, texts rise */
    uint32_t types;     /* bit per enum guest_type */
    bool tree, cpu_of_host;
    enum theme theme;
    bool braille;
    enum ascii_choice ascii;
    bool mouse;
    struct thresholds thresholds; /* of analysis: in the files only */
    struct mutes *mutes;          /* NULL: none; settings_clear() frees it */
};

enum preference {
    PREFERENCE_INTERVAL,
    PREFERENCE_COLUMNS,
    PREFERENCE_SORT,
    PREFERENCE_TYPES,
    PREFERENCE_TREE,
    PREFERENCE_CPU,
    PREFERENCE_THEME,
    PREFERENCE_GRAPHS,
    PREFERENCE_ASCII,
    PREFERENCE_MOUSE,
    PREFERENCE_COUNT
};

/* Seconds between two samples; refused outside of these. */
#define PREFERENCE_INTERVAL_MIN 0.1
#define PREFERENCE_INTERVAL_MAX 86400.0

enum { PREFERENCE_CHOICES_MAX = 8 };

struct preference_info {
    const char *name;     /* in vtoprc */
    const char *fallback; /* its default as text; NULL: the columns that vtop comes with */
    const char *text;     /* what it is, a noun phrase */
    const char *expected; /* what a value has to be; NULL: one of the choices, as they stand */
    const char *choices[PREFERENCE_CHOICES_MAX + 1]; /* ended by NULL; none: any text */

    /* The option; NULL: there is none. */
    int key;              /* its letter; 0: only the long one */
    const char *option;   /* without "--" */
    const char *argument; /* what --help calls it; NULL: the option means the value IMPLIED */
    const char *implied;
    const char *help; /* imperative */
};

const struct preference_info *preference_info(enum preference p);

/* PREFERENCE_COUNT: there is none of that name. */
enum preference preference_find(const char *name);

/* Take TEXT over into S; false: S is unchanged, and *error (may be NULL) says in one line what is
 * wrong with it (g_free). */
bool preference_read(enum preference p, struct settings *s, const char *text, char **error);

/* As preference_read() takes it; g_free. */
char *preference_write(enum preference p, const struct settings *s);

/* "yes, no or auto", "seconds from 0.1 to 86400"; g_free. */
char *preference_expected(enum preference p);

/* Everything as vtop comes; S has no contents before. */
void preferences_default(struct settings *s);
void settings_clear(struct settings *s);

/* Take over from FROM what is in GIVEN (1 << enum preference, or-ed). */
void preferences_copy(struct settings *to, const struct settings *from, unsigned given);

#endif
