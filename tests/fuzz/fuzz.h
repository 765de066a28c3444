/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* fuzz.h: what the fuzz targets share.
 *
 * A target is a function that gives bytes to one parser. It must accept any bytes, free what it
 * allocates, and keep no state between two calls that changes the result of the second.
 */
#ifndef VTOP_TESTS_FUZZ_H
#define VTOP_TESTS_FUZZ_H

#include "base/root.h"

#include <glib.h>
#include <stdint.h>

typedef void fuzz_function(const uint8_t *data, size_t size);

/* One line per target: its name, which is that of its corpus, and what it parses. */
#define FUZZ_TARGETS(TARGET)                                        \
    TARGET(args, "command lines of virtual machines")               \
    TARGET(blockdev, "which block devices are made of which")       \
    TARGET(cgroup, "files of control groups, versions 1 and 2")     \
    TARGET(container, "paths of control groups")                    \
    TARGET(containers, "a tree of control groups")                  \
    TARGET(decode, "input from the terminal")                       \
    TARGET(domain, "definitions of libvirt's machines")             \
    TARGET(filter, "filter expressions")                            \
    TARGET(hierarchy, "mountinfo, and /proc/PID/cgroup")            \
    TARGET(host, "files of /proc and /sys about the host")          \
    TARGET(http, "headers of requests, and addresses")              \
    TARGET(json, "answers of container engines")                    \
    TARGET(kvm, "statistics of KVM")                                \
    TARGET(mounts, "where the disks of a machine are mounted")      \
    TARGET(name, "names from outside")                              \
    TARGET(names, "files in which the names of containers are")     \
    TARGET(netdev, "/proc/net/dev")                                 \
    TARGET(options, "the command line of vtop")                     \
    TARGET(pack, "packed numbers")                                  \
    TARGET(pressure, "pressure stall information")                  \
    TARGET(process, "files of /proc/PID about a virtual machine")   \
    TARGET(procfs, "stat, schedstat, status and numa_maps")         \
    TARGET(recording, "parts of a recording")                       \
    TARGET(settings, "vtoprc")                                      \
    TARGET(stats, "libvirt's typed parameters")                     \
    TARGET(stores, "mount tables, and the status of thin pools")    \
    TARGET(uri, "URIs of hypervisors")                              \
    TARGET(when, "times as users type them")

#define FUZZ_DECLARE(name, what) fuzz_function fuzz_##name;
FUZZ_TARGETS(FUZZ_DECLARE)
#undef FUZZ_DECLARE

/* A copy with a NUL behind it, and nothing behind that: g_free(). */
char *fuzz_text(const uint8_t *data, size_t size);

/* The bytes up to the next FUZZ_BREAK or the end, and past them: for several texts in one input. */
enum { FUZZ_BREAK = 0x1e };
struct fuzz_part {
    const uint8_t *data;
    size_t size;
};
struct fuzz_part fuzz_next(const uint8_t **data, size_t *size);

/* A directory that stands in for "/". It is made once per process, and removed at its end. */
const char *fuzz_directory(void);
const struct root *fuzz_root(void);

/* Write the parts of the input into the files PATHS (NULL-terminated, below the directory), one
 * each. A file whose part is missing or empty does not exist. A path that begins with '@' is a
 * symbolic link with the part as its target, one that ends with '/' an empty directory, which takes
 * no part. */
void fuzz_files(const char *const *paths, const uint8_t *data, size_t size);

#endif
