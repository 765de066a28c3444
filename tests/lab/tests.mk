# Tests in lab/, scripts that run one at a time:
#   host_tests += tests/lab/NAME.py
# Helpers and fixtures: EXTRA_DIST += tests/lab/FILE

# Not part of "make check" yet: the check has to stay under half an hour. "make check-lab" runs it.
EXTRA_DIST += tests/lab/test-lab.py
check-lab: all
	$(MAKE) check TESTS=tests/lab/test-lab.py
.PHONY: check-lab
EXTRA_DIST += tests/lab/build-image tests/lab/lab tests/lab/setup tests/lab/measure tests/lab/save-tree

EXTRA_DIST += tests/fixtures

# The lab's images survive "make clean": making one takes minutes.
distclean-local: distclean-lab
distclean-lab:
	rm -rf $(abs_top_builddir)/lab
.PHONY: distclean-lab
