/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/preferences.h"

#include "base/clock.h"

#include <math.h>
#include <string.h>

/* ---- choices: a field that is the number of one ---- */

#define YES_NO                                                                                     \
    {                                                                                              \
        "no", "yes"                                                                                \
    }

#define THEME(id, name, text) name,
#define THEME_NAMES                                                                                \
    {                                                                                              \
        PALETTE_THEMES(THEME)                                                                      \
    }

/* How a preference is kept: a bool or an enum at an offset, whose value is the number of the
 * choice; or as its functions say. */
struct keeper {
    size_t offset;
    bool is_bool;
    char *(*read)(struct settings *s, const char *text); /* what is wrong, or NULL */
    char *(*write)(const struct settings *s);
};

static size_t choice_of(const struct keeper *k, const struct settings *s)
{
    const char *at = (const char *)s + k->offset;
    unsigned value;

    if (k->is_bool)
        return *(const bool *)at;
    memcpy(&value, at, sizeof(value));
    return value;
}

static void choose(const struct keeper *k, struct settings *s, size_t choice)
{
    char *at = (char *)s + k->offset;
    unsigned value = (unsigned)choice;

    if (k->is_bool)
        *(bool *)at = choice != 0;
    else
        memcpy(at, &value, sizeof(value));
}

/* ---- interval ---- */

static char *read_interval(struct settings *s, const char *text)
{
    char *end;
    double seconds = g_ascii_strtod(text, &end);

    if (end == text || *end || !(seconds >= PREFERENCE_INTERVAL_MIN) ||
        seconds > PREFERENCE_INTERVAL_MAX)
        return g_strdup_printf("'%s' is not a number of seconds from %g to %g", text,
                               PREFERENCE_INTERVAL_MIN, PREFERENCE_INTERVAL_MAX);
    s->interval_ns = llround(seconds * (double)CLOCK_NS_PER_S);
    return NULL;
}

static char *write_interval(const struct settings *s)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(number, sizeof(number), "%.14g",
                                    (double)s->interval_ns / (double)CLOCK_NS_PER_S));
}

/* ---- columns and sorting ---- */

static char *read_columns(struct settings *s, const char *text)
{
    struct columns columns;
    char *error = NULL;

    if (columns_parse(&columns, text, &error) == 0)
        s->columns = columns;
    return error;
}

static char *write_columns(const struct settings *s)
{
    return columns_to_names(&s->columns);
}

static char *read_sort(struct settings *s, const char *text)
{
    const char *name = text + (*text == '-' || *text == '+');
    enum metric m = *name ? metric_find(KIND_GUEST, name) : M_NONE;

    if (m == M_NONE || metric_info(m)->unit == UNIT_GRAPH)
        return g_strdup_printf("there is no column '%s' to sort by; --list-columns names them",
                               name);
    s->sort = m;
    s->sort_reversed = *text == '-';
    return NULL;
}

static char *write_sort(const struct settings *s)
{
    return g_strdup_printf("%s%s", s->sort_reversed ? "-" : "", metric_info(s->sort)->export_name);
}

/* ---- types ---- */

/* An empty list, as vtop saves it when no type is shown at the moment, changes nothing. */
static char *read_types(struct settings *s, const char *text)
{
    char **names = g_strsplit(text, ",", -1), *error = NULL; /* no names in an empty text */
    uint32_t all = 0;

    for (char **name = names; *name && !error; name++) {
        uint32_t types = guest_types_find(g_strstrip(*name));
        if (!types)
            error = g_strdup_printf(
                "'%s' is no type of guest; vm, ct, service, docker, podman, lxc ... are", *name);
        all |= types;
    }
    g_strfreev(names);
    if (!error && all)
        s->types = all;
    return error;
}

/* Whole classes where they are whole, single types otherwise. */
static char *write_types(const struct settings *s)
{
    static const char *const classes[] = {"vm", "ct", "service"};
    GString *names = g_string_new(NULL);
    uint32_t left = s->types;

    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        uint32_t class = guest_types_find(classes[i]);
        if ((left & class) != class)
            continue;
        g_string_append_printf(names, "%s%s", names->len ? "," : "", classes[i]);
        left &= ~class;
    }
    for (enum guest_type t = GUEST_NONE + 1; t < GUEST_TYPE_COUNT; t++)
        if (left & 1u << t)
            g_string_append_printf(names, "%s%s", names->len ? "," : "", guest_type_name(t));
    return g_string_free(names, FALSE);
}

/* ---- the table ---- */

#define AT(field) .offset = offsetof(struct settings, field)

