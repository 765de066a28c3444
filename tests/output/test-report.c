/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The report of --summary as text, CSV and JSON: exact numbers, absent ones, estimates, hostile
 * names, and how it is said what is left out. */
#include "output/report.h"

#include <errno.h>
#include <glib.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>

/* 2026-11-21T05:31:26.123Z, and a minute later */
#define WALL INT64_C(1795239086123000000)
#define MINUTE INT64_C(60000000000)

static const struct statistics GOLDEN = {.n = 8,
                                         .missing = 2,
                                         .min = 2,
                                         .mean = 5,
                                         .median = 4.5,
                                         .p95 = 8.3,
                                         .max = 9,
                                         .variance = 32.0 / 7,
                                         .stddev = 2.1380899352993952};

static const struct statistics NONE = {.missing = 10,
                                       .min = (double)NAN,
                                       .mean = (double)NAN,
                                       .median = (double)NAN,
                                       .p95 = (double)NAN,
                                       .max = (double)NAN,
                                       .variance = (double)NAN,
                                       .stddev = (double)NAN};

/* A host and a guest with the golden vector, and a number without values. */
struct scene {
    struct report_line lines[2];
    struct report_row rows[2];
    struct report report;
};

static struct scene *scene_new(void)
{
    struct scene *s = g_new0(struct scene, 1);

    s->lines[0] = (struct report_line){.metric = M_CPU, .of = GOLDEN};
    s->lines[1] = (struct report_line){.metric = M_MEM, .of = NONE};
    s->rows[0] = (struct report_row){
        .kind = KIND_HOST, .name = "kvm7", .host = "kvm7", .local = true, .samples = 10};
    s->rows[1] = (struct report_row){.kind = KIND_GUEST,
                                     .type = "docker",
                                     .name = "web-1",
                                     .id = "4f1c",
                                     .host = "kvm7",
                                     .samples = 10,
                                     .lines = s->lines,
                                     .line_count = 2};
    s->report = (struct report){.begin_wall_ns = WALL,
                                .end_wall_ns = WALL + MINUTE,
                                .seconds = 60,
                                .interval = 6,
                                .samples = 10,
                                .exit_status = -1,
                                .rows = s->rows,
                                .row_count = 2};
    return s;
}

static char *print(const struct scene *s, report_function *format, bool header)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    g_assert_cmpint(format(&s->report, header, out), ==, 0);
    fclose(out);
    return text;
}

static void check(const struct scene *s, report_function *format, bool header, const char *expected)
{
    char *text = print(s, format, header);

    g_assert_cmpstr(text, ==, expected);
    free(text);
}

static void check_part(const struct scene *s, report_function *format, const char *part)
{
    char *text = print(s, format, true);

    if (!strstr(text, part))
        g_error("'%s' is not in:\n%s", part, text);
    free(text);
}

static void test_text(void)
{
    struct scene *s = scene_new();

    check(s, report_text, true,
          "vtop summary: 10 samples in 60.0 s, 2026-11-21T05:31:26.123Z to "
          "2026-11-21T05:32:26.123Z\n"
          "\n"
          "host kvm7, 10 samples\n"
          "  METRIC        N  MISSING  MIN  MEAN  MEDIAN  P95  MAX  STDDEV\n"
          "\n"
          "docker web-1 (4f1c) on kvm7, 10 samples\n"
          "  METRIC        N  MISSING  MIN  MEAN  MEDIAN  P95  MAX  STDDEV\n"
          "  cpu_percent   8        2    2     5     4.5  8.3    9   2.138\n"
          "  memory_bytes  0       10    -     -       -    -    -       -\n");
    s->rows[1].samples = 1;
    s->rows[1].id = s->rows[1].name = NULL;
    s->lines[0].estimated = s->lines[1].estimated = true;
    s->report.left_out = 3;
    check(s, report_text, false,
          "\n"
          "host kvm7, 10 samples\n"
          "\n"
          "docker - on kvm7, 1 of 10 samples\n"
          "  cpu_percent   8        2    2     5    ~4.5  ~8.3    9   2.138\n"
          "  memory_bytes  0       10    -     -       -     -    -       -\n"
          "\n"
          "~ estimated, within 2.5 %: there was no room for all values\n"
          "\n"
          "3 more guests are left out: there was no room for them\n");
    g_free(s);
}

