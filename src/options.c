/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "options.h"

#include "base/clock.h"
#include "base/root.h"
#include "base/text.h"
#include "collect/libvirt/libvirt_uri.h"
#include "explain.h"
#include "export/address.h"
#include "output/parts.h"
#include "ui/keys.h"
#include "ui/preferences.h"
#include "base/when.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    LONG_ONLY = 256,
    OPT_NO_HEADER,
    OPT_LIST_COLUMNS,
    OPT_LIST_KEYS,
    OPT_ROOT,
    OPT_STILL,
    OPT_DEMO,
    OPT_NO_COLOR,
    OPT_CONFIG,
    OPT_FAIL_ON,
    OPT_EXPLAIN,
    OPT_SUMMARY,
    OPT_ADVISE,
    OPT_WINDOW,
    OPT_PARTS,
    OPT_REPLAY,
    OPT_AT,
    OPT_SINCE,
    OPT_UNTIL,
    OPT_DIFF,
    OPT_RECORDING_INFO,
    OPT_SNAPSHOT,
    OPT_ANONYMIZE,
    OPT_RECORD,
    OPT_RECORD_SIZE,
    OPT_RECORD_AGE,
    OPT_EXPORT,
    OPT_EXPORT_CERT,
    OPT_EXPORT_KEY,
    OPT_EXPORT_AUTH,
    OPT_EXPORT_NAMES,
    OPT_PREFERENCE /* plus the number of a preference without a letter */
};

#define DEMO_MAX 100000

#define RECORD_BYTES ((uint64_t)1 << 30)
#define RECORD_AGE_S (UINT64_C(30) * 24 * 3600)
#define RECORD_AGE_MAX_S (UINT64_C(100) * 366 * 24 * 3600)

enum { WINDOW_MAX_S = 24 * 3600 }; /* history reaches back as far as that */

