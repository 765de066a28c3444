/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* names_answer.h: what is found out about a container: raw text from outside. */
#ifndef VTOP_COLLECT_NAMES_ANSWER_H
#define VTOP_COLLECT_NAMES_ANSWER_H

#include <stdbool.h>

/* NULL = not known. */
struct names_answer {
    char *name, *image;
    char *id;     /* if the path has none */
    char *group;  /* compose project, "namespace/pod", pod */
    char *alias;  /* for its manager: "incus:PROJECT/NAME", "lxd:NAME" */
    char *source; /* the file that changes with the name, if the name can change; for names.c */
    bool listed;  /* from a daemon's list, which has to be requested again; for names.c */
    bool partial; /* more may be known later, even if the source does not change; for names.c */
    bool sandbox; /* it only holds the namespaces of its pod: not a guest of its own */
};

void names_answer_free(void *answer);

/* Free the texts only, and leave nothing known. */
void names_answer_clear(struct names_answer *a);

#endif
