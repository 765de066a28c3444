/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_qemu.h: what the command line of QEMU, or of a program that descends from it, says.
 *
 * Options are read as QEMU reads them: an option that is given again adds to what was said before,
 * and the last word on a subject counts. What a file says that is read by -readconfig is not known.
 */
#ifndef VTOP_COLLECT_PROCESS_QEMU_H
#define VTOP_COLLECT_PROCESS_QEMU_H

#include "collect/process/process_told.h"
#include "collect/process/process_words.h"

/* WORDS come after PROGRAM, the first word. *OUT is empty before. Memory and vCPUs that are not
 * said are QEMU's defaults if PROGRAM is QEMU itself, else not known. */
void process_qemu_parse(struct process_args *out, const char *program, struct process_words words);

/* Whether the words are options of QEMU: two of its own at least. */
bool process_qemu_speaks(struct process_words words);

#endif
