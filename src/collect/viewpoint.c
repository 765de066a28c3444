/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/viewpoint.h"

#include "base/file.h"
#include "base/parse.h"
#include "collect/cgroup/hierarchy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Inodes of the initial namespaces: include/linux/proc_ns.h, include/uapi/linux/nsfs.h. That of the
 * network has a fixed one since Linux 6.18 only. */
#define INIT_UTS UINT64_C(0xEFFFFFFE)
#define INIT_USER UINT64_C(0xEFFFFFFD)
#define INIT_PID UINT64_C(0xEFFFFFFC)
#define INIT_CGROUP UINT64_C(0xEFFFFFFB)
#define INIT_NET UINT64_C(0xEFFFFFF9)

const struct viewpoint VIEWPOINT_HOST = {
    .processes = true,
    .pids = true,
    .descriptors = true,
    .groups = true,
    .files = true,
    .netdev = "/proc/net/dev",
    .routes = "/proc/net/route",
};

/* ---- namespaces ---- */

/* The inode in a link like "net:[4026531833]"; 0 when it cannot be read. */
static uint64_t inode_of(const struct root *root, const char *path)
{
    char link[64];
    const char *digits;
    uint64_t inode;

    if (root_readlink(root, path, link, sizeof(link)) <= 0 || !(digits = strchr(link, '[')))
        return 0;
    digits++;
    return parse_u64(&digits, &inode) ? inode : 0;
}

/* Whether vtop has a namespace of its own of this kind. */
static bool is_own(const struct root *root, const char *kind, uint64_t initial)
{
    char path[32];

    g_snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
    uint64_t inode = inode_of(root, path);
    return inode && inode != initial;
}

/* The pids that vtop has in the namespace of /proc and in those below it; 0 = not known (before
 * Linux 4.1). */
static int count_own_pids(const struct root *root)
{
    struct file_buffer b = {0};
    uint64_t pid;
    int count = 0;

    const char *p =
        file_read(root, "/proc/self/status", &b) > 0 ? strstr(b.text, "\nNSpid:") : NULL;
    if (p)
        for (p += strlen("\nNSpid:"); parse_u64(&p, &pid);)
            count++;
    file_buffer_clear(&b);
    return count;
}

/* Threads of the kernel are in the initial pid namespace only. The second process is one of them,
 * though it may be hidden. */
static bool lists_kernel_threads(const struct root *root)
{
    static const char kthreadd[] = "2 (kthreadd) ";
    struct file_buffer b = {0};
    bool hidden = file_read(root, "/proc/2/stat", &b) < 0 && !root_exists(root, "/proc/1/stat");
    bool listed = !hidden && strncmp(b.text ? b.text : "", kthreadd, strlen(kthreadd)) == 0;

    file_buffer_clear(&b);
    return hidden || listed;
}

static bool lists_host_processes(const struct root *root)
{
    if (!is_own(root, "pid", INIT_PID))
        return true;
    return count_own_pids(root) != 1 && lists_kernel_threads(root);
}

/* Whether vtop may look into the processes of the host: engines take CAP_SYS_PTRACE away. */
static bool may_trace(const struct root *root)
{
    char exe[4096];

    return root_readlink(root, "/proc/1/exe", exe, sizeof(exe)) != -EACCES;
}

/* Every network namespace has a net/dev file of its own, with an inode of its own; unlike the links
 * below ns/ it can be looked at without the right to trace the process. */
static uint64_t network_of(const struct root *root, const char *process)
{
    char path[32];
    struct stat st;

    if (!root_is_live(root)) {
        g_snprintf(path, sizeof(path), "/proc/%s/ns/net", process);
        return inode_of(root, path);
    }
    g_snprintf(path, sizeof(path), "/proc/%s/net/dev", process);
    int fd = root_open(root, path, O_RDONLY);
    bool known = fd >= 0 && fstat(fd, &st) == 0;
    if (fd >= 0)
        close(fd);
    return known ? st.st_ino : 0;
}

static bool has_own_network(const struct root *root, bool processes)
{
    uint64_t own = network_of(root, "self"), host = processes ? network_of(root, "1") : 0;

    if (inode_of(root, "/proc/self/ns/net") == INIT_NET)
        return false;
    if (own && host)
        return own != host;
    /* Some settings are there in the initial namespace only (net/core/sysctl_net_core.c). */
    return root_exists(root, "/proc/sys/net/core/somaxconn") &&
           !root_exists(root, "/proc/sys/net/core/netdev_max_backlog");
}

bool viewpoint_has_own_network(const struct viewpoint *v, const struct root *root, pid_t pid)
{
    char process[16];
    uint64_t host = v->processes ? network_of(root, "1") : 0;

    g_snprintf(process, sizeof(process), "%d", (int)pid);
    uint64_t own = host ? network_of(root, process) : 0;
    return own && own != host;
}

