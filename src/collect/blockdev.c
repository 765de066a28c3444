/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/blockdev.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define KEPT_NS (60 * CLOCK_NS_PER_S)

enum { LAYERS_MAX = 8 }; /* ends a cycle in a forged tree; real stacks are not this deep */

static char *attribute_path(const char *directory, const char *name, const char *attribute)
{
    char *path = g_strdup_printf("%s/%s/%s", directory, name, attribute);

    /* sysfs writes '!' for the '/' in names like cciss/c0d0. */
    for (char *p = path + strlen(directory) + 1; p < path + strlen(directory) + 1 + strlen(name);
         p++)
        if (*p == '/')
            *p = '!';
    return path;
}

static bool read_number(const struct root *root, const char *name, const char *attribute,
                        uint64_t *out)
{
    char *path = attribute_path("/sys/block", name, attribute);
    struct file_buffer b = {0};
    bool read = file_read(root, path, &b) > 0 && parse_u64_only(b.text, out);

    file_buffer_clear(&b);
    g_free(path);
    return read;
}

static DIR *open_slaves(const struct root *root, const char *directory, const char *name)
{
    char *path = attribute_path(directory, name, "slaves");
    DIR *dir;

    root_open_dir(root, path, &dir);
    g_free(path);
    return dir;
}

static const char *next_slave(DIR *dir)
{
    struct dirent *entry;

    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            return entry->d_name;
    return NULL;
}

static bool has_slaves(const struct root *root, const char *name)
{
    DIR *dir = open_slaves(root, "/sys/block", name);
    bool has = dir && next_slave(dir);

    if (dir)
        closedir(dir);
    return has;
}

/* Whether NAME is PREFIX, then a number or (with LETTERS) letters as in "sda", "emcpowera". */
static bool is_named(const char *name, const char *prefix, bool letters)
{
    size_t length = strlen(prefix);

    if (strncmp(name, prefix, length) != 0)
        return false;
    return letters ? g_ascii_islower(name[length]) : g_ascii_isdigit(name[length]);
}

static const char *skip_number(const char *p, const char *prefix)
{
    size_t length = strlen(prefix);

    if (!p || strncmp(p, prefix, length) != 0 || !g_ascii_isdigit(p[length]))
        return NULL;
    return p + length + strspn(p + length, "0123456789");
}

/* "nvme0c1n1": one path of the disk nvme0n1, which later kernels call hidden. */
static bool is_nvme_path(const char *name)
{
    const char *end = skip_number(skip_number(skip_number(name, "nvme"), "c"), "n");

    return end && !*end;
}

/* Whether the bytes of devices with this name are counted by another device as well, or are not of
 * a disk at all. Not every driver lists its lower devices as "slaves" in sysfs, and saved trees may
 * lack the directory. */
static bool is_stacked_by_name(const char *name)
{
    static const struct {
        const char *prefix;
        bool letters;
    } drivers[] = {
        {"ram", false},     {"zram", false},                   /* memory */
        {"loop", false},    {"nbd", false},  {"ublkb", false}, /* images; nbd: of qemu-nbd */
        {"td", true},                                          /* images, of Xen's blktap */
        {"zd", false},                                         /* ZFS volumes, on pool disks */
        {"dm-", false},     {"md", false},   {"md_", true},
        {"md_d", false},    {"drbd", false}, {"bcache", false}, /* with a device below */
        {"emcpower", true}, {"vpath", true},                    /* multipath: PowerPath, SDD */
        {"VxDMP", false},   {"VxVM", false},                    /* multipath, volumes: Veritas */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(drivers); i++)
        if (is_named(name, drivers[i].prefix, drivers[i].letters))
            return true;
    return is_nvme_path(name);
}

bool blockdev_is_base(const struct root *root, const char *name, uint64_t *size_bytes)
{
    uint64_t sectors, hidden;

    /* Partitions are not in /sys/block; an empty drive has size 0; a hidden device is one path of
     * a disk that is listed as well. */
    if (is_stacked_by_name(name) || !read_number(root, name, "size", &sectors) || !sectors)
        return false;
    if (read_number(root, name, "hidden", &hidden) && hidden)
        return false;
    *size_bytes = sectors * 512;
    return !has_slaves(root, name);
}

/* ---- layers ---- */

struct layer {
    int64_t looked_ns;
    size_t count;
    uint64_t below[]; /* device numbers */
};

struct blockdevs {
    const struct root *root;
    GHashTable *layers; /* device number -> struct layer */
    GArray *stacked;    /* device numbers, scratch */
};

static uint64_t number_of(uint32_t major, uint32_t minor)
{
    return (uint64_t)major << 32 | minor;
}

struct blockdevs *blockdevs_new(const struct root *root)
{
    struct blockdevs *b = g_new0(struct blockdevs, 1);

    b->root = root;
    b->stacked = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    b->layers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return b;
}

void blockdevs_free(struct blockdevs *b)
{
    if (!b)
        return;
    g_hash_table_destroy(b->layers);
    g_array_free(b->stacked, TRUE);
    g_free(b);
}

static bool parse_number(const char *text, uint64_t *out)
{
    uint64_t major, minor;

    if (!parse_u64(&text, &major) || *text++ != ':' || !parse_u64(&text, &minor))
        return false;
    *out = number_of((uint32_t)major, (uint32_t)minor);
    return true;
}

