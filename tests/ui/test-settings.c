/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* vtoprc: what is understood counts, what is not is named with file and line, and saving keeps what
 * somebody wrote. */
#include "ui/settings.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    char *folder, *file;
    GPtrArray *complaints;
    struct settings settings;
};

static void set_up(struct fixture *f, const void *data)
{
    (void)data;
    f->folder = g_dir_make_tmp("vtop-test-XXXXXX", NULL);
    f->file = g_build_filename(f->folder, "vtoprc", NULL);
    f->complaints = g_ptr_array_new_with_free_func(g_free);
    preferences_default(&f->settings);
}

static void tear_down(struct fixture *f, const void *data)
{
    (void)data;
    g_unlink(f->file);
    g_rmdir(f->folder);
    g_free(f->file);
    g_free(f->folder);
    g_ptr_array_free(f->complaints, TRUE);
    settings_clear(&f->settings);
}

static void read_text(struct fixture *f, const char *text)
{
    g_assert_true(g_file_set_contents(f->file, text, -1, NULL));
    settings_read(&f->settings, f->file, true, f->complaints);
}

static char *text_of(const struct fixture *f)
{
    char *text;

    g_assert_true(g_file_get_contents(f->file, &text, NULL, NULL));
    return text;
}

/* Complaint I is about LINE (0: the file) and says WHAT. */
static void check_complaint(const struct fixture *f, guint i, unsigned line, const char *what)
{
    char *place =
        line ? g_strdup_printf("%s:%u: ", f->file, line) : g_strdup_printf("%s: ", f->file);

    g_assert_cmpuint(i, <, f->complaints->len);
    g_assert_true(g_str_has_prefix(g_ptr_array_index(f->complaints, i), place));
    g_assert_nonnull(strstr(g_ptr_array_index(f->complaints, i), what));
    g_free(place);
}

static void test_all(struct fixture *f, const void *data)
{
    const struct settings *s = &f->settings;

    (void)data;
    read_text(f, "# mine\n[vtop]\ninterval = 2.5\ntheme=Light\nascii = yes\n  mouse = no  \n"
                 "tree = yes\ncpu = host\ncolumns = name,cpu_percent,MEM%\nsort = -memory_bytes\n"
                 "types = vm, docker\n");
    g_assert_cmpuint(f->complaints->len, ==, 0);
    g_assert_cmpint(s->interval_ns, ==, 2500000000);
    g_assert_cmpint(s->theme, ==, THEME_LIGHT);
    g_assert_cmpint(s->ascii, ==, ASCII_YES);
    g_assert_false(s->mouse);
    g_assert_true(s->tree);
    g_assert_true(s->cpu_of_host);
    g_assert_cmpuint(s->columns.count, ==, 3);
    g_assert_cmpint(s->columns.metric[2], ==, M_MEM_PERCENT);
    g_assert_cmpint(s->sort, ==, M_MEM);
    g_assert_true(s->sort_reversed);
    g_assert_cmpuint(s->types, ==, 1u << GUEST_VM | 1u << GUEST_DOCKER);
}

static void test_bad_lines(struct fixture *f, const void *data)
{
    (void)data;
    read_text(f, "[vtop]\n"
                 "theme = pink\n"       /* 2 */
                 "interval = 0\n"       /* 3 */
                 "what is this\n"       /* 4 */
                 "colour = yes\n"       /* 5 */
                 "columns = name,nix\n" /* 6 */
                 "mouse = perhaps\n"    /* 7 */
                 "types = vm,,\n"       /* 8 */
                 "sort = cpu_graph\n"   /* 9 */
                 "[other]\n"            /* 10 */
                 "theme = nobody reads this\n"
                 "[vtop]\n"
                 "tree = yes\n");
    g_assert_cmpuint(f->complaints->len, ==, 9);
    check_complaint(f, 0, 2, "expected default, light, mono, contrast or solarized");
    check_complaint(f, 1, 3, "expected seconds from 0.1");
    check_complaint(f, 2, 4, "expected name = value");
    check_complaint(f, 3, 5, "expected one of interval, columns");
    check_complaint(f, 4, 6, "nix");
    check_complaint(f, 5, 7, "expected yes or no");
    check_complaint(f, 6, 8, "expected types of guests");
    check_complaint(f, 7, 9, "expected the name of a column");
    check_complaint(f, 8, 10, "expected [vtop]");
    g_assert_true(f->settings.tree); /* the rest counts */
    g_assert_cmpint(f->settings.theme, ==, THEME_DEFAULT);
    g_assert_cmpuint(f->settings.columns.count, >, 5);
}

