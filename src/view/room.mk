# view: what is shown, without a terminal. No I/O, no collect, no curses.
libvtop_a_SOURCES += \
	include/view/canvas.h src/view/canvas.c \
	include/view/layout.h src/view/layout.c \
	include/view/chooser.h \
	include/view/columns.h \
	include/view/filter.h \
	include/view/format.h \
	include/view/panels.h \
	include/view/spark.h \
	include/view/table.h \
	include/view/view.h
