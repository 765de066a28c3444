#include <config.h>

#include "collect/cgroup_guest.h"

#include "base/clock.h"
#include "collect/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SLOW_NS (10 * CLOCK_NS_PER_S)
#define LOOK_NS (10 * CLOCK_NS_PER_S)
#define PATIENCE_NS (CLOCK_NS_PER_S / 4)

/* ---- the plan ---- */

static void plan_version(struct cgroup_plan *p, const struct cgroup_file *files, bool v2)
{
    for (const struct cgroup_file *f = files; f->parse && p->count < CGROUP_PLAN_MAX; f++) {
        int tree = p->hierarchies.of[f->controller];
        bool here = tree < 0 ? v2 : p->hierarchies.list[tree].v2 == v2;
        if (!here)
            continue;
        p->files[p->count].file = f;
        p->files[p->count++].tree = tree;
    }
}

void cgroup_plan_files(struct cgroup_plan *p)
{
    p->count = 0;
    plan_version(p, CGROUP_V1_FILES, false);
    plan_version(p, CGROUP_V2_FILES, true);
}

/* ---- who it is ---- */

/* An id of 64 digits is never used again; a name is, so its inode is part of the key. */
static char *key_of(const struct cgroup_node *node, const char *path, const struct container *what)
{
    if (what->role == CONTAINER_VM)
        return g_strconcat("cgroup:", path, NULL);
    if (container_is_id(what->id, strlen(what->id)))
        return g_strdup_printf("ct:%s:%s", guest_type_name(what->type), what->id);
    return g_strdup_printf("ct:%s#%" G_GUINT64_FORMAT, path, node->inode);
}

static const struct cgroup_guest *guest_around(const struct cgroup_node *node)
{
    for (const struct cgroup_node *n = node->parent; n; n = n->parent) {
        const struct cgroup_guest *g = n->guest;
        if (g && g->ident->type != GUEST_SERVICE)
            return g;
    }
    return NULL;
}

/* The first twelve digits of an id are what people know it by. */
static void set_short(char **label, const char *text)
{
    char short_id[13];

    g_strlcpy(short_id, text, sizeof(short_id));
    ident_set(label, container_is_id(text, strlen(text)) ? short_id : text);
}

/* Who it is, as far as the path tells: its short id has to do until somebody knows a name. */
static struct ident *ident_of(const struct cgroup_node *node, const char *path,
                              const struct container *what)
{
    const struct cgroup_guest *outer = guest_around(node);
    char *key = key_of(node, path, what);
    struct ident *i = ident_new(KIND_GUEST, what->type, key);

    g_free(key);
    set_short(&i->name, *what->name ? what->name : what->id);
    if (*what->id)
        ident_set(&i->id, what->id);
    if (*what->group)
        set_short(&i->group, what->group);
    if (outer)
        i->outer = g_strdup(outer->ident->key);
    i->companion = what->role == CONTAINER_VM;
    return i;
}

struct cgroup_guest *cgroup_guest_new(struct cgroup_node *node, const char *path,
                                      const struct container *what)
{
    struct cgroup_guest *g = g_new0(struct cgroup_guest, 1);

    g->node = node;
    g->ident = ident_of(node, path, what);
    g->in_pod = what->role == CONTAINER_GUEST && *what->group;
    return g;
}

static void close_files(struct cgroup_guest *g, struct kept_budget *budget)
{
    for (int i = 0; i < CGROUP_PLAN_MAX; i++)
        kept_close(budget, &g->files[i].kept);
    netns_clear(&g->network, budget);
}

void cgroup_guest_free(struct cgroup_guest *g, struct cgroup_plan *p)
{
    close_files(g, p->budget);
    if (g->question)
        names_drop(p->names, g->question);
    ident_unref(g->ident);
    g_free(g);
}

/* What was published is never changed: it is read on other threads. */
static void next_version(struct cgroup_guest *g)
{
    struct ident *next = ident_next_version(g->ident);

    ident_unref(g->ident);
    g->ident = next;
}

