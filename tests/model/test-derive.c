/* Every formula with numbers worked out by hand, and what it says when one of them is missing. */
#include "scene.h"

#include <math.h>

static void set_up(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_open(s);
}

static void tear_down(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_close(s);
}

static struct entity *host(const struct scene *s)
{
    return roster_host(s->roster);
}

/* ---- host: CPU ---- */

static void set_times(struct scene *s, struct ident *ident, enum reading user,
                      const double seconds[10])
{
    for (int i = 0; i < 10; i++)
        scene_set(s, ident, user + (enum reading)i, seconds[i] * 1e9);
}

/* 4 CPUs. user 1.2 (of which guest 0.8), nice 0.1 (of which guest 0.1), system 0.3, irq 0.05,
 * softirq 0.15: busy 1.8. idle 1.6, iowait 0.2: 1.8. steal 0.4. All 4.0. */
static const double TIMES[10] = {1.2, 0.1, 0.3, 1.6, 0.2, 0.05, 0.15, 0.4, 0.8, 0.1};

static void set_host(struct scene *s)
{
    set_times(s, s->host, R_HOST_USER_NS, TIMES);
    scene_set(s, s->host, R_HOST_CPUS_ONLINE, 4);
}

static void test_host_cpu(struct scene *s, gconstpointer data)
{
    (void)data;
    set_host(s);
    scene_run(s, 1);
    scene_check_absent(host(s), M_HOST_CPU, REASON_NO_BASELINE);
    scene_check_absent(host(s), M_HOST_CPU_IDLE, REASON_NO_BASELINE);
    scene_run(s, 1);
    scene_check(host(s), M_HOST_CPU, 45);
    scene_check(host(s), M_HOST_CPU_IDLE, 45); /* iowait is idle time */
    scene_check(host(s), M_HOST_CPU_STEAL, 10);
    scene_check(host(s), M_HOST_CPUS, 4);
}

/* Kernels without the younger fields; and a line cut before idle is no line. */
static void test_host_cpu_fields(struct scene *s, gconstpointer data)
{
    (void)data;
    set_host(s);
    for (enum reading r = R_HOST_IRQ_NS; r <= R_HOST_GUEST_NICE_NS; r++)
        scene_absent(s, s->host, r, REASON_NO_FILE);
    scene_run(s, 2);
    scene_check(host(s), M_HOST_CPU, 100 * 1.6 / 3.4);
    scene_check_absent(host(s), M_HOST_CPU_STEAL, REASON_NO_FILE);
    scene_absent(s, s->host, R_HOST_IDLE_NS, REASON_UNREADABLE);
    scene_run(s, 1);
    scene_check_absent(host(s), M_HOST_CPU, REASON_UNREADABLE); /* not 100 % */
    scene_check_absent(host(s), M_HOST_CPU_IDLE, REASON_UNREADABLE);
}

/* iowait may go backwards: it is left out, the rest stays. */
static void test_host_iowait_backwards(struct scene *s, gconstpointer data)
{
    (void)data;
    set_host(s);
    scene_run(s, 2);
    scene_set(s, s->host, R_HOST_IOWAIT_NS, -0.1e9);
    scene_run(s, 1);
    scene_check(host(s), M_HOST_CPU, 100 * 1.8 / 3.8);
    scene_check(host(s), M_HOST_CPU_IDLE, 100 * 1.6 / 3.8);
}

static void test_one_cpu(struct scene *s, gconstpointer data)
{
    struct ident *cpu = scene_part(s, NULL, KIND_CPU, "cpu0");

    (void)data;
    set_times(s, cpu, R_CPU_USER_NS, TIMES);
    scene_run(s, 2);
    struct entity *e = scene_entity_part(s, NULL, KIND_CPU, "cpu0");
    scene_check(e, M_CPU_BUSY, 45);
    scene_check(e, M_CPU_IN_GUEST, 22.5); /* guest and guest_nice, once */
    scene_check(e, M_CPU_STEAL, 10);
    scene_check(e, M_CPU_IOWAIT, 5);
}

/* ---- the ledger ---- */

static struct ident *add_vm(struct scene *s, const char *key, double cores)
{
    struct ident *vm = scene_guest(s, GUEST_VM, key);

    scene_set(s, vm, R_CG_CPU_NS, cores * 1e9);
    return vm;
}

static struct ident *add_container(struct scene *s, const char *key, double cores)
{
    struct ident *c = scene_guest(s, GUEST_DOCKER, key);

    scene_set(s, c, R_CG_CPU_NS, cores * 1e9);
    return c;
}

