# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# Tests of the layer analyse/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/analyse/test-NAME
#   tests_analyse_test_NAME_SOURCES = tests/analyse/test-NAME.c
unit_tests += tests/analyse/test-difference
tests_analyse_test_difference_SOURCES = tests/analyse/test-difference.c
unit_tests += tests/analyse/test-statistics
tests_analyse_test_statistics_SOURCES = tests/analyse/test-statistics.c
unit_tests += tests/analyse/test-condition
tests_analyse_test_condition_SOURCES = tests/analyse/test-condition.c
unit_tests += tests/analyse/test-thresholds
tests_analyse_test_thresholds_SOURCES = tests/analyse/test-thresholds.c
unit_tests += tests/analyse/test-analysis
tests_analyse_test_analysis_SOURCES = tests/analyse/test-analysis.c \
	tests/model/scene.c tests/model/scene.h
unit_tests += tests/analyse/test-measure
tests_analyse_test_measure_SOURCES = tests/analyse/test-measure.c
unit_tests += tests/analyse/test-command
tests_analyse_test_command_SOURCES = tests/analyse/test-command.c
unit_tests += tests/analyse/test-wording
tests_analyse_test_wording_SOURCES = tests/analyse/test-wording.c
unit_tests += tests/analyse/test-healthy
tests_analyse_test_healthy_SOURCES = tests/analyse/test-healthy.c tests/analyse/healthy.c tests/analyse/healthy.h \
	tests/analyse/sim.c tests/analyse/sim_cast.c tests/analyse/sim_report.c tests/analyse/sim.h
unit_tests += tests/analyse/test-bad-input
tests_analyse_test_bad_input_SOURCES = tests/analyse/test-bad-input.c tests/analyse/sim.c \
	tests/analyse/sim_cast.c tests/analyse/sim_report.c tests/analyse/sim.h
unit_tests += tests/analyse/test-balance
tests_analyse_test_balance_SOURCES = tests/analyse/test-balance.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/analyse/test-size
tests_analyse_test_size_SOURCES = tests/analyse/test-size.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/analyse/test-cost
tests_analyse_test_cost_SOURCES = tests/analyse/test-cost.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/analyse/test-advice
tests_analyse_test_advice_SOURCES = tests/analyse/test-advice.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/analyse/test-neighbour
tests_analyse_test_neighbour_SOURCES = tests/analyse/test-neighbour.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/analyse/test-trend
tests_analyse_test_trend_SOURCES = tests/analyse/test-trend.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/analyse/test-stories
tests_analyse_test_stories_SOURCES = tests/analyse/test-stories.c tests/analyse/story.c tests/analyse/story.h \
	tests/analyse/story_list.c tests/analyse/sim.c tests/analyse/sim_cast.c tests/analyse/sim_report.c \
	tests/analyse/sim.h
unit_tests += tests/analyse/test-tally
tests_analyse_test_tally_SOURCES = tests/analyse/test-tally.c
unit_tests += tests/analyse/test-story-advice
tests_analyse_test_story_advice_SOURCES = tests/analyse/test-story-advice.c tests/analyse/story.c \
	tests/analyse/story.h tests/analyse/story_list.c tests/analyse/sim.c tests/analyse/sim_cast.c \
	tests/analyse/sim_report.c tests/analyse/sim.h
unit_tests += tests/analyse/test-rules
tests_analyse_test_rules_SOURCES = tests/analyse/test-rules.c \
	tests/model/scene.c tests/model/scene.h
