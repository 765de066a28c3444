/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/local.h"

#include "base/clock_read.h"
#include "base/root.h"
#include "collect/cgroup/cgroup.h"
#include "collect/host/host.h"
#include "collect/kept.h"
#include "collect/process/process.h"
#include "collect/viewpoint.h"

#include <sys/resource.h>

struct local {
    struct viewpoint *viewpoint; /* NULL: */
    int error;                   /* why its root cannot be opened */
    char *root_dir;
    struct kept_budget budget;
    struct host *host;
    struct cgroup *cgroup;
    struct process *process;
};

/* Several files of each container are kept open (collect/kept.h). */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void *open_local(const void *config)
{
    const struct local_config *c = config;
    struct local *l = g_new0(struct local, 1);

    l->root_dir = g_strdup(c->root_dir ? c->root_dir : "/");
    l->error = viewpoint_new(c->root_dir, c->saved, &l->viewpoint);
    if (l->error)
        return l;
    const struct root *root = l->viewpoint->root;
    raise_descriptor_limit();
    kept_budget_init(&l->budget, root);
    l->budget.viewpoint = l->viewpoint;
    l->host = host_new(root, &l->budget);
    l->cgroup = cgroup_new(root, &l->budget);
    l->process = process_new(root, &l->budget);
    return l;
}

static void collect_local(void *state, const struct demand *demand, struct sample *out)
{
    struct local *l = state;

    if (l->error) {
        out->complete = false;
        sample_add_status(out, l->root_dir, SOURCE_FAILED, clock_mono_ns(), g_strerror(-l->error));
        return;
    }
    out->still = !root_is_live(l->viewpoint->root);
    host_collect(l->host, demand, out);
    /* Machines first: their control groups only add to the machines found here. */
    process_collect(l->process, demand, out);
    cgroup_set_remote_disks(l->cgroup, process_remote_disks(l->process));
    cgroup_collect(l->cgroup, demand, host_cpus_online(l->host), out);
    viewpoint_report(l->viewpoint, out);
}

static void close_local(void *state)
{
    struct local *l = state;

    if (!l->error) {
        process_free(l->process);
        cgroup_free(l->cgroup);
        host_free(l->host);
        kept_budget_clear(&l->budget);
    }
    viewpoint_free(l->viewpoint);
    g_free(l->root_dir);
    g_free(l);
}

const struct source_class LOCAL_SOURCE = {
    .open = open_local, .collect = collect_local, .close = close_local};
