/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Saved hosts whose files say anything but what they should, from the kernel's files to the output.
 *
 * All that one guest's control groups and processes say is spoilt, in turn for each guest and each
 * way of spoiling; then all files of the host. It proves that nothing crashes or leaks a
 * descriptor; that what is printed is text a terminal can bear, JSON that parses, and numbers that
 * are finite and not negative; that what cannot be read is absent, not 0; that no other guest's row
 * changes by a byte; and that the row is what it was once the files are. */
#include <config.h>

#include "../base/tree.h"
#include "base/clock_read.h"
#include "collect/local.h"
#include "output/output.h"
#include "spoil.h"

#include <dirent.h>
#include <json-c/json.h>
#include <math.h>
#include <pthread.h>

/* ---- time passes as the test says ----
 *
 * A minute at a time, so that what is read once a minute is read each time; and the thread that
 * looks for names does not pause between two rounds. */

#define MINUTE (60 * CLOCK_NS_PER_S)

static _Atomic int64_t ahead_ns;
static pthread_t main_thread;

int64_t __real_clock_mono_ns(void);
int64_t __wrap_clock_mono_ns(void);
bool __real_clock_cond_wait(pthread_cond_t *, pthread_mutex_t *, int64_t);
bool __wrap_clock_cond_wait(pthread_cond_t *, pthread_mutex_t *, int64_t);

int64_t __wrap_clock_mono_ns(void)
{
    return __real_clock_mono_ns() + ahead_ns;
}

bool __wrap_clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline_ns)
{
    int64_t left = deadline_ns - clock_mono_ns();

    if (pthread_equal(pthread_self(), main_thread) || left > CLOCK_NS_PER_S)
        return __real_clock_cond_wait(cond, lock, deadline_ns - ahead_ns);
    ahead_ns += MAX(0, left);
    return false;
}

/* ---- a saved host, and vtop on it ---- */

struct saved {
    char *path; /* below the host's directory */
    GBytes *text;
};

struct fixture {
    char *dir;
    GPtrArray *files; /* struct saved *, by path */
    GRand *chance;
    void *local;
    struct roster *roster;
    struct demand demand;
};

static void find_files(struct fixture *f, const char *below)
{
    char *full = g_build_filename(f->dir, below, NULL);
    GDir *dir = g_dir_open(full, 0, NULL);

    g_assert_nonnull(dir);
    for (const char *name; (name = g_dir_read_name(dir));) {
        char *path = g_build_filename(below, name, NULL),
             *there = g_build_filename(full, name, NULL);
        char *text;
        gsize length;
        bool link = g_file_test(there, G_FILE_TEST_IS_SYMLINK); /* what it points at is elsewhere */
        if (!link && g_file_test(there, G_FILE_TEST_IS_DIR)) {
            find_files(f, path);
        } else if (!link && g_file_get_contents(there, &text, &length, NULL)) {
            struct saved *new = g_new(struct saved, 1);
            *new = (struct saved){.path = g_strdup(path), .text = g_bytes_new_take(text, length)};
            g_ptr_array_add(f->files, new);
        }
        g_free(there);
        g_free(path);
    }
    g_dir_close(dir);
    g_free(full);
}

static gint compare_saved(gconstpointer a, gconstpointer b)
{
    return strcmp((*(struct saved *const *)a)->path, (*(struct saved *const *)b)->path);
}

static void free_saved(void *p)
{
    struct saved *s = p;

    g_bytes_unref(s->text);
    g_free(s->path);
    g_free(s);
}

static void copy_tree(const char *from, const char *to)
{
    const char *argv[] = {"cp", "-RP", "--no-preserve=mode", from, to, NULL};
    int status = -1;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
}

/* Groups whose names are what a kernel allows in a name. */
static void add_hostile_names(const char *host, bool v1)
{
    static const char *const names[] = {"x_\033[2J_\xe2\x80\xae", "\xff\xfe\x9b[31m",
                                        "=1+1|a\"b\n,c", "\xe6\xb5\x8b\xcc\x81\xef\xb8\x8f"};
    GString *path = g_string_new("");

    for (size_t i = 0; i <= G_N_ELEMENTS(names); i++) {
        char *longest = g_strnfill(246, 'n');
        g_string_printf(path, "sys/fs/cgroup/%s/system.slice/%s.service", v1 ? "systemd" : ".",
                        i < G_N_ELEMENTS(names) ? names[i] : longest);
        g_free(longest);
        for (int depth = 0; i == 0 && depth < 12; depth++) /* 3 KiB of them */
            g_string_append_printf(path, "/%0200d\xe2\x80\xae.slice", depth);
        g_string_append(path, "/cgroup.procs");
        tree_file(host, path->str, "");
    }
    g_string_free(path, TRUE);
}

