# Sources and headers of the room base/, one line per module:
#   libvtop_a_SOURCES += src/base/NAME.c include/base/NAME.h
# Files that are included but not compiled go to EXTRA_DIST.