/* All options in the order of --help. NAME NULL: the option of a preference. */
static const struct {
    int key;
    const char *name, *argument, *help;
    enum preference preference;
} OPTIONS[] = {
    {'c', "connect", "URI", "ask this hypervisor; may be repeated (qemu+ssh://host/system)", 0},
    {.preference = PREFERENCE_INTERVAL},
    {'n', "iterations", "N", "end after N samples", 0},
    {.preference = PREFERENCE_SORT},
    {.preference = PREFERENCE_COLUMNS},
    {'F', "filter", "TEXT", "show guests that match: substring, a|b, or /regular expression/", 0},
    {.preference = PREFERENCE_TYPES},
    {.preference = PREFERENCE_TREE},
    {'b', "batch", NULL, "print samples, without a terminal", 0},
    {OPT_SUMMARY, "summary", NULL,
     "print statistics after -n samples, ^C, or \"-- COMMAND ARG...\"", 0},
    {OPT_ADVISE, "advise", NULL, "print advice after -n samples (5 by default), or ^C", 0},
    {'f', "format", "FORMAT", "print text, csv, json, openmetrics or prometheus (with -b)", 0},
    {OPT_EXPORT, "export", "[ADDRESS:PORT]", "serve series over HTTP (" ADDRESS_DEFAULT ")", 0},
    {OPT_EXPORT_CERT, "export-cert", "FILE", "certificate: serve over TLS (with --export)", 0},
    {OPT_EXPORT_KEY, "export-key", "FILE", "the key of the certificate", 0},
    {OPT_EXPORT_AUTH, "export-auth", "FILE", "ask for this USER:PASSWORD (with --export)", 0},
    {OPT_EXPORT_NAMES, "export-names", "STYLE",
     "name series as libvirt's or cadvisor's exporter does (vtop)", 0},
    {OPT_NO_HEADER, "no-header", NULL, "print rows only (with -b or --summary)", 0},
    {OPT_PARTS, "parts", "[LIST]", "add cpu,vcpu,disk,nic,node,task,trait,store", 0},
    {OPT_WINDOW, "window", "TIME", "add statistics over 90s, 10m, 24h (-b -f json); of --diff: 10m", 0},
    {OPT_FAIL_ON, "fail-on", "SEVERITY", "exit with 3 (warn) or 4 (crit) if there are findings", 0},
    {OPT_EXPLAIN, "explain", "NAME", "print what a column, rule or threshold means, or all rules",
     0},
    {OPT_LIST_COLUMNS, "list-columns", NULL, "print all columns with their meaning", 0},
    {OPT_LIST_KEYS, "list-keys", NULL, "print all keys with what they do", 0},
    {OPT_REPLAY, "replay", "[PATH]", "show the recording in this file or directory, or - (stdin)", 0},
    {OPT_AT, "at", "TIME", "begin there: 02:00, \"1h ago\", 2026-11-30T02:00, start (--replay)", 0},
    {OPT_SINCE, "since", "TIME", "print samples from there on (with -b --replay)", 0},
    {OPT_UNTIL, "until", "TIME", "print samples up to there (with -b --replay)", 0},
    {OPT_DIFF, "diff", "T1..T2", "print what changed between two times of a recording", 0},
    {OPT_RECORDING_INFO, "recording-info", "PATH", "say what is in a recording; fail if it is damaged",
     0},
    {OPT_SNAPSHOT, "snapshot", "FILE", "write the recording's last hour, or --since TIME, to FILE", 0},
    {OPT_ANONYMIZE, "anonymize", NULL, "replace names, ids and paths (with --snapshot)", 0},
    {OPT_RECORD, "record", "[DIR]", "write what is read to DIR, or as a stream to - (stdout)", 0},
    {OPT_RECORD_SIZE, "record-size", "SIZE", "let the files of DIR take 500M, 2G (1G by default)",
     0},
    {OPT_RECORD_AGE, "record-age", "TIME", "remove what is older than 36h, 7d (30d by default)", 0},
    {OPT_ROOT, "root", "DIR", "read the host that is mounted or saved in DIR", 0},
    {OPT_STILL, "still", NULL, "take DIR for a saved tree in any case (with --root)", 0},
    {OPT_DEMO, "demo", "[GUESTS]", "show a simulated host", 0},
    {.preference = PREFERENCE_ASCII},
    {OPT_NO_COLOR, "no-color", NULL, "draw without colours (as with the variable NO_COLOR)", 0},
    {.preference = PREFERENCE_MOUSE},
    {OPT_CONFIG, "config", "FILE", "read settings from FILE", 0},
    {'h', "help", NULL, "print this", 0},
    {'V', "version", NULL, "print the version", 0},
};

/* An entry of OPTIONS as --help and getopt need it. */
struct option_line {
    int key;
    const char *name, *argument, *help;
};

static struct option_line option_line(size_t i)
{
    const struct preference_info *p = preference_info(OPTIONS[i].preference);

    if (OPTIONS[i].name)
        return (struct option_line){OPTIONS[i].key, OPTIONS[i].name, OPTIONS[i].argument,
                                    OPTIONS[i].help};
    return (struct option_line){p->key ? p->key : OPT_PREFERENCE + (int)OPTIONS[i].preference,
                                p->option, p->argument, p->help};
}

/* The preference of a key; PREFERENCE_COUNT: none. */
static enum preference preference_of_key(int key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(OPTIONS); i++)
        if (!OPTIONS[i].name && option_line(i).key == key)
            return OPTIONS[i].preference;
    return PREFERENCE_COUNT;
}

G_GNUC_PRINTF(1, 2)
static enum options_result wrong(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *raw = g_strdup_vprintf(format, args);
    va_end(args);
    char *line = text_clean(raw, -1);
    fprintf(stderr, "vtop: %s\n", line);
    g_free(line);
    g_free(raw);
    return OPTIONS_WRONG;
}

/* An optional argument is in brackets. */
static bool is_optional(const char *argument)
{
    return argument && *argument == '[' && g_str_has_suffix(argument, "]");
}

static void print_help(void)
{
    /* At most 50 lines: one screen. */
    puts("Usage: vtop [OPTION]...   a top for virtual machines, containers and their host");
    for (size_t i = 0; i < G_N_ELEMENTS(OPTIONS); i++) {
        struct option_line o = option_line(i);
        char *left = is_optional(o.argument)
                         ? g_strdup_printf("%s[=%s", o.name, o.argument + 1)
                         : g_strdup_printf("%s%s%s", o.name, o.argument ? "=" : "",
                                           o.argument ? o.argument : "");
        if (o.key < LONG_ONLY)
            printf("  -%c, --%-20s %s\n", o.key, left, o.help);
        else
            printf("      --%-20s %s\n", left, o.help);
        g_free(left);
    }
    puts("Keys: F1 or ? in the program. Manual: vtop(1).");
}

