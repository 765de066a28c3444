/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Records of a guest from libvirt's typed parameters, and its process. */
#include <config.h>

#include "../base/tree.h"
#include "base/clock.h"
#include "collect/libvirt/libvirt_jobs.h"
#include "collect/libvirt/libvirt_mirror.h"
#include "collect/libvirt/libvirt_process.h"
#include "collect/libvirt/libvirt_state.h"
#include "collect/libvirt/libvirt_stats.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

static const char UUID[] = "c2869931-a3c6-4ac2-b583-c0969f692015";

static const struct stats_time TIME = {.read_ns = 5000, .interval_ns = 1000, .wall_s = 1000000};

struct params {
    virTypedParameterPtr list;
    int count, room;
};

static void add_u64(struct params *p, const char *name, unsigned long long value)
{
    g_assert_cmpint(virTypedParamsAddULLong(&p->list, &p->count, &p->room, name, value), ==, 0);
}

static void add_uint(struct params *p, const char *name, unsigned value)
{
    g_assert_cmpint(virTypedParamsAddUInt(&p->list, &p->count, &p->room, name, value), ==, 0);
}

static void add_int(struct params *p, const char *name, int value)
{
    g_assert_cmpint(virTypedParamsAddInt(&p->list, &p->count, &p->room, name, value), ==, 0);
}

static void add_text(struct params *p, const char *name, const char *value)
{
    g_assert_cmpint(virTypedParamsAddString(&p->list, &p->count, &p->room, name, value), ==, 0);
}

static void params_clear(struct params *p)
{
    virTypedParamsFree(p->list, p->count);
    *p = (struct params){0};
}

static const struct guest_home HERE = {.realm = "qemu/system"};

static struct guest *new_guest(void)
{
    return guest_new(UUID, 3, "web", &HERE, GUEST_VM);
}

static const struct record *part_of(const struct guest *g, enum facet facet, const char *key)
{
    for (guint i = 0; i < g->parts->len; i++) {
        const struct guest_part *part = g_ptr_array_index(g->parts, i);
        if (part->record->facet == facet && strcmp(part->record->ident->key, key) == 0)
            return part->record;
    }
    return NULL;
}

static void assert_value(const struct record *r, enum reading reading, uint64_t value)
{
    uint64_t n;

    g_assert_nonnull(r);
    g_assert_true(record_get(r, reading, &n));
    g_assert_cmpuint(n, ==, value);
}

static void assert_absent(const struct record *r, enum reading reading, enum reason why)
{
    g_assert_nonnull(r);
    g_assert_cmpint(record_reason(r, reading), ==, why);
}

/* ---- identity ---- */

static void test_identity(void)
{
    struct guest *g = guest_new(UUID, 3, "evil\033[2J", &HERE, GUEST_VM);
    const struct ident *i = g->domain->ident;

    g_assert_cmpstr(i->key, ==, "libvirt::qemu/system:c2869931-a3c6-4ac2-b583-c0969f692015#3");
    g_assert_null(strchr(i->name, '\033'));
    g_assert_cmpstr(i->alias[0], ==, "libvirt-name:evil\033[2J");
    g_assert_null(i->alias[1]);
    guest_unref(g);
    /* a guest of another host is not matched with a local process */
    const struct guest_home there = {.realm = "qemu/system",
                                     .host = "uuid:4c4c4544-0031-3610-8052-b4c04f384d32"};
    g = guest_new(UUID, 3, "web", &there, GUEST_VM);
    guest_meet(g, 42, 7);
    g_assert_cmpstr(g->domain->ident->key, ==,
                    "libvirt:uuid:4c4c4544-0031-3610-8052-b4c04f384d32:qemu/system:"
                    "c2869931-a3c6-4ac2-b583-c0969f692015#3");
    g_assert_null(g->domain->ident->alias[0]);
    g_assert_false(g->seen);
    guest_unref(g);
}

/* A guest is matched with its process by pid; by UUID only where the pid is not known. */
static void test_meeting(void)
{
    struct guest *g = new_guest();
    uint64_t serial = g->domain->ident->serial;

    guest_meet(g, 42, 7);
    guest_meet(g, 0, 0); /* no effect: it was called before */
    g_assert_cmpuint(g->domain->ident->serial, ==, serial);
    g_assert_cmpstr(g->domain->ident->alias[1], ==, "pid:42@7");
    g_assert_true(g->seen);
    g_assert_null(g->domain->ident->alias[2]);
    guest_unref(g);
    g = new_guest();
    guest_meet(g, 0, 0);
    g_assert_cmpstr(g->domain->ident->alias[1], ==, "uuid:c2869931-a3c6-4ac2-b583-c0969f692015");
    g_assert_false(g->seen);
    g_assert_null(g->domain->ident->alias[2]);
    guest_unref(g);
}

