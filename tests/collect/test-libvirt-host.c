/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The host of a connection, what is shown of its URI, and the host's CPUs and memory. */
#include <config.h>

#include "../base/tree.h"
#include "base/clock_read.h"
#include "collect/libvirt/libvirt.h"
#include "collect/libvirt/libvirt_host.h"
#include "collect/libvirt/libvirt_hypervisor.h"
#include "collect/libvirt/libvirt_link.h"

#include <dlfcn.h>
#include <libvirt/virterror.h>
#include <string.h>
#include <sys/eventfd.h>

#define PATIENCE_NS (20 * CLOCK_NS_PER_S)

/* ---- URIs ---- */

static void test_uri_parts(void)
{
    static const struct {
        const char *uri, *driver, *server, *path, *socket, *bare;
        bool foreign, loopback;
    } cases[] = {
        {"qemu:///system", "qemu", "", "/system", "", "qemu:///system", false, false},
        {"qemu:/system", "qemu", "", "/system", "", "qemu:/system", false, false},
        {"qemu+ssh://root@kvm2:2222/system?no_tty=1", "qemu", "kvm2", "/system", "",
         "qemu+ssh://kvm2:2222/system?no_tty=1", false, false},
        {"qemu+ssh://localhost/session", "qemu", "localhost", "/session", "",
         "qemu+ssh://localhost/session", false, true},
        {"qemu+tls://[::1]:16514/system", "qemu", "::1", "/system", "",
         "qemu+tls://[::1]:16514/system", false, true},
        {"qemu+tcp://127.0.1.1/system", "qemu", "127.0.1.1", "/system", "",
         "qemu+tcp://127.0.1.1/system", false, true},
        {"qemu+tcp://[fe80::2%25eth0]/system", "qemu", "fe80::2%25eth0", "/system", "",
         "qemu+tcp://[fe80::2%25eth0]/system", false, false},
        {"qemu+unix:///system?mode=auto&socket=%2Frun%2Fx-sock", "qemu", "", "/system",
         "/run/x-sock", "qemu+unix:///system?mode=auto&socket=%2Frun%2Fx-sock", false, false},
        {"lxc:///", "lxc", "", "/", "", "lxc:///", false, false},
        {"xen:///", "xen", "", "/", "", "xen:///", false, false},
        {"xen://dom0", "xen", "dom0", "", "", "xen://dom0", false, false},
        {"test:///default", "test", "", "/default", "", "test:///default", true, false},
        {"test:///home/me@work/node.xml", "test", "", "/home/me@work/node.xml", "",
         "test:///home/me@work/node.xml", true, false},
        {"esx://root:secret@esx1/?no_verify=1", "esx", "esx1", "/", "", "esx://esx1/?no_verify=1",
         true, false},
        {"vpx://DOM%5Cme@vc/DC/C/h1", "vpx", "vc", "/DC/C/h1", "", "vpx://vc/DC/C/h1", true, false},
        {"hyperv://hv", "hyperv", "hv", "", "", "hyperv://hv", true, false},
        {"nonsense", "nonsense", "", "", "", "nonsense", false, false},
        {"", "", "", "", "", "", false, false}};
    struct libvirt_uri u;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        libvirt_uri_parse(cases[i].uri, &u);
        g_assert_cmpstr(u.driver, ==, cases[i].driver);
        g_assert_cmpstr(u.server, ==, cases[i].server);
        g_assert_cmpstr(u.path, ==, cases[i].path);
        g_assert_cmpstr(u.socket, ==, cases[i].socket);
        g_assert_cmpstr(u.bare, ==, cases[i].bare);
        g_assert_cmpint(libvirt_uri_is_foreign(&u), ==, cases[i].foreign);
        g_assert_cmpint(libvirt_uri_is_loopback(&u), ==, cases[i].loopback);
        libvirt_uri_clear(&u);
    }
}

