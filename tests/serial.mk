# GNU make: chain the host tests, each to the one before it, so that `make -j check` runs them one after
# the other while the rest of the tests fill the other processors. There are two chains: what starts
# daemons and guests, and what drives a terminal; they share nothing but processors. Only tests that are
# asked for are chained: `make check TESTS=tests/integration/x.py` does not run the others first.

vtop_log = $(addsuffix .log,$(patsubst %.sh,%,$(patsubst %.py,%,$(1))))
define vtop_chain
ifneq ($$(vtop_before_$(1)),)
$$(call vtop_log,$(2)): | $$(call vtop_log,$$(vtop_before_$(1)))
endif
vtop_before_$(1) := $(2)
endef
vtop_terminal := $(filter tests/terminal/%,$(host_tests))
$(foreach t,$(filter $(vtop_terminal),$(TESTS)),$(eval $(call vtop_chain,terminal,$(t))))
$(foreach t,$(filter $(filter-out $(vtop_terminal),$(host_tests)),$(TESTS)),$(eval $(call vtop_chain,guests,$(t))))
