/* terminfo.h: what the description of this terminal says.
 *
 * terminfo_type() comes first: the others look at the type it has found. Main thread only.
 */
#ifndef VTOP_UI_TERMINFO_H
#define VTOP_UI_TERMINFO_H

#include "ui/decode.h"

/* The terminal type to use: $TERM, or a near relation of it that this host knows. NULL when there
 * is no terminal or none that a screen can be drawn on; *error is then one line (g_free). */
const char *terminfo_type(char **error);

/* A string capability by its terminfo name; NULL when this terminal does not have it. */
const char *terminfo_capability(const char *name);

void terminfo_learn(struct decoder *d); /* the keys */

/* What leaves the screen as other programs expect it; g_free. */
char *terminfo_restore(void);

#endif