static void test_uri_shown(void)
{
    static const struct {
        const char *uri, *shown;
    } cases[] = {
        {"qemu+ssh://root@kvm2:2222/system", "qemu+ssh://root@kvm2:2222/system"},
        {"qemu+ssh://kvm2:22/system?command=/x@y", "qemu+ssh://kvm2:22/system?command=/x@y"},
        {"qemu+ssh://kvm2:22?command=/x@y", "qemu+ssh://kvm2:22?command=/x@y"},
        {"qemu+ssh://root:secret@kvm2:2222/system", "qemu+ssh://root:***@kvm2:2222/system"},
        {"qemu+ssh://:secret@kvm2/system", "qemu+ssh://:***@kvm2/system"},
        {"esx://root:s@cret@esx1/", "esx://root:***@esx1/"},
        {"esx://root:s%40c%2Fret@[fe80::1]:443/", "esx://root:***@[fe80::1]:443/"},
        {"esx://root:sec/ret@esx1/", "esx://root:***@esx1/"},
        {"esx://root:sec?ret@esx1/?x=1", "esx://root:***@esx1/?x=1"},
        {"esx://root:sec#ret@esx1/", "esx://root:***@esx1/"},
        {"esx://root:a:b@esx1/", "esx://root:***@esx1/"},
        {"esx:/root:secret@esx1/", "esx:/root:***@esx1/"},
        {"root:secret@esx1/system", "root:***@esx1/system"},
        {"qemu+tcp://[::1]/system?x=a@b", "qemu+tcp://[::1]/system?x=a@b"}};
    struct libvirt_uri u;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        libvirt_uri_parse(cases[i].uri, &u);
        g_assert_cmpstr(u.shown, ==, cases[i].shown);
        libvirt_uri_clear(&u);
    }
}

/* Messages of libvirt, and of programs it starts, that quote a URI. */
static void test_uri_hidden(void)
{
    static const struct {
        const char *said, *shown;
    } cases[] = {{"no connection driver available for esx://me:s%40cret@h/",
                  "no connection driver available for esx://me:***@h/"},
                 {"me:s@cret@h: Permission denied (publickey,password).",
                  "me:***@h: Permission denied (publickey,password)."},
                 {"wrong password 's@cret'", "wrong password '***'"},
                 {"me has no right", "me has no right"}};
    struct libvirt_uri u;

    libvirt_uri_parse("esx://me:s%40cret@h/", &u);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *shown = libvirt_uri_hide(&u, cases[i].said);
        g_assert_cmpstr(shown, ==, cases[i].shown);
        g_free(shown);
    }
    g_assert_null(libvirt_uri_hide(&u, NULL));
    libvirt_uri_clear(&u);
    libvirt_uri_parse("esx://me:io@h/", &u); /* a short password occurs in words */
    char *shown = libvirt_uri_hide(&u, "connection to me:io@h failed");
    g_assert_cmpstr(shown, ==, "connection to me:***@h failed");
    g_free(shown);
    libvirt_uri_clear(&u);
}

static void test_message_hidden(void)
{
    struct hypervisor *h = hypervisor_new("esx://me:secret@h/", NULL);

    hypervisor_say(h, SOURCE_FAILED, "cannot open esx://me:secret@h/");
    g_assert_cmpstr(h->message, ==, "cannot open esx://me:***@h/");
    g_assert_cmpstr(h->parts.shown, ==, "esx://me:***@h/");
    hypervisor_unref(h);
}

/* ---- UUIDs ---- */

static void test_capabilities(void)
{
    static const struct {
        const char *xml, *uuid;
    } cases[] = {
        {"<capabilities><host><uuid>4C4C4544-0031-3610-8052-B4C04F384D32</uuid><cpu/></host>"
         "<guest><uuid>11111111-0031-3610-8052-b4c04f384d32</uuid></guest></capabilities>",
         "4c4c4544-0031-3610-8052-b4c04f384d32"},
        {"<capabilities>\n  <host>\n    <uuid>\n4c4c454400313610 </uuid></host></capabilities>",
         ""},
        {"<capabilities><host><uuid>03000200-0400-0500-0006-000700080009</uuid></host>"
         "</capabilities>",
         ""},
        {"<capabilities><guest><host><uuid>4c4c4544-0031-3610-8052-b4c04f384d32</uuid></host>"
         "</guest></capabilities>",
         ""},
        {"<capabilities><host><cpu><uuid>4c4c4544-0031-3610-8052-b4c04f384d32</uuid></cpu></host>"
         "</capabilities>",
         ""},
        {"<capabilities><host><uuid>4c4c4544-0031-3610-8052-b4c04f384d32</uuid>", ""},
        {"<capabilities><host/></capabilities>", ""},
        {NULL, ""}};
    char uuid[UUID_TEXT];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(libvirt_host_uuid_in(cases[i].xml, uuid), ==, *cases[i].uuid != '\0');
        g_assert_cmpstr(uuid, ==, cases[i].uuid);
    }
}

