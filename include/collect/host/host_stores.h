/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* host_stores.h: how full the host's file systems and thin pools are.
 *
 * One FACET_HOST_STORE record for each, read at most every STORES_NS in threads of their own: one
 * for what lies on this host, another for file systems of servers, which may hang. A file system
 * that does not answer costs its own values, which age, and those of the other remote ones.
 *
 * Only where the running kernel is seen: nothing of a saved tree can be asked. Part of host.h.
 */
#ifndef VTOP_COLLECT_HOST_STORES_H
#define VTOP_COLLECT_HOST_STORES_H

#include "base/clock.h"
#include "base/root.h"
#include "model/sample.h"

#define STORES_NS (30 * CLOCK_NS_PER_S)

struct host_stores;

/* ROOT need not outlive the result. */
struct host_stores *host_stores_new(const struct root *root);

/* Threads that are blocked are left alone after half a second; they free what they use when they
 * end. */
void host_stores_free(struct host_stores *s);

/* The first call waits a moment for the local ones, so that a single sample has them. */
void host_stores_collect(struct host_stores *s, struct sample *out);

#endif