static double ledger_total(const struct scene *s)
{
    static const enum metric parts[] = {M_HOST_CPU_VM, M_HOST_CPU_CONTAINER, M_HOST_CPU_OTHER,
                                        M_HOST_CPU_STEAL, M_HOST_CPU_IDLE};
    double total = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        total += entity_number(host(s), parts[i]);
    return total;
}

static void test_ledger(struct scene *s, gconstpointer data)
{
    (void)data;
    set_host(s);
    add_vm(s, "a", 0.5);
    add_vm(s, "b", 0.3);
    add_container(s, "c", 0.4);
    scene_run(s, 2);
    scene_check(host(s), M_HOST_CPU_VM, 20);
    scene_check(host(s), M_HOST_CPU_CONTAINER, 10);
    scene_check(host(s), M_HOST_CPU_OTHER, 15);
    g_assert_cmpfloat_with_epsilon(ledger_total(s), 100, 1e-6);
    scene_check(host(s), M_HOST_VMS, 2);
    scene_check(host(s), M_HOST_CONTAINERS, 1);
}

/* Guests are read some ms apart from the host: more than busy time is given back in proportion. */
static void test_ledger_guests_exceed_host(struct scene *s, gconstpointer data)
{
    (void)data;
    set_host(s);
    add_vm(s, "a", 2.4);
    add_container(s, "c", 0.8);
    scene_run(s, 2);
    scene_check(host(s), M_HOST_CPU_VM, 45 * 0.75);
    scene_check(host(s), M_HOST_CPU_CONTAINER, 45 * 0.25);
    scene_check(host(s), M_HOST_CPU_OTHER, 0);
    g_assert_cmpfloat_with_epsilon(ledger_total(s), 100, 1e-6);
    scene_check(scene_entity(s, "a"), M_CPU, 240); /* the row says what it is */
}

static void test_ledger_without_guests(struct scene *s, gconstpointer data)
{
    (void)data;
    set_host(s);
    scene_run(s, 2);
    scene_check(host(s), M_HOST_CPU_VM, 0);
    scene_check(host(s), M_HOST_CPU_CONTAINER, 0);
    scene_check(host(s), M_HOST_CPU_OTHER, 45);
    scene_check(host(s), M_HOST_MEM_VM, 0);
    g_assert_cmpfloat_with_epsilon(ledger_total(s), 100, 1e-6);
}

/* Unknown is not zero: nothing known says why, something known is a sum. */
static void test_ledger_unknown(struct scene *s, gconstpointer data)
{
    struct ident *a = scene_guest(s, GUEST_DOCKER, "a");
    struct ident *b = scene_guest(s, GUEST_DOCKER, "b");

    (void)data;
    set_host(s);
    scene_absent(s, a, R_CG_CPU_NS, REASON_NO_CONTROLLER);
    scene_absent(s, b, R_CG_CPU_NS, REASON_NOT_READ);
    scene_run(s, 2);
    scene_check_absent(host(s), M_HOST_CPU_CONTAINER, REASON_NO_CONTROLLER);
    scene_check(host(s), M_HOST_CPU_OTHER, 45); /* part of the rest */
    scene_set(s, b, R_CG_CPU_NS, 0.4e9);
    scene_run(s, 2);
    scene_check(host(s), M_HOST_CPU_CONTAINER, 10);
}

/* The container in a VM or container is in its share already; one in a service is not. */
static void test_ledger_nested(struct scene *s, gconstpointer data)
{
    struct ident *outer = add_container(s, "outer", 0.8);
    struct ident *inner = add_container(s, "inner", 0.6);
    struct ident *service = scene_guest(s, GUEST_SERVICE, "service");
    struct ident *in_service = add_container(s, "in-service", 0.4);

    (void)data;
    set_host(s);
    scene_set(s, service, R_CG_CPU_NS, 0.5e9);
    inner->outer = g_strdup(outer->key);
    in_service->outer = g_strdup(service->key);
    scene_run(s, 2);
    g_assert_true(scene_entity(s, "inner")->outer == scene_entity(s, "outer"));
    scene_check(host(s), M_HOST_CPU_CONTAINER, 30);
    scene_check(host(s), M_HOST_CONTAINERS, 3);
}

/* Guests of other hosts stand in the table, not in this host's account. */
static void test_ledger_remote(struct scene *s, gconstpointer data)
{
    struct ident *far = scene_guest(s, GUEST_VM, "far");

    (void)data;
    set_host(s);
    far->remote = true;
    scene_set(s, far, R_DOM_CPU_NS, 3e9);
    scene_set(s, far, R_DOM_VCPUS, 8);
    scene_run(s, 2);
    scene_check(scene_entity(s, "far"), M_CPU, 300);
    scene_check(host(s), M_HOST_CPU_VM, 0);
    scene_check(host(s), M_HOST_VMS, 0);
    scene_check(host(s), M_HOST_OVERCOMMIT, 0);
}

