/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/settings.h"

#include "base/save.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define GROUP "vtop"
#define THRESHOLD_PREFIX "threshold."
#define MUTE "mute"

enum { FILE_BYTES_MAX = 65536, COMPLAINTS_MAX = 20 };

/* ---- a file ---- */

/* A file that is being read. */
struct settings_reader {
    struct settings *settings;
    const char *file;
    unsigned line; /* 0: the file itself */
    bool in_group;
    GPtrArray *complaints; /* may be NULL */
    unsigned complained;
    unsigned threshold_lines[THRESHOLD_COUNT]; /* where each was set in this file; 0: nowhere */
};

G_GNUC_PRINTF(2, 3)
static void complain(struct settings_reader *r, const char *format, ...)
{
    va_list args;

    if (!r->complaints || r->complained++ > COMPLAINTS_MAX)
        return;
    va_start(args, format);
    char *what = r->complained > COMPLAINTS_MAX ? g_strdup("and further lines")
                                                : g_strdup_vprintf(format, args);
    va_end(args);
    char *raw = r->line ? g_strdup_printf("%s:%u: %s", r->file, r->line, what)
                        : g_strdup_printf("%s: %s", r->file, what);
    g_ptr_array_add(r->complaints, text_clean(raw, -1));
    g_free(raw);
    g_free(what);
}

static void complain_about_name(struct settings_reader *r, const char *name)
{
    GString *names = g_string_new(NULL);

    for (enum preference p = 0; p < PREFERENCE_COUNT; p++)
        g_string_append_printf(names, "%s%s", p ? ", " : "", preference_info(p)->name);
    complain(r, "there is no setting '%s'; expected one of %s", name, names->str);
    g_string_free(names, TRUE);
}

static void read_threshold(struct settings_reader *r, const char *name, const char *value)
{
    enum threshold which = threshold_find(name);
    char *error = NULL;

    if (which == THRESHOLD_COUNT) {
        complain(r, "there is no threshold '%s'; vtop-analysis(7) lists them", name);
    } else if (!threshold_read(&r->settings->thresholds, which, value, &error)) {
        complain(r, "%s", error);
        g_free(error);
    } else {
        r->threshold_lines[which] = r->line;
    }
}

static void read_mute(struct settings_reader *r, const char *value)
{
    const char *guest;
    enum rule rule;

    if (!mute_parse(value, &rule, &guest)) {
        complain(r, "mute = %s: expected RULE or RULE:GUEST; vtop-analysis(7) lists the rules",
                 value);
        return;
    }
    if (!r->settings->mutes)
        r->settings->mutes = mutes_new();
    mutes_set(r->settings->mutes, rule, guest, true);
}

/* A warning limit above the critical one: the last line of the two is to blame. */
static void check_thresholds(struct settings_reader *r)
{
    enum threshold which = THRESHOLD_COUNT;
    char *error = NULL;

    if (thresholds_check(&r->settings->thresholds, &which, &error))
        return;
    r->line = MAX(r->threshold_lines[which], r->threshold_lines[threshold_info(which)->above]);
    complain(r, "%s", error);
    g_free(error);
}

static void read_setting(struct settings_reader *r, const char *name, const char *value)
{
    enum preference p = preference_find(name);
    char *error = NULL;

    if (g_str_has_prefix(name, THRESHOLD_PREFIX)) {
        read_threshold(r, name + strlen(THRESHOLD_PREFIX), value);
    } else if (strcmp(name, MUTE) == 0) {
        read_mute(r, value);
    } else if (p == PREFERENCE_COUNT) {
        complain_about_name(r, name);
    } else if (!preference_read(p, r->settings, value, &error)) {
        char *expected = preference_expected(p);
        complain(r, "%s = %s: expected %s (%s)", name, value, expected, error);
        g_free(expected);
        g_free(error);
    }
}

enum line_kind { LINE_EMPTY, LINE_GROUP, LINE_SETTING, LINE_BAD };

/* LINE is changed: NAME and VALUE point into it. */
static enum line_kind split_line(char *line, char **name, char **value)
{
    char *equals;

    g_strstrip(line);
    if (!*line || *line == '#')
        return LINE_EMPTY;
    if (*line == '[' && g_str_has_suffix(line, "]"))
        return LINE_GROUP;
    equals = strchr(line, '=');
    if (!equals || equals == line)
        return LINE_BAD;
    *equals = '\0';
    *name = g_strstrip(line);
    *value = g_strstrip(equals + 1);
    return LINE_SETTING;
}

static void read_line(struct settings_reader *r, char *line)
{
    char *name, *value;

    switch (split_line(line, &name, &value)) {
    case LINE_EMPTY:
        break;
    case LINE_GROUP:
        r->in_group = strcmp(line, "[" GROUP "]") == 0;
        if (!r->in_group)
            complain(r, "%s is not known; expected [" GROUP "]", line);
        break;
    case LINE_SETTING:
        if (r->in_group)
            read_setting(r, name, value);
        break;
    case LINE_BAD:
        complain(r, "expected name = value");
    }
}

static void read_lines(struct settings_reader *r, const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        r->line++;
        read_line(r, *line);
    }
    g_strfreev(lines);
    check_thresholds(r);
}

