/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Names of containers that are found in files, and whatever else the files may contain. */
#include <config.h>

#include "base/clock_read.h"
#include "collect/names/names_find.h"
#include "collect/names/names_labels.h"
#include "collect/names/names_json.h"

#include "names-host.h"

#define CONFIG "var/lib/docker/containers/" ID "/config.v2.json"

static void test_docker_file(void)
{
    struct fake_daemon d = {.head = FAKE_OK, .body = "[" WEB "]"};
    struct host h;

    host_open(&h);
    fake_start(&d, h.dir);
    tree_file(h.dir, CONFIG,
              "{\"ID\":\"" ID "\",\"Name\":\"/shop-web-1\",\"Config\":{\"Image\":\"nginx:2\","
              "\"Labels\":{\"com.docker.compose.project\":\"shop\"}}}");
    struct names_entry *e = ask_docker(&h);
    wait_for(&h);
    expect(e, "shop-web-1", "nginx:2", "shop");
    g_assert_cmpuint(d.asked, ==, 0); /* no request for a name that is in a file */

    look_again(&h);
    expect(e, "shop-web-1", "nginx:2", "shop"); /* the second lookup reads the file once more */
    look_again(&h);
    expect(e, NULL, NULL, NULL); /* the file was not written since */

    tree_file(h.dir, CONFIG,
              "{\"Name\":\"/renamed\",\"Config\":{\"Labels\":{"
              "\"com.docker.stack.namespace\":\"stack\"}}}");
    look_again(&h);
    expect(e, "renamed", NULL, "stack");
    names_drop(h.names, e);
    host_close(&h);
    fake_stop(&d);
}

/* The answer for a container whose file has TEXT. */
static struct names_answer *answer_of_file(const char *text)
{
    struct host h;

    host_open(&h);
    tree_file(h.dir, CONFIG, text);
    struct names_entry *e = ask_docker(&h);
    wait_for(&h);
    struct names_answer *a = names_take(e);
    names_drop(h.names, e);
    host_close(&h);
    return a;
}

/* Whatever a file contains, there is no name, or one that is cleaned later. */
static void test_hostile_files(void)
{
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "null",
        "7",
        "{\"Name\":7}",
        "{\"Name\":\"\"}",
        "{\"Name\":\"/\"}",
        "{\"Config\":{\"Image\":\"x\"}}",
        "\xff\xfe{}",
        "{\"Name\":\"/x\"",
    };
    GString *text = g_string_new("{\"Name\":\"/x\",\"Config\":");

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_null(answer_of_file(texts[i]));
    for (int i = 0; i < 1000; i++)
        g_string_append(text, "[");
    g_assert_null(answer_of_file(text->str));

    /* The daemon chooses a container's name: 4 KiB of it, escapes, bidi marks, invalid UTF-8. */
    g_string_assign(text, "{\"Name\":\"/\\u001b[2J\\u202e\xff");
    for (int i = 0; i < 4096; i++)
        g_string_append_c(text, 'n');
    g_string_append(text, "\"}");
    struct names_answer *a = answer_of_file(text->str);
    g_assert_nonnull(a);
    struct ident *ident = ident_new(KIND_GUEST, GUEST_DOCKER, "key");
    ident_set(&ident->name, a->name);
    g_assert_true(g_utf8_validate(ident->name, -1, NULL));
    g_assert_true(g_str_has_prefix(ident->name, "\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbdnnn"));
    g_assert_cmpuint(strlen(ident->name), <=, 512);
    ident_unref(ident);
    names_answer_free(a);

    /* A value longer than NAMES_JSON_MAX is not read. */
    while (text->len < NAMES_JSON_MAX)
        g_string_append(text, "                                ");
    g_assert_null(answer_of_file(text->str));
    g_string_free(text, TRUE);
}

/* '|' stands for NUL. */
static void tree_command(const struct host *h, int pid, const char *words)
{
    char *path = g_strdup_printf("proc/%d/cmdline", pid), *full = tree_path(h->dir, path);
    char *command = g_strdelimit(g_strdup(words), "|", '\0');

    tree_file(h->dir, path, "");
    g_assert_true(g_file_set_contents(full, command, (gssize)strlen(words) + 1, NULL));
    g_free(path);
    g_free(full);
    g_free(command);
}

