/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Text, CSV and JSON of one hand-made sample: raw numbers, absent values, hostile names. */
#include "output/output.h"

#include <errno.h>
#include <glib.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>

struct scene {
    struct roster *roster;
    struct output_sample sample;
};

static const int64_t S = 1000000000;
/* 2026-11-21T05:31:26.123Z */
static const int64_t WALL = 1795239086123000000;

static uint64_t inactive = 1; /* bytes */

static void add_guest(struct sample *s, struct ident *ident, int64_t now, uint64_t cpu_ns)
{
    struct record *r = sample_add(s, FACET_CGROUP, ident);

    r->read_ns = now;
    record_set(r, R_CG_CPU_NS, cpu_ns);
    record_set(r, R_CG_MEM_USAGE_BYTES, 5000000000);
    record_set(r, R_CG_MEM_INACTIVE_FILE_BYTES, inactive);
    record_absent(r, R_CG_PSI_CPU_SOME_NS, REASON_PRESSURE_OFF);
}

static void scene_open(struct scene *scene, const char *const names[], size_t count)
{
    struct ident *host = ident_new(KIND_HOST, GUEST_NONE, IDENT_LOCAL_HOST);
    GPtrArray *idents = g_ptr_array_new();

    memset(scene, 0, sizeof(*scene));
    scene->roster = roster_new(1 << 20);
    ident_set(&host->name, "kvm7");
    for (size_t i = 0; i < count; i++) {
        struct ident *ident = ident_new(KIND_GUEST, GUEST_DOCKER, names[i]);
        ident_set(&ident->name, names[i]);
        g_ptr_array_add(idents, ident);
    }
    for (int tick = 1; tick <= 2; tick++) {
        struct sample *s = sample_new(0, S);
        sample_add(s, FACET_HOST, host)->read_ns = tick * S;
        for (guint i = 0; i < idents->len; i++)
            add_guest(s, g_ptr_array_index(idents, i), tick * S, (uint64_t)(tick * S / 5));
        sample_add_status(s, "docker", SOURCE_ABSENT, S, "no \033[2J socket");
        roster_merge(scene->roster, s);
        roster_tick(scene->roster, tick * S, WALL);
        sample_unref(s);
    }
    g_ptr_array_set_free_func(idents, (GDestroyNotify)ident_unref);
    g_ptr_array_free(idents, TRUE);
    ident_unref(host);
    const GPtrArray *guests = roster_guests(scene->roster);
    scene->sample = (struct output_sample){
        .moment = {.roster = scene->roster, .now_ns = 3 * S, .wall_ns = WALL},
        .guests = (struct entity *const *)guests->pdata,
        .guest_count = guests->len,
        .interval_ns = S,
        .first = true};
}

static char *print(struct scene *scene, output_function *format, const char *columns)
{
    char **names = g_strsplit(columns, ",", -1);
    enum metric list[METRIC_COUNT];
    size_t count = 0, size;
    char *text;

    for (char **n = names; *n; n++)
        g_assert_cmpint(list[count++] = metric_find(KIND_GUEST, *n), !=, M_NONE);
    struct output_config config = {.columns = list, .column_count = count, .header = true};
    FILE *out = open_memstream(&text, &size);
    g_assert_cmpint(format(&config, &scene->sample, out), ==, 0);
    fclose(out);
    g_strfreev(names);
    return text;
}

static void test_csv(void)
{
    static const char *const names[] = {"web-1"};
    struct scene scene;

    scene_open(&scene, names, 1);
    char *text =
        print(&scene, output_csv, "type,name,host,cpu_percent,memory_bytes,rx/s,cpu_graph");
    g_assert_cmpstr(text, ==,
                    "time,type,name,host,cpu_percent,memory_bytes,rx_bytes_per_second\n"
                    "2026-11-21T05:31:26.123Z,docker,web-1,kvm7,20,4999999999,\n");
    free(text);
    roster_free(scene.roster);
}

