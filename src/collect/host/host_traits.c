/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/host/host_traits.h"

#include "base/clock_read.h"
#include "base/file.h"
#include "base/parse.h"
#include "collect/host/host_nodes.h"
#include "collect/host/host_processor.h"

#include <dirent.h>
#include <string.h>

#define LOOK_NS (60 * CLOCK_NS_PER_S)

enum { TRAIT_COUNT = 11 };

struct host_traits {
    const struct root *root;
    struct ident *idents[TRAIT_COUNT]; /* NULL: not known */
    int64_t looked_ns;
};

struct host_traits *host_traits_new(const struct root *root)
{
    struct host_traits *t = g_new0(struct host_traits, 1);

    t->root = root;
    return t;
}

void host_traits_free(struct host_traits *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < TRAIT_COUNT; i++)
        ident_unref(t->idents[i]);
    g_free(t);
}

/* ---- files ---- */

static unsigned count_entries(const struct root *root, const char *path)
{
    unsigned count = 0;
    DIR *dir;

    root_open_dir(root, path, &dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return count;
}

/* "madvise" of "always [madvise] never". */
static char *chosen_word(char *line)
{
    char *start = line ? strchr(line, '[') : NULL, *end = start ? strchr(start, ']') : NULL;
    char *word = end ? g_strndup(start + 1, (gsize)(end - start - 1)) : NULL;

    g_free(line);
    return word;
}

/* What FIND returns for the text of /proc/cpuinfo. */
static char *from_cpuinfo(const struct root *root, char *(*find)(const char *cpuinfo))
{
    struct file_buffer b = {0};
    char *found = file_read(root, "/proc/cpuinfo", &b) > 0 ? find(b.text) : NULL;

    file_buffer_clear(&b);
    return found;
}

/* ---- traits ----
 * Each function returns its text (g_free), or NULL when it is not known. A missing file is evidence
 * only if its directory exists: saved trees and containers lack whole directories. */

static char *trait_processor(const struct root *root)
{
    return from_cpuinfo(root, host_processor_name);
}

/* Whether Linux runs on Xen, as its host or as a guest. */
static bool is_xen(const struct root *root)
{
    char *type = file_first_line(root, "/sys/hypervisor/type");
    bool xen = type && strcmp(type, "xen") == 0;

    g_free(type);
    return xen;
}

/* Whether this is dom0, the domain that controls Xen. It sees the hardware. */
static bool is_xen_host(const struct root *root)
{
    char *rights = file_first_line(root, "/proc/xen/capabilities");
    bool control = rights && strstr(rights, "control_d");

    g_free(rights);
    return control;
}

/* The module tells which kind of hardware KVM uses. */
static char *trait_kvm(const struct root *root)
{
    static const char *const modules[] = {"kvm_intel", "kvm_amd", "kvm_hv", "kvm_pvm"};

    for (size_t i = 0; i < G_N_ELEMENTS(modules); i++) {
        char *path = g_strconcat("/sys/module/", modules[i], NULL);
        bool here = root_exists(root, path);
        g_free(path);
        if (here)
            return g_strdup_printf("yes, %s", modules[i]);
    }
    if (root_exists(root, "/sys/class/misc/kvm"))
        return g_strdup("yes");
    if (is_xen_host(root))
        return g_strdup("no: Xen runs the machines");
    return count_entries(root, "/sys/class/misc") ? g_strdup("no: machines are emulated (TCG)")
                                                  : NULL;
}

static char *trait_nested(const struct root *root)
{
    static const char *const files[] = {"/sys/module/kvm_intel/parameters/nested",
                                        "/sys/module/kvm_amd/parameters/nested"};

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        char *line = file_first_line(root, files[i]);
        bool on = line && (*line == 'Y' || *line == '1');
        bool known = line != NULL;
        g_free(line);
        if (known)
            return g_strdup(on ? "on: VMs can run VMs" : "off");
    }
    return NULL;
}