/* A tree with a process: its command line as one argument per line. */
static void tree_process(const char *tree, int pid, const char *state, const char *arguments)
{
    char *stat = g_strdup_printf(
        "%d (qemu) S) %s 1 42 42 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 4 0 777 1 1 1 1 1 0 0 0 0 0 "
        "0 0 0 0 0 17 1 0 0 0 8 0 0 0 0 0 0 0 0 0\n",
        pid, state);
    char *line = g_strdup(arguments), name[64];

    g_snprintf(name, sizeof(name), "proc/%d/stat", pid);
    tree_file(tree, name, stat);
    g_snprintf(name, sizeof(name), "proc/%d/cmdline", pid);
    char *path = tree_path(tree, name);
    g_strdelimit(line, "\n", '\0');
    g_assert_true(g_file_set_contents(path, line, (gssize)strlen(arguments), NULL));
    g_free(path);
    g_free(line);
    g_free(stat);
}

static char *directory_of(const char *text)
{
    struct libvirt_uri uri;

    libvirt_uri_parse(text, &uri);
    char *directory = libvirt_process_directory(&uri);
    libvirt_uri_clear(&uri);
    return directory;
}

static void test_process_directory(void)
{
    static const char *const none[] = {"test:///default", "xen:///system", "qemu:///embed"};
    char *directory = directory_of("qemu+ssh://localhost/system?no_tty=1");

    g_assert_cmpstr(directory, ==, "/run/libvirt/qemu");
    g_free(directory);
    directory = directory_of("qemu:///session");
    g_assert_true(g_str_has_suffix(directory, "/libvirt/qemu/run"));
    g_free(directory);
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_null(directory_of(none[i]));
}

/* The pid file of the guest's daemon counts only when that process has the guest's UUID or name:
 * the number may be that of another pid namespace. */
static void test_process(void)
{
    static const struct {
        const char *name, *arguments;
        bool found;
    } cases[] = {{"web 1",
                  "qemu-system-x86_64\n-name\nguest=web 1,debug-threads=on\n-uuid\n"
                  "C2869931-A3C6-4AC2-B583-C0969F692015\n",
                  true},
                 {"no-uuid", "/usr/bin/qemu-kvm\n-name\nguest=no-uuid,x=y\n-m\n1024\n", true},
                 {"old", "/usr/bin/qemu-kvm\n-name\nold\n-m\n1024\n", true},
                 {"a,b", "/usr/bin/qemu-kvm\n-name\nguest=a,,b,debug-threads=on\n", true},
                 {"other-uuid",
                  "qemu-system-x86_64\n-name\nguest=other-uuid\n-uuid\n"
                  "11111111-a3c6-4ac2-b583-c0969f692015\n",
                  false},
                 {"other-name", "qemu-system-x86_64\n-name\nguest=web 1\n", false},
                 {"shell", "bash\n", false},
                 {"quotes", "grep\nc2869931-a3c6-4ac2-b583-c0969f692015\n", false},
                 {"zombie", "", false}};
    char *tree = tree_new();
    struct libvirt_process process;
    struct root *root;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *file = g_strdup_printf("run/libvirt/qemu/%s.pid", cases[i].name), number[16];
        g_snprintf(number, sizeof(number), "%d\n", 42 + (int)i);
        tree_file(tree, file, number);
        tree_process(tree, 42 + (int)i, "S", cases[i].arguments);
        g_free(file);
    }
    tree_file(tree, "run/libvirt/qemu/gone.pid", "4300\n");
    tree_file(tree, "run/libvirt/qemu/torn.pid", "");
    char *link = tree_path(tree, "proc/42/exe"); /* the kernel hides it of other users' processes */
    g_assert_cmpint(symlink("/usr/bin/qemu-system-x86_64", link), ==, 0);
    g_free(link);
    g_assert_cmpint(root_new(tree, &root), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bool found = libvirt_process_find(root, "/run/libvirt/qemu", cases[i].name, UUID, &process);
        if (found != cases[i].found)
            g_error("%s: found %d", cases[i].name, found);
        if (found) {
            g_assert_cmpint(process.pid, ==, 42 + (int)i);
            g_assert_cmpuint(process.start_time, ==, 777);
            g_assert_cmpint(process.open, ==, i == 0);
        }
    }
    g_assert_false(libvirt_process_find(root, "/run/libvirt/qemu", "gone", UUID, &process));
    g_assert_false(libvirt_process_find(root, "/run/libvirt/qemu", "torn", UUID, &process));
    g_assert_false(libvirt_process_find(root, "/run/libvirt/qemu", "none", UUID, &process));
    root_free(root);
    tree_free(tree);
}

