/* wishes.h: what somebody wants to see of the model, so that sources read no more than that.
 *
 * The screen, a recorder, an exporter and analysis each say what they need and how often; the union
 * of them is what sources are asked for, once. Entities are named by their serials. Main thread
 * only.
 */
#ifndef VTOP_MODEL_WISHES_H
#define VTOP_MODEL_WISHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WISHES_SHOWN_MAX = 128, WISHES_FOCUS_MAX = 4 };

struct wishes {
    unsigned needs;      /* enum need, or-ed */
    unsigned history;    /* of these: only to be remembered, not worth a question to a guest */
    int64_t interval_ns; /* between two samples; 0 = it does not matter */
    bool services;       /* systemd services and slices too */
    uint64_t focus[WISHES_FOCUS_MAX]; /* guests that are looked at closely: their parts are read */
    size_t focus_count;
    uint64_t shown[WISHES_SHOWN_MAX]; /* guests that are on a screen: what is scarce is for them */
    size_t shown_count;
};

/* What a history wants of the catalogue: the metrics marked SET_REC, only to be remembered. */
struct wishes wishes_of_history(void);

/* TO becomes the union of both: all needs, the shorter interval, the guests of both as far as there
 * is room for them. What one of them shows is more than history. */
void wishes_add(struct wishes *to, const struct wishes *other);

#endif
