/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_state.h"

#include <libvirt/libvirt.h>

enum guest_state libvirt_guest_state(int state)
{
    switch (state) {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED: /* Xen: waits for an event */
        return STATE_RUN;
    case VIR_DOMAIN_PAUSED:
        return STATE_PAUSED;
    case VIR_DOMAIN_SHUTDOWN:
        return STATE_SHUTTING_DOWN;
    case VIR_DOMAIN_SHUTOFF:
        return STATE_OFF;
    case VIR_DOMAIN_CRASHED:
        return STATE_CRASHED;
    case VIR_DOMAIN_PMSUSPENDED:
        return STATE_SUSPENDED;
    default:
        return STATE_UNKNOWN;
    }
}

static enum state_reason why_running(int reason)
{
    switch (reason) {
    case VIR_DOMAIN_RUNNING_POSTCOPY:
        return WHY_POSTCOPY;
#if LIBVIR_CHECK_VERSION(8, 5, 0)
    case VIR_DOMAIN_RUNNING_POSTCOPY_FAILED:
        return WHY_POSTCOPY_FAILED;
#endif
    default:
        return WHY_NONE; /* booted, unpaused, migrated, ... */
    }
}

static enum state_reason why_paused(int reason)
{
    switch (reason) {
    case VIR_DOMAIN_PAUSED_USER:
        return WHY_BY_USER;
    case VIR_DOMAIN_PAUSED_MIGRATION:
        return WHY_MIGRATION;
    case VIR_DOMAIN_PAUSED_SAVE:
        return WHY_SAVING;
    case VIR_DOMAIN_PAUSED_DUMP:
        return WHY_DUMPING;
    case VIR_DOMAIN_PAUSED_IOERROR:
        return WHY_IO_ERROR;
    case VIR_DOMAIN_PAUSED_WATCHDOG:
        return WHY_WATCHDOG;
    case VIR_DOMAIN_PAUSED_SHUTTING_DOWN:
        return WHY_SHUTTING_DOWN;
    case VIR_DOMAIN_PAUSED_SNAPSHOT:
        return WHY_SNAPSHOT;
    case VIR_DOMAIN_PAUSED_CRASHED:
        return WHY_GUEST_PANIC;
    case VIR_DOMAIN_PAUSED_STARTING_UP:
        return WHY_STARTING;
    case VIR_DOMAIN_PAUSED_POSTCOPY:
        return WHY_POSTCOPY;
    case VIR_DOMAIN_PAUSED_POSTCOPY_FAILED:
        return WHY_POSTCOPY_FAILED;
#if LIBVIR_CHECK_VERSION(9, 2, 0)
    case VIR_DOMAIN_PAUSED_API_ERROR:
        return WHY_API_ERROR;
#endif
    default:
        return WHY_NONE;
    }
}

static enum state_reason why_off(int reason)
{
    switch (reason) {
    case VIR_DOMAIN_SHUTOFF_MIGRATED:
        return WHY_MIGRATION;
    case VIR_DOMAIN_SHUTOFF_SAVED:
        return WHY_SAVING;
    case VIR_DOMAIN_SHUTOFF_DAEMON:
        return WHY_DAEMON;
    case VIR_DOMAIN_SHUTOFF_CRASHED:
        return WHY_GUEST_PANIC;
    case VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT:
        return WHY_SNAPSHOT;
    default:
        return WHY_NONE;
    }
}

enum state_reason libvirt_state_reason(int state, int reason)
{
    switch (state) {
    case VIR_DOMAIN_RUNNING:
        return why_running(reason);
    case VIR_DOMAIN_PAUSED:
        return why_paused(reason);
    case VIR_DOMAIN_SHUTOFF:
        return why_off(reason);
    case VIR_DOMAIN_SHUTDOWN:
        return reason == VIR_DOMAIN_SHUTDOWN_USER ? WHY_BY_USER : WHY_NONE;
    case VIR_DOMAIN_CRASHED:
        return reason == VIR_DOMAIN_CRASHED_PANICKED ? WHY_GUEST_PANIC : WHY_NONE;
    default:
        return WHY_NONE;
    }
}
