/* main.c: start here. Parse the command line, choose a mode, run it. */
#include <config.h>

#include "batch.h"
#include "live.h"
#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A standard stream that was closed must not become the number of something opened later, which
 * would then get what is meant for the user. Open for reading: writing to it still fails. */
static void hold_standard_streams(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* What was printed may still be in a buffer, and the disk be full. */
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
        status = options.batch ? batch_run(&options) : live_run(&options);
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
