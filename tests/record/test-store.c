/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The directory of a recorder: what stands in it after each step, limits, faults. */
#include <config.h>

#include "record/store.h"

#include "base/clock.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOON (INT64_C(1796040000) * CLOCK_NS_PER_S)
#define DAY_NS (INT64_C(24) * 3600 * CLOCK_NS_PER_S)

struct place {
    char *top, *dir;
    GByteArray *head;
    struct store *store;
};

static GByteArray *bytes_of(const char *text)
{
    GByteArray *b = g_byte_array_new();

    g_byte_array_append(b, (const guint8 *)text, (guint)strlen(text));
    return b;
}

static struct store *must_open(const struct place *p, const struct store_limits *limits)
{
    char *error = NULL;
    struct store *s = store_open(p->dir, limits, &error);

    g_assert_cmpstr(error, ==, NULL);
    return s;
}

static void set_up(struct place *p, const struct store_limits *limits)
{
    p->top = g_dir_make_tmp("vtop-store-XXXXXX", NULL);
    p->dir = g_build_filename(p->top, "log", NULL);
    p->head = bytes_of("HEAD;");
    p->store = must_open(p, limits);
}

static void remove_tree(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        char *inner = g_build_filename(path, name, NULL);
        remove_tree(inner);
        g_free(inner);
    }
    if (dir)
        g_dir_close(dir);
    g_remove(path);
}

static void tear_down(struct place *p)
{
    store_close(p->store);
    remove_tree(p->top);
    g_byte_array_free(p->head, TRUE);
    g_free(p->dir);
    g_free(p->top);
}

static int frame(struct place *p, const char *text, int64_t wall_ns)
{
    GByteArray *bytes = bytes_of(text);
    int result = store_frame(p->store, p->head, bytes, wall_ns);

    g_byte_array_free(bytes, TRUE);
    return result;
}

static int block(struct place *p, const char *text, int64_t wall_ns)
{
    GByteArray *bytes = bytes_of(text);
    int result = store_block(p->store, p->head, bytes, wall_ns);

    g_byte_array_free(bytes, TRUE);
    return result;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "NAME=content" of each file but the lock, in order, joined by blanks; the time of a segment's name
 * is left out. */
static char *content(const struct place *p)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(p->dir, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        char *path = g_build_filename(p->dir, name, NULL), *text = NULL;
        if (strcmp(name, "lock") != 0 && g_file_get_contents(path, &text, NULL, NULL))
            g_ptr_array_add(files, g_strdup_printf("%s=%s", strrchr(name, '-') ? strrchr(name, '-')
                                                                                : name,
                                                   text));
        g_free(text);
        g_free(path);
    }
    if (dir)
        g_dir_close(dir);
    g_ptr_array_sort(files, by_name);
    g_ptr_array_add(files, NULL);
    char *all = g_strjoinv(" ", (char **)files->pdata);
    g_ptr_array_free(files, TRUE);
    return all;
}

#define assert_content(p, expected)                                                                \
    do {                                                                                           \
        char *is = content(p);                                                                     \
        g_assert_cmpstr(is, ==, expected);                                                         \
        g_free(is);                                                                                \
    } while (0)

static void test_frames_become_a_block(void)
{
    struct place p;

    set_up(&p, &(struct store_limits){0});
    g_assert_cmpint(frame(&p, "f1;", NOON), ==, 0);
    g_assert_cmpint(frame(&p, "f2;", NOON), ==, 0);
    assert_content(&p, "open.vtop=HEAD;f1;f2;");
    g_assert_cmpint(block(&p, "b1;", NOON), ==, 0);
    assert_content(&p, "-000001.vtop=HEAD;b1;");
    g_assert_cmpint(frame(&p, "f3;", NOON), ==, 0);
    g_assert_cmpint(block(&p, "b2;", NOON), ==, 0);
    assert_content(&p, "-000001.vtop=HEAD;b1;b2;");
    g_assert_cmpuint(store_bytes(p.store), ==, strlen("HEAD;b1;b2;"));
    tear_down(&p);
}

