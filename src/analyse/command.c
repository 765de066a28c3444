/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/command.h"

#include <math.h>
#include <string.h>

#define KIB 1024.0
#define MIB (1024.0 * 1024)

/* The period of CPU quotas that all managers use unless told otherwise, in microseconds. */
#define PERIOD_US 100000.0

/* ---- words ---- */

static bool is_plain(char c)
{
    return g_ascii_isalnum(c) || (c && strchr("_@%+=:,./-", c));
}

char *command_quote(const char *word)
{
    size_t plain = 0;

    while (is_plain(word[plain]))
        plain++;
    if (plain && !word[plain])
        return g_strdup(word);
    GString *quoted = g_string_new("'");
    for (; *word; word++)
        if (*word == '\'')
            g_string_append(quoted, "'\\''");
        else
            g_string_append_c(quoted, *word);
    g_string_append_c(quoted, '\'');
    return g_string_free(quoted, FALSE);
}

static void add_word(GString *line, const char *word)
{
    char *quoted = command_quote(word);

    if (line->len)
        g_string_append_c(line, ' ');
    g_string_append(line, quoted);
    g_free(quoted);
}

static void add_words(GString *line, const char *words)
{
    char **each = g_strsplit(words, " ", -1);

    for (char **word = each; *word; word++)
        add_word(line, *word);
    g_strfreev(each);
}

G_GNUC_PRINTF(2, 3)
static void add_format(GString *line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *word = g_strdup_vprintf(format, args);
    va_end(args);
    add_word(line, word);
    g_free(word);
}

/* BEFORE the number, which has as few digits as it needs, and no decimal comma. */
static void add_decimal(GString *line, const char *before, double number)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(digits, sizeof(digits), "%.12g", number);
    add_format(line, "%s%s", before, digits);
}

/* BEFORE a whole number of units and AFTER. Rounded up: a fraction of a unit would be cut off. */
static void add_units(GString *line, const char *before, double number, double unit,
                      const char *after)
{
    add_format(line, "%s%.0f%s", before, ceil(number / unit - 1e-9), after);
}

/* ---- one function per manager ---- */

struct change {
    const struct roster *roster;
    const struct entity *guest;
    enum command_change what;
    double from, to;
};

static bool is_of_cpu(const struct change *c)
{
    return c->what != COMMAND_MEMORY;
}

static void add_virsh(GString *line, const struct change *c, const char *verb)
{
    const char *uri = manager_connection(c->roster, c->guest);
    const char *handle = manager_handle(c->guest);

    add_word(line, "virsh");
    if (uri) {
        add_word(line, "-c");
        add_word(line, uri);
    }
    add_word(line, verb);
    if (*handle == '-')
        add_word(line, "--domain");
    add_word(line, handle);
}

/* A transient domain has no definition that could be changed. */
static bool is_transient(const struct entity *guest)
{
    struct value v = entity_reading(guest, R_DOM_TRANSIENT);

    return v.reason == REASON_OK && v.number > 0;
}

/* A vCPU that was there at the start cannot be taken from a running guest. */
static void put_libvirt(GString *line, const struct change *c)
{
    add_virsh(line, c, is_of_cpu(c) ? "setvcpus" : "setmem");
    if (is_of_cpu(c))
        add_units(line, "", c->to, 1, "");
    else
        add_units(line, "", c->to, KIB, "");
    if (!(is_of_cpu(c) && c->to < c->from))
        add_word(line, "--live");
    if (!is_transient(c->guest))
        add_word(line, "--config");
}

/* vCPUs are taken away with the next start, which a transient domain does not have. */
static bool is_kept_by_transience(const struct change *c, enum manager m)
{
    return m == MANAGER_LIBVIRT && c->what == COMMAND_VCPUS && c->to < c->from &&
           is_transient(c->guest);
}

static void put_libvirt_lxc(GString *line, const struct change *c)
{
    add_virsh(line, c, is_of_cpu(c) ? "schedinfo" : "memtune");
    if (!is_of_cpu(c)) {
        add_word(line, "--hard-limit");
        add_units(line, "", c->to, KIB, "");
    }
    add_words(line, is_transient(c->guest) ? "--live" : "--live --config");
    if (is_of_cpu(c))
        add_units(line, "vcpu_quota=", c->to * PERIOD_US, 1, "");
}

