# Sources and headers of the room ui/, one line per module:
#   libvtop_a_SOURCES += src/ui/NAME.c include/ui/NAME.h
# Files that are included but not compiled go to EXTRA_DIST.