static void test_process_stopped(void)
{
    char *tree = tree_new();
    struct root *root;

    tree_process(tree, 42, "T", "qemu\n");
    tree_process(tree, 43, "t", "qemu\n");
    tree_process(tree, 44, "S", "qemu\n");
    g_assert_cmpint(root_new(tree, &root), ==, 0);
    g_assert_true(libvirt_process_is_stopped(root, 42, 777));
    g_assert_true(libvirt_process_is_stopped(root, 43, 777));
    g_assert_false(libvirt_process_is_stopped(root, 44, 777));
    g_assert_false(libvirt_process_is_stopped(root, 42, 778)); /* another process by now */
    g_assert_false(libvirt_process_is_stopped(root, 45, 777));
    root_free(root);
    tree_free(tree);
}

/* The id of a container is the pid of its libvirt_lxc process, in the pid namespace of the daemon.
 */
static void test_process_container(void)
{
    char *tree = tree_new();
    struct libvirt_process process;
    struct root *root;

    tree_process(tree, 42, "S", "/usr/lib/libvirt/libvirt_lxc\n--name\nbox\n--console\n24\n");
    tree_process(tree, 43, "S", "/usr/bin/less\n--name\nbox\n");
    tree_process(tree, 44, "S", "/usr/lib/libvirt/libvirt_lxc\n--name\n");
    g_assert_cmpint(root_new(tree, &root), ==, 0);
    g_assert_true(libvirt_process_find_container(root, 42, "box", &process));
    g_assert_cmpint(process.pid, ==, 42);
    g_assert_cmpuint(process.start_time, ==, 777);
    g_assert_false(libvirt_process_find_container(root, 42, "tin", &process));
    g_assert_false(libvirt_process_find_container(root, 43, "box", &process));
    g_assert_false(libvirt_process_find_container(root, 44, "box", &process));
    g_assert_false(libvirt_process_find_container(root, 45, "box", &process));
    g_assert_false(libvirt_process_find_container(root, -1, "box", &process));
    root_free(root);
    tree_free(tree);
}

/* A new name makes a new version of the same ident; the same name does not. */
static void test_rename(void)
{
    struct guest *g = new_guest();
    uint64_t serial = g->domain->ident->serial;
    struct ident *before = ident_ref(g->domain->ident);

    guest_rename(g, "web");
    g_assert_true(g->domain->ident == before);
    guest_rename(g, "shop");
    g_assert_cmpstr(g->domain->ident->name, ==, "shop");
    g_assert_cmpstr(before->name, ==, "web");
    g_assert_cmpuint(g->domain->ident->serial, ==, serial);
    ident_unref(before);
    guest_unref(g);
}

/* ---- state ---- */

static void test_states(void)
{
    g_assert_cmpint(libvirt_guest_state(VIR_DOMAIN_RUNNING), ==, STATE_RUN);
    g_assert_cmpint(libvirt_guest_state(VIR_DOMAIN_BLOCKED), ==, STATE_RUN);
    g_assert_cmpint(libvirt_guest_state(VIR_DOMAIN_PAUSED), ==, STATE_PAUSED);
    g_assert_cmpint(libvirt_guest_state(VIR_DOMAIN_SHUTDOWN), ==, STATE_SHUTTING_DOWN);
    g_assert_cmpint(libvirt_guest_state(VIR_DOMAIN_SHUTOFF), ==, STATE_OFF);
    g_assert_cmpint(libvirt_guest_state(VIR_DOMAIN_CRASHED), ==, STATE_CRASHED);
    g_assert_cmpint(libvirt_guest_state(VIR_DOMAIN_PMSUSPENDED), ==, STATE_SUSPENDED);
    g_assert_cmpint(libvirt_guest_state(99), ==, STATE_UNKNOWN);
    g_assert_cmpint(libvirt_state_reason(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_IOERROR), ==,
                    WHY_IO_ERROR);
    g_assert_cmpint(libvirt_state_reason(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER), ==,
                    WHY_BY_USER);
    g_assert_cmpint(libvirt_state_reason(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_POSTCOPY), ==,
                    WHY_POSTCOPY);
    g_assert_cmpint(libvirt_state_reason(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED), ==,
                    WHY_NONE);
    g_assert_cmpint(libvirt_state_reason(VIR_DOMAIN_PAUSED, 99), ==, WHY_NONE);
    g_assert_cmpint(libvirt_state_reason(99, 1), ==, WHY_NONE);
}