/* A host has its own row, with values in the columns of guests and in columns for hosts only. */
static void test_csv_hosts(void)
{
    static const char *const names[] = {"web-1"};
    const enum metric columns[] = {M_TYPE, M_NAME, M_ON_HOST_ID, M_UPTIME, M_MEM};
    const enum metric of_host[] = {M_HOST_CPUS, M_HOST_VMS};
    struct scene scene;
    size_t size;
    char *text;

    scene_open(&scene, names, 1);
    struct sample *s = sample_new(1, S);
    struct ident *far = ident_new(KIND_HOST, GUEST_NONE, "uuid:4c4c4544");
    ident_set(&far->name, "kvm8");
    struct record *r = sample_add(s, FACET_HYPERVISOR, far);
    r->read_ns = 3 * S;
    record_set(r, R_HV_CPUS, 16);
    sample_set_host(s, far);
    roster_merge(scene.roster, s);
    roster_tick(scene.roster, 3 * S, WALL);
    struct output_config config = {.columns = columns,
                                   .column_count = G_N_ELEMENTS(columns),
                                   .host_columns = of_host,
                                   .host_column_count = G_N_ELEMENTS(of_host),
                                   .header = true,
                                   .host_rows = true};
    FILE *out = open_memstream(&text, &size);
    g_assert_cmpint(output_csv(&config, &scene.sample, out), ==, 0);
    fclose(out);
    g_assert_cmpstr(text, ==,
                    "time,type,name,host_id,uptime_seconds,memory_bytes,cpus,vms\n"
                    "2026-11-21T05:31:26.123Z,host,kvm7,,,,,0\n"
                    "2026-11-21T05:31:26.123Z,host,kvm8,,,,16,0\n"
                    "2026-11-21T05:31:26.123Z,docker,web-1,,,4999999999,,\n");
    free(text);
    text = print(&scene, output_json, "name,host");
    json_object *root = json_tokener_parse(text), *hosts, *value;
    g_assert_true(json_object_object_get_ex(root, "hosts", &hosts));
    g_assert_cmpuint(json_object_array_length(hosts), ==, 2);
    for (size_t i = 0; i < 2; i++) {
        json_object *host = json_object_array_get_idx(hosts, i);
        g_assert_true(json_object_object_get_ex(host, "local", &value));
        g_assert_cmpint(json_object_get_boolean(value), ==, i == 0);
        g_assert_true(json_object_object_get_ex(host, "id", &value));
        g_assert_cmpstr(i ? json_object_get_string(value) : "", ==, i ? "4c4c4544" : "");
    }
    json_object_put(root);
    free(text);
    /* The other host leaves: it is no longer printed, but still part of past moments. */
    struct sample *empty = sample_new(1, S);
    roster_merge(scene.roster, empty);
    for (int tick = 4; tick < 12; tick++)
        roster_tick(scene.roster, tick * S, WALL);
    scene.sample.moment.now_ns = 12 * S;
    text = print(&scene, output_text, "name");
    g_assert_null(strstr(text, "kvm8"));
    free(text);
    scene.sample.moment.tick = 3;
    text = print(&scene, output_text, "name");
    g_assert_nonnull(strstr(text, "kvm8"));
    free(text);
    sample_unref(empty);
    sample_unref(s);
    ident_unref(far);
    roster_free(scene.roster);
}

/* A past moment is printed as it was when it was live, byte for byte, except for the age of a
 * source in state OK. */
static void test_past(void)
{
    static const char *const names[] = {"web-1", "web-2"};
    static output_function *const formats[] = {output_text, output_csv, output_json};
    struct scene scene;
    char *then[G_N_ELEMENTS(formats)];

    inactive = 0; /* history keeps 24 bits of a number */
    scene_open(&scene, names, 2);
    inactive = 1;
    struct moment *at = &scene.sample.moment;
    roster_tick_time(scene.roster, 2, &at->wall_ns);
    at->now_ns = roster_tick_time(scene.roster, 2, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        then[i] = print(&scene, formats[i], "name,state,host,cpu_percent,memory_bytes,RX/s");
    for (int tick = 3; tick < 9; tick++)
        roster_tick(scene.roster, tick * S, WALL + tick * S);
    at->now_ns = 9 * S;
    at->tick = 2;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        char *text = print(&scene, formats[i], "name,state,host,cpu_percent,memory_bytes,RX/s");
        g_assert_cmpstr(text, ==, then[i]);
        free(text);
        free(then[i]);
    }
    roster_free(scene.roster);
}

