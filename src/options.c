#include <config.h>

#include "options.h"

#include "base/root.h"
#include "base/text.h"
#include "collect/libvirt/libvirt_uri.h"
#include "ui/keys.h"
#include "ui/settings.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum {
    LONG_ONLY = 256,
    OPT_NO_HEADER,
    OPT_LIST_COLUMNS,
    OPT_LIST_KEYS,
    OPT_ROOT,
    OPT_STILL,
    OPT_DEMO,
    OPT_ASCII,
    OPT_NO_COLOR,
    OPT_NO_MOUSE,
    OPT_CONFIG
};

#define DEMO_MAX 100000

static const struct {
    int key;
    const char *name, *argument, *help;
} OPTIONS[] = {
    {'c', "connect", "URI", "ask this hypervisor; may be repeated (qemu+ssh://host/system)"},
    {'d', "delay", "SECS", "time between two samples (default 1)"},
    {'n', "iterations", "N", "end after N samples"},
    {'s', "sort", "[-]COLUMN", "sort by COLUMN; with - the other way round"},
    {'o', "columns", "LIST", "show these columns, separated by commas"},
    {'F', "filter", "TEXT", "only guests that match: substring, a|b, or /regular expression/"},
    {'t', "types", "LIST", "only these: vm, ct, service, docker, podman, lxc, ..."},
    {'r', "tree", NULL, "start in the tree of groups"},
    {'b', "batch", NULL, "print samples, no terminal needed"},
    {'f', "format", "FORMAT", "of batch: text, csv or json"},
    {OPT_NO_HEADER, "no-header", NULL, "batch: rows only"},
    {OPT_LIST_COLUMNS, "list-columns", NULL, "print all columns with their meaning"},
    {OPT_LIST_KEYS, "list-keys", NULL, "print all keys with what they do"},
    {OPT_ROOT, "root", "DIR", "read the host that is mounted or saved in DIR"},
    {OPT_STILL, "still", NULL, "with --root: take DIR for a saved tree in any case"},
    {OPT_DEMO, "demo", "[GUESTS]", "show a simulated host"},
    {OPT_ASCII, "ascii", NULL, "draw with ASCII only"},
    {OPT_NO_COLOR, "no-color", NULL, "no colours (also: the variable NO_COLOR)"},
    {OPT_NO_MOUSE, "no-mouse", NULL, "leave the mouse to the terminal"},
    {OPT_CONFIG, "config", "FILE", "read settings from FILE"},
    {'h', "help", NULL, "print this"},
    {'V', "version", NULL, "print the version"},
};

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

/* An argument that may be left out is in brackets, all of it. */
static bool is_optional(const char *argument)
{
    return argument && *argument == '[' && g_str_has_suffix(argument, "]");
}

