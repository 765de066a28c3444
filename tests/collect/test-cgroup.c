/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What is read of a container on version 1, version 2 and both, and what is absent when a file is
 * torn, missing, hostile or not needed. */
#include <config.h>

#include "cgroup-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DOCKER "/system.slice/docker-" ID ".scope"
#define OLD_DOCKER "/docker/" ID

#define HOST_CPUSET "39 30 0:29 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"

static void setup(struct fixture *f, const void *mountinfo)
{
    make_host(f, mountinfo);
    kept_budget_init(&f->budget, f->root);
    f->cgroup = cgroup_new(f->root, &f->budget);
    f->demand = (struct demand){.needs = NEED_ALL, .interval_ns = 1000000000};
}

static const struct record *find(const struct fixture *f, const char *name)
{
    for (guint i = 0; i < f->sample->records->len; i++) {
        const struct record *r = g_ptr_array_index(f->sample->records, i);
        if (r->facet == FACET_CGROUP && g_str_has_prefix(r->ident->name, name))
            return r;
    }
    return NULL;
}

static const struct record *only(const struct fixture *f)
{
    const struct record *r = find(f, "");

    g_assert_nonnull(r);
    return r;
}

static guint64 value(const struct record *r, enum reading reading)
{
    uint64_t v = 0;

    g_assert_true(record_get(r, reading, &v));
    return v;
}

static enum reason reason(const struct record *r, enum reading reading)
{
    return record_reason(r, reading);
}

static void put(const struct fixture *f, const char *file, const char *text)
{
    cgroup_file(f->dir, "", DOCKER, file, text);
}

static void put_v1(const struct fixture *f, const char *mount, const char *file, const char *text)
{
    cgroup_file(f->dir, mount, OLD_DOCKER, file, text);
}

static void put_v2_all(const struct fixture *f)
{
    put(f, "cpu.stat",
        "usage_usec 1000\nuser_usec 700\nsystem_usec 300\n"
        "nr_periods 10\nnr_throttled 4\nthrottled_usec 50\n");
    put(f, "cpu.max", "20000 100000\n");
    put(f, "cpuset.cpus.effective", "0-1,3\n");
    put(f, "memory.current", "8192\n");
    put(f, "memory.max", "max\n");
    put(f, "memory.swap.current", "4096\n");
    put(f, "memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\n");
    put(f, "memory.stat",
        "anon 1024\nfile 4096\nkernel 512\nshmem 256\ninactive_file 2048\n"
        "workingset_refault_anon 3\nworkingset_refault_file 4\npgmajfault 5\n");
    put(f, "io.stat", "8:0 rbytes=100 wbytes=200 rios=1 wios=2 dbytes=0 dios=0\n");
    put(f, "pids.current", "7\n");
    put(f, "pids.max", "100\n");
    put(f, "cgroup.events", "populated 1\nfrozen 1\n");
    put(f, "cpu.pressure",
        "some avg10=1.00 avg60=0.50 avg300=0.10 total=11\n"
        "full avg10=0.00 avg60=0.00 avg300=0.00 total=12\n");
    put(f, "irq.pressure", "full avg10=0.00 avg60=0.00 avg300=0.00 total=13\n");
}

/* Every reading of a v2 group, in the units of the catalogue. */
static void test_v2(struct fixture *f, const void *data)
{
    (void)data;
    put_v2_all(f);
    collect(f);
    const struct record *r = only(f);

    g_assert_cmpint(r->ident->type, ==, GUEST_DOCKER);
    g_assert_cmpstr(r->ident->key, ==, "/system.slice/" ID);
    g_assert_cmpstr(ident_group_path(r->ident), ==, "/system.slice/" ID);
    g_assert_cmpstr(r->ident->name, ==, "0123456789ab");
    g_assert_cmpuint(value(r, R_CG_CPU_NS), ==, 1000000);
    g_assert_cmpuint(value(r, R_CG_USER_NS), ==, 700000);
    g_assert_cmpuint(value(r, R_CG_SYSTEM_NS), ==, 300000);
    g_assert_cmpuint(value(r, R_CG_PERIODS), ==, 10);
    g_assert_cmpuint(value(r, R_CG_THROTTLED), ==, 4);
    g_assert_cmpuint(value(r, R_CG_THROTTLED_NS), ==, 50000);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_MILLI), ==, 200);
    g_assert_cmpuint(value(r, R_CG_MEM_USAGE_BYTES), ==, 8192);
    g_assert_cmpuint(value(r, R_CG_MEM_INACTIVE_FILE_BYTES), ==, 2048);
    g_assert_cmpuint(value(r, R_CG_MEM_ANON_BYTES), ==, 1024);
    g_assert_cmpuint(value(r, R_CG_MEM_KERNEL_BYTES), ==, 512);
    g_assert_cmpuint(value(r, R_CG_SWAP_BYTES), ==, 4096);
    g_assert_cmpuint(value(r, R_CG_REFAULTS), ==, 7);
    g_assert_cmpuint(value(r, R_CG_MAJOR_FAULTS), ==, 5);
    g_assert_cmpuint(value(r, R_CG_OOM_KILLS), ==, 2);
    g_assert_cmpuint(value(r, R_CG_IO_WRITE_BYTES), ==, 200);
    g_assert_cmpuint(value(r, R_CG_IO_READ_OPS), ==, 1);
    g_assert_cmpuint(value(r, R_CG_TASKS), ==, 7);
    g_assert_cmpuint(value(r, R_CG_TASKS_LIMIT), ==, 100);
    g_assert_cmpuint(value(r, R_CG_FROZEN), ==, 1);
    g_assert_cmpuint(value(r, R_CG_PSI_CPU_SOME_NS), ==, 11000);
    g_assert_cmpuint(value(r, R_CG_PSI_CPU_FULL_NS), ==, 12000);
    g_assert_cmpuint(value(r, R_CG_PSI_IRQ_FULL_NS), ==, 13000);
    g_assert_cmpint(reason(r, R_CG_MEM_LIMIT_BYTES), ==, REASON_NO_LIMIT);
    g_assert_cmpint(reason(r, R_CG_PSI_IO_SOME_NS), ==, REASON_NO_CONTROLLER);
}

