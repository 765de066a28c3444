/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What analysis costs on a healthy host of 1,000 guests, beside the merge and the tick of the
 * roster in the same run, and beside the collection of as many control groups; and how many
 * warnings it raises in a whole day (none is right). The day is sampled every 10 s;
 * VTOP_DAY_INTERVAL=1 samples it every second, which takes half an hour.
 *
 * The control groups are files in a temporary directory, which are read faster than the kernel
 * makes up its own: on a real host the collection costs more, and virtual machines more than
 * containers. */
#include <config.h>

#include "../analyse/healthy.h"
#include "../collect/cgroup-fixture.h"
#include "model/wishes.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { GUESTS = 1000, REFRESHES = 20 };

static int64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* What a container has, and a memory.stat and an io.stat as long as usual. */
static void make_group(const char *dir, unsigned number)
{
    static const char *const files[][2] = {
        {"cpu.stat", "usage_usec 123456789\nuser_usec 100000000\nsystem_usec 23456789\n"
                     "nr_periods 12345\nnr_throttled 123\nthrottled_usec 456789\n"},
        {"cpu.max", "20000 100000\n"},
        {"memory.current", "123456789\n"},
        {"memory.max", "268435456\n"},
        {"memory.swap.current", "4096\n"},
        {"memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 0\noom_group_kill 0\n"},
        {"memory.stat", "anon 65536000\nfile 40960000\nkernel 5120000\nkernel_stack 196608\n"
                        "pagetables 524288\nsec_pagetables 0\npercpu 1440\nsock 0\nvmalloc 0\n"
                        "shmem 256000\nzswap 0\nzswapped 0\nfile_mapped 20480000\nfile_dirty 0\n"
                        "file_writeback 0\nswapcached 0\nanon_thp 0\nfile_thp 0\nshmem_thp 0\n"
                        "inactive_anon 60000000\nactive_anon 4096\ninactive_file 20480000\n"
                        "active_file 20000000\nunevictable 0\nslab_reclaimable 1000000\n"
                        "slab_unreclaimable 500000\nslab 1500000\nworkingset_refault_anon 3\n"
                        "workingset_refault_file 4\nworkingset_activate_anon 0\n"
                        "workingset_activate_file 0\nworkingset_restore_anon 0\n"
                        "workingset_restore_file 0\nworkingset_nodereclaim 0\npgscan 0\n"
                        "pgsteal 0\npgfault 123456\npgmajfault 5\npgrefill 0\n"},
        {"io.stat", "259:0 rbytes=1000000 wbytes=2000000 rios=100 wios=200 dbytes=0 dios=0\n"},
        {"pids.current", "7\n"},
        {"cgroup.events", "populated 1\nfrozen 0\n"},
        {"cpu.pressure", "some avg10=1.00 avg60=0.50 avg300=0.10 total=1111111\n"
                         "full avg10=0.00 avg60=0.00 avg300=0.00 total=111111\n"},
        {"memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1111\n"
                            "full avg10=0.00 avg60=0.00 avg300=0.00 total=111\n"},
        {"io.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=11111\n"
                        "full avg10=0.00 avg60=0.00 avg300=0.00 total=1111\n"}};
    g_autofree char *path = g_strdup_printf("/system.slice/docker-%064x.scope", number + 1);

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        cgroup_file(dir, "", path, files[i][0], files[i][1]);
}

/* CPU time of a refresh, in milliseconds: what history needs, of GUESTS containers. */
static double collection_ms(void)
{
    struct fixture f = {0};

    make_host(&f, HOST_V2);
    for (unsigned i = 0; i < GUESTS; i++)
        make_group(f.dir, i);
    kept_budget_init(&f.budget, f.root);
    f.cgroup = cgroup_new(f.root, &f.budget);
    f.demand = (struct demand){.needs = wishes_of_history().needs, .interval_ns = 1000000000};
    collect(&f);
    int64_t start = cpu_ns();
    for (int i = 0; i < REFRESHES; i++)
        collect(&f);
    int64_t used = cpu_ns() - start;
    g_assert_cmpuint(f.sample->records->len, >=, GUESTS);
    teardown(&f, NULL);
    return (double)used / 1e6 / REFRESHES;
}

static void print_ratio(double ours, const char *rival, double theirs)
{
    printf("ratio\tanalysis of %d guests, per tick\tms\t%.4f\t%s\t%.4f\n", GUESTS, ours, rival,
           theirs);
}

int main(void)
{
    const char *interval = getenv("VTOP_DAY_INTERVAL");
    struct healthy day = {.seed = 1, .guests = GUESTS, .interval_s = 10, .hours = 24};

    if (interval && atof(interval) > 0)
        day.interval_s = atof(interval);
    double collection = collection_ms();
    struct healthy_result r = healthy_run(&day, cpu_ns);
    double analysis = (double)r.analysis_ns / 1e6 / r.ticks;
    double roster = (double)r.merge_ns / 1e6 / r.ticks;
    printf("a healthy day of %u guests at %g s: %u ticks, %u warnings, %u notes\n", day.guests,
           day.interval_s, r.ticks, r.alarms + r.other_infos, r.infos);
    printf("per tick: analysis %.3f ms, roster %.3f ms, collection of control groups %.3f ms\n",
           analysis, roster, collection);
    print_ratio(analysis, "merge and tick", roster);
    print_ratio(analysis, "collection, merge, tick", collection + roster);
    return r.alarms + r.other_infos > 0;
}
