/* batch.h: the mode for scripts: samples to standard output, no terminal.
 *
 * Rates are real from the first line on: a sample before the first printed one is their baseline
 * (a saved tree has none). Sources that are missing are said once on standard error and are no
 * failure. Returns the exit code of the program; a reader that goes away ends it quietly.
 */
#ifndef VTOP_BATCH_H
#define VTOP_BATCH_H

#include "options.h"

int batch_run(const struct options *options);

#endif
