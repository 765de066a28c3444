/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "model/states.h"

#include <string.h>

static const struct {
    const char *name, *shown;
} STATES[STATE_COUNT] = {
    [STATE_UNKNOWN] = {"", ""},
#define GUEST_STATE(id, name, shown) [STATE_##id] = {name, shown},
#include "model/states.def"
};

static const struct {
    const char *name, *text;
} REASONS[WHY_COUNT] = {
#define STATE_REASON(id, name, text) [WHY_##id] = {name, text},
#include "model/states.def"
};

const char *guest_state_name(enum guest_state s)
{
    return s < STATE_COUNT ? STATES[s].name : "";
}

const char *guest_state_shown(enum guest_state s)
{
    return s < STATE_COUNT ? STATES[s].shown : "";
}

enum guest_state guest_state_find(const char *name)
{
    enum guest_state s = STATE_UNKNOWN;

    while (s < STATE_COUNT && strcmp(STATES[s].name, name) != 0)
        s++;
    return s;
}

const char *state_reason_name(enum state_reason r)
{
    return r < WHY_COUNT ? REASONS[r].name : "";
}

const char *state_reason_text(enum state_reason r)
{
    return r < WHY_COUNT ? REASONS[r].text : "";
}

enum state_reason state_reason_find(const char *name)
{
    enum state_reason r = WHY_NONE;

    while (r < WHY_COUNT && strcmp(REASONS[r].name, name) != 0)
        r++;
    return r;
}

const char *state_reason_alarm(enum state_reason r)
{
    static const char *const alarms[WHY_COUNT] = {
#define STATE_ALARM(id, shown) [WHY_##id] = shown,
#include "model/states.def"
    };

    return r < WHY_COUNT ? alarms[r] : NULL;
}