static void print_help(void)
{
    /* At most 24 lines: one screen. */
    puts("Usage: vtop [OPTION]...   a top for virtual machines, containers and their host");
    for (size_t i = 0; i < G_N_ELEMENTS(OPTIONS); i++) {
        const char *argument = OPTIONS[i].argument;
        char *left = is_optional(argument)
                         ? g_strdup_printf("%s[=%s", OPTIONS[i].name, argument + 1)
                         : g_strdup_printf("%s%s%s", OPTIONS[i].name, argument ? "=" : "",
                                           argument ? argument : "");
        if (OPTIONS[i].key < LONG_ONLY)
            printf("  -%c, --%-20s %s\n", OPTIONS[i].key, left, OPTIONS[i].help);
        else
            printf("      --%-20s %s\n", left, OPTIONS[i].help);
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

/* ---- arguments ---- */

static enum options_result set_delay(struct options *o, const char *text)
{
    if (!settings_parse_interval(text, &o->interval_ns))
        return wrong("-d: '%s' is not a number of seconds from %g to %g", text,
                     SETTINGS_INTERVAL_MIN, SETTINGS_INTERVAL_MAX);
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

static enum metric find_column(const char *name)
{
    return *name ? metric_find(KIND_GUEST, name) : M_NONE;
}

static enum options_result set_sort(struct options *o, const char *text)
{
    const char *name = text;

    o->sort_reversed = *text == '-';
    if (*text == '-' || *text == '+')
        name++;
    o->sort = find_column(name);
    if (o->sort == M_NONE || metric_info(o->sort)->unit == UNIT_GRAPH)
        return wrong("-s: there is no column '%s' to sort by; --list-columns names them", name);
    return OPTIONS_RUN;
}

static enum options_result set_columns(struct options *o, const char *text)
{
    enum options_result result = OPTIONS_RUN;
    char **names = g_strsplit(text, ",", -1);

    g_array_set_size(o->columns, 0);
    for (char **name = names; *name && result == OPTIONS_RUN; name++) {
        enum metric m = find_column(g_strstrip(*name));
        if (m == M_NONE)
            result = wrong("-o: there is no column '%s'; --list-columns names them", *name);
        else
            g_array_append_val(o->columns, m);
    }
    g_strfreev(names);
    return result;
}

static enum options_result set_types(struct options *o, const char *text)
{
    enum options_result result = OPTIONS_RUN;
    char **names = g_strsplit(text, ",", -1);

    o->types = 0;
    for (char **name = names; *name && result == OPTIONS_RUN; name++) {
        uint32_t types = guest_types_find(g_strstrip(*name));
        if (!types)
            result = wrong("-t: '%s' is no type of guest; vm, ct, service, docker, podman, lxc ... "
                           "are",
                           *name);
        o->types |= types;
    }
    o->services = (o->types & 1u << GUEST_SERVICE) != 0;
    g_strfreev(names);
    return result;
}

static enum options_result set_format(struct options *o, const char *text)
{
    static const char *const names[] = {"text", "csv", "json"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(text, names[i]) != 0)
            continue;
        o->format = (enum options_format)i;
        return OPTIONS_RUN;
    }
    return wrong("-f: '%s' is no format; text, csv and json are", text);
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
    switch (key) {
    case 'b':
        o->batch = true;
        return OPTIONS_RUN;
    case 'c':
        return set_uri(o, argument);
    case 'd':
        return set_delay(o, argument);
    case 'f':
        return set_format(o, argument);
    case 'F':
        return set_filter(o, argument);
    case 'n':
        return set_iterations(o, argument);
    case 'o':
        return set_columns(o, argument);
    case 'r':
        o->tree = true;
        return OPTIONS_RUN;
    case 's':
        return set_sort(o, argument);
    case 't':
        return set_types(o, argument);
    case OPT_NO_HEADER:
        o->no_header = true;
        return OPTIONS_RUN;
    case OPT_ROOT:
        return set_root(o, argument);
    case OPT_STILL:
        o->still = true;
        return OPTIONS_RUN;
    case OPT_DEMO:
        return set_demo(o, argument);
    case OPT_ASCII:
        o->ascii = true;
        return OPTIONS_RUN;
    case OPT_NO_COLOR:
        o->no_color = true;
        return OPTIONS_RUN;
    case OPT_NO_MOUSE:
        o->no_mouse = true;
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
        puts(PACKAGE_STRING);
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

/* Combinations that make no sense together. */
static enum options_result check(struct options *o)
{
    if (!o->batch && o->format != FORMAT_TEXT)
        return wrong("-f: formats are for batch mode, add -b");
    if (!o->batch && o->no_header)
        return wrong("--no-header is for batch mode, add -b");
    if (o->demo && (o->root || o->uris->len))
        return wrong("--demo shows a simulated host: it goes with neither --root nor -c");
    if (o->still && !o->root)
        return wrong("--still is about the directory of --root, add that");
    o->still = o->root && (o->still || is_saved_tree(o->root));
    if (o->still && o->uris->len)
        return wrong("--root: '%s' is a saved tree, which does not go with -c", o->root);
    return OPTIONS_RUN;
}

enum options_result options_parse(int argc, char **argv, struct options *out)
{
    enum options_result result = OPTIONS_RUN;
    GString *shorts = g_string_new(":"); /* report a missing argument as ':' */
    struct option longs[G_N_ELEMENTS(OPTIONS) + 1] = {0};
    int key;

    *out = (struct options){.sort = M_NONE,
                            .uris = g_ptr_array_new_with_free_func(g_free),
                            .columns = g_array_new(FALSE, FALSE, sizeof(enum metric))};
    for (size_t i = 0; i < G_N_ELEMENTS(OPTIONS); i++) {
        const char *argument = OPTIONS[i].argument;
        longs[i] = (struct option){.name = OPTIONS[i].name,
                                   .has_arg = is_optional(argument) ? optional_argument
                                              : argument            ? required_argument
                                                                    : no_argument,
                                   .val = OPTIONS[i].key};
        if (OPTIONS[i].key < LONG_ONLY)
            g_string_append_printf(shorts, "%c%s", OPTIONS[i].key, argument ? ":" : "");
    }

    optind = 0; /* so that tests may parse more than once */
    while (result == OPTIONS_RUN && (key = getopt_long(argc, argv, shorts->str, longs, NULL)) != -1)
        result =
            key == '?' || key == ':' ? complain(argc, argv, key == ':') : take(out, key, optarg);
    if (result == OPTIONS_RUN && optind < argc)
        result = wrong("'%s' is not an option; --help lists them", argv[optind]);
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
    g_array_free(o->columns, TRUE);
    g_free(o->filter);
    g_free(o->root);
    g_free(o->config);
}
