# ui: the terminal. The only room that includes curses.
libvtop_a_SOURCES += include/ui/decode.h src/ui/decode.c
libvtop_a_SOURCES += include/ui/palette.h src/ui/palette.c
libvtop_a_SOURCES += include/ui/signals.h src/ui/signals.c
libvtop_a_SOURCES += include/ui/stderr.h src/ui/stderr.c
libvtop_a_SOURCES += include/ui/terminal.h src/ui/terminal.c
libvtop_a_SOURCES += include/ui/terminfo.h src/ui/terminfo.c
libvtop_a_SOURCES += include/ui/keys.def include/ui/keys.h src/ui/keys.c
libvtop_a_SOURCES += include/ui/line.h src/ui/line.c
libvtop_a_SOURCES += include/ui/preferences.h src/ui/preferences.c
libvtop_a_SOURCES += include/ui/settings.h src/ui/settings.c
libvtop_a_SOURCES += include/ui/app.h include/ui/state.h src/ui/app.c
libvtop_a_SOURCES += src/ui/actions.c src/ui/frame.c src/ui/mouse.c src/ui/overlay.c
