#include <config.h>

#include "collect/process/process_qemu.h"

#include "collect/process/process_option.h"

#include <glib.h>
#include <string.h>

#define MIB (UINT64_C(1) << 20)
enum { VCPUS_MAX = 65536 };

enum smp_key { SMP_CPUS, SMP_MAXCPUS, SMP_DISABLED, SMP_THREADS };

/* From SMP_THREADS on the levels of the topology. */
static const char *const SMP_NAMES[] = {"cpus",    "maxcpus", "disabledcpus", "threads",
                                        "cores",   "modules", "clusters",     "dies",
                                        "sockets", "books",   "drawers"};

struct backend {
    char *id;
    uint64_t bytes;
};

struct qemu {
    struct process_args *out;
    char *type; /* of the machine; NULL = not said */
    bool kin;   /* the program descends from QEMU, and has defaults of its own */
    bool configured;
    bool accel_said;
    uint64_t memory;                       /* 0 = not said */
    uint64_t smp[G_N_ELEMENTS(SMP_NAMES)]; /* 0 = not said */
    bool smp_said;
    unsigned cpus, cores; /* plugged in as devices */
    char *ram;            /* the memory backend that is the machine's main memory */
    GArray *backends;
    GPtrArray *dimms; /* char *: ids of their backends */
    uint64_t virtio_mem;
};

/* ---- memory ---- */

/* Without a suffix a size is in MiB; "0x6F" ends in a letter, and is bytes. QEMU rounds up to whole
 * pages of 8 KiB. */
static void on_memory(void *data, const char *key, const char *value)
{
    size_t length = strlen(value);
    struct qemu *q = data;
    uint64_t bytes;

    if (strcmp(key, "size") != 0 || !length ||
        !process_option_size(value, g_ascii_isdigit(value[length - 1]) ? MIB : 1, &bytes))
        return;
    q->memory = bytes <= UINT64_MAX - 8191 ? (bytes + 8191) & ~UINT64_C(8191) : 0;
}

static void take_memory(struct qemu *q, const char *value)
{
    process_option_each(value, "size", on_memory, q);
}

static void free_backend(void *backend)
{
    g_free(((struct backend *)backend)->id);
}

static void take_object(struct qemu *q, const char *value)
{
    char *type = process_option_field(value, "qom-type", "qom-type");
    char *size = process_option_field(value, "size", NULL);
    struct backend b = {.id = process_option_field(value, "id", NULL)};

    if (type && g_str_has_prefix(type, "memory-backend-") && b.id &&
        process_option_size(size, 1, &b.bytes))
        g_array_append_val(q->backends, b);
    else
        g_free(b.id);
    g_free(size);
    g_free(type);
}

static uint64_t backend_bytes(const struct qemu *q, const char *id)
{
    for (guint i = 0; id && i < q->backends->len; i++)
        if (strcmp(g_array_index(q->backends, struct backend, i).id, id) == 0)
            return g_array_index(q->backends, struct backend, i).bytes;
    return 0;
}

/* Of the machine types that have been asked; of others it is not known. QEMU says 128 MiB unless a
 * type has its own (default_ram_size in its hw/). */
static uint64_t default_memory(const struct qemu *q, const char *program)
{
    static const struct {
        const char *program, *type; /* what they begin with; NULL: no type was given */
        unsigned mib;
    } defaults[] = {
        {"qemu-system-loongarch64", NULL, 1024},
        {"qemu-system-loongarch64", "virt", 1024},
        {"qemu-system-ppc64", NULL, 512},
        {"", "pseries", 512},
        {"qemu-system-x86_64", NULL, 128},
        {"qemu-system-i386", NULL, 128},
        {"qemu-system-s390x", NULL, 128},
        {"qemu-system-riscv", NULL, 128},
        {"qemu-kvm", NULL, 128},
        {"kvm", NULL, 128},
        {"", "pc", 128},
        {"", "q35", 128},
        {"", "microvm", 128},
        {"", "virt", 128},
        {"", "s390-ccw", 128},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++)
        if (g_str_has_prefix(program, defaults[i].program) && !q->type == !defaults[i].type &&
            (!q->type || g_str_has_prefix(q->type, defaults[i].type)))
            return defaults[i].mib * MIB;
    return 0;
}

static void settle_memory(struct qemu *q, const char *program)
{
    uint64_t bytes = backend_bytes(q, q->ram);

    if (!bytes)
        bytes = q->memory;
    if (!bytes && !q->kin && !q->configured)
        bytes = default_memory(q, program);
    if (!bytes)
        return;
    for (guint i = 0; i < q->dimms->len; i++)
        bytes += backend_bytes(q, g_ptr_array_index(q->dimms, i));
    q->out->memory_bytes = bytes + q->virtio_mem;
}

