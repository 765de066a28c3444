/* names_find.h: the places where names of containers are found, one file each (names_docker.c,
 * names_podman.c, names_kube.c, names_machine.c).
 *
 * Each finder returns whether it filled in a name (g_free by names_answer_clear()). For names.c,
 * whose thread calls them.
 */
#ifndef VTOP_COLLECT_NAMES_FIND_H
#define VTOP_COLLECT_NAMES_FIND_H

#include "collect/names/names_round.h"

/* In the place that is the right one for the kind of container. */
bool names_find(struct names_round *r, const struct names_query *q, struct names_answer *out);

bool names_find_docker(struct names_round *r, const struct names_query *q,
                       struct names_answer *out);
bool names_find_podman(struct names_round *r, const struct names_query *q,
                       struct names_answer *out);
bool names_find_kube(struct names_round *r, const struct names_query *q, struct names_answer *out);
bool names_find_machine(struct names_round *r, const struct names_query *q,
                        struct names_answer *out);

/* Whether looking again can tell more than was told, though the source of that has not changed. */
bool names_podman_may_tell_more(const struct names_round *r, const struct names_query *q);

/* The daemon that runs this container: its user's own if it lives in her control groups. */
struct names_daemon *names_docker_daemon(struct names_daemons *all, const struct names_query *q);

#endif