static void print_columns(void)
{
    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++) {
        const struct metric_info *info = metric_info(m);
        printf("%-28s  %-12s  %s\n", info->export_name, info->title, info->help);
    }
}

/* The title of a section stands alone on its line. */
static void print_keys(void)
{
    for (const struct panel_key *k = keys_help(); k->keys; k++) {
        if (k->section)
            puts(k->section);
        if (*k->keys)
            printf("%-16s  %s\n", k->keys, k->text);
    }
}

static enum options_result print_explanation(const char *name)
{
    if (explain(name, stdout))
        return OPTIONS_DONE;
    return wrong("--explain: there is no metric, rule or threshold '%s'; --list-columns, --explain "
                 "rules and --explain thresholds list them",
                 name);
}

/* ---- arguments ---- */

/* ARGUMENT NULL: the option implies the value. */
static enum options_result set_preference(struct options *o, enum preference p,
                                          const char *argument)
{
    const struct preference_info *info = preference_info(p);
    char *error = NULL;

    if (!preference_read(p, &o->settings, argument ? argument : info->implied, &error)) {
        enum options_result result =
            info->key ? wrong("-%c: %s", info->key, error) : wrong("--%s: %s", info->option, error);
        g_free(error);
        return result;
    }
    o->given |= 1u << p;
    return OPTIONS_RUN;
}

static enum options_result set_iterations(struct options *o, const char *text)
{
    guint64 n;

    if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXINT32, &n, NULL))
        return wrong("-n: '%s' is not a whole number from 1 to %d", text, G_MAXINT32);
    o->iterations = n;
    return OPTIONS_RUN;
}

static enum options_result set_format(struct options *o, const char *text)
{
    static const char *const names[] = {"text", "csv", "json", "openmetrics", "prometheus"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(text, names[i]) != 0)
            continue;
        o->format = (enum options_format)i;
        return OPTIONS_RUN;
    }
    return wrong("-f: '%s' is no format; text, csv, json, openmetrics and prometheus are", text);
}

static enum options_result set_export_names(struct options *o, const char *text)
{
    o->export_names = series_names_find(text);
    return o->export_names == NAMES_COUNT
               ? wrong("--export-names: '%s' is no style; vtop, libvirt and cadvisor are", text)
               : OPTIONS_RUN;
}

static enum options_result set_export(struct options *o, const char *text)
{
    struct address a;

#ifndef HAVE_MICROHTTPD
    return wrong("--export: vtop was built without the exporter");
#endif
    if (text && !address_parse(text, &a))
        return wrong("--export: '%s' is no address and port such as " ADDRESS_DEFAULT, text);
    o->export = true;
    g_free(o->export_address);
    o->export_address = g_strdup(text);
    return OPTIONS_RUN;
}

static void set_file(char **to, const char *path)
{
    g_free(*to);
    *to = g_strdup(path);
}

static enum options_result check_export(const struct options *o)
{
    if (!o->export && (o->export_cert || o->export_key || o->export_auth))
        return wrong("--export-%s is about the exporter, add --export",
                     o->export_cert ? "cert" : o->export_key ? "key" : "auth");
    if (!o->export)
        return OPTIONS_RUN;
    if (o->batch || o->summary || o->advise)
        return wrong("--export is a mode of its own: it goes with none of -b, --summary, --advise "
                     "and --fail-on");
    if (o->replay)
        return wrong("--export serves what is now: it does not go with --replay");
    if (o->given & 1u << PREFERENCE_COLUMNS)
        return wrong("-o: the exporter has all series, it goes without -o");
    if (!o->export_cert != !o->export_key)
        return wrong("--export-cert and --export-key belong together: one is missing");
    return OPTIONS_RUN;
}

static bool has_series(const struct options *o)
{
    return o->format == FORMAT_OPENMETRICS || o->format == FORMAT_PROMETHEUS;
}