static void test_host_counts(struct scene *s, gconstpointer data)
{
    struct ident *a = add_vm(s, "a", 0.5), *b = add_vm(s, "b", 0);

    (void)data;
    set_host(s);
    scene_set(s, a, R_DOM_VCPUS, 6);
    scene_set(s, b, R_DOM_VCPUS, 4);
    scene_set(s, b, R_DOM_STATE, STATE_PAUSED);
    scene_run(s, 2);
    scene_check(host(s), M_HOST_VMS, 2);
    scene_check(host(s), M_HOST_VMS_PAUSED, 1);
    scene_check(host(s), M_HOST_OVERCOMMIT, 2.5);
    scene_remove(s, a);
    scene_run(s, 1);
    scene_check(host(s), M_HOST_VMS, 1); /* a lingers, but is not here */
    scene_check(host(s), M_HOST_CPU_VM, 0);
}

/* ---- host: memory, disks, network ---- */

static void test_host_memory(struct scene *s, gconstpointer data)
{
    struct ident *vm = add_vm(s, "vm", 0), *c = add_container(s, "c", 0);

    (void)data;
    set_host(s);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 1000);
    scene_set(s, s->host, R_HOST_MEM_AVAILABLE_BYTES, 300);
    scene_set(s, s->host, R_HOST_CACHED_BYTES, 150);
    scene_set(s, s->host, R_HOST_BUFFERS_BYTES, 20);
    scene_set(s, s->host, R_HOST_SLAB_RECLAIMABLE_BYTES, 30);
    scene_set(s, s->host, R_HOST_SHMEM_BYTES, 50);
    scene_set(s, s->host, R_HOST_SWAP_TOTAL_BYTES, 500);
    scene_set(s, s->host, R_HOST_SWAP_FREE_BYTES, 350);
    scene_set(s, vm, R_PROC_RSS_BYTES, 300);
    scene_set(s, vm, R_PROC_HUGETLB_BYTES, 100);
    scene_set(s, vm, R_PROC_SWAP_BYTES, 40);
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, 250);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 130);
    scene_run(s, 2);
    scene_check(host(s), M_HOST_MEM_USED, 700);
    scene_check(host(s), M_HOST_MEM_CACHED, 150);
    scene_check(host(s), M_HOST_SWAP_USED, 150);
    scene_check(host(s), M_HOST_MEM_VM, 400); /* what is in swap is not in RAM */
    scene_check(host(s), M_HOST_MEM_CONTAINER, 120);
    scene_check(host(s), M_HOST_MEM_OTHER, 180);
    scene_check(scene_entity(s, "vm"), M_MEM, 440);
}

static void set_host_disk(struct scene *s, struct ident *disk, const double rates[8])
{
    static const enum reading order[] = {
        R_HOSTDISK_READ_OPS,    R_HOSTDISK_READ_BYTES, R_HOSTDISK_READ_MS, R_HOSTDISK_WRITE_OPS,
        R_HOSTDISK_WRITE_BYTES, R_HOSTDISK_WRITE_MS,   R_HOSTDISK_BUSY_MS, R_HOSTDISK_QUEUE_MS};

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        scene_set(s, disk, order[i], rates[i]);
}

static void test_host_disks(struct scene *s, gconstpointer data)
{
    struct ident *a = scene_part(s, NULL, KIND_DISK, "sda"),
                 *b = scene_part(s, NULL, KIND_DISK, "sdb");

    (void)data;
    set_host(s);
    set_host_disk(s, a, (const double[]){10, 1000, 50, 5, 500, 100, 300, 2500});
    set_host_disk(s, b, (const double[]){0, 0, 0, 15, 700, 60, 100, 60});
    scene_run(s, 2);
    struct entity *sda = scene_entity_part(s, NULL, KIND_DISK, "sda");
    scene_check(sda, M_DISK_READ_LATENCY, 5);
    scene_check(sda, M_DISK_WRITE_LATENCY, 20);
    scene_check(sda, M_DISK_QUEUE, 2.5);
    scene_check(sda, M_DISK_BUSY, 30);
    scene_check_absent(scene_entity_part(s, NULL, KIND_DISK, "sdb"), M_DISK_READ_LATENCY,
                       REASON_NO_REQUESTS);
    scene_check(host(s), M_HOST_DISK_READ, 1000);
    scene_check(host(s), M_HOST_DISK_WRITE, 1200);
    scene_check(host(s), M_HOST_DISK_LATENCY, 7); /* (50 + 100 + 60) / (10 + 5 + 15) */
    /* a disk whose times are not known does not dilute the others' */
    scene_absent(s, b, R_HOSTDISK_WRITE_MS, REASON_UNREADABLE);
    scene_run(s, 1);
    scene_check(host(s), M_HOST_DISK_LATENCY, 10);
}

