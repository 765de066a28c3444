/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "record/glossary.h"

#include "base/text.h"
#include "model/catalogue.h"
#include "record/bytes.h"

#include <string.h>

#define MAGIC "vtop recording "
#define FORMAT "1"

enum { NOWHERE = 255 }; /* more than each enumeration has */

G_STATIC_ASSERT((int)READING_COUNT < INT16_MAX);

/* ---- enumerations ----
 * A list is one line per enumerator, in the order of their numbers. An empty name is "-". */

static const char *name_of_kind(unsigned n)
{
    return kind_name((enum kind)n);
}

static const char *name_of_type(unsigned n)
{
    return guest_type_name((enum guest_type)n);
}

static const char *name_of_reason(unsigned n)
{
    return reason_name((enum reason)n);
}

static const char *name_of_source_state(unsigned n)
{
    return source_state_name((enum source_state)n);
}

static const char *name_of_state(unsigned n)
{
    return guest_state_name((enum guest_state)n);
}

static const char *name_of_why(unsigned n)
{
    return state_reason_name((enum state_reason)n);
}

static const struct list {
    const char *word;
    const char *(*name)(unsigned n);
    unsigned count;
    size_t at; /* of its map in struct glossary */
} LISTS[] = {
    {"kind", name_of_kind, KIND_COUNT, offsetof(struct glossary, kinds)},
    {"guest-type", name_of_type, GUEST_TYPE_COUNT, offsetof(struct glossary, types)},
    {"reason", name_of_reason, REASON_COUNT, offsetof(struct glossary, reasons)},
    {"source-state", name_of_source_state, SOURCE_STATE_COUNT,
     offsetof(struct glossary, source_states)},
    {"state", name_of_state, STATE_COUNT, offsetof(struct glossary, states)},
    {"state-reason", name_of_why, WHY_COUNT, offsetof(struct glossary, state_reasons)},
};

static const char *written(const char *name)
{
    return *name ? name : "-";
}

static unsigned number_of(const struct list *list, const char *name)
{
    unsigned n = 0;

    while (n < list->count && strcmp(written(list->name(n)), name) != 0)
        n++;
    return n;
}

/* ---- writing ---- */

static void write_facet(GString *to, enum facet f)
{
    g_string_append_printf(to, "facet %s %s\n", facet_name(f), kind_name(facet_kind(f)));
    for (enum reading r = facet_begin(f); r < facet_end(f); r++)
        g_string_append_printf(to, "reading %s %s %s\n", reading_name(r),
                               reading_type_name(reading_type(r)),
                               reading_unit_name(reading_unit(r)));
}

void glossary_write(GByteArray *to, uint64_t session, const char *boot_id, const char *host)
{
    GString *text = g_string_new(MAGIC FORMAT "\nprogram " PACKAGE_STRING "\n");
    char *clean = text_clean(host, -1);

    g_string_append_printf(text, "host %s\nboot %s\nsession %016" G_GINT64_MODIFIER "x\n",
                           clean ? clean : "", boot_id, session);
    for (size_t l = 0; l < G_N_ELEMENTS(LISTS); l++)
        for (unsigned n = 0; n < LISTS[l].count; n++)
            g_string_append_printf(text, "%s %s\n", LISTS[l].word, written(LISTS[l].name(n)));
    for (enum facet f = 0; f < FACET_COUNT; f++)
        write_facet(text, f);
    bytes_put(to, text->str, text->len);
    g_string_free(text, TRUE);
    g_free(clean);
}

/* ---- reading ---- */

/* How many lines of each list there were. */
struct reader {
    struct glossary *names;
    unsigned counts[G_N_ELEMENTS(LISTS)];
};

static void read_facet(struct glossary *n, const char *name)
{
    struct glossary_facet f = {.facet = facet_find(name)};

    g_array_append_val(n->facets, f);
}

static void read_reading(struct glossary *n, const char *name)
{
    struct glossary_facet *f = n->facets->len ? &g_array_index(n->facets, struct glossary_facet,
                                                            n->facets->len - 1)
                                           : NULL;
    enum reading r = R_NONE;

    if (!f || f->slots == GLOSSARY_SLOTS_MAX)
        return;
    if (f->facet != FACET_NONE)
        r = reading_find(f->facet, name);
    f->readings[f->slots++] = (int16_t)r;
}

