/* names_daemon.h: what the daemons of docker and Podman say of their containers, over their
 * sockets.
 *
 * One question for the whole list, never one per container. A daemon may hang, lie or flood: an
 * answer takes NAMES_DAEMON_MS and NAMES_DAEMON_MAX at most. After a failure the daemon is left in
 * peace for a pause that doubles each time.
 *
 * A user may have daemons of her own. What they say is hers to say, so it must only be asked for
 * what lives in her control groups; and a socket that is not hers is not asked at all.
 *
 * docker's list is kept until the end of the round. Podman has no daemon that runs on: systemd
 * starts one for who asks and it ends by itself, so its list is kept, and asked for again no sooner
 * than NAMES_LIST_NS later. It is good for what never changes: the labels.
 *
 * All calls from one thread, but for names_daemons_interrupt().
 */
#ifndef VTOP_COLLECT_NAMES_DAEMON_H
#define VTOP_COLLECT_NAMES_DAEMON_H

#include "base/root.h"
#include "collect/names/names_round.h"
#include "collect/viewpoint.h"

enum { NAMES_DAEMON_MS = 2000, NAMES_DAEMON_MAX = 16 << 20 };

enum names_engine { NAMES_DOCKER, NAMES_PODMAN };

struct names_daemons;
struct names_daemon;

/* Both must outlive them. */
struct names_daemons *names_daemons_new(const struct root *root,
                                        const struct viewpoint *viewpoint);
void names_daemons_free(struct names_daemons *all);

/* The daemon of a user, the system's for uid 0; as long as they all. It is not asked yet. */
struct names_daemon *names_daemons_get(struct names_daemons *all, enum names_engine engine,
                                       uint64_t uid);

/* A round is over: forget the lists that are good for one. */
void names_daemons_end_round(struct names_daemons *all);

/* End a question that is under way, and ask no more. From any thread. */
void names_daemons_interrupt(struct names_daemons *all);

/* What it says of container ID; valid until the end of the round. 0; -EAGAIN: it is not asked now,
 * perhaps later; -ESRCH: it does not know this one; or as names_daemon_state(). */
int names_daemon_find(struct names_daemon *d, const char *id, int64_t now_ns,
                      const struct names_answer **out);

/* When it is next asked after a failure; 0 = there was none. */
int64_t names_daemon_due(const struct names_daemon *d);

/* How it is: 0 or -errno. -ENOENT: there is no trace of it; -ECONNREFUSED: it does not run;
 * -EACCES: we may not ask; and as the last question ended, if that is not long ago, -ETIMEDOUT,
 * -EFBIG or -EPROTO. It is not asked for that, nor is docker woken where systemd would start it for
 * us. */
int names_daemon_state(const struct names_daemon *d, int64_t now_ns);

#endif
