/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_mirror.h: the image that a disk is being copied to, from the definition of its guest.
 *
 * Pure. libvirt's statistics list the copy like the backing images of the disk, under the disk's
 * name; only the definition tells them apart.
 */
#ifndef VTOP_COLLECT_LIBVIRT_MIRROR_H
#define VTOP_COLLECT_LIBVIRT_MIRROR_H

#include <stdint.h>

/* libvirt's index of the image that the disk TARGET is copied to; 0: it is not being copied, or XML
 * cannot be parsed. */
uint64_t mirror_index(const char *xml, const char *target);

#endif