static void test_host_without_devices(struct scene *s, gconstpointer data)
{
    (void)data;
    set_host(s);
    scene_run(s, 2);
    scene_check_absent(host(s), M_HOST_DISK_READ, REASON_NO_FILE);
    scene_check_absent(host(s), M_HOST_DISK_LATENCY, REASON_NO_FILE);
    scene_check_absent(host(s), M_HOST_NET_RX, REASON_NO_NETWORK);
}

static void test_host_net(struct scene *s, gconstpointer data)
{
    struct ident *a = scene_part(s, NULL, KIND_NIC, "eth0"),
                 *b = scene_part(s, NULL, KIND_NIC, "eth1");

    (void)data;
    scene_set(s, a, R_HOSTNIC_RX_BYTES, 100);
    scene_set(s, a, R_HOSTNIC_TX_BYTES, 30);
    scene_set(s, a, R_HOSTNIC_RX_DROPS, 3);
    scene_set(s, a, R_HOSTNIC_TX_DROPS, 4);
    scene_set(s, b, R_HOSTNIC_RX_BYTES, 50);
    scene_run(s, 2);
    scene_check(host(s), M_HOST_NET_RX, 150);
    scene_check(host(s), M_HOST_NET_TX, 30);
    scene_check(scene_entity_part(s, NULL, KIND_NIC, "eth0"), M_NIC_DROPS, 7);
}

/* ---- guests: CPU ---- */

static void test_guest_cpu(struct scene *s, gconstpointer data)
{
    struct ident *c = add_container(s, "c", 0.2), *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, c, R_CG_CPU_LIMIT_MILLI, 500);
    scene_set(s, vm, R_PROC_RUN_NS, 1.5e9);
    scene_set(s, vm, R_DOM_CPU_NS, 1.4e9);
    scene_set(s, vm, R_DOM_VCPUS, 2);
    scene_set(s, vm, R_PROC_VCPUS, 3);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_CPU, 20);
    scene_check(scene_entity(s, "c"), M_CPU_CORES, 0.5);
    scene_check(scene_entity(s, "c"), M_CPU_LIMIT, 40);
    scene_check(scene_entity(s, "vm"), M_CPU, 150); /* the process is finer than libvirt */
    scene_check(scene_entity(s, "vm"), M_CPU_LIMIT, 75);
    scene_absent(s, vm, R_PROC_RUN_NS, REASON_DENIED);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_CPU, 140);
}

/* user 3 s of which guest 2.5, system 0.5, over at least ten seconds */
static void test_vm_split(struct scene *s, gconstpointer data)
{
    struct ident *vm = add_vm(s, "vm", 3.5);

    (void)data;
    scene_set(s, vm, R_PROC_USER_TICKS_NS, 3e9);
    scene_set(s, vm, R_PROC_SYSTEM_TICKS_NS, 0.5e9);
    scene_set(s, vm, R_PROC_GUEST_TICKS_NS, 2.5e9);
    scene_set(s, vm, R_CG_USER_NS, 3.2e9); /* with guest time on some kernels, without on others */
    scene_set(s, vm, R_CG_SYSTEM_NS, 0.3e9);
    scene_run(s, 10);
    scene_check_absent(scene_entity(s, "vm"), M_CPU_USER, REASON_WINDOW);
    scene_check_absent(scene_entity(s, "vm"), M_EFFICIENCY, REASON_WINDOW);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_CPU_USER, 50);
    scene_check(scene_entity(s, "vm"), M_CPU_GUEST, 250);
    scene_check(scene_entity(s, "vm"), M_CPU_SYSTEM, 50);
    scene_check(scene_entity(s, "vm"), M_EFFICIENCY, 100 * 2.5 / 3.5);
}

/* Guest time may be rounded above the user time that contains it. */
static void test_vm_guest_above_user(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_USER_TICKS_NS, 0.99e9);
    scene_set(s, vm, R_PROC_SYSTEM_TICKS_NS, 0);
    scene_set(s, vm, R_PROC_GUEST_TICKS_NS, 1e9);
    scene_run(s, 12);
    scene_check(scene_entity(s, "vm"), M_CPU_USER, 0);
}

