#include <config.h>

#include "collect/process/process_args.h"

#include "base/parse.h"

#include <glib.h>
#include <string.h>

enum vmm process_vmm(const char *program)
{
    static const struct {
        const char *name;
        bool prefix;
        enum vmm vmm;
    } known[] = {
        {"qemu-system-", true, VMM_QEMU}, /* the distribution's QEMU, one per architecture */
        {"qemu-kvm", false, VMM_QEMU},    /* RHEL */
        {"kvm", false, VMM_QEMU},         /* Proxmox, older Debian */
        {"firecracker", false, VMM_FIRECRACKER},
        {"cloud-hypervisor", false, VMM_CLOUD_HYPERVISOR},
        {"crosvm", false, VMM_CROSVM},
        {"lkvm", false, VMM_KVMTOOL},
    };
    const char *slash = strrchr(program, '/');
    const char *base = slash ? slash + 1 : program;
    size_t length = strlen(base);

    if (g_str_has_suffix(base, " (deleted)"))
        length -= strlen(" (deleted)");
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        size_t n = strlen(known[i].name);
        if (strncmp(base, known[i].name, n) == 0 && (known[i].prefix ? length > n : length == n))
            return known[i].vmm;
    }
    return VMM_NONE;
}

/* ---- the arguments, one by one ---- */

struct cursor {
    const char *at, *end;
};

static const char *next_arg(struct cursor *c)
{
    const char *arg = c->at;

    if (arg >= c->end)
        return NULL;
    c->at += strlen(arg) + 1;
    return arg;
}

/* The value of an option that is written "NAME VALUE" or, with long options, "NAME=VALUE". */
static const char *value_of(const char *arg, const char *name, struct cursor *c)
{
    size_t n = strlen(name);

    if (strncmp(arg, name, n) != 0)
        return NULL;
    if (arg[n] == '=')
        return arg + n + 1;
    return arg[n] == '\0' ? next_arg(c) : NULL;
}

/* One field of a comma-separated list "first,key=value,...", in which ",," stands for a comma. A
 * first field without a key belongs to IMPLIED. */
static char *field_of(const char *list, const char *key, const char *implied)
{
    bool first = true;

    for (const char *p = list; *p;) {
        GString *field = g_string_new(NULL);
        for (; *p && (*p != ',' || p[1] == ','); p++) {
            p += *p == ',';
            g_string_append_c(field, *p);
        }
        p += *p == ',';
        char *equals = strchr(field->str, '=');
        bool bare = !equals && first && implied;
        size_t named = equals ? (size_t)(equals - field->str) : 0;
        if (bare ? strcmp(implied, key) == 0
                 : named == strlen(key) && strncmp(field->str, key, named) == 0) {
            if (!bare)
                g_string_erase(field, 0, (gssize)named + 1);
            return g_string_free(field, FALSE);
        }
        g_string_free(field, TRUE);
        first = false;
    }
    return NULL;
}

/* A size with a suffix, UNIT bytes without one; 0 when it is not a size. */
static uint64_t size_of(const char *text, uint64_t unit)
{
    static const char suffixes[] = "bkmgte";
    uint64_t n;

    if (!text || !parse_u64(&text, &n))
        return 0;
    if (*text) {
        const char *s = strchr(suffixes, g_ascii_tolower(*text));
        if (!s || !*s)
            return 0;
        unit = UINT64_C(1) << (10 * (s - suffixes));
    }
    return n > UINT64_MAX / unit ? 0 : n * unit;
}

static void set_memory(struct process_args *out, const char *list, const char *implied,
                       uint64_t unit)
{
    char *size = field_of(list, "size", implied);

    if (size)
        out->memory_bytes = size_of(size, unit);
    g_free(size);
}

static void set_vcpus(struct process_args *out, const char *list, const char *key)
{
    char *count = field_of(list, key, key);
    const char *p = count;
    uint64_t n;

    if (p && parse_u64(&p, &n) && n <= 65536)
        out->vcpus = (unsigned)n;
    g_free(count);
}

static void set_text(char **text, char *value)
{
    if (!value || !*value) {
        g_free(value);
        return;
    }
    g_free(*text);
    *text = value;
}

static void set_uuid(struct process_args *out, char *value)
{
    if (value && g_uuid_string_is_valid(value))
        set_text(&out->uuid, g_ascii_strdown(value, -1));
    g_free(value);
}

static void set_accel(struct process_args *out, char *value)
{
    /* "-machine accel=kvm:tcg" tries one after the other: what it became is not said here. */
    if (value && strcmp(value, "kvm") == 0)
        out->accel = ACCEL_KVM;
    else if (value && strcmp(value, "tcg") == 0)
        out->accel = ACCEL_TCG;
    else if (value)
        out->accel = ACCEL_UNKNOWN;
    g_free(value);
}

/* ---- QEMU: "-option value", where "--option" is the same ---- */

