/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* stores.h: the file systems and thin pools of a host that hold guests, and how full they are.
 *
 * A store holds guests when its collector says so (an engine keeps its data there), or when the disk
 * of a virtual machine lies on it, as the path of its image says. Others, such as /boot,
 * are left out. Nothing is kept between calls. Main thread only.
 */
#ifndef VTOP_ANALYSE_STORES_H
#define VTOP_ANALYSE_STORES_H

#include "model/moment.h"

/* What of it is used most: space, files or metadata. */
struct store_level {
    enum metric metric; /* M_STORE_LEVEL, M_STORE_FILES_LEVEL, M_STORE_METADATA_LEVEL */
    double percent;     /* NAN: nothing is known, or it is old */
};
struct store_level store_level_of(const struct moment *at, const struct entity *store);

/* The store of HOST that a path lies on; NULL: on none that is known. */
const struct entity *store_of_path(const struct entity *host, const char *path);

bool store_holds_guests(const struct moment *at, const struct entity *host,
                        const struct entity *store);

/* The fullest one that holds guests, from LEAST percent on; NULL: there is none. KNOWN, or NULL:
 * whether any store is known. */
const struct entity *store_fullest(const struct moment *at, const struct entity *host, double least,
                                   struct store_level *level, bool *known);

/* The fullest store of those that disks of GUEST lie on; NULL: none is known. */
const struct entity *store_of_guest(const struct moment *at, const struct entity *guest,
                                    struct store_level *level);

/* Whose data is on it: "the disks of a, b and 3 more guests", "the data of docker, lxc"; NULL: not
 * known. g_free. */
char *store_contents(const struct moment *at, const struct entity *host,
                     const struct entity *store);

#endif