static void test_files(struct fixture *f, const void *data)
{
    (void)data;
    settings_read(&f->settings, f->file, false, f->complaints);
    g_assert_cmpuint(f->complaints->len, ==, 0);
    settings_read(&f->settings, f->file, true, f->complaints);
    check_complaint(f, 0, 0, "cannot be read");
    read_text(f, "theme = \xff\n");
    check_complaint(f, 1, 0, "is not UTF-8");
    read_text(f, "theme = light"); /* neither a group nor a last newline */
    g_assert_cmpuint(f->complaints->len, ==, 2);
    g_assert_cmpint(f->settings.theme, ==, THEME_LIGHT);
    read_text(f, "columns = ,,\n");
    check_complaint(f, 2, 1, "there is no column ''; ");
    g_assert_cmpuint(f->settings.columns.count, >, 5);
}

/* What stands behind a NUL is neither read nor lost. */
static void test_nul(struct fixture *f, const void *data)
{
    static const char text[] = "theme = light\n\0# mine\n";
    char *after;
    gsize length;

    (void)data;
    g_assert_true(g_file_set_contents(f->file, text, sizeof(text), NULL));
    settings_read(&f->settings, f->file, true, f->complaints);
    check_complaint(f, 0, 0, "is not UTF-8");
    g_assert_cmpint(f->settings.theme, ==, THEME_DEFAULT);
    g_assert_cmpint(settings_save(&f->settings, f->file), ==, -EILSEQ);
    g_assert_true(g_file_get_contents(f->file, &after, &length, NULL));
    g_assert_cmpuint(length, ==, sizeof(text));
    g_assert_true(memcmp(after, text, sizeof(text)) == 0);
    g_free(after);
}

/* What is saved is what is read again. */
static void test_round_trip(struct fixture *f, const void *data)
{
    struct settings again;

    (void)data;
    f->settings.interval_ns = 1500000000;
    f->settings.theme = THEME_CONTRAST;
    f->settings.braille = true;
    f->settings.types = guest_types_find("container") | 1u << GUEST_SERVICE;
    f->settings.sort = M_RX;
    f->settings.sort_reversed = true;
    columns_of_set(&f->settings.columns, SET_DISK);
    g_assert_cmpint(settings_save(&f->settings, f->file), ==, 0);
    preferences_default(&again);
    settings_read(&again, f->file, true, f->complaints);
    g_assert_cmpuint(f->complaints->len, ==, 0);
    g_assert_cmpint(again.interval_ns, ==, f->settings.interval_ns);
    g_assert_cmpint(again.theme, ==, f->settings.theme);
    g_assert_true(again.braille);
    g_assert_cmpuint(again.types, ==, f->settings.types);
    g_assert_cmpint(again.sort, ==, M_RX);
    g_assert_true(again.sort_reversed);
    g_assert_cmpuint(again.columns.count, ==, f->settings.columns.count);
    for (size_t i = 0; i < again.columns.count; i++)
        g_assert_cmpint(again.columns.metric[i], ==, f->settings.columns.metric[i]);
}

/* Nothing chosen when they were saved: that is no reason to complain, nor to show nothing. */
static void test_nothing_chosen(struct fixture *f, const void *data)
{
    struct settings again;

    (void)data;
    f->settings.types = 0;
    g_assert_cmpint(settings_save(&f->settings, f->file), ==, 0);
    preferences_default(&again);
    settings_read(&again, f->file, true, f->complaints);
    g_assert_cmpuint(f->complaints->len, ==, 0);
    preferences_default(&f->settings);
    g_assert_cmpuint(again.types, ==, f->settings.types);
}

static void test_saving_keeps(struct fixture *f, const void *data)
{
    char *text;

    (void)data;
    read_text(f, "# my settings\n\n[vtop]\ntheme = light # no comment, a value\n# dark is bad\n"
                 "not mine\ninterval=7\n[elsewhere]\ntheme = theirs\n");
    f->settings.theme = THEME_SOLARIZED;
    g_assert_cmpint(settings_save(&f->settings, f->file), ==, 0);
    text = text_of(f);
    g_assert_true(g_str_has_prefix(text, "# my settings\n\n[vtop]\ntheme = solarized\n"
                                         "# dark is bad\nnot mine\ninterval = 7\n[elsewhere]\n"
                                         "theme = theirs\n"));
    g_assert_nonnull(strstr(text, "\n[vtop]\ncolumns = "));
    g_free(text);
    settings_save(&f->settings, f->file); /* and the second time nothing is added */
    text = text_of(f);
    g_assert_null(strstr(strstr(text, "mouse = ") + 1, "mouse = "));
    g_free(text);
}