/* Emulated: guest code is user code like any other, and efficiency says nothing. */
static void test_vm_emulated(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_USER_TICKS_NS, 0.9e9);
    scene_set(s, vm, R_PROC_SYSTEM_TICKS_NS, 0.1e9);
    scene_absent(s, vm, R_PROC_GUEST_TICKS_NS, REASON_EMULATED);
    scene_run(s, 12);
    scene_check(scene_entity(s, "vm"), M_CPU_USER, 90);
    scene_check_absent(scene_entity(s, "vm"), M_CPU_GUEST, REASON_EMULATED);
    scene_check_absent(scene_entity(s, "vm"), M_EFFICIENCY, REASON_EMULATED);
}

static void test_vm_idle_efficiency(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_USER_TICKS_NS, 0);
    scene_set(s, vm, R_PROC_SYSTEM_TICKS_NS, 0);
    scene_set(s, vm, R_PROC_GUEST_TICKS_NS, 0);
    scene_run(s, 12);
    scene_check_absent(scene_entity(s, "vm"), M_EFFICIENCY, REASON_IDLE);
}

static void test_container_split(struct scene *s, gconstpointer data)
{
    struct ident *c = add_container(s, "c", 0.5);

    (void)data;
    scene_set(s, c, R_CG_USER_NS, 0.3e9);
    scene_set(s, c, R_CG_SYSTEM_NS, 0.2e9);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_CPU_USER, 30);
    scene_check(scene_entity(s, "c"), M_CPU_SYSTEM, 20);
    scene_check_absent(scene_entity(s, "c"), M_CPU_GUEST, REASON_NOT_APPLICABLE);
    scene_check_absent(scene_entity(s, "c"), M_READY, REASON_NOT_APPLICABLE);
    scene_check_absent(scene_entity(s, "c"), M_EFFICIENCY, REASON_NOT_APPLICABLE);
}

/* 2 vCPUs: 0.2 and 0.1 s of waiting per second */
static void test_ready(struct scene *s, gconstpointer data)
{
    struct ident *vm = add_vm(s, "vm", 1);

    (void)data;
    scene_set(s, vm, R_PROC_VCPUS, 2);
    scene_set(s, vm, R_PROC_VCPU_DELAY_NS, 0.3e9);
    for (int i = 0; i < 2; i++) {
        struct ident *vcpu = scene_part(s, vm, KIND_VCPU, i ? "1" : "0");
        scene_set(s, vcpu, R_VCPU_RUN_NS, 0.5e9);
        scene_set(s, vcpu, R_VCPU_DELAY_NS, i ? 0.1e9 : 0.2e9);
    }
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_READY, 15);
    scene_check(scene_entity(s, "vm"), M_READY_MAX, 20);
    scene_check(scene_entity_part(s, "vm", KIND_VCPU, "1"), M_VCPU_READY, 10);
    scene_check(scene_entity_part(s, "vm", KIND_VCPU, "1"), M_VCPU_CPU, 50);
}

static void test_ready_absent(struct scene *s, gconstpointer data)
{
    struct ident *vm = add_vm(s, "vm", 1);

    (void)data;
    scene_set(s, vm, R_PROC_VCPUS, 2);
    scene_absent(s, vm, R_PROC_VCPU_DELAY_NS, REASON_SCHEDSTAT_OFF);
    scene_run(s, 2);
    scene_check_absent(scene_entity(s, "vm"), M_READY, REASON_SCHEDSTAT_OFF);
    scene_check_absent(scene_entity(s, "vm"), M_READY_MAX, REASON_SCHEDSTAT_OFF);
    scene_set(s, vm, R_DOM_VCPUS, 2); /* libvirt knows what this kernel hides */
    scene_set(s, vm, R_MON_VCPU_DELAY_NS, 0.1e9);
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_READY, 5);
}

static void test_throttled(struct scene *s, gconstpointer data)
{
    struct ident *c = add_container(s, "c", 0.2);

    (void)data;
    scene_set(s, c, R_CG_PERIODS, 10);
    scene_set(s, c, R_CG_THROTTLED, 6);
    scene_set(s, c, R_CG_THROTTLED_NS, 0.45e9);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_THROTTLED, 60);
    scene_check(scene_entity(s, "c"), M_THROTTLED_MS, 450);
    /* idle under a quota: no period elapses, 0 of 0 */
    scene_set(s, c, R_CG_PERIODS, 0);
    scene_set(s, c, R_CG_THROTTLED, 0);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_THROTTLED, REASON_IDLE);
    for (enum reading r = R_CG_PERIODS; r <= R_CG_THROTTLED_NS; r++)
        scene_absent(s, c, r, REASON_NO_QUOTA);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_THROTTLED, REASON_NO_QUOTA);
    scene_check_absent(scene_entity(s, "c"), M_THROTTLED_MS, REASON_NO_QUOTA);
}