static void test_csv_hostile(void)
{
    static const char *const names[] = {"=cmd|' /C calc'!A0", "a,\"b\"\n", "@x"};
    struct scene scene;

    scene_open(&scene, names, 3);
    char *text = print(&scene, output_csv, "name");
    g_assert_nonnull(strstr(text, ",\"'=cmd|' /C calc'!A0\"\n"));
    g_assert_nonnull(strstr(text, ",\"a,\"\"b\"\"\xEF\xBF\xBD\"\n"));
    g_assert_nonnull(strstr(text, ",\"'@x\"\n"));
    free(text);
    roster_free(scene.roster);
}

/* Each character with which a formula can begin in some spreadsheet. */
static void test_csv_formulas(void)
{
    static const char *const texts[] = {"=1", "+1", "-1", "@x", "\tx", "\rx"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        char *text, *expected = g_strdup_printf("\"'%s\"", texts[i]);
        size_t size;
        FILE *out = open_memstream(&text, &size);
        output_csv_text(texts[i], out);
        fclose(out);
        g_assert_cmpstr(text, ==, expected);
        free(text);
        g_free(expected);
    }
}

static void test_json(void)
{
    static const char *const names[] = {"x_\033[2J_\u202e\x9b"};
    struct scene scene;
    json_object *value, *guest;

    scene_open(&scene, names, 1);
    char *text =
        print(&scene, output_json, "name,pid,cpu_percent,memory_bytes,pressure_cpu_some_percent");
    g_assert_null(strpbrk(text, "\033\x9b"));
    g_assert_cmpuint(strcspn(text, "\n"), ==, strlen(text) - 1);
    json_object *root = json_tokener_parse(text);
    g_assert_nonnull(root);
    g_assert_true(json_object_object_get_ex(root, "schema", &value));
    g_assert_cmpstr(json_object_get_string(value), ==, "vtop/1");
    g_assert_true(json_object_object_get_ex(root, "time", &value));
    g_assert_cmpstr(json_object_get_string(value), ==, "2026-11-21T05:31:26.123Z");
    g_assert_true(json_object_object_get_ex(root, "guests", &value));
    guest = json_object_array_get_idx(value, 0);
    g_assert_true(json_object_object_get_ex(guest, "cpu_percent", &value));
    g_assert_cmpfloat(json_object_get_double(value), ==, 20);
    g_assert_true(json_object_object_get_ex(guest, "name", &value));
    g_assert_cmpstr(json_object_get_string(value), ==,
                    "x_\xEF\xBF\xBD[2J_\xEF\xBF\xBD\xEF\xBF\xBD");
    /* absent: the key is there, the value is null, not 0 */
    g_assert_true(json_object_object_get_ex(guest, "pressure_cpu_some_percent", &value));
    g_assert_null(value);
    g_assert_true(json_object_object_get_ex(guest, "pid", &value));
    g_assert_null(value);
    g_assert_true(json_object_object_get_ex(root, "sources", &value));
    value = json_object_array_get_idx(value, 0);
    g_assert_cmpstr(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN), ==,
                    "{\"name\":\"docker\",\"host\":\"kvm7\",\"state\":\"absent\",\"age_seconds\":2,"
                    "\"message\":\"no \xEF\xBF\xBD[2J socket\"}");
    json_object_put(root);
    free(text);
    roster_free(scene.roster);
}

