/* libvirt_survey.h: the thread that keeps a connection and knows which guests there are.
 *
 * It asks for what never waits for a guest: all states and interfaces in one call, vCPUs and memory
 * of single guests now and then. Of guests that the kernel of this host counts as well, only when
 * the daemon said that something happened to one, and every 10 s in case it did not say; of others
 * once per round. It makes the connection, and makes it anew when it is lost: at once, then after
 * growing pauses. A driver without statistics in bulk is asked guest by guest.
 */
#ifndef VTOP_COLLECT_LIBVIRT_SURVEY_H
#define VTOP_COLLECT_LIBVIRT_SURVEY_H

#include "collect/libvirt/libvirt_hypervisor.h"

/* Runs until h->stop; owns a reference (hypervisor_thread()). */
void *survey_run(void *hypervisor);

#endif
