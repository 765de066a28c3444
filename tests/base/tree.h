/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A temporary tree of files for one test. */
#ifndef VTOP_TESTS_BASE_TREE_H
#define VTOP_TESTS_BASE_TREE_H

#include <errno.h>
#include <ftw.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static inline char *tree_new(void)
{
    char *dir = g_dir_make_tmp("vtop-test-XXXXXX", NULL);

    g_assert_nonnull(dir);
    return dir;
}

static inline int tree_remove_one(const char *path, const struct stat *st, int type,
                                  struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static inline void tree_free(char *dir)
{
    g_assert_cmpint(nftw(dir, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
    g_free(dir);
}

/* "DIR/PATH" for g_free(); the directories above it are made. */
static inline char *tree_path(const char *dir, const char *path)
{
    char *full = g_build_filename(dir, path, NULL), *above = g_path_get_dirname(full);

    g_assert_cmpint(g_mkdir_with_parents(above, 0700), ==, 0);
    g_free(above);
    return full;
}

static inline void tree_file(const char *dir, const char *path, const char *text)
{
    char *full = tree_path(dir, path);

    g_assert_true(g_file_set_contents(full, text, -1, NULL));
    g_free(full);
}

static inline void tree_link(const char *dir, const char *path, const char *target)
{
    char *full = tree_path(dir, path);

    g_assert_cmpint(symlink(target, full), ==, 0);
    g_free(full);
}

#endif
