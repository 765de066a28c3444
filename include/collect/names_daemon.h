/* names_daemon.h: what the docker daemon says of all its containers, over its socket.
 *
 * One question for the whole list, never one per container. A daemon may hang, lie or flood: an
 * answer takes NAMES_DAEMON_MS and NAMES_DAEMON_MAX at most, and is only kept until the end of the
 * round. After a failure the daemon is left in peace for a pause that doubles each time.
 *
 * All calls from one thread, but for names_daemon_interrupt().
 */
#ifndef VTOP_COLLECT_NAMES_DAEMON_H
#define VTOP_COLLECT_NAMES_DAEMON_H

#include "base/root.h"
#include "collect/names_round.h"

enum { NAMES_DAEMON_MS = 2000, NAMES_DAEMON_MAX = 16 << 20 };

struct names_daemon;

/* ROOT must outlive it. */
struct names_daemon *names_daemon_new(const struct root *root);
void names_daemon_free(struct names_daemon *d);

/* Its containers, id -> struct names_answer *, for g_hash_table_unref(); NULL: it was not asked, or
 * in vain. */
GHashTable *names_daemon_list(struct names_daemon *d, int64_t now_ns);

/* When it is next asked after a failure; 0 = there was none. */
int64_t names_daemon_due(const struct names_daemon *d);

/* How it is: 0 or -errno. -ENOENT: there is no trace of docker; -ECONNREFUSED: it does not run;
 * -EACCES: we may not ask; and as the last question ended, if that is not long ago, -ETIMEDOUT,
 * -EFBIG or -EPROTO. It is not asked for that, nor is one woken that systemd would start for us. */
int names_daemon_state(const struct names_daemon *d, int64_t now_ns);

/* End a question that is under way, and ask no more. From any thread. */
void names_daemon_interrupt(struct names_daemon *d);

#endif
