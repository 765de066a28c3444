# Tests in integration/, scripts that run one at a time:
#   host_tests += tests/integration/NAME.py
# Helpers and fixtures: EXTRA_DIST += tests/integration/FILE