static void test_name_has_the_time(void)
{
    struct place p;

    set_up(&p, &(struct store_limits){0});
    g_assert_cmpint(block(&p, "b;", NOON + 3723 * CLOCK_NS_PER_S), ==, 0);
    char *path = g_build_filename(p.dir, "20261130-130203-000001.vtop", NULL);
    struct stat st;
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0640);
    g_assert_cmpint(stat(p.dir, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0750);
    g_free(path);
    tear_down(&p);
}

/* As after a crash: the frames stay readable, and nothing is written over. */
static void test_leftover(void)
{
    struct place p;
    struct store_limits none = {0};

    set_up(&p, &none);
    frame(&p, "f1;", NOON);
    store_close(p.store);
    p.store = must_open(&p, &none);
    assert_content(&p, "-000001.vtop=HEAD;f1;");
    frame(&p, "f2;", NOON);
    block(&p, "b;", NOON);
    assert_content(&p, "-000001.vtop=HEAD;f1; -000002.vtop=HEAD;b;");
    tear_down(&p);
}

/* The limit holds after each single write. */
static void test_limit(void)
{
    struct place p;
    enum { LIMIT = 200 };
    bool removed = false;

    set_up(&p, &(struct store_limits){.bytes = LIMIT});
    for (int i = 0; i < 40; i++) {
        g_assert_cmpint(frame(&p, "0123456789012345678901234567890123456789;", NOON + i), ==, 0);
        g_assert_cmpuint(store_bytes(p.store), <=, LIMIT);
        g_assert_cmpint(block(&p, "01234567890123456789;", NOON + i), ==, 0);
        g_assert_cmpuint(store_bytes(p.store), <=, LIMIT);
        char *all = content(&p);
        removed |= !strstr(all, "-000001.vtop");
        g_free(all);
    }
    g_assert_true(removed);
    tear_down(&p);
}

static void test_no_room(void)
{
    struct place p;

    set_up(&p, &(struct store_limits){.bytes = 12});
    g_assert_cmpint(frame(&p, "f1;", NOON), ==, 0);
    g_assert_cmpint(frame(&p, "much too long;", NOON), ==, -ENOSPC);
    assert_content(&p, "open.vtop=HEAD;f1;");
    g_assert_cmpint(frame(&p, "f2;", NOON), ==, 0);
    g_assert_cmpint(block(&p, "much too long;", NOON), ==, -ENOSPC);
    assert_content(&p, "-000001.vtop=HEAD;f1;f2;");
    tear_down(&p);
}

static void test_age(void)
{
    struct place p;

    set_up(&p, &(struct store_limits){.age_ns = 2 * DAY_NS});
    for (int day = 0; day < 5; day++)
        g_assert_cmpint(block(&p, "b;", NOON + day * DAY_NS), ==, 0);
    assert_content(&p, "-000003.vtop=HEAD;b; -000004.vtop=HEAD;b; -000005.vtop=HEAD;b;");
    tear_down(&p);
}

/* More than there is: even the oldest goes, and then there is no room. */
static void test_free_space(void)
{
    struct place p;
    struct store_limits none = {0}, all = {.free_bytes = UINT64_MAX / 2};

    set_up(&p, &none);
    block(&p, "b;", NOON);
    store_close(p.store);
    p.store = must_open(&p, &all);
    g_assert_cmpint(frame(&p, "f;", NOON), ==, -ENOSPC);
    assert_content(&p, "");
    tear_down(&p);
}

/* A write that ends in the middle leaves the file as it was. */
static void test_half_a_write(void)
{
    struct place p;
    struct rlimit before;

    set_up(&p, &(struct store_limits){0});
    frame(&p, "f1;", NOON);
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 10, .rlim_max = before.rlim_max});
    int result = frame(&p, "longer than ten;", NOON);
    setrlimit(RLIMIT_FSIZE, &before);
    g_assert_cmpint(result, ==, -EFBIG);
    assert_content(&p, "open.vtop=HEAD;f1;");
    g_assert_cmpint(frame(&p, "f2;", NOON), ==, 0);
    assert_content(&p, "open.vtop=HEAD;f1;f2;");
    tear_down(&p);
}