/* ---- evidence of the kernel ---- */

static void test_stat(void)
{
    uint64_t tick = (uint64_t)CLOCK_NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
    struct node_cpu cpu;

    g_assert_true(libvirt_host_parse_stat("cpu  100 20 30 4000 50 6 7 8 9 10\ncpu0 1 2\n", &cpu));
    g_assert_cmpuint(cpu.ns[NODE_USER], ==, 120 * tick);
    g_assert_cmpuint(cpu.ns[NODE_SYSTEM], ==, 43 * tick);
    g_assert_cmpuint(cpu.ns[NODE_IDLE], ==, 4000 * tick);
    g_assert_cmpuint(cpu.ns[NODE_IOWAIT], ==, 50 * tick);
    g_assert_false(libvirt_host_parse_stat("cpu  100 20 30", &cpu));
    g_assert_false(libvirt_host_parse_stat("cpu0 100 20 30 4000 50 6 7 8 9 10\n", &cpu));
    g_assert_false(libvirt_host_parse_stat("", &cpu));
}

static struct node_cpu cpu_of(uint64_t user, uint64_t system, uint64_t idle, uint64_t iowait)
{
    return (struct node_cpu){.ns = {user * CLOCK_NS_PER_MS, system * CLOCK_NS_PER_MS,
                                    idle * CLOCK_NS_PER_MS, iowait * CLOCK_NS_PER_MS},
                             .known = {true, true, true, true}};
}

static void test_compare(void)
{
    const struct node_cpu before = cpu_of(1000, 2000, 90000, 100),
                          after = cpu_of(1010, 2000, 90040, 100);
    struct node_cpu theirs = cpu_of(1000, 2000, 90030, 100);

    g_assert_cmpint(libvirt_host_compare(&before, &theirs, &after), ==, HOST_SAME);
    theirs = cpu_of(1010, 2000, 90060, 80); /* a tick or two apart */
    g_assert_cmpint(libvirt_host_compare(&before, &theirs, &after), ==, HOST_SAME);
    theirs = cpu_of(1000, 2000, 90030, 600);
    g_assert_cmpint(libvirt_host_compare(&before, &theirs, &after), ==, HOST_OTHER);
    theirs = cpu_of(1000, 1900, 90030, 100);
    g_assert_cmpint(libvirt_host_compare(&before, &theirs, &after), ==, HOST_OTHER);
    theirs = cpu_of(1000, 2000, 90030, 100);
    theirs.known[NODE_IOWAIT] = false; /* too little to prove that it is the same ... */
    g_assert_cmpint(libvirt_host_compare(&before, &theirs, &after), ==, HOST_UNKNOWN);
    theirs.ns[NODE_USER] = 0; /* ... but enough to prove that it is not */
    g_assert_cmpint(libvirt_host_compare(&before, &theirs, &after), ==, HOST_OTHER);
    theirs = (struct node_cpu){0};
    g_assert_cmpint(libvirt_host_compare(&before, &theirs, &after), ==, HOST_UNKNOWN);
}

