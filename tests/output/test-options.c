/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The command line: accepted options, and one line on stderr for each wrong one. */
#include "options.h"

#include "base/clock.h"
#include "explain.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum options_result parse(struct options *o, const char *line)
{
    char **argv;
    int argc;

    g_assert_true(g_shell_parse_argv(line, &argc, &argv, NULL));
    enum options_result result = options_parse(argc, argv, o);
    g_strfreev(argv);
    return result;
}

static void test_defaults(void)
{
    struct options o;

    g_assert_cmpint(parse(&o, "vtop"), ==, OPTIONS_RUN);
    g_assert_false(o.batch);
    g_assert_cmpuint(o.given, ==, 0u);
    g_assert_cmpuint(o.iterations, ==, 0);
    options_clear(&o);
}

static void test_everything(void)
{
    struct options o;

    g_assert_cmpint(parse(&o, "vtop -b -n 3 -d 0.5 -f json -s -cpu_percent -o name,MEM,rd/s "
                              "-F 'web|db' -t vm,docker -c test:///default "
                              "-c qemu+ssh://kvm7/system --no-header --tree"),
                    ==, OPTIONS_RUN);
    g_assert_true(o.batch);
    g_assert_cmpuint(o.iterations, ==, 3);
    g_assert_cmpint(o.settings.interval_ns, ==, CLOCK_NS_PER_S / 2);
    g_assert_cmpint(o.format, ==, FORMAT_JSON);
    g_assert_cmpint(o.settings.sort, ==, M_CPU);
    g_assert_true(o.settings.sort_reversed);
    g_assert_cmpuint(o.settings.columns.count, ==, 3);
    g_assert_cmpint(o.settings.columns.metric[1], ==, M_MEM);
    g_assert_cmpint(o.settings.columns.metric[2], ==, M_READ);
    g_assert_cmpstr(o.filter, ==, "web|db");
    g_assert_cmpuint(o.settings.types, ==, 1u << GUEST_VM | 1u << GUEST_DOCKER);
    g_assert_cmpuint(o.uris->len, ==, 2);
    g_assert_true(o.settings.tree && o.no_header);
    options_clear(&o);

    g_assert_cmpint(parse(&o, "vtop --sort -name --demo"), ==, OPTIONS_RUN);
    g_assert_cmpint(o.settings.sort, ==, M_NAME);
    g_assert_true(o.settings.sort_reversed);
    g_assert_true(o.demo);
    options_clear(&o);

    g_assert_cmpint(parse(&o, "vtop -t ct,service"), ==, OPTIONS_RUN);
    g_assert_true(o.settings.types & 1u << GUEST_SERVICE);
    g_assert_false(o.settings.types & 1u << GUEST_VM);
    g_assert_true(o.settings.types & 1u << GUEST_LXC);
    options_clear(&o);
}

static void test_window(void)
{
    struct options o;

    g_assert_cmpint(parse(&o, "vtop -b -f json --window=90s"), ==, OPTIONS_RUN);
    g_assert_cmpint(o.window_ns, ==, 90 * CLOCK_NS_PER_S);
    options_clear(&o);
    g_assert_cmpint(parse(&o, "vtop -b -f json --window 24h"), ==, OPTIONS_RUN);
    g_assert_cmpint(o.window_ns, ==, 86400 * CLOCK_NS_PER_S);
    options_clear(&o);
}

/* The words behind "--" are the command, whatever they look like. */
static void test_summary(void)
{
    /* as in a process: each word at its own place */
    char argument[] = "--", end[] = "--", word[] = "--";
    char *argv[] = {"vtop",   "--summary", "-f", "csv", "-n", "5", "-F",
                    argument, end,         "ls", "-b",  word, NULL};
    struct options o;

    g_assert_cmpint(parse(&o, "vtop --summary --no-header"), ==, OPTIONS_RUN);
    g_assert_true(o.summary && o.no_header && !o.batch);
    g_assert_null(o.command);
    options_clear(&o);
    g_assert_cmpint(options_parse(G_N_ELEMENTS(argv) - 1, argv, &o), ==, OPTIONS_RUN);
    g_assert_true(o.summary && !o.batch);
    g_assert_cmpint(o.format, ==, FORMAT_CSV);
    g_assert_cmpstr(o.filter, ==, "--");
    g_assert_cmpstr(o.command[0], ==, "ls");
    g_assert_cmpstr(o.command[1], ==, "-b");
    g_assert_cmpstr(o.command[2], ==, "--");
    g_assert_null(o.command[3]);
    options_clear(&o);
}

