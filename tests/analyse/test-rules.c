/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Each rule: the numbers that are a finding, and those that look like one but are none. */
#include <config.h>

#include "analyse/analysis.h"

#include "../model/scene.h"

#include <string.h>

#define GIB 1073741824.0
#define MIB 1048576.0

struct fixture {
    struct scene scene;
    struct analysis *analysis;
    struct ident *vm, *box;
};

/* ---- a host at rest, a VM and a container that are well ---- */

static void set_host(struct scene *s)
{
    scene_set(s, s->host, R_HOST_CPUS_ONLINE, 4);
    scene_set(s, s->host, R_HOST_USER_NS, 1e9);
    scene_set(s, s->host, R_HOST_NICE_NS, 0);
    scene_set(s, s->host, R_HOST_SYSTEM_NS, 0.2e9);
    scene_set(s, s->host, R_HOST_IDLE_NS, 2.8e9);
    scene_set(s, s->host, R_HOST_IOWAIT_NS, 0);
    scene_set(s, s->host, R_HOST_IRQ_NS, 0);
    scene_set(s, s->host, R_HOST_SOFTIRQ_NS, 0);
    scene_set(s, s->host, R_HOST_STEAL_NS, 0);
    scene_set(s, s->host, R_HOST_GUEST_NS, 0);
    scene_set(s, s->host, R_HOST_GUEST_NICE_NS, 0);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 64 * GIB);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 32 * GIB);
    scene_set(s, s->host, R_HOST_MEM_FREE_BYTES, 16 * GIB);
    scene_set(s, s->host, R_HOST_HUGEPAGES_TOTAL_BYTES, 0);
    scene_set(s, s->host, R_HOST_SWAP_TOTAL_BYTES, 8 * GIB);
    scene_set(s, s->host, R_HOST_SWAP_FREE_BYTES, 8 * GIB);
    scene_set(s, s->host, R_HOST_PSI_CPU_SOME_NS, 0);
    scene_set(s, s->host, R_HOST_PSI_MEM_SOME_NS, 0);
    scene_set(s, s->host, R_HOST_PSI_MEM_FULL_NS, 0);
    scene_set(s, s->host, R_HOST_PSI_IO_SOME_NS, 0);
    scene_set(s, s->host, R_HOST_PSI_IO_FULL_NS, 0);
}

static void set_vm(struct fixture *f)
{
    struct scene *s = &f->scene;

    f->vm = scene_vm(s, "db", 0.5);
    scene_set(s, f->vm, R_PROC_VCPUS, 2);
    scene_set(s, f->vm, R_PROC_VCPU_DELAY_NS, 0);
    scene_set(s, f->vm, R_PROC_RSS_BYTES, 3 * GIB);
    scene_set(s, f->vm, R_PROC_SWAP_BYTES, 0);
    scene_set(s, f->vm, R_PROC_MAJOR_FAULTS, 0);
    scene_set(s, f->vm, R_PROC_STOPPED, 0);
    scene_set(s, f->vm, R_DOM_STATE, STATE_RUN);
    scene_set(s, f->vm, R_DOM_STATE_REASON, WHY_NONE);
    scene_set(s, f->vm, R_DOM_MEM_BYTES, 4 * GIB);
    scene_set(s, f->vm, R_DOM_MEM_MAX_BYTES, 4 * GIB);
    scene_set(s, f->vm, R_DOM_HUNG_MS, 0);
}