static void test_verdict(void)
{
    static const struct {
        const char *uri;
        struct host_evidence evidence;
        bool local;
    } cases[] = {
        /* decided by the URI alone */
        {"qemu:///system", {HOST_UNKNOWN, false, "kvm1", "box"}, true},
        {"lxc:///", {HOST_UNKNOWN, false, NULL, "box"}, true},
        {"xen:///", {HOST_UNKNOWN, false, "dom0", "dom0"}, true},
        {"test:///default", {HOST_SAME, true, "box", "box"}, false},
        {"esx://localhost/", {HOST_UNKNOWN, true, "localhost", "localhost"}, false},
        /* decided by the kernel, whatever the names are */
        {"qemu+ssh://kvm1/system", {HOST_SAME, false, "kvm1", "box"}, true},
        {"qemu+ssh://localhost/session", {HOST_SAME, false, "box", "box"}, true},
        {"qemu+ssh://localhost:2222/system", {HOST_OTHER, false, "kvm2", "box"}, false},
        {"qemu+ssh://localhost:2222/system", {HOST_OTHER, false, "box", "box"}, false},
        {"qemu+ssh://localhost:2222/system", {HOST_OTHER, true, "box", "box"}, false},
        {"qemu+unix:///system?socket=/tmp/forwarded", {HOST_OTHER, false, "kvm2", "box"}, false},
        {"qemu+unix:///system?socket=/host/run/sock", {HOST_SAME, false, "kvm1", "pod"}, true},
        /* without that: decided by the UUID, else by both names */
        {"qemu+ssh://kvm1/system", {HOST_UNKNOWN, true, "kvm1", "box"}, true},
        {"qemu+ssh://localhost/system", {HOST_UNKNOWN, false, "box", "box"}, true},
        {"qemu+ssh://127.0.0.1:2222/system", {HOST_UNKNOWN, false, "kvm2", "box"}, false},
        {"qemu+ssh://[::1]/system", {HOST_UNKNOWN, false, NULL, "box"}, false},
        {"qemu+ssh://box/system", {HOST_UNKNOWN, false, "box", "box"}, true},
        {"qemu+ssh://kvm2/system", {HOST_UNKNOWN, false, "box", "box"}, false},
        {"qemu+unix:///system?socket=/host/run/sock", {HOST_UNKNOWN, false, "kvm1", "pod"}, true}};
    struct libvirt_uri u;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        libvirt_uri_parse(cases[i].uri, &u);
        if (libvirt_host_is_local(&u, &cases[i].evidence) != cases[i].local)
            g_error("case %zu, %s", i, cases[i].uri);
        libvirt_uri_clear(&u);
    }
}

/* ---- idents ---- */

static struct libvirt_host host_of(bool local, const char *name, const char *uuid)
{
    struct libvirt_host h = {.local = local, .name = (char *)name};

    g_strlcpy(h.uuid, uuid, sizeof(h.uuid));
    return h;
}

static const char UUID_A[] = "4c4c4544-0031-3610-8052-b4c04f384d32";
static const char UUID_B[] = "a18b0bd6-6cd4-4e54-a5e7-5eee87478059";
static const char UUID_C[] = "4345cc51-1d80-40ff-83be-77f0b64595a9";

static void test_ident(void)
{
    struct libvirt_host host = host_of(false, "kvm2\033[2J", UUID_A);
    struct libvirt_uri u;

    libvirt_uri_parse("qemu+ssh://me:secret@kvm2.example.org/system", &u);
    struct ident *i = libvirt_host_ident(&u, &host);
    g_assert_cmpint(i->kind, ==, KIND_HOST);
    g_assert_cmpstr(i->key, ==, "uuid:4c4c4544-0031-3610-8052-b4c04f384d32");
    g_assert_null(strchr(i->name, '\033'));
    g_assert_null(i->alias[0]);
    ident_unref(i);
    host = host_of(false, NULL, "");
    i = libvirt_host_ident(&u, &host);
    g_assert_cmpstr(i->key, ==, "uri:qemu+ssh://kvm2.example.org/system");
    g_assert_cmpstr(i->name, ==, "kvm2.example.org");
    ident_unref(i);
    host = host_of(true, "box", UUID_A);
    i = libvirt_host_ident(&u, &host);
    g_assert_cmpstr(i->alias[0], ==, IDENT_LOCAL_HOST);
    ident_unref(i);
    libvirt_uri_clear(&u);
}

