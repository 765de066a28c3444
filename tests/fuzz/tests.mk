# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# The fuzzer: one program with a target for each parser of outside input, built by configure
# --enable-fuzzers, which needs clang. A new target is a line in fuzz.h, a function in one of the
# sources, and some inputs in corpus/NAME.
EXTRA_DIST += tests/fuzz/run.py tests/fuzz/corpus tests/fuzz/dictionary
if FUZZERS
check_PROGRAMS += tests/fuzz/fuzz
else
EXTRA_PROGRAMS += tests/fuzz/fuzz
endif
tests_fuzz_fuzz_SOURCES = tests/fuzz/fuzz.c tests/fuzz/fuzz.h tests/fuzz/files.c \
	tests/fuzz/inputs.c tests/fuzz/kvm.c tests/fuzz/libvirt.c \
	tests/fuzz/recording.c tests/fuzz/texts.c
tests_fuzz_fuzz_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

# For longer: FUZZ_SECONDS for each target. What is found is kept in fuzz-found/.
FUZZ_SECONDS = 60
FUZZ_TARGETS =
if FUZZERS
fuzz: tests/fuzz/fuzz$(EXEEXT)
	env $(test_environment) $(srcdir)/tests/fuzz/run.py --seconds $(FUZZ_SECONDS) $(FUZZ_TARGETS)
else
fuzz:
	@$(MKDIR_P) fuzz-build
	@test -f fuzz-build/Makefile || (cd fuzz-build && $(abs_top_srcdir)/configure -q CC=clang \
	  CFLAGS='-g -O1' --enable-fuzzers)
	@$(MAKE) $(AM_MAKEFLAGS) --no-print-directory -C fuzz-build fuzz
endif
.PHONY: fuzz
distclean-local: distclean-fuzz
distclean-fuzz:
	rm -rf $(abs_top_builddir)/fuzz-build $(abs_top_builddir)/fuzz-found
.PHONY: distclean-fuzz
