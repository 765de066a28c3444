# collect: where numbers come from, one file per source. May use base, model and record.
libvtop_a_SOURCES += include/collect/source.h src/collect/source.c