/* Over ten seconds, of which there are two: one rate, two amounts, kept as floats by history. */
static void test_json_statistics(void)
{
    static const char *const names[] = {"web-1"};
    const enum metric columns[] = {M_NAME, M_CPU, M_MEM, M_VCPUS, M_CPU_GRAPH};
    struct output_config config = {.columns = columns,
                                   .column_count = G_N_ELEMENTS(columns),
                                   .window_ns = 10 * S,
                                   .measurer = measurer_new()};
    struct scene scene;
    size_t size;
    char *text;

    scene_open(&scene, names, 1);
    FILE *out = open_memstream(&text, &size);
    g_assert_cmpint(output_json(&config, &scene.sample, out), ==, 0);
    fclose(out);
    g_assert_nonnull(strstr(
        text, "\"statistics\":{\"cpu_percent\":{\"n\":1,\"missing\":1,\"min\":20,\"mean\":20,"
              "\"median\":20,\"p95\":20,\"max\":20,\"variance\":null,\"stddev\":null,"
              "\"estimated\":false,\"covered\":0.2},"
              "\"memory_bytes\":{\"n\":2,\"missing\":0,\"min\":5000000000"));
    g_assert_nonnull(strstr(text, "\"window_seconds\":10,"));
    g_assert_nonnull(strstr(text, "\"load1\":{\"n\":0,\"missing\":2,\"min\":null,"));
    json_object *root = json_tokener_parse(text);
    g_assert_nonnull(root);
    json_object_put(root);
    free(text);
    text = print(&scene, output_json, "name,cpu_percent");
    g_assert_null(strstr(text, "statistics"));
    g_assert_null(strstr(text, "window_seconds"));
    free(text);
    measurer_free(config.measurer);
    roster_free(scene.roster);
}

static void test_text(void)
{
    static const char *const names[] = {"a", "longer-name"};
    struct scene scene;

    scene_open(&scene, names, 2);
    char *text = print(&scene, output_text, "name,cpu_percent,rdy%");
    g_assert_true(g_str_has_prefix(text, "vtop 2026-11-21T05:31:26.123Z name=kvm7 id=- cpus=- "));
    g_assert_nonnull(strstr(text, "\nNAME         CPU%  RDY%\n"
                                  "a              20     -\n"
                                  "longer-name    20     -\n\n"));
    free(text);
    roster_free(scene.roster);
}

static void test_numbers(void)
{
    static const struct {
        enum unit unit;
        double number;
        const char *text;
    } cases[] = {
        {UNIT_BYTES, 9007199254740992.0, "9007199254740992"},
        {UNIT_PERCENT, 12.3456, "12.346"},
        {UNIT_PERCENT, 100, "100"},
        {UNIT_PERCENT, -0.0001, "0"},
        {UNIT_COUNT, 3, "3"},
        {UNIT_COUNT, 812.5, "812.5"},
        {UNIT_MS, 0.25, "0.25"},
        {UNIT_MS, -12.5, "-12.5"},
        {UNIT_MS, 0.9996, "1"},
        {UNIT_PERCENT, 100.001, "100.001"},
        {UNIT_BYTES, 0, "0"},
        {UNIT_BYTES_RATE, 8999999999999.875, "8999999999999.875"},
        {UNIT_BYTES, 18446744073709549568.0, "18446744073709549568"},
        {UNIT_BYTES_RATE, 18446744073709549568.0, "18446744073709549568"},
    };
    char buffer[OUTPUT_NUMBER_SIZE];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(output_number(cases[i].unit, cases[i].number, buffer), ==, cases[i].text);
}

static void test_computed(void)
{
    static const struct {
        double number;
        int digits;
        const char *text;
    } cases[] = {
        {0, 10, "0"},
        {4.571428571428571, 10, "4.571428571"},
        {-4.571428571428571, 7, "-4.571429"},
        {0.400000006, 7, "0.4"},
        {60, 10, "60"},
        {68032281969, 7, "68032281969"},
        {999999999999.5, 12, "1000000000000"},
        {1.25e-5, 10, "0.0000125"},
        {-1e-20, 10, "0"},
        {1e22, 10, "10000000000000000000000"},
        {1.5e30, 10, "1.5e+30"},
    };
    char buffer[OUTPUT_NUMBER_SIZE];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(output_computed(cases[i].number, cases[i].digits, buffer), ==,
                        cases[i].text);
}

static const char *text_at(json_object *o, const char *key)
{
    json_object *value;

    g_assert_true(json_object_object_get_ex(o, key, &value));
    return json_object_get_string(value);
}

