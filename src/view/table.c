/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "view/table.h"

#include "base/text.h"
#include "view/cursor.h"
#include "view/findings.h"
#include "view/format.h"

#include <errno.h>
#include <string.h>

/* The inputs of the rows besides the settings of the table. While they are unchanged, so are the
 * rows. */
struct basis {
    const struct roster *roster;
    uint64_t version, tick;
    bool cpu_of_host;
};

struct table {
    struct columns own, of_set;
    enum metric_set set;
    enum metric key;
    bool reversed;
    struct filter *filter;
    uint32_t types;
    bool tree;
    GHashTable *folded, *tags; /* sets of uint64_t */

    struct rows rows;
    int wanted[COLUMNS_MAX];  /* how wide the texts of each column have been */
    struct columns wanted_of; /* the columns these are of */
    uint64_t host;            /* serial */
    uint64_t tick;            /* of the last update */
    struct basis basis;       /* of the rows */
    bool stale;               /* the settings have changed since the last update */
    int hold;                 /* for how many ticks the order stays */
    bool reorder;             /* sort again although the order is held */

    bool search_gave_up;
    struct cursor cursor;
    size_t column_scroll;
    struct columns_geometry geometry;
};

static uint32_t types_of_classes(unsigned classes)
{
    uint32_t types = 0;

    for (enum guest_type t = GUEST_NONE + 1; t < GUEST_TYPE_COUNT; t++)
        if (guest_type_class(t) & classes)
            types |= 1u << t;
    return types;
}

struct table *table_new(void)
{
    struct table *t = g_new0(struct table, 1);

    columns_of_set(&t->own, SET_MAIN);
    t->set = SET_MAIN;
    t->key = M_CPU;
    t->types = types_of_classes(CLASS_VM | CLASS_CONTAINER);
    t->folded = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    t->tags = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    rows_init(&t->rows);
    return t;
}

void table_free(struct table *t)
{
    if (!t)
        return;
    rows_clear(&t->rows);
    g_hash_table_destroy(t->folded);
    g_hash_table_destroy(t->tags);
    filter_free(t->filter);
    g_free(t);
}

/* ---- sets of ids ---- */

static void set_member(GHashTable *set, uint64_t id, bool member)
{
    if (member && !g_hash_table_contains(set, &id))
        g_hash_table_add(set, g_memdup2(&id, sizeof(id)));
    else if (!member)
        g_hash_table_remove(set, &id);
}

/* ---- columns ---- */

const struct columns *table_shown_columns(const struct table *t)
{
    return t->set == SET_MAIN ? &t->own : &t->of_set;
}

struct columns *table_columns(struct table *t)
{
    t->stale = true;
    return &t->own;
}

void table_show_set(struct table *t, enum metric_set set)
{
    t->stale = true;
    t->set = set;
    t->column_scroll = 0;
    columns_of_set(&t->of_set, set);
}

enum metric_set table_shown_set(const struct table *t)
{
    return t->set;
}

/* How wide the text of a row is in a column of texts. */
static int row_text_width(const struct table *t, const struct view *v, const struct row *row,
                          enum metric m)
{
    int indent = m == M_NAME && t->tree ? 2 * row->depth + 2 : 0;
    struct format_cell cell = {.text = ""};

    if (row->kind == ROW_GUEST) {
        format_cell(v, row->entity, m, 0, &cell);
        return text_width(cell.text) + indent;
    }
    if (m != M_NAME)
        return 0;
    char *name = table_row_name(row);
    int width = text_width(name);
    g_free(name);
    return width + indent;
}

/* A badge needs room behind the name when the column has none for both. In the past a name has the
 * room that it needed on the live screen: there a badge is more than a look into a table. */
static int with_badge(const struct view *v, const struct row *row, int width, int wanted)
{
    enum style style;
    bool needed = width + FINDING_BADGE > wanted && moment_is_live(&v->moment);

    return needed && finding_row_badge(v, row, &style) ? width + FINDING_BADGE : width;
}

/* Measure the texts. A column only grows until the columns change, because a table whose columns
 * move cannot be read. */
static void measure(struct table *t, const struct view *v)
{
    const struct columns *c = table_shown_columns(t);

    if (memcmp(&t->wanted_of, c, sizeof(*c))) {
        memset(t->wanted, 0, sizeof(t->wanted));
        t->wanted_of = *c;
    }
    for (size_t i = 0; i < c->count; i++) {
        enum metric m = c->metric[i];
        if (metric_info(m)->label == LABEL_NONE)
            continue;
        for (size_t r = 0; r < table_row_count(t); r++) {
            int width = row_text_width(t, v, table_row(t, r), m);
            if (m == M_NAME)
                width = with_badge(v, table_row(t, r), width, t->wanted[i]);
            t->wanted[i] = MAX(t->wanted[i], width);
        }
    }
}

/* ---- order ---- */

void table_sort(struct table *t, enum metric key, bool reversed)
{
    t->stale = true;
    t->reorder |= t->key != key || t->reversed != reversed;
    t->key = key;
    t->reversed = reversed;
}

