/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Who manages a guest, the commands that change its size, and what a shell makes of them. */
#include "analyse/command.h"

#include <math.h>
#include <string.h>

#define MIB (1024.0 * 1024)
#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UUID "11111111-2222-3333-4444-555555555555"

/* A roster with one guest in it, reported by source 1 with this status. */
struct stage {
    struct roster *roster;
    struct entity *guest;
};

struct who {
    enum guest_type type;
    const char *key, *alias, *name, *id, *group;
    enum facet facet;
    const char *status;
};

static void set_up_domain(struct stage *s, const struct who *who, bool transient)
{
    struct ident *i = ident_new(KIND_GUEST, who->type, who->key);
    struct sample *sample = sample_new(1, 1000);

    ident_add_alias(i, "", who->alias);
    ident_set(&i->name, who->name);
    if (who->id)
        ident_set(&i->id, who->id);
    if (who->group)
        ident_set(&i->group, who->group);
    struct record *r = sample_add(sample, who->facet, i);
    r->read_ns = 1000;
    if (transient)
        record_set(r, R_DOM_TRANSIENT, 1);
    if (who->status)
        sample_add_status(sample, who->status, SOURCE_OK, 1000, NULL);
    s->roster = roster_new(0);
    roster_merge(s->roster, sample);
    roster_tick(s->roster, 1000, 1000);
    g_assert_cmpuint(roster_guests(s->roster)->len, ==, 1);
    s->guest = g_ptr_array_index(roster_guests(s->roster), 0);
    sample_unref(sample);
    ident_unref(i);
}

static void set_up(struct stage *s, const struct who *who)
{
    set_up_domain(s, who, false);
}