static void set_smbios(struct process_args *out, const char *list)
{
    char *type = field_of(list, "type", NULL);

    if (type && strcmp(type, "1") == 0)
        set_uuid(out, field_of(list, "uuid", NULL));
    g_free(type);
}

/* Proxmox names the pid file after the number of the guest. */
static void set_pidfile(struct process_args *out, const char *path)
{
    static const char before[] = "/qemu-server/", after[] = ".pid";
    const char *p = strstr(path, before);

    if (!p || !g_str_has_suffix(p, after))
        return;
    p += strlen(before);
    size_t n = strspn(p, "0123456789");
    if (n && strcmp(p + n, after) == 0)
        set_text(&out->id, g_strndup(p, n));
}

static void set_machine(struct process_args *out, const char *list)
{
    char *type = field_of(list, "type", "type");

    set_accel(out, field_of(list, "accel", NULL));
    out->probe = type && strcmp(type, "none") == 0;
    g_free(type);
}

static void qemu_option(struct process_args *out, const char *name, struct cursor *c)
{
    static const char *const with_value[] = {"name",    "uuid", "m",      "smp",    "accel",
                                             "machine", "M",    "smbios", "pidfile"};
    const char *value = NULL;

    if (strcmp(name, "enable-kvm") == 0)
        out->accel = ACCEL_KVM;
    else if (strcmp(name, "readconfig") == 0) { /* Incus: they stand in a file */
        out->memory_bytes = out->vcpus = 0;
        out->accel = ACCEL_UNKNOWN;
    } else if (strcmp(name, "netdev") == 0 || strcmp(name, "nic") == 0 || strcmp(name, "net") == 0)
        out->network |= c->at < c->end && strcmp(c->at, "none") != 0;
    for (size_t i = 0; !value && i < G_N_ELEMENTS(with_value); i++)
        if (strcmp(name, with_value[i]) == 0)
            value = next_arg(c);
    if (!value)
        return;
    if (strcmp(name, "name") == 0)
        set_text(&out->name, field_of(value, "guest", "guest"));
    else if (strcmp(name, "uuid") == 0)
        set_uuid(out, g_strdup(value));
    else if (strcmp(name, "m") == 0)
        set_memory(out, value, "size", 1 << 20);
    else if (strcmp(name, "smp") == 0)
        set_vcpus(out, value, "cpus");
    else if (strcmp(name, "accel") == 0)
        set_accel(out, field_of(value, "accel", "accel"));
    else if (strcmp(name, "machine") == 0 || strcmp(name, "M") == 0)
        set_machine(out, value);
    else if (strcmp(name, "smbios") == 0)
        set_smbios(out, value);
    else
        set_pidfile(out, value);
}

static void parse_qemu(struct process_args *out, const char *argv0, struct cursor *c)
{
    const char *slash = strrchr(argv0, '/');
    const char *base = slash ? slash + 1 : argv0, *arg;

    /* What QEMU does when it is not told. */
    out->accel = strcmp(base, "kvm") == 0 || strcmp(base, "qemu-kvm") == 0 ? ACCEL_KVM : ACCEL_TCG;
    out->memory_bytes = UINT64_C(128) << 20;
    out->vcpus = 1;
    while ((arg = next_arg(c)))
        if (*arg == '-')
            qemu_option(out, arg + (arg[1] == '-' ? 2 : 1), c);
}

/* ---- the others: "--option value" or "--option=value" ---- */

static void parse_long(struct process_args *out, enum vmm vmm, struct cursor *c)
{
    static const char *const names[] = {"--id", "--name", "-n"};
    const char *arg, *value;

    out->accel = ACCEL_KVM;
    while ((arg = next_arg(c))) {
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
            if ((value = value_of(arg, names[i], c)))
                set_text(&out->name, g_strdup(value));
        if ((value = value_of(arg, "--memory", c)) || (value = value_of(arg, "--mem", c)) ||
            (value = value_of(arg, "-m", c)))
            set_memory(out, value, "size", vmm == VMM_CLOUD_HYPERVISOR ? 1 : 1 << 20);
        else if ((value = value_of(arg, "--cpus", c)) || (value = value_of(arg, "-c", c)))
            set_vcpus(out, value, vmm == VMM_CLOUD_HYPERVISOR ? "boot" : "num-cores");
        else if (strncmp(arg, "--net", 5) == 0)
            out->network = true;
        else if ((value = value_of(arg, "--platform", c)))
            set_uuid(out, field_of(value, "uuid", NULL));
    }
}

void process_args_parse(struct process_args *out, enum vmm vmm, const char *cmdline, size_t length)
{
    struct cursor c = {cmdline, cmdline + length};
    const char *argv0 = next_arg(&c);

    *out = (struct process_args){0};
    if (!argv0)
        return;
    if (vmm == VMM_QEMU)
        parse_qemu(out, argv0, &c);
    else
        parse_long(out, vmm, &c);
}

void process_args_clear(struct process_args *args)
{
    g_free(args->name);
    g_free(args->uuid);
    g_free(args->id);
    *args = (struct process_args){0};
}