static enum options_result check_series(const struct options *o)
{
    if (has_series(o) && !o->batch)
        return wrong("-f: openmetrics and prometheus are formats of samples, add -b");
    if (has_series(o) && o->given & 1u << PREFERENCE_COLUMNS)
        return wrong("-o: openmetrics and prometheus have all series, they go without -o");
    if (!has_series(o) && !o->export && o->export_names != NAMES_VTOP)
        return wrong("--export-names: names of series are for --export, and -b -f openmetrics or "
                     "prometheus");
    return OPTIONS_RUN;
}

/* A whole number of seconds, minutes or hours; 0: it is none, or out of range. */
static int64_t read_window(const char *text)
{
    static const char units[] = "smh";
    static const int64_t seconds[] = {1, 60, 3600};
    size_t digits = strspn(text, "0123456789");
    const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;

    if (!digits || digits > 5 || !unit || text[digits + 1])
        return 0;
    int64_t s = g_ascii_strtoll(text, NULL, 10) * seconds[unit - units];
    return s <= WINDOW_MAX_S ? s * CLOCK_NS_PER_S : 0;
}

/* A time has no two dots. */
static enum options_result set_diff(struct options *o, const char *text)
{
    const char *dots = strstr(text, "..");
    char *first = g_strndup(text, dots ? (gsize)(dots - text) : 0);
    bool good = dots && when_is_time(first) && when_is_time(dots + 2);

    g_free(first);
    if (!good)
        return wrong("--diff: '%s' is not two times such as 02:00..03:00, or \"1h ago..end\"", text);
    g_free(o->diff);
    o->diff = g_strdup(text);
    return OPTIONS_RUN;
}

static enum options_result set_window(struct options *o, const char *text)
{
    o->window_ns = read_window(text);
    return o->window_ns
               ? OPTIONS_RUN
               : wrong("--window: '%s' is no time such as 90s, 10m or 24h, the longest", text);
}

static enum options_result set_parts(struct options *o, const char *list)
{
    o->parts = parts_find(list);
    return o->parts ? OPTIONS_RUN
                    : wrong("--parts: '%s' is no list of cpu, vcpu, disk, nic, node, task, trait and store",
                            list);
}

/* A whole number with the letter of a unit, each WORTH so much; 0: it is none. */
static uint64_t read_amount(const char *text, const char *units, const uint64_t *worth)
{
    size_t digits = strspn(text, "0123456789");
    const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;

    if (!digits || digits > 6 || !unit || text[digits + 1])
        return 0;
    return g_ascii_strtoull(text, NULL, 10) * worth[unit - units];
}

static enum options_result set_record_size(struct options *o, const char *text)
{
    static const uint64_t worth[] = {1 << 20, 1 << 30, UINT64_C(1) << 40};

    o->record_bytes = read_amount(text, "MGT", worth);
    return o->record_bytes ? OPTIONS_RUN
                           : wrong("--record-size: '%s' is no size such as 500M or 2G", text);
}

static enum options_result set_record_age(struct options *o, const char *text)
{
    static const uint64_t worth[] = {3600, 24 * 3600};
    uint64_t seconds = read_amount(text, "hd", worth);

    o->record_age_ns = (int64_t)seconds * CLOCK_NS_PER_S;
    return seconds && seconds <= RECORD_AGE_MAX_S
               ? OPTIONS_RUN
               : wrong("--record-age: '%s' is no time such as 36h or 7d", text);
}

static enum options_result set_replay(struct options *o, const char *path)
{
    if (path && !*path)
        return wrong("--replay=: the file or directory is missing");
    g_free(o->replay_path);
    o->replay_path = g_strdup(path);
    o->replay = true;
    return OPTIONS_RUN;
}

static enum options_result set_time(char **to, const char *option, const char *text)
{
    if (!when_is_time(text))
        return wrong("--%s: '%s' is not " WHEN_EXPECTED, option, text);
    g_free(*to);
    *to = g_strdup(text);
    return OPTIONS_RUN;
}

static enum options_result set_path(char **to, const char *option, const char *path)
{
    if (!*path)
        return wrong("--%s=: the path is missing", option);
    g_free(*to);
    *to = g_strdup(path);
    return OPTIONS_RUN;
}

