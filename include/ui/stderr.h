/* stderr.h: standard error while a screen is drawn on the same terminal.
 *
 * What libraries write there (GLib when memory runs out, libvirt, the C library) would be drawn over
 * and then lost with the screen. It is held in a pipe, and written out when the terminal has been
 * restored: at the end, or in a crash. What does not fit in the pipe (64 KB) is dropped. A standard
 * error that is no terminal is left alone.
 *
 * One user at a time: it belongs to the process. Writers may be any thread.
 */
#ifndef VTOP_UI_STDERR_H
#define VTOP_UI_STDERR_H

void stderr_hold(void);

/* Write out what was held, and hold no more. Nothing when nothing is held. Async-signal-safe. */
void stderr_release(void);

#endif
