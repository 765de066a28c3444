/* names_round.h: the places where names of containers are found; for names.c and its tests.
 *
 * A round answers the questions that are due together, so that a list (a directory, a daemon's
 * answer) is fetched at most once for all of them, and only when a question needs it. Each finder
 * returns whether it filled in a name (g_free by names_answer_clear()).
 */
#ifndef VTOP_COLLECT_NAMES_ROUND_H
#define VTOP_COLLECT_NAMES_ROUND_H

#include "base/file.h"
#include "collect/names.h"

#include <json-c/json.h>

struct names_round {
    const struct root *host; /* whose processes they are */
    const struct root *root; /* where the runtime's files are: the host's, or a guest's own */
    struct file_buffer buffer;
    GHashTable *docker; /* id -> struct names_answer *: GET /containers/json; NULL: not fetched */
    GHashTable *stores; /* directory -> (id -> struct podman_entry *); NULL: not read */
    GHashTable *kube;   /* id -> file name without ".log" in /var/log/containers; NULL: not read */
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

/* Whether the docker daemon of this host runs and may be asked, without waking one that systemd
 * would start for us: 0 or -errno, -ENOENT when there is no trace of docker. */
int names_docker_state(const struct root *root);

/* "k8s_CTR_POD_NS_UID_N", the names that CRI-O and cri-dockerd give. */
bool names_from_kubelet(const char *name, struct names_answer *out);

/* Container CONTAINER of POD: the names everything of Kubernetes gets. */
void names_take_pod(const char *pod, const char *namespace, const char *container,
                    struct names_answer *out);

/* The home of the user whose slice the path is in: her containers are rootless. NULL: not in a
 * user's slice, or nobody known. g_free. */
char *names_rootless_home(struct names_round *r, const char *path);

/* Parse JSON from outside: NULL when it is none, or nested too deeply. json_object_put(). */
json_object *names_json(const char *text, size_t length);
json_object *names_json_file(struct names_round *r, const char *path);

/* A string member; NULL when it is not there or no string. Valid as long as OBJECT. */
const char *names_json_text(json_object *object, const char *key);

/* Whether a command line (in r->buffer, its words ended by NUL) is the one looked for. */
typedef bool names_is_command(const struct file_buffer *command);

/* Read the command line of the nearest ancestor of PID that is one into r->buffer. A container's
 * runtime keeps a process of its own above the container's first one. */
bool names_find_ancestor(struct names_round *r, pid_t pid, names_is_command *is);

/* The word after OPTION in a command line, or NULL. */
const char *names_argument(const struct file_buffer *command, const char *option);

/* conmon, which runs containers of Podman and CRI-O: its command line, if it runs this one, is in
 * r->buffer then. */
bool names_find_conmon(struct names_round *r, const struct names_query *q);

#endif