static const struct {
    struct who who;
    enum manager manager;
    enum command_change change;
    double from, to;
    const char *command; /* NULL: there is none */
} CASES[] = {
    {{GUEST_VM, "libvirt:x", NULL, "web-1", UUID, NULL, FACET_DOMAIN, "qemu:///system"},
     MANAGER_LIBVIRT,
     COMMAND_VCPUS,
     4,
     6,
     "virsh -c qemu:///system setvcpus web-1 6 --live --config"},
    {{GUEST_VM, "libvirt:x", NULL, "web-1", UUID, NULL, FACET_DOMAIN, "qemu+ssh://root@h/system"},
     MANAGER_LIBVIRT,
     COMMAND_VCPUS,
     4,
     2,
     "virsh -c qemu+ssh://root@h/system setvcpus web-1 2 --config"},
    {{GUEST_VM, "libvirt:x", NULL, "web-1", UUID, NULL, FACET_DOMAIN, "demo"},
     MANAGER_LIBVIRT,
     COMMAND_MEMORY,
     8192 * MIB,
     6144 * MIB,
     "virsh setmem web-1 6291456 --live --config"},
    {{GUEST_VM, "/machine.slice/machine-qemu\\x2d1\\x2da.scope", NULL, "a b", NULL, NULL,
      FACET_PROCESS, NULL},
     MANAGER_LIBVIRT,
     COMMAND_VCPUS,
     1,
     2,
     "virsh setvcpus 'a b' 2 --live --config"},
    {{GUEST_VM, "libvirt:x", NULL, "5", UUID, NULL, FACET_DOMAIN, NULL}, /* not domain id 5 */
     MANAGER_LIBVIRT,
     COMMAND_VCPUS,
     1,
     2,
     "virsh setvcpus " UUID " 2 --live --config"},
    {{GUEST_VM, "libvirt:x", NULL, "-rf", NULL, NULL, FACET_DOMAIN, NULL},
     MANAGER_LIBVIRT,
     COMMAND_VCPUS,
     1,
     2,
     "virsh setvcpus --domain -rf 2 --live --config"},
    {{GUEST_VM, "libvirt:x", NULL, "web-1", UUID, NULL, FACET_DOMAIN, NULL},
     MANAGER_LIBVIRT,
     COMMAND_CORES,
     1,
     2,
     NULL},
    {{GUEST_VM, "pid:1", NULL, "by-hand", NULL, NULL, FACET_PROCESS, NULL},
     MANAGER_NONE,
     COMMAND_VCPUS,
     1,
     2,
     NULL},
    {{GUEST_VM, "pid:1", "/qemu.slice/104.scope", "db", NULL, NULL, FACET_PROCESS, NULL},
     MANAGER_PROXMOX_VM,
     COMMAND_VCPUS,
     4,
     8,
     "qm set 104 --cores 8"},
    {{GUEST_VM, "pid:1", "/qemu.slice/104.scope", "db", NULL, NULL, FACET_PROCESS, NULL},
     MANAGER_PROXMOX_VM,
     COMMAND_MEMORY,
     1024 * MIB,
     2048 * MIB,
     "qm set 104 --memory 2048"},
    {{GUEST_LXC, "/lxc/200", NULL, "mail", "200", NULL, FACET_CGROUP, NULL},
     MANAGER_PROXMOX_CT,
     COMMAND_CORES,
     1,
     1.5,
     "pct set 200 --cpulimit 1.5"},
    {{GUEST_LXC, "/lxc/200", NULL, "mail", "200", NULL, FACET_CGROUP, NULL},
     MANAGER_PROXMOX_CT,
     COMMAND_MEMORY,
     1,
     100.5 * MIB,
     "pct set 200 --memory 101"},
    {{GUEST_LXC, "/lxc.payload.200", NULL, "200", "200", NULL, FACET_CGROUP, NULL},
     MANAGER_LXC,
     COMMAND_MEMORY,
     1,
     100 * MIB,
     "lxc-cgroup --name=200 memory.max 104857600"},
    {{GUEST_LXC, "/lxc.payload.erp", NULL, "erp", NULL, NULL, FACET_CGROUP, NULL},
     MANAGER_LXC,
     COMMAND_CORES,
     4,
     0.5,
     "lxc-cgroup --name=erp cpu.max '50000 100000'"},
    {{GUEST_LXC, "/lxc.payload.p_c1", "incus:p/c1", "c1", NULL, "p", FACET_CGROUP, NULL},
     MANAGER_INCUS,
     COMMAND_MEMORY,
     1,
     512 * MIB,
     "incus config set --project=p c1 limits.memory=512MiB"},
    {{GUEST_LXC, "/lxc.payload.c1", "lxd:c1", "c1", NULL, NULL, FACET_CGROUP, NULL},
     MANAGER_LXD,
     COMMAND_CORES,
     1,
     1.5,
     "lxc config set c1 limits.cpu.allowance=150ms/100ms"},
    {{GUEST_DOCKER, "/docker/" HEX64, NULL, "nginx", HEX64, "shop", FACET_CGROUP, NULL},
     MANAGER_DOCKER,
     COMMAND_CORES,
     0.5,
     0.75,
     "docker update --cpus=0.75 nginx"},
    {{GUEST_DOCKER, "/docker/" HEX64, NULL, "a'b", HEX64, NULL, FACET_CGROUP, NULL},
     MANAGER_DOCKER,
     COMMAND_MEMORY,
     512 * MIB,
     600 * MIB,
     "docker update --memory=600m --memory-swap=1200m " HEX64},
    {{GUEST_DOCKER, "/docker/" HEX64, NULL, "nginx", HEX64, NULL, FACET_CGROUP, NULL},
     MANAGER_DOCKER,
     COMMAND_MEMORY,
     512 * MIB,
     256 * MIB,
     "docker update --memory=256m nginx"},
    {{GUEST_DOCKER, "/docker/" HEX64, NULL, "nginx", HEX64, NULL, FACET_CGROUP, NULL},
     MANAGER_DOCKER,
     COMMAND_VCPUS,
     1,
     2,
     NULL},
    {{GUEST_PODMAN, "/libpod/" HEX64, NULL, "ci", HEX64, "pod-ci", FACET_CGROUP, NULL},
     MANAGER_PODMAN,
     COMMAND_MEMORY,
     512 * MIB,
     256 * MIB,
     "podman update --memory=256m ci"},
    {{GUEST_CONTAINERD, "/default/" HEX64, NULL, "x", HEX64, NULL, FACET_CGROUP, NULL},
     MANAGER_NERDCTL,
     COMMAND_CORES,
     1,
     2,
     "nerdctl update --cpus=2 x"},
    {{GUEST_CONTAINERD, "/default/x", NULL, "x", NULL, NULL, FACET_CGROUP, NULL},
     MANAGER_NONE,
     COMMAND_CORES,
     1,
     2,
     NULL},
    {{GUEST_CONTAINERD, "/kubepods/" HEX64, NULL, "search-1/indexer", HEX64, "prod/search-1",
      FACET_CGROUP, NULL},
     MANAGER_KUBERNETES,
     COMMAND_CORES,
     0.25,
     0.4,
     "kubectl --namespace=prod patch pod --subresource=resize '--patch={\"spec\":{\"containers\":"
     "[{\"name\":\"indexer\",\"resources\":{\"limits\":{\"cpu\":\"400m\"}}}]}}' -- search-1"},
    {{GUEST_CRIO, "/kubepods/" HEX64, NULL, "0123", HEX64, "podb8d1", FACET_CGROUP, NULL},
     MANAGER_CRI,
     COMMAND_CORES,
     0.25,
     0.4,
     "crictl update --cpu-period=100000 --cpu-quota=40000 " HEX64},
    {{GUEST_CRIO, "/kubepods/" HEX64, NULL, "0123", HEX64, "podb8d1", FACET_CGROUP, NULL},
     MANAGER_CRI,
     COMMAND_MEMORY,
     1,
     2 * MIB,
     "crictl update --memory=2097152 " HEX64},
    {{GUEST_NSPAWN, "/machine.slice/systemd-nspawn@b\\x2d1.service", NULL, "b-1", NULL, NULL,
      FACET_CGROUP, NULL},
     MANAGER_SYSTEMD,
     COMMAND_CORES,
     1,
     1.255,
     "systemctl set-property -- 'systemd-nspawn@b\\x2d1.service' CPUQuota=126%"},
    {{GUEST_SERVICE, "/user.slice/user-1000.slice/user@1000.service/app.slice/a.service", NULL,
      "a.service", NULL, NULL, FACET_CGROUP, NULL},
     MANAGER_SYSTEMD,
     COMMAND_MEMORY,
     1,
     4 * MIB,
     "systemctl --user set-property -- a.service MemoryMax=4194304"},
    {{GUEST_SERVICE, "/user.slice/user-1000.slice", NULL, "user-1000.slice", NULL, NULL,
      FACET_CGROUP, NULL},
     MANAGER_SYSTEMD,
     COMMAND_MEMORY,
     1,
     4 * MIB,
     "systemctl set-property -- user-1000.slice MemoryMax=4194304"},
    {{GUEST_SERVICE, "/system.slice/evil\033[2J.service", NULL, "evil", NULL, NULL, FACET_CGROUP,
      NULL},
     MANAGER_NONE,
     COMMAND_MEMORY,
     1,
     4 * MIB,
     NULL},
    {{GUEST_LIBVIRT_LXC, "libvirt:x", NULL, "ct", UUID, NULL, FACET_DOMAIN, "lxc:///system"},
     MANAGER_LIBVIRT_LXC,
     COMMAND_MEMORY,
     1,
     64 * MIB,
     "virsh -c lxc:///system memtune ct --hard-limit 65536 --live --config"},
    {{GUEST_LIBVIRT_LXC, "libvirt:x", NULL, "ct", UUID, NULL, FACET_DOMAIN, "lxc:///system"},
     MANAGER_LIBVIRT_LXC,
     COMMAND_CORES,
     1,
     2.5,
     "virsh -c lxc:///system schedinfo ct --live --config vcpu_quota=250000"},
    {{GUEST_BUILDKIT, "/buildkit/abc", NULL, "abc", NULL, NULL, FACET_CGROUP, NULL},
     MANAGER_NONE,
     COMMAND_CORES,
     1,
     2,
     NULL},
    {{GUEST_DOCKER, "/docker/" HEX64, NULL, "nginx", HEX64, NULL, FACET_CGROUP, NULL},
     MANAGER_DOCKER,
     COMMAND_CORES,
     NAN,
     NAN,
     NULL},
    {{GUEST_DOCKER, "/docker/" HEX64, NULL, "nginx", HEX64, NULL, FACET_CGROUP, NULL},
     MANAGER_DOCKER,
     COMMAND_MEMORY,
     NAN,
     -INFINITY,
     NULL},
    {{GUEST_DOCKER, "/docker/" HEX64, NULL, "nginx", HEX64, NULL, FACET_CGROUP, NULL},
     MANAGER_DOCKER,
     COMMAND_MEMORY,
     1,
     0,
     NULL},
};