static void set_box(struct fixture *f)
{
    struct scene *s = &f->scene;

    f->box = scene_container(s, "web", 0.1);
    scene_set(s, f->box, R_CG_CPU_LIMIT_MILLI, 4000);
    scene_set(s, f->box, R_CG_CPU_LIMIT_OWNER, LIMIT_HOST);
    scene_absent(s, f->box, R_CG_PERIODS, REASON_NO_QUOTA);
    scene_absent(s, f->box, R_CG_THROTTLED, REASON_NO_QUOTA);
    scene_absent(s, f->box, R_CG_THROTTLED_NS, REASON_NO_QUOTA);
    scene_set(s, f->box, R_CG_PSI_CPU_SOME_NS, 0);
    scene_set(s, f->box, R_CG_MEM_USAGE_BYTES, 200 * MIB);
    scene_set(s, f->box, R_CG_MEM_INACTIVE_FILE_BYTES, 0);
    scene_absent(s, f->box, R_CG_MEM_LIMIT_BYTES, REASON_NO_LIMIT);
    scene_set(s, f->box, R_CG_MEM_LIMIT_OWNER, LIMIT_HOST);
    scene_set(s, f->box, R_CG_REFAULTS, 0);
    scene_set(s, f->box, R_CG_MAJOR_FAULTS, 0);
    scene_set(s, f->box, R_CG_OOM_KILLS, 0);
    scene_set(s, f->box, R_CG_PSI_MEM_SOME_NS, 0);
    scene_set(s, f->box, R_CG_PSI_IO_SOME_NS, 0);
}

static void set_up(struct fixture *f, gconstpointer data)
{
    struct thresholds t;

    scene_set_up(&f->scene, data);
    set_host(&f->scene);
    set_vm(f);
    set_box(f);
    thresholds_default(&t);
    f->analysis = analysis_new(&t, NULL);
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    analysis_free(f->analysis);
    scene_tear_down(&f->scene, data);
}

/* ---- running and looking ---- */

static struct moment now_of(const struct fixture *f)
{
    return (struct moment){
        .roster = f->scene.roster, .now_ns = f->scene.now_ns, .wall_ns = f->scene.now_ns};
}

static void run(struct fixture *f, int seconds)
{
    while (seconds-- > 0) {
        scene_run(&f->scene, 1);
        struct moment now = now_of(f);
        analysis_tick(f->analysis, &now);
    }
}

static void check_nothing(const struct fixture *f)
{
    struct moment now = now_of(f);
    GPtrArray *findings = analysis_findings(f->analysis, &now);

    for (guint i = 0; i < findings->len; i++)
        g_test_message("%s", ((const struct finding *)findings->pdata[i])->sentence);
    g_assert_cmpuint(findings->len, ==, 0);
    g_ptr_array_free(findings, TRUE);
}

static const struct finding *only(const struct fixture *f)
{
    struct moment now = now_of(f);
    GPtrArray *findings = analysis_findings(f->analysis, &now);

    for (guint i = 0; i < findings->len; i++)
        g_test_message("%s: %s", ((const struct finding *)findings->pdata[i])->guest_name,
                       ((const struct finding *)findings->pdata[i])->sentence);
    g_assert_cmpuint(findings->len, ==, 1);
    const struct finding *found = g_ptr_array_index(findings, 0);
    g_ptr_array_free(findings, TRUE);
    return found;
}

/* The only finding, of this rule and severity, whose sentence has PART. */
static const struct finding *check(const struct fixture *f, enum rule rule, enum severity severity,
                                   const char *part)
{
    const struct finding *found = only(f);

    g_assert_cmpstr(rule_info(found->rule)->name, ==, rule_info(rule)->name);
    g_assert_cmpint(found->severity, ==, severity);
    g_assert_nonnull(strstr(found->sentence, part));
    return found;
}

static bool has(const GPtrArray *texts, const char *part)
{
    for (guint i = 0; i < texts->len; i++) {
        g_test_message("- %s", (const char *)texts->pdata[i]);
        if (strstr(texts->pdata[i], part))
            return true;
    }
    return false;
}

static void test_rest(struct fixture *f, gconstpointer data)
{
    (void)data;
    run(f, 1500);
    check_nothing(f);
    g_assert_cmpint(analysis_pending_ns(f->analysis), ==, 0);
}

/* ---- quotas ---- */

static void give_quota(struct fixture *f, double milli, unsigned owner, double throttled)
{
    scene_set(&f->scene, f->box, R_CG_CPU_LIMIT_MILLI, milli);
    scene_set(&f->scene, f->box, R_CG_CPU_LIMIT_OWNER, owner);
    scene_set(&f->scene, f->box, R_CG_PERIODS, 10);
    scene_set(&f->scene, f->box, R_CG_THROTTLED, 10 * throttled);
    scene_set(&f->scene, f->box, R_CG_THROTTLED_NS, throttled * 1e9);
}

