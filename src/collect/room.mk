# collect: where numbers come from, one file per source. May use base, model and record.
libvtop_a_SOURCES += include/collect/source.h src/collect/source.c
libvtop_a_SOURCES += \
	include/collect/demo.h src/collect/demo.c \
	include/collect/demo_cast.h src/collect/demo_cast.c \
	include/collect/demo_guest.h src/collect/demo_guest.c \
	src/collect/demo_report.c
