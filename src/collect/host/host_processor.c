/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/host_processor.h"

#include "base/parse.h"

#include <glib.h>
#include <string.h>

/* The value in a line "KEY : value", not NUL-terminated; NULL: another key, or no value. */
static const char *value_of_line(const char *line, const char *key, size_t *length)
{
    size_t label = strcspn(line, ":\n"), key_length = strlen(key);

    if (line[label] != ':' || strncmp(line, key, key_length) != 0 ||
        key_length + strspn(line + key_length, "\t ") != label)
        return NULL;
    const char *value = parse_blanks(line + label + 1);
    *length = strcspn(value, "\n");
    while (*length && g_ascii_isspace(value[*length - 1]))
        --*length;
    return *length ? value : NULL;
}

char *host_processor_field(const char *cpuinfo, const char *key)
{
    size_t length;

    for (const char *p = cpuinfo; *p; p = parse_next_line(p)) {
        const char *value = value_of_line(p, key, &length);
        if (value)
            return g_strndup(value, length);
    }
    return NULL;
}

/* ---- ARM ---- */

static const char *arm_maker(guint64 implementer)
{
    static const struct {
        guint64 implementer;
        const char *name;
    } makers[] = {
#define ARM_MAKER(implementer, name) {implementer, name},
#include "collect/host/arm_cores.def"
    };

    for (size_t i = 0; i < G_N_ELEMENTS(makers); i++)
        if (makers[i].implementer == implementer)
            return makers[i].name;
    return NULL;
}

static const char *arm_core(guint64 implementer, guint64 part)
{
    static const struct {
        guint64 implementer, part;
        const char *name;
    } cores[] = {
#define ARM_CORE(implementer, part, name) {implementer, part, name},
#include "collect/host/arm_cores.def"
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cores); i++)
        if (cores[i].implementer == implementer && cores[i].part == part)
            return cores[i].name;
    return NULL;
}

/* "ARM Cortex-A53"; "ARM part 0xabc" of a core that is not in the table. */
static char *arm_name(guint64 implementer, guint64 part)
{
    const char *maker = arm_maker(implementer), *core = arm_core(implementer, part);

    if (core && g_str_has_prefix(core, maker))
        return g_strdup(core);
    if (core)
        return g_strdup_printf("%s %s", maker, core);
    if (maker)
        return g_strdup_printf("%s part 0x%03x", maker, (unsigned)part);
    return g_strdup_printf("ARM implementer 0x%02x, part 0x%03x", (unsigned)implementer,
                           (unsigned)part);
}

static bool hex_of_line(const char *line, const char *key, guint64 *out)
{
    size_t length;
    const char *value = value_of_line(line, key, &length);

    if (value)
        *out = g_ascii_strtoull(value, NULL, 0);
    return value != NULL;
}

/* Every kind of core once, in the order of the processors (big.LITTLE has several kinds). */
static char *arm_cores(const char *cpuinfo)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    guint64 implementer = 0, part;
    bool known = false;

    for (const char *p = cpuinfo; *p; p = parse_next_line(p)) {
        known |= hex_of_line(p, "CPU implementer", &implementer);
        if (!known || !hex_of_line(p, "CPU part", &part))
            continue;
        char *name = arm_name(implementer, part);
        if (g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_free(name);
        else
            g_ptr_array_add(names, name);
    }
    g_ptr_array_add(names, NULL);
    char *all = names->len > 1 ? g_strjoinv(", ", (char **)names->pdata) : NULL;
    g_ptr_array_free(names, TRUE);
    return all;
}

/* The text is added because vendors' kernels put the chip's name there; others only have the
 * architecture ("ARMv7 Processor rev 4 (v7l)"). */
static char *arm_processor(const char *cpuinfo)
{
    char *cores = arm_cores(cpuinfo);
    char *model = cores ? host_processor_field(cpuinfo, "model name") : NULL;

    if (cores && !model)
        model = host_processor_field(cpuinfo, "Processor");
    char *name = model ? g_strdup_printf("%s (%s)", cores, model) : g_strdup(cores);
    g_free(model);
    g_free(cores);
    return name;
}

/* ---- s390 ---- */

