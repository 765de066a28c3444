# Manual pages: dist_man_MANS += man/NAME.SECTION
dist_man_MANS += man/vtop.1 man/vtoprc.5
EXTRA_DIST += man/update man/pictures

# After a change of the columns or the keys: their tables in the page.
update-man: vtop$(EXEEXT)
	$(srcdir)/man/update ./vtop$(EXEEXT) $(srcdir)/man/vtop.1 >vtop.1.new
	mv vtop.1.new $(srcdir)/man/vtop.1
.PHONY: update-man
