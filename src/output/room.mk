# Sources and headers of the room output/, one line per module:
#   libvtop_a_SOURCES += src/output/NAME.c include/output/NAME.h
# Files that are included but not compiled go to EXTRA_DIST.
