/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/store_mounts.h"

#include "base/parse.h"
#include "collect/procfs.h"

#include <string.h>

/* File systems that hold data and can fill up. */
static const struct {
    const char *type;
    bool remote;
} TYPES[] = {
    {"ext2", false},   {"ext3", false},     {"ext4", false},
    {"xfs", false},    {"btrfs", false},    {"zfs", false},
    {"f2fs", false},   {"jfs", false},      {"reiserfs", false},
    {"nilfs2", false}, {"bcachefs", false}, {"nfs", true},
    {"nfs4", true},    {"cifs", true},      {"smb3", true},
    {"ceph", true},    {"fuse.ceph", true}, {"fuse.glusterfs", true},
    {"lustre", true},  {"beegfs", true},    {"gpfs", true},
    {"ocfs2", true},   {"gfs2", true},      {"fuse.mfs", true},
    {"9p", true},      {"virtiofs", true},  {"fuse.sshfs", true},
};

/* Where hypervisors and engines keep the data of guests, unless told otherwise. */
static const struct {
    const char *directory, *whose;
} DIRECTORIES[] = {
    {"/var/lib/libvirt", "libvirt"},
    {"/var/lib/libvirt/images", "libvirt"},
    {"/var/lib/docker", "docker"},
    {"/var/lib/containers", "podman"},
    {"/var/lib/containerd", "containerd"},
    {"/var/lib/rancher", "k3s"},
    {"/var/lib/kubelet", "kubelet"},
    {"/var/lib/lxc", "lxc"},
    {"/var/lib/lxd", "lxd"},
    {"/var/snap/lxd", "lxd"},
    {"/var/lib/incus", "incus"},
    {"/var/lib/machines", "systemd-nspawn"},
    {"/var/lib/vz", "proxmox"},
    {"/var/lib/nova", "nova"},
    {"/var/lib/one", "opennebula"},
};

static void mount_free(void *p)
{
    struct store_mount *m = p;

    g_free(m->path);
    g_free(m->type);
    g_free(m->device);
    g_string_free(m->holds, TRUE);
    g_free(m);
}

/* ---- one line ----
 * "26 1 254:0 / /srv\040x rw,noatime shared:1 - ext4 /dev/vda rw,discard"; proc_pid_mountinfo(5) */

enum { ID, PARENT, NUMBERS, ROOT, PATH, OPTIONS, FIXED };
enum { TYPE, DEVICE, SUPER_OPTIONS, AFTER };

struct line {
    char *fixed[FIXED];
    char *after[AFTER]; /* the separator, which optional fields come before */
};

/* The next word, with \040 and the like decoded. The text is changed. NULL: there is none. */
static char *next_word(char **p)
{
    char *word = *p + strspn(*p, " ");
    size_t length = strcspn(word, " ");

    if (!length)
        return NULL;
    *p = word + length + (word[length] == ' ');
    word[length] = '\0';
    procfs_unescape(word);
    return word;
}

static bool split(char *text, struct line *l)
{
    char *word;

    for (size_t i = 0; i < FIXED; i++)
        if (!(l->fixed[i] = next_word(&text)))
            return false;
    while ((word = next_word(&text)) && strcmp(word, "-") != 0)
        ;
    for (size_t i = 0; i < AFTER; i++)
        if (!(l->after[i] = next_word(&text)))
            return false;
    return true;
}

static bool has_option(const char *options, const char *option)
{
    char **words = g_strsplit(options, ",", -1);
    bool has = g_strv_contains((const char *const *)words, option);

    g_strfreev(words);
    return has;
}

/* The place in TYPES, or their number. */
static size_t type_of(const struct line *l)
{
    size_t type = 0;

    while (type < G_N_ELEMENTS(TYPES) && strcmp(TYPES[type].type, l->after[TYPE]) != 0)
        type++;
    return type;
}

/* A subvolume of btrfs is mounted as if it were a part of the file system, but is not a bind
 * mount. */
static bool can_fill(const struct line *l)
{
    return type_of(l) < G_N_ELEMENTS(TYPES) && l->fixed[PATH][0] == '/' &&
           (strcmp(l->fixed[ROOT], "/") == 0 || strcmp(l->after[TYPE], "btrfs") == 0) &&
           !has_option(l->after[SUPER_OPTIONS], "ro");
}

static struct store_mount *mount_of(const struct line *l)
{
    struct store_mount *m;
    const char *numbers = l->fixed[NUMBERS];
    uint64_t major, minor;

    if (!parse_u64(&numbers, &major) || *numbers++ != ':' || !parse_u64(&numbers, &minor))
        return NULL;
    m = g_new0(struct store_mount, 1);
    m->path = g_strdup(l->fixed[PATH]);
    m->type = g_strdup(l->after[TYPE]);
    m->device = g_strdup(l->after[DEVICE]);
    m->major = (unsigned)major;
    m->minor = (unsigned)minor;
    m->own_numbers = strcmp(m->type, "btrfs") == 0;
    m->remote = TYPES[type_of(l)].remote;
    m->holds = g_string_new(NULL);
    return m;
}