static void test_state_and_nics(void)
{
    struct guest *g = new_guest();
    struct params p = {0};

    add_int(&p, "state.state", VIR_DOMAIN_PAUSED);
    add_int(&p, "state.reason", VIR_DOMAIN_PAUSED_IOERROR);
    add_uint(&p, "net.count", 2);
    add_text(&p, "net.0.name", "vnet0");
    add_u64(&p, "net.0.rx.bytes", 7);
    add_u64(&p, "net.0.tx.drop", 8);
    add_text(&p, "net.1.name", "vnet7");
    add_u64(&p, "net.1.rx.bytes", 9);
    stats_state(g, p.list, p.count, 10000, &TIME);
    assert_value(g->domain, R_DOM_STATE, STATE_PAUSED);
    assert_value(g->domain, R_DOM_STATE_REASON, WHY_IO_ERROR);
    g_assert_true(g->active);
    g_assert_cmpint(g->domain->read_ns, ==, 5000);
    const struct record *nic = part_of(g, FACET_DOMAIN_NIC, "nic:vnet0");
    assert_value(nic, R_DOMNIC_RX_BYTES, 7);
    assert_value(nic, R_DOMNIC_TX_DROPS, 8);
    g_assert_cmpint(nic->interval_ns, ==, 10000);
    assert_value(part_of(g, FACET_DOMAIN_NIC, "nic:vnet7"), R_DOMNIC_RX_BYTES, 9);
    params_clear(&p);
    /* unplugged */
    add_uint(&p, "net.count", 1);
    add_text(&p, "net.0.name", "vnet7");
    stats_state(g, p.list, p.count, 0, &TIME);
    g_assert_null(part_of(g, FACET_DOMAIN_NIC, "nic:vnet0"));
    params_clear(&p);
    /* not asked for: unchanged */
    add_int(&p, "state.state", VIR_DOMAIN_RUNNING);
    stats_state(g, p.list, p.count, 0, &TIME);
    g_assert_nonnull(part_of(g, FACET_DOMAIN_NIC, "nic:vnet7"));
    params_clear(&p);
    guest_unref(g);
}

/* CPU time that is not read together with the state must not appear to stand still. */
static void test_info(void)
{
    const virDomainInfo info = {.maxMem = 2048, .memory = 1024, .nrVirtCpu = 4, .cpuTime = 77};
    struct guest *g = new_guest();

    stats_single(g, VIR_DOMAIN_RUNNING, 0, &TIME);
    stats_info(g, &info, true);
    assert_value(g->domain, R_DOM_VCPUS, 4);
    assert_value(g->domain, R_DOM_MEM_BYTES, 1 << 20);
    assert_value(g->domain, R_DOM_MEM_MAX_BYTES, 2 << 20);
    assert_value(g->domain, R_DOM_CPU_NS, 77);
    stats_single(g, VIR_DOMAIN_RUNNING, 0, &TIME);
    assert_absent(g->domain, R_DOM_CPU_NS, REASON_NOT_READ);
    assert_value(g->domain, R_DOM_VCPUS, 4);
    guest_unref(g);
}

/* ---- the monitor ---- */

enum {
    ALL = VIR_DOMAIN_STATS_BLOCK | VIR_DOMAIN_STATS_BALLOON | VIR_DOMAIN_STATS_VCPU |
          VIR_DOMAIN_STATS_CPU_TOTAL
};

static void add_cpu(struct params *p)
{
    add_u64(p, "cpu.time", 5997614000);
    add_u64(p, "cpu.haltpoll.success.time", 30);
    add_u64(p, "cpu.haltpoll.fail.time", 12);
}

static void add_balloon(struct params *p)
{
    add_u64(p, "balloon.current", 114688);
    add_u64(p, "balloon.maximum", 200000);
    add_u64(p, "balloon.unused", UINT64_MAX);
    add_u64(p, "balloon.available", 78396);
    add_u64(p, "balloon.usable", 57036);
    add_u64(p, "balloon.last-update", 999990);
    add_u64(p, "balloon.rss", 205612);
}

/* vCPU 1 was unplugged. */
static void add_vcpus(struct params *p)
{
    add_uint(p, "vcpu.current", 2);
    add_uint(p, "vcpu.maximum", 4);
    add_int(p, "vcpu.0.state", 1);
    add_u64(p, "vcpu.0.time", 530);
    add_u64(p, "vcpu.0.wait", 0);
    add_u64(p, "vcpu.0.delay", 40);
    add_u64(p, "vcpu.0.exits.sum", 1000);
    add_u64(p, "vcpu.0.halt_exits.sum", 600);
    add_u64(p, "vcpu.0.io_exits.sum", 5);
    add_int(p, "vcpu.1.state", 1); /* unplugged, but libvirt missed it */
    add_u64(p, "vcpu.1.time", 0);
    add_u64(p, "vcpu.1.delay", 0);
    add_int(p, "vcpu.2.state", 1);
    add_u64(p, "vcpu.2.time", 630);
    add_u64(p, "vcpu.2.delay", 2);
    add_u64(p, "vcpu.2.exits.sum", 10);
    add_u64(p, "vcpu.2.halt_exits.sum", 6);
}

