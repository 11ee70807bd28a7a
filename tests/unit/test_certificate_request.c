/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a CertificateRequest says becomes the same facts, whatever the version of TLS that it came in. */
#include "handshake/conclude.h"
#include "handshake/fields.h"
#include "handshake/messages.h"
#include "handshake/transcript.h"
#include "tls_bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct value fact(const struct handshake *handshake, const char *name)
{
    const struct field *field = fields_find(name, strlen(name));
    assert_non_null(field);
    return field->get(handshake);
}

/* The issuers, their number and length, and the signature schemes, as rules see them. */
static void check_facts(const struct handshake *handshake)
{
    struct value value = fact(handshake, "client_certificate.requested");
    assert_int_equal(value.type, VALUE_BOOLEAN);
    assert_true(value.boolean);
    assert_int_equal(fact(handshake, "certificate_request.packet").integer, 7);
    assert_int_equal(fact(handshake, "certificate_request.ca_count").integer, 1);
    assert_int_equal(fact(handshake, "certificate_request.ca_bytes").integer, 31);
    value = fact(handshake, "client_certificate.acceptable_issuers");
    assert_int_equal(value.list.count, 1);
    value = value.list.at(value.list.owner, 0);
    assert_int_equal(value.type, VALUE_TEXT);
    assert_memory_equal(value.text.bytes, "CN=", 3);
    assert_int_equal(fact(handshake, "certificate_request.signature_algorithms").type, VALUE_LIST);
    assert_true(fact(handshake, "certificate_request.signature_algorithms").list.count > 0);
}

static void read_request(const uint8_t *bytes, size_t length, uint16_t version)
{
    enum { HEADER = 4 };
    struct connection connection = {.transport = SEGMENT_TCP};
    struct handshake *handshake = handshake_new(&connection);
    struct server_hello hello = {.version = TLS_VERSION_1_2, .selected_version = version};
    struct message_context context = {
        .handshake = handshake, .connection = &connection, .half = 1, .now = {.packet = 7}};
    struct handshake_message message = {.type = TLS_HANDSHAKE_CERTIFICATE_REQUEST,
                                        .length = (uint32_t)length - HEADER,
                                        .body = cursor_over(bytes + HEADER, length - HEADER)};
    handshake->server_hello = &hello;
    message_read(&context, &message);
    assert_int_equal(handshake->malformed_messages, 0);
    handshake_conclude(handshake, NULL);
    check_facts(handshake);
    handshake_free(handshake);
}

static void requests_of_12_and_13_are_the_same_facts(void **state)
{
    (void)state;
    read_request(openssl_certificate_request_12, sizeof openssl_certificate_request_12, TLS_VERSION_1_2);
    read_request(openssl_certificate_request_13, sizeof openssl_certificate_request_13, TLS_VERSION_1_3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(requests_of_12_and_13_are_the_same_facts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
