/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ticks.h"

#include "base/clock.h"
#include "collect/demo/demo.h"
#include "model/catalogue.h"
#include "model/pack.h"

#include <inttypes.h>

const struct encoder_config TICKS_CONFIG = {
    .session = 0x1234, .boot_id = "c0ffee00-1111-2222-3333-444444444444", .host = "kvm7"};

/* ---- a tick as text ---- */

/* Serials differ between two processes: they are numbered as they occur. */
static int name_serial(GHashTable *serials, uint64_t serial)
{
    gpointer number = g_hash_table_lookup(serials, GSIZE_TO_POINTER(serial));

    if (!number) {
        number = GINT_TO_POINTER((int)g_hash_table_size(serials) + 1);
        g_hash_table_insert(serials, GSIZE_TO_POINTER(serial), number);
    }
    return serial ? GPOINTER_TO_INT(number) : 0;
}

static void tell_ident(GString *to, GHashTable *serials, const struct ident *i)
{
    char *aliases = g_strjoinv(",", i->alias);

    g_string_append_printf(to, "%s %s #%d of #%d key %s alias %s outer %s pid %d companion %d %s|%s|%s|%s",
                           kind_name((enum kind)i->kind), guest_type_name((enum guest_type)i->type),
                           name_serial(serials, i->serial), name_serial(serials, i->owner), i->key,
                           aliases, i->outer, (int)i->pid, i->companion, i->name, i->id, i->group,
                           i->image);
    g_free(aliases);
}

static void tell_record(GString *to, GHashTable *serials, const struct record *r)
{
    g_string_append_printf(to, "  %s at %" PRId64 " interval %" PRId64 " of ",
                           facet_name((enum facet)r->facet), r->read_ns, r->interval_ns);
    tell_ident(to, serials, r->ident);
    for (enum reading i = facet_begin((enum facet)r->facet); i < facet_end((enum facet)r->facet);
         i++) {
        uint64_t value = 0;
        bool known = record_get(r, i, &value);
        g_string_append_printf(to, " %s=%s", reading_name(i),
                               known ? "" : reason_name(record_reason(r, i)));
        if (known)
            g_string_append_printf(to, "%" PRIu64, value);
    }
    g_string_append_c(to, '\n');
}

static void tell_sample(GString *to, GHashTable *serials, const struct sample *s)
{
    g_string_append_printf(to, " source %u complete %d still %d interval %" PRId64
                               " suspended %" PRId64 " host ",
                           s->source, s->complete, s->still, s->interval_ns, s->suspended_ns);
    if (s->host)
        tell_ident(to, serials, s->host);
    for (guint i = 0; i < s->statuses->len; i++) {
        const struct source_status *status = &g_array_index(s->statuses, struct source_status, i);
        g_string_append_printf(to, " [%s %s %s %" PRId64 "]", status->name, status->message,
                               source_state_name(status->state), status->since_ns);
    }
    g_string_append_c(to, '\n');
    for (guint i = 0; i < s->records->len; i++)
        tell_record(to, serials, g_ptr_array_index(s->records, i));
}

char *ticks_tell(const struct record_tick *t, GHashTable *serials)
{
    GString *to = g_string_new(NULL);

    g_string_append_printf(to, "%" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 "\n", t->session,
                           t->seq, t->mono_ns, t->wall_ns);
    for (guint i = 0; i < t->samples->len; i++)
        tell_sample(to, serials, g_ptr_array_index(t->samples, i));
    return g_string_free(to, FALSE);
}

/* ---- what is recorded ---- */

static struct record_tick *tick_of(uint64_t seq, int64_t mono_ns)
{
    struct record_tick *t = record_tick_new();

    t->session = TICKS_CONFIG.session;
    t->seq = seq;
    t->mono_ns = mono_ns;
    t->wall_ns = TICKS_WALL + (mono_ns - TICKS_MONO);
    return t;
}

static void free_tick(void *t)
{
    record_tick_free(t);
}

GPtrArray *ticks_demo(unsigned guests, unsigned count)
{
    GPtrArray *ticks = g_ptr_array_new_with_free_func(free_tick);
    struct demo_config config = demo_config_for(guests);
    struct demo *demo = demo_new(&config);
    struct demand demand = {.needs = NEED_ALL & ~(unsigned)NEED_PARTS,
                            .interval_ns = 5 * CLOCK_NS_PER_S};

    for (unsigned i = 0; i < count; i++) {
        int64_t now_ns = TICKS_MONO + (int64_t)i * 5 * CLOCK_NS_PER_S;
        struct record_tick *t = tick_of(i, now_ns + 1234567);
        struct sample *s = sample_new(0, demand.interval_ns);
        demo_collect(demo, &demand, now_ns, s);
        g_ptr_array_add(t->samples, s);
        g_ptr_array_add(ticks, t);
    }
    demo_free(demo);
    return ticks;
}