static void test_command(void)
{
    const char *const command[] = {"sh", "-c", "echo \033[2J\xff", NULL};
    struct scene *s = scene_new();

    s->report.command = command;
    check_part(s, report_text, "\ncommand: sh -c echo \xEF\xBF\xBD[2J\xEF\xBF\xBD\n");
    check_part(s, report_json, "\"exit_status\":null,\"signal\":null,");
    s->report.exit_status = 7;
    check_part(s, report_text, "\xEF\xBF\xBD (exit status 7)\n");
    check_part(
        s, report_json,
        "\"command\":[\"sh\",\"-c\",\"echo \xEF\xBF\xBD[2J\xEF\xBF\xBD\"],\"exit_status\":7,");
    s->report.signal = 2;
    check_part(s, report_json, "\"signal\":2,");
    g_free(s);
}

static void test_csv(void)
{
    struct scene *s = scene_new();

    check(s, report_csv, true,
          "type,host,name,id,samples,metric,n,missing,min,mean,median,p95,max,variance,stddev,"
          "estimated\n"
          "docker,kvm7,web-1,4f1c,10,cpu_percent,8,2,2,5,4.5,8.3,9,4.571428571,2.138089935,0\n"
          "docker,kvm7,web-1,4f1c,10,memory_bytes,0,10,,,,,,,,0\n");
    s->report.row_count = 1;
    s->rows[0].lines = s->lines;
    s->rows[0].line_count = 1;
    s->lines[0].metric = M_HOST_LOAD1;
    s->lines[0].estimated = true;
    check(s, report_csv, false,
          "host,kvm7,kvm7,,10,load1,8,2,2,5,4.5,8.3,9,4.571428571,2.138089935,1\n");
    g_free(s);
}

static void test_csv_hostile(void)
{
    struct scene *s = scene_new();

    s->rows[1].line_count = 1;
    s->rows[1].name = "=HYPERLINK(\"http://x\")";
    s->rows[1].id = "a,b";
    s->rows[1].host = "+1";
    check(s, report_csv, false,
          "docker,\"'+1\",\"'=HYPERLINK(\"\"http://x\"\")\",\"a,b\",10,cpu_percent,"
          "8,2,2,5,4.5,8.3,9,4.571428571,2.138089935,0\n");
    g_free(s);
}

static void test_json(void)
{
    struct scene *s = scene_new();

    check(
        s, report_json, true,
        "{\"schema\":\"vtop-summary/1\",\"begin\":\"2026-11-21T05:31:26.123Z\","
        "\"end\":\"2026-11-21T05:32:26.123Z\",\"seconds\":60,\"interval_seconds\":6,"
        "\"samples\":10,\"command\":null,\"exit_status\":null,\"signal\":null,"
        "\"hosts\":[{\"name\":\"kvm7\",\"id\":null,\"local\":true,\"samples\":10,\"metrics\":{}}],"
        "\"guests\":[{\"type\":\"docker\",\"name\":\"web-1\",\"id\":\"4f1c\",\"host\":\"kvm7\","
        "\"samples\":10,\"metrics\":{\"cpu_percent\":{\"n\":8,\"missing\":2,\"min\":2,\"mean\":5,"
        "\"median\":4.5,\"p95\":8.3,\"max\":9,\"variance\":4.571428571,\"stddev\":2.138089935,"
        "\"estimated\":false},\"memory_bytes\":{\"n\":0,\"missing\":10,\"min\":null,"
        "\"mean\":null,\"median\":null,\"p95\":null,\"max\":null,\"variance\":null,"
        "\"stddev\":null,\"estimated\":false}}}],\"guests_left_out\":0}\n");
    g_free(s);
}

/* Without any sample there are no rows, and the document is whole. */
static void test_empty(void)
{
    struct scene *s = scene_new();

    s->report.row_count = s->report.samples = 0;
    check_part(s, report_text, "vtop summary: 0 samples in 60.0 s");
    check_part(s, report_json, "\"hosts\":[],\"guests\":[],");
    check(s, report_csv, false, "");
    g_free(s);
}

static void test_full_disk(void)
{
    report_function *const formats[] = {report_text, report_csv, report_json};
    struct scene *s = scene_new();

    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        FILE *full = fopen("/dev/full", "w");
        g_assert_cmpint(formats[i](&s->report, true, full), ==, -ENOSPC);
        fclose(full);
    }
    g_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/text", test_text);
    g_test_add_func("/report/command", test_command);
    g_test_add_func("/report/csv", test_csv);
    g_test_add_func("/report/csv/hostile", test_csv_hostile);
    g_test_add_func("/report/json", test_json);
    g_test_add_func("/report/empty", test_empty);
    g_test_add_func("/report/full-disk", test_full_disk);
    return g_test_run();
}
