#include <config.h>

#include "model/notes.h"

/* The newest runs stand last; of two that cover one tick the later is right. */
struct run {
    uint64_t last; /* tick, */
    int64_t value;
    uint16_t ticks; /* and how many up to it; those of UINT16_MAX are more than is kept */
    uint8_t what;
};

static struct run *run_at(const GArray *notes, guint i)
{
    return &g_array_index(notes, struct run, i);
}

static struct run *newest(const GArray *notes, unsigned what)
{
    for (guint i = notes->len; i-- > 0;)
        if (run_at(notes, i)->what == what)
            return run_at(notes, i);
    return NULL;
}

void notes_add(GArray **notes, uint64_t tick, unsigned what, int64_t value)
{
    struct run one = {.last = tick, .value = value, .ticks = 1, .what = (uint8_t)what};

    if (!*notes)
        *notes = g_array_new(FALSE, FALSE, sizeof(struct run));
    struct run *run = newest(*notes, what);
    if (!run || run->last + 1 != tick || run->value != value) {
        g_array_append_val(*notes, one);
        return;
    }
    run->last = tick;
    run->ticks = (uint16_t)MIN(run->ticks + 1, UINT16_MAX);
}

bool notes_at(const GArray *notes, uint64_t tick, unsigned what, int64_t *value)
{
    for (guint i = notes ? notes->len : 0; i-- > 0;) {
        const struct run *run = run_at(notes, i);
        if (run->what == what && tick <= run->last && run->last - tick < run->ticks) {
            *value = run->value;
            return true;
        }
    }
    return false;
}

void notes_forget(GArray *notes, uint64_t oldest)
{
    guint kept = 0;

    for (guint i = 0; notes && i < notes->len; i++)
        if (run_at(notes, i)->last >= oldest)
            *run_at(notes, kept++) = *run_at(notes, i);
    if (notes)
        g_array_set_size(notes, kept);
}

GArray *notes_join(const GArray *a, const GArray *b)
{
    const GArray *const sets[] = {b, a};
    GArray *notes = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
        if (sets[i] && !notes)
            notes = g_array_new(FALSE, FALSE, sizeof(struct run));
        if (sets[i])
            g_array_append_vals(notes, sets[i]->data, sets[i]->len);
    }
    return notes;
}

size_t notes_size(const GArray *notes)
{
    return notes ? sizeof(*notes) + notes->len * sizeof(struct run) : 0;
}

void notes_free(GArray *notes)
{
    if (notes)
        g_array_free(notes, TRUE);
}