/* The device number of the disk NAME, or of the disk that NAME is a partition of. */
static bool disk_number(const struct root *root, const char *name, uint64_t *out)
{
    static const char *const files[] = {"../dev", "dev"};
    struct file_buffer b = {0};
    bool found = false;

    for (size_t i = 0; i < G_N_ELEMENTS(files) && !found; i++) {
        char *path = g_strdup_printf("/sys/class/block/%s/%s", name, files[i]);
        found = file_read(root, path, &b) > 0 && parse_number(b.text, out);
        g_free(path);
    }
    file_buffer_clear(&b);
    return found;
}

/* The disk that holds the backing file of a loop device. */
static bool backing_number(const struct root *root, const char *device, uint64_t *out)
{
    struct file_buffer b = {0};
    struct stat st;
    char *path = g_strdup_printf("%s/loop/backing_file", device);
    bool found = false;

    if (root_is_live(root) && file_read(root, path, &b) > 0) {
        b.text[strcspn(b.text, "\n")] = '\0';
        int fd = root_open(root, b.text, O_PATH);
        found = fd >= 0 && fstat(fd, &st) == 0;
        if (fd >= 0)
            close(fd);
    }
    if (found) {
        char name[32];
        g_snprintf(name, sizeof(name), "/sys/dev/block/%u:%u", major(st.st_dev), minor(st.st_dev));
        char link[256];
        ssize_t n = root_readlink(root, name, link, sizeof(link));
        const char *base = n > 0 ? strrchr(link, '/') : NULL;
        found = base && disk_number(root, base + 1, out);
    }
    file_buffer_clear(&b);
    g_free(path);
    return found;
}

static struct layer *look(const struct root *root, uint64_t number, int64_t now_ns)
{
    char *device = g_strdup_printf("%u:%u", (unsigned)(number >> 32), (unsigned)number);
    DIR *dir = open_slaves(root, "/sys/dev/block", device);
    GArray *below = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    uint64_t found;

    for (const char *name; dir && (name = next_slave(dir));)
        if (disk_number(root, name, &found))
            g_array_append_val(below, found);
    if (dir)
        closedir(dir);
    char *path = g_strdup_printf("/sys/dev/block/%s", device);
    if (!below->len && backing_number(root, path, &found))
        g_array_append_val(below, found);
    g_free(path);
    g_free(device);

    struct layer *layer = g_malloc(sizeof(*layer) + below->len * sizeof(uint64_t));
    layer->looked_ns = now_ns;
    layer->count = below->len;
    if (below->len)
        memcpy(layer->below, below->data, below->len * sizeof(uint64_t));
    g_array_free(below, TRUE);
    return layer;
}

static const struct layer *layer_of(struct blockdevs *b, uint64_t number, int64_t now_ns)
{
    struct layer *layer = g_hash_table_lookup(b->layers, &number);

    if (layer && now_ns - layer->looked_ns < KEPT_NS)
        return layer;
    layer = look(b->root, number, now_ns);
    g_hash_table_replace(b->layers, g_memdup2(&number, sizeof(number)), layer);
    return layer;
}

static bool is_made_of(struct blockdevs *b, uint64_t upper, uint64_t lower, int64_t now_ns,
                       int layers)
{
    const struct layer *layer = layer_of(b, upper, now_ns);

    for (size_t i = 0; i < layer->count && layers > 0; i++)
        if (layer->below[i] == lower || is_made_of(b, layer->below[i], lower, now_ns, layers - 1))
            return true;
    return false;
}

static bool has_counted(const struct blockdev_io *io)
{
    return io->read_ops || io->write_ops || io->read_bytes || io->write_bytes;
}

/* The devices with traffic that are made of other devices. There are few, so that the search below
 * is short. */
static void find_stacked(struct blockdevs *b, const struct blockdev_io *io, size_t n,
                         int64_t now_ns)
{
    g_array_set_size(b->stacked, 0);
    for (size_t i = 0; i < n; i++) {
        uint64_t number = number_of(io[i].major, io[i].minor);
        if (has_counted(&io[i]) && layer_of(b, number, now_ns)->count)
            g_array_append_val(b->stacked, number);
    }
}

static bool is_counted_above(struct blockdevs *b, const struct blockdev_io *io, int64_t now_ns)
{
    uint64_t lower = number_of(io->major, io->minor);

    for (guint i = 0; i < b->stacked->len; i++) {
        uint64_t upper = g_array_index(b->stacked, uint64_t, i);
        if (upper != lower && is_made_of(b, upper, lower, now_ns, LAYERS_MAX))
            return true;
    }
    return false;
}

struct blockdev_io blockdevs_sum(struct blockdevs *b, const struct blockdev_io *io, size_t n,
                                 int64_t now_ns)
{
    struct blockdev_io sum = {0};

    find_stacked(b, io, n > 1 ? n : 0, now_ns);
    for (size_t i = 0; i < n; i++) {
        if (is_counted_above(b, &io[i], now_ns))
            continue;
        sum.read_bytes += io[i].read_bytes;
        sum.write_bytes += io[i].write_bytes;
        sum.read_ops += io[i].read_ops;
        sum.write_ops += io[i].write_ops;
    }
    return sum;
}