static void test_fail_on(void)
{
    struct options o;

    g_assert_cmpint(parse(&o, "vtop --fail-on warn -d 0.5"), ==, OPTIONS_RUN);
    g_assert_true(o.batch && o.quiet);
    g_assert_cmpint(o.fail_on, ==, SEVERITY_WARN);
    g_assert_cmpuint(o.iterations, ==, 125);
    options_clear(&o);
    g_assert_cmpint(parse(&o, "vtop --fail-on=crit -n 5 -b -f json"), ==, OPTIONS_RUN);
    g_assert_true(o.batch && !o.quiet);
    g_assert_cmpint(o.fail_on, ==, SEVERITY_CRIT);
    g_assert_cmpuint(o.iterations, ==, 5);
    options_clear(&o);
    g_assert_cmpint(parse(&o, "vtop --fail-on=crit -f json"), ==, OPTIONS_RUN);
    g_assert_true(o.batch && !o.quiet);
    g_assert_cmpuint(o.iterations, ==, 63);
    options_clear(&o);
    g_assert_cmpint(parse(&o, "vtop -b"), ==, OPTIONS_RUN);
    g_assert_cmpint(o.fail_on, ==, SEVERITY_INFO);
    options_clear(&o);
}

static char *explained(const char *name)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    g_assert_true(explain(name, out));
    fclose(out);
    return text;
}

static void check_explained(const char *name, const char *part)
{
    char *text = explained(name);

    g_test_message("%s", text);
    g_assert_nonnull(strstr(text, part));
    free(text);
}

static void test_explain(void)
{
    check_explained("cpu_percent", "100 = one core");
    check_explained("psicpu", "each host");
    check_explained("PSICPU", "each guest");
    check_explained("vcpu-contention", "crit from ready-crit (20\n    percent)");
    check_explained("ready-warn", "The rule vcpu-contention compares with it.");
    check_explained("ready-warn", "threshold.ready-warn = NUMBER, from 0.1 to 100.");
    check_explained("rules", "host-steal ");
    check_explained("thresholds", "steal-warn ");
}

/* Each line fits, and each name has a text. */
static void test_explain_all(void)
{
    for (enum rule r = 0; r < RULE_COUNT; r++) {
        char *text = explained(rule_info(r)->name), **lines = g_strsplit(text, "\n", -1);
        for (char **line = lines + 1; *line; line++)
            g_assert_cmpuint(strlen(*line), <=, 80);
        g_assert_cmpuint(g_strv_length(lines), >, 3);
        g_strfreev(lines);
        free(text);
    }
}

#define URI_4 " -c test:/ -c test:/ -c test:/ -c test:/"
#define URI_32 URI_4 URI_4 URI_4 URI_4 URI_4 URI_4 URI_4 URI_4

