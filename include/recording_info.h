/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* recording_info.h: --recording-info: what is in a recording, and whether it is damaged. */
#ifndef VTOP_RECORDING_INFO_H
#define VTOP_RECORDING_INFO_H

/* PATH: a file or a directory. All of it is read. The exit status: 1 when something is damaged. */
int recording_info_run(const char *path);

#endif
