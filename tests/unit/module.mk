# SPDX-License-Identifier: GPL-3.0-or-later
# One line a test: tests/unit/test_NAME is built from tests/unit/test_NAME.c and linked with libtlswhy.a.
unit_tests +=