bool viewpoint_shares_network(const struct root *root)
{
    return root_is_live(root) && !has_own_network(root, lists_host_processes(root));
}

/* ---- the container ---- */

static bool take_engine(struct viewpoint *v, const char *engine)
{
    if (!engine || !*engine)
        return false;
    if (strcmp(engine, "oci") == 0) /* a standard, not a program */
        engine = "";
    g_strlcpy(v->engine, engine, sizeof(v->engine));
    v->engine[strspn(v->engine, "abcdefghijklmnopqrstuvwxyz0123456789-")] = '\0';
    return true;
}

/* Which engine made the container that OWN is the "/" of, if it is one. Kubernetes comes first: the
 * engine below it is not what its users configure. */
static bool find_engine(struct viewpoint *v, const struct root *own, const char *environment)
{
    struct file_buffer b = {0};
    bool found = true;

    if (root_exists(own, "/run/secrets/kubernetes.io") ||
        root_exists(own, "/var/run/secrets/kubernetes.io"))
        take_engine(v, "kubernetes");
    else if (root_exists(own, "/run/.containerenv"))
        take_engine(v, "podman");
    else if (root_exists(own, "/.dockerenv"))
        take_engine(v, "docker");
    else if (file_read(own, "/run/systemd/container", &b) > 0)
        found = take_engine(v, g_strchomp(b.text));
    else
        found = take_engine(v, environment);
    file_buffer_clear(&b);
    return found;
}

/* "major:minor root" of what is mounted at "/" of a process; NULL when it is not known. g_free. */
static char *root_mount_of(const struct root *root, const char *process)
{
    enum { DEVICE = 2, ROOT, POINT, FIELDS = 7 };
    struct file_buffer b = {0};
    char path[32], *found = NULL;

    g_snprintf(path, sizeof(path), "/proc/%s/mountinfo", process);
    if (file_read(root, path, &b) <= 0)
        b.length = 0;
    char **lines = g_strsplit(b.length ? b.text : "", "\n", -1);
    for (char **line = lines; *line; line++) {
        char **fields = g_strsplit(*line, " ", FIELDS);
        if (g_strv_length(fields) > POINT && strcmp(fields[POINT], "/") == 0) {
            g_free(found); /* the one that was mounted last is on top */
            found = g_strjoin(" ", fields[DEVICE], fields[ROOT], NULL);
        }
        g_strfreev(fields);
    }
    g_strfreev(lines);
    file_buffer_clear(&b);
    return found;
}

/* A virtual machine may be made of a container's files: what they say counts only where the host's
 * first process has something else at "/", or where that is not known, something else is not the
 * host's. */
static bool is_container(const struct viewpoint *v, bool said)
{
    char *own = root_mount_of(v->root, "self"), *host = root_mount_of(v->root, "1");
    bool other =
        own && host ? strcmp(own, host) != 0 : v->own_network || v->own_name || v->own_users;

    g_free(own);
    g_free(host);
    return v->own_groups || is_own(v->root, "pid", INIT_PID) || (said && other);
}

static bool is_same(const struct root *a, const struct root *b)
{
    char *path = root_path(a, ""), *other = root_path(b, "");
    bool same = strcmp(path, other) == 0;

    g_free(path);
    g_free(other);
    return same;
}

/* Whether anything of container engines or libvirt was put below "/". */
static bool has_files_of_engines(const struct root *root)
{
    static const char *const paths[] = {"/run/docker.sock",        "/var/lib/docker",
                                        "/run/podman/podman.sock", "/run/containerd",
                                        "/var/lib/containers",     "/run/libvirt",
                                        "/var/log/containers",     "/run/systemd/machines"};

    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
        if (root_exists(root, paths[i]))
            return true;
    return false;
}

/* ---- control groups ---- */

enum { GROUPS_LOOKED_INTO = 20000 };

static bool lists_pid(int dir, const char *below, uint64_t wanted)
{
    struct file_buffer b = {0};
    char *path = g_strconcat(below, "/cgroup.procs", NULL);
    bool found = false;
    uint64_t pid;

    if (file_read_at(dir, path + 1, &b) > 0)
        for (const char *p = b.text; !found && parse_u64(&p, &pid); p = parse_next_line(p))
            found = pid == wanted;
    g_free(path);
    file_buffer_clear(&b);
    return found;
}

/* Whether a group below DIR, whose path is PATH, has vtop in its subgroup BELOW; PATH is then that
 * of the group. */
