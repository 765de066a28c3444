/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/terminfo.h"

#include <curses.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

/* ---- which terminal this is ---- */

/* Terminals compatible with xterm as far as vtop needs; a host may not have their entries. */
static const char *const XTERM_LIKE[] = {"xterm",   "alacritty", "kitty", "foot", "wezterm",
                                         "ghostty", "contour",   "rio",   "st-",  "rxvt",
                                         "konsole", "gnome",     "vte",   "iterm"};

static const char *stand_in(const char *type)
{
    if (g_str_has_prefix(type, "tmux") || g_str_has_prefix(type, "screen"))
        return "screen";
    for (size_t i = 0; i < G_N_ELEMENTS(XTERM_LIKE); i++)
        if (g_str_has_prefix(type, XTERM_LIKE[i]))
            return strstr(type, "256") ? "xterm-256color" : "xterm";
    return NULL;
}

const char *terminfo_capability(const char *name)
{
    const char *s = tigetstr(name);

    return s == NULL || s == (const char *)-1 || !*s ? NULL : s;
}

static bool is_known(const char *type)
{
    int problem;

    return setupterm(type, STDOUT_FILENO, &problem) == OK;
}

const char *terminfo_type(char **error)
{
    const char *type = getenv("TERM");

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        *error = g_strdup("this is not a terminal: use -b for batch output");
        return NULL;
    }
    if (!type || !*type) {
        *error = g_strdup("TERM is not set: set it to the terminal's type, or use -b");
        return NULL;
    }
    if (!is_known(type)) {
        const char *other = stand_in(type);
        if (!other || !is_known(other)) {
            *error = g_strdup_printf("unknown terminal type '%s': set TERM to one that this host "
                                     "knows, such as xterm, or use -b",
                                     type);
            return NULL;
        }
        type = other;
    }
    if (!terminfo_capability("cup") || !terminfo_capability("clear")) {
        *error = g_strdup_printf("terminal type '%s' cannot place the cursor: set TERM, or use -b",
                                 type);
        return NULL;
    }
    return type;
}

/* ---- keys of this terminal ---- */

void terminfo_learn(struct decoder *d)
{
    static const struct {
        const char *name;
        enum key_code code;
    } keys[] = {
        {"kcuu1", K_UP},     {"kcud1", K_DOWN},   {"kcub1", K_LEFT},   {"kcuf1", K_RIGHT},
        {"khome", K_HOME},   {"kend", K_END},     {"kpp", K_PAGE_UP},  {"knp", K_PAGE_DOWN},
        {"kdch1", K_DELETE}, {"kich1", K_INSERT}, {"kcbt", K_BACKTAB}, {"kbs", K_BACKSPACE},
        {"kent", K_ENTER},   {"kf1", K_F1},       {"kf2", K_F2},       {"kf3", K_F3},
        {"kf4", K_F4},       {"kf5", K_F5},       {"kf6", K_F6},       {"kf7", K_F7},
        {"kf8", K_F8},       {"kf9", K_F9},       {"kf10", K_F10},     {"kf11", K_F11},
        {"kf12", K_F12},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        const char *sequence = terminfo_capability(keys[i].name);
        if (sequence)
            decoder_learn(d, sequence, keys[i].code);
    }
}

/* ---- restoring the terminal ---- */

/* A capability without its padding ("$<5>"), which only hardware terminals need. */
static void append_capability(GString *s, const char *name)
{
    const char *p = terminfo_capability(name);

    while (p && *p) {
        const char *end = p[0] == '$' && p[1] == '<' ? strchr(p, '>') : NULL;
        if (end)
            p = end + 1;
        else
            g_string_append_c(s, *p++);
    }
}

char *terminfo_restore(void)
{
    static const char *const steps[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
    GString *s = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
        append_capability(s, steps[i]);
    if (!terminfo_capability("rmcup"))
        g_string_append(s, "\r\n");
    return g_string_free(s, FALSE);
}
