/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* vm-show: what the collectors of virtual machines say, without the rest of the program.
 *
 *   vm-show [-n TICKS] [-d MS] [-r ROOT] [-f NAME] [-N NEEDS] [-k KEY,...]
 *           [-p] [-l] [-s] [-c URI]...
 *
 * Collects the machines among this host's processes (-p), or all of the local source (-l; with
 * services: -s before it), and the guests of libvirt connections (-c;
 * "" is the local daemon), merges them into a roster and prints it after each tick: one line per
 * source, guest and part, "key=value" for each metric that is known and "key!reason" else. -f looks
 * closely at the guest of that name, -k prints only these metrics. For tests and for looking at one
 * collector alone.
 */
#include <config.h>

#include "base/clock_read.h"
#include "collect/libvirt/libvirt.h"
#include "collect/local.h"
#include "collect/process/process.h"
#include "model/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct local {
    struct kept_budget budget;
    struct process *process;
};

static void *local_open(const void *config)
{
    struct local *l = g_new0(struct local, 1);

    kept_budget_init(&l->budget, config);
    l->process = process_new(config, &l->budget);
    return l;
}

static void local_collect(void *state, const struct demand *demand, struct sample *out)
{
    struct local *l = state;
    int64_t began = clock_mono_ns();
    char took[64];

    process_collect(l->process, demand, out);
    snprintf(took, sizeof(took), "took %.3f ms", (double)(clock_mono_ns() - began) * 1e-6);
    sample_add_status(out, "process", SOURCE_OK, clock_mono_ns(), took);
}

static void local_close(void *state)
{
    struct local *l = state;

    process_free(l->process);
    kept_budget_clear(&l->budget);
    g_free(l);
}

static const struct source_class LOCAL = {local_open, local_collect, local_close};

static void print_entity(const struct entity *e, const char *indent, char **only)
{
    printf("%s%s name='%s'", indent, e->key ? e->key : e->tracks->ident->key,
           entity_label(e, LABEL_NAME));
    if (e->kind == KIND_GUEST)
        printf(" type=%s id=%s pid=%d host='%s' state=%s why='%s'", guest_type_name(e->type),
               entity_label(e, LABEL_ID), (int)entity_pid(e), entity_label(e, LABEL_HOST),
               entity_label(e, LABEL_STATE), entity_label(e, LABEL_STATE_REASON));
    if (e->kind == KIND_DISK)
        printf(" image='%s'", entity_label(e, LABEL_IMAGE));
    for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++) {
        if (!metric_is_number(m) ||
            (only && !g_strv_contains((const char *const *)only, metric_info(m)->export_name)))
            continue;
        struct value v = entity_value(e, m);
        if (v.reason == REASON_OK)
            printf(" %s=%.2f", metric_info(m)->export_name, v.number);
        else
            printf(" %s!%s", metric_info(m)->export_name, reason_text(v.reason));
    }
    printf("\n");
}

static void print_roster(struct roster *r, char **only)
{
    const GArray *statuses = roster_statuses(r);
    const GPtrArray *guests = roster_guests(r);

    for (guint i = 0; i < statuses->len; i++) {
        const struct source_status *s = &g_array_index(statuses, struct source_status, i);
        printf("source '%s' %s %s\n", s->name, source_state_name(s->state),
               s->message ? s->message : "");
    }
    for (guint i = 0; i < guests->len; i++) {
        const struct entity *guest = g_ptr_array_index(guests, i);
        print_entity(guest, "guest ", only);
        for (guint p = 0; guest->parts && p < guest->parts->len; p++)
            print_entity(g_ptr_array_index(guest->parts, p), "  part ", only);
    }
    printf("tick %" G_GUINT64_FORMAT "\n", roster_last_tick(r));
    fflush(stdout);
}

static void focus_on(struct roster *r, const char *name, struct demand *demand)
{
    const GPtrArray *guests = roster_guests(r);

    memset(demand->focus, 0, sizeof(demand->focus));
    for (guint i = 0; name && i < guests->len; i++) {
        const struct entity *guest = g_ptr_array_index(guests, i);
        if (strcmp(entity_label(guest, LABEL_NAME), name) != 0)
            continue;
        const struct track *t = guest->tracks;
        for (int f = 0; t && f < ENTITY_TRACKS; f++, t = t->next)
            demand->focus[f] = t->ident->serial;
    }
}

int main(int argc, char **argv)
{
    struct source *sources[SAMPLE_SOURCES_MAX];
    struct demand demand = {.needs = NEED_ALL, .interval_ns = CLOCK_NS_PER_S};
    struct libvirt_config config = {0};
    struct local_config local = {0};
    const char *name = NULL;
    char **only = NULL;
    struct root *root;
    unsigned count = 0;
    int wake = eventfd(0, EFD_CLOEXEC), ticks = 2, option;

    libvirt_prepare();
    if (root_new(NULL, &root) < 0)
        return 1;
    while ((option = getopt(argc, argv, "n:d:r:f:N:plsc:k:")) != -1) {
        switch (option) {
        case 'n':
            ticks = atoi(optarg);
            break;
        case 'd':
            demand.interval_ns = atoll(optarg) * CLOCK_NS_PER_MS;
            break;
        case 'r':
            root_free(root);
            if (root_new(optarg, &root) < 0)
                return 1;
            local.root_dir = optarg;
            break;
        case 'f':
            name = optarg;
            break;
        case 'N':
            demand.needs = (unsigned)strtoul(optarg, NULL, 0);
            break;
        case 'p':
            sources[count] = source_start(&LOCAL, root, count, wake, &demand);
            count++;
            break;
        case 'l':
            sources[count] = source_start(&LOCAL_SOURCE, &local, count, wake, &demand);
            count++;
            break;
        case 's':
            demand.services = true;
            break;
        case 'c':
            config.uri = *optarg ? optarg : NULL;
            sources[count] = source_start(&LIBVIRT_SOURCE, &config, count, wake, &demand);
            count++;
            break;
        case 'k':
            only = g_strsplit(optarg, ",", 0);
            break;
        default:
            return 2;
        }
    }
    struct roster *roster = roster_new(1 << 20);
    for (int tick = 0; tick < ticks; tick++) {
        usleep((useconds_t)(demand.interval_ns / 1000) / (tick ? 1 : 2));
        for (unsigned i = 0; i < count; i++) {
            struct sample *s = source_take(sources[i]);
            if (s)
                roster_merge(roster, s);
            sample_unref(s);
        }
        roster_tick(roster, clock_mono_ns(), clock_wall_ns());
        print_roster(roster, only);
        focus_on(roster, name, &demand);
        for (unsigned i = 0; i < count; i++)
            source_demand(sources[i], &demand);
    }
    for (unsigned i = 0; i < count; i++)
        source_stop(sources[i], CLOCK_NS_PER_S);
    roster_free(roster);
    root_free(root);
    g_strfreev(only);
    close(wake);
    return 0;
}
