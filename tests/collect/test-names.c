/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Names of containers from daemons, and what happens when a daemon hangs, sends wrong answers or
 * sends too much. */
#include <config.h>

#include "base/clock_read.h"
#include "names-host.h"

#include <sys/resource.h>

/* Check the state and the message of the docker line among the sources. */
static void expect_status(struct host *h, enum source_state state, const char *word)
{
    struct sample *s = sample_new(0, 0);
    bool found = false;

    names_add_statuses(h->names, s);
    for (guint i = 0; i < s->statuses->len; i++) {
        const struct source_status *status = &g_array_index(s->statuses, struct source_status, i);
        found |= strcmp(status->name, "docker") == 0 && status->state == state &&
                 (word ? strstr(status->message, word) != NULL : !status->message);
    }
    g_assert_true(found);
    sample_unref(s);
}
/* ---- a daemon that works ---- */

static void test_list(void)
{
    struct fake_daemon d = {
        .head = FAKE_OK,
        .body = " [ {\"Id\":\"" I2 "\",\"Names\":[\"/db\"],\"Image\":\"pg\",\"Labels\":"
                "{\"com.docker.compose.project\":\"shop\"}} , " WEB ",{\"Id\":7}]\n"};
    struct host h;

    host_open(&h);
    fake_start(&d, h.dir);
    struct names_entry *web = ask_docker(&h);
    struct names_entry *db = ask(&h, "/system.slice/docker-" I2 ".scope", 0);
    wait_for(&h);
    expect(web, "web", "nginx:1", NULL);
    expect(db, "db", "pg", "shop");
    expect(db, NULL, NULL, NULL); /* only once */
    expect_status(&h, SOURCE_OK, NULL);
    g_assert_cmpuint(d.asked, <=, 2); /* the requests may be in two rounds */
    names_drop(h.names, web);
    names_drop(h.names, db);
    host_close(&h);
    fake_stop(&d);
}

/* A hundred containers that appear together need one request. */
static void test_one_question(void)
{
    struct fake_daemon d = {.head = FAKE_OK, .body = "[" WEB "]"};
    struct names_entry *e[100];
    struct host h;

    host_open(&h);
    fake_start(&d, h.dir);
    for (size_t i = 0; i < G_N_ELEMENTS(e); i++)
        e[i] = ask_docker(&h);
    wait_for(&h);
    unsigned before = d.asked;
    look_again(&h);
    g_assert_cmpuint(d.asked - before, <=, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(e); i++) {
        expect(e[i], "web", "nginx:1", NULL);
        names_drop(h.names, e[i]);
    }
    host_close(&h);
    fake_stop(&d);
}

/* ---- daemons that do not work ---- */

static const struct lie {
    const char *what, *head, *body;
    size_t flood;
    const char *status; /* the reported message; NULL: accepted, but without our name */
} LIES[] = {
    {"no JSON", FAKE_OK, "containers: web, db", 0, "not understood"},
    {"nothing", FAKE_OK, "", 0, "not understood"},
    {"not even HTTP", "SSH-2.0-OpenSSH_9.2\r\n", NULL, 0, "not understood"},
    {"HTML", FAKE_OK, "<html><body>[" WEB "]</body></html>", 0, "not understood"},
    {"an object", FAKE_OK, WEB, 0, "not understood"},
    {"torn", FAKE_OK, "[" WEB, 0, "not understood"},
    {"torn in a string", FAKE_OK, "[{\"Id\":\"" ID "\",\"Names\":[\"/we", 0, "not understood"},
    {"error 500", "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n", "[" WEB "]", 0,
     "not understood"},
    {"elsewhere", "HTTP/1.1 302 Found\r\nLocation: http://localhost/x\r\nContent-Length: 0\r\n\r\n",
     NULL, 0, "not understood"},
    {"a file", "HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
     NULL, 0, "not understood"},
    {"closed in mid-body", "HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n", "[" WEB "]", 0,
     "not understood"},
    {"huge by its word", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n", "[" WEB "]",
     0, "too long"},
    {"50 MB", FAKE_OK, "[", 50000000, "too long"},
    {"15 MB in one element", FAKE_OK, "[", 15000000, "not understood"},
    {"others", FAKE_OK, "[{\"Id\":\"" I2 "\",\"Names\":[\"/db\"]}]", 0, NULL},
    {"half an id", FAKE_OK, "[{\"Id\":\"0123456789ab\",\"Names\":[\"/db\"]}]", 0, NULL},
    {"no names", FAKE_OK, "[{\"Id\":\"" ID "\"}]", 0, NULL},
    {"empty names", FAKE_OK, "[{\"Id\":\"" ID "\",\"Names\":[]}]", 0, NULL},
    {"an empty name", FAKE_OK, "[{\"Id\":\"" ID "\",\"Names\":[\"/\"]}]", 0, NULL},
    {"wrong types", FAKE_OK, "[{\"Id\":\"" ID "\",\"Names\":[{\"x\":[1]}],\"Labels\":7}]", 0, NULL},
    {"a name instead of names", FAKE_OK, "[{\"Id\":\"" ID "\",\"Names\":\"web\"}]", 0, NULL},
    {"numbers", FAKE_OK, "[1,2,[3],\"" ID "\",true]", 0, "not understood"},
    {"no containers", FAKE_OK, "[]", 0, NULL},
};

