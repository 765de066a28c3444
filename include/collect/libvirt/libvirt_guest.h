/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* libvirt_guest.h: what a libvirt connection knows about one guest: its records, kept between
 * reads.
 *
 * The threads of a connection share its guests; the hypervisor's lock guards them, and references
 * keep them alive. Parts (disks, interfaces, vCPUs) appear when they are first read. Each full
 * reading of one kind of part drops the parts that it does not mention.
 */
#ifndef VTOP_COLLECT_LIBVIRT_GUEST_H
#define VTOP_COLLECT_LIBVIRT_GUEST_H

#include "model/sample.h"

#include <libvirt/libvirt.h>

struct guest_part {
    struct record *record; /* its ident is the part's */
    bool seen;
};

struct guest {
    unsigned refs; /* guarded by the lock as well */
    char uuid[VIR_UUID_STRING_BUFLEN];
    int id;    /* libvirt's id of this run: a restarted guest has another one */
    bool met;  /* its ident says by what its process is to be recognized */
    bool seen; /* its process can be seen here: the kernel gives its CPU time and memory, ... */
    bool open; /* ... and its traffic, as its descriptors say which interfaces it has */
    int pid;   /* of that process, ... */
    uint64_t start_time; /* ... and when it started: libvirt_process.h */
    bool present;        /* the newest survey saw it */
    bool active;         /* it runs or is paused, so its monitor can be asked */
    struct record *domain;
    struct record *monitor; /* NULL until it is first read, ... */
    struct record *balloon; /* ... and so are these two */
    struct record *job;
    int64_t balloon_update; /* s since 1970: when the guest's driver last reported; 0: never */
    GPtrArray *parts;       /* struct guest_part */

    int64_t info_due;   /* when its vCPUs and memory are to be read again */
    int64_t job_due;    /* when it is to be asked about jobs again */
    uint64_t job_pass;  /* current pass of its migration */
    unsigned job_lost;  /* passes in a row in which it wrote faster than data was copied */
    int64_t asked_ns;   /* since when our call waits for its monitor; 0: none does */
    int64_t busy_ns;    /* since when another client's call waits for it; 0: none does */
    int64_t monitor_ns; /* when its monitor was last read, or tried */
    unsigned readings;  /* of its monitor so far */
};

/* Where the guests of one connection run. */
struct guest_home {
    const char *realm; /* which daemon of its host, as "qemu/system" */
    const char *host;  /* key of another host's ident; NULL: the host vtop runs on */
};
struct guest *guest_new(const char *uuid, int id, const char *name, const struct guest_home *home,
                        enum guest_type type);
struct guest *guest_ref(struct guest *g);
void guest_unref(struct guest *g);

/* Set how a guest of this host is matched with its process: by PID and START_TIME where the process
 * is seen (pid > 0), else by UUID, which another process may have as well. Only the first call has
 * an effect. */
void guest_meet(struct guest *g, int pid, uint64_t start_time);

/* Set its current name. */
void guest_rename(struct guest *g, const char *name);

/* The record of one of its parts, made when it is new: KEY as "disk:vda", NAME as shown. */
struct record *guest_part(struct guest *g, enum facet facet, const char *key, const char *name);

/* Set the image of a disk; NULL: it has no medium. */
void guest_part_source(struct record *part, const char *path);

/* Read all parts of a facet: begin, guest_part() for each, end. */
void guest_parts_begin(struct guest *g, enum facet facet);
void guest_parts_end(struct guest *g, enum facet facet);

guint guest_count_parts(const struct guest *g, enum facet facet);

/* Copy a record. Counters that have not been read for long become absent (REASON_STALE), so that
 * their last rate is not shown as current. */
void guest_report_record(const struct record *r, int64_t now_ns, struct sample *out);

/* The same for all records of a guest, those of its parts last. When the guest is HUNG, what its
 * monitor counts is absent (REASON_MONITOR_BUSY). */
void guest_report(const struct guest *g, bool hung, int64_t now_ns, struct sample *out);

#endif