static int count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    g_assert_nonnull(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static void put(const struct fixture *f, const struct saved *s, const GString *text)
{
    char *path = g_build_filename(f->dir, s->path, NULL);
    FILE *file = fopen(path, "w"); /* in place: descriptors that are kept stay with their file */

    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(text->str, 1, text->len, file), ==, text->len);
    g_assert_cmpint(fclose(file), ==, 0);
    g_free(path);
}

/* Those that BELONG to OWNER. */
typedef bool belongs_function(const char *path, const char *const owner[]);
static void spoil_files(struct fixture *f, enum spoil how, belongs_function *belongs,
                        const char *const owner[])
{
    for (guint i = 0; i < f->files->len; i++) {
        const struct saved *s = g_ptr_array_index(f->files, i);
        gsize length;
        const char *text = g_bytes_get_data(s->text, &length);
        if (!belongs(s->path, owner))
            continue;
        GString *spoilt = spoil(how, text ? text : "", length, f->chance);
        put(f, s, spoilt);
        g_string_free(spoilt, TRUE);
    }
}

static void setup(struct fixture *f, const void *tree)
{
    char *from = g_test_build_filename(G_TEST_DIST, "tests", "fixtures", tree, ".", NULL);

    f->dir = tree_new();
    copy_tree(from, f->dir);
    g_free(from);
    f->files = g_ptr_array_new_with_free_func(free_saved);
    find_files(f, "");
    g_ptr_array_sort(f->files, compare_saved);
    add_hostile_names(f->dir, g_str_has_prefix(tree, "v1"));
    f->chance = g_rand_new_with_seed(20261121);
}

static void teardown(struct fixture *f, const void *tree)
{
    (void)tree;
    g_rand_free(f->chance);
    g_ptr_array_free(f->files, TRUE);
    tree_free(f->dir);
}

/* ---- vtop on it ---- */

static void start(struct fixture *f)
{
    struct local_config config = {.root_dir = f->dir};

    f->local = LOCAL_SOURCE.open(&config);
    f->roster = roster_new(1 << 20);
    f->demand = (struct demand){
        .needs = NEED_ALL & ~(unsigned)NEED_PARTS, .interval_ns = MINUTE, .services = true};
}

static void stop(struct fixture *f)
{
    LOCAL_SOURCE.close(f->local);
    roster_free(f->roster);
}

/* Nothing that moves the cursor, turns the direction of writing, or is no UTF-8. */
static void check_text(const char *text, size_t length)
{
    g_assert_true(g_utf8_validate(text, (gssize)length, NULL));
    for (const char *p = text; p < text + length; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        GUnicodeType type = g_unichar_type(c);
        g_assert_true(c == '\n' ||
                      (type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT &&
                       type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR));
    }
}

static void check_number(double number)
{
    g_assert_true(isfinite(number) && number >= 0);
}

static json_object *print(struct fixture *f, output_function *format)
{
    enum metric columns[M_KIND_GUEST_END - M_KIND_GUEST_BEGIN];
    const GPtrArray *guests = roster_guests(f->roster);
    struct output_config config = {.columns = columns, .header = true};
    struct output_sample sample = {.moment = {.roster = f->roster, .now_ns = clock_mono_ns()},
                                   .guests = (struct entity *const *)guests->pdata,
                                   .guest_count = guests->len,
                                   .interval_ns = MINUTE,
                                   .first = true};
    char *text = NULL;
    size_t length = 0;

    for (enum metric m = metric_begin(KIND_GUEST); m < metric_end(KIND_GUEST); m++)
        columns[config.column_count++] = m;
    FILE *out = open_memstream(&text, &length);
    g_assert_cmpint(format(&config, &sample, out), ==, 0);
    fclose(out);
    check_text(text, length);
    json_object *parsed = format == output_json ? json_tokener_parse(text) : NULL;
    g_assert_true(format != output_json || parsed);
    free(text);
    return parsed;
}

static const char *member(json_object *row, const char *key)
{
    json_object *value = NULL;

    json_object_object_get_ex(row, key, &value);
    return value ? json_object_get_string(value) : "";
}

static void drop(void *row)
{
    json_object_put(row);
}