/* A limit of an ancestor applies too, and its quota throttles the groups below. */
static void test_ancestors(struct fixture *f, const void *data)
{
    (void)data;
    put_v2_all(f);
    put(f, "cpu.max", "max 100000\n");
    put(f, "cpuset.cpus.effective", "2\n");
    cgroup_file(f->dir, "", "/system.slice", "cpu.max", "250000 100000\n");
    cgroup_file(f->dir, "", "/system.slice", "cpu.stat",
                "usage_usec 1\nnr_periods 90\nnr_throttled 30\nthrottled_usec 8\n");
    cgroup_file(f->dir, "", "/system.slice", "memory.max", "65536\n");
    collect(f);
    const struct record *r = find(f, "0123");
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_BYTES), ==, 65536);
    g_assert_cmpuint(value(r, R_CG_PERIODS), ==, 90);
    g_assert_cmpuint(value(r, R_CG_THROTTLED), ==, 30);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_MILLI), ==, 1000);
}

/* The limits of a guest are those of the group with all its processes, which an engine may put
 * inside the one that it names, and of the groups around it. The owner of each limit is
 * recorded. */
static void test_whose_limit(struct fixture *f, const void *data)
{
    (void)data;
    put_v2_all(f);
    put(f, "cpu.max", "max 100000\n");
    put(f, "cgroup.procs", "");
    cgroup_file(f->dir, "", DOCKER "/container", "cgroup.procs", "77\n");
    cgroup_file(f->dir, "", DOCKER "/container", "memory.max", "32768\n");
    cgroup_file(f->dir, "", DOCKER "/container", "cpu.max", "150000 100000\n");
    cgroup_file(f->dir, "", "/system.slice", "pids.max", "9\n");
    cgroup_file(f->dir, "", "/system.slice", "memory.max", "65536\n");
    collect(f);
    const struct record *r = only(f);
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_BYTES), ==, 32768);
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_OWNER), ==, LIMIT_OWN);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_MILLI), ==, 1500);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_OWNER), ==, LIMIT_OWN);
    g_assert_cmpuint(value(r, R_CG_TASKS_LIMIT), ==, 9);

    /* a limit that is set between the two is the guest's own as well */
    put(f, "memory.max", "16384\n");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    collect(f);
    r = only(f);
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_BYTES), ==, 16384);
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_OWNER), ==, LIMIT_OWN);
    put(f, "memory.max", "max\n");

    /* if there is a process beside it, the inner group is not the whole guest */
    put(f, "cgroup.procs", "78\n");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    collect(f);
    r = only(f);
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_BYTES), ==, 65536);
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_OWNER), ==, LIMIT_OWN + 1);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_MILLI), ==, 3000);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_OWNER), ==, LIMIT_CPUSET);
}

/* A limit that is larger than the host counts as none: the next one up is used, if there is one. */
static void test_larger_than_host(struct fixture *f, const void *data)
{
    (void)data;
    tree_file(f->dir, "proc/meminfo", "MemTotal:        1024 kB\nMemFree: 1 kB\n");
    tree_file(f->dir, "proc/sys/kernel/pid_max", "32768\n");
    put_v2_all(f);
    put(f, "memory.max", "1048577\n");
    put(f, "pids.max", "32769\n");
    put(f, "cpu.max", "410000 100000\n");
    put(f, "cpuset.cpus.effective", "0-3\n");
    collect(f);
    const struct record *r = only(f);
    g_assert_cmpint(reason(r, R_CG_MEM_LIMIT_BYTES), ==, REASON_NO_LIMIT);
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_OWNER), ==, LIMIT_HOST);
    g_assert_cmpint(reason(r, R_CG_TASKS_LIMIT), ==, REASON_NO_LIMIT);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_MILLI), ==, 4000);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_OWNER), ==, LIMIT_HOST);
    g_assert_cmpint(reason(r, R_CG_PERIODS), ==, REASON_NO_QUOTA);

    put(f, "memory.max", "1048576\n");
    put(f, "pids.max", "32768\n");
    put(f, "cpu.max", "400000 100000\n");
    cgroup_file(f->dir, "", "/system.slice", "memory.max", "1048577\n");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    collect(f);
    r = only(f);
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_BYTES), ==, 1048576);
    g_assert_cmpuint(value(r, R_CG_MEM_LIMIT_OWNER), ==, LIMIT_OWN);
    g_assert_cmpuint(value(r, R_CG_TASKS_LIMIT), ==, 32768);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_OWNER), ==, LIMIT_OWN);
    g_assert_cmpuint(value(r, R_CG_PERIODS), ==, 10);
}

/* A counter of nearly 2^64 went below 0: in every file it is absent, and the other values
 * remain. */
