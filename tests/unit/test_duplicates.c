/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "base/memory.h"
#include "stream/duplicates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct duplicates *duplicates;
enum { CONNECTION = 1, OTHER_CONNECTION = 2 };

static int begin(void **state)
{
    (void)state;
    duplicates = memory_new(1, sizeof *duplicates);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    free(duplicates);
    return 0;
}

static struct segment segment(void)
{
    return (struct segment){.packet = 1,
                            .time = CLOCK_SECOND,
                            .source = {.port = 40000},
                            .destination = {.port = 443},
                            .transport = SEGMENT_TCP,
                            .tcp = {.sequence = 1000,
                                    .acknowledgment = 2000,
                                    .flags = TCP_ACK | TCP_PSH,
                                    .window = 500,
                                    .checksum = 0x1234},
                            .captured = 100,
                            .length = 100,
                            .ttl = 64,
                            .identification = 77};
}

static bool know(const struct segment *one)
{
    return duplicates_know(duplicates, CONNECTION, one);
}

static void a_copy_is_known(void **state)
{
    (void)state;
    struct segment first = segment(), copy = segment();
    copy.packet = 2;
    copy.time += 4 * CLOCK_MILLISECOND;
    copy.ttl = 63; /* a router between */
    assert_false(know(&first));
    assert_true(know(&copy));
    assert_true(know(&copy)); /* and so is a third */
}

static void a_copy_may_come_before(void **state)
{
    (void)state;
    struct segment first = segment(), copy = segment();
    copy.time -= CLOCK_MILLISECOND; /* another interface's clock */
    assert_false(know(&first));
    assert_true(know(&copy));
}

static void a_copy_comes_soon(void **state)
{
    (void)state;
    struct segment first = segment(), late = segment();
    late.time += 6 * CLOCK_MILLISECOND;
    assert_false(know(&first));
    assert_false(know(&late));
}

/* Without an identification a retransmission looks the same, but takes longer. */
static void without_identification_it_comes_at_once(void **state)
{
    (void)state;
    struct segment first = segment(), copy = segment(), again = segment();
    first.identification = copy.identification = again.identification = 0;
    copy.time += CLOCK_MILLISECOND / 20;
    again.time += CLOCK_MILLISECOND;
    assert_false(know(&first));
    assert_true(know(&copy));
    assert_false(know(&again));
}

static void what_differs_is_no_copy(void **state)
{
    (void)state;
    struct segment first = segment(), others[10];
    for (unsigned i = 0; i < 10; i++)
        others[i] = segment();
    others[0].identification = 78; /* a retransmission */
    others[1].tcp.sequence = 1001;
    others[2].tcp.acknowledgment = 2001;
    others[3].tcp.flags = TCP_ACK;
    others[4].tcp.window = 501;
    others[5].tcp.checksum = 0x4321;
    others[6].length = 101;
    others[7].captured = 99;
    others[8].source.port = 443;
    others[9].bad_checksum = true;
    for (unsigned i = 0; i < 10; i++) {
        assert_false(know(&first));
        assert_false(know(&others[i]));
        first.time += CLOCK_SECOND;
        for (unsigned k = 0; k < 10; k++)
            others[k].time += CLOCK_SECOND;
    }
}

static void connections_are_told_apart(void **state)
{
    (void)state;
    struct segment first = segment();
    assert_false(know(&first));
    assert_false(duplicates_know(duplicates, OTHER_CONNECTION, &first));
    assert_true(duplicates_know(duplicates, OTHER_CONNECTION, &first));
}

/* Nothing to know it by: two such segments need not be the same. */
static void without_any_number_nothing_is_known(void **state)
{
    (void)state;
    struct segment first = segment();
    first.identification = first.tcp.checksum = 0;
    assert_false(know(&first));
    assert_false(know(&first));
}

/* Both sides of a bridge, one after the other: a hundred segments, then their copies. */
static void a_burst_is_remembered(void **state)
{
    (void)state;
    enum { BURST = 100 };
    unsigned known = 0;
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < BURST; i++) {
            struct segment one = segment();
            one.tcp.sequence += i * 1460;
            one.identification = (uint16_t)(one.identification + i);
            one.time += pass * CLOCK_MILLISECOND;
            known += know(&one);
        }
    }
    /* A few may have taken each other's places. */
    assert_in_range(known, BURST * 9 / 10, BURST);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_copy_is_known),
        TEST(a_copy_may_come_before),
        TEST(a_copy_comes_soon),
        TEST(without_identification_it_comes_at_once),
        TEST(what_differs_is_no_copy),
        TEST(connections_are_told_apart),
        TEST(without_any_number_nothing_is_known),
        TEST(a_burst_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