/* The row keeps its short id, the source reports the reason, and the name appears once the daemon
 * works. */
static void test_lies(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(LIES); i++) {
        const struct lie *lie = &LIES[i];
        struct fake_daemon d = {.head = lie->head, .body = lie->body, .flood = lie->flood};
        struct host h;

        g_test_message("%s", lie->what);
        host_open(&h);
        fake_start(&d, h.dir);
        struct names_entry *e = ask_docker(&h);
        wait_for(&h);
        expect(e, NULL, NULL, NULL);
        g_assert_cmpuint(d.asked, ==, 1);
        expect_status(&h, lie->status ? SOURCE_FAILED : SOURCE_OK, lie->status);
        names_drop(h.names, e);
        host_close(&h);
        fake_stop(&d);
    }
}

/* An endless answer uses no more memory than the maximum answer, and some for its list. */
static void test_memory(void)
{
    struct rusage use;

    g_assert_cmpint(getrusage(RUSAGE_SELF, &use), ==, 0);
    g_test_message("%ld KiB at most so far", use.ru_maxrss);
    if (!g_getenv("VTOP_SANITIZED") || !*g_getenv("VTOP_SANITIZED"))
        g_assert_cmpint(use.ru_maxrss, <, 128 << 10);
}

/* Four daemons that hang in four ways each time out after two seconds, all at the same time, and no
 * caller is blocked. */