/* ---- vCPUs ---- */

static void on_smp(void *data, const char *key, const char *value)
{
    struct qemu *q = data;
    uint64_t n;

    for (size_t i = 0; i < G_N_ELEMENTS(SMP_NAMES); i++) {
        if (strcmp(key, SMP_NAMES[i]) != 0 || !process_option_size(value, 1, &n) || n > VCPUS_MAX)
            continue;
        q->smp[i] = n;
        q->smp_said = true;
    }
}

static void take_smp(struct qemu *q, const char *value)
{
    process_option_each(value, "cpus", on_smp, q);
}

/* What is left out is worked out from the rest (machine_parse_smp_config() in QEMU's
 * hw/core/machine-smp.c): how many CPUs there may be is the product of all levels, one of each that
 * is not said. Whether cores or sockets fill what is missing depends on the machine type, and does
 * not change how many CPUs there are. */
static uint64_t smp_cpus(const struct qemu *q)
{
    uint64_t most = q->smp[SMP_MAXCPUS];

    if (q->smp[SMP_CPUS])
        return q->smp[SMP_CPUS];
    if (!most) {
        most = 1;
        for (size_t i = SMP_THREADS; i < G_N_ELEMENTS(SMP_NAMES) && most <= VCPUS_MAX; i++)
            most *= MAX(q->smp[i], 1);
    }
    return most > q->smp[SMP_DISABLED] ? most - q->smp[SMP_DISABLED] : 0;
}

static void settle_vcpus(struct qemu *q)
{
    bool said = q->smp_said && (q->smp[SMP_CPUS] || !q->configured);
    uint64_t cpus = said ? smp_cpus(q) : !q->kin && !q->configured;

    if (cpus)
        cpus += q->cpus + q->cores * MAX(q->smp[SMP_THREADS], 1);
    q->out->vcpus = cpus <= VCPUS_MAX ? (unsigned)cpus : 0;
}

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
    else if (strcmp(key, "memory-backend") == 0)
        process_words_set(&q->ram, g_strdup(value));
    else if (strcmp(key, "memory.size") == 0)
        on_memory(q, "size", value);
    else if (g_str_has_prefix(key, "smp."))
        on_smp(q, key + strlen("smp."), value);
}

static void take_machine(struct qemu *q, const char *value)
{
    process_option_each(value, "type", on_machine, q);
}

static void take_device(struct qemu *q, const char *value)
{
    char *driver = process_option_field(value, "driver", "driver");
    char *memdev = process_option_field(value, "memdev", NULL);
    char *requested = process_option_field(value, "requested-size", NULL);
    char *host = process_option_field(value, "host", NULL);
    uint64_t bytes;

    if (driver && memdev && strcmp(driver, "pc-dimm") == 0)
        g_ptr_array_add(q->dimms, g_strdup(memdev));
    else if (driver && g_str_has_prefix(driver, "virtio-mem") &&
             process_option_size(requested, 1, &bytes))
        q->virtio_mem += bytes;
    else if (driver && g_str_has_suffix(driver, "-spapr-cpu-core"))
        q->cores++;
    else if (driver && g_str_has_suffix(driver, "-cpu"))
        q->cpus++;
    else if (driver)
        process_disks_add_device(&q->out->disks, driver, host);
    g_free(host);
    g_free(requested);
    g_free(memdev);
    g_free(driver);
}

/* ---- who it is ---- */

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
        return rest > arch && (!*rest || process_args_is_wrapped(rest));
    }
    return is_one_of(program, names, G_N_ELEMENTS(names));
}

/* QEMU prefers KVM if its name ends in "kvm" (configure_accelerators() in its system/vl.c). */
static void settle_accel(struct qemu *q, const char *program)
{
    if (!q->accel_said && !q->configured && !q->kin)
        q->out->accel = g_str_has_suffix(program, "kvm") ? ACCEL_KVM : ACCEL_TCG;
}

void process_qemu_parse(struct process_args *out, const char *program, struct process_words words)
{
    struct qemu q = {.out = out, .dimms = g_ptr_array_new_with_free_func(g_free)};
    const char *base = process_words_base(program), *word;

    base += strspn(base, ".");
    q.kin = !is_qemu(base);
    q.backends = g_array_new(FALSE, FALSE, sizeof(struct backend));
    g_array_set_clear_func(q.backends, free_backend);
    while ((word = process_words_next(&words)))
        take_word(&q, word, &words);
    out->probe |= q.type && (strcmp(q.type, "none") == 0 || g_str_has_prefix(q.type, "xen"));
    settle_accel(&q, base);
    settle_memory(&q, base);
    settle_vcpus(&q);
    g_array_free(q.backends, TRUE);
    g_ptr_array_free(q.dimms, TRUE);
    g_free(q.ram);
    g_free(q.type);
}
