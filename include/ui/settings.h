/* settings.h: what a user wants every time: the files vtoprc.
 *
 * SYSCONFDIR/vtoprc is read first, then the user's ($XDG_CONFIG_HOME/vtop/vtoprc, by default
 * ~/.config/vtop/vtoprc), each over what was there before. What cannot be understood is left out,
 * and named with its file, its line and what was expected; the rest counts. Saving goes to the
 * user's file only and keeps its comments, and what vtop does not know. Main thread only.
 */
#ifndef VTOP_UI_SETTINGS_H
#define VTOP_UI_SETTINGS_H

#include "ui/palette.h"
#include "view/columns.h"

struct settings {
    int64_t interval_ns;
    enum theme theme;
    enum ascii_choice ascii;
    bool mouse, tree, cpu_of_host, braille;
    struct columns columns;
    enum metric sort;
    bool sort_reversed;
    uint32_t types; /* bit per enum guest_type */
};

/* Seconds between two samples; refused outside of these. */
#define SETTINGS_INTERVAL_MIN 0.1
#define SETTINGS_INTERVAL_MAX 86400.0
bool settings_parse_interval(const char *text, int64_t *ns);

void settings_default(struct settings *s);

/* The user's file; g_free. OTHER (may be NULL) stands in for it. */
char *settings_user_file(const char *other);

/* Read one file over S. Complaints are added to COMPLAINTS (char *, one line each that text_clean()
 * has passed). A file that is not there is no reason to complain, unless it MUST be. */
void settings_read(struct settings *s, const char *file, bool must, GPtrArray *complaints);

/* Write FILE, or the lines of it that have changed, in one step. 0, or -errno. */
int settings_save(const struct settings *s, const char *file);

#endif