static bool has_name_elsewhere(const struct cgroup_guest *g)
{
    return guest_type_class(g->ident->type) == CLASS_CONTAINER;
}

static void ask_for_name(struct cgroup_guest *g, struct cgroup_plan *p)
{
    const struct cgroup_guest *outer = guest_around(g->node);
    struct container what;
    GString *path = g_string_new(NULL);

    cgroup_node_path(g->node, path);
    container_classify(path->str, &what);
    struct names_query query = {.type = what.type,
                                .id = what.id,
                                .name = what.name,
                                .group = what.group,
                                .path = path->str,
                                .pid = g->ident->pid,
                                .outer_pid = outer ? outer->ident->pid : 0};
    g->question = names_ask(p->names, &query);
    g_string_free(path, TRUE);
}

static void take_name(struct cgroup_guest *g)
{
    const struct names_answer *a = g->question && !g->named ? names_answer(g->question) : NULL;

    if (!a)
        return;
    g->named = true;
    next_version(g);
    if (a->name)
        ident_set(&g->ident->name, a->name);
    if (a->group)
        ident_set(&g->ident->group, a->group);
    if (a->image)
        ident_set(&g->ident->image, a->image);
}

void cgroup_guest_written(struct cgroup_guest *g, const char *file)
{
    static const char *const files[] = {"freezer.state", "cgroup.freeze", "cgroup.events",
                                        "memory.events"};

    if (strcmp(file, "cgroup.procs") == 0 || strcmp(file, "tasks") == 0)
        g->patience_ns = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        if (strcmp(file, files[i]) == 0)
            g->slow_ns = 0;
}

/* ---- paths and single files ---- */

static const char *path_in(struct cgroup_plan *p, int tree, const struct cgroup_node *node,
                           const char *name)
{
    g_string_assign(p->path, p->hierarchies.list[tree].mount);
    cgroup_node_path(node, p->path);
    g_string_append_c(p->path, '/');
    g_string_append(p->path, name);
    return p->path->str;
}

static ssize_t read_once(struct cgroup_plan *p, enum controller c, const struct cgroup_node *node,
                         const char *name)
{
    int tree = p->hierarchies.of[c];

    if (tree < 0)
        return -ENODEV;
    return file_read(p->root, path_in(p, tree, node, name), &p->budget->buffer);
}

static enum reason reason_for(ssize_t error, enum reason if_missing)
{
    switch (error) {
    case -ENOENT:
    case -ENODEV:
        return if_missing;
    case -EACCES:
    case -EPERM:
        return REASON_DENIED;
    case -EOPNOTSUPP:
        return if_missing == REASON_PRESSURE_OFF ? if_missing : REASON_NO_FILE;
    default:
        return REASON_UNREADABLE;
    }
}

/* ---- its processes ---- */

/* The processes of the group and of those below it, LIMIT at most: engines put the processes of a
 * container into groups inside its own. Those of another pid namespace read as 0. */
static void list_processes(struct cgroup_plan *p, const struct cgroup_node *node, guint limit,
                           int *patience)
{
    int tree = cgroup_node_hierarchy(p->tree, node);
    const char *text = "";
    uint64_t n;

    if ((*patience)-- <= 0)
        return;
    if (file_read(p->root, path_in(p, tree, node, "cgroup.procs"), &p->budget->buffer) > 0)
        text = p->budget->buffer.text;
    for (; p->pids->len < limit && parse_u64(&text, &n) && n <= INT32_MAX;
         text = parse_next_line(text)) {
        pid_t pid = (pid_t)n;
        g_array_append_val(p->pids, pid);
    }
    for (const struct cgroup_node *c = node->child; c && p->pids->len < limit; c = c->next)
        list_processes(p, c, limit, patience);
}