static void tree_stat(const struct host *h, int pid, int parent)
{
    char *path = g_strdup_printf("proc/%d/stat", pid);
    char *text = g_strdup_printf("%d (sh) S %d 20 20 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 5 1 1 "
                                 "1 1 1 1 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
                                 pid, parent);

    tree_file(h->dir, path, text);
    g_free(path);
    g_free(text);
}

#define STORE "var/lib/containers/storage/overlay-containers/"
#define POD "/machine.slice/machine-libpod_pod_" I2 ".slice"

static void expect_sandbox(struct names_entry *e, const char *name, bool sandbox)
{
    struct names_answer *a = names_take(e);

    g_assert_nonnull(a);
    g_assert_cmpstr(a->name, ==, name);
    g_assert_cmpint(a->sandbox, ==, sandbox);
    names_answer_free(a);
}

static char *podman_list(const char *name)
{
    return g_strdup_printf(
        "[{\"id\":\"" I2 "\",\"names\":[\"keeper\"]},{\"id\":\"" ID
        "\",\"names\":[\"%s\"],\"metadata\":\"{\\\"image-name\\\":\\\"alpine\\\"}"
        "\"}]",
        name);
}

/* Podman's storage has the new name; the command line of conmon keeps the first one. */
static void test_podman(void)
{
    static const char path[] = POD "/libpod-" ID ".scope";
    char *list = podman_list("first"), *renamed = podman_list("second");
    struct host h;

    host_open(&h);
    tree_stat(&h, 20, 10);
    tree_command(&h, 20, "sh");
    tree_command(&h, 10, "/usr/bin/conmon|-c|" ID "|-n|first|-b|/" STORE ID "/userdata");

    struct names_entry *e = ask(&h, path, 20);
    wait_for(&h);
    expect(e, "first", NULL, NULL); /* from conmon alone */
    names_drop(h.names, e);

    tree_file(h.dir, STORE "volatile-containers.json", list);
    tree_file(h.dir, STORE I2 "/userdata/config.json", "{\"hostname\":\"pod1\"}");
    struct names_entry *keeper = ask(&h, POD "/libpod-" I2 ".scope", 0);
    wait_for(&h);
    expect_sandbox(keeper, "keeper", false); /* no other container names it yet */
    tree_file(h.dir, STORE ID "/userdata/config.json",
              "{\"annotations\":{\"io.kubernetes.cri-o.SandboxID\":\"" I2 "\"}}");
    e = ask(&h, path, 20);
    look_again(&h);
    expect(e, "first", "alpine", "pod1");
    expect_sandbox(keeper, "keeper", true);
    names_drop(h.names, keeper);
    tree_file(h.dir, STORE "volatile-containers.json", renamed);
    look_again(&h);
    expect(e, "second", "alpine", "pod1");
    look_again(&h);
    expect(e, NULL, NULL, NULL);
    names_drop(h.names, e);
    host_close(&h);
    g_free(list);
    g_free(renamed);
}

/* Podman's projects are labels, which only its daemon reports; the names do not need it. */
static void test_podman_project(void)
{
    struct fake_daemon d = {.head = FAKE_OK,
                            .body = "[{\"Id\":\"" ID "\",\"Names\":[\"/lie\"],\"Labels\":"
                                    "{\"io.podman.compose.project\":\"mall\"}}]"};
    char *list = podman_list("first");
    struct host h;

    host_open(&h);
    tree_file(h.dir, STORE "containers.json", list);
    struct names_entry *e = ask(&h, "/libpod_parent/libpod-" ID, 0);
    wait_for(&h);
    expect(e, "first", "alpine", NULL);
    look_again(&h); /* the second lookup reads the file once more */
    expect(e, "first", "alpine", NULL);
    look_again(&h);
    expect(e, NULL, NULL, NULL); /* there is no daemon */
    fake_start_at(&d, h.dir, "run/podman/podman.sock");
    look_again(&h);
    expect(e, "first", "alpine", "mall");
    look_again(&h);
    expect(e, NULL, NULL, NULL);
    g_assert_cmpuint(d.asked, ==, 1);

    /* A daemon that was just contacted gets no further request at first, and one later. */
    struct names_entry *late = ask(&h, "/libpod_parent/libpod-" I2, 0);
    wait_for(&h);
    expect(late, "keeper", NULL, NULL);
    g_assert_cmpuint(d.asked, ==, 1);
    look_again(&h);
    expect(late, "keeper", NULL, NULL); /* looked up again, because not all was known */
    names_drop(h.names, e);
    names_drop(h.names, late);
    host_close(&h);
    fake_stop(&d);
    g_free(list);
}

