/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What of the host can be seen from where vtop runs: hosts and containers as the files of /proc
 * tell them apart. */
#include "collect/viewpoint.h"

#include "cgroup-tree.h"

#include <unistd.h>

#define INIT_NET "net:[4026531833]"
#define OTHER_NET "net:[4026532245]"

struct fixture {
    char *dir;
    struct viewpoint *v;
};

static void set_up(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->dir = tree_new();
    cgroup_host(f->dir, HOST_V2);
    tree_link(f->dir, "proc/self/ns/pid", "pid:[4026531836]");
    tree_link(f->dir, "proc/self/ns/cgroup", "cgroup:[4026531835]");
    tree_link(f->dir, "proc/self/ns/uts", "uts:[4026531838]");
    tree_link(f->dir, "proc/self/ns/user", "user:[4026531837]");
    tree_link(f->dir, "proc/self/ns/net", INIT_NET);
    tree_link(f->dir, "proc/1/ns/net", INIT_NET);
    tree_file(f->dir, "proc/self/status", "Name:\tvtop\nPid:\t700\nNSpid:\t700\nNSsid:\t1\n");
    tree_file(f->dir, "proc/1/stat", "1 (systemd) S 0 1 1 0\n");
    tree_file(f->dir, "proc/1/net/dev", "");
    tree_file(f->dir, "proc/2/stat", "2 (kthreadd) S 0 0 0 0\n");
}

static void tear_down(struct fixture *f, gconstpointer data)
{
    (void)data;
    viewpoint_free(f->v);
    tree_free(f->dir);
}

static void relink(const struct fixture *f, const char *path, const char *target)
{
    char *full = tree_path(f->dir, path);

    unlink(full);
    g_free(full);
    tree_link(f->dir, path, target);
}

static void own(const struct fixture *f, const char *kind)
{
    char *path = g_strconcat("proc/self/ns/", kind, NULL);
    char *target = g_strconcat(kind, ":[4026532999]", NULL);

    relink(f, path, target);
    g_free(target);
    g_free(path);
}

static const struct viewpoint *look(struct fixture *f, const char *environment)
{
    struct root *root, *same;

    viewpoint_free(f->v);
    g_assert_cmpint(root_new(f->dir, &root), ==, 0);
    g_assert_cmpint(root_new(f->dir, &same), ==, 0);
    f->v = viewpoint_of(root, same, environment);
    root_free(same);
    return f->v;
}

static void check_banner(const struct fixture *f, const char *expected)
{
    char *banner = viewpoint_banner(f->v);

    g_assert_cmpstr(banner, ==, expected);
    g_free(banner);
}

/* SOURCE is partial with a message that has TEXT in it; NULL: it is not mentioned. */
static void check_status(const struct fixture *f, const char *source, const char *text)
{
    struct sample *s = sample_new(0, 1);
    const struct source_status *found = NULL;

    viewpoint_report(f->v, s);
    for (guint i = 0; i < s->statuses->len; i++) {
        const struct source_status *status = &g_array_index(s->statuses, struct source_status, i);
        if (strcmp(status->name, source) == 0)
            found = status;
    }
    g_assert_cmpint(found != NULL, ==, text != NULL);
    if (found) {
        g_assert_cmpint(found->state, ==, SOURCE_PARTIAL);
        g_assert_nonnull(strstr(found->message, text));
    }
    sample_unref(s);
}

static void test_host(struct fixture *f, gconstpointer data)
{
    const struct viewpoint *v = look(f, NULL);

    (void)data;
    g_assert_false(v->container);
    g_assert_true(v->processes && v->groups && v->files);
    g_assert_cmpstr(v->netdev, ==, "/proc/net/dev");
    check_banner(f, NULL);
    check_status(f, "process", NULL);
    check_status(f, "network", NULL);
    check_status(f, "names", NULL);
    g_assert_null(viewpoint_groups_message(v));
}

/* Where nothing can be found out, as with a /proc of plain files, nothing is missing. */
static void test_unknown(struct fixture *f, gconstpointer data)
{
    (void)data;
    tree_free(f->dir);
    f->dir = tree_new();
    const struct viewpoint *v = look(f, NULL);
    g_assert_false(v->container);
    g_assert_true(v->processes && v->groups && v->files && v->netdev);
    check_banner(f, NULL);
}

