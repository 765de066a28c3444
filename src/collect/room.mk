# Sources and headers of the room collect/, one line per module:
#   libvtop_a_SOURCES += src/collect/NAME.c include/collect/NAME.h
# Files that are included but not compiled go to EXTRA_DIST.
