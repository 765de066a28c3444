/* main.c: start here. Parse the command line, choose a mode, run it. */
#include <config.h>

#include "advise_mode.h"
#include "batch.h"
#include "live.h"
#include "options.h"
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
        status = options.summary  ? summary_run(&options)
                 : options.advise ? advise_run(&options)
                 : options.batch ? batch_run(&options)
                                 : live_run(&options);
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
