/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_size.h"

#include "collect/process/process_option.h"

#include <string.h>

#define MIB (UINT64_C(1) << 20)
enum { VCPUS_MAX = 65536 };

enum smp_key { SMP_CPUS, SMP_MAXCPUS, SMP_DISABLED, SMP_THREADS };

/* From SMP_THREADS on, the levels of the topology. */
static const char *const SMP_NAMES[PROCESS_SMP_KEYS] = {
    "cpus",     "maxcpus", "disabledcpus", "threads", "cores",  "modules",
    "clusters", "dies",    "sockets",      "books",   "drawers"};

struct backend {
    char *id;
    uint64_t bytes;
};

static void free_backend(void *backend)
{
    g_free(((struct backend *)backend)->id);
}

void process_size_init(struct process_size *s)
{
    *s = (struct process_size){.backends = g_array_new(FALSE, FALSE, sizeof(struct backend)),
                               .dimms = g_ptr_array_new_with_free_func(g_free)};
    g_array_set_clear_func(s->backends, free_backend);
}

void process_size_clear(struct process_size *s)
{
    g_array_free(s->backends, TRUE);
    g_ptr_array_free(s->dimms, TRUE);
    g_free(s->ram);
    *s = (struct process_size){0};
}

/* ---- memory ---- */

/* Without a suffix a size is in MiB; "0x6F" ends in a letter, and is bytes. QEMU rounds up to whole
 * pages of 8 KiB. */
static void on_memory(void *data, const char *key, const char *value)
{
    const uint64_t page = 8192;
    size_t length = strlen(value);
    struct process_size *s = data;
    uint64_t bytes;

    if (strcmp(key, "size") == 0 && length &&
        process_option_size(value, g_ascii_isdigit(value[length - 1]) ? MIB : 1, &bytes))
        s->memory = bytes <= UINT64_MAX - page ? (bytes + page - 1) / page * page : 0;
}

void process_size_memory(struct process_size *s, const char *list)
{
    process_option_each(list, "size", on_memory, s);
}

/* QEMU takes 256; a command line can name many more, and each backend is searched for. */
enum { MODULES_MAX = 1024 };

void process_size_object(struct process_size *s, const char *list)
{
    char *type = process_option_field(list, "qom-type", "qom-type");
    char *size = process_option_field(list, "size", NULL);
    struct backend b = {.id = process_option_field(list, "id", NULL)};

    if (type && g_str_has_prefix(type, "memory-backend-") && b.id &&
        s->backends->len < MODULES_MAX && process_option_size(size, 1, &b.bytes))
        g_array_append_val(s->backends, b);
    else
        g_free(b.id);
    g_free(size);
    g_free(type);
}

static void add_dimm(struct process_size *s, const char *memdev)
{
    if (s->dimms->len < MODULES_MAX)
        g_ptr_array_add(s->dimms, g_strdup(memdev));
}

static uint64_t backend_bytes(const struct process_size *s, const char *id)
{
    for (guint i = 0; id && i < s->backends->len; i++)
        if (strcmp(g_array_index(s->backends, struct backend, i).id, id) == 0)
            return g_array_index(s->backends, struct backend, i).bytes;
    return 0;
}

/* QEMU says 128 MiB unless a machine type has its own (default_ram_size in its hw/). */
uint64_t process_size_default(const char *program, const char *type)
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
        if (g_str_has_prefix(program, defaults[i].program) && !type == !defaults[i].type &&
            (!type || g_str_has_prefix(type, defaults[i].type)))
            return defaults[i].mib * MIB;
    return 0;
}

/* No machine has as much: a sum that overflows is not known to be any size. */
static uint64_t add_bytes(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t process_size_bytes(const struct process_size *s, uint64_t unsaid)
{
    uint64_t bytes = backend_bytes(s, s->ram);

    if (!bytes)
        bytes = s->memory ? s->memory : unsaid;
    if (!bytes)
        return 0;
    for (guint i = 0; i < s->dimms->len; i++)
        bytes = add_bytes(bytes, backend_bytes(s, g_ptr_array_index(s->dimms, i)));
    return add_bytes(bytes, s->virtio_mem);
}

/* ---- vCPUs ---- */

static void on_smp(void *data, const char *key, const char *value)
{
    struct process_size *s = data;
    uint64_t n;

    for (size_t i = 0; i < G_N_ELEMENTS(SMP_NAMES); i++) {
        if (strcmp(key, SMP_NAMES[i]) != 0 || !process_option_size(value, 1, &n) || n > VCPUS_MAX)
            continue;
        s->smp[i] = n;
        s->smp_said = true;
    }
}

void process_size_smp(struct process_size *s, const char *list)
{
    process_option_each(list, "cpus", on_smp, s);
}

/* What is left out is worked out from the rest (machine_parse_smp_config() in QEMU's
 * hw/core/machine-smp.c): there may be as many CPUs as the product of all levels, where a level
 * that is not said counts once. Machine types before 6.2 prefer sockets to cores for what is
 * missing; that does not change the number of CPUs. */
static uint64_t smp_cpus(const struct process_size *s)
{
    uint64_t most = s->smp[SMP_MAXCPUS];

    if (s->smp[SMP_CPUS])
        return s->smp[SMP_CPUS];
    if (!most) {
        most = 1;
        for (size_t i = SMP_THREADS; i < G_N_ELEMENTS(SMP_NAMES) && most <= VCPUS_MAX; i++)
            most *= MAX(s->smp[i], 1);
    }
    return most > s->smp[SMP_DISABLED] ? most - s->smp[SMP_DISABLED] : 0;
}

unsigned process_size_vcpus(const struct process_size *s, unsigned unsaid, bool configured)
{
    bool said = s->smp_said && (s->smp[SMP_CPUS] || !configured);
    uint64_t cpus = said ? smp_cpus(s) : unsaid;

    if (cpus)
        cpus += s->cpus + s->cores * MAX(s->smp[SMP_THREADS], 1);
    return cpus <= VCPUS_MAX ? (unsigned)cpus : 0;
}

/* ---- both ---- */

void process_size_machine(struct process_size *s, const char *key, const char *value)
{
    static const char smp[] = "smp.";

    if (strcmp(key, "memory-backend") == 0 && *value) {
        g_free(s->ram);
        s->ram = g_strdup(value);
    } else if (strcmp(key, "memory.size") == 0) {
        on_memory(s, "size", value);
    } else if (g_str_has_prefix(key, smp)) {
        on_smp(s, key + strlen(smp), value);
    }
}

/* A module of memory (that of an nvdimm is a disk), or what virtio-mem was asked to have. */
static bool add_memory(struct process_size *s, const char *driver, const char *list)
{
    char *memdev = process_option_field(list, "memdev", NULL);
    char *requested = process_option_field(list, "requested-size", NULL);
    bool module = strcmp(driver, "pc-dimm") == 0, flexible = g_str_has_prefix(driver, "virtio-mem");
    uint64_t bytes;

    if (module && memdev)
        add_dimm(s, memdev);
    else if (flexible && process_option_size(requested, 1, &bytes))
        s->virtio_mem += bytes;
    g_free(requested);
    g_free(memdev);
    return module || flexible;
}

bool process_size_device(struct process_size *s, const char *driver, const char *list)
{
    bool core = g_str_has_suffix(driver, "-spapr-cpu-core"), cpu = g_str_has_suffix(driver, "-cpu");

    s->cores += core;
    s->cpus += cpu;
    return core || cpu || add_memory(s, driver, list);
}