static struct ident *full_ident(enum kind kind, unsigned n)
{
    struct ident *i = ident_new(kind, kind == KIND_GUEST ? GUEST_NONE + 1 : GUEST_NONE, "a key");

    ident_add_alias(i, "pid:", "4711");
    ident_add_alias(i, "", "/docker/0123");
    ident_set(&i->name, "näme with blanks");
    ident_set(&i->id, "");
    ident_set(&i->group, "group");
    i->outer = g_strdup("/outer");
    i->pid = (pid_t)(4711 + n);
    i->companion = n % 2;
    return i;
}

/* A value or a reason, each as odd as may be, and others at each tick. */
static void fill_record(struct record *r, unsigned round)
{
    static const uint64_t odd[] = {0, 1, 127, 128, UINT64_MAX, INT64_MAX, 1 << 20};

    for (enum reading i = facet_begin((enum facet)r->facet); i < facet_end((enum facet)r->facet);
         i++) {
        unsigned pick = round * 7 + (unsigned)i;
        uint64_t value = odd[pick % G_N_ELEMENTS(odd)];
        enum reading_unit unit = reading_unit(i);
        if (unit == READS_STATE || unit == READS_STATE_REASON)
            value = pick % 3;
        if (pick % 3)
            record_set(r, i, value);
        else
            record_absent(r, i, (enum reason)(1 + pick % (REASON_COUNT - 1)));
    }
}

/* Every facet, packed and not, of idents that change, in samples of several sources. */
GPtrArray *ticks_odd(unsigned count)
{
    GPtrArray *ticks = g_ptr_array_new_with_free_func(free_tick);
    struct ident *idents[FACET_COUNT], *host = full_ident(KIND_HOST, 1);

    for (unsigned f = 0; f < FACET_COUNT; f++)
        idents[f] = full_ident(facet_kind((enum facet)f), f);
    for (unsigned n = 0; n < count; n++) {
        struct record_tick *t = tick_of(n * 2, TICKS_MONO + (int64_t)n * n * 12345);
        for (unsigned source = 0; source < 1 + n % 3; source++) {
            struct sample *s = sample_new(source * 5, INT64_MAX);
            s->complete = n % 2;
            s->still = n % 4 == 3;
            s->suspended_ns = n > 3 ? -1 : INT64_MAX;
            if (source)
                sample_set_host(s, host);
            sample_add_status(s, "qemu:///system", (enum source_state)(n % SOURCE_STATE_COUNT),
                              TICKS_MONO - n, n % 2 ? "a message" : NULL);
            for (unsigned f = n % 2; f < FACET_COUNT; f++) {
                struct record *scratch = record_new((enum facet)f, idents[f]);
                fill_record(scratch, n);
                scratch->read_ns = n % 5 ? TICKS_MONO - 1000 * (int64_t)f : INT64_MIN / 2;
                scratch->interval_ns = n == 6 ? 1 : 0;
                if (f % 2)
                    sample_add_packed(s, scratch);
                else
                    sample_add_copy(s, scratch);
                record_free(scratch);
            }
            g_ptr_array_add(t->samples, s);
        }
        g_ptr_array_add(ticks, t);
        unsigned renamed = n % FACET_COUNT;
        struct ident *next = ident_next_version(idents[renamed]);
        ident_set(&next->image, "another");
        ident_unref(idents[renamed]);
        idents[renamed] = next;
    }
    for (unsigned f = 0; f < FACET_COUNT; f++)
        ident_unref(idents[f]);
    ident_unref(host);
    return ticks;
}

void ticks_encode(GByteArray *out, const GPtrArray *ticks, guint as_blocks)
{
    struct encoder *e = encoder_new(&TICKS_CONFIG);
    GByteArray *frames = g_byte_array_new();

    encoder_head(e, out);
    for (guint i = 0; i < ticks->len; i++) {
        encoder_frame(e, g_ptr_array_index(ticks, i), as_blocks ? frames : out);
        if (as_blocks && encoder_ticks(e) == as_blocks)
            encoder_block(e, out);
    }
    if (as_blocks && encoder_ticks(e))
        encoder_block(e, out);
    g_byte_array_free(frames, TRUE);
    encoder_free(e);
}
