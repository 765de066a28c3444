/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* host_traits.h: properties of this host, and which virtualization it offers, as texts.
 *
 * Adds one FACET_HOST_TRAIT record per trait that is known: processor, KVM and nesting, whether the
 * host is itself a guest, IOMMU, huge pages, THP, KSM, overcommit. A trait that is not known has no
 * record. A record has no readings: the name of its ident is the trait, the image of its ident the
 * text. Traits are read once a minute, below a root. One thread.
 */
#ifndef VTOP_COLLECT_HOST_TRAITS_H
#define VTOP_COLLECT_HOST_TRAITS_H

#include "base/root.h"
#include "model/sample.h"

struct host_traits;

/* ROOT must outlive it. */
struct host_traits *host_traits_new(const struct root *root);
void host_traits_free(struct host_traits *t);

void host_traits_collect(struct host_traits *t, struct sample *out);

#endif
