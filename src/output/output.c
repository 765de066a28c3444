#include "output/output.h"

#include <errno.h>
#include <math.h>
#include <string.h>

const char *output_number(enum unit unit, double number, char buffer[OUTPUT_NUMBER_SIZE])
{
    bool whole = unit == UNIT_BYTES || unit == UNIT_COUNT;

    /* Counts such as milliseconds throttled may have a fraction worth keeping. */
    if (unit == UNIT_COUNT && fabs(number - round(number)) > 1e-9)
        whole = false;
    g_ascii_formatd(buffer, OUTPUT_NUMBER_SIZE, whole ? "%.0f" : "%.3f", number);
    char *end = buffer + strlen(buffer);
    if (!whole) {
        while (end[-1] == '0')
            *--end = '\0';
        if (end[-1] == '.')
            *--end = '\0';
    }
    return strcmp(buffer, "-0") ? buffer : "0";
}

static char *reason_of_state(const struct entity *e)
{
    struct value hung = entity_reading(e, R_DOM_HUNG_MS);
    const char *text = entity_label(e, LABEL_STATE_REASON);

    if (entity_state(e) == STATE_HUNG && hung.reason == REASON_OK)
        return g_strdup_printf("its monitor has not answered for %.0f s%s%s", hung.number / 1000,
                               *text ? ": " : "", text);
    return *text ? g_strdup(text) : NULL;
}

char *output_label(const struct output_sample *sample, const struct entity *e, enum label l)
{
    const char *text;

    if (l == LABEL_STATE_REASON)
        return reason_of_state(e);
    if (l == LABEL_PID)
        return entity_pid(e) ? g_strdup_printf("%d", (int)entity_pid(e)) : NULL;
    text = entity_label(e, l);
    if (l == LABEL_HOST && !*text)
        text = entity_label(roster_host(sample->roster), LABEL_NAME);
    return *text ? g_strdup(text) : NULL;
}

int output_finish(FILE *out)
{
    errno = 0;
    if (fflush(out) == 0 && !ferror(out))
        return 0;
    return errno ? -errno : -EIO;
}
