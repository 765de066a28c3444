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

/* Store what reading the file gave: N characters of TEXT, or -errno. SOME or FULL may be R_NONE.
 * The file is missing, or refuses to be read, where the kernel was told not to keep these accounts.
 */
void pressure_record(struct record *r, enum reading some, enum reading full, const char *text,
                     ssize_t n);

#endif
