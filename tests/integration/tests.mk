# Tests in integration/, scripts that run one at a time:
#   host_tests += tests/integration/NAME.py
# Helpers and fixtures: EXTRA_DIST += tests/integration/FILE

host_tests += tests/integration/numbers.py tests/integration/batch.py tests/integration/outages.py
EXTRA_DIST += tests/integration/guests.py

# Virtual machines: many under libvirt, some without it, VMware's behind a simulator.
host_tests += tests/integration/vm-libvirt.py tests/integration/vm-raw.py \
	tests/integration/vm-vsphere.py
EXTRA_DIST += tests/integration/vsphere.go
CLEANFILES += tests/integration/logs/*/*

# Real guests to look at, started and stopped by the command "env"; see env.bash.
EXTRA_DIST += tests/integration/env tests/integration/env.bash tests/integration/env-images.bash \
	tests/integration/env-engines.bash tests/integration/load.c