/* A later connection of the same URI leads to the same host, or to another one. */
static void test_again(void)
{
    struct libvirt_host host = host_of(false, "kvm2", UUID_A);
    struct libvirt_uri u;

    libvirt_uri_parse("qemu+ssh://kvm2/system", &u);
    struct ident *i = libvirt_host_ident(&u, &host), *next;

    host = host_of(false, "renamed", UUID_A);
    next = libvirt_host_again(i, false, &host);
    g_assert_cmpuint(next->serial, ==, i->serial);
    g_assert_cmpstr(next->name, ==, "renamed");
    g_assert_null(next->alias[0]);
    ident_unref(next);
    host = host_of(false, "kvm3", UUID_B);
    g_assert_null(libvirt_host_again(i, false, &host));
    host = host_of(true, "kvm2", UUID_A);
    g_assert_null(libvirt_host_again(i, false, &host));
    /* its daemon invents a UUID each time it starts */
    static const char *const invented[] = {UUID_B, UUID_C, UUID_A, UUID_B, UUID_C, UUID_B};
    for (size_t n = 0; n < G_N_ELEMENTS(invented); n++) {
        host = host_of(false, "kvm2", invented[n]);
        next = libvirt_host_again(i, false, &host);
        g_assert_cmpuint(next->serial, ==, i->serial);
        ident_unref(i);
        i = next;
    }
    g_assert_cmpstr(i->key, ==, "uuid:4c4c4544-0031-3610-8052-b4c04f384d32");
    g_assert_cmpstr(i->alias[0], ==, "uuid:a18b0bd6-6cd4-4e54-a5e7-5eee87478059");
    g_assert_null(i->alias[1]);
    ident_unref(i);
    /* the UUID of this host is read later */
    host = host_of(true, "box", "");
    i = libvirt_host_ident(&u, &host);
    host = host_of(true, NULL, UUID_B);
    next = libvirt_host_again(i, true, &host);
    g_assert_cmpstr(next->name, ==, "box");
    g_assert_cmpstr(next->alias[0], ==, IDENT_LOCAL_HOST);
    g_assert_cmpstr(next->alias[1], ==, "uuid:a18b0bd6-6cd4-4e54-a5e7-5eee87478059");
    ident_unref(next);
    ident_unref(i);
    libvirt_uri_clear(&u);
}

/* ---- calls ----
 *
 * These functions replace those of the library, to stand for drivers that are not available. */

static bool stand_in;  /* the functions below answer */
static int error_code; /* virErrorNumber that they fail with; VIR_ERR_OK: they do not */
static _Atomic int cpu_calls, memory_calls;
static _Thread_local virError refusal;

#define REAL(function) ((__typeof__(&(function)))dlsym(RTLD_NEXT, #function))

virErrorPtr virGetLastError(void)
{
    return refusal.code ? &refusal : REAL(virGetLastError)();
}

static int refuse(void)
{
    refusal = (virError){.code = error_code};
    return -1;
}

static void put(char *field, const char *name)
{
    g_strlcpy(field, name, VIR_NODE_CPU_STATS_FIELD_LENGTH);
}

int virNodeGetCPUStats(virConnectPtr c, int cpu, virNodeCPUStatsPtr stats, int *count,
                       unsigned flags)
{
    if (!stand_in)
        return REAL(virNodeGetCPUStats)(c, cpu, stats, count, flags);
    cpu_calls++;
    if (error_code)
        return refuse();
    *count = 5;
    for (int i = 0; stats && i < *count; i++) {
        static const char *const names[] = {"user", "kernel", "idle", "iowait", "intr"};
        put(stats[i].field, names[i]);
        stats[i].value = 1000 * (unsigned long long)(i + 1);
    }
    return 0;
}

int virNodeGetMemoryStats(virConnectPtr c, int cell, virNodeMemoryStatsPtr stats, int *count,
                          unsigned flags)
{
    if (!stand_in)
        return REAL(virNodeGetMemoryStats)(c, cell, stats, count, flags);
    memory_calls++;
    if (error_code)
        return refuse();
    *count = 4;
    for (int i = 0; stats && i < *count; i++) {
        static const char *const names[] = {"total", "free", "buffers", "cached"};
        put(stats[i].field, names[i]);
        stats[i].value = i == 3 ? G_MAXUINT64 : 100 - (unsigned long long)i;
    }
    return 0;
}

int virNodeGetCPUMap(virConnectPtr c, unsigned char **map, unsigned *online, unsigned flags)
{
    if (!stand_in)
        return REAL(virNodeGetCPUMap)(c, map, online, flags);
    if (error_code)
        return refuse();
    *online = 6;
    return 8;
}