static void test_below_zero(struct fixture *f, const void *data)
{
#define LEAST "9223372036854775808"
#define MOST "18446744073709551615"
    (void)data;
    put_v2_all(f);
    put(f, "memory.current", MOST "\n");
    put(f, "memory.stat",
        "anon " MOST "\nfile 9223372036854775807\nkernel " LEAST "\nshmem 256\n"
        "workingset_refault_anon " LEAST "\nworkingset_refault_file " LEAST "\n");
    put(f, "memory.swap.current", LEAST "\n");
    put(f, "memory.events", "oom_kill " MOST "\n");
    put(f, "cpu.stat",
        "usage_usec 18446744073709551\nuser_usec 700\nsystem_usec " MOST "\n"
        "nr_periods 10\nnr_throttled " MOST "\nthrottled_usec 50\n");
    put(f, "io.stat",
        "8:0 rbytes=" MOST " wbytes=200 rios=1 wios=2\n8:16 rbytes=" MOST " wbytes=5 rios=1 wios=" LEAST
        "\n");
    put(f, "cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=" MOST "\n");
    collect(f);
    const struct record *r = only(f);
    static const enum reading absent[] = {
        R_CG_CPU_NS,       R_CG_SYSTEM_NS, R_CG_MEM_USAGE_BYTES, R_CG_MEM_ANON_BYTES,
        R_CG_MEM_KERNEL_BYTES, R_CG_REFAULTS,  R_CG_SWAP_BYTES,      R_CG_OOM_KILLS,
        R_CG_PERIODS,      R_CG_IO_READ_BYTES, R_CG_IO_WRITE_OPS,    R_CG_PSI_CPU_SOME_NS};
    for (size_t i = 0; i < G_N_ELEMENTS(absent); i++)
        g_assert_cmpint(reason(r, absent[i]), ==, REASON_UNREADABLE);
    g_assert_cmpuint(value(r, R_CG_USER_NS), ==, 700000);
    g_assert_cmpuint(value(r, R_CG_MEM_FILE_BYTES), ==, INT64_MAX);
    g_assert_cmpuint(value(r, R_CG_MEM_SHMEM_BYTES), ==, 256);
    g_assert_cmpuint(value(r, R_CG_IO_WRITE_BYTES), ==, 205);
    g_assert_cmpuint(value(r, R_CG_IO_READ_OPS), ==, 2);
}

/* A value without a controller, a quota or a file is absent with the reason, never 0. */
static void test_missing(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "cpu.stat", "usage_usec 5\nuser_usec 3\nsystem_usec 2\n");
    collect(f);
    const struct record *r = only(f);
    g_assert_cmpuint(value(r, R_CG_CPU_NS), ==, 5000);
    g_assert_cmpint(reason(r, R_CG_PERIODS), ==, REASON_NO_QUOTA);
    g_assert_cmpint(reason(r, R_CG_MEM_USAGE_BYTES), ==, REASON_NO_CONTROLLER);
    g_assert_cmpint(reason(r, R_CG_IO_READ_BYTES), ==, REASON_NO_CONTROLLER);
    g_assert_cmpint(reason(r, R_CG_TASKS), ==, REASON_NO_CONTROLLER);
    g_assert_cmpint(reason(r, R_CG_FROZEN), ==, REASON_NO_CONTROLLER);
    g_assert_cmpuint(value(r, R_CG_CPU_LIMIT_MILLI), ==, 4000);
}

/* A file with wrong content affects only its own readings. */
static void test_torn(struct fixture *f, const void *data)
{
    char *huge = g_strnfill(100000, '7');

    (void)data;
    put_v2_all(f);
    collect(f);
    put(f, "memory.current", "");
    put(f, "memory.stat", "anon 10");
    put(f, "pids.current", huge);
    put(f, "cpu.pressure", "\x01\xff\n\n");
    put(f, "io.stat", "8:0 rbytes=1");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    collect(f);
    const struct record *r = only(f);
    g_assert_cmpuint(value(r, R_CG_CPU_NS), ==, 1000000);
    g_assert_cmpint(reason(r, R_CG_MEM_USAGE_BYTES), ==, REASON_UNREADABLE);
    g_assert_cmpint(reason(r, R_CG_MEM_ANON_BYTES), ==, REASON_UNREADABLE);
    g_assert_cmpint(reason(r, R_CG_TASKS), ==, REASON_UNREADABLE);
    g_assert_cmpint(reason(r, R_CG_PSI_CPU_SOME_NS), ==, REASON_UNREADABLE);
    g_free(huge);
}

/* Write another text into the same file, which kept descriptors see. */
static void rewrite(const struct fixture *f, const char *file, const void *bytes, size_t length)
{
    char *path = g_strconcat(f->dir, "/sys/fs/cgroup" DOCKER "/", file, NULL);
    FILE *out = fopen(path, "w");

    g_assert_nonnull(out);
    g_assert_cmpuint(fwrite(bytes, 1, length, out), ==, length);
    fclose(out);
    g_free(path);
}

/* Whatever one file contains, the row stays and keeps the values of the other files; the next good
 * text is accepted again. */
static void test_bad_file(struct fixture *f, const void *data)
{
    static const char *const files[] = {
        "cpu.stat",     "memory.stat",  "memory.current",     "io.stat",
        "pids.current", "cpu.pressure", "memory.swap.current"};
    static const char binary[] = "\0\x01\x7f\xff\n\0usage_usec \xc3\x28 9\n";
    size_t huge = (size_t)FILE_LIMIT + 4096;
    char *sevens = g_strnfill(huge, '7');
    const struct {
        const char *bytes;
        size_t length;
    } bad[] = {{"", 0},
               {binary, sizeof(binary)},
               {sevens, huge},
               {sevens, 65536},
               {"usage_usec", 10},
               {"some avg10=0.00 total=\n-1\n8:0 rbytes=-4\n18446744073709551616\n", 57}};

    (void)data;
    put_v2_all(f);
    collect(f);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        char *path = g_strconcat(f->dir, "/sys/fs/cgroup" DOCKER "/", files[i], NULL);
        char *good;
        gsize length;
        g_assert_true(g_file_get_contents(path, &good, &length, NULL));
        for (size_t b = 0; b < G_N_ELEMENTS(bad); b++) {
            rewrite(f, files[i], bad[b].bytes, bad[b].length);
            collect(f);
            const struct record *r = only(f);
            g_assert_cmpuint(value(r, R_CG_OOM_KILLS), ==, 2);
            if (strcmp(files[i], "cpu.stat") != 0)
                g_assert_cmpuint(value(r, R_CG_CPU_NS), ==, 1000000);
            if (strcmp(files[i], "memory.current") != 0)
                g_assert_cmpuint(value(r, R_CG_MEM_USAGE_BYTES), ==, 8192);
            rewrite(f, files[i], good, length);
        }
        g_free(good);
        g_free(path);
    }
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_CPU_NS), ==, 1000000);
    g_assert_cmpuint(value(only(f), R_CG_MEM_ANON_BYTES), ==, 1024);
    g_assert_cmpuint(value(only(f), R_CG_IO_WRITE_BYTES), ==, 200);
    g_assert_cmpuint(value(only(f), R_CG_TASKS), ==, 7);
    g_assert_cmpuint(value(only(f), R_CG_PSI_CPU_SOME_NS), ==, 11000);
    g_assert_cmpuint(value(only(f), R_CG_SWAP_BYTES), ==, 4096);
    g_free(sevens);
}

