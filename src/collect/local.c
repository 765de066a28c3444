#include <config.h>

#include "collect/local.h"

#include "base/clock.h"
#include "base/root.h"
#include "collect/cgroup/cgroup.h"
#include "collect/host/host.h"
#include "collect/kept.h"
#include "collect/process/process.h"

#include <sys/resource.h>

struct local {
    struct root *root;
    int root_error;
    char *root_dir;
    struct kept_budget budget;
    struct host *host;
    struct cgroup *cgroup;
    struct process *process;
};

/* Every container has several files that are better kept open. */
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
    l->root_error = root_new(c->root_dir, &l->root);
    if (l->root_error < 0)
        return l;
    raise_descriptor_limit();
    kept_budget_init(&l->budget, l->root);
    l->host = host_new(l->root, &l->budget);
    l->cgroup = cgroup_new(l->root, &l->budget);
    l->process = process_new(l->root, &l->budget);
    return l;
}

static void collect_local(void *state, const struct demand *demand, struct sample *out)
{
    struct local *l = state;

    out->still = l->root_error >= 0 && !root_is_live(l->root);
    if (l->root_error < 0) {
        out->complete = false;
        sample_add_status(out, l->root_dir, SOURCE_FAILED, clock_mono_ns(),
                          g_strerror(-l->root_error));
        return;
    }
    host_collect(l->host, demand, out);
    /* Machines first: their control groups are only companions of what is found here. */
    process_collect(l->process, demand, out);
    cgroup_collect(l->cgroup, demand, host_cpus_online(l->host), out);
}

static void close_local(void *state)
{
    struct local *l = state;

    if (l->root_error >= 0) {
        process_free(l->process);
        cgroup_free(l->cgroup);
        host_free(l->host);
        kept_budget_clear(&l->budget);
    }
    root_free(l->root);
    g_free(l->root_dir);
    g_free(l);
}

const struct source_class LOCAL_SOURCE = {
    .open = open_local, .collect = collect_local, .close = close_local};
