/* cgroup_files.h: the files of one control group, kept open while the budget of descriptors lasts.
 *
 * A plan says which files are read in which tree, once for all groups; which of them are read at a
 * time is up to the demand. Values go straight into a record; what is not there is absent with its
 * reason.
 *
 * Who is on the screen keeps files first when there are not enough descriptors for all; the others
 * are read as often, by opening. Ms of CPU per refresh of 1,000 groups, in batch and on a screen of
 * 200x50: all kept 33 and 37; under "ulimit -n 1024" 51 and 68, by full paths 62 and 89. To read
 * the others every second time, but for their CPU time, would make it 36 and 44. It is not done: a
 * facet has one time for all its rates, the past would have a hole in every second tick of whoever
 * was off the screen, and a host that has 1,000 containers seldom has 1,024 descriptors.
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
        int tree;      /* index of the hierarchy; -1 = its controller is nowhere */
        uint8_t usual; /* the name that counts something on this host, as far as seen */
    } files[CGROUP_PLAN_MAX];
    int count;
    enum reason no_pressure; /* why a group has no pressure files */
    struct cgroup_dirs dirs;
    GString *path; /* scratch */
};

void cgroup_plan_init(struct cgroup_plan *p, const struct root *root, struct kept_budget *budget);
void cgroup_plan_clear(struct cgroup_plan *p);

/* Choose the files, once p->hierarchies are known. */
void cgroup_plan_files(struct cgroup_plan *p);

/* Where file NAME of a group is opened: the path in p->path, valid until the next one, below the
 * directory that is returned. TREE: index of the hierarchy. */
int cgroup_plan_place(struct cgroup_plan *p, int tree, const struct cgroup_node *node,
                      const char *name);

/* Read a file that is not kept; the text is in p->budget->buffer. */
ssize_t cgroup_plan_read_in(struct cgroup_plan *p, int tree, const struct cgroup_node *node,
                            const char *name);

/* The same in the tree of a controller. -ENODEV: there is none. */
ssize_t cgroup_plan_read(struct cgroup_plan *p, enum controller c, const struct cgroup_node *node,
                         const char *name);

bool cgroup_plan_is_v2(const struct cgroup_plan *p, enum controller c);

/* Of one group; all-zero but for node when new. */
struct cgroup_files {
    struct cgroup_node *node;
    char **elsewhere; /* by hierarchy: its path there, when it is not that of the node; or NULL */
    pid_t pid;        /* one of its processes, 0 = not known */
    uint8_t shown;    /* collections in a row, as far as they count */
    /* By their place in the plan: */
    struct {
        uint8_t missing : 6;     /* enum reason why it is not read; REASON_OK = it is */
        uint8_t name_plus_1 : 2; /* which of its names it is; 0 = the others were not tried yet */
    } state[CGROUP_PLAN_MAX];
    struct kept kept[CGROUP_PLAN_MAX];
};

/* Before they are read: those of a guest that is SHOWN, and was before, come first when there are
 * not enough descriptors for all. */
void cgroup_files_claim(struct cgroup_files *f, struct cgroup_plan *p, bool shown);

/* Read file I of the plan, which must be in a tree. Returns the length of the text in
 * p->budget->buffer, or -errno. */
ssize_t cgroup_files_read(struct cgroup_files *f, struct cgroup_plan *p, int i);

/* Whether what is read is of this group, and not of another that was made under its name before the
 * tree told. HOME: the hierarchy that its inode is of. A kept file that was read says so itself. */
bool cgroup_files_are_its_own(const struct cgroup_files *f, struct cgroup_plan *p, int home);

/* Store what reading file I gave. SEARCH: also look where it is seldom found. */
void cgroup_files_store(struct cgroup_files *f, struct cgroup_plan *p, int i, ssize_t n,
                        bool search, struct record *out);

/* Both, or why not. */
void cgroup_files_collect(struct cgroup_files *f, struct cgroup_plan *p, int i, bool search,
                          struct record *out);

/* File I need not be read this time: where descriptors are short, another may have its own. */
void cgroup_files_rest(struct cgroup_files *f, struct cgroup_plan *p, int i);

/* Whether file I can be read as far as is known. */
bool cgroup_files_has(const struct cgroup_files *f, const struct cgroup_plan *p, int i);

/* Forget what was missing: it may have come. */
void cgroup_files_look_again(struct cgroup_files *f);

void cgroup_files_close(struct cgroup_files *f, struct cgroup_plan *p);

/* Why a file of a group could not be read. */
enum reason cgroup_files_reason(ssize_t error, enum reason if_missing);

#endif
