#include <config.h>

#include "collect/process_scan.h"

#include "base/parse.h"
#include "collect/process_fds.h"
#include "collect/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How often a new process is looked at, and the turn in which old ones are. */
enum { LOOKS = 3, TURN = 16 };

/* Looking through the descriptors of programs nobody knows is the slow part: so many per scan. */
enum { UNKNOWN_PER_SCAN = 256 };

struct seen {
    uint64_t scan; /* the scan that saw it last */
    uint8_t looks; /* LOOKS: enough */
    bool reported;
};

struct process_scan {
    const struct root *root;
    GHashTable *seen; /* pid -> struct seen */
    struct file_buffer buffer;
    uint64_t scan;
    int unknown; /* looked through in this scan */
};

struct process_scan *process_scan_new(const struct root *root)
{
    struct process_scan *s = g_new0(struct process_scan, 1);

    s->root = root;
    s->seen = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return s;
}

void process_scan_free(struct process_scan *s)
{
    if (!s)
        return;
    g_hash_table_destroy(s->seen);
    file_buffer_clear(&s->buffer);
    g_free(s);
}

void process_scan_forget(struct process_scan *s, pid_t pid)
{
    g_hash_table_remove(s->seen, GINT_TO_POINTER(pid));
}

static void found_free(void *p)
{
    struct process_found *found = p;

    process_args_clear(&found->args);
    g_free(found);
}

/* ---- one process ---- */

static ssize_t read_file(struct process_scan *s, pid_t pid, const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    return file_read(s->root, path, &s->buffer);
}

static bool read_stat(struct process_scan *s, pid_t pid, struct procfs_stat *out)
{
    return read_file(s, pid, "stat") > 0 && procfs_parse_stat(s->buffer.text, out) &&
           out->state != 'Z' && out->state != 'X';
}

/* "vhost-PID" is a thread of the kernel that moves packets for that process. */
static struct process_found *look_at_kernel_thread(struct process_scan *s, pid_t pid)
{
    static const char prefix[] = "vhost-";
    struct procfs_stat stat;
    int owner;

    if (!read_stat(s, pid, &stat) || strncmp(stat.command, prefix, sizeof(prefix) - 1) != 0 ||
        !procfs_pid(stat.command + sizeof(prefix) - 1, &owner))
        return NULL;
    struct process_found *found = g_new0(struct process_found, 1);
    found->pid = pid;
    found->vhost_of = owner;
    return found;
}

/* Whether a program nobody knows holds a machine. */
static bool holds_kvm(struct process_scan *s, pid_t pid, struct seen *seen)
{
    struct file_buffer scratch = {0};
    struct process_fds fds;

    if (s->unknown >= UNKNOWN_PER_SCAN) {
        seen->looks--; /* its turn comes in the next scan */
        return false;
    }
    s->unknown++;
    process_fds_scan(&fds, s->root, pid, &scratch);
    bool kvm = fds.kvms->len > 0;
    process_fds_clear(&fds);
    file_buffer_clear(&scratch);
    return kvm;
}

static bool runs_machine(struct process_scan *s, pid_t pid, struct seen *seen, const char *program,
                         enum vmm *vmm)
{
    *vmm = process_vmm(program);
    return *vmm != VMM_NONE || holds_kvm(s, pid, seen);
}

/* To read arguments is to reach into the memory of the process: of most their file says enough. */
static struct process_found *look_at(struct process_scan *s, pid_t pid, struct seen *seen)
{
    char path[32], exe[PATH_MAX];
    struct procfs_stat stat;
    enum vmm vmm;

    snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
    bool by_file = root_readlink(s->root, path, exe, sizeof(exe)) > 0;
    if (by_file && !runs_machine(s, pid, seen, exe, &vmm))
        return NULL;
    ssize_t length = read_file(s, pid, "cmdline");
    if (length < 0)
        return NULL;
    if (!by_file && length == 0)
        return look_at_kernel_thread(s, pid);
    if (!by_file && !runs_machine(s, pid, seen, s->buffer.text, &vmm))
        return NULL;
    struct process_found *found = g_new0(struct process_found, 1);
    found->pid = pid;
    found->vmm = vmm;
    process_args_parse(&found->args, vmm, s->buffer.text, (size_t)length);
    if (found->args.probe || !read_stat(s, pid, &stat)) {
        found_free(found);
        return NULL;
    }
    found->start_time = stat.start_time;
    g_strlcpy(found->program, stat.command, sizeof(found->program));
    return found;
}

