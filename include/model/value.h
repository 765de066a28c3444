/* value.h: what formulas are made of: arithmetic over values that may be absent.
 *
 * A result that cannot be known carries the reason of what it lacks, never a made-up number. The
 * facet of a result, whose read time is its age, is that of its first operand.
 */
#ifndef VTOP_MODEL_VALUE_H
#define VTOP_MODEL_VALUE_H

#include "model/entity.h"

struct value value_absent(enum reason why);
struct value value_known(double number, enum facet f);
bool value_is_known(struct value v);

/* The known one of both, the first when both are; or the absence that says more. */
struct value value_either(struct value a, struct value b);

struct value value_scaled(struct value v, double scale);
struct value value_ratio(struct value a, struct value b, double scale, enum reason if_zero);
struct value value_both(struct value a, struct value b);  /* a + b, known when both are */
struct value value_plus(struct value a, struct value b);  /* an unknown b counts for nothing */
struct value value_minus(struct value a, struct value b); /* never below 0 */

/* Percent done of what there is to be done. It may fall: a migration can start over. */
struct value value_progress(struct value done, struct value left);

/* SCALE x the first known of these readings; FROM is ended by R_NONE. */
struct value value_first_of(const struct entity *e, double scale, const enum reading *from);

/* The same of what the counters count up to. */
struct value value_first_total(const struct entity *e, double scale, const enum reading *from);

/* Σ of one metric over the parts of one kind; known when at least one part is. */
struct value value_sum_parts(const struct entity *e, enum kind kind, enum metric m,
                             enum reason if_none);

/* Requests of one sort: the time they took, and how many there were. */
struct value_requests {
    enum reading time, count;
};

/* Mean time of the requests of these N sorts over all disks. A disk counts where both of its
 * numbers are known. */
struct value value_mean_time(const struct entity *e, const struct value_requests *sorts, size_t n,
                             double scale, enum reason if_none);

#endif