/* Each is refused with one line that has the option, the value and what was expected. */
static const struct {
    const char *name, *line, *said;
} WRONG[] = {
    {"flag", "vtop -Z", "vtop: there is no option '-Z'; --help lists them\n"},
    {"long-flag", "vtop --nope", "vtop: there is no option '--nope'; --help lists them\n"},
    {"missing", "vtop -s", "vtop: -s needs an argument; --help lists the options\n"},
    {"missing-long", "vtop --root", "vtop: '--root' needs an argument; --help lists the options\n"},
    {"missing-sort", "vtop --sort", "vtop: -s needs an argument; --help lists the options\n"},
    {"word", "vtop top", "vtop: 'top' is not an option; --help lists them\n"},
    {"delay", "vtop -d fast", "vtop: -d: 'fast' is not a number of seconds from 0.1 to 86400\n"},
    {"delay-zero", "vtop -d 0", "vtop: -d: '0' is not a number of seconds from 0.1 to 86400\n"},
    {"delay-nan", "vtop -d nan", "vtop: -d: 'nan' is not a number of seconds from 0.1 to 86400\n"},
    {"count", "vtop -n -1", "vtop: -n: '-1' is not a whole number from 1 to 2147483647\n"},
    {"sort", "vtop -s nocolumn",
     "vtop: -s: there is no column 'nocolumn' to sort by; --list-columns names them\n"},
    {"columns", "vtop -o name,,cpu_percent",
     "vtop: -o: there is no column ''; --list-columns names them\n"},
    {"format", "vtop -b -f xml", "vtop: -f: 'xml' is no format; text, csv, json, openmetrics and prometheus are\n"},
    {"format-alone", "vtop -f json", "vtop: -f: formats are for batch mode, add -b\n"},
    {"parts", "vtop -b -f json --parts=disk,discs",
     "vtop: --parts: 'disk,discs' is no list of cpu, vcpu, disk, nic, node, task, trait and store\n"},
    {"parts-text", "vtop -b --parts",
     "vtop: --parts: parts are in machine formats, add -b -f json (or csv, openmetrics) or --export\n"},
    {"window", "vtop -b -f json --window=10",
     "vtop: --window: '10' is no time such as 90s, 10m or 24h, the longest\n"},
    {"window-zero", "vtop -b -f json --window=0s",
     "vtop: --window: '0s' is no time such as 90s, 10m or 24h, the longest\n"},
    {"window-long", "vtop -b -f json --window=25h",
     "vtop: --window: '25h' is no time such as 90s, 10m or 24h, the longest\n"},
    {"window-huge", "vtop -b -f json --window=99999999999999999999h",
     "vtop: --window: '99999999999999999999h' is no time such as 90s, 10m or 24h, the longest\n"},
    {"window-text", "vtop -b --window=10m",
     "vtop: --window: statistics over a window are in JSON, add -b -f json, and in --diff\n"},
    {"window-screen", "vtop --window=10m",
     "vtop: --window: statistics over a window are in JSON, add -b -f json, and in --diff\n"},
    {"summary-batch", "vtop --summary -b",
     "vtop: --summary prints statistics at the end: it does not go with -b\n"},
    {"summary-fail-on", "vtop --summary --fail-on warn",
     "vtop: --summary has the exit status of a command: it does not go with --fail-on\n"},
    {"summary-window", "vtop --summary --window=5m",
     "vtop: --summary is about the whole run: it does not go with --window\n"},
    {"summary-texts", "vtop --summary -o name,type",
     "vtop: -o: --summary needs a column that is a number\n"},
    {"summary-word", "vtop --summary sleep -n 1",
     "vtop: 'sleep' is not an option; a command goes behind --\n"},
    {"summary-nothing", "vtop --summary -n 1 --",
     "vtop: --: the command that goes behind it is missing\n"},
    {"filter-dashes", "vtop -F -- ls", "vtop: 'ls' is not an option; --help lists them\n"},
    {"command", "vtop -- ls", "vtop: 'ls' is a command, which goes with --summary\n"},
    {"fail-on", "vtop --fail-on info",
     "vtop: --fail-on: 'info' is no severity; warn and crit are\n"},
    {"explain", "vtop --explain 'no\033such'",
     "vtop: --explain: there is no metric, rule or threshold 'no\xEF\xBF\xBDsuch'; "
     "--list-columns, --explain rules and --explain thresholds list them\n"},
    {"type", "vtop -t pony",
     "vtop: -t: 'pony' is no type of guest; vm, ct, service, docker, podman, lxc ... are\n"},
    {"uri", "vtop -c nonsense", "vtop: -c: 'nonsense' is no libvirt URI such as qemu:///system\n"},
    {"uris", "vtop" URI_32, "vtop: -c: 'test:/' is one too many: 31 is the most\n"},
    {"root", "vtop --root /proc/nonexistent",
     "vtop: --root: '/proc/nonexistent' is not a directory\n"},
    {"demo-root", "vtop --demo --root /proc",
     "vtop: --demo shows a simulated host: it goes with neither --root nor -c\n"},
    {"demo", "vtop --demo=0", "vtop: --demo: '0' is not a number of guests from 1 to 100000\n"},
    {"escape", "vtop '\033[2J'", "vtop: '\xEF\xBF\xBD[2J' is not an option; --help lists them\n"},
};

