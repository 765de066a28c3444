/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* host_ident.h: who the host below a root is.
 *
 * key      "machine:" and the first 32 hex digits of SHA-256 over "vtop host id 1:" and the machine
 *          id; the machine id itself is confidential (machine-id(5)) and never leaves the process.
 *          IDENT_LOCAL_HOST where there is no valid machine id, or only that of a container.
 * aliases  "uuid:" and the UUID of the firmware, as libvirt gives it, where it can be read and is
 *          not one of those that many machines share; IDENT_LOCAL_HOST.
 * name     its host name; none in a container that has a name of its own.
 */
#ifndef VTOP_COLLECT_HOST_IDENT_H
#define VTOP_COLLECT_HOST_IDENT_H

#include "base/root.h"
#include "collect/viewpoint.h"
#include "model/sample.h"

/* A new ident, to be released with ident_unref(). Reads a few small files. */
struct ident *host_ident_new(const struct root *root, const struct viewpoint *v);

#endif