static void read_enumerator(struct reader *r, const char *word, const char *name)
{
    for (size_t l = 0; l < G_N_ELEMENTS(LISTS); l++) {
        if (strcmp(LISTS[l].word, word) != 0 || r->counts[l] >= NOWHERE)
            continue;
        uint8_t *map = (uint8_t *)r->names + LISTS[l].at;
        map[r->counts[l]++] = (uint8_t)number_of(&LISTS[l], name);
    }
}

static void set_label(char **label, const char *text)
{
    g_free(*label);
    *label = text_clean(text, -1);
}

/* Lines of words that are not known are skipped: they are of a newer version. */
static void read_line(struct reader *r, char *line)
{
    struct glossary *n = r->names;
    char *rest = strchr(line, ' ');

    if (!rest)
        return;
    *rest++ = '\0';
    if (strcmp(line, "host") == 0) {
        set_label(&n->host, rest);
        return;
    }
    if (strcmp(line, "program") == 0) {
        set_label(&n->program, rest);
        return;
    }
    rest[strcspn(rest, " ")] = '\0';
    if (strcmp(line, "boot") == 0)
        g_strlcpy(n->boot_id, rest, sizeof(n->boot_id));
    else if (strcmp(line, "session") == 0)
        n->session = g_ascii_strtoull(rest, NULL, 16);
    else if (strcmp(line, "facet") == 0)
        read_facet(n, rest);
    else if (strcmp(line, "reading") == 0)
        read_reading(n, rest);
    else
        read_enumerator(r, line, rest);
}

/* "" and the reason in *ERROR: it cannot be read. */
static bool check_magic(const char *line, char **error)
{
    if (line && g_str_has_prefix(line, MAGIC) && strcmp(line + strlen(MAGIC), FORMAT) == 0)
        return true;
    if (line && g_str_has_prefix(line, MAGIC))
        *error = g_strdup_printf("format %.9s of recordings is newer than this vtop, which reads "
                                 "format " FORMAT,
                                 line + strlen(MAGIC));
    else
        *error = g_strdup("it is no recording of vtop");
    return false;
}

static struct glossary *new_names(void)
{
    struct glossary *n = g_new0(struct glossary, 1);

    n->facets = g_array_new(FALSE, TRUE, sizeof(struct glossary_facet));
    n->host = g_strdup("");
    n->program = g_strdup("");
    for (size_t l = 0; l < G_N_ELEMENTS(LISTS); l++)
        memset((uint8_t *)n + LISTS[l].at, (int)LISTS[l].count, 256);
    return n;
}

struct glossary *glossary_read(const uint8_t *payload, size_t length, char **error)
{
    char *text = g_strndup((const char *)payload, length);
    char **lines = g_strsplit(text, "\n", -1);
    struct reader r = {0};

    g_free(text);
    if (check_magic(lines[0], error)) {
        r.names = new_names();
        for (char **line = lines + 1; *line; line++)
            read_line(&r, *line);
    }
    g_strfreev(lines);
    return r.names;
}

void glossary_free(struct glossary *n)
{
    if (!n)
        return;
    g_array_free(n->facets, TRUE);
    g_free(n->host);
    g_free(n->program);
    g_free(n);
}

const struct glossary_facet *glossary_facet(const struct glossary *n, size_t number)
{
    return number < n->facets->len ? &g_array_index(n->facets, struct glossary_facet, number) : NULL;
}

static uint64_t translated(const uint8_t map[256], uint64_t value, uint64_t unknown, unsigned count)
{
    uint64_t here = value < 256 ? map[value] : count;

    return here < count ? here : unknown;
}

uint64_t glossary_value(const struct glossary *n, enum reading reading, uint64_t value)
{
    switch (reading_unit(reading)) {
    case READS_STATE:
        return translated(n->states, value, STATE_UNKNOWN, STATE_COUNT);
    case READS_STATE_REASON:
        return translated(n->state_reasons, value, WHY_NONE, WHY_COUNT);
    default:
        return value;
    }
}
