/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "alert_meaning.h"
#include "tls/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What IANA registered has a meaning here, and nothing else has. */
static void test_every_alert_is_known(void **state)
{
    (void)state;
    unsigned known = 0;
    for (uint16_t code = 0; code <= UINT8_MAX; code++) {
        const struct alert_meaning *alert = alert_meaning((uint8_t)code);
        if ((alert != NULL) != (names_find(NAMES_ALERT, code) != NULL))
            fail_msg("alert %u", code);
        if (!alert)
            continue;
        assert_int_equal(alert->code, code);
        assert_true(strlen(alert->meaning) > 0 && strlen(alert->reference) > 0);
        known++;
    }
    assert_true(known > 30);
}

static void test_names_and_numbers(void **state)
{
    (void)state;
    assert_int_equal(alert_code("handshake_failure"), 40);
    assert_int_equal(alert_code("40"), 40);
    assert_int_equal(alert_code("0x28"), 40);
    assert_int_equal(alert_code("0"), 0);
    assert_int_equal(alert_code("close_notify"), 0);
    assert_int_equal(alert_code("255"), -1);
    assert_int_equal(alert_code("296"), -1);
    assert_int_equal(alert_code("40x"), -1);
    assert_int_equal(alert_code("-40"), -1);
    assert_int_equal(alert_code("99999999999999999999"), -1);
    assert_int_equal(alert_code(""), -1);
    assert_int_equal(alert_code("no_such_alert"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_alert_is_known),
        cmocka_unit_test(test_names_and_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