static void test_quota(struct fixture *f, gconstpointer data)
{
    (void)data;
    give_quota(f, 100, LIMIT_OWN, 0.9); /* it uses 0.1 CPUs */
    run(f, 23);
    const struct finding *found = check(f, RULE_CPU_QUOTA, SEVERITY_WARN, "its own CPU quota (0.1");
    g_assert_cmpint(f->scene.now_ns - found->since_ns, <=, 30 * SECOND);
    g_assert_true(has(found->ruled_out, "contention for CPUs"));
}

static void test_quota_of_a_parent(struct fixture *f, gconstpointer data)
{
    (void)data;
    give_quota(f, 500, 2, 0.9); /* of which it uses a fifth, but its tasks wait */
    run(f, 120);
    check(f, RULE_THROTTLED, SEVERITY_INFO, "the CPU quota of");
    scene_set(&f->scene, f->box, R_CG_PSI_CPU_SOME_NS, 0.7e9);
    run(f, 30);
    check(f, RULE_CPU_QUOTA, SEVERITY_WARN,
          "the CPU quota of a group 2 levels above it (0.5 CPUs)");
}

/* An idle guest that is stopped in many of its few periods: no warning, for ever. */
static void test_throttled_while_idle(struct fixture *f, gconstpointer data)
{
    (void)data;
    give_quota(f, 1000, LIMIT_OWN, 0.9);
    run(f, 1500);
    check(f, RULE_THROTTLED, SEVERITY_INFO, "in bursts");
}

static void test_throttled_sometimes(struct fixture *f, gconstpointer data)
{
    (void)data;
    give_quota(f, 100, LIMIT_OWN, 0.3);
    run(f, 250);
    check_nothing(f);
    run(f, 60);
    check(f, RULE_CPU_QUOTA_OFTEN, SEVERITY_WARN, "its own CPU quota");
}

/* ---- contention ---- */

/* The ready time of two vCPUs is all throttling: 1000 ms per second. */
static void test_ready_time_by_throttling(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_PROC_VCPU_DELAY_NS, 1e9);
    scene_set(&f->scene, f->vm, R_CG_PERIODS, 10);
    scene_set(&f->scene, f->vm, R_CG_THROTTLED, 1);
    scene_set(&f->scene, f->vm, R_CG_THROTTLED_NS, 1e9);
    run(f, 300);
    check_nothing(f);
}

static void test_neighbours(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_vm(&f->scene, "hog", 3.4);
    scene_set(&f->scene, f->scene.host, R_HOST_USER_NS, 3.7e9);
    scene_set(&f->scene, f->scene.host, R_HOST_IDLE_NS, 0.1e9);
    scene_set(&f->scene, f->vm, R_PROC_VCPU_DELAY_NS, 0.3e9);
    run(f, 70);
    const struct finding *found = check(f, RULE_VCPU_CONTENTION, SEVERITY_WARN, "hog");
    g_assert_cmpstr(found->guest_name, ==, "db");
    g_assert_cmpint(found->evidence[0].metric, ==, M_READY);
    g_assert_true(has(found->missing, "slow disks"));
}

static void test_own_pinning(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_PROC_VCPU_DELAY_NS, 0.5e9);
    run(f, 70);
    check(f, RULE_VCPU_CONTENTION, SEVERITY_CRIT, "pinning");
}

static void test_own_work_of_the_host(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->scene.host, R_HOST_USER_NS, 3.7e9);
    scene_set(&f->scene, f->scene.host, R_HOST_IDLE_NS, 0.1e9);
    scene_set(&f->scene, f->vm, R_PROC_VCPU_DELAY_NS, 0.3e9);
    run(f, 70);
    check(f, RULE_VCPU_CONTENTION, SEVERITY_WARN, "the host's own work");
}

/* Tasks of a container that uses all that it may wait for each other. */
static void test_pressure_of_its_own(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->box, R_CG_PSI_CPU_SOME_NS, 0.6e9);
    scene_set(&f->scene, f->box, R_CG_CPU_LIMIT_MILLI, 110);
    scene_set(&f->scene, f->box, R_CG_CPU_LIMIT_OWNER, LIMIT_CPUSET);
    run(f, 300);
    check_nothing(f);
    scene_set(&f->scene, f->box, R_CG_CPU_LIMIT_MILLI, 4000);
    run(f, 70);
    check(f, RULE_CPU_PRESSURE, SEVERITY_CRIT, "wait for a CPU");
}

