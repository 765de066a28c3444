/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* File systems and thin pools: which of a mount table count, whose data they hold, how full they are. */
#include <config.h>

#include "collect/host/host_stores.h"
#include "collect/host/store_mounts.h"
#include "collect/host/thin_pools.h"

#include <string.h>
#include <sys/statvfs.h>

/* ---- mount tables ---- */

/* EXISTS: directories that are there, separated by blanks. */
static bool exists(const struct store_mount *m, const char *directory, void *data)
{
    char **there = g_strsplit(data, " ", -1);
    bool found = g_strv_contains((const char *const *)there, directory);

    g_assert_nonnull(m);
    g_strfreev(there);
    return found;
}

/* "PATH TYPE DEVICE [HOLDS]" of each, a line each. */
static char *parse(const char *table, const char *there)
{
    GPtrArray *mounts = store_mounts_parse(table, exists, (void *)there);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < mounts->len; i++) {
        const struct store_mount *m = mounts->pdata[i];
        g_string_append_printf(text, "%s %s %s%s [%s]\n", m->path, m->type, m->device,
                               m->remote ? " remote" : "", m->holds->str);
    }
    g_ptr_array_unref(mounts);
    return g_string_free(text, FALSE);
}

static void check(const char *table, const char *there, const char *expected)
{
    char *text = parse(table, there);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static const char HOST[] =
    "21 26 0:20 / /proc rw,relatime - proc proc rw\n"
    "26 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw\n"
    "27 26 0:24 / /run rw - tmpfs tmpfs rw\n"
    "28 26 8:1 / /boot rw - ext4 /dev/sda1 rw\n"
    "29 26 8:3 / /srv/my\\040images rw - xfs /dev/sda3 rw\n"
    "30 26 8:2 /srv/part /mnt/part rw - ext4 /dev/sda2 rw\n"
    "31 26 8:3 / /again rw - xfs /dev/sda3 rw\n"
    "32 26 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro\n"
    "33 26 11:0 / /media ro - iso9660 /dev/sr0 ro\n"
    "34 26 8:4 / /old rw - ext4 /dev/sda4 ro\n"
    "35 26 0:50 / /var/lib/libvirt/images rw - nfs4 nas:/vm rw,addr=10.0.0.1\n"
    "36 26 0:60 / /tank rw - zfs tank rw,xattr\n"
    "37 26 0:61 / /tank/vm rw - zfs tank/vm rw,xattr\n"
    "38 26 0:62 / /tank/ct rw - zfs tank/ct rw,xattr\n"
    "39 26 0:70 /@ /btr rw - btrfs /dev/sdb1 rw,subvol=/@\n"
    "40 26 0:70 /@home /btr/home rw - btrfs /dev/sdb1 rw,subvol=/@home\n"
    "41 26 0:80 / /data/docker/overlay2/a/merged rw - overlay overlay "
    "rw,lowerdir=/l,upperdir=/tank/docker/overlay2/a/diff,workdir=/w\n";

static void test_mounts(void)
{
    check(HOST, "/var/lib/libvirt /var/lib/docker",
          "/var/lib/libvirt/images nfs4 nas:/vm remote [libvirt]\n"
          "/again xfs /dev/sda3 []\n"
          "/boot ext4 /dev/sda1 []\n"
          "/tank zfs tank [containers]\n"
          "/btr btrfs /dev/sdb1 []\n"
          "/ ext4 /dev/sda2 [libvirt, docker]\n");
}

/* The last one that is mounted at a path is the one that is seen. */
static void test_mounted_over(void)
{
    check("1 0 8:1 / / rw - ext4 /dev/a rw\n"
          "2 1 8:2 / /mnt rw - ext4 /dev/b rw\n"
          "3 1 8:3 / /mnt rw - ext4 /dev/c rw\n",
          "", "/mnt ext4 /dev/c []\n/ ext4 /dev/a []\n");
}

/* Whose overlay it is, by where it lies; an engine is named once. */
static void test_overlays(void)
{
    check("1 0 8:1 / / rw - ext4 /dev/a rw\n"
          "2 1 8:2 / /var rw - ext4 /dev/b rw\n"
          "3 2 0:1 / /x rw - overlay overlay rw,upperdir=/var/lib/docker/o/1\n"
          "4 2 0:2 / /y rw - overlay overlay rw,upperdir=/var/lib/docker/o/2\n"
          "5 2 0:3 / /z rw - overlay overlay rw,upperdir=/home/u/podman/3\n",
          "", "/var ext4 /dev/b [docker]\n/ ext4 /dev/a [containers]\n");
}

static void test_bad_tables(void)
{
    check("", "", "");
    check("\n\n - \n1 2 3\n", "", "");
    check("1 0 8:x / / rw - ext4 /dev/a rw\n", "", "");
    check("1 0 8:1 / relative rw - ext4 /dev/a rw\n", "", "");
    check("1 0 8:1 / / rw ext4 /dev/a rw\n", "", ""); /* no separator */
    check("1 0 8:1 / / rw - ext4 /dev/a", "", "");
    check("1 0 8:1 / /a\\9\\04 rw - ext4 /dev/a rw", "", "/a\\9\\04 ext4 /dev/a []\n");
    GString *many = g_string_new(NULL);
    for (int i = 0; i < 1000; i++)
        g_string_append_printf(many, "1 0 8:%d / /m%d rw - ext4 /dev/a rw\n", i, i);
    GPtrArray *mounts = store_mounts_parse(many->str, exists, (void *)"");
    g_assert_cmpuint(mounts->len, ==, STORE_MOUNTS_MAX);
    g_ptr_array_unref(mounts);
    g_string_free(many, TRUE);
}

/* ---- thin pools ---- */

static void test_pools(void)
{
    struct thin_pool p = {.name = "pool"};

    /* 100 MiB in 1,600 blocks of 64 KiB, 1,200 used; 1,024 blocks of metadata, 256 used */
    g_assert_true(thin_pool_parse("7 256/1024 1200/1600 - rw discard_passdown queue_if_no_space - 64",
                                  204800, &p));
    g_assert_cmpuint(p.size_bytes, ==, 104857600);
    g_assert_cmpuint(p.used_bytes, ==, 78643200);
    g_assert_cmpuint(p.metadata_bytes, ==, 4194304);
    g_assert_cmpuint(p.metadata_used_bytes, ==, 1048576);
    g_assert_false(p.failed);
    g_assert_true(thin_pool_parse("1 1/1024 1600/1600 - out_of_data_space", 204800, &p));
    g_assert_cmpuint(p.used_bytes, ==, p.size_bytes);
    g_assert_true(thin_pool_parse("Fail", 204800, &p));
    g_assert_true(p.failed);
    g_assert_cmpstr(p.name, ==, "pool");
}

static void test_bad_pools(void)
{
    static const char *const bad[] = {"",          "1",         "1 2",       "1 2/",      "1 2/3",
                                      "1 2/3 4",   "1 2/3 4/",  "1 2/3 5/4", "1 4/3 1/2", "1 0/0 1/2",
                                      "1 0/1 0/0", "x 1/2 1/2", "1 1/2 x/2", "error"};
    struct thin_pool p = {.name = ""};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(thin_pool_parse(bad[i], 1000, &p));
    g_assert_false(thin_pool_parse("1 1/2 1/2", UINT64_MAX, &p));
    g_assert_false(thin_pool_parse("1 1/18446744073709551615 1/2", 1000, &p));
}

/* ---- this host ---- */

static struct sample *collect(struct host_stores *stores)
{
    struct sample *s = sample_new(0, CLOCK_NS_PER_S);

    host_stores_collect(stores, s);
    return s;
}

static const struct record *record_of(const struct sample *s, const char *name)
{
    for (guint i = 0; i < s->records->len; i++) {
        const struct record *r = s->records->pdata[i];
        if (strcmp(r->ident->name, name) == 0)
            return r;
    }
    return NULL;
}

static uint64_t number(const struct record *r, enum reading reading)
{
    uint64_t n = 0;

    g_assert_true(record_get(r, reading, &n));
    return n;
}

/* What statvfs() says of the same place, before and after. A sample soon after is not read anew. */
static void test_live(void)
{
    struct root *root;
    struct statvfs before, after;

    g_assert_cmpint(root_new(NULL, &root), ==, 0);
    struct host_stores *stores = host_stores_new(root);
    g_assert_cmpint(statvfs("/", &before), ==, 0);
    struct sample *first = collect(stores);
    g_assert_cmpint(statvfs("/", &after), ==, 0);
    const struct record *r = record_of(first, "/");
    if (r) {
        uint64_t unit = before.f_frsize, used = number(r, R_STORE_USED_BYTES) / unit;
        uint64_t a = before.f_blocks - before.f_bfree, b = after.f_blocks - after.f_bfree;
        g_assert_cmpuint(number(r, R_STORE_SIZE_BYTES), ==, before.f_blocks * unit);
        g_assert_cmpuint(used, >=, MIN(a, b));
        g_assert_cmpuint(used, <=, MAX(a, b));
        g_assert_cmpint(r->interval_ns, ==, STORES_NS);
        struct sample *second = collect(stores);
        g_assert_cmpint(record_of(second, "/")->read_ns, ==, r->read_ns);
        g_assert_true(record_of(second, "/")->ident == r->ident);
        sample_unref(second);
    } else {
        g_test_message("\"/\" is no file system that can fill here");
        g_assert_cmpuint(first->records->len, <=, STORE_MOUNTS_MAX + THIN_POOLS_MAX);
    }
    sample_unref(first);
    host_stores_free(stores);
    root_free(root);
}

/* Nothing of a saved tree is asked, whatever its mount table says. */
static void test_saved(void)
{
    struct root *root;

    g_assert_cmpint(root_new_saved("/", &root), ==, 0);
    struct host_stores *stores = host_stores_new(root);
    struct sample *s = collect(stores);
    g_assert_cmpuint(s->records->len, ==, 0);
    sample_unref(s);
    host_stores_free(stores);
    root_free(root);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stores/mounts", test_mounts);
    g_test_add_func("/stores/mounted-over", test_mounted_over);
    g_test_add_func("/stores/overlays", test_overlays);
    g_test_add_func("/stores/bad-tables", test_bad_tables);
    g_test_add_func("/stores/pools", test_pools);
    g_test_add_func("/stores/bad-pools", test_bad_pools);
    g_test_add_func("/stores/live", test_live);
    g_test_add_func("/stores/saved", test_saved);
    return g_test_run();
}