static void test_one_writer(void)
{
    struct place p;
    char *error = NULL, *expected;
    struct store_limits none = {0};

    set_up(&p, &none);
    g_assert_null(store_open(p.dir, &none, &error));
    expected = g_strdup_printf("another vtop records into %s", p.dir);
    g_assert_cmpstr(error, ==, expected);
    g_free(expected);
    g_free(error);
    tear_down(&p);
}

static void test_no_directory(void)
{
    char *error = NULL;

    g_assert_null(store_open("/proc/nowhere/log", &(struct store_limits){0}, &error));
    g_assert_cmpstr(error, ==,
                    "cannot record into /proc/nowhere/log: No such file or directory");
    g_free(error);
}

/* Somebody moves the directory away: that is noticed, and a new one is begun. */
static void test_moved(void)
{
    struct place p;

    set_up(&p, &(struct store_limits){0});
    frame(&p, "f1;", NOON);
    block(&p, "b1;", NOON);
    frame(&p, "f2;", NOON);
    remove_tree(p.dir);
    g_assert_cmpint(frame(&p, "f3;", NOON), ==, -ENOENT);
    g_assert_cmpint(block(&p, "b2;", NOON), ==, -ENOENT);
    g_assert_cmpint(store_reopen(p.store), ==, 0);
    g_assert_cmpint(frame(&p, "f4;", NOON), ==, 0);
    assert_content(&p, "open.vtop=HEAD;f4;");
    tear_down(&p);
}

/* Files with other names are neither counted nor removed, whatever they are called. */
static void test_other_files(void)
{
    struct place p;
    static const char *const names[] = {"20261130-130203-.vtop", "notes-of-the-night-3.vtop",
                                        "20261130-130203-99999999999999999999.vtop"};
    struct store_limits limits = {.bytes = 30};

    set_up(&p, &limits);
    store_close(p.store);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char *path = g_build_filename(p.dir, names[i], NULL);
        g_assert_true(g_file_set_contents(path, "mine, and longer than the limit", -1, NULL));
        g_free(path);
    }
    p.store = must_open(&p, &limits);
    g_assert_cmpuint(store_bytes(p.store), ==, 0);
    g_assert_cmpint(block(&p, "b;", NOON), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char *path = g_build_filename(p.dir, names[i], NULL);
        g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
        g_free(path);
    }
    tear_down(&p);
}

/* A link that waits in the directory is not written through. */
static void test_link(void)
{
    struct place p;
    char *target, *link;

    set_up(&p, &(struct store_limits){0});
    target = g_build_filename(p.top, "target", NULL);
    link = g_build_filename(p.dir, STORE_OPEN_FILE, NULL);
    g_assert_true(g_file_set_contents(target, "precious", -1, NULL));
    g_assert_cmpint(symlink(target, link), ==, 0);
    g_assert_cmpint(frame(&p, "f;", NOON), <, 0);
    char *text = NULL;
    g_assert_true(g_file_get_contents(target, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "precious");
    g_free(text);
    g_free(link);
    g_free(target);
    tear_down(&p);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/frames-become-a-block", test_frames_become_a_block);
    g_test_add_func("/store/name-has-the-time", test_name_has_the_time);
    g_test_add_func("/store/leftover", test_leftover);
    g_test_add_func("/store/limit", test_limit);
    g_test_add_func("/store/no-room", test_no_room);
    g_test_add_func("/store/age", test_age);
    g_test_add_func("/store/free-space", test_free_space);
    g_test_add_func("/store/half-a-write", test_half_a_write);
    g_test_add_func("/store/one-writer", test_one_writer);
    g_test_add_func("/store/no-directory", test_no_directory);
    g_test_add_func("/store/moved", test_moved);
    g_test_add_func("/store/other-files", test_other_files);
    g_test_add_func("/store/link", test_link);
    return g_test_run();
}