static void put_proxmox_vm(GString *line, const struct change *c)
{
    char *id = manager_proxmox_id(c->guest);

    add_words(line, "qm set");
    add_word(line, id);
    add_word(line, is_of_cpu(c) ? "--cores" : "--memory");
    add_units(line, "", c->to, is_of_cpu(c) ? 1 : MIB, "");
    g_free(id);
}

static void put_proxmox_ct(GString *line, const struct change *c)
{
    add_words(line, "pct set");
    add_word(line, entity_label(c->guest, LABEL_ID));
    add_word(line, is_of_cpu(c) ? "--cpulimit" : "--memory");
    if (is_of_cpu(c))
        add_decimal(line, "", c->to);
    else
        add_units(line, "", c->to, MIB, "");
}

/* An engine refuses more memory than what is allowed with swap, which is twice as much unless it
 * was set. */
static void put_engine(GString *line, const struct change *c, const char *program)
{
    double mib = ceil(c->to / MIB - 1e-9);

    add_word(line, program);
    add_word(line, "update");
    if (is_of_cpu(c))
        add_decimal(line, "--cpus=", c->to);
    else
        add_units(line, "--memory=", mib, 1, "m");
    if (!is_of_cpu(c) && !(c->to <= c->from))
        add_units(line, "--memory-swap=", 2 * mib, 1, "m");
    add_word(line, manager_handle(c->guest));
}

static void put_docker(GString *line, const struct change *c)
{
    put_engine(line, c, "docker");
}

static void put_podman(GString *line, const struct change *c)
{
    put_engine(line, c, "podman");
}

static void put_nerdctl(GString *line, const struct change *c)
{
    put_engine(line, c, "nerdctl");
}

/* As a string of JSON. TEXT is clean: it has no control characters. */
static void append_json(GString *to, const char *text)
{
    g_string_append_c(to, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(to, '\\');
        g_string_append_c(to, *text);
    }
    g_string_append_c(to, '"');
}

static char *pod_patch(const struct change *c)
{
    GString *patch = g_string_new("{\"spec\":{\"containers\":[{\"name\":");
    const char *name = entity_label(c->guest, LABEL_NAME), *slash = strrchr(name, '/');

    append_json(patch, slash ? slash + 1 : name);
    g_string_append_printf(patch, ",\"resources\":{\"limits\":{\"%s\":\"%.0f%s\"}}}]}}",
                           is_of_cpu(c) ? "cpu" : "memory",
                           ceil(c->to * (is_of_cpu(c) ? 1000 : 1 / MIB) - 1e-9),
                           is_of_cpu(c) ? "m" : "Mi");
    return g_string_free(patch, FALSE);
}

static void put_kubernetes(GString *line, const struct change *c)
{
    const char *group = entity_label(c->guest, LABEL_GROUP), *slash = strchr(group, '/');
    char *patch = pod_patch(c);

    add_word(line, "kubectl");
    add_format(line, "--namespace=%.*s", (int)(slash - group), group);
    add_words(line, "patch pod --subresource=resize");
    add_format(line, "--patch=%s", patch);
    add_word(line, "--");
    add_word(line, slash + 1);
    g_free(patch);
}

static void put_cri(GString *line, const struct change *c)
{
    add_words(line, "crictl update");
    if (is_of_cpu(c)) {
        add_units(line, "--cpu-period=", PERIOD_US, 1, "");
        add_units(line, "--cpu-quota=", c->to * PERIOD_US, 1, "");
    } else {
        add_units(line, "--memory=", c->to, 1, "");
    }
    add_word(line, entity_label(c->guest, LABEL_ID));
}

static void put_lxc(GString *line, const struct change *c)
{
    add_word(line, "lxc-cgroup");
    add_format(line, "--name=%s", entity_label(c->guest, LABEL_NAME));
    add_word(line, is_of_cpu(c) ? "cpu.max" : "memory.max");
    if (is_of_cpu(c))
        add_format(line, "%.0f %.0f", ceil(c->to * PERIOD_US - 1e-9), PERIOD_US);
    else
        add_units(line, "", c->to, 1, "");
}