static void add_disks(struct params *p)
{
    add_uint(p, "block.count", 2);
    add_text(p, "block.0.name", "vda");
    add_text(p, "block.0.path", "/var/lib/web.qcow2");
    add_uint(p, "block.0.backingIndex", 1);
    add_u64(p, "block.0.rd.reqs", 338);
    add_u64(p, "block.0.rd.bytes", 35787264);
    add_u64(p, "block.0.rd.times", 97874716);
    add_u64(p, "block.0.fl.reqs", 3);
    add_u64(p, "block.0.allocation", 17170432);
    add_u64(p, "block.0.capacity", 67108864);
    add_u64(p, "block.0.physical", 17117184);
    add_text(p, "block.1.name", "hdc");
    add_u64(p, "block.1.rd.reqs", 0);
}

static void test_monitor(void)
{
    struct guest *g = new_guest();
    struct params p = {0};

    add_cpu(&p);
    add_balloon(&p);
    add_vcpus(&p);
    add_disks(&p);
    g_assert_cmpuint(stats_groups(p.list, p.count).whole, ==, ALL);
    stats_monitor(g, p.list, p.count, ALL, 0, &TIME);
    assert_value(g->monitor, R_MON_CPU_NS, 5997614000);
    assert_value(g->monitor, R_MON_HALTPOLL_NS, 42);
    assert_value(g->monitor, R_MON_BALLOON_BYTES, UINT64_C(114688) * 1024);
    assert_value(g->monitor, R_MON_BALLOON_MAX_BYTES, UINT64_C(200000) * 1024);
    assert_value(g->balloon, R_BALLOON_AVAILABLE_BYTES, 78396 * 1024);
    g_assert_cmpint(g->balloon->read_ns, ==, TIME.read_ns - 10 * CLOCK_NS_PER_S);
    assert_absent(g->balloon, R_BALLOON_UNUSED_BYTES, REASON_NO_BALLOON); /* "not known" */
    assert_value(g->monitor, R_MON_EXITS, 1010);
    assert_value(g->monitor, R_MON_HALT_EXITS, 606);
    assert_absent(g->monitor, R_MON_IO_EXITS, REASON_NO_DRIVER); /* of one vCPU it is not known */
    assert_value(g->monitor, R_MON_VCPU_DELAY_NS, 42);
    assert_value(part_of(g, FACET_VCPU_DOMAIN, "vcpu:2"), R_VCPU_DOM_NS, 630);
    g_assert_null(part_of(g, FACET_VCPU_DOMAIN, "vcpu:1"));
    const struct record *vda = part_of(g, FACET_DOMAIN_DISK, "disk:vda");
    assert_value(vda, R_DISK_READ_OPS, 338);
    assert_value(vda, R_DISK_READ_NS, 97874716);
    assert_value(vda, R_DISK_FLUSH_OPS, 3);
    assert_value(vda, R_DISK_ALLOCATION_BYTES, 17170432);
    g_assert_cmpstr(vda->ident->image, ==, "/var/lib/web.qcow2");
    /* an empty drive */
    const struct record *hdc = part_of(g, FACET_DOMAIN_DISK, "disk:hdc");
    assert_value(hdc, R_DISK_READ_OPS, 0);
    assert_absent(hdc, R_DISK_CAPACITY_BYTES, REASON_NO_MEDIUM);
    g_assert_null(hdc->ident->image);
    params_clear(&p);
    guest_unref(g);
}

/* While another client asks the guest, parts of the answer are missing: what is missing keeps its
 * value and its time, and never becomes 0 or absent. */
static void test_partial(void)
{
    const struct stats_time later = {.read_ns = 9000, .interval_ns = 1000, .wall_s = 1000004};
    struct guest *g = new_guest();
    struct params p = {0};

    add_cpu(&p);
    add_balloon(&p);
    add_vcpus(&p);
    add_disks(&p);
    stats_monitor(g, p.list, p.count, ALL, 0, &TIME);
    params_clear(&p);
    /* what libvirt 9.0 gives then: names of disks, the balloon's size */
    add_cpu(&p);
    add_u64(&p, "balloon.current", 114688);
    add_uint(&p, "vcpu.current", 1);
    add_u64(&p, "vcpu.0.time", 540);
    add_uint(&p, "block.count", 2);
    add_text(&p, "block.0.name", "vda");
    add_text(&p, "block.1.name", "hdc");
    g_assert_cmpuint(stats_groups(p.list, p.count).whole & VIR_DOMAIN_STATS_BLOCK, ==, 0);
    g_assert_true(stats_groups(p.list, p.count).mentioned & VIR_DOMAIN_STATS_BLOCK);
    stats_monitor(g, p.list, p.count, ALL, 0, &later);
    g_assert_cmpint(g->monitor->read_ns, ==, 5000);
    assert_value(g->balloon, R_BALLOON_AVAILABLE_BYTES, 78396 * 1024);
    const struct record *vda = part_of(g, FACET_DOMAIN_DISK, "disk:vda");
    g_assert_cmpint(vda->read_ns, ==, 5000);
    assert_value(vda, R_DISK_READ_OPS, 338);
    params_clear(&p);
    guest_unref(g);
}