static char *cpu_flags(const char *cpuinfo)
{
    return host_processor_field(cpuinfo, "flags");
}

/* Vendors of virtual firmware. Some hypervisors hide their CPU flag. */
static bool is_hypervisor_vendor(const char *vendor)
{
    static const char *const vendors[] = {"QEMU",   "Xen",          "Bochs",     "BHYVE",
                                          "VMware", "innotek GmbH", "Parallels", NULL};

    for (size_t i = 0; vendors[i]; i++)
        if (g_str_has_prefix(vendor, vendors[i]))
            return true;
    return false;
}

/* "linux,kvm": architectures other than x86 have it in the device tree. g_free. */
static char *devicetree_hypervisor(const struct root *root)
{
    return file_first_line(root, "/proc/device-tree/hypervisor/compatible");
}

/* POWER: "PowerNV 9006-22P" is hardware, "CHRP IBM pSeries (emulated by qemu)" a guest. */
static char *power_guest(const char *cpuinfo)
{
    char *machine = host_processor_field(cpuinfo, "machine");
    char *text = NULL;

    if (machine && g_str_has_prefix(machine, "PowerNV"))
        text = g_strdup("no: it runs on the hardware");
    else if (machine && strstr(machine, "emulated by qemu"))
        text = g_strdup("yes, of QEMU");
    else if (machine && strstr(machine, "pSeries"))
        text = g_strdup("yes, a partition (LPAR)");
    g_free(machine);
    return text;
}

/* x86 has a CPU flag for guests. Its absence is no proof: firmware of real hardware is. */
static char *trait_guest(const struct root *root)
{
    char *flags = from_cpuinfo(root, cpu_flags), *tree = devicetree_hypervisor(root);
    char **words = flags ? g_strsplit(flags, " ", -1) : NULL;
    bool flagged = words && g_strv_contains((const char *const *)words, "hypervisor");
    char *vendor = file_first_line(root, "/sys/class/dmi/id/sys_vendor"), *text = NULL;

    if (is_xen_host(root))
        text = g_strdup("no: it is the host of Xen (dom0)");
    else if (flagged || (vendor && is_hypervisor_vendor(vendor)))
        text = g_strdup_printf("yes%s%s", vendor ? ", of " : "", vendor ? vendor : "");
    else if (tree || is_xen(root))
        text = g_strdup_printf("yes, of %s", tree ? tree : "Xen");
    else if (words && vendor)
        text = g_strdup("no: it runs on the hardware");
    else
        text = from_cpuinfo(root, power_guest);
    g_free(vendor);
    g_free(tree);
    g_strfreev(words);
    g_free(flags);
    return text;
}

/* Every kernel with IOMMU support has the directory; without an active IOMMU it is empty. */
static char *trait_iommu(const struct root *root)
{
    unsigned groups = count_entries(root, "/sys/kernel/iommu_groups");

    if (groups)
        return g_strdup_printf("on, %u groups: devices can be passed through", groups);
    return root_exists(root, "/sys/kernel/iommu_groups")
               ? g_strdup("off: no device can be passed through")
               : NULL;
}

static char *trait_huge_pages(const struct root *root)
{
    GArray *pools = host_huge_pools(root, "/sys/kernel/mm/hugepages");
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < pools->len; i++) {
        const struct huge_pool *pool = &g_array_index(pools, struct huge_pool, i);
        g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT "M",
                               i ? ", " : "", pool->pages, pool->page_bytes >> 20);
        if (pool->pages)
            g_string_append_printf(text, " (%" G_GUINT64_FORMAT " free)", pool->free);
    }
    g_array_unref(pools);
    return g_string_free(text, text->len == 0);
}

static char *trait_thp(const struct root *root)
{
    return chosen_word(file_first_line(root, "/sys/kernel/mm/transparent_hugepage/enabled"));
}

static char *trait_ksm(const struct root *root)
{
    char *line = file_first_line(root, "/sys/kernel/mm/ksm/run");
    const char *text = !line          ? NULL
                       : *line == '1' ? "on: identical pages are merged"
                       : *line == '2' ? "off, merged pages are split again"
                                      : "off";

    g_free(line);
    return g_strdup(text);
}