/* The path of a split group has no id: conmon has it, and the storage is searched for it. A step of
 * a build has neither. */
static void test_podman_without_id(void)
{
    char *list = podman_list("renamed");
    struct host h;

    host_open(&h);
    tree_command(&h, 10, "/usr/bin/conmon|-c|" ID "|-n|first|-b|/" STORE ID "/userdata");
    tree_stat(&h, 10, 1);
    tree_command(&h, 11, "/bin/app");
    tree_stat(&h, 11, 10);
    struct names_entry *split = ask(&h, "/system.slice/web.service/container", 11);
    struct names_entry *step = ask(&h, "/buildah-buildah42", 0);
    wait_for(&h);
    struct names_answer *a = names_take(split);
    g_assert_cmpstr(a->name, ==, "first");
    g_assert_cmpstr(a->id, ==, ID);
    names_answer_free(a);
    expect(step, "buildah42", NULL, NULL);
    tree_file(h.dir, STORE "containers.json", list);
    look_again(&h);
    expect(split, "renamed", "alpine", NULL);
    names_drop(h.names, split);
    names_drop(h.names, step);
    host_close(&h);
    g_free(list);
}

/* A name from a file is available while Podman's answer about the project is still awaited. */
static void test_podman_waits(void)
{
    struct fake_daemon d = {.head = FAKE_OK, .hold = true};
    char *list = podman_list("first");
    struct names_answer *a = NULL;
    struct host h;

    host_open(&h);
    tree_file(h.dir, STORE "containers.json", list);
    fake_start_at(&d, h.dir, "run/podman/podman.sock");
    int64_t begin = clock_mono_ns();
    struct names_entry *e = ask(&h, "/libpod_parent/libpod-" ID, 0);
    while (!a && clock_mono_ns() < begin + CLOCK_NS_PER_S) {
        g_usleep(1000);
        a = names_take(e);
    }
    g_assert_nonnull(a);
    g_assert_cmpstr(a->name, ==, "first");
    names_answer_free(a);
    names_drop(h.names, e);
    host_close(&h);
    fake_stop(&d);
    g_free(list);
}

#define K3S "run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/"
#define SHOP_WEB                                                                                   \
    "\"io.kubernetes.cri.sandbox-namespace\":\"shop\",\"io.kubernetes.cri.sandbox-name\":\"web-"   \
    "0\""
#define BESTEFFORT "/kubepods/besteffort/pod00000003-1111-4222-8333-000000000003/"

/* containerd keeps its files in an unusual place, beside the working directory of a pod's shim. */
static void test_containerd(void)
{
    struct host h;

    host_open(&h);
    tree_stat(&h, 20, 10);
    tree_command(&h, 20, "/bin/sh");
    tree_command(&h, 10, "/opt/k3s/containerd-shim-runc-v2|-namespace|k8s.io");
    tree_link(h.dir, "proc/10/cwd", "/" K3S I2);
    tree_file(h.dir, K3S ID "/config.json",
              "{\"annotations\":{" SHOP_WEB ",\"io.kubernetes.cri.container-type\":\"container\","
              "\"io.kubernetes.cri.container-name\":\"front\","
              "\"io.kubernetes.cri.image-name\":\"nginx:3\"}}");
    tree_file(h.dir, K3S I2 "/config.json",
              "{\"annotations\":{" SHOP_WEB ",\"io.kubernetes.cri.container-type\":\"sandbox\"}}");
    struct names_entry *front = ask(&h, BESTEFFORT ID, 20);
    struct names_entry *sandbox = ask(&h, BESTEFFORT I2, 20);
    struct names_entry *elsewhere = ask(&h, BESTEFFORT ID, 0);
    wait_for(&h);
    expect(front, "web-0/front", "nginx:3", "shop/web-0");
    expect_sandbox(sandbox, "web-0/POD", true);
    expect(elsewhere, NULL, NULL, NULL);
    names_drop(h.names, front);
    names_drop(h.names, sandbox);
    names_drop(h.names, elsewhere);
    host_close(&h);
}