static void test_wrong(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);

    if (g_test_subprocess()) {
        struct options o;
        _exit(parse(&o, WRONG[i].line) == OPTIONS_WRONG ? 2 : 0);
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr(WRONG[i].said);
}

static void test_list_columns(void)
{
    if (g_test_subprocess()) {
        struct options o;
        enum options_result result = parse(&o, "vtop --list-columns");
        fflush(stdout);
        _exit(result == OPTIONS_DONE ? 0 : 1);
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*cpu_percent *CPU% *100 = one core*");
    g_test_trap_assert_stdout("*pressure_io_full_percent*");
}

/* A command line of random pieces: it runs, is done, or is refused in lines that are safe for a
 * terminal. */
static void parse_noise(void)
{
    static const char *const words[] = {"-b",
                                        "-n",
                                        "1",
                                        "-d",
                                        "0.5",
                                        "-f",
                                        "json",
                                        "-s",
                                        "-cpu_percent",
                                        "-o",
                                        "name,MEM",
                                        "-F",
                                        "(((",
                                        "-t",
                                        "vm,ct",
                                        "-c",
                                        "test:///default",
                                        "--",
                                        "-",
                                        "",
                                        "--demo",
                                        "--demo=9",
                                        "--root",
                                        "/proc",
                                        "--config",
                                        "--d",
                                        "--no",
                                        "--tree",
                                        "-bn1",
                                        "-n-1",
                                        "\033[2J",
                                        "\xff",
                                        "99999999999999999999",
                                        "1e999",
                                        "%s%n",
                                        "--ascii=x"};
    enum { ROUNDS = 2000, WORDS = 7, SEED = 20261121 };
    GRand *chance = g_rand_new_with_seed(SEED);

    for (int i = 0; i < ROUNDS; i++) {
        char *argv[WORDS + 2] = {g_strdup("vtop")};
        struct options o;
        int argc = 1;
        for (int n = g_rand_int_range(chance, 0, WORDS); n > 0; n--)
            argv[argc++] = g_strdup(words[g_rand_int_range(chance, 0, G_N_ELEMENTS(words))]);
        if (options_parse(argc, argv, &o) == OPTIONS_RUN)
            g_assert_cmpuint(o.demo_guests, <=, 100000);
        options_clear(&o);
        for (int a = 0; argv[a]; a++)
            g_free(argv[a]);
    }
    g_rand_free(chance);
}

static void test_noise(void)
{
    if (g_test_subprocess()) {
        parse_noise();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("vtop: *");
    g_test_trap_assert_stderr_unmatched("*\033*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/options/defaults", test_defaults);
    g_test_add_func("/options/everything", test_everything);
    g_test_add_func("/options/window", test_window);
    g_test_add_func("/options/summary", test_summary);
    g_test_add_func("/options/fail-on", test_fail_on);
    g_test_add_func("/options/explain", test_explain);
    g_test_add_func("/options/explain/all", test_explain_all);
    g_test_add_func("/options/list-columns", test_list_columns);
    g_test_add_func("/options/noise", test_noise);
    for (size_t i = 0; i < G_N_ELEMENTS(WRONG); i++) {
        char *path = g_strconcat("/options/wrong/", WRONG[i].name, NULL);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_wrong);
        g_free(path);
    }
    return g_test_run();
}
