/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* cgroup_files.h: the files of one control group, kept open while the budget of descriptors lasts.
 *
 * A plan says which files are read in which tree, once for all groups; the demand decides which of
 * them a collection reads. Values go straight into a record; a missing value is recorded as absent,
 * with its reason.
 *
 * When there are not enough descriptors for all groups, the groups on the screen keep their files
 * open first. The others are read as often, by opening each file. CPU time in ms per refresh of
 * 1,000 groups, in batch mode and on a screen of 200x50: all kept 33 and 37; under "ulimit -n 1024"
 * 51 and 68, by full paths 62 and 89. Reading the other groups every second time, except for their
 * CPU time, would reduce this to 36 and 44. It is not done: a facet has one time for all its rates,
 * the history of a group off the screen would lack every second tick, and a host with 1,000
 * containers seldom has a limit of 1,024 descriptors.
 *
 * One thread.
 */
#ifndef VTOP_COLLECT_CGROUP_FILES_H
#define VTOP_COLLECT_CGROUP_FILES_H

#include "collect/cgroup/cgroup_dirs.h"
#include "collect/cgroup/cgroup_parse.h"
#include "collect/cgroup/cgroup_tree.h"
#include "collect/kept.h"

enum { CGROUP_PLAN_MAX = 14 };

struct cgroup_plan {
    const struct root *root;
    struct kept_budget *budget;
    struct hierarchies hierarchies;
    struct cgroup_parser parser;
    struct {
        const struct cgroup_file *file;
        int tree;      /* index of the hierarchy; -1 = its controller is not mounted */
        uint8_t usual; /* index of the name that was last seen to count something on this host */
    } files[CGROUP_PLAN_MAX];
    int count;
    enum reason no_pressure; /* why a group has no pressure files */
    struct cgroup_dirs dirs;
    GString *path; /* scratch */
};

void cgroup_plan_init(struct cgroup_plan *p, const struct root *root, struct kept_budget *budget);
void cgroup_plan_clear(struct cgroup_plan *p);

/* Choose the files. To be called when p->hierarchies is set. */
void cgroup_plan_files(struct cgroup_plan *p);

/* Puts the path of file NAME of a group into p->path, valid until the next call, and returns the
 * directory that the path is relative to. TREE: index of the hierarchy. */
int cgroup_plan_place(struct cgroup_plan *p, int tree, const struct cgroup_node *node,
                      const char *name);

/* Read a file without keeping it open; the text is in p->budget->buffer. */
ssize_t cgroup_plan_read_in(struct cgroup_plan *p, int tree, const struct cgroup_node *node,
                            const char *name);

/* The same in the tree of controller C. -ENODEV: it is not mounted. */
ssize_t cgroup_plan_read(struct cgroup_plan *p, enum controller c, const struct cgroup_node *node,
                         const char *name);

bool cgroup_plan_is_v2(const struct cgroup_plan *p, enum controller c);

/* The files of one group; all-zero except for node when new. */
struct cgroup_files {
    struct cgroup_node *node;
    char **elsewhere; /* by hierarchy: its path there if it is not that of the node; or NULL */
    pid_t pid;        /* one of its processes, 0 = not known */
    uint8_t shown;    /* consecutive collections on the screen, up to a small maximum */
    /* Indexed like the files of the plan: */
    struct {
        uint8_t missing : 6;     /* enum reason why it is not read; REASON_OK = it is read */
        uint8_t name_plus_1 : 2; /* the name in use, plus 1; 0 = the others were not tried yet */
    } state[CGROUP_PLAN_MAX];
    struct kept kept[CGROUP_PLAN_MAX];
};

/* To be called before the files are read. When there are not enough descriptors for all, the files
 * of a guest that is SHOWN, now and in the previous collection, are kept first. */
void cgroup_files_claim(struct cgroup_files *f, struct cgroup_plan *p, bool shown);

/* Read file I of the plan, whose controller must be mounted. Returns the length of the text in
 * p->budget->buffer, or -errno. */
ssize_t cgroup_files_read(struct cgroup_files *f, struct cgroup_plan *p, int i);

/* Whether the files that are read belong to this group, and not to another one that was created
 * under its name before the tree was updated. HOME: the hierarchy of the node's inode. A kept file
 * that was read is proof enough. */
bool cgroup_files_are_its_own(const struct cgroup_files *f, struct cgroup_plan *p, int home);

/* Store the result N of reading file I. SEARCH: also try the paths and names under which it is
 * seldom found. */
void cgroup_files_store(struct cgroup_files *f, struct cgroup_plan *p, int i, ssize_t n,
                        bool search, struct record *out);

/* Read file I and store its values, or the reason why they are absent. */
void cgroup_files_collect(struct cgroup_files *f, struct cgroup_plan *p, int i, bool search,
                          struct record *out);

/* File I need not be read this time: when descriptors are short, close it so that another file can
 * be kept. */
void cgroup_files_rest(struct cgroup_files *f, struct cgroup_plan *p, int i);

/* Whether file I exists, as far as is known. */
bool cgroup_files_has(const struct cgroup_files *f, const struct cgroup_plan *p, int i);

/* Forget which files were missing: they may exist now. */
void cgroup_files_look_again(struct cgroup_files *f);

void cgroup_files_close(struct cgroup_files *f, struct cgroup_plan *p);

/* The reason for ERROR, a negative errno from reading a file of a group. IF_MISSING: the reason if
 * the file does not exist. */
enum reason cgroup_files_reason(ssize_t error, enum reason if_missing);

#endif
