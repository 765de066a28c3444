/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_qemu.h"

#include "collect/process/process_option.h"
#include "collect/process/process_size.h"

#include <glib.h>
#include <string.h>

struct qemu {
    struct process_args *out;
    struct process_size size;
    char *type;      /* of the machine; NULL = not said */
    bool kin;        /* the program descends from QEMU, and has defaults of its own */
    bool configured; /* a file says more */
    bool accel_said;
};

/* ---- the machine ---- */

static void set_accel(struct qemu *q, const char *value)
{
    enum accel accel = strcmp(value, "kvm") == 0   ? ACCEL_KVM
                       : strcmp(value, "tcg") == 0 ? ACCEL_TCG
                                                   : ACCEL_UNKNOWN;

    /* "accel=kvm:tcg" tries one after the other: what it became is not said here. */
    q->out->accel = accel;
    q->out->probe |= strcmp(value, "xen") == 0;
    q->accel_said = true;
}

/* "-accel kvm -accel tcg" is the same. */
static void take_accel(struct qemu *q, const char *value)
{
    char *name = process_option_field(value, "accel", "accel");
    enum accel before = q->out->accel;
    bool again = q->accel_said;

    if (name)
        set_accel(q, name);
    if (again && q->out->accel != before)
        q->out->accel = ACCEL_UNKNOWN;
    g_free(name);
}

/* A machine of type "none" answers libvirt's questions; the device model of a Xen domain serves its
 * devices while the hypervisor runs it. */
static void on_machine(void *data, const char *key, const char *value)
{
    struct qemu *q = data;

    if (strcmp(key, "type") == 0)
        process_words_set(&q->type, g_strdup(value));
    else if (strcmp(key, "accel") == 0)
        set_accel(q, value);
    else
        process_size_machine(&q->size, key, value);
}

static void take_machine(struct qemu *q, const char *value)
{
    process_option_each(value, "type", on_machine, q);
}

static void take_device(struct qemu *q, const char *value)
{
    char *driver = process_option_field(value, "driver", "driver");
    char *host = process_option_field(value, "host", NULL);

    if (driver && !process_size_device(&q->size, driver, value))
        process_disks_add_device(&q->out->disks, driver, host);
    g_free(host);
    g_free(driver);
}

static void take_memory(struct qemu *q, const char *value)
{
    process_size_memory(&q->size, value);
}

static void take_smp(struct qemu *q, const char *value)
{
    process_size_smp(&q->size, value);
}

static void take_object(struct qemu *q, const char *value)
{
    process_size_object(&q->size, value);
}

/* ---- identity ---- */

static void take_name(struct qemu *q, const char *value)
{
    process_words_set(&q->out->name, process_option_field(value, "guest", "guest"));
}

static void take_uuid(struct qemu *q, const char *value)
{
    process_words_set_uuid(&q->out->uuid, g_strdup(value));
}

static void take_smbios(struct qemu *q, const char *value)
{
    char *type = process_option_field(value, "type", NULL);

    if (type && strcmp(type, "1") == 0)
        process_words_set_uuid(&q->out->uuid, process_option_field(value, "uuid", NULL));
    g_free(type);
}

/* Proxmox names the pid file after the number of the guest. */
static void take_pidfile(struct qemu *q, const char *path)
{
    static const char before[] = "/qemu-server/", after[] = ".pid";
    const char *p = strstr(path, before);

    if (!p || !g_str_has_suffix(p, after))
        return;
    p += strlen(before);
    size_t n = strspn(p, "0123456789");
    if (n && strcmp(p + n, after) == 0)
        process_words_set(&q->out->id, g_strndup(p, n));
}

/* The Android emulator calls its machines virtual devices, and has them described in a file. */
static void take_avd(struct qemu *q, const char *value)
{
    q->kin = true;
    process_words_set(&q->out->name, g_strdup(value));
}

/* ---- its options ---- */

static void take_network(struct qemu *q, const char *value)
{
    q->out->network |= strcmp(value, "none") != 0;
}

static void take_image(struct qemu *q, const char *value)
{
    process_disks_add_name(&q->out->disks, value);
}

static void take_drive(struct qemu *q, const char *value)
{
    process_disks_add_list(&q->out->disks, value);
}

static void take_xen_domain(struct qemu *q, const char *value)
{
    (void)value;
    q->out->probe = true;
}

static void take_nothing(struct qemu *q, const char *value)
{
    (void)q;
    (void)value;
}

/* These have a value, even one that begins with a dash. */
static const struct option {
    const char *name;
    void (*take)(struct qemu *q, const char *value);
    bool own; /* hardly any other program has an option like it */
} OPTIONS[] = {
    {"name", take_name, false},       {"uuid", take_uuid, false},
    {"m", take_memory, false},        {"memory", take_memory, false},
    {"smp", take_smp, true},          {"cores", take_smp, false},
    {"accel", take_accel, true},      {"machine", take_machine, true},
    {"M", take_machine, true},        {"smbios", take_smbios, true},
    {"pidfile", take_pidfile, false}, {"object", take_object, true},
    {"device", take_device, true},    {"netdev", take_network, true},
    {"nic", take_network, true},      {"net", take_network, false},
    {"drive", take_drive, true},      {"blockdev", take_drive, true},
    {"hda", take_image, true},        {"hdb", take_image, true},
    {"hdc", take_image, true},        {"hdd", take_image, true},
    {"cdrom", take_image, true},      {"fda", take_image, true},
    {"fdb", take_image, true},        {"sd", take_image, false},
    {"mtdblock", take_image, true},   {"pflash", take_image, true},
    {"avd", take_avd, true},          {"xen-domid", take_xen_domain, true},
    {"append", take_nothing, false},  {"cpu", take_nothing, false},
    {"kernel", take_nothing, false},  {"initrd", take_nothing, false},
    {"qmp", take_nothing, true},      {"mon", take_nothing, true},
    {"chardev", take_nothing, true},  {"monitor", take_nothing, false},
    {"rtc", take_nothing, false},     {"boot", take_nothing, false},
};