/* After a minute, when all is due to be read. The rows by type and id or name. */
static GHashTable *look(struct fixture *f)
{
    struct sample *s = sample_new(0, MINUTE);
    json_object *list = NULL;

    ahead_ns += MINUTE;
    LOCAL_SOURCE.collect(f->local, &f->demand, s);
    roster_merge(f->roster, s);
    sample_unref(s);
    roster_tick(f->roster, clock_mono_ns(), 0);
    print(f, output_text);
    print(f, output_csv);
    json_object *all = print(f, output_json);
    json_object_object_get_ex(all, "hosts", &list);
    list = json_object_array_get_idx(list, 0);
    json_object_object_foreach(list, host_key, host_value)
    {
        (void)host_key;
        if (json_object_is_type(host_value, json_type_double))
            check_number(json_object_get_double(host_value));
    }
    GHashTable *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, drop);
    json_object_object_get_ex(all, "guests", &list);
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        json_object *row = json_object_array_get_idx(list, i);
        json_object_object_foreach(row, key, value)
        {
            (void)key;
            if (json_object_is_type(value, json_type_double))
                check_number(json_object_get_double(value));
        }
        const char *id = member(row, "id");
        g_hash_table_replace(
            rows, g_strdup_printf("%s %s", member(row, "type"), *id ? id : member(row, "name")),
            json_object_get(row));
    }
    json_object_put(all);
    return rows;
}

/* ---- one guest's files ---- */

/* OWNER: what its control groups have in their path, and its process. What that was started with,
 * and where, is read once in its life: test_all() has it. */
enum { OWNER_PATH, OWNER_PROCESS, OWNER_COUNT };

static bool belongs_to_guest(const char *path, const char *const owner[])
{
    bool group = g_str_has_prefix(path, "sys/fs/cgroup/") && strstr(path, owner[OWNER_PATH]);
    bool process = g_str_has_prefix(path, owner[OWNER_PROCESS]);
    bool once = g_str_has_suffix(path, "/cmdline") || g_str_has_suffix(path, "/cgroup");

    return group || (process && !once);
}

/* Absent is not 0: a number that cannot be read is not made up, nor is a limit another one. */
static void check_absent(json_object *usual, json_object *row)
{
    json_object_object_foreach(usual, key, before)
    {
        json_object *now = NULL;
        json_object_object_get_ex(row, key, &now);
        if (!json_object_is_type(before, json_type_double) || !now ||
            json_object_get_double(before) == 0)
            continue;
        bool limit = strstr(key, "limit_bytes") || strstr(key, "limit_cores");
        if (json_object_get_double(now) == 0 || (limit && !json_object_equal(before, now)))
            g_error("%s: %s was %s, and is made up: %s", member(row, "name"), key,
                    json_object_get_string(before), json_object_get_string(now));
    }
}

static void check_same(json_object *usual, json_object *row)
{
    json_object_object_foreach(usual, key, before)
    {
        json_object *now = NULL;
        json_object_object_get_ex(row, key, &now);
        if (!json_object_equal(before, now))
            g_error("%s: %s was %s and is %s", member(usual, "name"), key,
                    json_object_get_string(before), json_object_get_string(now));
    }
}

/* Whether something that belongs to OWNER belongs to this row as well: it is nested in it. */
static bool is_within(const struct fixture *f, const char *const owner[], json_object *row)
{
    const char *id = member(row, "id");

    for (guint i = 0; *id && i < f->files->len; i++) {
        const char *path = ((const struct saved *)g_ptr_array_index(f->files, i))->path;
        if (belongs_to_guest(path, owner) && strstr(path, id))
            return true;
    }
    return false;
}

/* All rows are as usual, but for that of KEY, which is OWNER, and those within. */
static void check_others(const struct fixture *f, GHashTable *usual, GHashTable *rows,
                         const char *key, const char *const owner[])
{
    GHashTableIter it;
    void *other, *row;

    g_hash_table_iter_init(&it, usual);
    while (g_hash_table_iter_next(&it, &other, &row)) {
        json_object *now = g_hash_table_lookup(rows, other);
        if (strcmp(other, key) == 0 ||
            (owner && !json_object_equal(row, now) && is_within(f, owner, row)))
            continue;
        if (!now)
            g_error("%s is gone", (char *)other);
        check_same(row, now);
    }
}