/* ---- memory ---- */

static void fill(struct fixture *f, double limit_mib, double used_mib, double refaults)
{
    scene_set(&f->scene, f->box, R_CG_MEM_LIMIT_BYTES, limit_mib * MIB);
    scene_set(&f->scene, f->box, R_CG_MEM_LIMIT_OWNER, LIMIT_OWN);
    scene_set(&f->scene, f->box, R_CG_MEM_USAGE_BYTES, used_mib * MIB);
    scene_set(&f->scene, f->box, R_CG_REFAULTS, refaults);
}

static void test_full_limit(struct fixture *f, gconstpointer data)
{
    (void)data;
    fill(f, 100, 99, 0);
    run(f, 300);
    check_nothing(f);
    fill(f, 100, 94, 100);
    run(f, 40);
    check(f, RULE_MEMORY_LIMIT, SEVERITY_WARN, "its own memory limit (100");
}

/* Pressure without pages that are read back is no shortage. */
static void test_memory_pressure(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->box, R_CG_PSI_MEM_SOME_NS, 0.3e9);
    run(f, 300);
    check_nothing(f);
    scene_set(&f->scene, f->box, R_CG_REFAULTS, 50);
    run(f, 40);
    check(f, RULE_MEMORY_PRESSURE, SEVERITY_WARN, "neither its limit nor the host");
    scene_set(&f->scene, f->scene.host, R_HOST_PSI_MEM_SOME_NS, 0.3e9);
    run(f, 20);
    check(f, RULE_MEMORY_PRESSURE, SEVERITY_WARN, "the host is short (32");
    fill(f, 220, 190, 50);
    run(f, 20);
    check(f, RULE_MEMORY_PRESSURE, SEVERITY_WARN, "its own memory limit");
}

static void test_oom_kill(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->box, R_CG_OOM_KILLS, 7); /* before anybody looked */
    run(f, 100);
    check_nothing(f);
    fill(f, 100, 60, 0);
    scene_set(&f->scene, f->box, R_CG_OOM_KILLS, 8);
    run(f, 1);
    check(f, RULE_OOM_KILL, SEVERITY_WARN, "its own memory limit");
    run(f, 599);
    check(f, RULE_OOM_KILL, SEVERITY_WARN, "killed");
    run(f, 120);
    check_nothing(f);
}

static void test_swapped(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_PROC_SWAP_BYTES, 1 * GIB);
    run(f, 300);
    check_nothing(f); /* long ago, and nobody misses it */
    scene_set(&f->scene, f->vm, R_PROC_MAJOR_FAULTS, 50);
    run(f, 70);
    check(f, RULE_MEMORY_TAKEN, SEVERITY_WARN, "in the host's swap");
}

static void test_ballooned(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_DOM_MEM_BYTES, 3 * GIB);
    scene_set(&f->scene, f->vm, R_BALLOON_AVAILABLE_BYTES, 3 * GIB);
    scene_set(&f->scene, f->vm, R_BALLOON_USABLE_BYTES, 1 * GIB);
    run(f, 300);
    check_nothing(f);
    scene_set(&f->scene, f->vm, R_BALLOON_USABLE_BYTES, 0.1 * GIB);
    run(f, 70);
    check(f, RULE_MEMORY_TAKEN, SEVERITY_WARN, "its balloon took back");
}

/* ---- states ---- */

static void test_io_error(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_DOM_STATE, STATE_PAUSED);
    scene_set(&f->scene, f->vm, R_DOM_STATE_REASON, WHY_BY_USER);
    run(f, 100);
    check_nothing(f);
    scene_set(&f->scene, f->vm, R_DOM_STATE_REASON, WHY_IO_ERROR);
    run(f, 1);
    check(f, RULE_IO_ERROR, SEVERITY_CRIT, "resume it");
}