/* ---- guests: memory ---- */

static void test_container_memory(struct scene *s, gconstpointer data)
{
    struct ident *c = add_container(s, "c", 0);

    (void)data;
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, 100);
    scene_absent(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, REASON_UNREADABLE);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_MEM, REASON_UNREADABLE); /* not the total instead */
    scene_check(scene_entity(s, "c"), M_MEM_TOTAL, 100);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 30);
    scene_run(s, 1);
    scene_check(scene_entity(s, "c"), M_MEM, 70);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 130); /* two files, read one after the other */
    scene_run(s, 1);
    scene_check(scene_entity(s, "c"), M_MEM, 0);
}

static void test_memory_percent(struct scene *s, gconstpointer data)
{
    struct ident *c = add_container(s, "c", 0);

    (void)data;
    set_host(s);
    scene_set(s, c, R_CG_MEM_USAGE_BYTES, 100);
    scene_set(s, c, R_CG_MEM_INACTIVE_FILE_BYTES, 40);
    scene_set(s, c, R_CG_MEM_LIMIT_BYTES, 120);
    scene_set(s, s->host, R_HOST_MEM_TOTAL_BYTES, 600);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_MEM_PERCENT, 50);
    scene_absent(s, c, R_CG_MEM_LIMIT_BYTES, REASON_NO_LIMIT);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_MEM_LIMIT, REASON_NO_LIMIT);
    scene_check(scene_entity(s, "c"), M_MEM_PERCENT, 10); /* it may use what the host has */
    scene_absent(s, c, R_CG_MEM_LIMIT_BYTES, REASON_UNREADABLE);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "c"), M_MEM_PERCENT, REASON_UNREADABLE);
}

static void test_vm_memory(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_RSS_BYTES, 900);
    scene_set(s, vm, R_PROC_HUGETLB_BYTES, 200);
    scene_set(s, vm, R_PROC_SWAP_BYTES, 100);
    scene_set(s, vm, R_DOM_MEM_BYTES, 1000);
    scene_set(s, vm, R_DOM_MEM_MAX_BYTES, 1500);
    scene_set(s, vm, R_CG_MEM_USAGE_BYTES, 400);
    scene_set(s, vm, R_CG_MEM_INACTIVE_FILE_BYTES, 0);
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_MEM, 1200);
    scene_check(scene_entity(s, "vm"), M_MEM_LIMIT, 1000);
    scene_check(scene_entity(s, "vm"), M_MEM_PERCENT, 120); /* its emulator needs memory too */
    scene_check(scene_entity(s, "vm"), M_BALLOON, 500);
    scene_check_absent(scene_entity(s, "vm"), M_MEM_USED, REASON_NOT_READ);
    scene_set(s, vm, R_BALLOON_AVAILABLE_BYTES, 950);
    scene_set(s, vm, R_BALLOON_USABLE_BYTES, 700);
    scene_set(s, vm, R_MON_BALLOON_BYTES, 800);
    scene_set(s, vm, R_MON_BALLOON_MAX_BYTES, 1600);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_MEM_USED, 250);
    scene_check(scene_entity(s, "vm"), M_MEM_LIMIT, 800);
    scene_check(scene_entity(s, "vm"), M_BALLOON, 800);
    scene_absent(s, vm, R_BALLOON_USABLE_BYTES, REASON_NO_BALLOON);
    scene_run(s, 1);
    scene_check_absent(scene_entity(s, "vm"), M_MEM_USED, REASON_NO_BALLOON);
}

/* Without its process, what libvirt says; without that, its cgroup. */
static void test_vm_memory_fallback(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_CG_MEM_USAGE_BYTES, 400);
    scene_set(s, vm, R_CG_MEM_INACTIVE_FILE_BYTES, 10);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_MEM, 390);
    scene_set(s, vm, R_MON_RSS_BYTES, 700);
    scene_run(s, 1);
    scene_check(scene_entity(s, "vm"), M_MEM, 700);
}

/* ---- guests: disks, network ---- */

static struct ident *add_disk(struct scene *s, const struct ident *vm, const char *key,
                              const double rates[8])
{
    static const enum reading order[] = {R_DISK_READ_BYTES,  R_DISK_READ_OPS,  R_DISK_READ_NS,
                                         R_DISK_WRITE_BYTES, R_DISK_WRITE_OPS, R_DISK_WRITE_NS,
                                         R_DISK_FLUSH_OPS,   R_DISK_FLUSH_NS};
    struct ident *disk = scene_part(s, vm, KIND_DISK, key);

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        scene_set(s, disk, order[i], rates[i]);
    return disk;
}