/* What is wrong with a file of which this could be read; NULL: nothing. */
static const char *objection(ssize_t length, const struct file_buffer *b)
{
    if (length == -ESPIPE)
        return "is not a regular file; nothing of it is used";
    if (length == -EFBIG || length > FILE_BYTES_MAX)
        return "is larger than 64 KB; nothing of it is used";
    if (length >= 0 && !g_utf8_validate(b->text, length, NULL)) /* a NUL is not either */
        return "is not UTF-8; nothing of it is used";
    return NULL;
}

void settings_read(struct settings *s, const char *file, bool must, GPtrArray *complaints)
{
    struct settings_reader r = {
        .settings = s, .file = file, .in_group = true, .complaints = complaints};
    struct file_buffer b = {0};
    ssize_t length = file_read_at(AT_FDCWD, file, &b);
    const char *wrong = objection(length, &b);

    if (wrong)
        complain(&r, "%s", wrong);
    else if (length >= 0)
        read_lines(&r, b.text);
    else if (must || length != -ENOENT)
        complain(&r, "cannot be read: %s", g_strerror((int)-length));
    file_buffer_clear(&b);
}

/* ---- saving ---- */

static void append_setting(GString *out, const struct settings *s, enum preference p)
{
    char *value = preference_write(p, s);

    g_string_append_printf(out, "%s = %s\n", preference_info(p)->name, value);
    g_free(value);
}

/* The mutes that are in the file by now. */
static bool keeps_mute(const struct settings *s, struct mutes *written, const char *value)
{
    const char *guest;
    enum rule rule;

    if (!mute_parse(value, &rule, &guest))
        return true; /* of another version of vtop */
    if (!mutes_list(s->mutes, rule, guest))
        return false;
    mutes_set(written, rule, guest, true);
    return true;
}

static void append_mutes(GString *out, const struct settings *s, const struct mutes *written)
{
    for (size_t i = 0; i < mutes_count(s->mutes); i++) {
        char *text = mutes_text(s->mutes, i);
        const char *guest;
        enum rule rule;
        if (mute_parse(text, &rule, &guest) && !mutes_list(written, rule, guest))
            g_string_append_printf(out, MUTE " = %s\n", text);
        g_free(text);
    }
}

/* What becomes of one line. */
struct merging {
    const struct settings *settings;
    GString *out;
    struct mutes *mutes; /* that are in the file by now */
    bool in_group, written[PREFERENCE_COUNT + 1];
};

static void merge_line(struct merging *m, const char *line)
{
    char *copy = g_strdup(line), *name = NULL, *value = NULL;
    enum line_kind kind = split_line(copy, &name, &value);
    bool setting = kind == LINE_SETTING && m->in_group;
    enum preference p = setting ? preference_find(name) : PREFERENCE_COUNT;

    if (kind == LINE_GROUP)
        m->in_group = strcmp(copy, "[" GROUP "]") == 0;
    if (p != PREFERENCE_COUNT)
        append_setting(m->out, m->settings, p);
    else if (!setting || strcmp(name, MUTE) != 0 || keeps_mute(m->settings, m->mutes, value))
        g_string_append_printf(m->out, "%s\n", line);
    m->written[p] = true;
    g_free(copy);
}

/* TEXT with the lines of known settings set to what they are now, and the missing ones added. Lines
 * of thresholds stay as they are: only an editor changes them. */
static char *merge(const struct settings *s, const char *text)
{
    struct merging m = {
        .settings = s, .out = g_string_new(NULL), .mutes = mutes_new(), .in_group = true};
    char **lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line && (line[1] || **line); line++)
        merge_line(&m, *line);
    if (!m.in_group)
        g_string_append(m.out, "\n[" GROUP "]\n");
    for (enum preference p = 0; p < PREFERENCE_COUNT; p++)
        if (!m.written[p])
            append_setting(m.out, s, p);
    append_mutes(m.out, s, m.mutes);
    mutes_free(m.mutes);
    g_strfreev(lines);
    return g_string_free(m.out, FALSE);
}

/* What cannot be read whole as text is not written over. */
static int save_at(const struct settings *s, const struct save *place)
{
    static const char header[] = "# vtop, see vtoprc(5)\n[" GROUP "]\n";
    struct file_buffer b = {0};
    ssize_t length = save_read(place, &b);
    int result = length < 0 && length != -ENOENT ? (int)length : 0;

    if (length > FILE_BYTES_MAX)
        result = -EFBIG;
    else if (length > 0 && strlen(b.text) < (size_t)length)
        result = -EILSEQ;
    if (!result) {
        char *after = merge(s, length == -ENOENT ? header : b.text);
        result = save_write(place, after, strlen(after));
        g_free(after);
    }
    file_buffer_clear(&b);
    return result;
}

int settings_save(const struct settings *s, const char *file)
{
    struct save place;
    int result = save_open(&place, file);

    if (!result)
        result = save_at(s, &place);
    save_close(&place);
    return result;
}

char *settings_user_file(const char *other)
{
    return other ? g_strdup(other)
                 : g_build_filename(g_get_user_config_dir(), "vtop", "vtoprc", NULL);
}
