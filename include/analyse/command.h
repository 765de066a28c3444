/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* command.h: the command with which an operator changes the size of a guest.
 *
 * vtop never runs it. A command is one line for a POSIX shell, in which every word is quoted as far
 * as it needs it, so that a hostile name stays one word and no option. The manager of the guest
 * (manager.h) decides which command it is. Main thread only.
 *
 *     char *command = command_for(roster, guest, COMMAND_VCPUS, 4, 6);
 *     puts(command);          virsh -c qemu:///system setvcpus web-1 6 --live --config
 *     g_free(command);
 */
#ifndef VTOP_ANALYSE_COMMAND_H
#define VTOP_ANALYSE_COMMAND_H

#include "analyse/manager.h"

enum command_change {
    COMMAND_VCPUS,  /* to a whole number; of a virtual machine */
    COMMAND_CORES,  /* the CPU quota of a container or service, in cores */
    COMMAND_MEMORY, /* bytes: the size of a virtual machine, the limit of the others */
    COMMAND_CHANGE_COUNT
};

/* The command that changes a guest FROM its present size TO another one, g_free(); NULL: its
 * manager has none. FROM may be NAN. */
char *command_for(const struct roster *roster, const struct entity *guest,
                  enum command_change change, double from, double to);

/* What to know before running it: "it takes effect at the next start of the guest". NULL: nothing.
 * Constant. */
const char *command_note(const struct entity *guest, enum command_change change, double from,
                         double to);

/* WORD as a POSIX shell needs it to read the same word; g_free(). */
char *command_quote(const char *word);

#endif