static void test_hang(void)
{
    struct fake_daemon d[] = {
        {.hold = true},
        {.head = FAKE_OK "[", .hold = true},
        {.head = FAKE_OK, .body = "[" WEB "]", .drip = true},
        {.head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", .body = "[", .hold = true},
    };
    struct host h[G_N_ELEMENTS(d)];
    struct names_entry *e[G_N_ELEMENTS(d)];
    int64_t begin = clock_mono_ns();

    for (size_t i = 0; i < G_N_ELEMENTS(d); i++) {
        host_open(&h[i]);
        fake_start(&d[i], h[i].dir);
        e[i] = ask_docker(&h[i]);
        expect(e[i], NULL, NULL, NULL);
    }
    g_assert_cmpint(clock_mono_ns() - begin, <, 2 * CLOCK_NS_PER_S);
    for (size_t i = 0; i < G_N_ELEMENTS(d); i++) {
        wait_for(&h[i]);
        expect(e[i], NULL, NULL, NULL);
        expect_status(&h[i], SOURCE_FAILED, "does not answer");
    }
    g_assert_cmpint(clock_mono_ns() - begin, <, 7 * CLOCK_NS_PER_S);
    for (size_t i = 0; i < G_N_ELEMENTS(d); i++) {
        names_drop(h[i].names, e[i]);
        host_close(&h[i]);
        fake_stop(&d[i]);
    }
}

/* Ending the program does not wait for a daemon that hangs. */
static void test_leave(void)
{
    struct fake_daemon d = {.hold = true};
    struct host h;

    host_open(&h);
    fake_start(&d, h.dir);
    struct names_entry *e = ask_docker(&h);
    while (!d.asked)
        g_usleep(1000);
    int64_t begin = clock_mono_ns();
    names_drop(h.names, e);
    host_close(&h);
    g_assert_cmpint(clock_mono_ns() - begin, <, 2 * CLOCK_NS_PER_S);
    fake_stop(&d);
}

/* While docker fails, other containers get their names. */
static void test_recovery(void)
{
    struct fake_daemon bad = {.head = FAKE_OK, .body = "nonsense"};
    struct fake_daemon good = {.head = FAKE_OK, .body = "[" WEB "]"};
    struct names_answer *found = NULL;
    struct host h;

    host_open(&h);
    fake_start(&bad, h.dir);
    struct names_entry *docker = ask_docker(&h);
    wait_for(&h);
    struct names_entry *lxc = ask(&h, "/lxc.payload.box", 0);
    wait_for(&h);
    expect(lxc, "box", NULL, NULL);
    expect(docker, NULL, NULL, NULL);
    fake_stop(&bad);
    fake_start(&good, h.dir);
    /* The first pause is short, and nothing shortens it. */
    for (int64_t end = clock_mono_ns() + 30 * CLOCK_NS_PER_S; !found && clock_mono_ns() < end;) {
        g_usleep(5000);
        found = names_take(docker);
    }
    g_assert_nonnull(found);
    g_assert_cmpstr(found->name, ==, "web");
    names_answer_free(found);
    expect_status(&h, SOURCE_OK, NULL);
    names_drop(h.names, docker);
    names_drop(h.names, lxc);
    host_close(&h);
    fake_stop(&good);
}

/* ---- pauses, with a fake clock ---- */

static void test_backoff(void)
{
    struct names_backoff b = {0};
    int64_t now = 1000 * CLOCK_NS_PER_S, sum = 0;
    int tries = 0;

    for (; sum < 3600 * CLOCK_NS_PER_S; tries++) {
        names_backoff_fail(&b, now, NAMES_PAUSE_MAX_NS);
        g_assert_cmpint(b.due_ns, ==, now + b.pause_ns);
        g_assert_cmpint(b.pause_ns, <=, NAMES_PAUSE_MAX_NS);
        sum += b.pause_ns;
        now = b.due_ns;
    }
    g_assert_cmpint(b.pause_ns, ==, NAMES_PAUSE_MAX_NS);
    g_assert_cmpint(tries, <, 25); /* within an hour */
}

/* A daemon that fails is contacted less and less often, and in every round once it works. */
static void test_daemon_backoff(void)
{
    struct fake_daemon bad = {.head = FAKE_OK, .body = "nonsense"};
    struct fake_daemon good = {.head = FAKE_OK, .body = "[" WEB "]"};
    int64_t now = 1000 * CLOCK_NS_PER_S, end = now + 600 * CLOCK_NS_PER_S;
    const struct names_answer *found;
    struct root *root;
    char *dir = tree_new();

    g_assert_cmpint(root_new(dir, &root), ==, 0);
    struct names_daemons *all = names_daemons_new(root, &VIEWPOINT_HOST);
    struct names_daemon *d = names_daemons_get(all, NAMES_DOCKER, 0);
    g_assert_cmpint(names_daemon_state(d, now), ==, -ENOENT);
    fake_start(&bad, dir);
    g_assert_cmpint(names_daemon_state(d, now), ==, 0);
    for (; now < end; now += CLOCK_NS_PER_S) {
        g_assert_cmpint(names_daemon_find(d, ID, now, &found), ==, -EAGAIN);
        names_daemons_end_round(all);
    }
    g_assert_cmpint(names_daemon_state(d, now), ==, -EPROTO);
    g_assert_cmpuint(bad.asked, >=, 20);
    g_assert_cmpuint(bad.asked, <=, 30);
    g_assert_cmpint(names_daemon_due(d) - now, <=, NAMES_DAEMON_PAUSE_MAX_NS);
    fake_stop(&bad);

    fake_start(&good, dir);
    now = names_daemon_due(d);
    for (unsigned i = 1; i <= 3; i++) {
        g_assert_cmpint(names_daemon_find(d, ID, now, &found), ==, 0);
        g_assert_cmpstr(found->name, ==, "web");
        g_assert_cmpint(names_daemon_find(d, I2, now, &found), ==, -ESRCH);
        g_assert_cmpuint(good.asked, ==, i); /* one request per round */
        names_daemons_end_round(all);
        now++;
    }
    g_assert_cmpint(names_daemon_due(d), ==, 0);
    g_assert_cmpint(names_daemon_state(d, now), ==, 0);
    fake_stop(&good);
    names_daemons_free(all);
    root_free(root);
    tree_free(dir);
}

/* A socket without a daemon, and the socket of a daemon that ended: no daemon is started. */
static void test_no_daemon(void)
{
    struct fake_daemon d = {.head = FAKE_OK, .body = "[" WEB "]"};
    struct host h;

    host_open(&h);
    fake_start(&d, h.dir);
    tree_file(h.dir, "run/docker.pid", "4711");
    struct names_entry *e = ask_docker(&h);
    wait_for(&h);
    expect(e, NULL, NULL, NULL);
    expect_status(&h, SOURCE_ABSENT, "does not run");
    g_assert_cmpuint(d.asked, ==, 0);
    tree_file(h.dir, "proc/4711/stat", "");
    look_again(&h);
    expect(e, "web", "nginx:1", NULL);
    names_drop(h.names, e);
    fake_stop(&d);

    e = ask_docker(&h);
    wait_for(&h);
    expect(e, NULL, NULL, NULL);
    expect_status(&h, SOURCE_ABSENT, "does not run");
    names_drop(h.names, e);
    host_close(&h);
}

/* A name that came from the daemon is requested from it again. */
static void test_listed_rename(void)
{
    struct fake_daemon before = {.head = FAKE_OK, .body = "[" WEB "]"}, after = before;
    struct host h;

    after.body = "[{\"Id\":\"" ID "\",\"Names\":[\"/other\"],\"Image\":\"nginx:1\"}]";
    host_open(&h);
    fake_start(&before, h.dir);
    struct names_entry *e = ask_docker(&h);
    wait_for(&h);
    expect(e, "web", "nginx:1", NULL);
    fake_stop(&before);
    fake_start(&after, h.dir);
    look_again(&h);
    expect(e, "other", "nginx:1", NULL);
    names_drop(h.names, e);
    host_close(&h);
    fake_stop(&after);
}

/* What a user's own daemon reports is used only for containers in that user's groups, and a socket
 * that another user owns is not used. */
static void test_users_daemon(void)
{
    struct fake_daemon d[] = {{.head = FAKE_OK, .body = "[" WEB "]"},
                              {.head = FAKE_OK, .body = "[" WEB "]"}};
    uid_t hers = getuid() ? getuid() : 1000, his = hers + 1;
    char *where = g_strdup_printf("run/user/%u/docker.sock", hers);
    char *fake = g_strdup_printf("run/user/%u/docker.sock", his);
    char *path = g_strdup_printf("/user.slice/user-%u.slice/docker-" ID ".scope", hers);
    char *path_of_his = g_strdup_printf("/user.slice/user-%u.slice/docker-" ID ".scope", his);
    struct host h;

    host_open(&h);
    fake_start_at(&d[0], h.dir, where);
    fake_start_at(&d[1], h.dir, fake);
    char *socket = tree_path(h.dir, where);
    g_assert_cmpint(chown(socket, hers, (gid_t)-1), ==, 0);

    struct names_entry *own = ask(&h, path, 0);
    struct names_entry *roots = ask_docker(&h);
    struct names_entry *others = ask(&h, path_of_his, 0);
    wait_for(&h);
    expect(own, "web", "nginx:1", NULL);
    expect(roots, NULL, NULL, NULL);
    expect(others, NULL, NULL, NULL);
    g_assert_cmpuint(d[0].asked, ==, 1);
    g_assert_cmpuint(d[1].asked, ==, 0); /* the socket is not this user's */
    names_drop(h.names, own);
    names_drop(h.names, roots);
    names_drop(h.names, others);
    host_close(&h);
    fake_stop(&d[0]);
    fake_stop(&d[1]);
    g_free(socket);
    g_free(path);
    g_free(path_of_his);
    g_free(where);
    g_free(fake);
}

/* With a fake clock: one request per minute while something is not known. */
static void test_podman_pause(void)
{
    struct fake_daemon d = {.head = FAKE_OK, .body = "[" WEB "]"};
    int64_t now = 1000 * CLOCK_NS_PER_S;
    const struct names_answer *found;
    struct root *root;
    char *dir = tree_new();

    g_assert_cmpint(root_new(dir, &root), ==, 0);
    fake_start_at(&d, dir, "run/podman/podman.sock");
    struct names_daemons *all = names_daemons_new(root, &VIEWPOINT_HOST);
    struct names_daemon *podman = names_daemons_get(all, NAMES_PODMAN, 0);
    g_assert_cmpint(names_daemon_find(podman, I2, now, &found), ==, -ESRCH);
    for (int64_t until = now + NAMES_LIST_NS; now < until; now += CLOCK_NS_PER_S) {
        g_assert_cmpint(names_daemon_find(podman, ID, now, &found), ==, 0);
        names_daemons_end_round(all);
        g_assert_cmpint(names_daemon_find(podman, I2, now + 1, &found), ==, -EAGAIN);
    }
    g_assert_cmpuint(d.asked, ==, 1);
    g_assert_cmpint(names_daemon_find(podman, I2, now, &found), ==, -ESRCH);
    g_assert_cmpuint(d.asked, ==, 2);
    g_assert_cmpint(names_daemon_find(names_daemons_get(all, NAMES_PODMAN, 1000), I2, now, &found),
                    ==, -ENOENT);
    names_daemons_free(all);
    fake_stop(&d);
    root_free(root);
    tree_free(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/names/list", test_list);
    g_test_add_func("/names/one-question", test_one_question);
    g_test_add_func("/names/lies", test_lies);
    g_test_add_func("/names/memory", test_memory);
    g_test_add_func("/names/hang", test_hang);
    g_test_add_func("/names/leave", test_leave);
    g_test_add_func("/names/recovery", test_recovery);
    g_test_add_func("/names/backoff", test_backoff);
    g_test_add_func("/names/daemon-backoff", test_daemon_backoff);
    g_test_add_func("/names/no-daemon", test_no_daemon);
    g_test_add_func("/names/listed-rename", test_listed_rename);
    g_test_add_func("/names/users-daemon", test_users_daemon);
    g_test_add_func("/names/podman-pause", test_podman_pause);
    return g_test_run();
}
