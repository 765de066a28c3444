# GNU make: chain the host tests, each to the one before it, so that `make -j check` runs them one after
# the other while the rest of the tests fill the other processors. There are two chains: what uses the
# daemons and control groups of this machine, and what brings its own, a terminal or the lab; they share
# nothing but processors. Only tests that are asked for are chained: `make check
# TESTS=tests/integration/x.py` does not run the others first.

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