static void test_thresholds(struct fixture *f, const void *data)
{
    const struct thresholds *t = &f->settings.thresholds;

    (void)data;
    read_text(f, "threshold.ready-warn = 7\nthreshold.steal-warn = lots\n"
                 "threshold.no-such = 1\nthreshold.ready-hold = -5\n"
                 "threshold.host-cpu-crit = 50\n# 85 is above that\n");
    g_assert_cmpuint(f->complaints->len, ==, 4);
    check_complaint(f, 0, 2, "steal-warn: \"lots\" is no number");
    check_complaint(f, 1, 3, "there is no threshold 'no-such'");
    check_complaint(f, 2, 4, "ready-hold: -5 is not between 0 and 3600");
    check_complaint(f, 3, 5, "host-cpu-warn (85) is above host-cpu-crit (50)");
    g_assert_cmpfloat(t->of[THRESHOLD_READY_WARN], ==, 7);
    g_assert_cmpfloat(t->of[THRESHOLD_STEAL_WARN], ==, 10);
    g_assert_cmpfloat(t->of[THRESHOLD_HOST_CPU_WARN], ==, 85);
    g_assert_cmpfloat(t->of[THRESHOLD_HOST_CPU_CRIT], ==, 95);
}

static void test_mutes(struct fixture *f, const void *data)
{
    const enum rule rule = RULE_VCPU_CONTENTION;

    (void)data;
    read_text(f, "mute = vcpu-contention:a, b: c\nmute = no-such-rule:x\n"
                 "mute = host-steal\nmute = host-steal:\n");
    g_assert_cmpuint(f->complaints->len, ==, 2);
    check_complaint(f, 0, 2, "no-such-rule:x: expected RULE or RULE:GUEST");
    check_complaint(f, 1, 4, "host-steal:: expected RULE or RULE:GUEST");
    g_assert_true(mutes_have(f->settings.mutes, rule, "a, b: c"));
    g_assert_false(mutes_have(f->settings.mutes, rule, "a"));
    g_assert_false(mutes_have(f->settings.mutes, rule, NULL));
    g_assert_true(mutes_have(f->settings.mutes, RULE_HOST_STEAL, "anything"));
    settings_clear(&f->settings);
}

/* Thresholds stay as somebody wrote them, mutes follow what is muted now. */
static void test_saving_analysis(struct fixture *f, const void *data)
{
    char *text;

    (void)data;
    read_text(f, "mute = host-steal # no comment\nthreshold.ready-warn=7\n# mine\n"
                 "mute=vcpu-contention:a\nmute = vcpu-contention:b\nmute = from-the-future\n");
    mutes_set(f->settings.mutes, RULE_VCPU_CONTENTION, "a", false);
    mutes_set(f->settings.mutes, RULE_HOST_CPU_BUSY, NULL, true);
    g_assert_cmpint(settings_save(&f->settings, f->file), ==, 0);
    text = text_of(f);
    g_assert_true(g_str_has_prefix(text, "mute = host-steal # no comment\nthreshold.ready-warn=7\n"
                                         "# mine\nmute = vcpu-contention:b\n"
                                         "mute = from-the-future\n"));
    g_assert_true(g_str_has_suffix(text, "\nmute = host-cpu-busy\n"));
    g_free(text);
    settings_clear(&f->settings);
}

static mode_t mode_of(const char *file)
{
    struct stat st;

    g_assert_cmpint(stat(file, &st), ==, 0);
    return st.st_mode & 07777;
}

/* What never ends, what nobody writes to, and what is too large: one line each, at once. */
static void test_not_a_file(struct fixture *f, const void *data)
{
    char *large = g_strnfill(70000, '\n');

    (void)data;
    g_assert_cmpint(mkfifo(f->file, 0600), ==, 0);
    settings_read(&f->settings, f->file, false, f->complaints);
    check_complaint(f, 0, 0, "is not a regular file");
    g_assert_cmpint(settings_save(&f->settings, f->file), ==, -ESPIPE);
    g_unlink(f->file);
    g_assert_cmpint(symlink("/dev/zero", f->file), ==, 0);
    settings_read(&f->settings, f->file, false, f->complaints);
    check_complaint(f, 1, 0, "is not a regular file");
    g_unlink(f->file);
    read_text(f, large);
    check_complaint(f, 2, 0, "is larger than 64 KB");
    settings_read(&f->settings, f->folder, false, f->complaints);
    g_assert_nonnull(strstr(g_ptr_array_index(f->complaints, 3), "Is a directory"));
    g_assert_cmpuint(f->complaints->len, ==, 4);
    settings_read(&f->settings, "/dev/null", true, f->complaints); /* no settings: none at all */
    g_assert_cmpuint(f->complaints->len, ==, 4);
    g_free(large);
}

