/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Targets for what users type and write, and for numbers in one's own memory. */
#include <config.h>

#include "fuzz.h"

#include "base/text.h"
#include "export/address.h"
#include "export/negotiate.h"
#include "model/pack.h"
#include "options.h"
#include "ui/decode.h"
#include "ui/keys.h"
#include "ui/line.h"
#include "ui/settings.h"
#include "view/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool condition)
{
    if (!condition)
        abort();
}

/* What comes in pieces is read as what comes at once. The first byte says how long they are. */
void fuzz_decode(const uint8_t *data, size_t size)
{
    struct decoder *d = decoder_new();
    struct line line = {0};
    struct key key;

    decoder_learn(d, "\033OA", K_UP);
    decoder_learn(d, "\033[15~", K_F5);
    line_set(&line, "");
    for (size_t at = 1, piece = size ? 1 + data[0] % 32 : 1; at < size; at += piece) {
        decoder_feed(d, (const char *)data + at, MIN(piece, size - at));
        for (bool patient = at + piece < size; decoder_next(d, patient, &key);) {
            must(key.code > K_NONE && key.code < K_COUNT);
            enum action action = keys_action(CONTEXT_INPUT, &key);
            if (key.code == K_CHAR && !line_edit(&line, action))
                line_insert(&line, key.ch);
            must(line.cursor <= line.text->len && line.text->len <= LINE_MAX_BYTES);
        }
    }
    must(g_utf8_validate(line.text->str, -1, NULL));
    line_clear(&line);
    decoder_free(d);
}

/* An expression, and a name to be matched. */
void fuzz_filter(const uint8_t *data, size_t size)
{
    struct fuzz_part part = fuzz_next(&data, &size);
    char *text = fuzz_text(part.data, part.size), *name = text_clean((const char *)data, (long)size);
    char *error = NULL;
    struct filter *filter = filter_new(text, &error);

    must(!filter || !error);
    if (filter)
        filter_matches_text(filter, name);
    filter_free(filter);
    g_free(error);
    g_free(name);
    g_free(text);
}

/* Accept, Accept-Encoding, and where to listen. */
void fuzz_http(const uint8_t *data, size_t size)
{
    struct fuzz_part accept = fuzz_next(&data, &size), encoding = fuzz_next(&data, &size);
    char *texts[] = {fuzz_text(accept.data, accept.size), fuzz_text(encoding.data, encoding.size),
                     fuzz_text(data, size)};
    struct address a;

    negotiate_openmetrics(texts[0]);
    negotiate_gzip(texts[1]);
    if (address_parse(texts[2], &a)) {
        char *text = address_text(&a);
        must(address_parse(text, &a)); /* what it prints it reads */
        g_free(text);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}

/* One argument per part. What it prints is not of interest. */
void fuzz_options(const uint8_t *data, size_t size)
{
    static FILE *null;
    FILE *was_out = stdout, *was_error = stderr;
    enum { MOST = 16 };
    char *argv[MOST + 2] = {g_strdup("vtop")};
    int argc = 1;
    struct options options;

    if (!null)
        null = fopen("/dev/null", "w");
    while (size && argc <= MOST) {
        struct fuzz_part part = fuzz_next(&data, &size);
        argv[argc++] = fuzz_text(part.data, part.size);
    }
    stdout = stderr = null;
    options_parse(argc, argv, &options);
    stdout = was_out;
    stderr = was_error;
    options_clear(&options);
    for (int i = 0; i < argc; i++)
        g_free(argv[i]);
}

/* What was packed is read as it was. Each number is 9 bytes: its reason, and its value. */
void fuzz_pack(const uint8_t *data, size_t size)
{
    enum { MOST = 64, STEP = 9 };
    uint64_t numbers[MOST], read[MOST] = {0}, one;
    uint8_t reasons[MOST], read_reasons[MOST], *pack;
    size_t n = MIN(size / STEP, MOST);

    for (size_t i = 0; i < n; i++) {
        reasons[i] = data[i * STEP] % REASON_COUNT;
        memcpy(&numbers[i], data + i * STEP + 1, sizeof(uint64_t));
    }
    /* A pack may be read eight bytes before its beginning. */
    pack = g_malloc(sizeof(uint64_t) + PACK_ROOM(n));
    memset(pack, 0xff, sizeof(uint64_t));
    size_t length = pack_write(pack + sizeof(uint64_t), numbers, reasons, n);
    must(length <= PACK_ROOM(n) && pack_size(pack + sizeof(uint64_t), n) == length);
    pack_read(pack + sizeof(uint64_t), read, read_reasons, n);
    for (size_t i = 0; i < n; i++) {
        must(read_reasons[i] == reasons[i] && (reasons[i] != REASON_OK || read[i] == numbers[i]));
        must(pack_get(pack + sizeof(uint64_t), n, i, &one) == (enum reason)reasons[i]);
        must(reasons[i] != REASON_OK || one == numbers[i]);
    }
    g_free(pack);
}

void fuzz_settings(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"vtoprc", NULL};
    char *file = g_build_filename(fuzz_directory(), "vtoprc", NULL);
    GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);
    struct settings settings;

    fuzz_files(paths, data, size);
    preferences_default(&settings);
    settings_read(&settings, file, false, complaints);
    /* What was saved is read as it was. */
    if (settings_save(&settings, file) == 0) {
        struct settings again;
        preferences_default(&again);
        settings_read(&again, file, true, complaints);
        uint32_t types = (1u << GUEST_TYPE_COUNT) - 2; /* "all" may have bits beyond these */
        must(again.interval_ns == settings.interval_ns);
        must((again.types & types) == (settings.types & types));
        must(again.theme == settings.theme && again.ascii == settings.ascii);
        must(again.sort == settings.sort && again.sort_reversed == settings.sort_reversed);
        must(mutes_count(again.mutes) == mutes_count(settings.mutes));
        settings_clear(&again);
    }
    settings_clear(&settings);
    for (guint i = 0; i < complaints->len; i++)
        must(g_utf8_validate(g_ptr_array_index(complaints, i), -1, NULL));
    g_ptr_array_free(complaints, TRUE);
    g_free(file);
}
