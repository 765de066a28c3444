/* Names of containers: where they are found, and what becomes of them when a daemon hangs, lies or
 * floods. */
#include <config.h>

#include "collect/names.h"
#include "collect/names_daemon.h"
#include "collect/names_json.h"

#include "fake-daemon.h"

#include <sys/resource.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define I2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define WEB "{\"Id\":\"" ID "\",\"Names\":[\"/web\"],\"Image\":\"nginx:1\",\"Labels\":{}}"

/* A root, and who is asked about it. */
struct host {
    char *dir;
    struct root *root;
    struct names *names;
};

static void host_open(struct host *h)
{
    h->dir = tree_new();
    g_assert_cmpint(root_new(h->dir, &h->root), ==, 0);
    h->names = names_new(h->root);
}

static void host_close(struct host *h)
{
    names_free(h->names);
    root_free(h->root);
    tree_free(h->dir);
}

static struct names_entry *ask(struct host *h, enum guest_type type, const char *id,
                               const char *name, const char *group, const char *path, pid_t pid)
{
    struct names_query q = {
        .type = type, .id = id, .name = name, .group = group, .path = path, .pid = pid};

    return names_ask(h->names, &q);
}

static struct names_entry *ask_docker(struct host *h)
{
    return ask(h, GUEST_DOCKER, ID, "", "", "/docker/" ID, 0);
}

/* Take the answer that is there now and compare it; NULL: there has to be none. */
static void expect(struct names_entry *e, const char *name, const char *image, const char *group)
{
    struct names_answer *a = names_take(e);

    if (!name) {
        g_assert_null(a);
        return;
    }
    g_assert_nonnull(a);
    g_assert_cmpstr(a->name, ==, name);
    g_assert_cmpstr(a->image, ==, image);
    g_assert_cmpstr(a->group, ==, group);
    names_answer_free(a);
}

static void wait_for(struct host *h)
{
    names_wait(h->names, 10 * CLOCK_NS_PER_S);
}

static void look_again(struct host *h)
{
    names_look_again(h->names);
    wait_for(h);
}

/* The state and the words of the docker line among the sources. */
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
    struct names_entry *db = ask(&h, GUEST_DOCKER, I2, "", "", "/system.slice/docker-" I2, 0);
    wait_for(&h);
    expect(web, "web", "nginx:1", NULL);
    expect(db, "db", "pg", "shop");
    expect(db, NULL, NULL, NULL); /* once */
    expect_status(&h, SOURCE_OK, NULL);
    g_assert_cmpuint(d.asked, <=, 2); /* they may have been asked for in two rounds */
    names_drop(h.names, web);
    names_drop(h.names, db);
    host_close(&h);
    fake_stop(&d);
}

/* A hundred containers that come together are one question. */
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

/* ---- daemons that do not ---- */

static const struct lie {
    const char *what, *head, *body;
    size_t flood;
    const char *status; /* what is said of it; NULL: it is believed, but says nothing of us */
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

/* The row keeps its short id, the source says why, and it has a name once the daemon is well. */
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

/* A flood costs no more memory than an answer may be long, and some for its list. */
static void test_memory(void)
{
    struct rusage use;

    g_assert_cmpint(getrusage(RUSAGE_SELF, &use), ==, 0);
    g_test_message("%ld KiB at most so far", use.ru_maxrss);
    if (!g_getenv("VTOP_SANITIZED") || !*g_getenv("VTOP_SANITIZED"))
        g_assert_cmpint(use.ru_maxrss, <, 128 << 10);
}

/* Four daemons that hang in four ways cost two seconds, all at the same time, and nobody who asks
 * or looks waits at all. */
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
    g_assert_cmpint(clock_mono_ns() - begin, <, CLOCK_NS_PER_S);
    for (size_t i = 0; i < G_N_ELEMENTS(d); i++) {
        wait_for(&h[i]);
        expect(e[i], NULL, NULL, NULL);
        expect_status(&h[i], SOURCE_FAILED, "does not answer");
    }
    g_assert_cmpint(clock_mono_ns() - begin, <, 5 * CLOCK_NS_PER_S);
    for (size_t i = 0; i < G_N_ELEMENTS(d); i++) {
        names_drop(h[i].names, e[i]);
        host_close(&h[i]);
        fake_stop(&d[i]);
    }
}

/* To leave is not to wait for a daemon that hangs. */
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
    g_assert_cmpint(clock_mono_ns() - begin, <, CLOCK_NS_PER_S);
    fake_stop(&d);
}

/* While docker hangs, others get their names. */
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
    struct names_entry *lxc = ask(&h, GUEST_LXC, "", "box", "", "/lxc.payload.box", 0);
    wait_for(&h);
    expect(lxc, "box", NULL, NULL);
    expect(docker, NULL, NULL, NULL);
    fake_stop(&bad);
    fake_start(&good, h.dir);
    /* The first pause is short, and nobody shortens it. */
    for (int64_t until = clock_mono_ns() + 5 * CLOCK_NS_PER_S; !found && clock_mono_ns() < until;) {
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

/* ---- pauses, by a clock of our own ---- */

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
    g_assert_cmpint(tries, <, 25); /* in an hour */
}