int virNodeGetInfo(virConnectPtr c, virNodeInfoPtr info)
{
    if (!stand_in)
        return REAL(virNodeGetInfo)(c, info);
    *info = (virNodeInfo){.cpus = 8, .memory = 100};
    return 0;
}

unsigned long long virNodeGetFreeMemory(virConnectPtr c)
{
    return stand_in ? 4096 : REAL(virNodeGetFreeMemory)(c);
}

static struct record *new_record(void)
{
    struct ident *ident = ident_new(KIND_HOST, GUEST_NONE, "uri:x");
    struct record *r = record_new(FACET_HYPERVISOR, ident);

    ident_unref(ident);
    return r;
}

static void assert_value(const struct record *r, enum reading reading, uint64_t value)
{
    uint64_t n;

    g_assert_true(record_get(r, reading, &n));
    g_assert_cmpuint(n, ==, value);
}

static void begin(int error)
{
    stand_in = true;
    error_code = error;
    cpu_calls = memory_calls = 0;
    refusal.code = VIR_ERR_OK;
}

static void end(void)
{
    stand_in = false;
    error_code = refusal.code = VIR_ERR_OK;
}

static void test_node(void)
{
    struct record *r = new_record();
    struct node n = {0};

    begin(VIR_ERR_OK);
    node_read(&n, NULL, r);
    assert_value(r, R_HV_USER_NS, 1000);
    assert_value(r, R_HV_SYSTEM_NS, 2000);
    assert_value(r, R_HV_IDLE_NS, 3000);
    assert_value(r, R_HV_IOWAIT_NS, 4000);
    assert_value(r, R_HV_CPUS, 6);
    assert_value(r, R_HV_MEM_TOTAL_BYTES, 100 << 10);
    assert_value(r, R_HV_MEM_FREE_BYTES, 99 << 10);
    assert_value(r, R_HV_BUFFERS_BYTES, 98 << 10);
    g_assert_cmpint(record_reason(r, R_HV_CACHED_BYTES), ==, REASON_NOT_READ); /* too large */
    g_assert_cmpint(r->read_ns, >, 0);
    node_read(&n, NULL, r); /* the number of values is asked for once */
    g_assert_cmpint(cpu_calls, ==, 3);
    g_assert_cmpint(memory_calls, ==, 3);
    end();
    record_free(r);
}

/* A driver without these calls is asked once; VMware has the free memory only. */
static void test_node_lacks(void)
{
    struct record *r = new_record();
    struct node n = {0};

    begin(VIR_ERR_NO_SUPPORT);
    node_read(&n, NULL, r);
    node_read(&n, NULL, r);
    end();
    for (enum reading i = R_HV_USER_NS; i <= R_HV_IOWAIT_NS; i++)
        g_assert_cmpint(record_reason(r, i), ==, REASON_NO_DRIVER);
    g_assert_cmpint(record_reason(r, R_HV_BUFFERS_BYTES), ==, REASON_NO_DRIVER);
    g_assert_cmpint(record_reason(r, R_HV_CACHED_BYTES), ==, REASON_NO_DRIVER);
    assert_value(r, R_HV_CPUS, 8);
    assert_value(r, R_HV_MEM_TOTAL_BYTES, 100 << 10);
    assert_value(r, R_HV_MEM_FREE_BYTES, 4096);
    g_assert_cmpint(cpu_calls, ==, 1);
    g_assert_cmpint(memory_calls, ==, 1);
    record_free(r);
}

/* After a failure the values stay, and the next read asks again. */
static void test_node_fails(void)
{
    struct record *r = new_record();
    struct node n = {0};

    begin(VIR_ERR_OK);
    node_read(&n, NULL, r);
    error_code = VIR_ERR_RPC;
    node_read(&n, NULL, r);
    assert_value(r, R_HV_USER_NS, 1000);
    assert_value(r, R_HV_MEM_FREE_BYTES, 99 << 10);
    error_code = refusal.code = VIR_ERR_OK;
    record_absent(r, R_HV_USER_NS, REASON_NOT_READ);
    node_read(&n, NULL, r);
    assert_value(r, R_HV_USER_NS, 1000);
    end();
    record_free(r);
}

/* ---- whole connections ---- */

