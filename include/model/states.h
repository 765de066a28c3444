/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* states.h: the states a guest can be in, and the reasons for them, by states.def.
 *
 * Constant, any thread. The names are for exports and recordings and never change; the texts are
 * for the screen.
 */
#ifndef VTOP_MODEL_STATES_H
#define VTOP_MODEL_STATES_H

enum guest_state {
    STATE_UNKNOWN,
#define GUEST_STATE(id, ...) STATE_##id,
#include "model/states.def"
    STATE_COUNT
};

enum state_reason {
#define STATE_REASON(id, ...) WHY_##id,
#include "model/states.def"
    WHY_COUNT
};

const char *guest_state_name(enum guest_state s);    /* "shutting-down"; "" of STATE_UNKNOWN */
const char *guest_state_shown(enum guest_state s);   /* on the screen: "shutdown", "HUNG" */
enum guest_state guest_state_find(const char *name); /* STATE_COUNT: there is no such state */

const char *state_reason_name(enum state_reason r);    /* "io-error", "none" */
const char *state_reason_text(enum state_reason r);    /* "I/O error", "" */
enum state_reason state_reason_find(const char *name); /* WHY_COUNT: there is no such reason */

/* What the screen shows in place of the state of a guest that is paused for this reason; NULL: the
 * state. */
const char *state_reason_alarm(enum state_reason r);

#endif