enum metric table_sort_key(const struct table *t)
{
    return t->key;
}

bool table_sort_reversed(const struct table *t)
{
    return t->reversed;
}

void table_hold(struct table *t)
{
    t->hold = TABLE_HOLD_TICKS;
}

/* ---- filters ---- */

int table_filter(struct table *t, const char *text, char **error)
{
    if (t->filter && g_strcmp0(text, filter_text(t->filter)) == 0)
        return 0;
    struct filter *f = filter_new(text, error);
    if (!f)
        return -EINVAL;
    filter_free(t->filter);
    t->filter = f;
    t->stale = true;
    return 0;
}

const char *table_filter_text(const struct table *t)
{
    return filter_text(t->filter);
}

bool table_filter_gave_up(const struct table *t)
{
    return filter_gave_up(t->filter);
}

void table_types(struct table *t, uint32_t types)
{
    t->stale = true;
    t->types = types ? types : types_of_classes(CLASS_VM | CLASS_CONTAINER);
}

uint32_t table_shown_types(const struct table *t)
{
    return t->types;
}

void table_toggle_class(struct table *t, enum guest_class class)
{
    uint32_t types = types_of_classes(class);

    t->stale = true;
    t->types = t->types & types ? t->types & ~types : t->types | types;
}

unsigned table_needs(const struct table *t)
{
    return columns_needs(table_shown_columns(t)) | metric_info(t->key)->needs;
}

/* ---- update ---- */

/* Whether an update would give the same rows. */
static bool is_up_to_date(struct table *t, const struct view *v)
{
    struct basis now = {.roster = v->moment.roster,
                        .version = roster_version(v->moment.roster),
                        .tick = v->moment.tick,
                        .cpu_of_host = v->cpu_of_host};
    bool same = !t->stale && now.roster == t->basis.roster && now.version == t->basis.version &&
                now.tick == t->basis.tick && now.cpu_of_host == t->basis.cpu_of_host;

    t->basis = now;
    t->stale = false;
    return same;
}

void table_update(struct table *t, const struct view *v)
{
    if (is_up_to_date(t, v))
        return;
    uint64_t tick = roster_last_tick(v->moment.roster);
    struct rows_wishes wishes = {.filter = t->filter,
                                 .types = t->types,
                                 .tree = t->tree,
                                 .key = t->key,
                                 .reversed = t->reversed,
                                 .hold = t->hold > 0 && !t->reorder,
                                 .columns = table_shown_columns(t),
                                 .folded = t->folded};

    rows_build(&t->rows, v, &wishes);
    if (t->hold > 0 && tick != t->tick)
        t->hold--;
    t->tick = tick;
    t->reorder = false;
    t->host = roster_host(v->moment.roster)->serial;
    cursor_keep(&t->cursor, &t->rows);
    measure(t, v);
}

size_t table_row_count(const struct table *t)
{
    return t->rows.list->len;
}

const struct row *table_row(const struct table *t, size_t i)
{
    return &g_array_index(t->rows.list, struct row, i);
}

char *table_row_name(const struct row *row)
{
    return row->kind == ROW_GUEST ? g_strdup(entity_label(row->entity, LABEL_NAME))
                                  : g_strdup_printf("%s (%u)", row->label, row->members);
}

size_t table_matches(const struct table *t)
{
    return t->rows.matches;
}

size_t table_hidden(const struct table *t)
{
    return t->rows.excluded;
}

double table_total(const struct table *t, const struct row *row, enum metric m)
{
    return rows_total(&t->rows, row, m);
}

/* ---- tree ---- */

void table_tree(struct table *t, bool on)
{
    t->stale = true;
    t->reorder |= t->tree != on;
    t->tree = on;
}

bool table_is_tree(const struct table *t)
{
    return t->tree;
}

static size_t parent_row(const struct table *t, size_t i)
{
    unsigned depth = table_row(t, i)->depth;

    while (i > 0 && table_row(t, i)->depth >= depth)
        i--;
    return i;
}

void table_fold(struct table *t, bool folded)
{
    size_t i = table_selected_row(t);

    if (i == G_MAXSIZE || !t->tree)
        return;
    t->stale = true;
    if (folded && (!table_row(t, i)->parent || table_row(t, i)->folded)) {
        i = parent_row(t, i);
        table_select_row(t, i);
    }
    set_member(t->folded, table_row(t, i)->id, folded && table_row(t, i)->parent);
}

void table_toggle_fold(struct table *t)
{
    size_t i = table_selected_row(t);

    if (i != G_MAXSIZE && table_row(t, i)->parent)
        table_fold(t, !table_row(t, i)->folded);
}

void table_fold_all(struct table *t, bool folded)
{
    t->stale = true;
    if (!folded)
        g_hash_table_remove_all(t->folded);
    for (size_t i = 0; folded && i < table_row_count(t); i++)
        if (table_row(t, i)->kind == ROW_GROUP && table_row(t, i)->parent)
            set_member(t->folded, table_row(t, i)->id, true);
}

/* ---- selection ---- */

