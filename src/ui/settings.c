#include <config.h>

#include "ui/settings.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GROUP "vtop"

void settings_default(struct settings *s)
{
    *s = (struct settings){
        .interval_ns = CLOCK_NS_PER_S,
        .theme = THEME_DEFAULT,
        .ascii = ASCII_AUTO,
        .mouse = true,
        .sort = M_CPU,
        .types = guest_types_find("vm") | guest_types_find("container"),
    };
    columns_of_set(&s->columns, SET_MAIN);
}

bool settings_parse_interval(const char *text, int64_t *ns)
{
    char *end;
    double seconds = g_ascii_strtod(text, &end);

    if (end == text || *end || !(seconds >= SETTINGS_INTERVAL_MIN) ||
        seconds > SETTINGS_INTERVAL_MAX)
        return false;
    *ns = llround(seconds * (double)CLOCK_NS_PER_S);
    return true;
}

/* ---- one setting: from text, to text ----
 *
 * A reader takes the text or returns what it expected (g_free). An empty list of types, as somebody
 * saves who looks at nothing just now, changes nothing. */

static char *read_interval(struct settings *s, const char *text)
{
    if (settings_parse_interval(text, &s->interval_ns))
        return NULL;
    return g_strdup_printf("seconds from %g to %g", SETTINGS_INTERVAL_MIN, SETTINGS_INTERVAL_MAX);
}

static char *write_interval(const struct settings *s)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(number, sizeof(number), "%.6g",
                                    (double)s->interval_ns / (double)CLOCK_NS_PER_S));
}

static char *read_theme(struct settings *s, const char *text)
{
    GString *names;

    if (theme_find(text, &s->theme))
        return NULL;
    names = g_string_new(NULL);
    for (enum theme t = 0; t < THEME_COUNT; t++)
        g_string_append_printf(names, "%s%s",
                               t == 0                 ? ""
                               : t + 1 == THEME_COUNT ? " or "
                                                      : ", ",
                               theme_name(t));
    return g_string_free(names, FALSE);
}

static char *write_theme(const struct settings *s)
{
    return g_strdup(theme_name(s->theme));
}

/* ASCII_NO and ASCII_YES serve for all that is yes or no. */
static const char *const CHOICES[] = {
    [ASCII_NO] = "no", [ASCII_YES] = "yes", [ASCII_AUTO] = "auto"};

static char *read_yes(bool *out, const char *text)
{
    if (strcmp(text, CHOICES[ASCII_YES]) != 0 && strcmp(text, CHOICES[ASCII_NO]) != 0)
        return g_strdup("yes or no");
    *out = strcmp(text, CHOICES[ASCII_YES]) == 0;
    return NULL;
}

static char *write_yes(bool yes)
{
    return g_strdup(CHOICES[yes ? ASCII_YES : ASCII_NO]);
}

static char *read_ascii(struct settings *s, const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS(CHOICES); i++)
        if (strcmp(text, CHOICES[i]) == 0) {
            s->ascii = (enum ascii_choice)i;
            return NULL;
        }
    return g_strdup("yes, no or auto");
}

static char *write_ascii(const struct settings *s)
{
    return g_strdup(CHOICES[s->ascii]);
}

static char *read_mouse(struct settings *s, const char *text)
{
    return read_yes(&s->mouse, text);
}

static char *write_mouse(const struct settings *s)
{
    return write_yes(s->mouse);
}

static char *read_tree(struct settings *s, const char *text)
{
    return read_yes(&s->tree, text);
}

static char *write_tree(const struct settings *s)
{
    return write_yes(s->tree);
}

static char *read_cpu(struct settings *s, const char *text)
{
    if (strcmp(text, "core") != 0 && strcmp(text, "host") != 0)
        return g_strdup("core (100 is one core) or host (100 is all of them)");
    s->cpu_of_host = strcmp(text, "host") == 0;
    return NULL;
}

static char *write_cpu(const struct settings *s)
{
    return g_strdup(s->cpu_of_host ? "host" : "core");
}