static bool is_usual(GHashTable *usual, GHashTable *rows)
{
    GHashTableIter it;
    void *key, *row;

    g_hash_table_iter_init(&it, usual);
    while (g_hash_table_iter_next(&it, &key, &row))
        if (!json_object_equal(row, g_hash_table_lookup(rows, key)))
            return false;
    return g_hash_table_size(usual) == g_hash_table_size(rows);
}

/* Rates need two readings; a process that was not there is found after some minutes. */
static void await_usual(struct fixture *f, GHashTable *usual)
{
    enum { MINUTES = 10 };
    GHashTable *rows = look(f);

    for (int i = 0; i < MINUTES && !is_usual(usual, rows); i++) {
        g_hash_table_unref(rows);
        rows = look(f);
    }
    check_others(f, usual, rows, "", NULL); /* nobody is spoilt any more */
    g_hash_table_unref(rows);
}

/* Rates and names are known when nothing changes any more. */
static GHashTable *look_until_usual(struct fixture *f)
{
    enum { MINUTES_MIN = 4, MINUTES_MAX = 30 };
    GHashTable *before, *rows = look(f);
    bool usual = false;

    for (int i = 0; i < MINUTES_MIN || (!usual && i < MINUTES_MAX); i++) {
        before = rows;
        rows = look(f);
        usual = is_usual(before, rows);
        g_hash_table_unref(before);
    }
    g_assert_true(usual);
    return rows;
}

static void check_guest(struct fixture *f, GHashTable *usual, const char *key)
{
    json_object *row = g_hash_table_lookup(usual, key);
    char *process = g_strdup_printf("proc/%s/", member(row, "pid"));
    const char *const owner[OWNER_COUNT] = {[OWNER_PATH] = *member(row, "id") ? member(row, "id")
                                                                              : member(row, "name"),
                                            [OWNER_PROCESS] = process};

    for (enum spoil how = 0; how < SPOIL_COUNT; how++) {
        g_test_message("%s, way %d", key, how);
        spoil_files(f, how, belongs_to_guest, owner);
        GHashTable *rows = look(f);
        json_object *now = g_hash_table_lookup(rows, key);
        check_others(f, usual, rows, key, owner);
        if (now && how <= SPOIL_UNREADABLE)
            check_absent(row, now);
        g_hash_table_unref(rows);
    }
    spoil_files(f, SPOIL_NOT, belongs_to_guest, owner);
    await_usual(f, usual);
    g_free(process);
}

static void test_guests(struct fixture *f, const void *tree)
{
    GHashTableIter it;
    void *key, *row;
    int guests = 0, descriptors = count_descriptors();

    (void)tree;
    start(f);
    GHashTable *usual = look_until_usual(f);
    g_hash_table_iter_init(&it, usual);
    while (g_hash_table_iter_next(&it, &key, &row)) {
        if (strcmp(member(row, "type"), "service") == 0)
            continue;
        check_guest(f, usual, key);
        guests++;
    }
    g_test_message("%d of %u rows spoilt in %d ways", guests, g_hash_table_size(usual),
                   SPOIL_COUNT);
    g_assert_cmpint(guests, >, 5);
    g_hash_table_unref(usual);
    stop(f);
    g_assert_cmpint(count_descriptors(), ==, descriptors);
}

/* ---- all files ---- */

/* But for the list of mounts: without it there are no guests, whose files could be read. */
static bool is_any(const char *path, const char *const owner[])
{
    (void)owner;
    return strcmp(path, "proc/self/mountinfo") != 0;
}

/* Seen from the beginning, and by one who knew them well. */
static void test_all(struct fixture *f, const void *tree)
{
    enum { ROUNDS = 5 };
    int descriptors = count_descriptors();

    (void)tree;
    for (int i = 0; i < ROUNDS; i++) {
        spoil_files(f, SPOIL_ANY, is_any, NULL);
        start(f);
        g_hash_table_unref(look(f));
        spoil_files(f, SPOIL_NOT, is_any, NULL);
        g_hash_table_unref(look(f));
        spoil_files(f, SPOIL_ANY, is_any, NULL);
        g_hash_table_unref(look(f));
        stop(f);
    }
    g_assert_cmpint(count_descriptors(), ==, descriptors);
}

#define TEST(name, tree, function)                                                                 \
    g_test_add("/hostile/" name, struct fixture, tree, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    main_thread = pthread_self();
    TEST("guests/v1", "v1", test_guests);
    TEST("guests/v2", "v2-systemd", test_guests);
    TEST("all", "v2-systemd", test_all);
    return g_test_run();
}
