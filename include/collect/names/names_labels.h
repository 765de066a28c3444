/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* names_labels.h: the meaning of the names and labels that engines give to containers.
 *
 * Pure functions over untrusted text and JSON. Thread-safe.
 */
#ifndef VTOP_COLLECT_NAMES_LABELS_H
#define VTOP_COLLECT_NAMES_LABELS_H

#include "collect/names/names_answer.h"

#include <json-c/json.h>

/* The kubelet's name for the sandbox of a pod; names of containers are in lower case. */
#define NAMES_SANDBOX "POD"

/* Take a docker name, which has a leading slash in all of docker's answers, and the project or
 * stack in LABELS. False: there is no name. */
bool names_take_docker(const char *name, json_object *labels, struct names_answer *out);

/* Take a name "k8s_CTR_POD_NS_UID_N", as CRI-O and cri-dockerd give it. False: it is not one. */
bool names_from_kubelet(const char *name, struct names_answer *out);

/* Set the names that every container of Kubernetes gets: CONTAINER of POD. Container "POD" is the
 * sandbox. */
void names_take_pod(const char *pod, const char *namespace, const char *container,
                    struct names_answer *out);

#endif
