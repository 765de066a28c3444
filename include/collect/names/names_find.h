/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* names_find.h: the places where names of containers are found, one file each (names_docker.c,
 * names_podman.c, names_kube.c, names_machine.c).
 *
 * Each finder returns whether it filled in a name (names_answer_clear() frees it). For names.c,
 * whose thread calls them.
 */
#ifndef VTOP_COLLECT_NAMES_FIND_H
#define VTOP_COLLECT_NAMES_FIND_H

#include "collect/names/names_round.h"

/* Look in the place that is right for the type of container. */
bool names_find(struct names_round *r, const struct names_query *q, struct names_answer *out);

bool names_find_docker(struct names_round *r, const struct names_query *q,
                       struct names_answer *out);
bool names_find_podman(struct names_round *r, const struct names_query *q,
                       struct names_answer *out);
bool names_find_kube(struct names_round *r, const struct names_query *q, struct names_answer *out);
bool names_find_machine(struct names_round *r, const struct names_query *q,
                        struct names_answer *out);

/* Whether another lookup may find more, even though the source has not changed. */
bool names_podman_may_tell_more(const struct names_round *r, const struct names_query *q);

/* The daemon that runs this container: a user's own if the container is in that user's control
 * groups, else the system's. */
struct names_daemon *names_docker_daemon(struct names_daemons *all, const struct names_query *q);

#endif