/* A file of mistakes is not read out line by line. */
static void test_many_complaints(struct fixture *f, const void *data)
{
    GString *text = g_string_new(NULL);

    (void)data;
    for (int i = 0; i < 5000; i++)
        g_string_append(text, "mistake\n");
    read_text(f, text->str);
    g_assert_cmpuint(f->complaints->len, ==, 21);
    check_complaint(f, 20, 21, "and further lines");
    g_string_free(text, TRUE);
}

static void test_saving_keeps_mode(struct fixture *f, const void *data)
{
    (void)data;
    read_text(f, "theme = light\n");
    g_assert_cmpint(g_chmod(f->file, 0640), ==, 0);
    g_assert_cmpint(settings_save(&f->settings, f->file), ==, 0);
    g_assert_cmpint(mode_of(f->file), ==, 0640);
    g_unlink(f->file);
    g_assert_cmpint(settings_save(&f->settings, f->file), ==, 0);
    g_assert_cmpint(mode_of(f->file), ==, 0644);
}

/* As root below the directory of somebody else: the file stays theirs, and no link of theirs leads
 * root anywhere. */
static void test_saving_as_root(struct fixture *f, const void *data)
{
    enum { SOMEBODY = 12345 };
    char *link = g_build_filename(f->folder, "link", NULL);
    char *target = g_strconcat(f->folder, ".target", NULL);
    struct stat st;

    (void)data;
    if (geteuid() != 0) {
        g_test_skip("only root can give files away");
    } else {
        read_text(f, "theme = light\n");
        g_assert_cmpint(chown(f->file, SOMEBODY, SOMEBODY), ==, 0);
        g_assert_cmpint(chown(f->folder, SOMEBODY, SOMEBODY), ==, 0);
        g_assert_cmpint(settings_save(&f->settings, f->file), ==, 0);
        g_assert_cmpint(stat(f->file, &st), ==, 0);
        g_assert_cmpint(st.st_uid, ==, SOMEBODY);
        g_assert_cmpint(st.st_gid, ==, SOMEBODY);
        g_assert_true(g_file_set_contents(target, "precious\n", -1, NULL));
        g_assert_cmpint(symlink(target, link), ==, 0);
        g_assert_cmpint(settings_save(&f->settings, link), ==, -ELOOP);
        g_unlink(target);
        g_unlink(link);
    }
    g_free(target);
    g_free(link);
}

static void test_saving_makes_directories(struct fixture *f, const void *data)
{
    char *vtop = g_build_filename(f->folder, "vtop", NULL);
    char *file = g_build_filename(vtop, "vtoprc", NULL);

    (void)data;
    g_assert_cmpint(settings_save(&f->settings, file), ==, 0);
    g_assert_cmpint(mode_of(vtop), ==, 0700);
    g_unlink(file);
    g_rmdir(vtop);
    g_free(file);
    g_free(vtop);
}

static void test_saving_fails(struct fixture *f, const void *data)
{
    char *below = g_build_filename(f->file, "vtoprc", NULL);

    (void)data;
    g_assert_true(
        g_file_set_contents(f->file, "x", -1, NULL)); /* a file where a folder should be */
    g_assert_cmpint(settings_save(&f->settings, below), <, 0);
    g_free(below);
}

/* A link, as those who keep their settings elsewhere have it, stays one. */
static void test_saving_follows_links(struct fixture *f, const void *data)
{
    char *link = g_build_filename(f->folder, "link", NULL), *text;

    (void)data;
    g_assert_true(g_file_set_contents(f->file, "[vtop]\n", -1, NULL));
    g_assert_cmpint(symlink(f->file, link), ==, 0);
    g_assert_cmpint(settings_save(&f->settings, link), ==, 0);
    g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
    text = text_of(f);
    g_assert_nonnull(strstr(text, "theme = default"));
    g_free(text);
    g_unlink(link);
    g_free(link);
}

