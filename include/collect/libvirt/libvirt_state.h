/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_state.h: libvirt's domain states and reasons as those of the model. */
#ifndef VTOP_COLLECT_LIBVIRT_STATE_H
#define VTOP_COLLECT_LIBVIRT_STATE_H

#include "model/entity.h"

/* STATE is a virDomainState, REASON a value of the enum for that state. Unknown values give
 * STATE_UNKNOWN and WHY_NONE. */
enum guest_state libvirt_guest_state(int state);
enum state_reason libvirt_state_reason(int state, int reason);

#endif