/* Forms of io.stat that real kernels give: everything that can be parsed counts. */
static void test_io_stat(struct fixture *f, const void *data)
{
    (void)data;
    put_v2_all(f);
    put(f, "io.stat",
        "252:0 \n(unknown) rbytes=9 wbytes=9\n"
        "7:0 7:1 8:16 wbytes=20 rbytes=10 wios=2 rios=1 dbytes=0 cost.usage=3\n"
        "259:0 rbytes=x wbytes=5\nrubbish\n");
    collect(f);
    const struct record *r = only(f);
    g_assert_cmpuint(value(r, R_CG_IO_READ_BYTES), ==, 10);
    g_assert_cmpuint(value(r, R_CG_IO_WRITE_BYTES), ==, 25);
    g_assert_cmpuint(value(r, R_CG_IO_WRITE_OPS), ==, 2);
}

/* A file that is not needed is not read, and no descriptor is kept for it. */
static void test_demand(struct fixture *f, const void *data)
{
    int before = f->budget.left;

    (void)data;
    put_v2_all(f);
    f->demand.needs = NEED_CPU;
    collect(f);
    const struct record *r = only(f);
    g_assert_cmpuint(value(r, R_CG_CPU_NS), ==, 1000000);
    g_assert_cmpint(reason(r, R_CG_MEM_USAGE_BYTES), ==, REASON_NOT_READ);
    g_assert_cmpint(reason(r, R_CG_IO_READ_BYTES), ==, REASON_NOT_READ);
    g_assert_cmpint(before - f->budget.left, ==, 1);
}

/* Without descriptors to keep, everything is still read. */
static void test_budget(struct fixture *f, const void *data)
{
    (void)data;
    put_v2_all(f);
    f->budget.left = 0;
    for (int i = 0; i < 3; i++) {
        collect(f);
        g_assert_cmpuint(value(only(f), R_CG_MEM_USAGE_BYTES), ==, 8192);
        g_assert_cmpuint(value(only(f), R_CG_PSI_CPU_FULL_NS), ==, 12000);
        g_assert_cmpint(f->budget.left, ==, 0);
    }
}

