# Tests of the room model/. A compiled one is two lines (- becomes _ in the second):
#   unit_tests += tests/model/test-NAME
#   tests_model_test_NAME_SOURCES = tests/model/test-NAME.c
# A script: script_tests += tests/model/NAME.sh. Fixtures: EXTRA_DIST += tests/model/DIRECTORY
unit_tests += tests/model/test-metric
tests_model_test_metric_SOURCES = tests/model/test-metric.c
unit_tests += tests/model/test-sample
tests_model_test_sample_SOURCES = tests/model/test-sample.c
unit_tests += tests/model/test-rate
tests_model_test_rate_SOURCES = tests/model/test-rate.c
unit_tests += tests/model/test-derive
tests_model_test_derive_SOURCES = tests/model/test-derive.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/model/test-derive-host
tests_model_test_derive_host_SOURCES = tests/model/test-derive-host.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/model/test-derive-guest
tests_model_test_derive_guest_SOURCES = tests/model/test-derive-guest.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/model/test-derive-parts
tests_model_test_derive_parts_SOURCES = tests/model/test-derive-parts.c tests/model/scene.c tests/model/scene.h
unit_tests += tests/model/test-roster
tests_model_test_roster_SOURCES = tests/model/test-roster.c tests/model/rollcall.c tests/model/rollcall.h
unit_tests += tests/model/test-meeting
tests_model_test_meeting_SOURCES = tests/model/test-meeting.c tests/model/rollcall.c tests/model/rollcall.h
unit_tests += tests/model/test-history
tests_model_test_history_SOURCES = tests/model/test-history.c
unit_tests += tests/model/test-entity
tests_model_test_entity_SOURCES = tests/model/test-entity.c tests/model/rollcall.c tests/model/rollcall.h
unit_tests += tests/model/test-past
tests_model_test_past_SOURCES = tests/model/test-past.c tests/model/rollcall.c tests/model/rollcall.h