/* A daemon that fails is asked ever less often, and every time once it is well. */
static void test_daemon_backoff(void)
{
    struct fake_daemon bad = {.head = FAKE_OK, .body = "nonsense"};
    struct fake_daemon good = {.head = FAKE_OK, .body = "[" WEB "]"};
    int64_t now = 1000 * CLOCK_NS_PER_S, end = now + 600 * CLOCK_NS_PER_S;
    struct root *root;
    char *dir = tree_new();

    g_assert_cmpint(root_new(dir, &root), ==, 0);
    struct names_daemon *d = names_daemon_new(root);
    g_assert_cmpint(names_daemon_state(d, now), ==, -ENOENT);
    fake_start(&bad, dir);
    g_assert_cmpint(names_daemon_state(d, now), ==, 0);
    for (; now < end; now += CLOCK_NS_PER_S)
        g_assert_null(names_daemon_list(d, now));
    g_assert_cmpint(names_daemon_state(d, now), ==, -EPROTO);
    g_assert_cmpuint(bad.asked, >=, 20);
    g_assert_cmpuint(bad.asked, <=, 30);
    g_assert_cmpint(names_daemon_due(d) - now, <=, NAMES_DAEMON_PAUSE_MAX_NS);
    fake_stop(&bad);

    fake_start(&good, dir);
    now = names_daemon_due(d);
    for (int i = 0; i < 3; i++) {
        GHashTable *list = names_daemon_list(d, now);
        g_assert_nonnull(list);
        g_assert_cmpuint(g_hash_table_size(list), ==, 1);
        g_hash_table_unref(list);
    }
    g_assert_cmpint(names_daemon_due(d), ==, 0);
    g_assert_cmpint(names_daemon_state(d, now), ==, 0);
    fake_stop(&good);
    names_daemon_free(d);
    root_free(root);
    tree_free(dir);
}

/* A socket without a daemon behind it, and one of a daemon that ended: nobody is woken. */
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

/* ---- files ---- */

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
    g_assert_cmpuint(d.asked, ==, 0); /* what a file tells is not asked for */

    look_again(&h);
    expect(e, "shop-web-1", "nginx:2", "shop"); /* the first time, to be sure of what was read */
    look_again(&h);
    expect(e, NULL, NULL, NULL); /* nothing was written since */

    tree_file(h.dir, CONFIG,
              "{\"Name\":\"/renamed\",\"Config\":{\"Labels\":{"
              "\"com.docker.stack.namespace\":\"stack\"}}}");
    look_again(&h);
    expect(e, "renamed", NULL, "stack");
    names_drop(h.names, e);
    host_close(&h);
    fake_stop(&d);
}

/* What the daemon was asked for, it is asked for again. */
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

/* What becomes of a container whose file says TEXT. */
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

/* Whatever a file has in it, there is no name, or one that is cleaned later. */
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

    /* A container's name is what the daemon says: 4 KiB of it, escapes, bidi marks, no UTF-8. */
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

    /* One value is never longer than is good for us. */
    while (text->len < NAMES_JSON_MAX)
        g_string_append(text, "                                ");
    g_assert_null(answer_of_file(text->str));
    g_string_free(text, TRUE);
}

#define STORE "var/lib/containers/storage/overlay-containers/"

static char *podman_list(const char *name)
{
    return g_strdup_printf(
        "[{\"id\":\"" I2 "\",\"names\":[\"fedcba987654-infra\"]},{\"id\":\"" ID
        "\",\"names\":[\"%s\"],\"metadata\":\"{\\\"image-name\\\":\\\"alpine\\\"}"
        "\"}]",
        name);
}

/* Podman's storage knows a new name; the command line of conmon keeps the first one. */
static void test_podman(void)
{
    const char *path = "/libpod_parent/libpod-" ID;
    char *list = podman_list("first"), *renamed = podman_list("second");
    char *conmon = tree_new(), *unused;
    struct host h;

    tree_free(conmon);
    host_open(&h);
    tree_file(h.dir, "proc/20/stat",
              "20 (sh) S 10 20 20 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 5 1 1 "
              "1 1 1 1 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
    unused = tree_path(h.dir, "proc/20/cmdline");
    g_assert_true(g_file_set_contents(unused, "sh\0", 3, NULL));
    g_free(unused);
    static const char words[] =
        "/usr/bin/conmon\0-c\0" ID "\0-n\0first\0-b\0/" STORE ID "/userdata";
    unused = tree_path(h.dir, "proc/10/cmdline");
    g_assert_true(g_file_set_contents(unused, words, sizeof(words), NULL));
    g_free(unused);

    struct names_entry *e = ask(&h, GUEST_PODMAN, ID, "", I2, path, 20);
    wait_for(&h);
    expect(e, "first", NULL, NULL); /* from conmon alone */
    names_drop(h.names, e);

    tree_file(h.dir, STORE "volatile-containers.json", list);
    tree_file(h.dir, STORE I2 "/userdata/config.json", "{\"hostname\":\"pod1\"}");
    e = ask(&h, GUEST_PODMAN, ID, "", I2, path, 20);
    wait_for(&h);
    expect(e, "first", "alpine", "pod1");
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

/* Her containers are in her home, which /etc/passwd tells. */
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
    struct names_entry *hers = ask(&h, GUEST_DOCKER, ID, "", "", path, 0);
    struct names_entry *nobodys =
        ask(&h, GUEST_DOCKER, ID, "", "", "/user.slice/user-1001.slice/docker-" ID ".scope", 0);
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
    g_test_add_func("/names/json", test_json);
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
    g_test_add_func("/names/docker-file", test_docker_file);
    g_test_add_func("/names/listed-rename", test_listed_rename);
    g_test_add_func("/names/hostile-files", test_hostile_files);
    g_test_add_func("/names/podman", test_podman);
    g_test_add_func("/names/rootless", test_rootless);
    g_test_add_func("/names/uid", test_uid);
    g_test_add_func("/names/homes", test_homes);
    return g_test_run();
}
