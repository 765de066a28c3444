/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Which block devices are made of which: what is stacked counts once. */
#include <config.h>

#include "collect/blockdev.h"

#include "../base/tree.h"
#include "base/clock_read.h"

struct fixture {
    char *dir;
    struct root *root;
    struct blockdevs *devices;
};

static void setup(struct fixture *f, const void *data)
{
    (void)data;
    f->dir = tree_new();
    g_assert_cmpint(root_new(f->dir, &f->root), ==, 0);
    f->devices = blockdevs_new(f->root);
}

static void teardown(struct fixture *f, const void *data)
{
    (void)data;
    blockdevs_free(f->devices);
    root_free(f->root);
    tree_free(f->dir);
}

static void put(const struct fixture *f, const char *name, const char *file, const char *text)
{
    char *path = g_strdup_printf("sys/block/%s/%s", name, file);

    tree_file(f->dir, path, text);
    g_free(path);
}

/* A disk as sysfs shows it, made of SLAVES (names, ended by NULL). */
static void put_disk(const struct fixture *f, const char *name, const char *number,
                     const char *const slaves[])
{
    char *dev = g_strdup_printf("%s\n", number), *path, *target;

    put(f, name, "size", "2048\n");
    put(f, name, "dev", dev);
    path = g_strdup_printf("sys/dev/block/%s", number);
    target = g_strdup_printf("../../block/%s", name);
    tree_link(f->dir, path, target);
    g_free(target);
    g_free(path);
    path = g_strdup_printf("sys/class/block/%s", name);
    target = g_strdup_printf("../../block/%s", name);
    tree_link(f->dir, path, target);
    g_free(target);
    g_free(path);
    for (; slaves && *slaves; slaves++) {
        path = g_strdup_printf("slaves/%s/x", *slaves);
        put(f, name, path, "");
        g_free(path);
    }
    g_free(dev);
}

#define SLAVES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* sda with partition sda1; a RAID md0 of sdb and sdc; a volume dm-0 on it, and dm-1 on that. */
static void put_stack(const struct fixture *f)
{
    put_disk(f, "sda", "8:0", NULL);
    put(f, "sda", "sda1/partition", "1\n");
    put(f, "sda", "sda1/dev", "8:1\n");
    tree_link(f->dir, "sys/class/block/sda1", "../../block/sda/sda1");
    tree_link(f->dir, "sys/dev/block/8:1", "../../block/sda/sda1");
    put_disk(f, "sdb", "8:16", NULL);
    put_disk(f, "sdc", "8:32", NULL);
    put_disk(f, "md0", "9:0", SLAVES("sdb", "sdc"));
    put_disk(f, "dm-0", "253:0", SLAVES("md0"));
    put_disk(f, "dm-1", "253:1", SLAVES("dm-0"));
    put_disk(f, "dm-2", "253:2", SLAVES("sda1"));
}

static bool is_base(const struct fixture *f, const char *name)
{
    uint64_t size = 0;
    bool base = blockdev_is_base(f->root, name, &size);

    g_assert_cmpuint(size, ==, base || size ? 2048 * 512 : 0);
    return base;
}

static void test_base(struct fixture *f, const void *data)
{
    (void)data;
    put_stack(f);
    g_assert_true(is_base(f, "sda"));
    g_assert_true(is_base(f, "sdb"));
    g_assert_false(is_base(f, "sda1")); /* a partition */
    g_assert_false(is_base(f, "md0"));
    g_assert_false(is_base(f, "dm-1"));
    g_assert_false(is_base(f, "nothing"));
    put_disk(f, "loop0", "7:0", NULL);
    put_disk(f, "zram0", "252:0", NULL);
    put_disk(f, "sr0", "11:0", NULL);
    put(f, "sr0", "size", "0\n"); /* empty */
    put_disk(f, "nvme0c0n1", "259:0", NULL);
    put(f, "nvme0c0n1", "hidden", "1\n"); /* one of the paths of nvme0n1 */
    put_disk(f, "cciss!c0d0", "104:0", NULL);
    g_assert_false(is_base(f, "loop0"));
    g_assert_false(is_base(f, "zram0"));
    g_assert_false(is_base(f, "sr0"));
    g_assert_false(blockdev_is_base(f->root, "nvme0c0n1", &(uint64_t){0}));
    g_assert_true(is_base(f, "cciss/c0d0"));
}