static const struct {
    struct preference_info info;
    struct keeper keeper;
} TABLE[PREFERENCE_COUNT] = {
    [PREFERENCE_INTERVAL] =
        {
            {.name = "interval",
             .fallback = "1",
             .text = "time between two samples",
             .expected = "seconds from 0.1 to 86400",
             .key = 'd',
             .option = "delay",
             .argument = "SECS",
             .help = "set the time between two samples (default 1)"},
            {.read = read_interval, .write = write_interval},
        },
    [PREFERENCE_COLUMNS] =
        {
            {.name = "columns",
             .text = "columns of the table, in their order",
             .expected = "names of columns as vtop --list-columns prints them",
             .key = 'o',
             .option = "columns",
             .argument = "LIST",
             .help = "show these columns, separated by commas"},
            {.read = read_columns, .write = write_columns},
        },
    [PREFERENCE_SORT] =
        {
            {.name = "sort",
             .fallback = "cpu_percent",
             .text = "column to sort by",
             .expected = "the name of a column, with - before it to reverse the order",
             .key = 's',
             .option = "sort",
             .argument = "[-]COLUMN",
             .help = "sort by COLUMN; - reverses the order"},
            {.read = read_sort, .write = write_sort},
        },
    [PREFERENCE_TYPES] =
        {
            {.name = "types",
             .fallback = "vm,ct",
             .text = "types of guests to show",
             .expected = "types of guests: vm, ct, service, docker, podman, lxc, ...",
             .key = 't',
             .option = "types",
             .argument = "LIST",
             .help = "show only these: vm, ct, service, docker, podman, lxc, ..."},
            {.read = read_types, .write = write_types},
        },
    [PREFERENCE_TREE] =
        {
            {.name = "tree",
             .fallback = "no",
             .text = "tree of hosts, groups and guests at the start",
             .expected = "yes or no",
             .choices = YES_NO,
             .key = 'r',
             .option = "tree",
             .implied = "yes",
             .help = "start in the tree of groups"},
            {AT(tree), .is_bool = true},
        },
    [PREFERENCE_CPU] =
        {
            {.name = "cpu",
             .fallback = "core",
             .text = "what 100 % of CPU time is: one core or the whole host",
             .expected = "core (100 is one core) or host (100 is all of them)",
             .choices = {"core", "host"}},
            {AT(cpu_of_host), .is_bool = true},
        },
    [PREFERENCE_THEME] =
        {
            {.name = "theme",
             .fallback = "default",
             .text = "colours",
             .choices = THEME_NAMES},
            {AT(theme)},
        },
    [PREFERENCE_GRAPHS] =
        {
            {.name = "graphs",
             .fallback = "blocks",
             .text = "graphs of blocks or of braille dots",
             .choices = {"blocks", "braille"}},
            {AT(braille), .is_bool = true},
        },
    [PREFERENCE_ASCII] =
        {
            {.name = "ascii",
             .fallback = "auto",
             .text = "ASCII only",
             .expected = "yes, no or auto",
             .choices = {[ASCII_NO] = "no", [ASCII_YES] = "yes", [ASCII_AUTO] = "auto"},
             .option = "ascii",
             .implied = "yes",
             .help = "draw with ASCII only"},
            {AT(ascii)},
        },
    [PREFERENCE_MOUSE] =
        {
            {.name = "mouse",
             .fallback = "yes",
             .text = "mouse clicks and the wheel in vtop",
             .expected = "yes or no",
             .choices = YES_NO,
             .option = "no-mouse",
             .implied = "no",
             .help = "leave the mouse to the terminal"},
            {AT(mouse), .is_bool = true},
        },
};

/* ---- the calls ---- */

const struct preference_info *preference_info(enum preference p)
{
    return &TABLE[p].info;
}

enum preference preference_find(const char *name)
{
    enum preference p = 0;

    while (p < PREFERENCE_COUNT && strcmp(TABLE[p].info.name, name) != 0)
        p++;
    return p;
}

char *preference_expected(enum preference p)
{
    const struct preference_info *info = preference_info(p);
    GString *text = g_string_new(info->expected);

    for (size_t i = 0; !info->expected && info->choices[i]; i++)
        g_string_append_printf(text, "%s%s",
                               i == 0                ? ""
                               : info->choices[i + 1] ? ", "
                                                      : " or ",
                               info->choices[i]);
    return g_string_free(text, FALSE);
}

static char *read_choice(enum preference p, struct settings *s, const char *text)
{
    const struct preference_info *info = preference_info(p);

    for (size_t i = 0; info->choices[i]; i++)
        if (g_ascii_strcasecmp(text, info->choices[i]) == 0) {
            choose(&TABLE[p].keeper, s, i);
            return NULL;
        }
    char *expected = preference_expected(p);
    char *error = g_strdup_printf("'%s' is not %s", text, expected);
    g_free(expected);
    return error;
}

bool preference_read(enum preference p, struct settings *s, const char *text, char **error)
{
    const struct keeper *k = &TABLE[p].keeper;
    char *wrong = k->read ? k->read(s, text) : read_choice(p, s, text);
    bool taken = wrong == NULL;

    if (error)
        *error = wrong;
    else
        g_free(wrong);
    return taken;
}

char *preference_write(enum preference p, const struct settings *s)
{
    const struct keeper *k = &TABLE[p].keeper;

    return k->write ? k->write(s) : g_strdup(TABLE[p].info.choices[choice_of(k, s)]);
}

void preferences_default(struct settings *s)
{
    *s = (struct settings){.interval_ns = 0};
    thresholds_default(&s->thresholds);
    columns_of_set(&s->columns, SET_MAIN);
    for (enum preference p = 0; p < PREFERENCE_COUNT; p++)
        if (TABLE[p].info.fallback)
            preference_read(p, s, TABLE[p].info.fallback, NULL);
}

void settings_clear(struct settings *s)
{
    g_clear_pointer(&s->mutes, mutes_free);
}

void preferences_copy(struct settings *to, const struct settings *from, unsigned given)
{
    for (enum preference p = 0; p < PREFERENCE_COUNT; p++) {
        if (!(given & 1u << p))
            continue;
        char *text = preference_write(p, from);
        preference_read(p, to, text, NULL);
        g_free(text);
    }
}
