/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inventory of certificates: each once, with who showed it, in the order in which they expire. */
#include "base/clock.h"
#include "report/inventory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct octets text(const char *bytes)
{
    return (struct octets){.bytes = bytes, .length = (uint32_t)strlen(bytes)};
}

static struct certificate certificate(uint16_t number, const char *name, certificate_time not_after)
{
    struct certificate made = {.readable = true,
                               .common_name = text(name),
                               .not_before = 0,
                               .not_after = not_after,
                               .not_after_text = "2030-01-01T00:00:00Z",
                               .key_algorithm = "ECDSA",
                               .key_curve = "nistp256"};
    memcpy(made.sha256, &number, sizeof number);
    return made;
}

struct bench {
    struct connection connection;
    struct client_hello client_hello;
    struct server_hello server_hello;
    struct handshake handshake;
    const struct certificate *chain[2];
};

/* Connection `number`, at that many seconds, of client 192.0.2.CLIENT with the server 192.0.2.200:443. */
static struct handshake *connect(struct bench *bench, uint64_t number, uint8_t client)
{
    *bench = (struct bench){0};
    bench->connection.first.time = (int64_t)number * CLOCK_SECOND;
    bench->connection.half[0].endpoint =
        (struct endpoint){{4, {192, 0, 2, client}}, (uint16_t)(40000 + number)};
    bench->connection.half[1].endpoint = (struct endpoint){{4, {192, 0, 2, 200}}, 443};
    bench->handshake = (struct handshake){.connection = &bench->connection,
                                          .client_hello = &bench->client_hello,
                                          .server_hello = &bench->server_hello,
                                          .version = TLS_VERSION_1_2,
                                          .number = number};
    return &bench->handshake;
}

static void show(struct bench *bench, enum side side, const struct certificate *leaf,
                 const struct certificate *issuer)
{
    bench->chain[0] = leaf;
    bench->chain[1] = issuer;
    bench->handshake.chain[side] = (struct certificate_chain){.items = bench->chain, .count = issuer ? 2 : 1};
}

static void sorts_by_expiry_and_counts_connections(void **state)
{
    (void)state;
    struct inventory *inventory = inventory_new();
    const struct certificate late = certificate(1, "late", 2000), early = certificate(2, "early", 1000),
                             never = certificate(3, "never", CERTIFICATE_TIME_UNKNOWN);
    struct bench bench;
    uint32_t count;
    for (uint8_t i = 1; i <= 3; i++) {
        struct handshake *handshake = connect(&bench, i, i);
        show(&bench, SIDE_SERVER, &late, &never);
        inventory_add(inventory, handshake);
    }
    connect(&bench, 4, 1);
    show(&bench, SIDE_CLIENT, &early, &early); /* twice in one chain */
    inventory_add(inventory, &bench.handshake);
    const struct inventory_item *items = inventory_sorted(inventory, &count);
    assert_int_equal(count, 3);
    assert_string_equal(items[0].name, "early");
    assert_int_equal(items[0].connections, 1);
    assert_int_equal(items[0].uses[0].presenter.port, 0);
    assert_int_equal(items[0].uses[0].peers[0].port, 443);
    assert_string_equal(items[1].name, "late");
    assert_string_equal(items[1].key, "ECDSA P-256");
    assert_int_equal(items[1].connections, 3);
    assert_int_equal(items[1].first, 1 * CLOCK_SECOND);
    assert_int_equal(items[1].last, 3 * CLOCK_SECOND);
    assert_int_equal(items[1].use_count, 1);
    assert_int_equal(items[1].uses[0].peer_count, 3);
    assert_string_equal(items[2].name, "never");
    assert_true(items[2].uses[0].as_issuer);
    inventory_free(inventory);
}

static void is_bounded(void **state)
{
    enum { MORE = 9000, ENDS = 100 };
    (void)state;
    struct inventory *inventory = inventory_new();
    struct bench bench;
    uint32_t count;
    for (uint16_t i = 0; i < MORE; i++) {
        struct certificate one = certificate(i, "one", 1000);
        connect(&bench, i + 1, 1);
        show(&bench, SIDE_SERVER, &one, NULL);
        inventory_add(inventory, &bench.handshake);
    }
    const struct certificate first = certificate(0, "one", 1000);
    for (uint8_t i = 0; i < ENDS; i++) {
        connect(&bench, MORE + i + 1, i);
        show(&bench, SIDE_CLIENT, &first, NULL);
        inventory_add(inventory, &bench.handshake);
    }
    inventory_sorted(inventory, &count);
    assert_int_equal(count + inventory_totals(inventory).left_out, MORE);
    assert_true(inventory_totals(inventory).left_out > 0);
    inventory_free(inventory);
}

static void counts_what_is_hidden(void **state)
{
    (void)state;
    struct inventory *inventory = inventory_new();
    struct bench bench;
    connect(&bench, 1, 1)->version = TLS_VERSION_1_3;
    inventory_add(inventory, &bench.handshake);
    bench.handshake.resumed = ANSWER_YES;
    inventory_add(inventory, &bench.handshake);
    bench.handshake.server_hello = NULL; /* failed before that */
    inventory_add(inventory, &bench.handshake);
    assert_int_equal(inventory_totals(inventory).hidden, 1);
    assert_int_equal(inventory_totals(inventory).resumed, 1);
    inventory_free(inventory);
}

static void escapes_what_certificates_say(void **state)
{
    (void)state;
    struct inventory *inventory = inventory_new();
    const struct certificate hostile = certificate(1, "a\033[31mb\nc", 1000);
    struct bench bench;
    uint32_t count;
    connect(&bench, 1, 1);
    bench.client_hello.server_name = text("x\033y");
    show(&bench, SIDE_SERVER, &hostile, NULL);
    inventory_add(inventory, &bench.handshake);
    const struct inventory_item *items = inventory_sorted(inventory, &count);
    assert_string_equal(items[0].name, "a\\x1B[31mb\\x0Ac");
    assert_string_equal(items[0].uses[0].names[0], "x\\x1By");
    inventory_free(inventory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_by_expiry_and_counts_connections),
        cmocka_unit_test(is_bounded),
        cmocka_unit_test(counts_what_is_hidden),
        cmocka_unit_test(escapes_what_certificates_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
