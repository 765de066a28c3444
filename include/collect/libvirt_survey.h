/* libvirt_survey.h: the thread that keeps a connection and knows which guests there are.
 *
 * Once per round it asks for what never waits for a guest: all states and interfaces in one call,
 * vCPUs and memory of single guests now and then. It makes the connection, and makes it anew, after
 * a growing pause, when it is lost. A driver without statistics in bulk is asked guest by guest.
 */
#ifndef VTOP_COLLECT_LIBVIRT_SURVEY_H
#define VTOP_COLLECT_LIBVIRT_SURVEY_H

#include "collect/libvirt_hypervisor.h"

/* Runs until h->stop; owns a reference (hypervisor_thread()). */
void *survey_run(void *hypervisor);

#endif
