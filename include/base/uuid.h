/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* uuid.h: UUIDs as text.
 *
 * Pure. The canonical form is lower case with dashes: "c2869931-a3c6-4ac2-b583-c0969f692015".
 */
#ifndef VTOP_BASE_UUID_H
#define VTOP_BASE_UUID_H

#include <stdbool.h>

enum { UUID_TEXT = 37 }; /* with the NUL */

/* Read a UUID in any case, with or without dashes, with blanks around it (machine-id, SMBIOS,
 * libvirt). False, and OUT is "", when TEXT is NULL or not a UUID. */
bool uuid_parse(const char *text, char out[UUID_TEXT]);

/* Whether a canonical UUID can identify a machine: not all of its bytes are equal, and it is not
 * one that a vendor stores in the firmware of every board. */
bool uuid_is_unique(const char *uuid);

#endif
