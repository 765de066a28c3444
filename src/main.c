/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* main.c: start here. Parse the command line, choose a mode, run it. */
#include <config.h>

#include "advise_mode.h"
#include "batch.h"
#include "diff_mode.h"
#include "export_mode.h"
#include "live.h"
#include "options.h"
#include "record_mode.h"
#include "record_start.h"
#include "recording_info.h"
#include "snapshot_mode.h"
#include "summary_mode.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* If a standard stream is closed, a file that is opened later would get its number and the output
 * meant for the user. /dev/null takes the number; it is open for reading, so that writing fails. */
static void hold_standard_streams(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* Buffered output may still fail to be written, when the disk is full. */
static int finish_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    fprintf(stderr, "vtop: cannot write the output: %s\n", strerror(errno));
    return 1;
}

static int run_mode(const struct options *o, struct record_beside *record)
{
    if (o->summary)
        return summary_run(o, record);
    if (o->advise)
        return advise_run(o, record);
#ifdef HAVE_MICROHTTPD
    if (o->export)
        return export_run(o, record);
#endif
    if (o->batch)
        return batch_run(o, record);
    if (o->record && !isatty(STDOUT_FILENO))
        return record_run(o, record);
    return live_run(o, record);
}

/* The exit status of the mode, or 1 when the recording beside it failed. */
static int run(const struct options *o)
{
    struct record_beside record;

    if (o->recording_info)
        return recording_info_run(o->recording_info);
    if (o->snapshot)
        return snapshot_run(o);
    if (o->diff)
        return diff_run(o);
    if (!record_start(o, &record))
        return 1;
    int status = run_mode(o, &record);
    return record_stop(&record) || status ? status : 1;
}

int main(int argc, char **argv)
{
    struct options options;
    int status = 0;

    hold_standard_streams();
    /* The locale says whether the terminal speaks UTF-8; numbers are the same everywhere. */
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");

    switch (options_parse(argc, argv, &options)) {
    case OPTIONS_RUN:
        status = run(&options);
        break;
    case OPTIONS_DONE:
        status = finish_output();
        break;
    case OPTIONS_WRONG:
        status = 2;
        break;
    }
    options_clear(&options);
    return status;
}
