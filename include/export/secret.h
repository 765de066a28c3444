/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* secret.h: the files of certificate, key and password of the exporter.
 *
 * A key or password that others can read is refused. NULL and *error (one line that names the file;
 * g_free) when a file cannot be used. g_free the text. Main thread only.
 */
#ifndef VTOP_EXPORT_SECRET_H
#define VTOP_EXPORT_SECRET_H

char *secret_certificate(const char *path, char **error); /* PEM */
char *secret_key(const char *path, char **error);         /* PEM */

/* "USER:PASSWORD", the first line. */
char *secret_password(const char *path, char **error);

#endif