static void remove_group(const struct fixture *f, const char *path)
{
    char *full = g_build_filename(f->dir, "sys/fs/cgroup", path, NULL);

    g_assert_cmpint(nftw(full, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
    g_free(full);
}

/* A new guest is found in the next collection, a removed one is gone, and one that is created again
 * under the same name is a new guest. */
static void test_come_and_go(struct fixture *f, const void *data)
{
    (void)data;
    collect(f);
    g_assert_null(find(f, ""));
    cgroup_file(f->dir, "", "/lxc.payload.a", "cpu.stat", "usage_usec 1\n");
    collect(f);
    struct ident *first = ident_ref(find(f, "a")->ident);
    g_assert_cmpint(first->type, ==, GUEST_LXC);
    collect(f);
    g_assert_cmpuint(find(f, "a")->ident->serial, ==, first->serial);
    remove_group(f, "lxc.payload.a");
    collect(f);
    g_assert_null(find(f, "a"));
    cgroup_file(f->dir, "", "/x", "taken", "the inode\n");
    cgroup_file(f->dir, "", "/lxc.payload.a", "cpu.stat", "usage_usec 1\n");
    collect(f);
    g_assert_cmpuint(find(f, "a")->ident->serial, !=, first->serial);
    ident_unref(first);
}

/* A group that is removed and created again between two collections is a new guest as well. */
static void test_made_anew(struct fixture *f, const void *data)
{
    (void)data;
    cgroup_file(f->dir, "", "/lxc.payload.a", "cpu.stat", "usage_usec 1\n");
    collect(f);
    guint64 serial = find(f, "a")->ident->serial;
    remove_group(f, "lxc.payload.a");
    cgroup_file(f->dir, "", "/lxc.payload.a", "cpu.stat", "usage_usec 1\n");
    collect(f);
    g_assert_cmpuint(find(f, "a")->ident->serial, !=, serial);
}

/* Fifty new guests per second for a while leave no descriptor and no row behind. */
static void test_churn(struct fixture *f, const void *data)
{
    (void)data;
    collect(f);
    int before = f->budget.left;
    for (int i = 0; i < 200; i++) {
        char path[64];
        g_snprintf(path, sizeof(path), "/lxc.payload.c%d", i % 7);
        cgroup_file(f->dir, "", path, "cpu.stat", "usage_usec 1\n");
        cgroup_file(f->dir, "", path, "memory.current", "1\n");
        if (i % 3)
            collect(f);
        remove_group(f, path + 1);
    }
    collect(f);
    g_assert_null(find(f, ""));
    g_assert_cmpint(f->budget.left, ==, before);
}

/* A guest inside a guest comes after it and names it; helpers are not guests. */
static void test_nested(struct fixture *f, const void *data)
{
    (void)data;
    cgroup_file(f->dir, "", "/lxc.payload.a/docker/" ID, "cpu.stat", "usage_usec 1\n");
    cgroup_file(f->dir, "", "/lxc.monitor.a", "cpu.stat", "usage_usec 1\n");
    cgroup_file(f->dir, "", "/machine.slice/libpod-conmon-" ID ".scope", "cpu.stat",
                "usage_usec 1\n");
    cgroup_file(f->dir, "", "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/vcpu0",
                "cpu.stat", "usage_usec 1\n");
    collect(f);
    const struct record *outer = find(f, "a"), *inner = find(f, "0123");
    g_assert_cmpstr(inner->ident->outer, ==, outer->ident->key);
    const struct record *vm = find(f, "vm");
    g_assert_true(vm->ident->companion);
    g_assert_cmpstr(vm->ident->key, ==, "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope");
    g_assert_cmpuint(f->sample->records->len, ==, 3);
}

/* Services are guests only on demand. */
static void test_services(struct fixture *f, const void *data)
{
    (void)data;
    cgroup_file(f->dir, "", "/system.slice/ssh.service", "cpu.stat", "usage_usec 1\n");
    collect(f);
    g_assert_null(find(f, ""));
    f->demand.services = true;
    collect(f);
    g_assert_cmpint(find(f, "ssh.service")->ident->type, ==, GUEST_SERVICE);
    g_assert_cmpstr(find(f, "ssh.service")->ident->group, ==, "system.slice");
    f->demand.services = false;
    collect(f);
    g_assert_null(find(f, ""));
}

/* A directory may have any name. */
static void test_hostile_name(struct fixture *f, const void *data)
{
    (void)data;
    cgroup_file(f->dir, "", "/lxc.payload.x\x1b[2J\xe2\x80\xae\xff", "cpu.stat", "usage_usec 1\n");
    collect(f);
    const char *name = only(f)->ident->name;
    g_assert_true(g_utf8_validate(name, -1, NULL));
    g_assert_null(strchr(name, '\x1b'));
}

/* With names of the maximum length, nested so deeply that no path reaches the last group, all
 * groups that can be read are read, and no other guest is affected. */
static void test_long_names(struct fixture *f, const void *data)
{
    enum { DEPTH = 20 };
    char *part = g_strnfill(240, 'n'), *name = g_strconcat("lxc.payload.", part, NULL);
    char *top = g_strconcat(f->dir, "/sys/fs/cgroup", NULL);
    int dirs[DEPTH + 1] = {open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};

    (void)data;
    for (int i = 0; i < DEPTH; i++) {
        g_assert_cmpint(mkdirat(dirs[i], name, 0700), ==, 0);
        dirs[i + 1] = openat(dirs[i], name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        g_assert_cmpint(dirs[i + 1], >=, 0);
    }
    put_v2_all(f);
    collect(f);
    g_assert_cmpuint(value(find(f, "0123"), R_CG_CPU_NS), ==, 1000000);
    g_assert_nonnull(find(f, part));
    for (int i = DEPTH - 1; i >= 0; i--) {
        g_assert_cmpint(unlinkat(dirs[i], name, AT_REMOVEDIR), ==, 0);
        close(dirs[i + 1]);
    }
    close(dirs[0]);
    collect(f);
    g_assert_null(find(f, part));
    g_free(top);
    g_free(name);
    g_free(part);
}

/* In a container in which systemd has created a group for every mount, the processes are found, and
 * those of mounts come last. */
static void test_many_empty_groups(struct fixture *f, const void *data)
{
    char path[80];

    (void)data;
    cgroup_file(f->dir, "", "/lxc.payload.k3s", "cgroup.procs", "");
    cgroup_file(f->dir, "", "/lxc.payload.k3s/z.slice/k3s.service", "cgroup.procs", "4711\n");
    for (int i = 0; i < 1200; i++) {
        g_snprintf(path, sizeof(path), "/lxc.payload.k3s/z.slice/%s-%d.%s", i % 4 ? "var" : "run", i,
                   i % 4 ? "mount" : "scope");
        cgroup_file(f->dir, "", path, "cgroup.procs", i == 1 ? "4712\n" : "");
    }
    collect(f);
    g_assert_cmpint(only(f)->ident->pid, ==, 4711);
    cgroup_file(f->dir, "", "/lxc.payload.k3s/z.slice/k3s.service", "cgroup.procs", "");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    collect(f);
    g_assert_cmpint(only(f)->ident->pid, ==, 4712);
    cgroup_file(f->dir, "", "/lxc.payload.k3s", "cgroup.events", "populated 0\nfrozen 0\n");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    collect(f);
    g_assert_cmpint(only(f)->ident->pid, ==, 0);
}

/* machined knows containers and machines in units that the user defined, and may register them
 * shortly after their groups were created. */
static void test_machined(struct fixture *f, const void *data)
{
#define DNS "/system.slice/l8r@dns.service"
    (void)data;
    cgroup_file(f->dir, "", DNS "/supervisor", "cgroup.procs", "71\n");
    cgroup_file(f->dir, "", DNS "/payload/init.scope", "cgroup.procs", "72\n");
    cgroup_file(f->dir, "", DNS, "cpu.stat", "usage_usec 1\n");
    cgroup_file(f->dir, "", "/my.slice/guest.service", "cpu.stat", "usage_usec 1\n");
    cgroup_file(f->dir, "", "/machine.slice/machine-f.scope", "cpu.stat", "usage_usec 1\n");
    cgroup_file(f->dir, "", "/my.slice/other.service", "cpu.stat", "usage_usec 1\n");
    collect(f);
    g_assert_null(find(f, "dns"));
    g_assert_cmpint(find(f, "f")->ident->type, ==, GUEST_NSPAWN);
    tree_file(f->dir, "run/systemd/machines/dns", "NAME=dns\nSERVICE=nspawn\nCLASS=container\n");
    tree_file(f->dir, "run/systemd/machines/f", "NAME=f\nCLASS=vm\n");
    tree_file(f->dir, "run/systemd/machines/guest", "NAME=guest\nCLASS=vm\n");
    tree_file(f->dir, "run/systemd/machines/.host", "NAME=.host\nCLASS=host\n");
    tree_link(f->dir, "run/systemd/machines/unit:l8r@dns.service", "dns");
    tree_link(f->dir, "run/systemd/machines/unit:machine-f.scope", "f");
    tree_link(f->dir, "run/systemd/machines/unit:guest.service", "guest");
    tree_link(f->dir, "run/systemd/machines/unit:other.service", ".host");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    for (int round = 0; round < 2; round++) {
        collect(f);
        g_assert_cmpint(find(f, "dns")->ident->type, ==, GUEST_NSPAWN);
        g_assert_cmpint(find(f, "dns")->ident->pid, ==, 72);
        g_assert_cmpint(find(f, "f")->ident->type, ==, GUEST_VM);
        g_assert_true(find(f, "f")->ident->companion);
        g_assert_cmpint(find(f, "guest")->ident->type, ==, GUEST_VM);
        g_assert_true(round || !find(f, "other"));
        f->demand.services = true; /* even then each is there only once */
    }
    g_assert_cmpint(find(f, "other")->ident->type, ==, GUEST_SERVICE);
    g_assert_null(find(f, "l8r"));
}

/* What a sandbox of Kata uses is the sum of its two groups, and there is no rate across the moment
 * at which the second one appeared. */
static void test_kata_overhead(struct fixture *f, const void *data)
{
#define SANDBOX "/kubepods/pod0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7/kata_" ID
    static const char stat[] = "usage_usec 1000\nuser_usec 700\nsystem_usec 300\n";
    (void)data;
    cgroup_file(f->dir, "", SANDBOX, "cpu.stat", stat);
    cgroup_file(f->dir, "", SANDBOX, "memory.current", "4096\n");
    collect(f);
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_CPU_NS), ==, 1000000);
    cgroup_file(f->dir, "", "/kata_overhead/" ID, "cpu.stat", stat);
    cgroup_file(f->dir, "", "/kata_overhead/" ID, "memory.current", "8192\n");
    cgroup_file(f->dir, "", "/kata_overhead/" ID, "pids.current", "9\n");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    for (int round = 0; round < 2; round++) {
        collect(f);
        g_assert_cmpuint(value(only(f), R_CG_CPU_NS), ==, 2000000);
        g_assert_cmpuint(value(only(f), R_CG_MEM_USAGE_BYTES), ==, 12288);
        g_assert_cmpuint(value(only(f), R_CG_TASKS), ==, 9);
    }
    remove_group(f, "kata_overhead/" ID);
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_CPU_NS), ==, 1000000);
}