static void test_crashed(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_DOM_STATE, STATE_CRASHED);
    scene_set(&f->scene, f->vm, R_DOM_STATE_REASON, WHY_GUEST_PANIC);
    run(f, 1);
    check(f, RULE_CRASHED, SEVERITY_CRIT, "guest panicked");
}

static void test_hung(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_DOM_HUNG_MS, 9000);
    run(f, 5);
    check_nothing(f);
    scene_set(&f->scene, f->vm, R_DOM_HUNG_MS, 20000);
    run(f, 1);
    check(f, RULE_MONITOR_HUNG, SEVERITY_WARN, "20 s");
    scene_set(&f->scene, f->vm, R_DOM_HUNG_MS, 70000);
    run(f, 1);
    check(f, RULE_MONITOR_HUNG, SEVERITY_CRIT, "1 min");
}

static void test_stopped(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_PROC_STOPPED, 1);
    run(f, 10);
    check_nothing(f);
    run(f, 1);
    check(f, RULE_STOPPED, SEVERITY_WARN, "is stopped by a signal");
}

static void test_migration(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_JOB_WHAT, WHY_MIGRATING_OUT);
    scene_set(&f->scene, f->vm, R_JOB_LOST_PASSES, 1);
    run(f, 60);
    check_nothing(f);
    scene_set(&f->scene, f->vm, R_JOB_LOST_PASSES, 2);
    run(f, 31);
    check(f, RULE_MIGRATION, SEVERITY_WARN, "auto-converge");
}

static void test_tasks(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->box, R_CG_TASKS, 95);
    run(f, 10);
    check_nothing(f); /* nobody knows the limit */
    scene_set(&f->scene, f->box, R_CG_TASKS_LIMIT, 100);
    run(f, 1);
    check(f, RULE_TASKS_LIMIT, SEVERITY_WARN, "95 %");
}

/* ---- storage ---- */

static struct ident *set_store(struct fixture *f, const char *path, double used, bool engines)
{
    struct ident *store = scene_part(&f->scene, NULL, KIND_STORE, path);

    ident_set(&store->name, path);
    ident_set(&store->image, engines ? "ext4, /dev/sdb1: docker" : "ext4, /dev/sdb1");
    scene_set(&f->scene, store, R_STORE_SIZE_BYTES, 100 * GIB);
    scene_set(&f->scene, store, R_STORE_USED_BYTES, used * GIB);
    scene_set(&f->scene, store, R_STORE_FREE_BYTES, (100 - used) * GIB);
    scene_set(&f->scene, store, R_STORE_FILES, 1000);
    scene_set(&f->scene, store, R_STORE_FILES_FREE, 900);
    scene_set(&f->scene, store, R_STORE_HOLDS_GUESTS, engines);
    return store;
}

static struct ident *set_disk(struct fixture *f, const char *path)
{
    struct ident *disk = scene_part(&f->scene, f->vm, KIND_DISK, "vda");

    ident_set(&disk->image, path);
    scene_set(&f->scene, disk, R_DISK_READ_BYTES, 0);
    return disk;
}

static void test_store(struct fixture *f, gconstpointer data)
{
    (void)data;
    set_store(f, "/boot", 99, false); /* no guest's trouble */
    struct ident *store = set_store(f, "/data", 94, true);
    run(f, 200);
    check_nothing(f);
    scene_set(&f->scene, store, R_STORE_USED_BYTES, 96 * GIB);
    scene_set(&f->scene, store, R_STORE_FREE_BYTES, 4 * GIB);
    run(f, 50);
    check_nothing(f);
    run(f, 20);
    check(f, RULE_STORE_FULL, SEVERITY_WARN, "/data, which holds the data of docker, is 96 % full");
    scene_set(&f->scene, store, R_STORE_USED_BYTES, 99 * GIB);
    scene_set(&f->scene, store, R_STORE_FREE_BYTES, 1 * GIB);
    run(f, 200);
    check(f, RULE_STORE_FULL, SEVERITY_CRIT, "99 % full, 1 GiB can still be had");
}

/* A file system without files left is as full as one without space. */
static void test_store_files(struct fixture *f, gconstpointer data)
{
    (void)data;
    struct ident *store = set_store(f, "/data", 10, true);
    scene_set(&f->scene, store, R_STORE_FILES_FREE, 10);
    run(f, 70);
    check(f, RULE_STORE_FULL, SEVERITY_CRIT, "99 % of its files (inodes) are used");
}