/* Words of a real file, bytes of none: whatever is made of them. */
static char *noise(GRand *chance)
{
    static const char *const words[] = {
        "[vtop]",  "\n",       "\n",           " = ",   "=",    "#",     "interval", "theme",
        "sort",    "columns",  "types",        "mouse", "tree", "ascii", "yes",      "no",
        "auto",    "-name",    "name,vm,",     "1e999", "0.1",  "nan",   "default",  "light\r",
        "\033[2J", "\xff\xfe", "\xe2\x80\xae", "帳票",  "[",    "]",     "[vtop",    ",,,,,,,"};
    GString *s = g_string_new(NULL);

    for (int n = g_rand_int_range(chance, 0, 60); n > 0; n--) {
        if (g_rand_int_range(chance, 0, 8) == 0)
            g_string_append_c(s, (char)g_rand_int_range(chance, 1, 256));
        else
            g_string_append(s, words[g_rand_int_range(chance, 0, G_N_ELEMENTS(words))]);
    }
    return g_string_free(s, FALSE);
}

/* No file can break it; each complaint is a line that a terminal can bear; saving heals nothing and
 * harms nothing: what was understood comes back. */
static void test_noise(struct fixture *f, const void *data)
{
    enum { ROUNDS = 100, SEED = 20261121 };
    GRand *chance = g_rand_new_with_seed(SEED);

    (void)data;
    for (int i = 0; i < ROUNDS; i++) {
        char *text = noise(chance);
        struct settings again;
        preferences_default(&f->settings);
        g_ptr_array_set_size(f->complaints, 0);
        read_text(f, text);
        for (guint c = 0; c < f->complaints->len; c++) {
            const char *line = g_ptr_array_index(f->complaints, c);
            g_assert_true(g_utf8_validate(line, -1, NULL));
            g_assert_null(strpbrk(line, "\n\r\033"));
        }
        g_assert_cmpint(settings_save(&f->settings, f->file), ==, 0);
        preferences_default(&again);
        settings_read(&again, f->file, true, f->complaints);
        g_assert_cmpint(again.interval_ns, ==, f->settings.interval_ns);
        g_assert_cmpint(again.sort, ==, f->settings.sort);
        g_assert_cmpint(again.theme, ==, f->settings.theme);
        g_assert_cmpuint(again.types, ==, f->settings.types);
        g_assert_cmpuint(again.columns.count, ==, f->settings.columns.count);
        g_free(text);
    }
    g_rand_free(chance);
}

/* vtoprc(5) has an entry for everything that is saved, with its default, and names every choice. */
static void test_manual(struct fixture *f, const void *data)
{
    char *page = g_test_build_filename(G_TEST_DIST, "man", "vtoprc.5", NULL), *manual, *text;
    char **lines;

    (void)data;
    g_assert_true(g_file_get_contents(page, &manual, NULL, NULL));
    settings_save(&f->settings, f->file);
    text = text_of(f);
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        char *equals = strstr(*line, " = ");
        char *entry =
            equals ? g_strdup_printf(".TP\n.B %.*s\n", (int)(equals - *line), *line) : g_strdup("");
        g_assert_nonnull(strstr(manual, entry));
        g_free(entry);
    }
    for (enum preference p = 0; p < PREFERENCE_COUNT; p++) {
        const struct preference_info *info = preference_info(p);
        char *fallback = g_strdup_printf("Default:\n.BR %s .\n", info->fallback);
        g_assert_true(!info->fallback || strstr(manual, fallback));
        g_free(fallback);
        for (size_t i = 0; info->choices[i]; i++)
            g_assert_nonnull(strstr(manual, info->choices[i]));
    }
    g_strfreev(lines);
    g_free(text);
    g_free(manual);
    g_free(page);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name, function)                                                                       \
    g_test_add("/settings/" name, struct fixture, NULL, set_up, function, tear_down)
    TEST("all", test_all);
    TEST("bad-lines", test_bad_lines);
    TEST("files", test_files);
    TEST("nul", test_nul);
    TEST("round-trip", test_round_trip);
    TEST("nothing-chosen", test_nothing_chosen);
    TEST("saving-keeps", test_saving_keeps);
    TEST("thresholds", test_thresholds);
    TEST("mutes", test_mutes);
    TEST("saving-analysis", test_saving_analysis);
    TEST("not-a-file", test_not_a_file);
    TEST("many-complaints", test_many_complaints);
    TEST("saving-keeps-mode", test_saving_keeps_mode);
    TEST("saving-as-root", test_saving_as_root);
    TEST("saving-makes-directories", test_saving_makes_directories);
    TEST("saving-fails", test_saving_fails);
    TEST("saving-follows-links", test_saving_follows_links);
    TEST("noise", test_noise);
    TEST("manual", test_manual);
    return g_test_run();
}