/* A sandbox that only holds the namespaces of its pod is not a guest; one that runs the workload
 * itself is. */
static void test_sandbox(struct fixture *f, const void *data)
{
#define IN_POD "/kubepods/pod0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7/" ID
    (void)data;
    cgroup_file(f->dir, "", IN_POD, "cpu.stat", "usage_usec 1\n");
    cgroup_file(f->dir, "", IN_POD, "cgroup.procs", "71\n");
    tree_file(f->dir, "run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
              "{\"annotations\":{\"io.kubernetes.cri.container-type\":\"sandbox\","
              "\"io.kubernetes.cri.sandbox-name\":\"web\","
              "\"io.kubernetes.cri.sandbox-namespace\":\"shop\"}}");
    collect(f);
    g_assert_null(find(f, ""));
    cgroup_file(f->dir, "", IN_POD, "cgroup.procs", "71\n72\n");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    collect(f);
    g_assert_cmpstr(only(f)->ident->name, ==, "web/POD");
    cgroup_file(f->dir, "", IN_POD, "cgroup.procs", "71\n");
    char *from = g_strconcat(f->dir, "/sys/fs/cgroup" IN_POD, NULL);
    char *to = g_strconcat(f->dir, "/sys/fs/cgroup" SANDBOX, NULL);
    g_assert_cmpint(g_rename(from, to), ==, 0); /* a virtual machine has one process */
    g_free(from);
    g_free(to);
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    collect(f);
    g_assert_cmpint(only(f)->ident->type, ==, GUEST_KATA);
}

/* A group named "container" is a container only if Podman's own group is beside it. */
static void test_split(struct fixture *f, const void *data)
{
    (void)data;
    cgroup_file(f->dir, "", "/system.slice/web.service/container", "cpu.stat", "usage_usec 1\n");
    collect(f);
    g_assert_null(find(f, "web"));
    cgroup_file(f->dir, "", "/system.slice/web.service/supervisor", "cpu.stat", "usage_usec 1\n");
    collect(f);
    g_assert_cmpint(find(f, "web")->ident->type, ==, GUEST_PODMAN);
}

