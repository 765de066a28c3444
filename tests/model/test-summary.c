/* Summaries, by numbers worked out by hand: of values, merged, of none. */
#include "model/summary.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define NEARLY 1e-6

static struct summary of(const double *values, size_t n)
{
    double *copy = g_new(double, n + 1);

    memcpy(copy, values, n * sizeof(*values));
    struct summary s = summary_of(copy, n);
    g_free(copy);
    return s;
}

static void test_by_hand(void)
{
    const double values[] = {9, 4, 2, 7, 5, 4, 5, 4},
                 huge[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    struct summary s = of(values, 8);

    g_assert_cmpuint(s.n, ==, 8);
    g_assert_cmpuint(s.missing, ==, 0);
    g_assert_cmpfloat(s.min, ==, 2);
    g_assert_cmpfloat(s.mean, ==, 5);
    g_assert_cmpfloat(s.max, ==, 9);
    g_assert_cmpfloat(s.median, ==, 4.5);
    g_assert_cmpfloat(s.m2, ==, 32); /* 4 x 8: the variance of all is 4 */
    g_assert_cmpfloat_with_epsilon(summary_variance(&s), 4.571428, NEARLY);
    s = of(huge, 4); /* where a sum of squares would give -170 */
    g_assert_cmpfloat(s.mean, ==, 1e9 + 10);
    g_assert_cmpfloat(summary_variance(&s), ==, 30);
    g_assert_cmpfloat(s.median, ==, 1e9 + 10);
}

static void test_few(void)
{
    const double one[] = {7}, same[] = {3, 3, 3};
    struct summary none = of(one, 0), single = of(one, 1), equal = of(same, 3);

    g_assert_cmpuint(none.n, ==, 0);
    g_assert_true(isnan(none.min) && isnan(none.mean) && isnan(none.max) && isnan(none.median));
    g_assert_true(isnan(summary_variance(&none)));
    g_assert_cmpfloat(single.median, ==, 7);
    g_assert_cmpfloat(single.m2, ==, 0);
    g_assert_true(isnan(summary_variance(&single)));
    g_assert_cmpfloat(equal.mean, ==, 3);
    g_assert_cmpfloat(summary_variance(&equal), ==, 0);
}

static void test_merge(void)
{
    /* [2, 4, 4, 4] and [5, 5, 7, 9]: means 3.5 and 6.5, m2 3 and 11; 3 + 11 + 3 x 3 x 16 / 8 = 32
     */
    const double low[] = {2, 4, 4, 4}, high[] = {5, 5, 7, 9};
    struct summary all = SUMMARY_NONE, a = of(low, 4), b = of(high, 4);

    a.missing = 1;
    b.missing = 2;
    g_assert_cmpfloat(a.m2, ==, 3);
    g_assert_cmpfloat(b.m2, ==, 11);
    summary_merge(&all, &a);
    g_assert_cmpfloat(all.mean, ==, 3.5);
    summary_merge(&all, &b);
    g_assert_cmpuint(all.n, ==, 8);
    g_assert_cmpuint(all.missing, ==, 3);
    g_assert_cmpfloat(all.mean, ==, 5);
    g_assert_cmpfloat(all.m2, ==, 32);
    g_assert_cmpfloat(all.min, ==, 2);
    g_assert_cmpfloat(all.max, ==, 9);
    g_assert_cmpfloat(all.median, ==, 5); /* of 4 and 6 */
    struct summary nothing = SUMMARY_NONE;
    nothing.missing = 60;
    summary_merge(&all, &nothing);
    g_assert_cmpuint(all.n, ==, 8);
    g_assert_cmpuint(all.missing, ==, 63);
    g_assert_cmpfloat(all.mean, ==, 5);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* However a set is cut into pieces, the whole comes out; the median is that of sorting. */
static void test_random(void)
{
    enum { ROUNDS = 300, MAX = 200 };

    for (int round = 0; round < ROUNDS; round++) {
        size_t n = (size_t)g_test_rand_int_range(1, MAX), at = 0;
        double values[MAX], sorted[MAX], sum = 0, m2 = 0;
        for (size_t i = 0; i < n; i++) {
            values[i] =
                round % 2 ? g_test_rand_int_range(0, 5) : g_test_rand_double_range(1e6, 2e6);
            sum += values[i];
        }
        for (size_t i = 0; i < n; i++)
            m2 += (values[i] - sum / (double)n) * (values[i] - sum / (double)n);
        struct summary whole = of(values, n), pieces = SUMMARY_NONE;
        while (at < n) {
            size_t length = (size_t)g_test_rand_int_range(1, 60);
            length = MIN(length, n - at);
            struct summary piece = of(values + at, length);
            summary_merge(&pieces, &piece);
            at += length;
        }
        memcpy(sorted, values, sizeof(sorted));
        qsort(sorted, n, sizeof(sorted[0]), compare);
        g_assert_cmpfloat(whole.median, ==, (sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
        g_assert_cmpfloat(pieces.min, ==, sorted[0]);
        g_assert_cmpfloat(pieces.max, ==, sorted[n - 1]);
        g_assert_cmpfloat_with_epsilon(whole.mean, sum / (double)n, 1e-6);
        g_assert_cmpfloat_with_epsilon(pieces.mean, whole.mean, 1e-6);
        g_assert_cmpfloat_with_epsilon(whole.m2, m2, 1e-9 * m2 + 1e-9);
        g_assert_cmpfloat_with_epsilon(pieces.m2, m2, 1e-9 * m2 + 1e-9);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/summary/by-hand", test_by_hand);
    g_test_add_func("/summary/few", test_few);
    g_test_add_func("/summary/merge", test_merge);
    g_test_add_func("/summary/random", test_random);
    return g_test_run();
}