uint64_t table_selected(const struct table *t)
{
    if (t->cursor.above)
        return t->host;
    size_t i = table_selected_row(t);
    bool known = i != G_MAXSIZE && table_row(t, i)->kind != ROW_GROUP;
    return known ? table_row(t, i)->id : 0;
}

bool table_host_is_selected(const struct table *t)
{
    return t->cursor.above;
}

size_t table_selected_row(const struct table *t)
{
    return t->cursor.above || !table_row_count(t) ? G_MAXSIZE : t->cursor.row;
}

void table_move(struct table *t, long rows)
{
    cursor_move(&t->cursor, &t->rows, rows);
}

void table_page(struct table *t, int pages)
{
    long rows = MAX((long)t->cursor.fit - 1, 1) * pages;

    /* Only single steps reach the host. */
    if (rows > 0 || t->cursor.row > 0)
        table_move(t, rows);
}

void table_to_top(struct table *t)
{
    cursor_to_top(&t->cursor);
}

void table_to_bottom(struct table *t)
{
    cursor_to_row(&t->cursor, &t->rows, table_row_count(t));
}

void table_select(struct table *t, uint64_t serial)
{
    if (!cursor_to_id(&t->cursor, &t->rows, serial))
        t->cursor.above |= serial == t->host;
}

void table_select_row(struct table *t, size_t i)
{
    if (i < table_row_count(t))
        cursor_to_row(&t->cursor, &t->rows, i);
}

void table_scroll(struct table *t, long rows)
{
    cursor_scroll(&t->cursor, &t->rows, rows);
}

void table_scroll_columns(struct table *t, int columns)
{
    long scroll = (long)t->column_scroll + columns;

    t->column_scroll = (size_t)MAX(scroll, 0);
}

void table_follow(struct table *t, bool on)
{
    t->cursor.follow = on && table_selected_row(t) != G_MAXSIZE;
    if (t->cursor.follow)
        table_select_row(t, t->cursor.row);
}

bool table_follows(const struct table *t)
{
    return t->cursor.follow;
}

/* ---- tags and search ---- */

void table_tag(struct table *t)
{
    size_t i = table_selected_row(t);

    if (i == G_MAXSIZE)
        return;
    uint64_t id = table_row(t, i)->id;
    if (table_row(t, i)->kind == ROW_GUEST)
        set_member(t->tags, id, !table_is_tagged(t, id));
    table_move(t, 1);
}

void table_tag_all(struct table *t, bool tagged)
{
    if (!tagged)
        g_hash_table_remove_all(t->tags);
    for (size_t i = 0; tagged && i < table_row_count(t); i++)
        if (table_row(t, i)->kind == ROW_GUEST)
            set_member(t->tags, table_row(t, i)->id, true);
}

bool table_is_tagged(const struct table *t, uint64_t serial)
{
    return g_hash_table_contains(t->tags, &serial);
}

size_t table_tagged_count(const struct table *t)
{
    return g_hash_table_size(t->tags);
}

static bool row_matches(const struct row *row, const struct filter *f)
{
    const char *name = row->label ? row->label : entity_label(row->entity, LABEL_NAME);

    return filter_matches_text(f, name);
}

bool table_search(struct table *t, const struct view *v, const char *text, int direction)
{
    struct filter *f = filter_new(text, NULL);
    bool found = false;

    table_update(t, v);
    size_t count = table_row_count(t), start = t->cursor.above ? 0 : t->cursor.row;
    bool at_start = direction == 0 || (direction > 0 && t->cursor.above);
    for (size_t k = !at_start; f && !filter_is_empty(f) && k < count + (direction != 0); k++) {
        size_t i = (start + (direction < 0 ? count - k : k)) % count;
        found = row_matches(table_row(t, i), f);
        if (found) {
            table_select_row(t, i);
            break;
        }
    }
    t->search_gave_up = filter_gave_up(f);
    filter_free(f);
    return found;
}

bool table_search_gave_up(const struct table *t)
{
    return t->search_gave_up;
}

/* ---- geometry ---- */

void table_fit(struct table *t, int rows, int columns)
{
    cursor_fit(&t->cursor, &t->rows, (size_t)MAX(rows, 1));
    columns_place(table_shown_columns(t), t->wanted, columns, t->tree, &t->column_scroll,
                  &t->geometry);
}

size_t table_first_row(const struct table *t)
{
    return t->cursor.first;
}

size_t table_on_screen(const struct table *t, uint64_t *serials, size_t max)
{
    size_t end = MIN(t->cursor.first + t->cursor.fit, t->rows.list->len), n = 0;

    for (size_t i = t->cursor.first; i < end && n < max; i++)
        if (table_row(t, i)->kind == ROW_GUEST)
            serials[n++] = table_row(t, i)->id;
    return n;
}

const struct columns_geometry *table_geometry(const struct table *t)
{
    return &t->geometry;
}

enum metric table_column_at(const struct table *t, int column)
{
    for (size_t i = 0; i < t->geometry.count; i++) {
        const struct column_place *p = &t->geometry.place[i];
        if (column >= p->left && column < p->left + p->width)
            return p->metric;
    }
    return M_NONE;
}