static char *read_graphs(struct settings *s, const char *text)
{
    if (strcmp(text, "blocks") != 0 && strcmp(text, "braille") != 0)
        return g_strdup("blocks or braille");
    s->braille = strcmp(text, "braille") == 0;
    return NULL;
}

static char *write_graphs(const struct settings *s)
{
    return g_strdup(s->braille ? "braille" : "blocks");
}

static char *read_columns(struct settings *s, const char *text)
{
    struct columns columns = {0};
    char *error = NULL;

    if (columns_parse(&columns, text, &error) == 0) {
        s->columns = columns;
        return NULL;
    }
    char *expected =
        g_strdup_printf("names of columns as vtop --list-columns prints them (%s)", error);
    g_free(error);
    return expected;
}

static char *write_columns(const struct settings *s)
{
    return columns_to_names(&s->columns);
}

static char *read_sort(struct settings *s, const char *text)
{
    enum metric m = metric_find(KIND_GUEST, text + (*text == '-'));

    if (m == M_NONE || metric_info(m)->unit == UNIT_GRAPH)
        return g_strdup("the name of a column, with - before it for the other way round");
    s->sort = m;
    s->sort_reversed = *text == '-';
    return NULL;
}

static char *write_sort(const struct settings *s)
{
    return g_strdup_printf("%s%s", s->sort_reversed ? "-" : "", metric_info(s->sort)->export_name);
}

static char *read_types(struct settings *s, const char *text)
{
    char **names = g_strsplit(text, ",", -1); /* none in an empty text */
    uint32_t all = 0, types = 1;

    for (char **name = names; *name && types; name++) {
        types = guest_types_find(g_strstrip(*name));
        all |= types;
    }
    g_strfreev(names);
    if (!types)
        return g_strdup("types of guests: vm, ct, service, docker, podman, lxc, ...");
    s->types = all ? all : s->types;
    return NULL;
}

/* Whole classes where they are whole, single types else. */
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

static const struct setting {
    const char *name;
    char *(*read)(struct settings *s, const char *text);
    char *(*write)(const struct settings *s);
} SETTINGS[] = {
    {"interval", read_interval, write_interval},
    {"columns", read_columns, write_columns},
    {"sort", read_sort, write_sort},
    {"types", read_types, write_types},
    {"tree", read_tree, write_tree},
    {"cpu", read_cpu, write_cpu},
    {"theme", read_theme, write_theme},
    {"graphs", read_graphs, write_graphs},
    {"ascii", read_ascii, write_ascii},
    {"mouse", read_mouse, write_mouse},
};

static const struct setting *find_setting(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(SETTINGS); i++)
        if (strcmp(SETTINGS[i].name, name) == 0)
            return &SETTINGS[i];
    return NULL;
}

/* ---- a file ---- */

G_GNUC_PRINTF(4, 5)
static void complain(GPtrArray *complaints, const char *file, unsigned line, const char *format,
                     ...)
{
    va_list args;

    if (!complaints)
        return;
    va_start(args, format);
    char *what = g_strdup_vprintf(format, args);
    va_end(args);
    char *raw = line ? g_strdup_printf("%s:%u: %s", file, line, what)
                     : g_strdup_printf("%s: %s", file, what);
    g_ptr_array_add(complaints, text_clean(raw, -1));
    g_free(raw);
    g_free(what);
}

static char *expected_names(void)
{
    GString *names = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(SETTINGS); i++)
        g_string_append_printf(names, "%s%s", i ? ", " : "", SETTINGS[i].name);
    return g_string_free(names, FALSE);
}