/* What one device did, in bytes read; twice as many written, and as many requests. */
static struct blockdev_io did(uint32_t major, uint32_t minor, uint64_t n)
{
    return (struct blockdev_io){.major = major,
                                .minor = minor,
                                .read_bytes = n,
                                .write_bytes = 2 * n,
                                .read_ops = n,
                                .write_ops = 2 * n};
}

#define SUM(...)                                                                                   \
    blockdevs_sum(f->devices, (struct blockdev_io[]){__VA_ARGS__},                                 \
                  sizeof((struct blockdev_io[]){__VA_ARGS__}) / sizeof(struct blockdev_io), 1)     \
        .read_bytes

static void test_sum(struct fixture *f, const void *data)
{
    (void)data;
    put_stack(f);
    g_assert_cmpuint(blockdevs_sum(f->devices, NULL, 0, 1).read_bytes, ==, 0);
    g_assert_cmpuint(SUM(did(8, 0, 5)), ==, 5);
    g_assert_cmpuint(SUM(did(8, 0, 5), did(8, 16, 7)), ==, 12); /* side by side */
    /* The volume, the RAID and its two halves: what the volume says. */
    g_assert_cmpuint(SUM(did(8, 16, 10), did(8, 32, 10), did(9, 0, 10), did(253, 0, 10)), ==, 10);
    g_assert_cmpuint(SUM(did(253, 1, 10), did(253, 0, 10), did(8, 32, 10)), ==, 10);
    /* A volume on a partition, and another disk. */
    g_assert_cmpuint(SUM(did(8, 0, 10), did(253, 2, 10), did(8, 16, 3)), ==, 13);
    /* An upper layer that counts nothing (dm-crypt may lose the group) hides nothing. */
    g_assert_cmpuint(SUM(did(253, 2, 0), did(8, 0, 10)), ==, 10);
    /* Nobody knows what they are made of: each counts. */
    g_assert_cmpuint(SUM(did(240, 0, 1), did(240, 1, 2)), ==, 3);

    struct blockdev_io io[] = {did(8, 0, 10), did(253, 2, 10)};
    struct blockdev_io sum = blockdevs_sum(f->devices, io, 2, 1);
    g_assert_cmpuint(sum.write_bytes, ==, 20);
    g_assert_cmpuint(sum.read_ops, ==, 10);
    g_assert_cmpuint(sum.write_ops, ==, 20);
}

/* What was found is kept for a minute, then looked at again. */
static void test_kept(struct fixture *f, const void *data)
{
    struct blockdev_io io[] = {did(8, 0, 10), did(8, 16, 10)};
    int64_t minute = 60 * CLOCK_NS_PER_S;

    (void)data;
    put_disk(f, "sda", "8:0", NULL);
    put_disk(f, "sdb", "8:16", NULL);
    g_assert_cmpuint(blockdevs_sum(f->devices, io, 2, 1).read_bytes, ==, 20);
    put(f, "sda", "slaves/sdb/x", "");
    g_assert_cmpuint(blockdevs_sum(f->devices, io, 2, minute - 1).read_bytes, ==, 20);
    g_assert_cmpuint(blockdevs_sum(f->devices, io, 2, minute + 1).read_bytes, ==, 10);
}

/* A forged tree in which devices are made of each other ends somewhere. */
static void test_loop(struct fixture *f, const void *data)
{
    (void)data;
    put_disk(f, "dm-0", "253:0", SLAVES("dm-1"));
    put_disk(f, "dm-1", "253:1", SLAVES("dm-0"));
    put_disk(f, "dm-2", "253:2", SLAVES("dm-2", "dm-0", "dm-1"));
    put_disk(f, "sda", "8:0", NULL);
    g_assert_cmpuint(SUM(did(253, 0, 1), did(253, 1, 1), did(8, 0, 4)), ==, 4);
    g_assert_cmpuint(SUM(did(253, 2, 1), did(8, 0, 4)), ==, 5);
}