/* The first sample of a connection that has a host. */
static struct sample *sample_of(const char *uri)
{
    struct libvirt_config config = {.uri = uri};
    struct demand demand = {.needs = NEED_ALL, .interval_ns = 50 * CLOCK_NS_PER_MS};
    int wake = eventfd(0, EFD_CLOEXEC);
    struct source *source = source_start(&LIBVIRT_SOURCE, &config, 0, wake, &demand);
    int64_t end_ns = clock_mono_ns() + PATIENCE_NS;
    struct sample *s = NULL;

    while (!s && clock_mono_ns() < end_ns) {
        s = source_take(source);
        if (s && (!s->host || !s->records->len)) {
            sample_unref(s);
            s = NULL;
        }
        g_usleep(2000);
    }
    source_stop(source, PATIENCE_NS);
    close(wake);
    g_assert_nonnull(s);
    return s;
}

static const struct record *node_in(const struct sample *s)
{
    const struct record *found = NULL;

    for (guint i = 0; i < s->records->len; i++) {
        const struct record *r = g_ptr_array_index(s->records, i);
        if (r->facet == FACET_HYPERVISOR) {
            g_assert_null(found);
            g_assert_true(r->ident == s->host);
            found = r;
        }
    }
    return found;
}

/* The test driver reports this machine's host name, but is a host of its own. */
static void test_invented(void)
{
    struct sample *s = sample_of("test:///default");
    const struct record *node = node_in(s);

    g_assert_cmpint(s->host->kind, ==, KIND_HOST);
    g_assert_cmpstr(s->host->key, ==, "uri:test:///default");
    g_assert_cmpstr(s->host->name, ==, "test:///default");
    g_assert_null(s->host->alias[0]);
    g_assert_nonnull(node);
    g_assert_cmpint(record_reason(node, R_HV_CPUS), ==, REASON_OK);
    assert_value(node, R_HV_MEM_TOTAL_BYTES, (uint64_t)3 << 30);
    g_assert_cmpint(record_reason(node, R_HV_USER_NS), ==, REASON_OK);
    g_assert_cmpint(record_reason(node, R_HV_CACHED_BYTES), ==, REASON_NO_DRIVER);
    sample_unref(s);
}

/* A node defined in a file: its memory. */
static void test_invented_node(void)
{
    char *tree = tree_new();

    tree_file(tree, "node.xml",
              "<node><cpu><mhz>6000</mhz><model>x</model><active>3</active><nodes>1</nodes>"
              "<sockets>1</sockets><cores>4</cores><threads>1</threads></cpu>"
              "<memory>1048576</memory><domain type='test'><name>a</name><memory>4096</memory>"
              "<vcpu>1</vcpu><os><type>hvm</type></os></domain></node>");
    char *uri = g_strdup_printf("test://%s/node.xml", tree);
    struct sample *s = sample_of(uri);
    const struct record *node = node_in(s);
    g_assert_cmpstr(s->host->name, ==, uri);
    assert_value(node, R_HV_MEM_TOTAL_BYTES, (uint64_t)1 << 30);
    sample_unref(s);
    g_free(uri);
    tree_free(tree);
}

int main(int argc, char **argv)
{
    libvirt_prepare();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/libvirt-host/uri-parts", test_uri_parts);
    g_test_add_func("/libvirt-host/uri-shown", test_uri_shown);
    g_test_add_func("/libvirt-host/uri-hidden", test_uri_hidden);
    g_test_add_func("/libvirt-host/message-hidden", test_message_hidden);
    g_test_add_func("/libvirt-host/capabilities", test_capabilities);
    g_test_add_func("/libvirt-host/stat", test_stat);
    g_test_add_func("/libvirt-host/compare", test_compare);
    g_test_add_func("/libvirt-host/verdict", test_verdict);
    g_test_add_func("/libvirt-host/ident", test_ident);
    g_test_add_func("/libvirt-host/again", test_again);
    g_test_add_func("/libvirt-host/node", test_node);
    g_test_add_func("/libvirt-host/node-lacks", test_node_lacks);
    g_test_add_func("/libvirt-host/node-fails", test_node_fails);
    g_test_add_func("/libvirt-host/invented", test_invented);
    g_test_add_func("/libvirt-host/invented-node", test_invented_node);
    return g_test_run();
}