/* Documentation/mm/overcommit-accounting of the kernel. */
static char *trait_overcommit(const struct root *root)
{
    char *line = file_first_line(root, "/proc/sys/vm/overcommit_memory");
    char *ratio = file_first_line(root, "/proc/sys/vm/overcommit_ratio");
    char *text = !line          ? NULL
                 : *line == '0' ? g_strdup("heuristic (0)")
                 : *line == '1' ? g_strdup("always (1)")
                                : g_strdup_printf("never: swap and %s %% of RAM (2)",
                                                  ratio ? ratio : "a share");

    g_free(line);
    g_free(ratio);
    return text;
}

/* Removed control groups whose memory is not freed yet. */
static char *trait_dying(const struct root *root)
{
    static const char *const files[] = {"/sys/fs/cgroup/cgroup.stat",
                                        "/sys/fs/cgroup/unified/cgroup.stat"};
    struct file_buffer b = {0};
    uint64_t dying = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(files) && !dying; i++)
        if (file_read(root, files[i], &b) > 0)
            for (const char *p = b.text; *p; p = parse_next_line(p))
                if (parse_word(&p, "nr_dying_descendants"))
                    parse_u64(&p, &dying);
    file_buffer_clear(&b);
    return dying ? g_strdup_printf("%" G_GUINT64_FORMAT " that still hold memory", dying) : NULL;
}

/* lxcfs mounts files over those of /proc that show a container's limits as if it were a host. */
static char *trait_lxcfs(const struct root *root)
{
    struct file_buffer b = {0};
    bool faked = file_read(root, "/proc/self/mountinfo", &b) > 0 &&
                 strstr(b.text, " /proc/stat ") && strstr(b.text, " - fuse.lxcfs ");

    file_buffer_clear(&b);
    return faked
               ? g_strdup("provided by lxcfs: the values are those of a container, not of the host")
               : NULL;
}

/* Keys are numbers in the order in which traits are shown. */
static const struct {
    const char *key, *name;
    char *(*look)(const struct root *root);
} TRAITS[TRAIT_COUNT] = {
    {"1", "processor", trait_processor},
    {"2", "KVM", trait_kvm},
    {"3", "nested VMs", trait_nested},
    {"4", "is a guest", trait_guest},
    {"5", "IOMMU", trait_iommu},
    {"6", "huge pages", trait_huge_pages},
    {"7", "THP", trait_thp},
    {"8", "KSM", trait_ksm},
    {"9", "overcommit", trait_overcommit},
    {"10", "removed groups", trait_dying},
    {"11", "/proc", trait_lxcfs},
};

/* A trait keeps its identity when its text changes. */
static struct ident *make_ident(size_t trait, const struct ident *before, const char *text)
{
    struct ident *i =
        before ? ident_next_version(before) : ident_new(KIND_TRAIT, GUEST_NONE, TRAITS[trait].key);

    ident_set(&i->name, TRAITS[trait].name);
    ident_set(&i->image, text);
    return i;
}

static void look_up(struct host_traits *t)
{
    for (size_t i = 0; i < TRAIT_COUNT; i++) {
        char *text = TRAITS[i].look(t->root);
        struct ident *before = t->idents[i];
        t->idents[i] = text ? make_ident(i, before, text) : NULL;
        ident_unref(before);
        g_free(text);
    }
}

void host_traits_collect(struct host_traits *t, struct sample *out)
{
    int64_t now = clock_mono_ns();

    if (!t->looked_ns || now - t->looked_ns > LOOK_NS) {
        look_up(t);
        t->looked_ns = now;
    }
    for (size_t i = 0; i < TRAIT_COUNT; i++)
        if (t->idents[i])
            sample_add(out, FACET_HOST_TRAIT, t->idents[i])->read_ns = t->looked_ns;
}