static void test_store_of_a_disk(struct fixture *f, gconstpointer data)
{
    (void)data;
    set_store(f, "/srv", 98, false);
    set_store(f, "/srv/images", 96, false);
    set_disk(f, "/srv/images/db.qcow2");
    run(f, 70);
    check(f, RULE_STORE_FULL, SEVERITY_WARN,
          "/srv/images, which holds the disks of db, is 96 % full");
}

static void test_io_error_of_a_store(struct fixture *f, gconstpointer data)
{
    (void)data;
    set_store(f, "/srv/images", 100, false);
    set_disk(f, "/srv/images/db.qcow2");
    scene_set(&f->scene, f->vm, R_DOM_STATE, STATE_PAUSED);
    scene_set(&f->scene, f->vm, R_DOM_STATE_REASON, WHY_IO_ERROR);
    run(f, 1);
    check(f, RULE_IO_ERROR, SEVERITY_CRIT, "/srv/images, which holds it, is 100 % full");
}

/* ---- the host ---- */

static void test_busy(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->scene.host, R_HOST_NICE_NS, 2.7e9); /* gives way to others */
    scene_set(&f->scene, f->scene.host, R_HOST_IDLE_NS, 0.1e9);
    run(f, 900);
    check_nothing(f);
    scene_set(&f->scene, f->scene.host, R_HOST_NICE_NS, 0);
    scene_set(&f->scene, f->scene.host, R_HOST_USER_NS, 3.3e9);
    scene_set(&f->scene, f->scene.host, R_HOST_IDLE_NS, 0.5e9);
    run(f, 590);
    check_nothing(f);
    run(f, 20);
    check(f, RULE_HOST_CPU_BUSY, SEVERITY_WARN, "the host's own work");
}

static void test_steal(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->scene.host, R_HOST_STEAL_NS, 1e9);
    scene_set(&f->scene, f->scene.host, R_HOST_IDLE_NS, 1.8e9);
    run(f, 1190);
    check_nothing(f);
    run(f, 20);
    check(f, RULE_HOST_STEAL, SEVERITY_WARN, "takes 25 %");
}

static void test_memory_full(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->scene.host, R_HOST_HUGEPAGES_TOTAL_BYTES, 50 * GIB); /* on purpose */
    scene_set(&f->scene, f->scene.host, R_HOST_MEM_AVAILABLE_BYTES, 6 * GIB);
    run(f, 300);
    check_nothing(f);
    scene_set(&f->scene, f->scene.host, R_HOST_MEM_AVAILABLE_BYTES, 1 * GIB);
    run(f, 61);
    check(f, RULE_HOST_MEMORY_FULL, SEVERITY_WARN, "92.9 % of its memory");
}

static void test_memory_short(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->scene.host, R_HOST_PSI_MEM_FULL_NS, 0.2e9);
    run(f, 300);
    check_nothing(f); /* there is memory, and nothing is swapped out */
    for (int i = 1; i <= 35; i++) {
        scene_set(&f->scene, f->scene.host, R_HOST_SWAP_FREE_BYTES, 8 * GIB - i * MIB);
        run(f, 1);
    }
    check(f, RULE_HOST_MEMORY_SHORT, SEVERITY_WARN, "more is swapped out");
}

static void test_overcommit(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_set(&f->scene, f->vm, R_PROC_VCPUS, 17);
    run(f, 70);
    check(f, RULE_HOST_OVERCOMMIT, SEVERITY_INFO, "4.2 vCPUs");
}

/* ---- chains ---- */

