# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Manual pages: dist_man_MANS += man/NAME.SECTION
dist_man_MANS += man/vtop.1 man/vtop-analysis.7 man/vtoprc.5 \
	man/vtop-recording.5
EXTRA_DIST += man/update man/pictures

# After a change of the columns, the keys, the rules or the thresholds: their tables in the pages.
update-man: vtop$(EXEEXT)
	for page in vtop.1 vtop-analysis.7; do \
	    $(srcdir)/man/update ./vtop$(EXEEXT) $(srcdir)/man/$$page >page.new && \
	    mv page.new $(srcdir)/man/$$page || exit 1; \
	done
.PHONY: update-man
