/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* encoder.h: from ticks to the bytes of a recording (vtop-recording(5)).
 *
 * A frame is one tick, written at once. Frames are relative to those before them in the same open
 * block: the first one after encoder_new() or encoder_block() stands by itself. A block holds the
 * same ticks by columns, compressed, and always stands by itself.
 *
 *     encoder_head(e, out)                 once per file
 *     encoder_frame(e, tick, out)          for each tick
 *     if (encoder_is_full(e))
 *         encoder_block(e, out)            instead of all frames since the last block
 *
 * Chunks are appended to OUT. One thread at a time.
 */
#ifndef VTOP_RECORD_ENCODER_H
#define VTOP_RECORD_ENCODER_H

#include "record/tick.h"

enum { RECORD_BLOCK_TICKS = 60 };

struct encoder;
struct encoder_config {
    uint64_t session; /* random, not 0 */
    char boot_id[37]; /* /proc/sys/kernel/random/boot_id; "" = not known */
    const char *host; /* name of the machine that records; a label */
};

struct encoder *encoder_new(const struct encoder_config *config);
void encoder_free(struct encoder *e);

void encoder_head(struct encoder *e, GByteArray *out);
void encoder_frame(struct encoder *e, const struct record_tick *tick, GByteArray *out);
size_t encoder_ticks(const struct encoder *e); /* in the open block */

/* The open block has RECORD_BLOCK_TICKS, or is large: it is time for encoder_block(). */
bool encoder_is_full(const struct encoder *e);

void encoder_block(struct encoder *e, GByteArray *out);

/* The same without a block: a stream has frames only. */
void encoder_restart(struct encoder *e);

/* The last frame was not written (disk full): the next one stands by itself. The open block keeps
 * the tick, so that it is not lost if the block can be written later. */
void encoder_rebase(struct encoder *e);

#endif
