/* libvirt_guest.h: what a libvirt connection knows of one guest: its records, kept between reads.
 *
 * A guest is shared by the threads of its connection and guarded by the lock of its hypervisor; it
 * lives as long as one of them refers to it. Parts (disks, interfaces, vCPUs) appear when they are
 * first read; each full reading of their kind drops those it did not mention.
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
    int id;    /* of this run of the guest: another one is another guest */
    bool met;  /* its ident says by what its process is to be recognized */
    bool seen; /* its process can be seen here: the kernel gives its CPU time and memory, ... */
    bool open; /* ... and its traffic, as its descriptors say which interfaces it has */
    int pid;   /* of that process, ... */
    uint64_t start_time; /* ... and when it started: libvirt_process.h */
    bool present;        /* the newest survey saw it */
    bool active;         /* it runs or is paused: there is somebody to ask */
    struct record *domain;
    struct record *monitor; /* NULL until it was first read, */
    struct record *balloon; /* as is this, */
    struct record *job;     /* and this */
    int64_t balloon_update; /* s since 1970: when the guest's driver last reported; 0: never */
    GPtrArray *parts;       /* struct guest_part */

    int64_t info_due;   /* when its vCPUs and memory are to be read again */
    int64_t job_due;    /* when it is to be asked again what is done to it */
    uint64_t job_pass;  /* of its migration, */
    unsigned job_lost;  /* passes in a row in which it wrote faster than was copied */
    int64_t asked_ns;   /* since when a call waits for its monitor; 0: none does */
    int64_t busy_ns;    /* since when somebody else's does; 0: nobody's */
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

/* By what its process is recognized: PID and START_TIME where it is seen (pid > 0), else the uuid,
 * which another process may claim as well. Once, for a guest of this host. */
void guest_meet(struct guest *g, int pid, uint64_t start_time);

/* Give it the name it has now. */
void guest_rename(struct guest *g, const char *name);

/* The record of one of its parts, made when it is new: KEY as "disk:vda", NAME as shown. */
struct record *guest_part(struct guest *g, enum facet facet, const char *key, const char *name);

/* What stands behind a disk now; NULL: nothing. */
void guest_part_source(struct record *part, const char *path);

/* A reading of all parts of a facet: begin, guest_part() for each, end. */
void guest_parts_begin(struct guest *g, enum facet facet);
void guest_parts_end(struct guest *g, enum facet facet);

guint guest_count_parts(const struct guest *g, enum facet facet);

/* Copy a record. Rates of what has not been read for long would go on looking true: they become
 * absent, REASON_STALE. */
void guest_report_record(const struct record *r, int64_t now_ns, struct sample *out);

/* The same for all records of a guest, which come before those of its parts. What its monitor says
 * is absent, REASON_MONITOR_BUSY, when the guest is HUNG. */
void guest_report(const struct guest *g, bool hung, int64_t now_ns, struct sample *out);

#endif