static void test_vm_disks(struct scene *s, gconstpointer data)
{
    struct ident *vm = add_vm(s, "vm", 0);

    (void)data;
    scene_set(s, vm, R_CG_IO_READ_BYTES, 77);
    add_disk(s, vm, "vda", (const double[]){1000, 10, 20e6, 500, 5, 50e6, 1, 10e6});
    add_disk(s, vm, "vdb", (const double[]){200, 2, 16e6, 0, 0, 0, 0, 0});
    scene_run(s, 2);
    struct entity *e = scene_entity(s, "vm");
    scene_check(e, M_READ, 1200); /* its disks say more than its cgroup */
    scene_check(e, M_WRITE, 500);
    scene_check(e, M_READ_OPS, 12);
    scene_check(e, M_WRITE_OPS, 5);
    scene_check(e, M_READ_LATENCY, 3); /* (20 + 16) / 12 */
    scene_check(e, M_WRITE_LATENCY, 10);
    scene_check(e, M_LATENCY, 96.0 / 18);
    struct entity *vda = scene_entity_part(s, "vm", KIND_DISK, "vda");
    scene_check(vda, M_DISK_READ_LATENCY, 2);
    scene_check(vda, M_DISK_FLUSH_LATENCY, 10);
    scene_check(vda, M_DISK_QUEUE, 0.08);
    scene_check_absent(scene_entity_part(s, "vm", KIND_DISK, "vdb"), M_DISK_WRITE_LATENCY,
                       REASON_NO_REQUESTS);
}

static void test_vm_without_libvirt(struct scene *s, gconstpointer data)
{
    struct ident *vm = scene_guest(s, GUEST_VM, "vm");

    (void)data;
    scene_set(s, vm, R_PROC_RUN_NS, 1e9);
    scene_run(s, 2);
    scene_check_absent(scene_entity(s, "vm"), M_READ, REASON_NO_LIBVIRT);
    scene_check_absent(scene_entity(s, "vm"), M_LATENCY, REASON_NO_LIBVIRT);
    scene_check_absent(scene_entity(s, "vm"), M_MEM_USED, REASON_NO_LIBVIRT);
    scene_set(s, vm, R_CG_IO_READ_BYTES, 77);
    scene_run(s, 2);
    scene_check(scene_entity(s, "vm"), M_READ, 77);
}

static void test_container_io(struct scene *s, gconstpointer data)
{
    struct ident *c = add_container(s, "c", 0);

    (void)data;
    scene_set(s, c, R_CG_IO_READ_BYTES, 10);
    scene_absent(s, c, R_CG_IO_WRITE_BYTES, REASON_NO_CONTROLLER);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_READ, 10);
    scene_check_absent(scene_entity(s, "c"), M_WRITE, REASON_NO_CONTROLLER);
    scene_check_absent(scene_entity(s, "c"), M_LATENCY, REASON_NOT_APPLICABLE);
}

static void test_network(struct scene *s, gconstpointer data)
{
    struct ident *c = add_container(s, "c", 0), *shared = add_container(s, "shared", 0);
    struct ident *vm = add_vm(s, "vm", 0), *nic = scene_part(s, vm, KIND_NIC, "vnet0");

    (void)data;
    scene_set(s, c, R_NET_RX_BYTES, 1000);
    scene_set(s, c, R_NET_DROPS, 3);
    scene_absent(s, shared, R_NET_RX_BYTES, REASON_HOST_NETWORK);
    scene_set(s, nic, R_DOMNIC_RX_BYTES, 500);
    scene_set(s, nic, R_DOMNIC_TX_PACKETS, 5);
    scene_set(s, nic, R_DOMNIC_RX_ERRORS, 1);
    scene_set(s, nic, R_DOMNIC_TX_ERRORS, 2);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_RX, 1000);
    scene_check(scene_entity(s, "c"), M_NET_DROPS, 3);
    scene_check_absent(scene_entity(s, "shared"), M_RX, REASON_HOST_NETWORK);
    scene_check(scene_entity(s, "vm"), M_RX, 500);
    scene_check(scene_entity(s, "vm"), M_TX_PACKETS, 5);
    scene_check(scene_entity_part(s, "vm", KIND_NIC, "vnet0"), M_NIC_ERRORS, 3);
}

static void test_pressure(struct scene *s, gconstpointer data)
{
    struct ident *c = add_container(s, "c", 0);

    (void)data;
    scene_set(s, c, R_CG_PSI_CPU_SOME_NS, 0.314e9);
    scene_absent(s, c, R_CG_PSI_IO_SOME_NS, REASON_PRESSURE_OFF);
    scene_run(s, 2);
    scene_check(scene_entity(s, "c"), M_PSI_CPU, 31.4);
    scene_check_absent(scene_entity(s, "c"), M_PSI_IO, REASON_PRESSURE_OFF);
}