/* These have none, so that the next word is not their value. */
static const char *const FLAGS[] = {
    "S",
    "s",
    "snapshot",
    "daemonize",
    "nographic",
    "no-reboot",
    "no-shutdown",
    "no-acpi",
    "no-hpet",
    "no-fd-bootchk",
    "nodefaults",
    "no-defaults",
    "no-user-config",
    "nodefconfig",
    "full-screen",
    "no-quit",
    "sdl",
    "curses",
    "portrait",
    "singlestep",
    "usb",
    "win2k-hack",
    "rtc-td-hack",
    "localtime",
    "no-kvm-irqchip",
    "no-kvm-pit",
    "alt-grab",
    "ctrl-grab",
    "semihosting",
    "xen-attach",
    "mem-prealloc",
    "preconfig",
    "only-migratable",
    "enable-fips",
    "enable-sync-profile",
    "old-param",
    "no-frame",
    "xen-create",
    "no-kvm-pit-reinjection",
};

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Options that need no value. Whether it was one. */
static bool take_flag(struct qemu *q, const char *name)
{
    static const char *const questions[] = {"version", "help", "h"};

    if (is_one_of(name, questions, G_N_ELEMENTS(questions)))
        q->out->probe = true;
    else if (strcmp(name, "enable-kvm") == 0)
        set_accel(q, "kvm");
    else if (strcmp(name, "no-kvm") == 0)
        set_accel(q, "tcg");
    else
        return is_one_of(name, FLAGS, G_N_ELEMENTS(FLAGS));
    return true;
}

static const struct option *find_option(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(OPTIONS); i++)
        if (strcmp(name, OPTIONS[i].name) == 0)
            return &OPTIONS[i];
    return NULL;
}

static void take_option(struct qemu *q, const char *name, struct process_words *words)
{
    static const char *const questions[] = {"help", "?"};
    const struct option *option = find_option(name);

    if (take_flag(q, name))
        return;
    q->configured |= strcmp(name, "readconfig") == 0;
    if (!option && words->at < words->end && *words->at == '-')
        return; /* it may be a flag that is not known here */
    const char *value = process_words_next(words);
    if (!option || !value)
        return;
    if (is_one_of(value, questions, G_N_ELEMENTS(questions)))
        q->out->probe |= option->own;
    else
        option->take(q, value);
}

/* "--name" is the same as "-name". */
static const char *option_name(const char *word)
{
    return word + (word[1] == '-' ? 2 : 1);
}

static void take_word(struct qemu *q, const char *word, struct process_words *words)
{
    if (*word == '-')
        take_option(q, option_name(word), words);
    else if (*word == '@')
        take_avd(q, word + 1);
    else if (!q->kin)
        take_image(q, word);
}

bool process_qemu_speaks(struct process_words words)
{
    const char *word;
    int own = 0;

    while ((word = process_words_next(&words))) {
        const struct option *option = *word == '-' && word[1] != '-' ? find_option(word + 1) : NULL;
        own += option && option->own;
    }
    return own >= 2;
}

/* ---- all of it ---- */

/* "qemu-system-ARCH", as it is or as NixOS and Guix wrap it. */
static bool is_qemu(const char *program)
{
    static const char *const names[] = {"kvm", "qemu-kvm"};
    static const char system[] = "qemu-system-";

    if (g_str_has_prefix(program, system)) {
        const char *arch = program + strlen(system);
        const char *rest = arch + strspn(arch, "abcdefghijklmnopqrstuvwxyz0123456789_");
        return rest > arch && (!*rest || process_words_is_wrapped(rest));
    }
    return is_one_of(program, names, G_N_ELEMENTS(names));
}

/* QEMU prefers KVM if its name ends in "kvm" (configure_accelerators() in its system/vl.c). */
static void settle_accel(struct qemu *q, const char *program)
{
    if (!q->accel_said && !q->configured && !q->kin)
        q->out->accel = g_str_has_suffix(program, "kvm") ? ACCEL_KVM : ACCEL_TCG;
}

static void settle_size(struct qemu *q, const char *program)
{
    bool stock = !q->kin && !q->configured;

    q->out->memory_bytes =
        process_size_bytes(&q->size, stock ? process_size_default(program, q->type) : 0);
    q->out->vcpus = process_size_vcpus(&q->size, stock, q->configured);
}

void process_qemu_parse(struct process_args *out, const char *program, struct process_words words)
{
    struct qemu q = {.out = out};
    const char *base = process_words_base(program), *word;

    base += strspn(base, ".");
    q.kin = !is_qemu(base);
    process_size_init(&q.size);
    while ((word = process_words_next(&words)))
        take_word(&q, word, &words);
    out->probe |= q.type && (strcmp(q.type, "none") == 0 || g_str_has_prefix(q.type, "xen"));
    settle_accel(&q, base);
    settle_size(&q, base);
    process_size_clear(&q.size);
    g_free(q.type);
}