/* Readings of the guest's balloon driver are as old as its last report, however often they are
 * read. */
static void test_balloon_age(void)
{
    static const int64_t minute = 60 * CLOCK_NS_PER_S;
    struct stats_time time = {.read_ns = 9 * minute, .interval_ns = 1000, .wall_s = 1000};
    struct guest *g = new_guest();
    struct params p = {0};

    add_u64(&p, "balloon.current", 1024);
    add_u64(&p, "balloon.available", 7);
    add_u64(&p, "balloon.last-update", 998);
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BALLOON, 0, &time);
    g_assert_cmpint(g->balloon->read_ns, ==, time.read_ns - 2 * CLOCK_NS_PER_S);
    int64_t read_ns = g->balloon->read_ns;
    time.read_ns += minute;
    time.wall_s += 60;
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BALLOON, 0, &time);
    g_assert_cmpint(g->balloon->read_ns, ==, read_ns);
    g_assert_cmpint(g->monitor->read_ns, ==, time.read_ns);
    params_clear(&p);
    add_u64(&p, "balloon.current", 1024);
    add_u64(&p, "balloon.available", 8);
    add_u64(&p, "balloon.last-update", 1058);
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BALLOON, 0, &time);
    assert_value(g->balloon, R_BALLOON_AVAILABLE_BYTES, 8 * 1024);
    g_assert_cmpint(g->balloon->read_ns, ==, time.read_ns - 2 * CLOCK_NS_PER_S);
    g_assert_cmpint(g->balloon->interval_ns, ==, minute); /* the driver's own period */
    params_clear(&p);
    add_u64(&p, "balloon.last-update", INT64_MAX); /* far in the future */
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BALLOON, 0, &time);
    g_assert_cmpint(g->balloon->interval_ns, ==, 24 * 60 * minute);
    g_assert_cmpint(g->balloon->read_ns, ==, time.read_ns);
    params_clear(&p);
    guest_unref(g);
}

/* "No disks" is an answer, not a missing group. */
static void test_no_disks(void)
{
    struct guest *g = new_guest();
    struct params p = {0};

    add_disks(&p);
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BLOCK, 0, &TIME);
    params_clear(&p);
    add_uint(&p, "block.count", 0);
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BLOCK, 0, &TIME);
    g_assert_null(part_of(g, FACET_DOMAIN_DISK, "disk:vda"));
    params_clear(&p);
    guest_unref(g);
}

static void add_image(struct params *p, unsigned number, const char *path, unsigned index)
{
    char name[64];

    g_snprintf(name, sizeof(name), "block.%u.name", number);
    add_text(p, name, "vda");
    g_snprintf(name, sizeof(name), "block.%u.path", number);
    add_text(p, name, path);
    g_snprintf(name, sizeof(name), "block.%u.backingIndex", number);
    add_uint(p, name, index);
    g_snprintf(name, sizeof(name), "block.%u.rd.reqs", number);
    add_u64(p, name, 100 * number);
}

/* While a disk is copied, libvirt 9.0 lists the copy after the backing images of the disk. */
static void test_copy(void)
{
    const struct stats_time times[] = {{.read_ns = 5000, .layers = true},
                                       {.read_ns = 6000, .layers = true}};
    const struct disk_job copy = {.target = "vda", .done = 1, .end = 4, .mirror = 5};
    struct guest *g = new_guest();
    struct params p = {0};

    add_uint(&p, "block.count", 4);
    add_image(&p, 0, "/top.qcow2", 3);
    add_image(&p, 1, "/base.img", 4);
    add_image(&p, 2, "/copy.qcow2", 5);
    add_image(&p, 3, "/under-the-copy.img", 6);
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BLOCK, 0, &times[0]);
    assert_value(part_of(g, FACET_DOMAIN_DISK, "disk:vda"), R_DISK_LAYERS, 4);
    jobs_take_disks(g, &copy, 1);
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BLOCK, 0, &times[1]);
    const struct record *vda = part_of(g, FACET_DOMAIN_DISK, "disk:vda");
    assert_value(vda, R_DISK_LAYERS, 2);
    assert_value(vda, R_DISK_READ_OPS, 0);
    assert_value(vda, R_DISK_JOB_LEFT_BYTES, 3);
    assert_value(g->monitor, R_MON_DISKS, 1);
    g_assert_cmpstr(vda->ident->image, ==, "/top.qcow2");
    params_clear(&p);
    guest_unref(g);
}