static enum options_result set_record(struct options *o, const char *dir)
{
    if (dir && !*dir)
        return wrong("--record=: the directory is missing");
    g_free(o->record_dir);
    o->record_dir = g_strdup(dir);
    o->record = true;
    return OPTIONS_RUN;
}

static enum options_result set_fail_on(struct options *o, const char *text)
{
    for (enum severity s = SEVERITY_WARN; s < SEVERITY_COUNT; s++)
        if (strcmp(text, severity_name(s)) == 0) {
            o->fail_on = s;
            return OPTIONS_RUN;
        }
    return wrong("--fail-on: '%s' is no severity; warn and crit are", text);
}

static enum options_result set_filter(struct options *o, const char *text)
{
    g_free(o->filter);
    o->filter = g_strdup(text);
    if (!g_utf8_validate(text, -1, NULL))
        return wrong("-F: the filter is not valid UTF-8");
    return OPTIONS_RUN;
}

static enum options_result set_uri(struct options *o, const char *text)
{
    char *scheme = g_uri_parse_scheme(text);
    bool is_uri = scheme && strstr(text, ":/");
    enum options_result result = OPTIONS_RUN;
    struct libvirt_uri uri;

    g_free(scheme);
    libvirt_uri_parse(text, &uri);
    if (!is_uri)
        result = wrong("-c: '%s' is no libvirt URI such as qemu:///system", uri.shown);
    else if (o->uris->len == FEED_LIVE_URIS_MAX)
        result = wrong("-c: '%s' is one too many: %d is the most", uri.shown, FEED_LIVE_URIS_MAX);
    else
        g_ptr_array_add(o->uris, g_strdup(text));
    libvirt_uri_clear(&uri);
    return result;
}

static enum options_result set_demo(struct options *o, const char *text)
{
    guint64 n = 0;

    if (text && !g_ascii_string_to_unsigned(text, 10, 1, DEMO_MAX, &n, NULL))
        return wrong("--demo: '%s' is not a number of guests from 1 to %d", text, DEMO_MAX);
    o->demo = true;
    o->demo_guests = (unsigned)n;
    return OPTIONS_RUN;
}

static enum options_result set_root(struct options *o, const char *text)
{
    if (!g_file_test(text, G_FILE_TEST_IS_DIR))
        return wrong("--root: '%s' is not a directory", text);
    g_free(o->root);
    o->root = g_strdup(text);
    return OPTIONS_RUN;
}

static enum options_result take(struct options *o, int key, const char *argument)
{
    enum preference p = preference_of_key(key);

