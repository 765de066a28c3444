/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* banner.h: the note in the title about the host that is shown, if it is not simply this one. */
#ifndef VTOP_BANNER_H
#define VTOP_BANNER_H

#include "options.h"

/* "DEMO: a simulated host", "saved tree /srv/host", ...; g_free(). NULL: none. The files below the
 * root may be on a server that does not answer, so a thread reads them; after 200 ms the answer is
 * NULL. */
char *banner_of(const struct options *options);

#endif