static void put_instance(GString *line, const struct change *c, const char *program,
                         const char *instance)
{
    const char *slash = strrchr(instance, '/');

    add_word(line, program);
    add_words(line, "config set");
    if (slash)
        add_format(line, "--project=%.*s", (int)(slash - instance), instance);
    add_word(line, slash ? slash + 1 : instance);
    if (is_of_cpu(c))
        add_units(line, "limits.cpu.allowance=", c->to * 100, 1, "ms/100ms");
    else
        add_units(line, "limits.memory=", c->to, MIB, "MiB");
}

static void put_incus(GString *line, const struct change *c)
{
    put_instance(line, c, "incus", manager_instance(c->guest, MANAGER_INCUS));
}

static void put_lxd(GString *line, const struct change *c)
{
    put_instance(line, c, "lxc", manager_instance(c->guest, MANAGER_LXD));
}

static void put_systemd(GString *line, const struct change *c)
{
    add_word(line, "systemctl");
    if (manager_is_users(c->guest))
        add_word(line, "--user");
    add_words(line, "set-property --");
    add_word(line, manager_unit(c->guest));
    if (is_of_cpu(c))
        add_units(line, "CPUQuota=", c->to * 100, 1, "%");
    else
        add_units(line, "MemoryMax=", c->to, 1, "");
}

/* ---- all of them ---- */

static bool is_possible(enum manager m, enum command_change what, double to)
{
    bool vm = m == MANAGER_LIBVIRT || m == MANAGER_PROXMOX_VM;

    return isfinite(to) && to > 0 && m != MANAGER_NONE &&
           (what == COMMAND_MEMORY || vm == (what == COMMAND_VCPUS));
}

char *command_for(const struct roster *roster, const struct entity *guest, enum command_change what,
                  double from, double to)
{
    static void (*const put[MANAGER_COUNT])(GString *, const struct change *) = {
        [MANAGER_LIBVIRT] = put_libvirt,
        [MANAGER_LIBVIRT_LXC] = put_libvirt_lxc,
        [MANAGER_PROXMOX_VM] = put_proxmox_vm,
        [MANAGER_PROXMOX_CT] = put_proxmox_ct,
        [MANAGER_DOCKER] = put_docker,
        [MANAGER_PODMAN] = put_podman,
        [MANAGER_NERDCTL] = put_nerdctl,
        [MANAGER_KUBERNETES] = put_kubernetes,
        [MANAGER_CRI] = put_cri,
        [MANAGER_LXC] = put_lxc,
        [MANAGER_INCUS] = put_incus,
        [MANAGER_LXD] = put_lxd,
        [MANAGER_SYSTEMD] = put_systemd};
    enum manager m = manager_of(guest);
    struct change change = {roster, guest, what, from, to};

    if (!is_possible(m, what, to) || is_kept_by_transience(&change, m))
        return NULL;
    GString *line = g_string_new(NULL);
    put[m](line, &change);
    return g_string_free(line, FALSE);
}

const char *command_note(const struct entity *guest, enum command_change what, double from,
                         double to)
{
    switch (manager_of(guest)) {
    case MANAGER_LIBVIRT:
        if (is_transient(guest))
            return "until the guest ends: it is transient, and has no definition to change";
        return what == COMMAND_VCPUS && to < from ? "it takes effect at the next start of the guest"
                                                  : NULL;
    case MANAGER_PROXMOX_VM:
        return "without hotplug it takes effect at the next start; --cores counts those of one "
               "socket";
    case MANAGER_KUBERNETES:
        return "it resizes the running pod (Kubernetes 1.33 or newer); new pods need the same "
               "limit "
               "in their workload (kubectl set resources)";
    case MANAGER_CRI:
        return "until the kubelet creates the container anew";
    case MANAGER_LXC:
        return "until the container stops; the same key behind lxc.cgroup2. in its configuration "
               "keeps it";
    case MANAGER_DOCKER:
    case MANAGER_PODMAN:
    case MANAGER_NERDCTL:
    case MANAGER_SYSTEMD:
        return manager_is_users(guest) ? "as the user to whom it belongs" : NULL;
    default:
        return NULL;
    }
}
