/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record_start.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "view/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SYSTEM_DIR "/var/log/vtop"

/* What stays free in the file system: a twentieth of it, or 1 GiB if that is less. */
enum { FREE_SHARE = 20 };
#define FREE_BYTES_MAX ((uint64_t)1 << 30)

#define STOP_PATIENCE_NS (15 * CLOCK_NS_PER_S) /* of a disk that is busy with other things */

static char *user_dir(void)
{
    const char *state = g_getenv("XDG_STATE_HOME");

    return state && g_path_is_absolute(state)
               ? g_build_filename(state, "vtop", NULL)
               : g_build_filename(g_get_home_dir(), ".local", "state", "vtop", NULL);
}

char *record_default_dir(void)
{
    return geteuid() == 0 ? g_strdup(SYSTEM_DIR) : user_dir();
}

static void complain(const char *line)
{
    char *clean = text_clean(line, -1);

    fprintf(stderr, "vtop: %s\n", clean);
    g_free(clean);
}

/* ---- the directory ---- */

static uint64_t bytes_to_leave(const char *dir)
{
    struct statvfs fs;

    if (statvfs(dir, &fs) < 0)
        return FREE_BYTES_MAX;
    return MIN((uint64_t)fs.f_blocks * fs.f_frsize / FREE_SHARE, FREE_BYTES_MAX);
}

/* The default directory may be the first thing in its parent. */
static char *make_default_dir(void)
{
    char *dir = record_default_dir();

    g_mkdir_with_parents(dir, geteuid() == 0 ? 0750 : 0700);
    return dir;
}

static char *boot_id_of(const struct options *o)
{
    struct root *root;
    char *id = NULL;

    if (!o->demo && !o->still && root_new(o->root, &root) == 0) {
        id = file_first_line(root, "/proc/sys/kernel/random/boot_id");
        root_free(root);
    }
    return id ? id : g_strdup("");
}

static struct recorder *start(const struct options *o, const char *dir, char **error)
{
    char *boot_id = boot_id_of(o);
    struct recorder_config config = {.dir = dir,
                                     .fd = STDOUT_FILENO,
                                     .limits = {.bytes = o->record_bytes,
                                                .age_ns = o->record_age_ns},
                                     .boot_id = boot_id,
                                     .host = g_get_host_name()};

    if (dir)
        config.limits.free_bytes = bytes_to_leave(dir);
    struct recorder *r = recorder_start(&config, error);
    g_free(boot_id);
    return r;
}

/* ---- the feed ---- */

static struct wishes wishes_of(const struct options *o)
{
    struct settings defaults;
    struct wishes wishes = wishes_of_history();

    preferences_default(&defaults);
    for (size_t i = 0; i < defaults.columns.count; i++)
        wishes.needs |= metric_info(defaults.columns.metric[i])->needs;
    wishes.needs |= NEED_HOST_DISKS | NEED_HOST_NICS | NEED_HOST_MACHINE | NEED_STORES;
    wishes.interval_ns = o->settings.interval_ns;
    wishes.services = o->settings.types & guest_types_find("service");
    return wishes;
}

static void take_sample(void *recorder, const struct sample *s)
{
    recorder_sample(recorder, s);
}

static void take_tick(void *recorder, const struct feed_time *at)
{
    recorder_tick(recorder, at->mono_ns, at->wall_ns);
}

void record_join(const struct record_beside *b, struct refresh_config *config)
{
    config->tee = b->recorder ? &b->sink : NULL;
    config->tee_wishes = &b->wishes;
}

/* ---- start and stop ---- */

bool record_start(const struct options *o, struct record_beside *out)
{
    bool stream = g_strcmp0(o->record_dir, "-") == 0;
    char *error = NULL, *dir = NULL;

    *out = (struct record_beside){0};
    if (!o->record)
        return true;
    if (!stream)
        dir = o->record_dir ? g_strdup(o->record_dir) : make_default_dir();
    out->recorder = start(o, dir, &error);
    out->sink =
        (struct feed_sink){.sample = take_sample, .tick = take_tick, .data = out->recorder};
    out->wishes = wishes_of(o);
    g_free(dir);
    if (out->recorder)
        return true;
    complain(error);
    g_free(error);
    return false;
}

void record_say_news(const struct record_beside *b)
{
    char *news = b->recorder ? recorder_news(b->recorder) : NULL;

    if (news)
        complain(news);
    g_free(news);
}

bool record_stop(struct record_beside *b)
{
    int error = b->recorder ? recorder_stop(b->recorder, STOP_PATIENCE_NS) : 0;

    b->recorder = NULL;
    if (error == 0 || error == -EPIPE)
        return true;
    fprintf(stderr, "vtop: the end of the recording could not be written: %s\n",
            g_strerror(-error));
    return false;
}
