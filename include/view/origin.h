/* origin.h: where a value was read, in words for people: kernel files and libvirt's calls.
 *
 * Constant, any thread.
 */
#ifndef VTOP_VIEW_ORIGIN_H
#define VTOP_VIEW_ORIGIN_H

#include "model/metric.h"

/* Of a value of metric M that facet F has given: "cpu.stat; v1: cpuacct.usage"; of what is computed
 * from values of others (FACET_NONE) which these are. "" when there is nothing to say. */
const char *origin_text(enum facet f, enum metric m);

#endif
