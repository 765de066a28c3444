#include <config.h>

#include "collect/libvirt_mirror.h"

#include "base/parse.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

struct search {
    const char *target;
    bool here;       /* inside the disk that is looked for */
    uint64_t mirror; /* of the disk that was begun last */
    uint64_t found;
};

/* Whether the element stands in INNER, which stands in OUTER (NULL: in anything). */
static bool stands_in(GMarkupParseContext *context, const char *inner, const char *outer)
{
    const GSList *above = g_markup_parse_context_get_element_stack(context)->next;

    return above && strcmp(above->data, inner) == 0 &&
           (!outer || (above->next && strcmp(above->next->data, outer) == 0));
}

static const char *attribute(const char **names, const char **values, const char *wanted)
{
    for (; *names; names++, values++)
        if (strcmp(*names, wanted) == 0)
            return *values;
    return "";
}

/* The target of a disk stands behind its mirror. A mirror has images under it, with sources. */
static void begin_element(GMarkupParseContext *context, const char *element, const char **names,
                          const char **values, gpointer data, GError **error)
{
    struct search *s = data;

    (void)error;
    if (strcmp(element, "disk") == 0) {
        s->here = false;
        s->mirror = 0;
    } else if (strcmp(element, "source") == 0 && stands_in(context, "mirror", "disk")) {
        if (!parse_u64_only(attribute(names, values, "index"), &s->mirror))
            s->mirror = 0;
    } else if (strcmp(element, "target") == 0 && stands_in(context, "disk", NULL)) {
        s->here = strcmp(attribute(names, values, "dev"), s->target) == 0;
    }
}

static void end_element(GMarkupParseContext *context, const char *element, gpointer data,
                        GError **error)
{
    struct search *s = data;

    (void)context;
    (void)error;
    if (strcmp(element, "disk") == 0 && s->here)
        s->found = s->mirror;
}

uint64_t mirror_index(const char *xml, const char *target)
{
    static const GMarkupParser parser = {.start_element = begin_element,
                                         .end_element = end_element};
    struct search s = {.target = target};

    if (!xml)
        return 0;
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &s, NULL);
    bool whole = g_markup_parse_context_parse(context, xml, -1, NULL);
    g_markup_parse_context_free(context);
    return whole ? s.found : 0;
}