/* docker run, and nothing else. */
static void test_private(struct fixture *f, gconstpointer data)
{
    const struct viewpoint *v;

    (void)data;
    own(f, "pid");
    own(f, "cgroup");
    own(f, "uts");
    own(f, "net");
    relink(f, "proc/1/ns/net", "net:[4026532999]");
    tree_file(f->dir, ".dockerenv", "");
    tree_file(f->dir, "proc/self/status", "Name:\tvtop\nPid:\t1\nNSpid:\t1\n");
    tree_file(f->dir, "proc/1/stat", "1 (vtop) S 0 1 1 0\n");
    tree_file(f->dir, "proc/2/stat", "2 (sh) S 1 1 1 0\n");
    tree_file(f->dir, "proc/sys/net/core/somaxconn", "4096\n");
    tree_file(f->dir, "proc/self/mountinfo",
              "30 1 0:20 /docker/a /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n");
    v = look(f, NULL);
    g_assert_true(v->container && v->own_name && v->own_groups && v->own_network);
    g_assert_cmpstr(v->engine, ==, "docker");
    g_assert_false(v->processes || v->groups || v->files);
    g_assert_null(v->netdev);
    check_banner(f, "in a docker container: cannot see the host's processes, control groups, "
                    "network, files");
    check_status(f, "process", "docker run --pid=host");
    check_status(f, "network", "docker run --network=host");
    check_status(f, "names", "-v /:/host:ro,rslave");
    char *message = viewpoint_groups_message(v);
    g_assert_nonnull(strstr(message, "docker run --cgroupns=host"));
    g_free(message);
}

/* docker run --pid=host: the first process of the host shows its network. */
static void test_host_processes(struct fixture *f, gconstpointer data)
{
    const struct viewpoint *v;

    (void)data;
    own(f, "net");
    tree_file(f->dir, "run/.containerenv", "");
    tree_file(f->dir, "run/docker.sock", "");
    v = look(f, NULL);
    g_assert_cmpstr(v->engine, ==, "podman");
    g_assert_true(v->processes && v->own_network && v->files);
    g_assert_cmpstr(v->netdev, ==, "/proc/1/net/dev");
    g_assert_cmpstr(v->routes, ==, "/proc/1/net/route");
    check_banner(f, NULL);
    check_status(f, "network", NULL);
}

/* Its own pid namespace, but the host's /proc mounted below the root. */
static void test_outer_proc(struct fixture *f, gconstpointer data)
{
    (void)data;
    own(f, "pid");
    tree_file(f->dir, "proc/self/status", "Name:\tvtop\nPid:\t700\nNSpid:\t700\t5\n");
    g_assert_true(look(f, NULL)->processes);
    tree_file(f->dir, "proc/2/stat", "2 (bash) S 1 1 1 0\n"); /* of a container around this one */
    g_assert_false(look(f, NULL)->processes);
}

/* Before the number of the network was fixed, one setting tells; then no process has to. */
static void test_network_by_settings(struct fixture *f, gconstpointer data)
{
    (void)data;
    own(f, "pid");
    tree_file(f->dir, "proc/2/stat", "2 (sh) S 1 1 1 0\n");
    relink(f, "proc/self/ns/net", OTHER_NET);
    g_assert_false(look(f, NULL)->own_network); /* there is no knowing */
    tree_file(f->dir, "proc/sys/net/core/somaxconn", "4096\n");
    g_assert_true(look(f, NULL)->own_network);
    g_assert_null(f->v->netdev);
    tree_file(f->dir, "proc/sys/net/core/netdev_max_backlog", "1000\n");
    g_assert_false(look(f, NULL)->own_network);
}

/* Only a network of its own: ip netns exec. */
static void test_own_network_alone(struct fixture *f, gconstpointer data)
{
    (void)data;
    relink(f, "proc/self/ns/net", OTHER_NET);
    look(f, NULL);
    g_assert_false(f->v->container);
    g_assert_cmpstr(f->v->netdev, ==, "/proc/1/net/dev");
    check_banner(f, NULL);
}

/* A virtual machine whose disk was made of a container. */
static void test_left_over_marks(struct fixture *f, gconstpointer data)
{
    (void)data;
    tree_file(f->dir, ".dockerenv", "");
    tree_file(f->dir, "proc/1/mountinfo", "27 1 254:0 / / rw - ext4 /dev/vda rw\n" HOST_V2);
    tree_file(f->dir, "proc/self/mountinfo", "90 1 254:0 / / rw - ext4 /dev/vda rw\n" HOST_V2);
    own(f, "uts"); /* unshare -u */
    g_assert_false(look(f, NULL)->container);
    g_assert_cmpstr(f->v->engine, ==, "");
    g_assert_false(viewpoint_shares_network(f->v->root)); /* a fixture is not live */
    tree_file(f->dir, "proc/self/mountinfo", "90 1 0:61 / / rw - overlay overlay rw\n" HOST_V2);
    g_assert_true(look(f, NULL)->container);
    g_assert_false(f->v->files);
}