/* ---- random readings: no formula makes what is not a number out of numbers ---- */

static void test_random(struct scene *s, gconstpointer data)
{
    static const enum guest_type types[] = {GUEST_VM, GUEST_DOCKER, GUEST_SERVICE};
    GRand *rand = g_rand_new_with_seed(99);
    GPtrArray *idents = g_ptr_array_new();

    (void)data;
    g_ptr_array_add(idents, s->host);
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        char key[8];
        g_snprintf(key, sizeof(key), "g%zu", i);
        struct ident *guest = scene_guest(s, types[i], key);
        g_ptr_array_add(idents, guest);
        g_ptr_array_add(idents, scene_part(s, guest, KIND_DISK, "d"));
        g_ptr_array_add(idents, scene_part(s, guest, KIND_VCPU, "0"));
        g_ptr_array_add(idents, scene_part(s, guest, KIND_NIC, "n"));
    }
    g_ptr_array_add(idents, scene_part(s, NULL, KIND_CPU, "cpu0"));
    for (int round = 0; round < 300; round++) {
        for (guint i = 0; i < idents->len; i++) {
            struct ident *ident = g_ptr_array_index(idents, i);
            for (enum reading r = 0; r < READING_COUNT; r++) {
                if (facet_kind(reading_facet(r)) != ident->kind ||
                    (ident->kind == KIND_DISK && reading_facet(r) == FACET_HOST_DISK) ||
                    g_rand_int_range(rand, 0, 3))
                    continue;
                if (g_rand_int_range(rand, 0, 4) == 0)
                    scene_absent(s, ident, r, REASON_UNREADABLE);
                else if (r != R_DOM_STATE && r != R_DOM_STATE_REASON)
                    scene_set(s, ident, r, g_rand_boolean(rand) ? g_rand_double(rand) * 1e13 : 0);
            }
        }
        scene_run(s, 1);
        for (guint g = 0; g <= roster_guests(s->roster)->len; g++) {
            struct entity *e = g ? g_ptr_array_index(roster_guests(s->roster), g - 1) : host(s);
            for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++) {
                struct value v = entity_value(e, m);
                if (!metric_is_number(m))
                    continue;
                g_test_message("%s", metric_info(m)->id);
                g_assert_true(v.reason != REASON_OK || (isfinite(v.number) && v.number >= 0));
            }
        }
    }
    g_ptr_array_free(idents, TRUE);
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/derive/" name, struct scene, NULL, set_up, test, tear_down)
    ADD("host/cpu", test_host_cpu);
    ADD("host/cpu-fields", test_host_cpu_fields);
    ADD("host/iowait-backwards", test_host_iowait_backwards);
    ADD("host/one-cpu", test_one_cpu);
    ADD("host/counts", test_host_counts);
    ADD("host/memory", test_host_memory);
    ADD("host/disks", test_host_disks);
    ADD("host/without-devices", test_host_without_devices);
    ADD("host/net", test_host_net);
    ADD("ledger/adds-up", test_ledger);
    ADD("ledger/guests-exceed-host", test_ledger_guests_exceed_host);
    ADD("ledger/without-guests", test_ledger_without_guests);
    ADD("ledger/unknown", test_ledger_unknown);
    ADD("ledger/nested", test_ledger_nested);
    ADD("ledger/remote", test_ledger_remote);
    ADD("guest/cpu", test_guest_cpu);
    ADD("guest/vm-split", test_vm_split);
    ADD("guest/vm-guest-above-user", test_vm_guest_above_user);
    ADD("guest/vm-emulated", test_vm_emulated);
    ADD("guest/vm-idle-efficiency", test_vm_idle_efficiency);
    ADD("guest/container-split", test_container_split);
    ADD("guest/ready", test_ready);
    ADD("guest/ready-absent", test_ready_absent);
    ADD("guest/throttled", test_throttled);
    ADD("guest/container-memory", test_container_memory);
    ADD("guest/memory-percent", test_memory_percent);
    ADD("guest/vm-memory", test_vm_memory);
    ADD("guest/vm-memory-fallback", test_vm_memory_fallback);
    ADD("guest/vm-disks", test_vm_disks);
    ADD("guest/vm-without-libvirt", test_vm_without_libvirt);
    ADD("guest/container-io", test_container_io);
    ADD("guest/network", test_network);
    ADD("guest/pressure", test_pressure);
    ADD("random", test_random);
    return g_test_run();
}