static void test_commands(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
        struct stage s;
        set_up(&s, &CASES[i].who);
        char *command = command_for(s.roster, s.guest, CASES[i].change, CASES[i].from, CASES[i].to);
        g_test_message("%s: %s", CASES[i].who.key, command ? command : "(none)");
        g_assert_cmpint(manager_of(s.guest), ==, CASES[i].manager);
        g_assert_cmpstr(command, ==, CASES[i].command);
        g_free(command);
        roster_free(s.roster);
    }
}

/* ---- a real shell ---- */

/* Each word on a line, as /bin/sh reads the command. */
static char *words_of(const char *command)
{
    char *script = g_strdup_printf("printf '<%%s>' %s", command), *out = NULL;
    char *argv[] = {(char *)"/bin/sh", (char *)"-c", script, NULL};

    g_assert_true(g_spawn_sync(NULL, argv, NULL, 0, NULL, NULL, &out, NULL, NULL, NULL));
    g_free(script);
    return out;
}

static void test_shell(void)
{
    static const char *const words[] = {
        "plain",        "two words", "it's",        "'",     "''",
        "$(reboot)",    "`reboot`",  "a;b|c&d>e<f", "\\",    "\"",
        "$HOME",        "*",         "~",           "!!",    "#x",
        "a=b",          "",          "-rf",         "{a,b}", "[a]",
        "\u5e33\u7968", "a\tb",      "%s",          "\\n",   "'; rm -rf / #"};

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        char *quoted = command_quote(words[i]), *read = words_of(quoted);
        char *expected = g_strdup_printf("<%s>", words[i]);
        g_assert_cmpstr(read, ==, expected);
        g_free(expected);
        g_free(read);
        g_free(quoted);
    }
}