static void read_setting(struct settings *s, const char *file, unsigned line, const char *name,
                         const char *value, GPtrArray *complaints)
{
    const struct setting *setting = find_setting(name);
    char *expected = setting ? setting->read(s, value) : expected_names();

    if (!setting)
        complain(complaints, file, line, "there is no setting '%s'; expected one of %s", name,
                 expected);
    else if (expected)
        complain(complaints, file, line, "%s = %s: expected %s", name, value, expected);
    g_free(expected);
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

static void read_line(struct settings *s, const char *file, unsigned number, char *line,
                      bool *in_group, GPtrArray *complaints)
{
    char *name, *value;

    switch (split_line(line, &name, &value)) {
    case LINE_EMPTY:
        break;
    case LINE_GROUP:
        *in_group = strcmp(line, "[" GROUP "]") == 0;
        if (!*in_group)
            complain(complaints, file, number, "%s is not known; expected [" GROUP "]", line);
        break;
    case LINE_SETTING:
        if (*in_group)
            read_setting(s, file, number, name, value, complaints);
        break;
    case LINE_BAD:
        complain(complaints, file, number, "expected name = value");
    }
}

void settings_read(struct settings *s, const char *file, bool must, GPtrArray *complaints)
{
    GError *error = NULL;
    bool in_group = true; /* before the first one too */
    char *text;
    size_t length;

    if (!g_file_get_contents(file, &text, &length, &error)) {
        if (must || !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            complain(complaints, file, 0, "cannot be read: %s", g_strerror(errno));
        g_error_free(error);
        return;
    }
    if (g_utf8_validate(text, (gssize)length, NULL)) { /* nor is a NUL */
        char **lines = g_strsplit(text, "\n", -1);
        for (unsigned i = 0; lines[i]; i++)
            read_line(s, file, i + 1, lines[i], &in_group, complaints);
        g_strfreev(lines);
    } else {
        complain(complaints, file, 0, "is not UTF-8; nothing of it is used");
    }
    g_free(text);
}

/* ---- saving ---- */

static void append_setting(GString *out, const struct settings *s, const struct setting *setting)
{
    char *value = setting->write(s);

    g_string_append_printf(out, "%s = %s\n", setting->name, value);
    g_free(value);
}

/* TEXT with the lines of known settings set to what they are now, and the missing ones added. */
static char *merge(const struct settings *s, const char *text)
{
    GString *out = g_string_new(NULL);
    char **lines = g_strsplit(text, "\n", -1);
    bool in_group = true, written[G_N_ELEMENTS(SETTINGS)] = {false};

    for (char **line = lines; *line && (line[1] || **line); line++) {
        char *copy = g_strdup(*line), *name, *value;
        enum line_kind kind = split_line(copy, &name, &value);
        const struct setting *setting =
            kind == LINE_SETTING && in_group ? find_setting(name) : NULL;
        if (kind == LINE_GROUP)
            in_group = strcmp(copy, "[" GROUP "]") == 0;
        if (setting) {
            append_setting(out, s, setting);
            written[setting - SETTINGS] = true;
        } else {
            g_string_append_printf(out, "%s\n", *line);
        }
        g_free(copy);
    }
    if (!in_group)
        g_string_append(out, "\n[" GROUP "]\n");
    for (size_t i = 0; i < G_N_ELEMENTS(SETTINGS); i++)
        if (!written[i])
            append_setting(out, s, &SETTINGS[i]);
    g_strfreev(lines);
    return g_string_free(out, FALSE);
}

/* Write to what a link points at, not over the link. */
static char *real_file(const char *file)
{
    char *real = realpath(file, NULL), *copy = g_strdup(real ? real : file);

    free(real);
    return copy;
}

int settings_save(const struct settings *s, const char *file)
{
    static const char header[] = "# vtop, see vtoprc(5)\n[" GROUP "]\n";
    char *real = real_file(file), *folder = g_path_get_dirname(real), *before = NULL, *after;
    size_t length = 0;
    int result = 0;

    if (g_mkdir_with_parents(folder, 0700) < 0)
        result = -errno;
    /* What cannot be read is not written over, nor is what would be lost behind a NUL. */
    if (!result && !g_file_get_contents(real, &before, &length, NULL) && errno != ENOENT)
        result = -errno;
    else if (before && strlen(before) < length)
        result = -EILSEQ;
    after = merge(s, before ? before : header);
    if (!result &&
        !g_file_set_contents_full(real, after, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, NULL))
        result = -(errno ? errno : EIO);
    g_free(after);
    g_free(before);
    g_free(folder);
    g_free(real);
    return result;
}

char *settings_user_file(const char *other)
{
    return other ? g_strdup(other)
                 : g_build_filename(g_get_user_config_dir(), "vtop", "vtoprc", NULL);
}