static void test_engines(struct fixture *f, gconstpointer data)
{
    (void)data;
    own(f, "uts");
    g_assert_true(look(f, "lxc")->container);
    g_assert_cmpstr(f->v->engine, ==, "lxc");
    g_assert_cmpstr(look(f, "\033[31mevil")->engine, ==, "");
    g_assert_cmpstr(look(f, "oci")->engine, ==, "");
    g_assert_true(f->v->container);
    g_assert_false(look(f, "")->container);
    tree_file(f->dir, "run/systemd/container", "systemd-nspawn\n");
    g_assert_cmpstr(look(f, NULL)->engine, ==, "systemd-nspawn");
    check_banner(f, "in a systemd-nspawn container: cannot see the host's files");
    check_status(f, "names", "run vtop on the host");
    tree_file(f->dir, "run/secrets/kubernetes.io/token", "");
    g_assert_cmpstr(look(f, NULL)->engine, ==, "kubernetes");
    check_status(f, "names", "hostPath");
}

/* The link of a saved tree can be read, and one that is not there is not denied. */
static void test_descriptors(struct fixture *f, gconstpointer data)
{
    (void)data;
    own(f, "uts");
    look(f, "docker");
    g_assert_true(f->v->descriptors);
    check_status(f, "process", NULL);
    f->v->descriptors = false;
    check_status(f, "process", "docker run --cap-add=SYS_PTRACE");
}

static void test_user_namespace(struct fixture *f, gconstpointer data)
{
    (void)data;
    own(f, "user");
    look(f, "podman");
    g_assert_true(f->v->own_users);
    check_status(f, "process", "user namespace");
}

static void check_group(const struct viewpoint *v, const char *path, const char *expected)
{
    char *whole = viewpoint_group_path(v, g_strdup(path));

    g_assert_cmpstr(whole, ==, expected);
    g_free(whole);
}

/* Paths of groups are relative to vtop's own one, which is found by vtop's pid. */
static void test_group_paths(struct fixture *f, gconstpointer data)
{
    char *pid = g_strdup_printf("17\n%d\n", (int)getpid());

    (void)data;
    check_group(look(f, NULL), "/docker/b", "/docker/b");
    own(f, "cgroup");
    cgroup_file(f->dir, "", "/docker", "cgroup.procs", "");
    cgroup_file(f->dir, "", "/docker/b", "cgroup.procs", "17\n");
    tree_file(f->dir, "proc/self/cgroup", "0::/\n");
    check_group(look(f, NULL), "/../b", NULL); /* it is not found */
    g_assert_null(viewpoint_group_path(f->v, NULL));
    cgroup_file(f->dir, "", "/docker/a", "cgroup.procs", pid);
    look(f, NULL);
    g_assert_cmpstr(f->v->group, ==, "/docker/a");
    check_group(f->v, "/", "/docker/a");
    check_group(f->v, "/sub", "/docker/a/sub");
    check_group(f->v, "/../b", "/docker/b");
    check_group(f->v, "/../..", "/");
    check_group(f->v, "/../../machine.slice/x", "/machine.slice/x");
    check_group(f->v, "/../../../x", "/x");
    check_group(f->v, "/..b", "/docker/a/..b");
    /* In a group below the root of its namespace. */
    cgroup_file(f->dir, "", "/docker/a", "cgroup.procs", "");
    cgroup_file(f->dir, "", "/docker/a/init", "cgroup.procs", pid);
    tree_file(f->dir, "proc/self/cgroup", "0::/init\n");
    look(f, NULL);
    g_assert_cmpstr(f->v->group, ==, "/docker/a");
    g_free(pid);
}

/* A saved tree was a host, whatever its files say. */
static void test_saved(struct fixture *f, gconstpointer data)
{
    (void)data;
    own(f, "pid");
    own(f, "net");
    tree_file(f->dir, ".dockerenv", "");
    g_assert_cmpint(viewpoint_new(f->dir, false, &f->v), ==, 0);
    g_assert_true(f->v->processes && f->v->groups && f->v->files && f->v->pids);
    g_assert_false(f->v->container);
    check_banner(f, NULL);
    viewpoint_free(f->v);
    f->v = NULL;
    g_assert_cmpint(viewpoint_new("/nonexistent", false, &f->v), ==, -ENOENT);
    g_assert_null(f->v);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
    g_test_add("/viewpoint/" name, struct fixture, NULL, set_up, test, tear_down)
    ADD("host", test_host);
    ADD("unknown", test_unknown);
    ADD("private", test_private);
    ADD("host-processes", test_host_processes);
    ADD("outer-proc", test_outer_proc);
    ADD("network-by-settings", test_network_by_settings);
    ADD("own-network-alone", test_own_network_alone);
    ADD("left-over-marks", test_left_over_marks);
    ADD("engines", test_engines);
    ADD("descriptors", test_descriptors);
    ADD("user-namespace", test_user_namespace);
    ADD("group-paths", test_group_paths);
    ADD("saved", test_saved);
    return g_test_run();
}
