#include <config.h>

#include "collect/libvirt/libvirt_process.h"

#include "base/file.h"
#include "collect/libvirt/libvirt_open.h"
#include "collect/procfs.h"

#include <glib.h>
#include <string.h>

char *libvirt_process_directory(const char *uri)
{
    if (!uri || strcmp(uri, LINK_LOCAL) == 0)
        return g_strdup("/run/libvirt/qemu");
    if (strcmp(uri, "qemu:///session") == 0)
        return g_build_filename(g_get_user_runtime_dir(), "libvirt/qemu/run", NULL);
    return NULL;
}

static bool read_pid(const struct root *root, const char *directory, const char *name,
                     struct file_buffer *b, int *pid)
{
    char *path = g_strdup_printf("%s/%s.pid", directory, name);
    bool known = file_read(root, path, b) > 0 && procfs_pid(g_strstrip(b->text), pid);

    g_free(path);
    return known;
}

bool libvirt_process_find(const struct root *root, const char *directory, const char *name,
                          struct libvirt_process *out)
{
    struct file_buffer b = {0};
    struct procfs_stat stat;
    bool found = false;
    char path[32];

    if (read_pid(root, directory, name, &b, &out->pid)) {
        g_snprintf(path, sizeof(path), "/proc/%d/stat", out->pid);
        found = file_read(root, path, &b) > 0 && procfs_parse_stat(b.text, &stat);
    }
    if (found) {
        out->start_time = stat.start_time;
        out->stopped = stat.state == 'T' || stat.state == 't';
    }
    file_buffer_clear(&b);
    return found;
}