static const char *s390_model(guint64 machine)
{
    static const struct {
        guint64 machine;
        const char *name;
    } models[] = {{2064, "z900"},    {2066, "z800"},    {2084, "z990"},    {2086, "z890"},
                  {2094, "z9 EC"},   {2096, "z9 BC"},   {2097, "z10 EC"},  {2098, "z10 BC"},
                  {2817, "z196"},    {2818, "z114"},    {2827, "zEC12"},   {2828, "zBC12"},
                  {2964, "z13"},     {2965, "z13s"},    {3906, "z14"},     {3907, "z14 ZR1"},
                  {8561, "z15 T01"}, {8562, "z15 T02"}, {3931, "z16 A01"}, {3932, "z16 A02"},
                  {9175, "z17 ME1"}};

    for (size_t i = 0; i < G_N_ELEMENTS(models); i++)
        if (models[i].machine == machine)
            return models[i].name;
    return NULL;
}

/* "processor 0: version = FF,  identification = 012345,  machine = 2964", or "machine : 2964". */
static char *s390_processor(const char *cpuinfo)
{
    char *vendor = host_processor_field(cpuinfo, "vendor_id");
    bool is_s390 = vendor && strcmp(vendor, "IBM/S390") == 0;
    char *field = is_s390 ? host_processor_field(cpuinfo, "machine") : NULL;
    const char *inside = is_s390 ? strstr(cpuinfo, "machine = ") : NULL;
    guint64 machine = field    ? g_ascii_strtoull(field, NULL, 10)
                      : inside ? g_ascii_strtoull(inside + strlen("machine = "), NULL, 10)
                               : 0;
    const char *model = s390_model(machine);
    char *name = model     ? g_strdup_printf("IBM %s (%u)", model, (unsigned)machine)
                 : machine ? g_strdup_printf("IBM machine %u", (unsigned)machine)
                 : is_s390 ? g_strdup("IBM/S390")
                           : NULL;

    g_free(field);
    g_free(vendor);
    return name;
}

/* ---- RISC-V ---- */

/* By JEDEC manufacturer id, as in the register mvendorid. */
static const char *riscv_maker(guint64 vendor)
{
    static const struct {
        guint64 vendor;
        const char *name;
    } makers[] = {{0x31e, "Andes"},   {0x489, "SiFive"},   {0x5b7, "T-Head"},
                  {0x61f, "Ventana"}, {0x710, "SpacemiT"}, {0x602, "OpenHW"}};

    for (size_t i = 0; i < G_N_ELEMENTS(makers); i++)
        if (makers[i].vendor == vendor)
            return makers[i].name;
    return NULL;
}

/* Without the name of its microarchitecture: manufacturer and instruction set. */
static char *riscv_processor(const char *cpuinfo)
{
    char *isa = host_processor_field(cpuinfo, "isa");
    char *vendor = host_processor_field(cpuinfo, "mvendorid"), *name = NULL;
    const char *maker = vendor ? riscv_maker(g_ascii_strtoull(vendor, NULL, 0)) : NULL;

    if (isa && g_str_has_prefix(isa, "rv"))
        name = g_strdup_printf("%s %s", maker ? maker : "RISC-V", isa);
    g_free(vendor);
    g_free(isa);
    return name;
}

/* ---- all others ---- */

/* The keys, in this order: x86 and some others; LoongArch; MIPS, Alpha; RISC-V; POWER, SPARC,
 * PA-RISC; SuperH; old kernels on ARM; Itanium; m68k. */
static char *plain_processor(const char *cpuinfo)
{
    static const char *const keys[] = {"model name", "Model Name", "cpu model", "uarch", "cpu",
                                       "cpu type",   "Processor",  "family",    "CPU"};
    char *name = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(keys) && !name; i++)
        name = host_processor_field(cpuinfo, keys[i]);
    char *feature = name ? strstr(name, ", altivec") : NULL; /* POWER appends it to the name */
    if (feature)
        *feature = '\0';
    return name;
}

char *host_processor_name(const char *cpuinfo)
{
    static char *(*const ways[])(const char *) = {arm_processor, s390_processor, plain_processor,
                                                  riscv_processor};
    char *name = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(ways) && !name; i++)
        name = ways[i](cpuinfo);
    return name;
}
