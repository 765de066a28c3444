# Tests in terminal/, scripts that run one at a time:
#   host_tests += tests/terminal/NAME.py
# Helpers and fixtures: EXTRA_DIST += tests/terminal/FILE
EXTRA_DIST += tests/terminal/screen.py
host_tests += tests/terminal/session.py
host_tests += tests/terminal/keys.py
