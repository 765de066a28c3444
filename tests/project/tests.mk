# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of what surrounds the program: the layers, configure, autogen.sh.
script_tests += tests/check-layers tests/project/circles.sh
script_tests += tests/project/configure.sh
script_tests += tests/project/autogen.sh
script_tests += tests/project/manual.sh
script_tests += tests/project/licence.py
script_tests += tests/project/faults.py
