# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# GNU make: each host test depends on the one before it, so that `make -j check` runs host tests one
# after the other while other tests use the remaining processors. There are two chains: tests that use
# the daemons and control groups of this machine, and tests that bring a terminal or the lab. The chains
# share nothing but processors. Only requested tests are chained: `make check
# TESTS=tests/integration/x.py` runs no other test first.

vtop_log = $(addsuffix .log,$(patsubst %.sh,%,$(patsubst %.py,%,$(1))))
define vtop_chain
ifneq ($$(vtop_before_$(1)),)
$$(call vtop_log,$(2)): | $$(call vtop_log,$$(vtop_before_$(1)))
endif
vtop_before_$(1) := $(2)
endef
vtop_apart := $(filter tests/terminal/% tests/lab/%,$(host_tests))
vtop_shared := $(filter-out $(vtop_apart),$(host_tests))
$(foreach t,$(filter $(vtop_apart),$(TESTS)),$(eval $(call vtop_chain,apart,$(t))))
$(foreach t,$(filter $(vtop_shared),$(TESTS)),$(eval $(call vtop_chain,shared,$(t))))
