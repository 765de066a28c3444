/* names_round.h: the places where names of containers are found; for names.c and its tests.
 *
 * A round answers the questions that are due together, so that a list (a directory, a daemon's
 * answer, all command lines) is fetched at most once for all of them, and only when a question
 * needs it. Each finder returns whether it filled in a name (g_free by names_answer_clear()).
 */
#ifndef VTOP_COLLECT_NAMES_ROUND_H
#define VTOP_COLLECT_NAMES_ROUND_H

#include "base/file.h"
#include "collect/names.h"

#include <json-c/json.h>

struct names_round {
    const struct root *root;
    struct file_buffer buffer;
    GHashTable *docker;   /* id -> struct names_answer *: GET /containers/json; NULL: not fetched */
    GHashTable *commands; /* id or name -> name: conmon and LXC monitors; NULL: not read */
    GHashTable *podman;   /* id -> struct names_answer *: storage files; NULL: not read */
    GHashTable *kube; /* id -> file name without ".log" in /var/log/containers; NULL: not read */
};

void names_round_clear(struct names_round *r);
void names_answer_clear(struct names_answer *a);
void names_answer_free(void *a);

bool names_find(struct names_round *r, const struct names_query *q, struct names_answer *out);

bool names_find_docker(struct names_round *r, const struct names_query *q,
                       struct names_answer *out);
bool names_find_podman(struct names_round *r, const struct names_query *q,
                       struct names_answer *out);
bool names_find_kube(struct names_round *r, const struct names_query *q, struct names_answer *out);
bool names_find_machine(struct names_round *r, const struct names_query *q,
                        struct names_answer *out);

/* The docker daemon of this host: connects and hangs up. 0 or -errno. */
int names_docker_ping(const struct root *root);

/* "k8s_CTR_POD_NS_UID_N", the names cri-dockerd gives. */
bool names_from_kubelet(const char *name, struct names_answer *out);

/* The home of the user whose slice the path is in: her containers are rootless. NULL: not in a
 * user's slice, or nobody known. g_free. */
char *names_rootless_home(const char *path);

/* Reads and parses a JSON file below the root; NULL when it cannot. json_object_put(). */
json_object *names_json_file(struct names_round *r, const char *path);

/* A string member; NULL when it is not there or no string. Valid as long as OBJECT. */
const char *names_json_text(json_object *object, const char *key);

/* Fills in what the command lines of all processes tell, once per round. */
GHashTable *names_commands(struct names_round *r);

#endif
