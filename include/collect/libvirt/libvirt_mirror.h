/* libvirt_mirror.h: which image a disk is being copied to, from the definition of its guest.
 *
 * Pure. libvirt lists the copy among the images that lie under the disk, by the disk's own name;
 * only the definition tells one from the other.
 */
#ifndef VTOP_COLLECT_LIBVIRT_MIRROR_H
#define VTOP_COLLECT_LIBVIRT_MIRROR_H

#include <stdint.h>

/* libvirt's index of the image that the disk TARGET is copied to; 0: it is not, or XML is none. */
uint64_t mirror_index(const char *xml, const char *target);

#endif