/* A pod has a process that does nothing but hold its namespaces: Kubernetes' "pause", Podman's
 * "catatonit -P" (without -P it is somebody's init). */
static bool is_pause(const struct cgroup_plan *p, pid_t pid)
{
    struct file_buffer *b = &p->budget->buffer;
    struct procfs_stat stat;
    char path[32];

    g_snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    if (file_read(p->root, path, b) <= 0 || !procfs_parse_stat(b->text, &stat))
        return false;
    if (strcmp(stat.command, "pause") == 0 || strcmp(stat.command, "podman-pause") == 0)
        return true;
    g_snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
    if (strcmp(stat.command, "catatonit") != 0 || file_read(p->root, path, b) <= 0)
        return false;
    size_t first = strlen(b->text) + 1;
    return first < b->length && strcmp(b->text + first, "-P") == 0;
}

static bool look_for_process(struct cgroup_guest *g, struct cgroup_plan *p)
{
    int patience = 64; /* groups looked into */

    g_array_set_size(p->pids, 0);
    list_processes(p, g->node, 2, &patience);
    if (!p->pids->len)
        return false;
    pid_t pid = g_array_index(p->pids, pid_t, 0);
    if (pid != g->ident->pid) {
        next_version(g);
        g->ident->pid = pid;
        netns_clear(&g->network, p->budget);
        g->sandbox = g->in_pod && p->pids->len == 1 && is_pause(p, pid);
    }
    return true;
}