static bool find_group_below(int dir, GString *path, const char *below, int *patience)
{
    bool found = (*patience)-- > 0 && lists_pid(dir, below, (uint64_t)getpid());
    int copy = found ? -1 : openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
    struct dirent *entry;

    while (!found && *patience > 0 && list && (entry = readdir(list))) {
        gsize length = path->len;
        if (entry->d_name[0] == '.' || (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN))
            continue;
        int child =
            openat(dirfd(list), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (child < 0)
            continue;
        g_string_append_printf(path, "/%s", entry->d_name);
        found = find_group_below(child, path, below, patience);
        close(child);
        if (!found)
            g_string_truncate(path, length);
    }
    if (list)
        closedir(list);
    return found;
}

/* The group that is the root of vtop's control group namespace: the one with vtop in it, less the
 * part of its path that vtop is told. */
static char *find_group(const struct root *root, const struct hierarchies *h)
{
    struct file_buffer b = {0};
    int patience = GROUPS_LOOKED_INTO;
    GString *path = g_string_new(NULL);
    bool found = false;

    for (int i = 0; i < h->count && !found; i++) {
        char *told = h->list[i].whole && file_read(root, "/proc/self/cgroup", &b) > 0
                         ? hierarchies_process_path(h, i, b.text)
                         : NULL;
        g_string_truncate(path, 0);
        found = told && !g_str_has_prefix(told, "/..") &&
                find_group_below(h->list[i].fd, path, strcmp(told, "/") ? told : "", &patience);
        g_free(told);
    }
    file_buffer_clear(&b);
    return g_string_free(path, !found || !path->len);
}

static void look_at_groups(struct viewpoint *v)
{
    struct hierarchies h;

    if (hierarchies_find(v->root, &h) < 0)
        return;
    v->groups = !h.namespaced;
    if (v->own_groups && v->groups)
        v->group = find_group(v->root, &h);
    hierarchies_clear(&h);
}

/* Take away the last step of a path. */
static void step_up(GString *path)
{
    const char *slash = strrchr(path->str, '/');

    g_string_truncate(path, slash ? (gsize)(slash - path->str) : 0);
}

char *viewpoint_group_path(const struct viewpoint *v, char *path)
{
    const char *rest = path;

    if (!path || !v->own_groups || !v->groups)
        return path;
    if (!v->group) {
        g_free(path);
        return NULL;
    }
    GString *whole = g_string_new(v->group);
    while (g_str_has_prefix(rest, "/..") && (rest[3] == '/' || !rest[3])) {
        step_up(whole);
        rest += 3;
    }
    if (strcmp(rest, "/") != 0)
        g_string_append(whole, rest);
    if (!whole->len)
        g_string_append_c(whole, '/');
    g_free(path);
    return g_string_free(whole, FALSE);
}

/* ---- the viewpoint ---- */

struct viewpoint *viewpoint_of(struct root *root, const struct root *own, const char *environment)
{
    struct viewpoint *v = g_memdup2(&VIEWPOINT_HOST, sizeof(VIEWPOINT_HOST));

    v->root = root;
    v->own_groups = is_own(root, "cgroup", INIT_CGROUP);
    v->own_name = is_own(root, "uts", INIT_UTS);
    v->own_users = is_own(root, "user", INIT_USER);
    v->processes = lists_host_processes(root);
    v->pids = !root_is_live(root) || root_has_own_pids(root);
    v->own_network = has_own_network(root, v->processes);
    v->container = is_container(v, find_engine(v, own, environment));
    if (!v->container)
        *v->engine = '\0';
    if (v->own_network) {
        bool seen = v->processes && root_exists(root, "/proc/1/net/dev");
        v->netdev = seen ? "/proc/1/net/dev" : NULL;
        v->routes = seen ? "/proc/1/net/route" : NULL;
    }
    if (v->container) {
        v->descriptors = may_trace(root);
        look_at_groups(v);
        v->files = !is_same(root, own) || has_files_of_engines(root);
    }
    return v;
}

static struct viewpoint *look_around(struct root *root)
{
    struct viewpoint *v;
    struct root *own;

    if (!root_is_live(root) || root_new(NULL, &own) < 0) {
        v = g_memdup2(&VIEWPOINT_HOST, sizeof(VIEWPOINT_HOST));
        v->root = root;
        return v;
    }
    v = viewpoint_of(root, own, g_getenv("container"));
    root_free(own);
    return v;
}

int viewpoint_new(const char *dir, bool saved, struct viewpoint **out)
{
    struct root *root, *host;
    int error = saved ? root_new_saved(dir, &root) : root_new(dir, &root);

    if (error)
        return error;
    *out = look_around(root);
    if (dir || !(*out)->container || !(*out)->processes || root_new("/proc/1/root", &host) < 0)
        return 0;
    if (!root_is_live(host)) {
        root_free(host);
        return 0;
    }
    viewpoint_free(*out);
    *out = look_around(host);
    return 0;
}

void viewpoint_free(struct viewpoint *v)
{
    if (!v)
        return;
    root_free(v->root);
    g_free(v->group);
    g_free(v);
}

/* ---- messages ---- */

enum lack {
    LACKS_PROCESSES,
    LACKS_GROUPS,
    LACKS_NETWORK,
    LACKS_FILES,
    LACKS, /* what the title mentions */
    LACKS_DESCRIPTORS = LACKS,
    LACKS_END
};

static bool lacks(const struct viewpoint *v, enum lack what)
{
    switch (what) {
    case LACKS_PROCESSES:
        return !v->processes;
    case LACKS_GROUPS:
        return !v->groups;
    case LACKS_NETWORK:
        return !v->netdev;
    default:
        return !v->files;
    }
}

/* How to get it. */
static const char *remedy(const struct viewpoint *v, enum lack what)
{
    static const char *const options[LACKS_END] = {
        [LACKS_PROCESSES] = "--pid=host",
        [LACKS_GROUPS] = "--cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup:ro",
        [LACKS_NETWORK] = "--network=host",
        [LACKS_FILES] = "-v /:/host:ro,rslave and vtop --root /host",
        [LACKS_DESCRIPTORS] = "--cap-add=SYS_PTRACE",
    };
    static const char *const pod[LACKS_END] = {
        [LACKS_PROCESSES] = "hostPID: true",
        [LACKS_GROUPS] = "a hostPath volume of /sys/fs/cgroup",
        [LACKS_NETWORK] = "hostNetwork: true",
        [LACKS_FILES] = "a hostPath volume of / at /host and vtop --root /host",
        [LACKS_DESCRIPTORS] = "the capability SYS_PTRACE",
    };

    if (strcmp(v->engine, "kubernetes") == 0)
        return pod[what];
    if (strcmp(v->engine, "docker") == 0 || strcmp(v->engine, "podman") == 0)
        return options[what];
    return NULL;
}

/* "docker run with --pid=host"; or what helps everywhere. */
static char *advice(const struct viewpoint *v, enum lack what)
{
    const char *option = remedy(v, what);

    if (!option)
        return g_strdup("run vtop on the host");
    if (strcmp(v->engine, "kubernetes") == 0)
        return g_strdup_printf("give the pod %s", option);
    return g_strdup_printf("use %s run %s", v->engine, option);
}

char *viewpoint_banner(const struct viewpoint *v)
{
    static const char *const names[LACKS] = {[LACKS_PROCESSES] = "processes",
                                             [LACKS_GROUPS] = "control groups",
                                             [LACKS_NETWORK] = "network",
                                             [LACKS_FILES] = "files"};
    GString *text = g_string_new(NULL);

    for (enum lack i = 0; i < LACKS; i++)
        if (lacks(v, i))
            g_string_append_printf(text, "%s%s", text->len ? ", " : ": cannot see the host's ",
                                   names[i]);
    if (text->len)
        g_string_prepend(text, !v->container ? "own network"
                               : !*v->engine ? "in a container"
                                             : "container");
    if (text->len && v->container && *v->engine) {
        g_string_prepend_c(text, ' ');
        g_string_prepend(text, v->engine);
        g_string_prepend(text, "in a ");
    }
    return g_string_free(text, !text->len);
}

char *viewpoint_groups_message(const struct viewpoint *v)
{
    bool blind = v->groups && v->processes && !v->pids;

    if (v->groups && !blind)
        return NULL;
    char *how = advice(v, blind ? LACKS_PROCESSES : LACKS_GROUPS);
    char *text = g_strdup_printf("%s: %s",
                                 blind ? "does not see which processes are in the groups"
                                       : "sees only the groups of its own container",
                                 how);
    g_free(how);
    return text;
}

static void add_partial(const struct viewpoint *v, struct sample *out, const char *source,
                        const char *what, enum lack lack)
{
    char *how = advice(v, lack), *text = g_strdup_printf("%s: %s", what, how);

    sample_add_status(out, source, SOURCE_PARTIAL, 0, text);
    g_free(text);
    g_free(how);
}

void viewpoint_report(const struct viewpoint *v, struct sample *out)
{
    if (!v->processes)
        add_partial(v, out, "process",
                    "sees only the processes of its own container, no machine of the host",
                    LACKS_PROCESSES);
    else if (v->container && v->own_users)
        sample_add_status(out, "process", SOURCE_PARTIAL, 0,
                          "its user namespace hides what the host's processes have open: run the "
                          "container as the host's root");
    else if (!v->descriptors)
        add_partial(v, out, "process", "does not see what the host's processes have open",
                    LACKS_DESCRIPTORS);
    if (!v->netdev)
        add_partial(v, out, "network", "has a network of its own, the host's cannot be seen",
                    LACKS_NETWORK);
    if (!v->files)
        add_partial(v, out, "names", "does not see the files and sockets of container engines",
                    LACKS_FILES);
}