/* ---- the table ---- */

static bool share_space(const struct store_mount *a, const struct store_mount *b)
{
    if (strcmp(a->type, b->type) != 0)
        return false;
    if (strcmp(a->type, "zfs") == 0) {
        size_t pool = strcspn(a->device, "/");
        return pool == strcspn(b->device, "/") && strncmp(a->device, b->device, pool) == 0;
    }
    if (a->own_numbers)
        return strcmp(a->device, b->device) == 0;
    return a->major == b->major && a->minor == b->minor;
}

/* Takes M. Of a path that is mounted over, only the last mount can be seen. */
static void add(GPtrArray *mounts, struct store_mount *m)
{
    for (guint i = 0; i < mounts->len; i++) {
        struct store_mount *other = mounts->pdata[i];
        if (strcmp(other->path, m->path) == 0 && !share_space(other, m)) {
            g_ptr_array_remove_index(mounts, i--);
        } else if (share_space(other, m)) {
            bool shorter = strlen(m->path) < strlen(other->path);
            mounts->pdata[i] = shorter ? m : other;
            mount_free(shorter ? other : m);
            return;
        }
    }
    if (mounts->len < STORE_MOUNTS_MAX)
        g_ptr_array_add(mounts, m);
    else
        mount_free(m);
}

static gint longest_first(gconstpointer a, gconstpointer b)
{
    const struct store_mount *x = *(struct store_mount *const *)a;
    const struct store_mount *y = *(struct store_mount *const *)b;
    size_t x_length = strlen(x->path), y_length = strlen(y->path);

    return x_length != y_length ? (x_length < y_length) - (x_length > y_length)
                                : strcmp(x->path, y->path);
}

struct store_mount *store_mounts_of(const GPtrArray *mounts, const char *path)
{
    for (guint i = 0; i < mounts->len; i++) {
        struct store_mount *m = mounts->pdata[i];
        size_t length = strcmp(m->path, "/") == 0 ? 0 : strlen(m->path);
        if (strncmp(path, m->path, length) == 0 && (path[length] == '/' || !path[length]))
            return m;
    }
    return NULL;
}

/* ---- whose data is on them ---- */

static void say_whose(struct store_mount *m, const char *whose)
{
    if (m && !strstr(m->holds->str, whose))
        g_string_append_printf(m->holds, "%s%s", m->holds->len ? ", " : "", whose);
}

static const char *owner_of(const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(DIRECTORIES); i++) {
        size_t length = strlen(DIRECTORIES[i].directory);
        if (strncmp(path, DIRECTORIES[i].directory, length) == 0 && path[length] == '/')
            return DIRECTORIES[i].whose;
    }
    return "containers";
}

static void say_directories(const GPtrArray *mounts, store_exists *exists, void *data)
{
    for (size_t i = 0; i < G_N_ELEMENTS(DIRECTORIES); i++) {
        struct store_mount *m = store_mounts_of(mounts, DIRECTORIES[i].directory);
        if (m && (strcmp(m->path, DIRECTORIES[i].directory) == 0 ||
                  exists(m, DIRECTORIES[i].directory, data)))
            say_whose(m, DIRECTORIES[i].whose);
    }
}

/* What a container writes goes to the upper directory of its overlay, wherever its engine keeps
 * it. */
static void say_overlay(const GPtrArray *mounts, const struct line *l)
{
    char **options = g_strsplit(l->after[SUPER_OPTIONS], ",", -1);

    for (char **o = options; *o; o++)
        if (g_str_has_prefix(*o, "upperdir=/")) {
            const char *path = *o + strlen("upperdir=");
            say_whose(store_mounts_of(mounts, path), owner_of(path));
        }
    g_strfreev(options);
}

/* Calls EACH for every line that can be read. */
static void each_line(const char *mountinfo, void (*each)(GPtrArray *, const struct line *),
                      GPtrArray *mounts)
{
    for (const char *p = mountinfo; *p; p = parse_next_line(p)) {
        char *text = g_strndup(p, strcspn(p, "\n"));
        struct line l;
        if (split(text, &l))
            each(mounts, &l);
        g_free(text);
    }
}

static void take_mount(GPtrArray *mounts, const struct line *l)
{
    struct store_mount *m = can_fill(l) ? mount_of(l) : NULL;

    if (m)
        add(mounts, m);
}

static void take_overlay(GPtrArray *mounts, const struct line *l)
{
    if (strcmp(l->after[TYPE], "overlay") == 0)
        say_overlay(mounts, l);
}

GPtrArray *store_mounts_parse(const char *mountinfo, store_exists *exists, void *data)
{
    GPtrArray *mounts = g_ptr_array_new_with_free_func(mount_free);

    each_line(mountinfo, take_mount, mounts);
    g_ptr_array_sort(mounts, longest_first);
    say_directories(mounts, exists, data);
    each_line(mountinfo, take_overlay, mounts);
    return mounts;
}
