/* What the tests of names share: a root with files of ours, and who is asked about it. */
#ifndef VTOP_TESTS_COLLECT_NAMES_HOST_H
#define VTOP_TESTS_COLLECT_NAMES_HOST_H

#include "collect/names.h"
#include "collect/names_daemon.h"

#include "fake-daemon.h"

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

static inline struct names_entry *ask(struct host *h, enum guest_type type, const char *id,
                                      const char *name, const char *group, const char *path,
                                      pid_t pid)
{
    struct names_query q = {
        .type = type, .id = id, .name = name, .group = group, .path = path, .pid = pid};

    return names_ask(h->names, &q);
}

static inline struct names_entry *ask_docker(struct host *h)
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

#endif