static bool is_alive(const struct cgroup_plan *p, pid_t pid)
{
    char path[32];

    g_snprintf(path, sizeof(path), "/proc/%d", pid);
    int fd = root_open(p->root, path, O_PATH);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

bool cgroup_guest_is_shown(const struct cgroup_guest *g)
{
    return g->running && !g->sandbox;
}

void cgroup_guest_look(struct cgroup_guest *g, struct cgroup_plan *p)
{
    bool was_running = g->running;

    if (p->now_ns - g->looked_ns < g->patience_ns)
        return;
    g->looked_ns = p->now_ns;
    if (g->running && g->ident->pid && is_alive(p, g->ident->pid))
        return;
    g->running = look_for_process(g, p) || !root_is_live(p->root);
    if (g->running)
        g->patience_ns = LOOK_NS;
    else
        g->patience_ns = CLAMP(2 * g->patience_ns, PATIENCE_NS, LOOK_NS);
    if (was_running && !g->running)
        close_files(g, p->budget);
    if (cgroup_guest_is_shown(g) && !g->question && has_name_elsewhere(g))
        ask_for_name(g, p);
}

/* ---- readings that change rarely ---- */

static bool parse_key(const char *text, const char *key, uint64_t *out)
{
    for (; *text; text = parse_next_line(text)) {
        const char *p = text;
        if (parse_word(&p, key) && parse_u64(&p, out))
            return true;
    }
    return false;
}

static void read_frozen(struct cgroup_guest *g, struct cgroup_plan *p)
{
    int tree = p->hierarchies.of[CONTROLLER_FREEZER];
    bool v2 = tree >= 0 && p->hierarchies.list[tree].v2;
    ssize_t n = read_once(p, CONTROLLER_FREEZER, g->node, v2 ? "cgroup.events" : "freezer.state");
    const char *text = p->budget->buffer.text;
    uint64_t frozen = 0;

    g->no_frozen = REASON_OK;
    if (n < 0)
        g->no_frozen = (uint8_t)reason_for(n, REASON_NO_CONTROLLER);
    else if (!v2)
        frozen = parse_word(&text, "FROZEN");
    else if (!parse_key(text, "frozen", &frozen)) /* since Linux 5.2 */
        g->no_frozen = REASON_NO_FILE;
    g->frozen = frozen != 0;
}

static void read_oom_kills(struct cgroup_guest *g, struct cgroup_plan *p)
{
    int tree = p->hierarchies.of[CONTROLLER_MEMORY];
    bool v2 = tree >= 0 && p->hierarchies.list[tree].v2;
    ssize_t n =
        read_once(p, CONTROLLER_MEMORY, g->node, v2 ? "memory.events" : "memory.oom_control");

    g->no_oom = REASON_OK;
    if (n < 0)
        g->no_oom = (uint8_t)reason_for(n, REASON_NO_CONTROLLER);
    else if (!parse_key(p->budget->buffer.text, "oom_kill", &g->oom_kills)) /* since Linux 4.13 */
        g->no_oom = REASON_NO_FILE;
}

/* ---- files of the plan ---- */

static void all_absent(struct record *out, const struct cgroup_file *file, enum reason why)
{
    for (const enum reading *r = file->readings; *r != R_NONE; r++)
        record_absent(out, *r, why);
}

static ssize_t read_planned(struct cgroup_guest *g, struct cgroup_plan *p, int i)
{
    const struct cgroup_file *file = p->files[i].file;
    struct kept *kept = &g->files[i].kept;
    const char *path =
        kept->fd_plus_1 ? "" : path_in(p, p->files[i].tree, g->node, file->names[g->files[i].name]);

    return kept_read(p->budget, kept, path, FILE_WHOLE);
}

static void use_name(struct cgroup_guest *g, struct cgroup_plan *p, int i, int name)
{
    kept_close(p->budget, &g->files[i].kept);
    g->files[i].name = (uint8_t)name;
}

/* The file is not there, or counts nothing: another name may know more. It counts something else,
 * so that its first reading is only a baseline. Whether there is any. */
static bool change_name(struct cgroup_guest *g, struct cgroup_plan *p, int i, struct record *out)
{
    const struct cgroup_file *file = p->files[i].file;
    int old = g->files[i].name, best = -1;

    for (int name = 0; name < CGROUP_NAMES && file->names[name]; name++) {
        use_name(g, p, i, name);
        if (read_planned(g, p, i) < 0)
            continue;
        if (best < 0 || name == p->files[i].usual)
            best = name;
        if (file->parse(&p->parser, file, p->budget->buffer.text, out)) {
            p->files[i].usual = (uint8_t)(best = name);
            break;
        }
    }
    use_name(g, p, i, best < 0 ? old : best);
    if (best >= 0 && best != old && g->files[i].chosen)
        all_absent(out, file, REASON_RESET);
    g->files[i].chosen = best >= 0;
    return best >= 0;
}

/* Store what reading file I gave: N characters, or -errno. */
static void store_file(struct cgroup_guest *g, struct cgroup_plan *p, int i, ssize_t n,
                       struct record *out)
{
    const struct cgroup_file *file = p->files[i].file;
    bool counts = n > 0 && file->parse(&p->parser, file, p->budget->buffer.text, out);

    if (counts)
        return;
    if (file->names[1] && (n == -ENOENT || (n > 0 && g->slow_turn)) && change_name(g, p, i, out))
        return;
    if (n > 0)
        return;
    enum reason missing =
        file->if_missing == REASON_PRESSURE_OFF ? p->no_pressure : file->if_missing;
    enum reason why = n ? reason_for(n, missing) : REASON_UNREADABLE;
    all_absent(out, file, why);
    g->files[i].missing = n == -ENOENT || n == -EACCES || n == -EOPNOTSUPP ? (uint8_t)why : 0;
}

static void collect_file(struct cgroup_guest *g, struct cgroup_plan *p, int i, struct record *out)
{
    if (p->files[i].tree < 0)
        all_absent(out, p->files[i].file, REASON_NO_CONTROLLER);
    else if (g->files[i].missing)
        all_absent(out, p->files[i].file, g->files[i].missing);
    else
        store_file(g, p, i, read_planned(g, p, i), out);
}

static bool directory_exists(struct cgroup_guest *g, struct cgroup_plan *p)
{
    int fd = root_open(p->root, path_in(p, cgroup_node_hierarchy(p->tree, g->node), g->node, ""),
                       O_PATH);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* ---- all of it ---- */

static void begin_turn(struct cgroup_guest *g, struct cgroup_plan *p)
{
    g->slow_turn = p->now_ns >= g->slow_ns;
    if (!g->slow_turn)
        return;
    /* Spread out: guests that were found together do not take their turns together for ever. */
    g->slow_ns = p->now_ns + SLOW_NS / 2 + (int64_t)(g->node->inode % 64) * (SLOW_NS / 64);
    for (int i = 0; i < p->count; i++)
        g->files[i].missing = REASON_OK; /* look again */
}

static void read_slow(struct cgroup_guest *g, struct cgroup_plan *p, const struct demand *demand)
{
    read_frozen(g, p);
    if (demand->needs & NEED_MEM)
        read_oom_kills(g, p);
    else
        g->no_oom = REASON_NOT_READ;
}

static void record_slow(const struct cgroup_guest *g, struct record *out)
{
    if (g->no_frozen)
        record_absent(out, R_CG_FROZEN, g->no_frozen);
    else
        record_set(out, R_CG_FROZEN, g->frozen);
    if (g->no_oom)
        record_absent(out, R_CG_OOM_KILLS, g->no_oom);
    else
        record_set(out, R_CG_OOM_KILLS, g->oom_kills);
}

static bool is_read(const struct cgroup_plan *p, int i, const struct demand *demand)
{
    return (p->files[i].file->needs & demand->needs) != 0;
}

static void collect_network(struct cgroup_guest *g, struct cgroup_plan *p,
                            const struct demand *demand, bool parts, struct sample *out)
{
    if (!g->ident->pid || !(demand->needs & NEED_NET) || g->ident->companion)
        return;
    if (netns_collect(&g->network, p->budget, g->ident->pid, p->host_network, g->ident, parts,
                      out) < 0) {
        netns_clear(&g->network, p->budget);
        g->patience_ns = 0; /* that process is gone: look for another one */
    }
}

static void collect_tasks(struct cgroup_guest *g, struct cgroup_plan *p, struct sample *out)
{
    int patience = 1000;

    g_array_set_size(p->pids, 0);
    list_processes(p, g->node, TASKS_MAX, &patience);
    tasks_begin(&p->tasks);
    for (guint i = 0; i < p->pids->len; i++)
        tasks_add(&p->tasks, p->budget, g_array_index(p->pids, pid_t, i), g->ident, out);
    tasks_end(&p->tasks);
}

void cgroup_guest_collect(struct cgroup_guest *g, struct cgroup_plan *p,
                          const struct demand *demand, struct sample *out)
{
    bool parts = demand->needs & NEED_PARTS && demand_has_focus(demand, g->ident);

    take_name(g);
    begin_turn(g, p);
    /* CPU time comes first: the time of this facet is the time it was read at. */
    bool first = is_read(p, 0, demand) && p->files[0].tree >= 0 && !g->files[0].missing;
    ssize_t n = first ? read_planned(g, p, 0) : 0;

    if (n == -ENOENT && !directory_exists(g, p))
        return;
    struct record *r = sample_add(out, FACET_CGROUP, g->ident);
    r->read_ns = clock_mono_ns();
    if (first)
        store_file(g, p, 0, n, r);
    if (g->slow_turn)
        read_slow(g, p, demand);
    for (int i = first; i < p->count; i++)
        if (is_read(p, i, demand))
            collect_file(g, p, i, r);
    record_slow(g, r);
    if (demand->needs & NEED_LIMITS)
        cgroup_limits_record(&p->limits, g->node, r);
    if (demand->needs & NEED_THROTTLE)
        cgroup_limits_record_throttling(&p->limits, g->node, r);
    collect_network(g, p, demand, parts, out);
    if (parts && !g->ident->companion) {
        collect_tasks(g, p, out);
        p->focused = true;
    }
}