/* A disk of many parts, as of a cluster: the layers are looked up once, not for each pair. */
static void test_many(struct fixture *f, const void *data)
{
    enum { DISKS = 200 };
    struct blockdev_io io[DISKS + 1];
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    (void)data;
    for (unsigned i = 0; i < DISKS; i++) {
        char *name = g_strdup_printf("sd%u", i), *number = g_strdup_printf("65:%u", i);
        put_disk(f, name, number, NULL);
        g_ptr_array_add(names, name);
        g_free(number);
        io[i] = did(65, i, 1);
    }
    g_ptr_array_add(names, NULL);
    put_disk(f, "md0", "9:0", (const char *const *)names->pdata);
    io[DISKS] = did(9, 0, DISKS);
    g_assert_cmpuint(blockdevs_sum(f->devices, io, DISKS, 1).read_bytes, ==, DISKS);
    g_assert_cmpuint(blockdevs_sum(f->devices, io, DISKS + 1, 1).read_bytes, ==, DISKS);
    g_ptr_array_free(names, TRUE);
}

/* Very many devices that are made of nothing take as much longer as they are more: to look at each
 * of them for each of the others would take a minute. */
static void test_crowd(struct fixture *f, const void *data)
{
    enum { DISKS = 20000 };
    struct blockdev_io *io = g_new(struct blockdev_io, DISKS);

    (void)data;
    for (unsigned i = 0; i < DISKS; i++)
        io[i] = did(8 + i / 256, i % 256, 1);
    int64_t begun = clock_mono_ns();
    g_assert_cmpuint(blockdevs_sum(f->devices, io, DISKS, 1).read_bytes, ==, DISKS);
    g_assert_cmpint(clock_mono_ns() - begun, <, 30 * CLOCK_NS_PER_S);
    g_free(io);
}

#define TEST(path, function)                                                                       \
    g_test_add("/blockdev/" path, struct fixture, NULL, setup, function, teardown)

/* Which disks count, by name and by what sysfs has of them. */
static void test_base_names(struct fixture *f, const void *data)
{
    static const struct {
        const char *name;
        bool base;
    } cases[] = {
        {"sda", true},       {"sdaa", true},       {"vda", true},       {"xvda", true},
        {"hda", true},       {"nvme0n1", true},    {"nvme10n12", true}, {"mmcblk0", true},
        {"dasda", true},     {"pmem0", true},      {"rbd0", true},      {"sr0", true},
        {"mtdblock0", true}, {"fioa", true},       {"loop0", false},    {"ram0", false},
        {"zram0", false},    {"nbd0", false},      {"ublkb3", false},   {"tda", false},
        {"zd0", false},      {"zd112", false},     {"dm-0", false},     {"md127", false},
        {"md_d0", false},    {"md_home", false},   {"drbd0", false},    {"drbd1000", false},
        {"bcache0", false},  {"emcpowera", false}, {"vpatha", false},   {"nvme0c1n1", false},
        {"VxDMP1", false},
    };
    uint64_t size;

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        put(f, cases[i].name, "size", "2048\n");
        g_test_message("%s", cases[i].name);
        g_assert_cmpint(blockdev_is_base(f->root, cases[i].name, &size), ==, cases[i].base);
    }
    put(f, "nvme1n1", "size", "2048\n");
    put(f, "nvme1n1", "hidden", "1\n");
    g_assert_false(blockdev_is_base(f->root, "nvme1n1", &size));
    put(f, "other0", "size", "2048\n"); /* whatever it is: it is made of another */
    put(f, "other0", "slaves/sda/x", "");
    g_assert_false(blockdev_is_base(f->root, "other0", &size));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("base", test_base);
    TEST("sum", test_sum);
    TEST("kept", test_kept);
    TEST("base-names", test_base_names);
    TEST("loop", test_loop);
    TEST("many", test_many);
    TEST("crowd", test_crowd);
    return g_test_run();
}