    if (p != PREFERENCE_COUNT)
        return set_preference(o, p, argument);
    switch (key) {
    case 'b':
        o->batch = true;
        return OPTIONS_RUN;
    case 'c':
        return set_uri(o, argument);
    case 'f':
        return set_format(o, argument);
    case 'F':
        return set_filter(o, argument);
    case 'n':
        return set_iterations(o, argument);
    case OPT_EXPORT:
        return set_export(o, argument);
    case OPT_EXPORT_CERT:
        set_file(&o->export_cert, argument);
        return OPTIONS_RUN;
    case OPT_EXPORT_KEY:
        set_file(&o->export_key, argument);
        return OPTIONS_RUN;
    case OPT_EXPORT_AUTH:
        set_file(&o->export_auth, argument);
        return OPTIONS_RUN;
    case OPT_EXPORT_NAMES:
        return set_export_names(o, argument);
    case OPT_NO_HEADER:
        o->no_header = true;
        return OPTIONS_RUN;
    case OPT_WINDOW:
        return set_window(o, argument);
    case OPT_PARTS:
        return set_parts(o, argument);
    case OPT_EXPLAIN:
        return print_explanation(argument);
    case OPT_ADVISE:
        o->advise = true;
        return OPTIONS_RUN;
    case OPT_SUMMARY:
        o->summary = true;
        return OPTIONS_RUN;
    case OPT_FAIL_ON:
        return set_fail_on(o, argument);
    case OPT_REPLAY:
        return set_replay(o, argument);
    case OPT_AT:
        return set_time(&o->at, "at", argument);
    case OPT_SINCE:
        return set_time(&o->since, "since", argument);
    case OPT_UNTIL:
        return set_time(&o->until, "until", argument);
    case OPT_RECORDING_INFO:
        return set_path(&o->recording_info, "recording-info", argument);
    case OPT_DIFF:
        return set_diff(o, argument);
    case OPT_SNAPSHOT:
        return set_path(&o->snapshot, "snapshot", argument);
    case OPT_ANONYMIZE:
        o->anonymize = true;
        return OPTIONS_RUN;
    case OPT_RECORD:
        return set_record(o, argument);
    case OPT_RECORD_SIZE:
        return set_record_size(o, argument);
    case OPT_RECORD_AGE:
        return set_record_age(o, argument);
    case OPT_ROOT:
        return set_root(o, argument);
    case OPT_STILL:
        o->still = true;
        return OPTIONS_RUN;
    case OPT_DEMO:
        return set_demo(o, argument);
    case OPT_NO_COLOR:
        o->no_color = true;
        return OPTIONS_RUN;
    case OPT_CONFIG:
        g_free(o->config);
        o->config = g_strdup(argument);
        return OPTIONS_RUN;
    case OPT_LIST_COLUMNS:
        print_columns();
        return OPTIONS_DONE;
    case OPT_LIST_KEYS:
        print_keys();
        return OPTIONS_DONE;
    case 'h':
        print_help();
        return OPTIONS_DONE;
    case 'V':
        puts(PACKAGE_STRING "\nLicence: GPL-2.0-or-later, by the vtop authors; there is no warranty");
        return OPTIONS_DONE;
    default:
        g_assert_not_reached();
    }
}

static enum options_result complain(int argc, char **argv, bool missing_argument)
{
    const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";

    if (optopt && optopt < LONG_ONLY && missing_argument)
        return wrong("-%c needs an argument; --help lists the options", optopt);
    if (missing_argument)
        return wrong("'%s' needs an argument; --help lists the options", word);
    if (optopt && optopt < LONG_ONLY)
        return wrong("there is no option '-%c'; --help lists them", optopt);
    return wrong("there is no option '%s'; --help lists them", word);
}

static bool is_saved_tree(const char *dir)
{
    struct root *root;
    bool saved = true;

    if (root_new(dir, &root) == 0) {
        saved = !root_is_live(root);
        root_free(root);
    }
    return saved;
}

static bool has_number(const struct columns *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (metric_is_number(c->metric[i]))
            return true;
    return false;
}

static enum options_result check_summary(struct options *o)
{
    if (o->batch)
        return wrong("--summary prints statistics at the end: it does not go with -b");
    if (o->fail_on != SEVERITY_INFO)
        return wrong("--summary has the exit status of a command: it does not go with --fail-on");
    if (o->window_ns)
        return wrong("--summary is about the whole run: it does not go with --window");
    if (o->given & 1u << PREFERENCE_COLUMNS && !has_number(&o->settings.columns))
        return wrong("-o: --summary needs a column that is a number");
    return OPTIONS_RUN;
}

/* --fail-on without -b ends by itself: a minute is enough for most rules. It prints samples if a
 * format was asked for. */
static void check_fail_on(struct options *o)
{
    int64_t interval_ns = o->settings.interval_ns;

    if (o->fail_on == SEVERITY_INFO || o->batch || o->summary || o->advise)
        return;
    o->quiet = o->format == FORMAT_TEXT && !o->no_header;
    o->batch = true;
    if (!o->iterations && !o->replay)
        o->iterations = (uint64_t)((62 * CLOCK_NS_PER_S + interval_ns - 1) / interval_ns) + 1;
}

static enum options_result check_advise(const struct options *o)
{
    if (o->batch || o->summary)
        return wrong("--advise is a mode of its own: it goes with neither -b nor --summary");
    if (o->fail_on != SEVERITY_INFO)
        return wrong("--advise prints no findings: it does not go with --fail-on");
    if (o->format == FORMAT_CSV)
        return wrong("-f: advice is printed as text or json");
    return OPTIONS_RUN;
}

static enum options_result check_record(const struct options *o)
{
    bool stream = g_strcmp0(o->record_dir, "-") == 0;

