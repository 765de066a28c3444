/* host_traits.h: what this host is, and what virtualization it offers, in words.
 *
 * One FACET_HOST_TRAIT record per trait that is known: processor, KVM and nesting, whether the host
 * is a guest itself, huge pages, THP, KSM, overcommit, IOMMU. A record has no numbers: the trait is
 * its ident's name, the text its image. Looked up once a minute; works below a root. One thread.
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