/* An error comes before what is saturated; the worst comes first of all. */
static void test_chain(struct fixture *f, gconstpointer data)
{
    (void)data;
    fill(f, 100, 94, 100);
    give_quota(f, 100, LIMIT_OWN, 0.9);
    run(f, 60);
    const struct finding *head = check(f, RULE_CPU_QUOTA, SEVERITY_WARN, "quota");
    g_assert_true(has(head->also, "memory limit"));
    g_assert_false(has(head->ruled_out, "its memory limit"));
    scene_set(&f->scene, f->box, R_CG_OOM_KILLS, 1);
    run(f, 1);
    head = check(f, RULE_OOM_KILL, SEVERITY_WARN, "killed");
    g_assert_cmpuint(head->also->len, ==, 2);
    g_assert_cmpuint(head->part_of, ==, 0);

    struct moment now = now_of(f);
    GPtrArray *all = analysis_findings_of(f->analysis, &now, head->guest);
    g_assert_cmpuint(all->len, ==, 3);
    for (guint i = 1; i < all->len; i++)
        g_assert_cmpuint(((const struct finding *)all->pdata[i])->part_of, ==, head->id);
    g_ptr_array_free(all, TRUE);

    unsigned counts[SEVERITY_COUNT];
    g_assert_cmpint(analysis_worst(f->analysis, &now, counts), ==, SEVERITY_WARN);
    g_assert_cmpuint(counts[SEVERITY_WARN], ==, 1);
}

/* What is not known is missing, and not ruled out. */
static void test_missing(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_absent(&f->scene, f->box, R_CG_PSI_MEM_SOME_NS, REASON_PRESSURE_OFF);
    give_quota(f, 100, LIMIT_OWN, 0.9);
    run(f, 30);
    const struct finding *found = check(f, RULE_CPU_QUOTA, SEVERITY_WARN, "quota");
    g_assert_true(
        has(found->missing, "waiting for memory: pressure accounting is off on this host"));
    g_assert_false(has(found->ruled_out, "waiting for memory"));
}

/* Names from outside stay on one line, whatever they are. */
static void test_hostile_name(struct fixture *f, gconstpointer data)
{
    (void)data;
    scene_vm(&f->scene, "a\nb\033[2J%s", 3.4);
    scene_set(&f->scene, f->scene.host, R_HOST_USER_NS, 3.7e9);
    scene_set(&f->scene, f->scene.host, R_HOST_IDLE_NS, 0.1e9);
    scene_set(&f->scene, f->vm, R_PROC_VCPU_DELAY_NS, 0.3e9);
    run(f, 70);
    const char *sentence = check(f, RULE_VCPU_CONTENTION, SEVERITY_WARN, "%s")->sentence;
    g_assert_true(g_utf8_validate(sentence, -1, NULL));
    for (const char *p = sentence; *p; p++)
        g_assert_cmpint((unsigned char)*p, >=, 0x20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name, function)                                                                       \
    g_test_add("/rules/" name, struct fixture, NULL, set_up, function, tear_down)
    TEST("rest", test_rest);
    TEST("quota", test_quota);
    TEST("quota/parent", test_quota_of_a_parent);
    TEST("quota/idle", test_throttled_while_idle);
    TEST("quota/sometimes", test_throttled_sometimes);
    TEST("contention/throttling", test_ready_time_by_throttling);
    TEST("contention/neighbours", test_neighbours);
    TEST("contention/pinning", test_own_pinning);
    TEST("contention/host", test_own_work_of_the_host);
    TEST("contention/pressure", test_pressure_of_its_own);
    TEST("memory/limit", test_full_limit);
    TEST("memory/pressure", test_memory_pressure);
    TEST("memory/oom-kill", test_oom_kill);
    TEST("memory/swapped", test_swapped);
    TEST("memory/ballooned", test_ballooned);
    TEST("state/io-error", test_io_error);
    TEST("state/crashed", test_crashed);
    TEST("state/hung", test_hung);
    TEST("state/stopped", test_stopped);
    TEST("state/migration", test_migration);
    TEST("state/tasks", test_tasks);
    TEST("store/full", test_store);
    TEST("store/files", test_store_files);
    TEST("store/disk", test_store_of_a_disk);
    TEST("store/io-error", test_io_error_of_a_store);
    TEST("host/busy", test_busy);
    TEST("host/steal", test_steal);
    TEST("host/memory-full", test_memory_full);
    TEST("host/memory-short", test_memory_short);
    TEST("host/overcommit", test_overcommit);
    TEST("chain", test_chain);
    TEST("missing", test_missing);
    TEST("hostile-name", test_hostile_name);
    return g_test_run();
}
