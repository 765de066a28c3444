# Tests in lab/, scripts that run one at a time:
#   host_tests += tests/lab/NAME.py
# Helpers and fixtures: EXTRA_DIST += tests/lab/FILE