    if (o->still)
        return wrong("--record: '%s' is a saved tree, whose numbers do not change", o->root);
    if (stream && (o->batch || o->summary || o->advise))
        return wrong("--record=- writes to standard output: it goes with neither -b, --summary nor "
                     "--advise");
    if (stream && isatty(STDOUT_FILENO))
        return wrong("--record=-: standard output is a terminal; it goes to a pipe or a file");
    return OPTIONS_RUN;
}

static enum options_result check_snapshot(const struct options *o)
{
    if (o->at)
        return wrong("--snapshot goes from --since to --until, without --at");
    if (g_strcmp0(o->replay_path, "-") == 0)
        return wrong("--snapshot reads a file or a directory, not standard input");
    if (o->batch || o->summary || o->advise || o->record || o->demo || o->root || o->uris->len)
        return wrong("--snapshot writes a file from a recording, and does nothing else");
    return OPTIONS_RUN;
}

static enum options_result check_diff(const struct options *o)
{
    if (o->batch || o->summary || o->advise || o->export || o->record)
        return wrong("--diff is a mode of its own: it goes with none of -b, --summary, --advise, "
                     "--export and --record");
    if (o->demo || o->root || o->uris->len)
        return wrong("--diff is about a recording: it goes with none of --demo, --root and -c");
    if (o->at || o->since || o->until)
        return wrong("--diff says itself what it compares: it goes with none of --at, --since and "
                     "--until");
    if (g_strcmp0(o->replay_path, "-") == 0)
        return wrong("--diff goes to two times, which one cannot in a pipe: --replay=FILE or DIR");
    if (o->format == FORMAT_CSV)
        return wrong("-f: what changed is printed as text or json");
    return OPTIONS_RUN;
}

static enum options_result check_replay(const struct options *o)
{
    if (o->anonymize && !o->snapshot)
        return wrong("--anonymize is about the file of --snapshot, add that");
    if (o->snapshot)
        return check_snapshot(o);
    if (o->diff)
        return check_diff(o);
    if (!o->replay && (o->at || o->since || o->until))
        return wrong("--%s is about a recording, add --replay",
                     o->at ? "at" : o->since ? "since" : "until");
    if (!o->replay)
        return OPTIONS_RUN;
    if (o->demo || o->root || o->uris->len)
        return wrong("--replay shows a recording: it goes with none of --demo, --root and -c");
    if (o->command)
        return wrong("--replay shows what has been: no command runs beside it");
    if ((o->since || o->until) && !o->batch && !o->summary && !o->advise)
        return wrong("--since and --until are for -b, --summary and --advise; --at is for the "
                     "screen");
    if (o->at && o->since)
        return wrong("--at and --since both say where to begin: one is enough");
    return OPTIONS_RUN;
}

/* Combinations that exclude each other, and what follows from the others. */
static enum options_result check(struct options *o)
{
    if (o->summary && check_summary(o) != OPTIONS_RUN)
        return OPTIONS_WRONG;
    if (o->advise && check_advise(o) != OPTIONS_RUN)
        return OPTIONS_WRONG;
    check_fail_on(o);
    if (!o->batch && !o->summary && !o->advise && !o->diff && o->format != FORMAT_TEXT)
        return wrong("-f: formats are for batch mode, add -b");
    if (check_series(o) != OPTIONS_RUN || check_export(o) != OPTIONS_RUN)
        return OPTIONS_WRONG;
    if (!o->batch && !o->summary && o->no_header)
        return wrong("--no-header is for batch mode, add -b");
    if (o->window_ns && !o->diff && (!o->batch || o->format != FORMAT_JSON))
        return wrong("--window: statistics over a window are in JSON, add -b -f json, and in --diff");
    if (o->parts && !o->export && (!o->batch || o->format == FORMAT_TEXT))
        return wrong("--parts: parts are in machine formats, add -b -f json (or csv, openmetrics) "
                     "or --export");
    if (o->demo && (o->root || o->uris->len))
        return wrong("--demo shows a simulated host: it goes with neither --root nor -c");
    if (o->still && !o->root)
        return wrong("--still is about the directory of --root, add that");
    o->still = o->root && (o->still || is_saved_tree(o->root));
    if (o->record && check_record(o) != OPTIONS_RUN)
        return OPTIONS_WRONG;
    if (check_replay(o) != OPTIONS_RUN)
        return OPTIONS_WRONG;
    if (o->still && o->summary && !o->command && !o->iterations)
        o->iterations = 1; /* it will not change */
    if (o->still && o->uris->len)
        return wrong("--root: '%s' is a saved tree, which does not go with -c", o->root);
    return OPTIONS_RUN;
}

