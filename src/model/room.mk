# Sources and headers of the room model/, one line per module:
#   libvtop_a_SOURCES += src/model/NAME.c include/model/NAME.h
# Files that are included but not compiled go to EXTRA_DIST.
