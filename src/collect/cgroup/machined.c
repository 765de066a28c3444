#include <config.h>

#include "collect/cgroup/machined.h"

#include "base/parse.h"

#include <glib.h>
#include <string.h>

/* The last component of the first LENGTH bytes of a path. */
static char *unit_of(const char *path, size_t length)
{
    const char *slash = g_strrstr_len(path, (gssize)length, "/");
    const char *unit = slash ? slash + 1 : path;

    return g_strndup(unit, length - (size_t)(unit - path));
}

bool machined_corrects(const struct root *root, const char *path, struct container *what,
                       struct file_buffer *scratch)
{
    if (what->role != CONTAINER_GUEST || what->type != GUEST_NSPAWN)
        return false;
    char *unit = unit_of(path, what->length);
    char *file = g_strconcat("/run/systemd/machines/unit:", unit, NULL);
    bool machine = false;

    if (file_read(root, file, scratch) > 0)
        for (const char *line = scratch->text; *line; line = parse_next_line(line)) {
            const char *p = line;
            machine |= parse_word(&p, "CLASS=vm");
        }
    if (machine) {
        what->role = CONTAINER_VM;
        what->type = GUEST_VM;
    }
    g_free(file);
    g_free(unit);
    return machine;
}