/* A pod whose names try to leave their quotes, those of JSON and those of the shell. */
static void test_hostile_pod(void)
{
    static const struct who who = {
        GUEST_CONTAINERD, "/kubepods/" HEX64, NULL, "p/c\"}]}'; reboot #", HEX64,
        "n'$(x)/p; ls",   FACET_CGROUP,       NULL};
    struct stage s;

    set_up(&s, &who);
    char *command = command_for(s.roster, s.guest, COMMAND_MEMORY, 1, 512 * MIB);
    char *words = words_of(command);
    g_assert_cmpstr(words, ==,
                    "<kubectl><--namespace=n'$(x)><patch><pod><--subresource=resize>"
                    "<--patch={\"spec\":{\"containers\":[{\"name\":\"c\\\"}]}'; reboot #\","
                    "\"resources\":{\"limits\":{\"memory\":\"512Mi\"}}}]}}><--><p; ls>");
    g_free(words);
    g_free(command);
    roster_free(s.roster);
}

static void test_hostile_domain(void)
{
    static const struct who who = {GUEST_VM, "libvirt:x", NULL,         "a'; rm -rf $HOME; '",
                                   NULL,     NULL,        FACET_DOMAIN, "qemu:///system"};
    struct stage s;

    set_up(&s, &who);
    char *command = command_for(s.roster, s.guest, COMMAND_VCPUS, 2, 4), *words = words_of(command);
    g_assert_cmpstr(words, ==,
                    "<virsh><-c><qemu:///system><setvcpus><a'; rm -rf $HOME; '><4><--live>"
                    "<--config>");
    g_free(words);
    g_free(command);
    roster_free(s.roster);
}

static void test_notes(void)
{
    static const struct who vm = {GUEST_VM, "x", NULL, "vm", NULL, NULL, FACET_DOMAIN, NULL};
    static const struct who rootless = {
        GUEST_PODMAN, "/user.slice/user-7.slice/user@7.service/" HEX64,
        NULL,         "ci",
        HEX64,        NULL,
        FACET_CGROUP, NULL};
    struct stage s;

    set_up(&s, &vm);
    g_assert_null(command_note(s.guest, COMMAND_VCPUS, 2, 4));
    g_assert_cmpstr(command_note(s.guest, COMMAND_VCPUS, 4, 2), ==,
                    "it takes effect at the next start of the guest");
    roster_free(s.roster);
    set_up(&s, &rootless);
    g_assert_cmpstr(command_note(s.guest, COMMAND_MEMORY, 4, 2), ==,
                    "as the user to whom it belongs");
    roster_free(s.roster);
}

static void test_names(void)
{
    g_assert_cmpstr(manager_name(MANAGER_NONE), ==, "");
    for (enum manager m = MANAGER_NONE + 1; m < MANAGER_COUNT; m++)
        g_assert_cmpuint(strlen(manager_name(m)), >, 2);
}

/* Nothing of a transient domain can be changed for its next start: it has none. */
static void test_transient(void)
{
    static const struct who vm = {GUEST_VM,     "libvirt:x", NULL, "web-1", UUID, NULL,
                                  FACET_DOMAIN, NULL},
                            ct = {GUEST_LIBVIRT_LXC, "libvirt:x", NULL, "ct", UUID, NULL,
                                  FACET_DOMAIN,      NULL};
    static const struct {
        const struct who *who;
        enum command_change change;
        double from, to;
        const char *command;
    } cases[] = {
        {&vm, COMMAND_VCPUS, 4, 6, "virsh setvcpus web-1 6 --live"},
        {&vm, COMMAND_VCPUS, 4, 2, NULL},
        {&vm, COMMAND_MEMORY, 512 * MIB, 256 * MIB, "virsh setmem web-1 262144 --live"},
        {&ct, COMMAND_MEMORY, 512 * MIB, 1024 * MIB, "virsh memtune ct --hard-limit 1048576 --live"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct stage s;
        set_up_domain(&s, cases[i].who, true);
        char *command =
            command_for(s.roster, s.guest, cases[i].change, cases[i].from, cases[i].to);
        g_assert_cmpstr(command, ==, cases[i].command);
        g_free(command);
        roster_free(s.roster);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/command/commands", test_commands);
    g_test_add_func("/command/shell", test_shell);
    g_test_add_func("/command/hostile-pod", test_hostile_pod);
    g_test_add_func("/command/hostile-domain", test_hostile_domain);
    g_test_add_func("/command/notes", test_notes);
    g_test_add_func("/command/names", test_names);
    g_test_add_func("/command/transient", test_transient);
    return g_test_run();
}
