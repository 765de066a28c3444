/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_words.h: the words of a command line, one after the other, as /proc/PID/cmdline has them.
 *
 * Shared by the parsers of command lines (process_args.c, process_qemu.c).
 */
#ifndef VTOP_COLLECT_PROCESS_WORDS_H
#define VTOP_COLLECT_PROCESS_WORDS_H

#include <stdbool.h>

struct process_words {
    const char *at, *end; /* there is a NUL at END */
};

/* NULL: there are no more. */
const char *process_words_next(struct process_words *w);

/* The value of the option NAME, if WORD is that option: "NAME=VALUE", or the word after it. */
const char *process_words_value(struct process_words *w, const char *word, const char *name);

/* Store VALUE, which is taken over, in *TEXT; an empty one or NULL changes nothing. */
void process_words_set(char **text, char *value);

/* The same for a UUID, in lower case; what is none changes nothing. */
void process_words_set_uuid(char **uuid, char *value);

/* The last component of a path. */
const char *process_words_base(const char *path);

/* Whether what follows the name of a program is only what packagers put there. */
bool process_words_is_wrapped(const char *rest);

#endif