static void put_v1_all(const struct fixture *f)
{
    put_v1(f, "cpu,cpuacct", "cpuacct.usage", "5000\n");
    put_v1(f, "cpu,cpuacct", "cpuacct.stat", "user 2\nsystem 1\n");
    put_v1(f, "cpu,cpuacct", "cpu.cfs_quota_us", "-1\n");
    put_v1(f, "cpu,cpuacct", "cpu.cfs_period_us", "100000\n");
    put_v1(f, "memory", "memory.usage_in_bytes", "8192\n");
    put_v1(f, "memory", "memory.limit_in_bytes", "9223372036854771712\n");
    put_v1(f, "memory", "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
    put_v1(f, "memory", "memory.stat",
           "cache 1\nrss 1\ninactive_file 1\ntotal_cache 4096\ntotal_rss 1024\ntotal_swap 64\n"
           "total_pgmajfault 9\ntotal_inactive_file 2048\ntotal_workingset_refault 6\n");
    put_v1(f, "memory", "memory.kmem.usage_in_bytes", "768\n");
    put_v1(f, "pids", "pids.current", "3\n");
    put_v1(f, "freezer", "freezer.state", "THAWED\n");
    put_v1(f, "blkio", "blkio.bfq.io_service_bytes_recursive",
           "8:0 Read 0\n8:0 Write 0\nTotal 0\n");
    put_v1(f, "blkio", "blkio.throttle.io_service_bytes_recursive",
           "8:0 Read 100\n8:0 Write 200\n8:0 Sync 300\n8:0 Total 300\nTotal 300\n");
    put_v1(f, "blkio", "blkio.throttle.io_serviced_recursive",
           "8:0 Read 1\n8:0 Write 2\n8:0 Total 3\nTotal 3\n");
}

static void check_v1(const struct record *r)
{
    g_assert_cmpuint(value(r, R_CG_CPU_NS), ==, 5000);
    g_assert_cmpuint(value(r, R_CG_MEM_USAGE_BYTES), ==, 8192);
    g_assert_cmpuint(value(r, R_CG_MEM_INACTIVE_FILE_BYTES), ==, 2048);
    g_assert_cmpuint(value(r, R_CG_MEM_KERNEL_BYTES), ==, 768);
    g_assert_cmpuint(value(r, R_CG_SWAP_BYTES), ==, 64);
    g_assert_cmpuint(value(r, R_CG_REFAULTS), ==, 6);
    g_assert_cmpuint(value(r, R_CG_OOM_KILLS), ==, 3);
    g_assert_cmpuint(value(r, R_CG_IO_READ_BYTES), ==, 100);
    g_assert_cmpuint(value(r, R_CG_IO_WRITE_OPS), ==, 2);
    g_assert_cmpuint(value(r, R_CG_TASKS), ==, 3);
    g_assert_cmpuint(value(r, R_CG_FROZEN), ==, 0);
    g_assert_cmpint(reason(r, R_CG_MEM_LIMIT_BYTES), ==, REASON_NO_LIMIT);
    g_assert_cmpint(reason(r, R_CG_PERIODS), ==, REASON_NO_QUOTA);
}

/* Linux before 3.17 has no file with the effective CPUs. */
static void test_old_cpuset(struct fixture *f, const void *data)
{
    (void)data;
    put_v1_all(f);
    put_v1(f, "cpuset", "cpuset.cpus", "0-1\n");
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_CPU_LIMIT_MILLI), ==, 2000);
    g_assert_cmpuint(value(only(f), R_CG_CPU_LIMIT_OWNER), ==, LIMIT_CPUSET);
    put_v1(f, "cpuset", "cpuset.effective_cpus", "1\n");
    f->cgroup = (cgroup_free(f->cgroup), cgroup_new(f->root, &f->budget));
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_CPU_LIMIT_MILLI), ==, 1000);
}

static void test_v1(struct fixture *f, const void *data)
{
    (void)data;
    put_v1_all(f);
    collect(f);
    check_v1(only(f));
    g_assert_cmpint(reason(only(f), R_CG_PSI_CPU_SOME_NS), ==, REASON_NO_CONTROLLER);
}

/* An unknown state does not count as "thawed". */
static void test_freezer(struct fixture *f, const void *data)
{
    static const char *const states[] = {"FROZEN\n", "THAWED\n", "",
                                         "\n",       "FROZE",    "\xff\x1b[2J\n"};
    char name[2];

    (void)data;
    for (unsigned i = 0; i < G_N_ELEMENTS(states); i++) {
        char *path = g_strdup_printf("/docker/%x%063d", i, 0);
        cgroup_file(f->dir, "freezer", path, "freezer.state", states[i]);
        cgroup_file(f->dir, "cpu,cpuacct", path, "cpuacct.usage", "1\n");
        g_free(path);
    }
    collect(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(states); i++) {
        g_snprintf(name, sizeof(name), "%x", i);
        const struct record *r = find(f, name);
        g_assert_nonnull(r);
        if (i < 2)
            g_assert_cmpuint(value(r, R_CG_FROZEN), ==, !i);
        else
            g_assert_cmpint(reason(r, R_CG_FROZEN), ==, REASON_UNREADABLE);
    }
}

/* A limit that cannot be read does not count as "no limit": it keeps its last value, or is not
 * known. */
static void test_odd_limits(struct fixture *f, const void *data)
{
    static const char *const files[] = {"cpu.max", "memory.max", "pids.max"};
    static const char *const odd[] = {"20", "ma", "\n", "", "many\n", "20000 0\n"};
    static const enum reading limits[] = {R_CG_CPU_LIMIT_MILLI, R_CG_MEM_LIMIT_BYTES,
                                          R_CG_TASKS_LIMIT};

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(files); k++)
            put(f, files[k], odd[i]);
        collect(f);
        for (size_t k = 0; k < G_N_ELEMENTS(limits); k++)
            g_assert_cmpint(reason(only(f), limits[k]), ==, REASON_UNREADABLE);
        g_assert_cmpint(reason(only(f), R_CG_PERIODS), ==, REASON_UNREADABLE);
    }
    put_v2_all(f);
    put(f, "memory.max", "16384\n");
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_MEM_LIMIT_BYTES), ==, 16384);
    for (size_t k = 0; k < G_N_ELEMENTS(files); k++)
        put(f, files[k], "1");
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_MEM_LIMIT_BYTES), ==, 16384);
    g_assert_cmpuint(value(only(f), R_CG_CPU_LIMIT_MILLI), ==, 200);
    g_assert_cmpuint(value(only(f), R_CG_TASKS_LIMIT), ==, 100);
}

