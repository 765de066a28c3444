# Sources and headers of the room view/, one line per module:
#   libvtop_a_SOURCES += src/view/NAME.c include/view/NAME.h
# Files that are included but not compiled go to EXTRA_DIST.
