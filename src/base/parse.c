/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "base/parse.h"

#include <string.h>

const char *parse_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t')
        p++;
    return p;
}

const char *parse_next_line(const char *p)
{
    const char *end = strchr(p, '\n');

    return end ? end + 1 : p + strlen(p);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool parse_u64(const char **p, uint64_t *out)
{
    const char *s = parse_blanks(*p);
    uint64_t value = 0;

    if (!is_digit(*s))
        return false;
    for (; is_digit(*s); s++) {
        unsigned digit = (unsigned)(*s - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    *p = s;
    return true;
}

bool parse_hundredths(const char **p, uint64_t *out)
{
    const char *s = *p;
    uint64_t value;

    if (!parse_u64(&s, &value) || value > UINT64_MAX / 100 - 1)
        return false;
    value *= 100;
    if (*s == '.') {
        s++;
        for (unsigned weight = 10; is_digit(*s); s++, weight /= 10)
            value += weight * (unsigned)(*s - '0');
    }
    *out = value;
    *p = s;
    return true;
}

bool parse_range(const char **p, uint64_t *first, uint64_t *last)
{
    const char *at = *p;

    if (!parse_u64(&at, first))
        return false;
    *last = *first;
    if (*at == '-' && (at++, !parse_u64(&at, last) || *last < *first))
        return false;
    *p = at + (*at == ',');
    return true;
}

bool parse_u64_only(const char *text, uint64_t *out)
{
    uint64_t value;

    if (!parse_u64(&text, &value) || (*text != '\0' && strcmp(text, "\n") != 0))
        return false;
    *out = value;
    return true;
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\0';
}

static bool parse_known_word(const char **p, const char *word, size_t length)
{
    const char *s = parse_blanks(*p);

    if (strncmp(s, word, length) != 0 || !ends_word(s[length]))
        return false;
    *p = s + length;
    return true;
}

bool parse_word(const char **p, const char *word)
{
    return parse_known_word(p, word, strlen(word));
}

/* The rest of a line, which must be one number. */
static bool number_line(const char *p, uint64_t *out)
{
    uint64_t value;

    if (!parse_u64(&p, &value) || (*p != '\n' && !(parse_word(&p, "kB") && *p == '\n')))
        return false;
    *out = value;
    return true;
}

/* cpu.stat of a cgroup without the cpu controller only lacks the last lines of one with it: a key
 * that the plan does not know of may have come. */
static bool has_unknown_key(const struct parse_plan *plan, const char *text)
{
    bool known[PARSE_PLAN_MAX] = {false};

    for (size_t i = 0; i < plan->present; i++)
        known[plan->place[i].key] = true;
    for (const char *line = text; *line; line = parse_next_line(line)) {
        for (size_t key = 0; key < plan->count; key++) {
            const char *p = line;
            if (!known[key] && parse_word(&p, plan->keys[key]))
                return true;
        }
    }
    return false;
}

/* Read the lines the plan points at; false when the text is not laid out that way. */
static bool read_as_learnt(const struct parse_plan *plan, const char *text, uint64_t out[],
                           bool found[])
{
    const char *line = text;
    uint16_t number = 0;

    for (size_t i = 0; i < plan->present; i++) {
        for (; number < plan->place[i].line; number++)
            line = parse_next_line(line);
        uint16_t key = plan->place[i].key;
        const char *p = line;
        if (!parse_known_word(&p, plan->keys[key], plan->place[i].length))
            return false;
        found[key] = number_line(p, &out[key]);
    }
    return plan->present == plan->count || !has_unknown_key(plan, text);
}

static void learn(struct parse_plan *plan, const char *text, uint64_t out[], bool found[])
{
    bool known[PARSE_PLAN_MAX] = {false};
    uint16_t number = 0;

    plan->present = 0;
    for (const char *line = text; *line && number < UINT16_MAX; line = parse_next_line(line)) {
        for (uint16_t key = 0; key < plan->count; key++) {
            const char *p = line;
            if (known[key] || !parse_word(&p, plan->keys[key]))
                continue;
            plan->place[plan->present].line = number;
            plan->place[plan->present].length = (uint16_t)strlen(plan->keys[key]);
            plan->place[plan->present++].key = key;
            known[key] = true;
            found[key] = number_line(p, &out[key]);
            break;
        }
        number++;
    }
}

void parse_key_values(struct parse_plan *plan, const char *text, uint64_t out[], bool found[])
{
    memset(found, 0, plan->count * sizeof(found[0]));
    if (read_as_learnt(plan, text, out, found))
        return;
    memset(found, 0, plan->count * sizeof(found[0]));
    learn(plan, text, out, found);
}