/* REST: what follows the options. ENDED: "--" ended them. */
static enum options_result take_rest(struct options *o, char **rest, bool ended)
{
    if (!ended && *rest && o->replay && !o->replay_path)
        return wrong("'%s' is not an option; a recording is given as --replay=%s", *rest, *rest);
    if (!ended && *rest && o->record && !o->record_dir)
        return wrong("'%s' is not an option; a directory is given as --record=%s", *rest, *rest);
    if (!ended && *rest)
        return o->summary ? wrong("'%s' is not an option; a command goes behind --", *rest)
                          : wrong("'%s' is not an option; --help lists them", *rest);
    if (ended && !o->summary)
        return *rest ? wrong("'%s' is a command, which goes with --summary", *rest) : OPTIONS_RUN;
    if (ended && !*rest)
        return wrong("--: the command that goes behind it is missing");
    o->command = *rest ? rest : NULL;
    return OPTIONS_RUN;
}

enum options_result options_parse(int argc, char **argv, struct options *out)
{
    enum options_result result = OPTIONS_RUN;
    /* End at the first word that is no option; report a missing argument as ':'. */
    GString *shorts = g_string_new("+:");
    struct option longs[G_N_ELEMENTS(OPTIONS) + 1] = {0};
    const char *last = NULL;
    int key;

    *out = (struct options){.uris = g_ptr_array_new_with_free_func(g_free),
                            .record_bytes = RECORD_BYTES,
                            .record_age_ns = (int64_t)RECORD_AGE_S * CLOCK_NS_PER_S};
    preferences_default(&out->settings);
    for (size_t i = 0; i < G_N_ELEMENTS(OPTIONS); i++) {
        struct option_line o = option_line(i);
        longs[i] = (struct option){.name = o.name,
                                   .has_arg = is_optional(o.argument) ? optional_argument
                                              : o.argument            ? required_argument
                                                                      : no_argument,
                                   .val = o.key};
        if (o.key < LONG_ONLY)
            g_string_append_printf(shorts, "%c%s", o.key, o.argument ? ":" : "");
    }

    optind = 0; /* so that tests may parse more than once */
    while (result == OPTIONS_RUN &&
           (key = getopt_long(argc, argv, shorts->str, longs, NULL)) != -1) {
        result =
            key == '?' || key == ':' ? complain(argc, argv, key == ':') : take(out, key, optarg);
        last = optarg;
    }
    /* "--" may also be the argument of the last option. */
    bool ended = optind > 1 && argv[optind - 1] != last && strcmp(argv[optind - 1], "--") == 0;
    if (result == OPTIONS_RUN)
        result = take_rest(out, argv + optind, ended);
    if (result == OPTIONS_RUN)
        result = check(out);
    g_string_free(shorts, TRUE);
    return result;
}

struct feed_live_config options_sources(const struct options *o)
{
    return (struct feed_live_config){.root = o->root,
                                     .still = o->still,
                                     .uris = (const char *const *)o->uris->pdata,
                                     .uri_count = o->uris->len,
                                     .demo = o->demo,
                                     .demo_guests = o->demo_guests};
}

void options_clear(struct options *o)
{
    g_ptr_array_free(o->uris, TRUE);
    g_free(o->filter);
    g_free(o->root);
    g_free(o->config);
    g_free(o->export_address);
    g_free(o->export_cert);
    g_free(o->export_key);
    g_free(o->export_auth);
    g_free(o->record_dir);
    g_free(o->replay_path);
    g_free(o->recording_info);
    g_free(o->snapshot);
    g_free(o->at);
    g_free(o->since);
    g_free(o->until);
    g_free(o->diff);
}
