/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Columns: every cell is read back unchanged, for any contents and any range; and regular columns
 * have the expected size. */
#include "model/column.h"

#include <glib.h>

static uint32_t number(double n)
{
    return cell_of(n, REASON_OK);
}

/* Pack a column, read all of it and every range of it. Returns the bytes of data. */
static size_t check(const uint32_t *cells, size_t n)
{
    uint8_t data[COLUMN_SIZE_MAX + COLUMN_SLACK];
    uint32_t back[COLUMN_CELLS_MAX];

    memset(data, 0xa5, sizeof(data)); /* what is not written must not matter */
    uint8_t head = column_pack(data, cells, n);
    size_t size = column_size(head);
    g_assert_cmpuint(size, <=, COLUMN_SIZE_MAX);
    memset(data + size, 0x5a, sizeof(data) - size);
    for (size_t first = 0; first < n; first++)
        for (size_t count = 1; first + count <= n; count++) {
            column_read(head, data, n, first, count, back);
            for (size_t i = 0; i < count; i++)
                g_assert_cmphex(back[i], ==, cells[first + i]);
        }
    return size;
}

typedef uint32_t course(size_t i);

static size_t check_course(course *f, size_t n)
{
    uint32_t cells[COLUMN_CELLS_MAX];

    for (size_t i = 0; i < n; i++)
        cells[i] = f(i);
    return check(cells, n);
}

static uint32_t zero(size_t i)
{
    return number(0 * (double)i);
}

static uint32_t absent(size_t i)
{
    return cell_absent(i ? REASON_DENIED : REASON_DENIED);
}

static uint32_t four(size_t i)
{
    return number(4 + 0 * (double)i);
}

static uint32_t pi(size_t i)
{
    return number(3.14159 + 0 * (double)i);
}

static uint32_t rising(size_t i)
{
    return number(100000 + (double)i / 8);
}

static uint32_t now_and_then(size_t i)
{
    return i % 7 == 3 ? number(1e6 + (double)i) : number(0);
}

static uint32_t sometimes_absent(size_t i)
{
    return i % 5 ? cell_absent(REASON_NO_QUOTA) : number(50 + (double)i);
}

static uint32_t in_steps(size_t i)
{
    return number((double)(i / 6) * 1234.567);
}

static uint32_t near(size_t i)
{
    return number(64 + (double)(i % 2 ? 19 - i / 2 : i / 2) / 32); /* 20 values, 2^-5 apart */
}

/* Bytes worked out by hand, of 20 cells. */
static void test_sizes(void)
{
    enum { N = 20, START = 6 /* code and width, shift, base */, BITMAP = 3 };

    g_assert_cmpuint(check_course(zero, N), ==, 0);
    g_assert_cmpuint(check_course(absent, N), ==, 0);
    g_assert_cmpuint(check_course(four, N), ==, 2); /* 0x4080 0000 */
    g_assert_cmpuint(check_course(pi, N), ==, 4);
    /* 19 steps of one unit, an odd or even number in 2 bits */
    g_assert_cmpuint(check_course(rising, N), ==, START + (19 * 2 + 7) / 8);
    /* three numbers, 64 apart in units of 2^-4: 7 bits */
    g_assert_cmpuint(check_course(now_and_then, N), <=, START + 4 + BITMAP + 3);
    g_assert_cmpuint(check_course(sometimes_absent, N), <=, START + 4 + BITMAP + 4 * 3);
    g_assert_cmpuint(check_course(in_steps, N), <=, START + BITMAP + 4 * 4);
    /* 0 to 19: 5 bits; the steps need 6 */
    g_assert_cmpuint(check_course(near, N), ==, START + (20 * 5 + 7) / 8);
}

static uint32_t any_cell(int sort)
{
    uint32_t bits = (uint32_t)g_test_rand_int();

    switch (sort) {
    case 0:
        return number(0);
    case 1:
        return cell_absent(1 + bits % (REASON_COUNT - 1));
    case 2:
        return number(bits % 100);
    case 3:
        return number(g_test_rand_double_range(10, 11));
    case 4:
        return number(-g_test_rand_double());
    case 5:
        return cell_absent(REASON_NO_FILE);
    default:
        return bits; /* the worst case: random bits, which may be NANs */
    }
}

/* Columns of one kind of cells, and of two kinds mixed. */
static void test_random(void)
{
    enum { ROUNDS = 4000, SORTS = 7 };
    uint32_t cells[COLUMN_CELLS_MAX];

    for (int round = 0; round < ROUNDS; round++) {
        size_t n = (size_t)g_test_rand_int_range(1, COLUMN_CELLS_MAX + 1);
        int sorts[2] = {g_test_rand_int_range(0, SORTS), g_test_rand_int_range(0, SORTS)};
        int share = g_test_rand_int_range(1, 10), repeat = g_test_rand_int_range(0, 3);
        for (size_t i = 0; i < n; i++) {
            bool again = i && repeat && g_test_rand_int_range(0, 3);
            cells[i] = again ? cells[i - 1] : any_cell(sorts[g_test_rand_int_range(0, 10) < share]);
        }
        check(cells, n);
    }
}

/* The sum of many sizes at once is the sum of each. */
static void test_sums(void)
{
    enum { HEADS = 200 };
    uint8_t heads[HEADS + COLUMN_SLACK];
    size_t sum = 0;

    for (size_t i = 0; i < sizeof(heads); i++)
        heads[i] = (uint8_t)g_test_rand_int_range(0, 256);
    for (size_t n = 0; n <= HEADS; n++) {
        g_assert_cmpuint(column_sizes(heads, n), ==, sum);
        sum += column_size(heads[n]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/column/sizes", test_sizes);
    g_test_add_func("/column/random", test_random);
    g_test_add_func("/column/sums", test_sums);
    return g_test_run();
}
