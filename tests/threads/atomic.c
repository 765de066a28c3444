/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* GLib's reference counters, compiled with the thread sanitizer: it does not see the atomic operations
 * of a library that was built without it, and would report each release of a counted object as a race
 * with its last use. Part of libvtop.a with --enable-sanitizers=thread, where these go before GLib's. */
#include <config.h>

#include <glib.h>

#undef g_atomic_ref_count_inc
#undef g_atomic_ref_count_dec

void g_atomic_ref_count_inc(gatomicrefcount *count)
{
    __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST);
}

gboolean g_atomic_ref_count_dec(gatomicrefcount *count)
{
    return __atomic_sub_fetch(count, 1, __ATOMIC_SEQ_CST) == 0;
}
