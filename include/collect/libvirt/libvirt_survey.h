/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_survey.h: the thread that holds a connection and lists its guests.
 *
 * It makes only calls that never wait for a guest: all states and interfaces in one call, vCPUs and
 * memory of single guests now and then, CPUs and memory of another host each time. When the kernel
 * of this host counts what all guests do, it asks only after an event, and every 10 s in case one
 * was lost; otherwise once per round. It reconnects when the connection is lost: at once, then
 * after growing pauses. A driver without bulk statistics is asked guest by guest.
 */
#ifndef VTOP_COLLECT_LIBVIRT_SURVEY_H
#define VTOP_COLLECT_LIBVIRT_SURVEY_H

#include "collect/libvirt/libvirt_hypervisor.h"

/* Runs until h->stop; owns a reference (hypervisor_thread()). */
void *survey_run(void *hypervisor);

#endif
