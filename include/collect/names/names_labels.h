/* names_labels.h: what the names and labels that engines give a container say.
 *
 * Pure functions over text and JSON that may be anybody's. Thread-safe.
 */
#ifndef VTOP_COLLECT_NAMES_LABELS_H
#define VTOP_COLLECT_NAMES_LABELS_H

#include "collect/names/names.h"

#include <json-c/json.h>

/* What the kubelet calls the sandbox of a pod; a container's name is of small letters. */
#define NAMES_SANDBOX "POD"

/* A docker name, which has a leading slash in all of docker's answers, and the project or stack
 * that the LABELS tell of. False: there is no name. */
bool names_take_docker(const char *name, json_object *labels, struct names_answer *out);

/* "k8s_CTR_POD_NS_UID_N", the names that CRI-O and cri-dockerd give. */
bool names_from_kubelet(const char *name, struct names_answer *out);

/* Container CONTAINER of POD: the names everything of Kubernetes gets. "POD" is its sandbox. */
void names_take_pod(const char *pod, const char *namespace, const char *container,
                    struct names_answer *out);

#endif
