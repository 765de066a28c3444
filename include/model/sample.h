/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* sample.h: raw readings on their way from a source to the roster.
 *
 * A source makes an ident once for each entity it discovers and a sample each time it reads. Both
 * are built by one thread, immutable once published, reference counted and handed across threads
 * by pointer. A record of a sample has the readings of one facet of one entity at one time. What
 * was not read is absent with a reason, never zero.
 */
#ifndef VTOP_MODEL_SAMPLE_H
#define VTOP_MODEL_SAMPLE_H

#include "model/metric.h"

#include <glib.h>
#include <sys/types.h>

/* ---- ident: what a record is about ----
 *
 * serial: set by ident_new(), the same for all later versions of the ident, and different when the
 * entity is made anew under the same key (a restarted guest, a cgroup with a new inode): a new
 * serial is a new baseline for rates.
 *
 * aliases: further names by which the facets of one guest are matched ("uuid:...", "pid:...",
 * "/docker/ID": the path of a control group). Two guest idents of one host that share an alias, or
 * the key, are the same guest, except as guests.h says.
 *
 * Texts are made safe by ident_set(); all fields are set before the ident is first published. */
enum { IDENT_ALIASES = 4 };

/* The alias (or key) that every source gives the host that vtop itself runs on. */
#define IDENT_LOCAL_HOST "local:"

struct ident {
    gatomicrefcount refs;
    uint8_t kind;    /* enum kind */
    uint8_t type;    /* enum guest_type; GUEST_NONE for parts and for hosts */
    bool companion;  /* describes a guest that another facet must establish */
    bool packed : 1; /* by ident_pack() */
    uint64_t serial;
    char *key;    /* hosts: unique; guests: unique on their host; parts: in their owner and kind */
    char **alias; /* IDENT_ALIASES at most, then NULL */
    uint64_t owner; /* serial of an ident of the same source: of a part its guest or host, of a
                       guest its host; 0 = the host of the sample */
    char *outer;    /* nested guest: key or alias of the guest around it, or NULL */
    char *name, *id, *group, *image; /* labels; NULL = not known */
    pid_t pid;                       /* 0 = not known */
    char texts[];                    /* all of these, after ident_pack() */
};

/* The path of the guest's own control group: its key, or the alias, that begins with '/'. NULL: it
 * is not known to have one. The last component may be the container's id instead of the directory's
 * name. */
const char *ident_group_path(const struct ident *i);

struct ident *ident_new(enum kind kind, enum guest_type type, const char *key);

/* A new version of an ident (same serial), to be changed before it is published. */
struct ident *ident_next_version(const struct ident *old);

/* Store a cleaned copy of a label: ident_set(&i->name, raw). */
void ident_set(char **label, const char *raw);

/* Does nothing when VALUE is NULL or empty, which mean "not known". */
void ident_add_alias(struct ident *i, const char *prefix, const char *value);

/* Move an ident that is not published yet into one block of memory with its texts, for sources that
 * have very many. Its texts can no longer be set. */
struct ident *ident_pack(struct ident *i);

struct ident *ident_ref(struct ident *i);
void ident_unref(struct ident *i);

/* Bytes of it and its texts. */
size_t ident_size(const struct ident *i);

/* ---- sample ---- */
enum { SAMPLE_SOURCES_MAX = 32 };

struct record {
    struct ident *ident;
    int64_t read_ns;     /* monotonic, right after this facet was read */
    int64_t interval_ns; /* interval of this facet; 0 = that of the sample */
    uint8_t facet;       /* enum facet */
    bool packed;         /* by sample_add_packed() */
    uint8_t marks[];     /* of each reading, then the values; private to sample.c */
};

enum source_state {
    SOURCE_OK,
    SOURCE_STALE,
    SOURCE_ABSENT,
    SOURCE_DENIED,
    SOURCE_FAILED,
    SOURCE_PARTIAL, /* it works, but does not see everything */
    SOURCE_STATE_COUNT
};
const char *source_state_name(enum source_state s);
enum source_state source_state_find(const char *name); /* SOURCE_STATE_COUNT: none */

struct source_status {
    char *name;    /* "qemu:///system", "cgroup", "docker" */
    char *message; /* one clean line, or NULL */
    enum source_state state;
    int64_t since_ns; /* monotonic: when it was last heard of */
    uint64_t host;    /* serial of the host entity that it is about; 0 = not known. The roster's */
};

struct sample {
    gatomicrefcount refs;
    unsigned source;      /* index by which the roster knows the source */
    bool complete;        /* what is not in it is gone; false: something could not be read */
    bool still;           /* of a saved tree, whose counters do not move: they give no rates */
    struct ident *host;   /* KIND_HOST: the host that its records are about; NULL: the local one */
    int64_t interval_ns;  /* current interval of this source */
    int64_t suspended_ns; /* how long its machine had been suspended since boot */
    GPtrArray *records;   /* struct record; guests before their parts */
    GArray *statuses;     /* struct source_status */
    GPtrArray *chunks;    /* memory of the records */
    size_t chunk_used;
};

struct sample *sample_new(unsigned source, int64_t interval_ns);
/* All records of the sample are about this host, or about what runs on it. Takes a reference. */
void sample_set_host(struct sample *s, struct ident *host);

struct sample *sample_ref(struct sample *s);
void sample_unref(struct sample *s);

/* A new record, all readings absent (REASON_NOT_READ), read_ns 0; takes a reference on IDENT. */
struct record *sample_add(struct sample *s, enum facet facet, struct ident *ident);

/* A record outside of a sample. A source keeps it for a facet that it does not read each time, and
 * copies it into every sample with the time at which it was read. */
struct record *record_new(enum facet facet, struct ident *ident);
void record_free(struct record *r);
struct record *sample_add_copy(struct sample *s, const struct record *r);

/* A copy for sources that have very many: each value takes as few bytes as it needs. No value can
 * be set in the copy. */
void sample_add_packed(struct sample *s, const struct record *r);

/* The same from a pack (pack.h) of all readings of the facet. */
struct record *sample_add_pack(struct sample *s, enum facet facet, struct ident *ident,
                               const uint8_t *pack);

void sample_add_status(struct sample *s, const char *name, enum source_state state,
                       int64_t since_ns, const char *message);

void record_set(struct record *r, enum reading reading, uint64_t value);
void record_absent(struct record *r, enum reading reading, enum reason why);
void record_all_absent(struct record *r, enum reading first, enum reading last, enum reason why);
bool record_get(const struct record *r, enum reading reading, uint64_t *out);
enum reason record_reason(const struct record *r, enum reading reading); /* REASON_OK: a value */

/* All readings of a record at once, in their order. No facet has more of them. */
enum { RECORD_MAX = 64 };
void record_read(const struct record *r, uint64_t values[RECORD_MAX], uint8_t reasons[RECORD_MAX]);

/* The same as a pack (pack.h): TO has PACK_ROOM() for them. Bytes that it takes. */
size_t record_pack(const struct record *r, uint8_t *to);

#endif
