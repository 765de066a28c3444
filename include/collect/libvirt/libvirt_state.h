/* libvirt_state.h: libvirt's domain states and their reasons in the words of the model. */
#ifndef VTOP_COLLECT_LIBVIRT_STATE_H
#define VTOP_COLLECT_LIBVIRT_STATE_H

#include "model/entity.h"

/* STATE is virDomainState, REASON the enum that belongs to it; unknown ones map to UNKNOWN, NONE.
 */
enum guest_state libvirt_guest_state(int state);
enum state_reason libvirt_state_reason(int state, int reason);

#endif