/* LXD's containers have a project before their name, and an image that their settings describe. */
static void test_lxd(void)
{
    static const char *const settings[] = {
        "container:\n  config:\n    image.description: Debian 12 amd64\n    user.x: y\n",
        "container:\n  config:\n    image.description: 'a: b'\nimage.description: later\n",
        "container:\n  config:\n    image.description: \"\"\n",
        "container: {}\n",
    };
    static const char *const images[] = {"Debian 12 amd64", "a: b", NULL, NULL};
    struct host h;

    host_open(&h);
    tree_stat(&h, 20, 10);
    tree_command(&h, 20, "/sbin/init");
    tree_command(&h, 10, "[lxc monitor] /var/lib/lxd/containers shop-eu_web");
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
        tree_file(h.dir, "var/lib/lxd/containers/shop-eu_web/backup.yaml", settings[i]);
        struct names_entry *e = ask(&h, "/lxc.payload.shop-eu_web-1", 20);
        wait_for(&h);
        expect(e, "web", images[i], "shop-eu");
        names_drop(h.names, e);
    }
    static const char *const monitors[] = {"/var/lib/incus/containers shop_web",
                                           "/var/snap/lxd/common/lxd/containers web"};
    static const char *const aliases[] = {"incus:shop/web", "lxd:web"};
    static const char *const paths[] = {"/lxc.payload.shop_web", "/lxc.payload.web"};
    for (size_t i = 0; i < G_N_ELEMENTS(monitors); i++) {
        char *command = g_strconcat("[lxc monitor] ", monitors[i], NULL);
        tree_command(&h, 10, command);
        g_free(command);
        struct names_entry *e = ask(&h, paths[i], 20);
        wait_for(&h);
        struct names_answer *a = names_take(e);
        g_assert_cmpstr(a->alias, ==, aliases[i]);
        names_answer_free(a);
        names_drop(h.names, e);
    }
    tree_command(&h, 10, "[lxc monitor] /var/lib/lxc a_b");
    struct names_entry *plain = ask(&h, "/lxc.payload.a_b", 20);
    struct names_entry *other = ask(&h, "/lxc.payload.other", 20);
    wait_for(&h);
    expect(plain, "a_b", NULL, NULL);
    expect(other, "other", NULL, NULL); /* from the path: the monitor is another container's */
    names_drop(h.names, plain);
    names_drop(h.names, other);
    host_close(&h);
}

/* systemd leaves '_' out of the name of a group; libvirt's own process of the container has it. */
static void test_libvirt_lxc(void)
{
    static const char scope[] = "/machine.slice/machine-lxc\\x2d30\\x2dcell7.scope";
    struct host h;

    host_open(&h);
    tree_command(&h, 30, "/usr/lib/libvirt/libvirt_lxc|--name|cell_7|--console|22");
    tree_file(h.dir, "proc/31/cmdline", "sh");
    struct names_entry *e[] = {
        ask(&h, scope, 0),
        ask(&h, "/machine/lxc-30-cell7.libvirt-lxc", 0),
        ask(&h, "/machine/lxc-31-cell7.libvirt-lxc", 0),
        ask(&h, "/libvirt/lxc/cell7", 0),
    };
    wait_for(&h);
    for (size_t i = 0; i < G_N_ELEMENTS(e); i++) {
        expect(e[i], i < 2 ? "cell_7" : "cell7", NULL, NULL);
        names_drop(h.names, e[i]);
    }
    host_close(&h);
}