/* ---- all of them ---- */

static void see(struct process_scan *s, pid_t pid, GPtrArray *found)
{
    struct seen *seen = g_hash_table_lookup(s->seen, GINT_TO_POINTER(pid));

    if (!seen) {
        seen = g_new0(struct seen, 1);
        g_hash_table_insert(s->seen, GINT_TO_POINTER(pid), seen);
    }
    seen->scan = s->scan;
    bool turn = ((uint64_t)pid + s->scan) % TURN == 0;
    if (seen->reported || (seen->looks >= LOOKS && !turn))
        return;
    seen->looks = (uint8_t)MIN(seen->looks + 1, LOOKS);
    struct process_found *one = look_at(s, pid, seen);
    if (!one)
        return;
    seen->reported = true;
    g_ptr_array_add(found, one);
}

static gboolean is_gone(gpointer pid, gpointer seen, gpointer s)
{
    (void)pid;
    return ((struct seen *)seen)->scan != ((struct process_scan *)s)->scan;
}

static DIR *open_directory(struct process_scan *s, const char *path)
{
    int fd = root_open(s->root, path, O_RDONLY | O_DIRECTORY);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (!dir && fd >= 0)
        close(fd);
    return dir;
}

static void see_all(struct process_scan *s, GPtrArray *found)
{
    DIR *dir = open_directory(s, "/proc");
    struct dirent *entry;
    int pid;

    if (!dir)
        return;
    while ((entry = readdir(dir)))
        if (procfs_pid(entry->d_name, &pid))
            see(s, pid, found);
    closedir(dir);
}

/* With hidepid the process is not in /proc, but libvirt says everybody that there is one. */
static void see_pid_file(struct process_scan *s, const char *file, GPtrArray *found)
{
    char *path = g_strconcat("/run/libvirt/qemu/", file, NULL);
    size_t length = strlen(file) - strlen(".pid");
    int pid = 0;

    if (file_read(s->root, path, &s->buffer) > 0 && strcmp(file, "driver.pid") != 0) {
        s->buffer.text[strcspn(s->buffer.text, "\n")] = '\0';
        procfs_pid(s->buffer.text, &pid);
    }
    g_free(path);
    struct seen *seen = g_hash_table_lookup(s->seen, GINT_TO_POINTER(pid));
    if (!pid || (seen && seen->scan == s->scan) || kill(pid, 0) == 0 || errno != EPERM)
        return;
    if (seen) {
        seen->scan = s->scan;
        return;
    }
    seen = g_new0(struct seen, 1);
    seen->scan = s->scan;
    seen->reported = true;
    g_hash_table_insert(s->seen, GINT_TO_POINTER(pid), seen);
    struct process_found *one = g_new0(struct process_found, 1);
    one->pid = pid;
    one->hidden = true;
    one->vmm = VMM_QEMU;
    one->args.name = g_strndup(file, length);
    g_ptr_array_add(found, one);
}

static void see_hidden(struct process_scan *s, GPtrArray *found)
{
    DIR *dir = root_is_live(s->root) ? open_directory(s, "/run/libvirt/qemu") : NULL;
    struct dirent *entry;

    if (!dir)
        return;
    while ((entry = readdir(dir)))
        if (g_str_has_suffix(entry->d_name, ".pid"))
            see_pid_file(s, entry->d_name, found);
    closedir(dir);
}

GPtrArray *process_scan_run(struct process_scan *s)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(found_free);

    s->scan++;
    s->unknown = 0;
    see_all(s, found);
    see_hidden(s, found);
    g_hash_table_foreach_remove(s->seen, is_gone, s);
    return found;
}
