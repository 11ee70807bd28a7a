# SPDX-License-Identifier: GPL-3.0-or-later
# One line a test: tests/unit/test_NAME is built from tests/unit/test_NAME.c and linked with libtlswhy.a.
unit_tests +=
unit_tests += tests/unit/test_cursor
unit_tests += tests/unit/test_buffer
unit_tests += tests/unit/test_arena
unit_tests += tests/unit/test_escape
unit_tests += tests/unit/test_clock
unit_tests += tests/unit/test_hash
unit_tests += tests/unit/test_notice
unit_tests += tests/unit/test_value
unit_tests += tests/unit/test_expression
tests_unit_test_expression_SOURCES = tests/unit/test_expression.c tests/unit/fields_double.h
unit_tests += tests/unit/test_pcap
tests_unit_test_pcap_SOURCES = tests/unit/test_pcap.c tests/unit/capture_bytes.h
unit_tests += tests/unit/test_pcapng
tests_unit_test_pcapng_SOURCES = tests/unit/test_pcapng.c tests/unit/capture_bytes.h
unit_tests += tests/unit/test_source
tests_unit_test_source_SOURCES = tests/unit/test_source.c tests/unit/capture_bytes.h
unit_tests += tests/unit/test_decode
tests_unit_test_decode_SOURCES = tests/unit/test_decode.c tests/unit/capture_bytes.h
unit_tests += tests/unit/test_report_json
tests_unit_test_report_json_SOURCES = tests/unit/test_report_json.c tests/unit/report_samples.h
unit_tests += tests/unit/test_report_text
tests_unit_test_report_text_SOURCES = tests/unit/test_report_text.c tests/unit/report_samples.h
unit_tests += tests/unit/test_options
unit_tests += tests/unit/test_inference
