/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The fuzzer: libFuzzer around all targets. FUZZ_TARGET in the environment names the one to run;
 * without it the targets are listed. */
#include <config.h>

#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *name, *what;
    fuzz_function *run;
} TARGETS[] = {
#define FUZZ_ROW(name, what) {#name, what, fuzz_##name},
    FUZZ_TARGETS(FUZZ_ROW)
#undef FUZZ_ROW
};

static fuzz_function *target;
static char *directory;
static pid_t owner;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *wanted = getenv("FUZZ_TARGET");

    (void)argc, (void)argv;
    for (size_t i = 0; i < G_N_ELEMENTS(TARGETS); i++) {
        if (!wanted)
            printf("%s\t%s\n", TARGETS[i].name, TARGETS[i].what);
        else if (strcmp(TARGETS[i].name, wanted) == 0)
            target = TARGETS[i].run;
    }
    if (target)
        return 0;
    if (wanted)
        fprintf(stderr, "fuzz: no target is named %s\n", wanted);
    exit(wanted ? 2 : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    target(data, size);
    return 0;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = g_malloc(size + 1);

    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

struct fuzz_part fuzz_next(const uint8_t **data, size_t *size)
{
    const uint8_t *end = *size ? memchr(*data, FUZZ_BREAK, *size) : NULL;
    struct fuzz_part part = {*data, end ? (size_t)(end - *data) : *size};
    size_t taken = part.size + (end ? 1 : 0);

    *data += taken;
    *size -= taken;
    return part;
}

/* ---- files ---- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static void remove_directory(void)
{
    if (getpid() == owner)
        nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_directory(void)
{
    if (!directory) {
        directory = g_dir_make_tmp("vtop-fuzz-XXXXXX", NULL);
        if (!directory)
            abort();
        owner = getpid();
        atexit(remove_directory);
    }
    return directory;
}

const struct root *fuzz_root(void)
{
    static struct root *root;

    if (!root && root_new(fuzz_directory(), &root) < 0)
        abort();
    return root;
}

static void make_above(const char *path)
{
    char *above = g_path_get_dirname(path);

    if (g_mkdir_with_parents(above, 0700) < 0)
        abort();
    g_free(above);
}

static void write_part(const char *path, struct fuzz_part part)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, part.data, part.size) != (ssize_t)part.size)
        abort();
    close(fd);
}

static void link_part(const char *path, struct fuzz_part part)
{
    char *target_path = fuzz_text(part.data, part.size);

    unlink(path);
    if (symlink(target_path, path) < 0) /* it may be empty, or too long */
        unlink(path);
    g_free(target_path);
}

void fuzz_files(const char *const *paths, const uint8_t *data, size_t size)
{
    for (; *paths; paths++) {
        bool is_link = **paths == '@';
        char *path = g_build_filename(fuzz_directory(), *paths + is_link, NULL);
        make_above(path);
        if (g_str_has_suffix(*paths, "/")) {
            g_free(path);
            continue;
        }
        struct fuzz_part part = fuzz_next(&data, &size);
        if (!part.size)
            unlink(path);
        else if (is_link)
            link_part(path, part);
        else
            write_part(path, part);
        g_free(path);
    }
}