static void test_mirror(void)
{
    static const char xml[] =
        "<domain><devices>"
        "<disk><source file='/a' index='1'/><target dev='hda'/></disk>"
        "<disk><source file='/b' index='3'/><backingStore index='4'><source file='/c'/>"
        "</backingStore><mirror job='copy'><format type='raw'/><source file='/d' index='5'/>"
        "<backingStore index='6'><source index='6'/></backingStore></mirror>"
        "<target dev='vda'/></disk>"
        "<disk><source file='/e' index='9'/><target dev='vdb'/></disk>"
        "</devices></domain>";

    g_assert_cmpuint(mirror_index(xml, "vda"), ==, 5);
    g_assert_cmpuint(mirror_index(xml, "hda"), ==, 0);
    g_assert_cmpuint(mirror_index(xml, "vdb"), ==, 0);
    g_assert_cmpuint(mirror_index("<domain><disk>", "vda"), ==, 0);
    g_assert_cmpuint(mirror_index(NULL, "vda"), ==, 0);
    for (size_t length = 0; length < strlen(xml); length++) { /* torn */
        char *torn = g_strndup(xml, length);
        g_assert_cmpuint(mirror_index(torn, "vda"), ==, 0);
        g_free(torn);
    }
}

/* One answer of a migration away, in pass PASS, as libvirt 9.0 gives it. */
static void take_pass(struct guest *g, int pass, unsigned long long dirty_pages)
{
    struct params p = {0};

    add_int(&p, VIR_DOMAIN_JOB_OPERATION, VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT);
    add_u64(&p, VIR_DOMAIN_JOB_DATA_PROCESSED, 4479646);
    add_u64(&p, VIR_DOMAIN_JOB_DATA_REMAINING, 28704768);
    add_u64(&p, VIR_DOMAIN_JOB_MEMORY_BPS, 2072097);
    add_u64(&p, VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE, dirty_pages);
    add_u64(&p, VIR_DOMAIN_JOB_MEMORY_ITERATION, (unsigned long long)pass);
    add_u64(&p, VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE, 4096);
    jobs_take(g, p.list, p.count, false, 7000, 1000);
    params_clear(&p);
}

/* Passes count, not answers: the dirty rate is measured once per pass. */
static void test_migration(void)
{
    struct guest *g = new_guest();

    take_pass(g, 1, 7000);
    assert_value(g->job, R_JOB_WHAT, WHY_MIGRATING_OUT);
    assert_value(g->job, R_JOB_LEFT_BYTES, 28704768);
    assert_value(g->job, R_JOB_SPEED_BYTES, 2072097);
    assert_value(g->job, R_JOB_DIRTIED_BYTES, 7000 * 4096);
    assert_value(g->job, R_JOB_LOST_PASSES, 0);
    for (int answer = 0; answer < 3; answer++)
        take_pass(g, 2, 7000);
    assert_value(g->job, R_JOB_LOST_PASSES, 1);
    take_pass(g, 3, 7000);
    assert_value(g->job, R_JOB_LOST_PASSES, 2);
    take_pass(g, 4, 10);
    assert_value(g->job, R_JOB_LOST_PASSES, 0);
    take_pass(g, 5, 480); /* 95 % of the copying speed */
    assert_value(g->job, R_JOB_LOST_PASSES, 1);
    take_pass(g, 1, 7000); /* another migration */
    assert_value(g->job, R_JOB_LOST_PASSES, 0);
    jobs_take(g, NULL, 0, false, 7000, 1000);
    assert_value(g->job, R_JOB_WHAT, WHY_NONE);
    g_assert_cmpint(g->job->read_ns, ==, 7000);
    assert_absent(g->job, R_JOB_LOST_PASSES, REASON_NO_JOB);
    guest_unref(g);
}

/* The destination host knows only that the guest is incoming; its monitor is silent. */
static void test_incoming(void)
{
    struct guest *g = new_guest();
    struct sample *s = sample_new(1, 1000);

    stats_single(g, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION, &TIME);
    jobs_take(g, NULL, 0, true, 7000, 1000);
    guest_report(g, false, 9000, s);
    g_assert_cmpuint(s->records->len, ==, 2);
    const struct record *job = g_ptr_array_index(s->records, 1);
    assert_value(job, R_JOB_WHAT, WHY_MIGRATING_IN);
    assert_absent(job, R_JOB_DONE_BYTES, REASON_NO_JOB);
    sample_unref(s);
    guest_unref(g);
}

/* Groups that the driver lacks and groups that were not asked for are absent for different reasons.
 */
