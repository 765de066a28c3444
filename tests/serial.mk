# GNU make: chain the host tests, each to the one before it, so that `make -j check` runs them one after
# the other while the rest of the tests fill the other processors. Only tests that are asked for are
# chained: `make check TESTS=tests/integration/x.py` does not run the others first.

vtop_log = $(addsuffix .log,$(patsubst %.sh,%,$(patsubst %.py,%,$(1))))
vtop_before :=
define vtop_chain
ifneq ($$(vtop_before),)
$$(call vtop_log,$(1)): | $$(call vtop_log,$$(vtop_before))
endif
vtop_before := $(1)
endef
$(foreach t,$(filter $(host_tests),$(TESTS)),$(eval $(call vtop_chain,$(t))))
