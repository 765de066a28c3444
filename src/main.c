/* main.c: start here. Parse the command line, choose a mode, run it. */
#include "batch.h"
#include "live.h"
#include "options.h"

#include <locale.h>

int main(int argc, char **argv)
{
    struct options options;
    int status = 0;

    /* The locale says whether the terminal speaks UTF-8; numbers are the same everywhere. */
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");

    switch (options_parse(argc, argv, &options)) {
    case OPTIONS_RUN:
        status = options.batch ? batch_run(&options) : live_run(&options);
        break;
    case OPTIONS_DONE:
        break;
    case OPTIONS_WRONG:
        status = 2;
        break;
    }
    options_clear(&options);
    return status;
}
