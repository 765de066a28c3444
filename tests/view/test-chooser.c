/* Choosing columns: in, out, up, down, and back to what vtop comes with. */
#include <config.h>

#include "view/chooser.h"

static void check(const struct chooser *ch, const char *expected)
{
    char *names = columns_to_names(chooser_result(ch));

    g_assert_cmpstr(names, ==, expected);
    g_free(names);
}

static void test_chooser(void)
{
    struct columns now;

    columns_parse(&now, "type,name,image", NULL);
    struct chooser *ch = chooser_new(&now);
    chooser_shift(ch, -1);
    check(ch, "type,name,image");
    chooser_shift(ch, 1);
    check(ch, "name,type,image");
    chooser_toggle(ch); /* type goes out, ... */
    check(ch, "name,image");
    chooser_toggle(ch); /* ... and the same key brings it back, at the end */
    check(ch, "name,image,type");
    chooser_shift(ch, 1); /* not among those that are not in use */
    check(ch, "name,image,type");
    chooser_move(ch, 1);
    chooser_shift(ch, -1);
    check(ch, "name,image,type");
    chooser_move(ch, 10000);
    chooser_toggle(ch);
    g_assert_cmpuint(chooser_result(ch)->count, ==, 4);
    chooser_reset(ch);
    struct columns standard;
    columns_of_set(&standard, SET_MAIN);
    char *names = columns_to_names(&standard);
    check(ch, names);
    g_free(names);
    chooser_free(ch);
}

/* Every column can go in; none gets lost. */
static void test_all(void)
{
    struct columns none = {.count = 0};
    struct chooser *ch = chooser_new(&none);
    size_t all = (size_t)(metric_end(KIND_GUEST) - metric_begin(KIND_GUEST));

    for (size_t i = 0; i < all; i++) {
        chooser_move(ch, 10000);
        chooser_toggle(ch);
    }
    g_assert_cmpuint(chooser_result(ch)->count, ==, MIN(all, COLUMNS_MAX));
    chooser_free(ch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/chooser/edit", test_chooser);
    g_test_add_func("/chooser/all", test_all);
    return g_test_run();
}