/* A finding with a limit, a number that is only shown, and what was ruled out. */
static void test_findings(void)
{
    static const char *const names[] = {"a"};
    struct finding f = {.id = 7,
                        .rule = RULE_VCPU_CONTENTION,
                        .severity = SEVERITY_CRIT,
                        .resource = RESOURCE_CPU,
                        .guest = 1,
                        .host_name = (char *)"kvm7",
                        .guest_name = (char *)"a",
                        .sentence = (char *)"waits \"long\"",
                        .evidence = {{M_READY_MAX, 25, 20, 61 * S}, {M_HOST_CPU, 99, NAN, 0}},
                        .evidence_count = 2,
                        .also = g_ptr_array_new(),
                        .ruled_out = g_ptr_array_new(),
                        .missing = g_ptr_array_new(),
                        .since_ns = 1 * S,
                        .since_wall_ns = WALL};
    GPtrArray *findings = g_ptr_array_new();
    struct scene scene;

    g_ptr_array_add(findings, &f);
    g_ptr_array_add(f.ruled_out, (char *)"its quota");
    scene_open(&scene, names, 1);
    scene.sample.findings = findings;
    char *text = print(&scene, output_json, "name");
    json_object *root = json_tokener_parse(text), *list;
    g_assert_true(json_object_object_get_ex(root, "findings", &list));
    g_assert_cmpuint(json_object_array_length(list), ==, 1);
    json_object *one = json_object_array_get_idx(list, 0);
    g_assert_cmpstr(text_at(one, "id"), ==, "7");
    g_assert_cmpstr(text_at(one, "severity"), ==, "crit");
    g_assert_cmpstr(text_at(one, "rule"), ==, "vcpu-contention");
    g_assert_cmpstr(text_at(one, "host"), ==, "kvm7");
    g_assert_cmpstr(text_at(one, "guest"), ==, "a");
    g_assert_null(text_at(one, "guest_id"));
    g_assert_cmpstr(text_at(one, "resource"), ==, "cpu");
    g_assert_cmpstr(text_at(one, "sentence"), ==, "waits \"long\"");
    g_assert_cmpstr(text_at(one, "since"), ==, "2026-11-21T05:31:26.123Z");
    g_assert_cmpstr(text_at(one, "seconds"), ==, "2");
    g_assert_cmpstr(text_at(one, "muted"), ==, "false");
    g_assert_cmpstr(text_at(one, "evidence"), ==,
                    "[ { \"metric\": \"ready_max_percent\", \"of\": \"guest\", \"number\": 25, "
                    "\"limit\": 20, \"seconds\": 61 }, { \"metric\": \"cpu_percent_of_host\", "
                    "\"of\": \"host\", \"number\": 99, \"limit\": null, \"seconds\": null } ]");
    g_assert_cmpstr(text_at(one, "also"), ==, "[ ]");
    g_assert_cmpstr(text_at(one, "ruled_out"), ==, "[ \"its quota\" ]");
    g_assert_cmpstr(text_at(one, "missing"), ==, "[ ]");
    json_object_put(root);
    free(text);
    g_ptr_array_free(findings, TRUE);
    g_ptr_array_free(f.also, TRUE);
    g_ptr_array_free(f.ruled_out, TRUE);
    g_ptr_array_free(f.missing, TRUE);
    roster_free(scene.roster);
}

static void test_full_disk(void)
{
    static const char *const names[] = {"a"};
    static const enum metric columns[] = {M_NAME};
    struct output_config config = {.columns = columns, .column_count = 1};
    struct scene scene;

    scene_open(&scene, names, 1);
    FILE *full = fopen("/dev/full", "w");
    g_assert_cmpint(output_csv(&config, &scene.sample, full), ==, -ENOSPC);
    fclose(full);
    roster_free(scene.roster);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/output/numbers", test_numbers);
    g_test_add_func("/output/computed", test_computed);
    g_test_add_func("/output/csv", test_csv);
    g_test_add_func("/output/csv/hosts", test_csv_hosts);
    g_test_add_func("/output/past", test_past);
    g_test_add_func("/output/csv/hostile-names", test_csv_hostile);
    g_test_add_func("/output/csv/hostile-names-formulas", test_csv_formulas);
    g_test_add_func("/output/json", test_json);
    g_test_add_func("/output/json/statistics", test_json_statistics);
    g_test_add_func("/output/findings", test_findings);
    g_test_add_func("/output/text", test_text);
    g_test_add_func("/output/full-disk", test_full_disk);
    return g_test_run();
}
