# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# ui: the terminal. The only layer that includes curses.
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
libvtop_a_SOURCES += include/ui/state.h src/ui/state.c
libvtop_a_SOURCES += include/ui/menu.h src/ui/menu.c
libvtop_a_SOURCES += include/ui/setup.h src/ui/setup.c
libvtop_a_SOURCES += include/ui/prompt.h src/ui/prompt.c
libvtop_a_SOURCES += include/ui/actions.h src/ui/actions.c
libvtop_a_SOURCES += include/ui/mouse.h src/ui/mouse.c
libvtop_a_SOURCES += include/ui/frame.h src/ui/frame.c
libvtop_a_SOURCES += include/ui/app.h src/ui/app.c
libvtop_a_SOURCES += include/ui/travel.h src/ui/travel.c
