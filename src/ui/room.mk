# Sources and headers of the room ui/, one line per module:
#   libvtop_a_SOURCES += src/ui/NAME.c include/ui/NAME.h
# Files that are included but not compiled go to EXTRA_DIST.
libvtop_a_SOURCES += include/ui/decode.h src/ui/decode.c
libvtop_a_SOURCES += include/ui/palette.h src/ui/palette.c
libvtop_a_SOURCES += include/ui/signals.h src/ui/signals.c
libvtop_a_SOURCES += include/ui/terminal.h src/ui/terminal.c
libvtop_a_SOURCES += include/ui/terminfo.h src/ui/terminfo.c
