/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/cgroup_overhead.h"

static const enum reading COUNTERS[] = {R_CG_CPU_NS,        R_CG_USER_NS,     R_CG_SYSTEM_NS,
                                        R_CG_REFAULTS,      R_CG_MAJOR_FAULTS, R_CG_IO_READ_BYTES,
                                        R_CG_IO_WRITE_BYTES, R_CG_IO_READ_OPS, R_CG_IO_WRITE_OPS};
static const enum reading AMOUNTS[] = {
    R_CG_MEM_USAGE_BYTES, R_CG_MEM_INACTIVE_FILE_BYTES, R_CG_MEM_ANON_BYTES,   R_CG_MEM_FILE_BYTES,
    R_CG_MEM_SHMEM_BYTES, R_CG_MEM_KERNEL_BYTES,        R_CG_SWAP_BYTES,       R_CG_TASKS};

static struct cgroup_node *group_of(const struct cgroup_tree *t, const char *id)
{
    struct cgroup_node *all = cgroup_tree_find(t, cgroup_tree_root(t), "kata_overhead");

    return all ? cgroup_tree_find(t, all, id) : NULL;
}

/* The files of the second group; NULL: there is none. *NEW: the group is not the one of the last
 * call. */
static struct cgroup_files *files_of(struct cgroup_overheads *o, struct cgroup_plan *p,
                                     const struct ident *guest, struct cgroup_node *node, bool *new)
{
    gpointer key = GSIZE_TO_POINTER((gsize)guest->serial);
    struct cgroup_files *files = o->by_guest ? g_hash_table_lookup(o->by_guest, key) : NULL;

    *new = !files || files->node != node;
    if (!node || (files && *new)) {
        cgroup_overhead_drop(o, p, guest);
        files = NULL;
    }
    if (!node || files)
        return files;
    if (!o->by_guest)
        o->by_guest = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    files = g_new0(struct cgroup_files, 1);
    files->node = node;
    g_hash_table_insert(o->by_guest, key, files);
    return files;
}

static void add_up(struct record *out, const struct record *more, enum reading reading)
{
    uint64_t own = 0, other;

    if (!record_get(more, reading, &other))
        return;
    record_get(out, reading, &own); /* the sandbox may have no such controller of its own */
    record_set(out, reading, own + other);
}

void cgroup_overhead_add(struct cgroup_overheads *o, struct cgroup_plan *p, struct cgroup_tree *t,
                         const struct ident *guest, unsigned needs, bool seen, struct record *out)
{
    bool new;
    struct cgroup_node *node = guest->id ? group_of(t, guest->id) : NULL;
    struct cgroup_files *files = files_of(o, p, guest, node, &new);

    if (!files)
        return;
    struct record *more = record_new(FACET_CGROUP, (struct ident *)guest);
    for (int i = 0; i < p->count; i++)
        if (p->files[i].file->needs & needs)
            cgroup_files_collect(files, p, i, new, more);
    for (size_t i = 0; i < G_N_ELEMENTS(AMOUNTS); i++)
        add_up(out, more, AMOUNTS[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(COUNTERS); i++) {
        if (new && seen)
            record_absent(out, COUNTERS[i], REASON_RESET);
        else
            add_up(out, more, COUNTERS[i]);
    }
    record_free(more);
}

void cgroup_overhead_drop(struct cgroup_overheads *o, struct cgroup_plan *p,
                          const struct ident *guest)
{
    gpointer key = GSIZE_TO_POINTER((gsize)guest->serial);
    struct cgroup_files *files = o->by_guest ? g_hash_table_lookup(o->by_guest, key) : NULL;

    if (!files)
        return;
    cgroup_files_close(files, p);
    g_hash_table_remove(o->by_guest, key);
}

static void close_one(void *key, void *files, void *plan)
{
    (void)key;
    cgroup_files_close(files, plan);
}

void cgroup_overheads_clear(struct cgroup_overheads *o, struct cgroup_plan *p)
{
    if (o->by_guest)
        g_hash_table_foreach(o->by_guest, close_one, p);
    g_clear_pointer(&o->by_guest, g_hash_table_destroy);
}
