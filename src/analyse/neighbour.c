/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "analyse/neighbour.h"

#include "analyse/balance.h"
#include "analyse/statistics.h"
#include "analyse/wording.h"

#include <math.h>
#include <string.h>

/* Sources:
 *   Pearson's r of differences (Granger and Newbold 1974: levels of wandering series correlate by
 *     themselves); Fisher 1921: atanh(r) is normal, with variance 1 / (n - 3)
 *   Bartlett 1946: what n steps are worth when both series correlate with themselves
 *   Bonferroni's bound for the family of all guests that are compared
 * 300 steps, 10 %, three names: from simulations of white and of wandering series. */
static const double CHANCE = 0.01; /* that anybody is named wrongly */
static const double HELD = 0.1;
static const double ALIKE = 1.96; /* standard errors */
enum { STEPS_MIN = 300, LAGS = 5, SERIES_MAX = TIMELINE_TICKS };

/* ---- statistics ---- */

/* The z above which a normal variable is with this probability, by halving. */
static double normal_tail(double probability)
{
    double low = 0, high = 40;

    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (0.5 * erfc(middle / sqrt(2)) > probability)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double neighbour_bound(double effective, size_t count)
{
    if (!(effective > 3) || !count)
        return (double)NAN;
    return tanh(normal_tail(CHANCE / (double)count) / sqrt(effective - 3));
}

/* The steps of both series, without those of neither; returns how many. */
static size_t take_steps(const float *x, const float *y, size_t n, double *dx, double *dy)
{
    size_t count = 0;

    for (size_t i = 1; i < n && count < SERIES_MAX; i++) {
        double a = (double)x[i] - (double)x[i - 1], b = (double)y[i] - (double)y[i - 1];
        if (!isfinite(a) || !isfinite(b) || (fabs(a) <= 0 && fabs(b) <= 0))
            continue;
        dx[count] = a;
        dy[count++] = b;
    }
    return count;
}

/* The correlation of a series with itself at a lag. */
static double autocorrelation(const double *d, size_t n, size_t lag)
{
    double products = 0, squares = 0;

    for (size_t i = 0; i < n; i++) {
        products += i >= lag ? d[i] * d[i - lag] : 0;
        squares += d[i] * d[i];
    }
    return squares > 0 ? products / squares : 0;
}

static double effective_steps(const double *dx, const double *dy, size_t n)
{
    double sum = 0;

    for (size_t lag = 1; lag <= LAGS; lag++)
        sum += autocorrelation(dx, n, lag) * autocorrelation(dy, n, lag);
    return (double)n / MAX(1, 1 + 2 * sum);
}

double neighbour_correlation(const float *x, const float *y, size_t n, size_t *steps,
                             double *effective)
{
    double dx[SERIES_MAX], dy[SERIES_MAX];

    *steps = take_steps(x, y, n, dx, dy);
    *effective = effective_steps(dx, dy, *steps);
    if (*steps < STEPS_MIN)
        return (double)NAN;
    return statistics_correlation(dx, dy, *steps);
}

/* ---- who suffers, and who holds ---- */

struct series {
    float values[SERIES_MAX];
    size_t n;
};

/* One whose share is large enough. */
struct candidate {
    struct neighbour neighbour;
    size_t steps;
    double effective;
};

struct neighbour_search {
    struct neighbours result, next;
    struct window *window;
    struct series victim, other;
    uint64_t first, last;      /* ticks that are compared */
    GArray *guests;            /* uint64_t: serials that are still to be looked at */
    GArray *candidates;        /* struct candidate */
    double held;               /* by all guests, the victim included */
    size_t compared, measured; /* guests, and those of them with enough steps */
    bool busy;
};

/* The numbers by which a guest suffers, the better one first. */
struct pair {
    enum metric first, second;
};

static struct pair suffers(const struct entity *e, enum resource r)
{
    static const struct pair vm[] = {[RESOURCE_CPU] = {M_READY, M_PSI_CPU},
                                     [RESOURCE_MEMORY] = {M_PSI_MEM, M_MAJOR_FAULTS},
                                     [RESOURCE_DISK] = {M_WRITE_LATENCY, M_READ_LATENCY}};
    static const struct pair container[] = {[RESOURCE_CPU] = {M_PSI_CPU, M_NONE},
                                            [RESOURCE_MEMORY] = {M_PSI_MEM, M_NONE},
                                            [RESOURCE_DISK] = {M_PSI_IO, M_NONE}};

    return entity_class(e) == CLASS_VM ? vm[r] : container[r];
}

/* The numbers whose sum a guest holds. */
static struct pair holds(enum resource r)
{
    static const struct pair pairs[] = {[RESOURCE_CPU] = {M_CPU, M_NONE},
                                        [RESOURCE_MEMORY] = {M_MEM, M_NONE},
                                        [RESOURCE_DISK] = {M_READ, M_WRITE}};

    return pairs[r];
}

static void read_series(struct neighbour_search *s, const struct entity *e, enum metric m,
                        struct series *out)
{
    const struct window *w = s->window;
    size_t ticks = (size_t)(s->last + 1 - s->first);

    out->n = MIN(ticks, (size_t)SERIES_MAX);
    for (size_t i = 0; i < out->n; i++)
        out->values[i] = (float)NAN;
    if (m == M_NONE ||
        history_window(e->history, m, s->first, s->last, s->window) == WINDOW_LOADING)
        return;
    for (size_t i = 0; i < w->count; i++) {
        size_t at = (size_t)(w->first - s->first) + i;
        if (at < out->n)
            out->values[at] = w->numbers[i];
    }
}

static size_t known(const struct series *s)
{
    size_t count = 0;

    for (size_t i = 0; i < s->n; i++)
        if (isfinite(s->values[i]))
            count++;
    return count;
}

static double mean(const struct series *s)
{
    double sum = 0;

    for (size_t i = 0; i < s->n; i++)
        sum += isfinite(s->values[i]) ? (double)s->values[i] : 0;
    size_t count = known(s);
    return count ? sum / (double)count : 0;
}

/* What a guest holds, as one series: the sum where both numbers are known, else the known one. */
static void read_held(struct neighbour_search *s, const struct entity *e, struct series *out)
{
    struct pair p = holds(s->next.resource);
    struct series second;

    read_series(s, e, p.first, out);
    if (p.second == M_NONE)
        return;
    read_series(s, e, p.second, &second);
    for (size_t i = 0; i < out->n; i++) {
        float b = second.values[i];
        out->values[i] = isnan(out->values[i]) ? b : isnan(b) ? out->values[i] : out->values[i] + b;
    }
}

/* ---- a search ---- */

struct neighbour_search *neighbour_search_new(void)
{
    struct neighbour_search *s = g_new0(struct neighbour_search, 1);

    s->window = window_new(NULL);
    s->guests = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    s->candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
    s->result.suffers = s->next.suffers = M_NONE;
    s->result.bound = (double)NAN;
    return s;
}

void neighbour_search_free(struct neighbour_search *s)
{
    if (!s)
        return;
    window_free(s->window);
    g_array_free(s->guests, TRUE);
    g_array_free(s->candidates, TRUE);
    g_free(s);
}

static void choose_ticks(struct neighbour_search *s, const struct moment *at)
{
    uint64_t oldest = MAX(roster_oldest_tick(at->roster), 1);

    s->last = moment_last_tick(at);
    s->first = s->last >= SERIES_MAX ? s->last - SERIES_MAX + 1 : 1;
    s->first = MIN(MAX(s->first, oldest), s->last);
}

static void read_victim(struct neighbour_search *s, const struct entity *victim)
{
    struct pair p = suffers(victim, s->next.resource);

    s->next.suffers = p.first;
    read_series(s, victim, p.first, &s->victim);
    if (known(&s->victim) > STEPS_MIN || p.second == M_NONE)
        return;
    s->next.suffers = p.second;
    read_series(s, victim, p.second, &s->victim);
}

void neighbour_begin(struct neighbour_search *s, const struct moment *at,
                     const struct entity *victim, enum resource r)
{
    s->next = (struct neighbours){
        .victim = victim->serial, .resource = r, .suffers = M_NONE, .bound = (double)NAN};
    g_array_set_size(s->guests, 0);
    g_array_set_size(s->candidates, 0);
    s->held = 0;
    s->compared = s->measured = 0;
    s->busy = true;
    choose_ticks(s, at);
    if (r > RESOURCE_DISK || !s->last)
        return;
    read_victim(s, victim);
    if (known(&s->victim) <= STEPS_MIN)
        return;
    GPtrArray *guests = balance_guests(at, entity_host(victim), false);
    for (guint i = 0; i < guests->len; i++)
        g_array_append_val(s->guests, ((struct entity *)g_ptr_array_index(guests, i))->serial);
    g_ptr_array_free(guests, TRUE);
}

static void look_at(struct neighbour_search *s, const struct entity *e)
{
    struct candidate c = {.neighbour = {.serial = e->serial}};

    read_held(s, e, &s->other);
    c.neighbour.share = mean(&s->other);
    s->held += c.neighbour.share;
    if (e->serial == s->next.victim)
        return;
    s->compared++;
    c.neighbour.r = neighbour_correlation(s->victim.values, s->other.values,
                                          MIN(s->victim.n, s->other.n), &c.steps, &c.effective);
    s->measured += isnan(c.neighbour.r) ? 0u : 1u;
    if (c.neighbour.r > 0)
        g_array_append_val(s->candidates, c);
}

/* The strongest first. */
static gint compare(gconstpointer a, gconstpointer b)
{
    double x = ((const struct candidate *)a)->neighbour.r,
           y = ((const struct candidate *)b)->neighbour.r;

    return (x < y) - (x > y);
}

/* Leave those that hold enough. */
static void drop_small(struct neighbour_search *s)
{
    for (guint i = s->candidates->len; i-- > 0;) {
        struct candidate *c = &g_array_index(s->candidates, struct candidate, i);
        c->neighbour.share = s->held > 0 ? c->neighbour.share / s->held : 0;
        if (c->neighbour.share < HELD)
            g_array_remove_index(s->candidates, i);
    }
    g_array_sort(s->candidates, compare);
}

/* Whether B cannot be told from A, which is stronger: Fisher's z of both within the error. */
static bool is_alike(const struct candidate *a, const struct candidate *b)
{
    double error = sqrt(1 / (a->effective - 3) + 1 / (b->effective - 3));

    return atanh(a->neighbour.r) - atanh(b->neighbour.r) < ALIKE * error;
}

/* What correlates by more than chance, and what cannot be told from the strongest. */
static void name(struct neighbour_search *s)
{
    struct neighbours *n = &s->next;
    const struct candidate *all = (const struct candidate *)(void *)s->candidates->data;

    n->candidates = s->candidates->len;
    n->state = NEIGHBOUR_NONE;
    if (!n->candidates)
        return;
    n->bound = neighbour_bound(all[0].effective, s->compared);
    n->steps = all[0].steps;
    if (!(all[0].neighbour.r > n->bound))
        return;
    size_t alike = 0;
    for (size_t i = 0; i < n->candidates; i++) {
        bool strong = all[i].neighbour.r > neighbour_bound(all[i].effective, s->compared);
        alike += is_alike(&all[0], &all[i]);
        n->alike += strong || is_alike(&all[0], &all[i]);
    }
    if (alike > NEIGHBOUR_NAMED_MAX)
        return;
    n->state = NEIGHBOUR_FOUND;
    n->count = MIN(n->alike, (size_t)NEIGHBOUR_NAMED_MAX);
    for (size_t i = 0; i < n->count; i++) {
        n->named[i] = all[i].neighbour;
        n->steps = MIN(n->steps, all[i].steps);
    }
}

static void finish(struct neighbour_search *s)
{
    s->busy = false;
    drop_small(s);
    if (s->measured)
        name(s);
    s->result = s->next;
}

bool neighbour_step(struct neighbour_search *s, const struct moment *at, size_t guests)
{
    if (!s->busy)
        return true;
    s->window->timeline = NULL; /* times are not needed */
    for (; guests && s->guests->len; guests--) {
        uint64_t serial = g_array_index(s->guests, uint64_t, s->guests->len - 1);
        const struct entity *e = roster_find(at->roster, serial);
        g_array_set_size(s->guests, s->guests->len - 1);
        if (e)
            look_at(s, e);
    }
    if (s->guests->len)
        return false;
    finish(s);
    return true;
}

bool neighbour_is_busy(const struct neighbour_search *s)
{
    return s->busy;
}

const struct neighbours *neighbour_result(const struct neighbour_search *s)
{
    return &s->result;
}

/* ---- words ---- */

static const char *suffering(const struct neighbours *n)
{
    switch (n->suffers) {
    case M_READY:
        return "its ready time";
    case M_WRITE_LATENCY:
    case M_READ_LATENCY:
        return "the latency of its disks";
    case M_MAJOR_FAULTS:
        return "the rate of its page faults";
    default:
        return n->resource == RESOURCE_CPU      ? "its wait for CPUs"
               : n->resource == RESOURCE_MEMORY ? "its wait for memory"
                                                : "its wait for disks";
    }
}

char *neighbour_text(const struct neighbours *n, const struct roster *roster)
{
    static const char *const held[] = {[RESOURCE_CPU] = "CPU time",
                                       [RESOURCE_MEMORY] = "memory",
                                       [RESOURCE_DISK] = "disk traffic"};
    char *names[NEIGHBOUR_NAMED_MAX] = {NULL};
    size_t count = 0;

    for (size_t i = 0; n->state == NEIGHBOUR_FOUND && i < n->count; i++) {
        const struct entity *e = roster_find(roster, n->named[i].serial);
        if (e)
            names[count++] =
                g_strdup_printf("%s (r %.2f, %.0f %% of it)", entity_label(e, LABEL_NAME),
                                n->named[i].r, 100 * n->named[i].share);
    }
    char *list = wording_list((const char *const *)names, count);
    char *text = count ? g_strdup_printf("%s correlates with the %s of %s", suffering(n),
                                         held[n->resource], list)
                       : NULL;
    for (size_t i = 0; i < count; i++)
        g_free(names[i]);
    g_free(list);
    return text;
}
