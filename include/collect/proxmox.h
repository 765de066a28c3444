/* proxmox.h: the settings of a guest of Proxmox VE, in /etc/pve.
 *
 * A file of lines "key: value". What follows a "[" are the guest's snapshots. Thread-safe.
 */
#ifndef VTOP_COLLECT_PROXMOX_H
#define VTOP_COLLECT_PROXMOX_H

#include "base/file.h"

/* The value of KEY ("name:") of guest ID in directory KIND ("qemu-server", "lxc"), raw text for
 * g_free(); NULL: it has none, or cannot be read. SCRATCH is used for reading. */
char *proxmox_setting(const struct root *root, const char *kind, const char *id, const char *key,
                      struct file_buffer *scratch);

#endif