/* The containers of a user are in the user's home directory, which is found in /etc/passwd. */
static void test_rootless(void)
{
    static const char path[] =
        "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope";
    struct host h;

    host_open(&h);
    tree_file(h.dir, "etc/passwd",
              "root:x:0:0::/root:/bin/sh\nbroken\neve:x:1000:1000::home:/x\n"
              "ann:x:1000:1000:Ann:/home/ann:/bin/sh\n");
    tree_file(h.dir, "home/ann/.local/share/docker/containers/" ID "/config.v2.json",
              "{\"Name\":\"/mine\"}");
    struct names_entry *hers = ask(&h, path, 0);
    struct names_entry *nobodys = ask(&h, "/user.slice/user-1001.slice/docker-" ID ".scope", 0);
    wait_for(&h);
    expect(hers, "mine", NULL, NULL);
    expect(nobodys, NULL, NULL, NULL);
    names_drop(h.names, hers);
    names_drop(h.names, nobodys);
    host_close(&h);
}

static void test_uid(void)
{
    uint64_t uid = 0;

    g_assert_true(names_rootless_uid("/user.slice/user-1000.slice/x", &uid));
    g_assert_cmpuint(uid, ==, 1000);
    g_assert_false(names_rootless_uid("/user.slice/user-0.slice/session-1.scope", &uid));
    g_assert_false(names_rootless_uid("/user.slice/user-x.slice", &uid));
    g_assert_false(names_rootless_uid("/user.slice/user-1000.slicex", &uid) && uid != 1000);
    g_assert_false(names_rootless_uid("/user.slice/user-99999999999999999999.slice", &uid));
    g_assert_false(names_rootless_uid("/user.slice/user-", &uid));
    g_assert_false(names_rootless_uid("/docker/" ID, &uid));
}

/* Users of the machine that runs the test are found with and without the file. */
static void test_homes(void)
{
    struct root *live;
    struct names_round r = {0};

    g_assert_cmpint(root_new(NULL, &live), ==, 0);
    r.host = r.root = live;
    g_assert_cmpstr(names_home(&r, 0), ==, "/root");
    g_assert_null(names_home(&r, 4000000000u));
    g_assert_null(names_home(&r, UINT64_MAX));
    names_round_clear(&r);
    root_free(live);
}
/* ---- JSON ---- */

static void count(void *data, json_object *object)
{
    (void)object;
    *(unsigned *)data += 1;
}

static void test_json(void)
{
    static const struct {
        const char *text;
        bool good;
        unsigned visits;
    } rows[] = {
        {"[]", true, 0},         {" [ ] ", true, 0},
        {"[{},{}]", true, 2},    {"[{\"a\":[1,2,{\"b\":\"],}\"}]} , {\"a\\\"],\":1} ]", true, 2},
        {"", false, 0},          {"{}", false, 0},
        {"[", false, 0},         {"[{}", false, 1},
        {"[{},", false, 1},      {"[{},,{}]", false, 1},
        {"[{},null]", false, 1}, {"[{}}]", false, 1},
        {"[1,2]", false, 0},     {"[\"abc", false, 0},
        {"[\"abc\\", false, 0},  {"[nonsense]", false, 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        unsigned visits = 0;
        char *exact = g_memdup2(rows[i].text, strlen(rows[i].text) + 1);
        g_test_message("%s", rows[i].text);
        g_assert_cmpint(names_json_each(exact, strlen(exact), count, &visits), ==, rows[i].good);
        g_assert_cmpuint(visits, ==, rows[i].visits);
        g_free(exact);
    }
    g_assert_null(names_json("{} {", 0));
}
int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/names-files/docker-file", test_docker_file);
    g_test_add_func("/names-files/hostile-files", test_hostile_files);
    g_test_add_func("/names-files/podman", test_podman);
    g_test_add_func("/names-files/podman-project", test_podman_project);
    g_test_add_func("/names-files/podman-without-id", test_podman_without_id);
    g_test_add_func("/names-files/podman-waits", test_podman_waits);
    g_test_add_func("/names-files/containerd", test_containerd);
    g_test_add_func("/names-files/lxd", test_lxd);
    g_test_add_func("/names-files/libvirt-lxc", test_libvirt_lxc);
    g_test_add_func("/names-files/rootless", test_rootless);
    g_test_add_func("/names-files/uid", test_uid);
    g_test_add_func("/names-files/homes", test_homes);
    g_test_add_func("/names-files/json", test_json);
    return g_test_run();
}
