/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* pressure.h: pressure stall information, of the host or of a control group.
 *
 *   some avg10=0.00 avg60=0.00 avg300=0.00 total=1234
 *   full avg10=0.00 avg60=0.00 avg300=0.00 total=567
 *
 * total is in microseconds. Thread-safe.
 */
#ifndef VTOP_COLLECT_PRESSURE_H
#define VTOP_COLLECT_PRESSURE_H

#include "model/sample.h"

/* Store the result of reading the file: N characters of TEXT, or -errno in N. SOME or FULL may be
 * R_NONE. -ENOENT and -EOPNOTSUPP mean that pressure accounting is off. */
void pressure_record(struct record *r, enum reading some, enum reading full, const char *text,
                     ssize_t n);

#endif