/* The start time of a guest's process is looked up until it is known. */
static void test_start(struct fixture *f, const void *data)
{
    (void)data;
    put(f, "cgroup.procs", "7\n");
    tree_file(f->dir, "proc/7/stat", "7 (no");
    collect(f);
    g_assert_cmpint(reason(only(f), R_CG_START_HUNDREDTHS), ==, REASON_NO_PROCESS);
    tree_file(f->dir, "proc/7/stat",
              "7 (sleep) S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 "
              "17 0 0 0 0 0 0\n");
    put(f, "cgroup.procs", "7\n"); /* a new process: the processes are read again */
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_START_HUNDREDTHS), ==, 500);
}

/* A file that is needed only later is found at once, not only in the next search for names. */
static void test_late_demand(struct fixture *f, const void *data)
{
    (void)data;
    put_v1_all(f);
    put_v1(f, "blkio", "blkio.bfq.io_serviced_recursive", "8:0 Read 0\n8:0 Write 0\nTotal 0\n");
    f->demand.needs &= ~(unsigned)NEED_IO_OPS;
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_IO_READ_BYTES), ==, 100);
    g_assert_cmpint(reason(only(f), R_CG_IO_WRITE_OPS), ==, REASON_NOT_READ);
    f->demand.needs |= NEED_IO_OPS;
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_IO_WRITE_OPS), ==, 2);
}

/* On a hybrid host, pressure comes from the unified tree, the rest from the controllers of version
 * 1. */
static void test_hybrid(struct fixture *f, const void *data)
{
    (void)data;
    put_v1_all(f);
    put_v1(f, "unified", "cpu.stat", "usage_usec 77\nuser_usec 0\nsystem_usec 0\n");
    put_v1(f, "unified", "io.pressure",
           "some avg10=0.00 avg60=0.00 avg300=0.00 total=21\n"
           "full avg10=0.00 avg60=0.00 avg300=0.00 total=20\n");
    collect(f);
    check_v1(only(f));
    g_assert_cmpuint(value(only(f), R_CG_PSI_IO_SOME_NS), ==, 21000);
    g_assert_cmpuint(f->sample->records->len, ==, 1);
}

/* If only the unified tree has a directory for a guest, its cpu.stat replaces cpuacct. */
static void test_unified_only(struct fixture *f, const void *data)
{
    (void)data;
    put_v1(f, "unified", "cpu.stat", "usage_usec 77\nuser_usec 70\nsystem_usec 7\n");
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_CPU_NS), ==, 77000);
    g_assert_cmpint(reason(only(f), R_CG_MEM_USAGE_BYTES), ==, REASON_NO_CONTROLLER);
}

/* In another tree the same container has another path, which /proc/PID/cgroup of its process
 * shows. */
static void test_other_path(struct fixture *f, const void *data)
{
    (void)data;
    put_v1_all(f);
    put_v1(f, "memory", "cgroup.procs", "55\n");
    put_v1(f, "cpu,cpuacct", "cgroup.procs", "55\n");
    remove_group(f, "memory" OLD_DOCKER);
    cgroup_file(f->dir, "memory", "/elsewhere/" ID, "memory.usage_in_bytes", "4711\n");
    tree_file(f->dir, "proc/55/cgroup",
              "4:memory:/elsewhere/" ID "\n2:cpu,cpuacct:/docker/" ID "\n");
    tree_file(f->dir, "proc/55/stat",
              "55 (sh) S 1 55 55 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 9 0 0 0 0 0 0 "
              "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
    collect(f);
    g_assert_cmpuint(value(only(f), R_CG_MEM_USAGE_BYTES), ==, 4711);
}

#define TEST(name, mounts, function)                                                               \
    g_test_add("/cgroup/" name, struct fixture, mounts, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("v2", HOST_V2, test_v2);
    TEST("v2/ancestors", HOST_V2, test_ancestors);
    TEST("v2/whose-limit", HOST_V2, test_whose_limit);
    TEST("v2/larger-than-host", HOST_V2, test_larger_than_host);
    TEST("v2/below-zero", HOST_V2, test_below_zero);
    TEST("v2/missing", HOST_V2, test_missing);
    TEST("v2/torn", HOST_V2, test_torn);
    TEST("v2/bad-file", HOST_V2, test_bad_file);
    TEST("v2/io.stat", HOST_V2, test_io_stat);
    TEST("v2/demand", HOST_V2, test_demand);
    TEST("v2/budget", HOST_V2, test_budget);
    TEST("come-and-go", HOST_V2, test_come_and_go);
    TEST("made-anew", HOST_V2, test_made_anew);
    TEST("churn", HOST_V2, test_churn);
    TEST("nested", HOST_V2, test_nested);
    TEST("services", HOST_V2, test_services);
    TEST("hostile-name", HOST_V2, test_hostile_name);
    TEST("long-names", HOST_V2, test_long_names);
    TEST("many-empty-groups", HOST_V2, test_many_empty_groups);
    TEST("machined", HOST_V2, test_machined);
    TEST("kata-overhead", HOST_V2, test_kata_overhead);
    TEST("sandbox", HOST_V2, test_sandbox);
    TEST("split", HOST_V2, test_split);
    TEST("v1", HOST_V1, test_v1);
    TEST("v1/old-cpuset", HOST_V1 HOST_CPUSET, test_old_cpuset);
    TEST("freezer", HOST_V1, test_freezer);
    TEST("odd-limits", HOST_V2, test_odd_limits);
    TEST("start", HOST_V2, test_start);
    TEST("v1/late-demand", HOST_V1, test_late_demand);
    TEST("hybrid", HOST_HYBRID, test_hybrid);
    TEST("hybrid/unified-only", HOST_HYBRID, test_unified_only);
    TEST("hybrid/other-path", HOST_HYBRID, test_other_path);
    return g_test_run();
}