static void test_unsupported(void)
{
    struct guest *g = new_guest();
    struct params p = {0};

    add_cpu(&p);
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_BALLOON,
                  VIR_DOMAIN_STATS_BALLOON, &TIME);
    assert_value(g->monitor, R_MON_CPU_NS, 5997614000);
    assert_absent(g->balloon, R_BALLOON_AVAILABLE_BYTES, REASON_NO_DRIVER);
    g_assert_cmpint(g->balloon->read_ns, ==, TIME.read_ns);
    assert_absent(g->monitor, R_MON_EXITS, REASON_NOT_READ);
    params_clear(&p);
    guest_unref(g);
}

/* Guests before their parts, each with the time it was read at. */
static void test_report(void)
{
    struct guest *g = new_guest();
    struct params p = {0};
    struct sample *s = sample_new(1, 1000);

    add_disks(&p);
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BLOCK, 0, &TIME);
    stats_single(g, VIR_DOMAIN_RUNNING, 0, &(struct stats_time){.read_ns = 8000});
    guest_report(g, false, 9000, s);
    g_assert_cmpuint(s->records->len, ==, 4);
    const struct record *first = g_ptr_array_index(s->records, 0);
    const struct record *last = g_ptr_array_index(s->records, 3);
    g_assert_cmpint(first->facet, ==, FACET_DOMAIN);
    g_assert_cmpint(first->read_ns, ==, 8000);
    g_assert_cmpint(last->facet, ==, FACET_DOMAIN_DISK);
    g_assert_cmpint(last->read_ns, ==, 5000);
    g_assert_cmpuint(last->ident->owner, ==, first->ident->serial);
    sample_unref(s);
    params_clear(&p);
    guest_unref(g);
}

static const struct record *nth(const struct sample *s, guint i)
{
    g_assert_cmpuint(s->records->len, >, i);
    return g_ptr_array_index(s->records, i);
}

/* Counters that are no longer read become absent; gauges stay and age. */
static void test_stale(void)
{
    const int64_t second = 1000000000;
    const struct stats_time time = {.read_ns = 100 * second, .interval_ns = second};
    struct guest *g = new_guest();
    struct params p = {0};

    add_disks(&p);
    stats_single(g, VIR_DOMAIN_RUNNING, 0, &time);
    stats_monitor(g, p.list, p.count, VIR_DOMAIN_STATS_BLOCK, 0, &time);
    struct sample *s = sample_new(1, second);
    guest_report(g, false, 109 * second, s);
    assert_value(nth(s, 2), R_DISK_READ_OPS, 338);
    sample_unref(s);
    s = sample_new(1, second);
    guest_report(g, false, 111 * second, s);
    assert_absent(nth(s, 2), R_DISK_READ_OPS, REASON_STALE);
    assert_value(nth(s, 2), R_DISK_CAPACITY_BYTES, 67108864);
    assert_value(nth(s, 0), R_DOM_STATE, STATE_RUN);
    sample_unref(s);
    /* those of a hung guest at once, except for readings that need no answer from it */
    s = sample_new(1, second);
    guest_report(g, true, 104 * second, s);
    assert_absent(nth(s, 2), R_DISK_READ_OPS, REASON_MONITOR_BUSY);
    g_assert_cmpint(nth(s, 2)->read_ns, ==, 100 * second + 1);
    g_assert_cmpint(nth(s, 0)->read_ns, ==, 100 * second);
    sample_unref(s);
    params_clear(&p);
    guest_unref(g);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(virInitialize(), ==, 0);
    g_test_add_func("/libvirt-stats/identity", test_identity);
    g_test_add_func("/libvirt-stats/meeting", test_meeting);
    g_test_add_func("/libvirt-stats/process", test_process);
    g_test_add_func("/libvirt-stats/process-directory", test_process_directory);
    g_test_add_func("/libvirt-stats/process-stopped", test_process_stopped);
    g_test_add_func("/libvirt-stats/process-container", test_process_container);
    g_test_add_func("/libvirt-stats/rename", test_rename);
    g_test_add_func("/libvirt-stats/states", test_states);
    g_test_add_func("/libvirt-stats/state-and-nics", test_state_and_nics);
    g_test_add_func("/libvirt-stats/info", test_info);
    g_test_add_func("/libvirt-stats/monitor", test_monitor);
    g_test_add_func("/libvirt-stats/partial", test_partial);
    g_test_add_func("/libvirt-stats/balloon-age", test_balloon_age);
    g_test_add_func("/libvirt-stats/no-disks", test_no_disks);
    g_test_add_func("/libvirt-stats/copy", test_copy);
    g_test_add_func("/libvirt-stats/mirror", test_mirror);
    g_test_add_func("/libvirt-stats/migration", test_migration);
    g_test_add_func("/libvirt-stats/incoming", test_incoming);
    g_test_add_func("/libvirt-stats/unsupported", test_unsupported);
    g_test_add_func("/libvirt-stats/report", test_report);
    g_test_add_func("/libvirt-stats/stale", test_stale);
    return g_test_run();
}
