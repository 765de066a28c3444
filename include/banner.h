/* banner.h: what the title says of the host that is shown, when it is not simply this one. */
#ifndef VTOP_BANNER_H
#define VTOP_BANNER_H

#include "options.h"

/* One line for g_free(), or NULL. It looks at files below the root, which may be on a server that
 * does not answer: a thread looks, and after a fifth of a second the title goes without. */
char *banner_of(const struct options *options);

#endif
