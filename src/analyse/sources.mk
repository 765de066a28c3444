# analyse/: what the numbers mean: statistics, findings, advice.
#   libvtop_a_SOURCES += src/analyse/NAME.c include/analyse/NAME.h
libvtop_a_SOURCES += src/analyse/statistics.c include/analyse/statistics.h
