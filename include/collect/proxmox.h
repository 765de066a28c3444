/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* proxmox.h: the settings of a guest of Proxmox VE, in /etc/pve.
 *
 * A file has lines "key: value". The sections that begin with a "[" describe the guest's snapshots
 * and are not read. Thread-safe.
 */
#ifndef VTOP_COLLECT_PROXMOX_H
#define VTOP_COLLECT_PROXMOX_H

#include "base/file.h"

/* The value of KEY ("name:") for guest ID in directory KIND ("qemu-server", "lxc"): raw text,
 * g_free(). NULL: it is not set, or the file cannot be read. SCRATCH is used for reading. */
char *proxmox_setting(const struct root *root, const char *kind, const char *id, const char *key,
                      struct file_buffer *scratch);

#endif
