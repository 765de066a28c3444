# Tests of the terminal, in tmux; scripts that run one at a time.
EXTRA_DIST += tests/terminal/screen.py
host_tests += tests/terminal/session.py
host_tests += tests/terminal/keys.py tests/terminal/looks.py
