/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets, protection and frames of QUIC, against the vectors of RFC 9001 appendix A and RFC 9369 appendix A.
 */
#include "quic/frames.h"
#include "quic/protection.h"

#include "base/buffer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static size_t from_hex(const char *hex, uint8_t *out)
{
    size_t length = strlen(hex) / 2;
    for (size_t i = 0; i < length; i++) {
        unsigned byte = 0;
        for (int digit = 0; digit < 2; digit++) {
            char c = hex[2 * i + (size_t)digit];
            byte = byte << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        out[i] = (uint8_t)byte;
    }
    return length;
}

static void expect_hex(const uint8_t *bytes, const char *hex)
{
    uint8_t expected[64];
    assert_memory_equal(bytes, expected, from_hex(hex, expected));
}

static const struct quic_id id = {8, {0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08}};

/* RFC 9001 appendix A.3 and RFC 9369 appendix A.3 */
static const char server_initial_1[] =
    "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f"
    "5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795"
    "d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee";
static const char server_initial_2[] =
    "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017915358"
    "230035f7fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d"
    "8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521e2e140";
/* RFC 9001 appendix A.2: the beginning of the client's Initial of 1200 bytes */
static const char client_initial_1[] =
    "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8bab936b47d92ec356c0bab7df5"
    "976d27cd449f63300099f3991c260ec4c60d17b31f8429157bb35a1282a643a8d2262cad67500cadb8e7378c8eb7539ec4d4905f"
    "ed1bee1fc8aafba17c750e2c7ace01e6005f80fcb7df621230c83711b39343fa028cea7f7fb5ff89eac2308249a02252155e2347"
    "b63d58c5457afd84d05dfffdb20392844ae812154682e9cf012f9021a6f0be17ddd0c2084dce25ff9b06cde535d0f920a2db1bf3"
    "62c23e596d11a4f5a6cf3948838a3aec4e15daf8500a6ef69ec4e3feb6b1d98e610ac8b7ec3faf6ad760b7bad1db4ba3485e8a94"
    "dc250ae3fdb41ed15fb6a8e5eba0fc3dd60bc8e30c5c4287e53805db059ae064";

/* ---- Keys ---------------------------------------------------------------------------------------------- */

static void test_initial_keys(void **state)
{
    struct quic_initial_keys keys;
    struct quic_opener *opener = quic_opener_new();
    (void)state;
    assert_true(quic_initial_keys_derive(opener, quic_version_find(1), &id, &keys));
    expect_hex(keys.client.key, "1f369613dd76d5467730efcbe3b1a22d");
    expect_hex(keys.client.iv, "fa044b2f42a3fd3b46fb255c");
    expect_hex(keys.client.header, "9f50449e04a0e810283a1e9933adedd2");
    expect_hex(keys.server.key, "cf3a5331653c364c88f0f379b6067e37");
    expect_hex(keys.server.iv, "0ac1493ca1905853b0bba03e");
    expect_hex(keys.server.header, "c206b8d9b9f0f37644430b490eeaa314");
    assert_true(quic_initial_keys_derive(opener, quic_version_find(0x6b3343cf), &id, &keys));
    expect_hex(keys.server.iv, "dd13c276499c0249d3310652");
    expect_hex(keys.server.header, "edf6d05c83121201b436e16877593c3a");
    quic_opener_free(opener);
}

static void test_versions(void **state)
{
    (void)state;
    assert_string_equal(quic_version_find(1)->name, "1");
    assert_string_equal(quic_version_find(0xff00001d)->name, "draft-29");
    assert_true(quic_version_find(0x6b3343cf)->second);
    assert_null(quic_version_find(0));
    assert_null(quic_version_find(0x1a2a3a4a));
    assert_true(quic_version_is_grease(0x1a2a3a4a));
    assert_false(quic_version_is_grease(1));
}

/* ---- Packets ------------------------------------------------------------------------------------------- */

struct opened_packet {
    struct quic_packet packet;
    struct quic_opened opened;
    bool opens;
};

static struct opened_packet open_packet(struct quic_opener *opener, const uint8_t *bytes, size_t captured,
                                        size_t length, bool server)
{
    struct opened_packet result;
    struct quic_initial_keys keys;
    struct cursor datagram = cursor_over_cut(bytes, captured, length);
    assert_true(quic_packet_read(&datagram, &result.packet));
    assert_int_equal(result.packet.type, QUIC_INITIAL);
    assert_true(quic_initial_keys_derive(opener, result.packet.version, &id, &keys));
    result.opens =
        quic_packet_open(opener, server ? &keys.server : &keys.client, &result.packet, -1, &result.opened);
    return result;
}

static void expect_server_hello(const char *hex)
{
    uint8_t bytes[256];
    size_t length = from_hex(hex, bytes);
    struct quic_opener *opener = quic_opener_new();
    struct opened_packet result = open_packet(opener, bytes, length, length, true);
    assert_true(result.opens && result.opened.verified);
    assert_int_equal(result.opened.number, 1);
    assert_int_equal(result.packet.destination.length, 0);
    assert_int_equal(result.packet.source.length, 8);
    assert_int_equal(result.opened.frames.left, 99);
    expect_hex(result.opened.frames.at, "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf739");
    /* any bit that was changed on the way */
    for (size_t at = 0; at < length; at += 7) {
        bytes[at] ^= 0x04;
        struct cursor datagram = cursor_over(bytes, length);
        struct quic_packet packet;
        if (quic_packet_read(&datagram, &packet) && packet.type == QUIC_INITIAL && packet.version)
            assert_false(open_packet(opener, bytes, length, length, true).opens);
        bytes[at] ^= 0x04;
    }
    assert_false(open_packet(opener, bytes, length, length, false).opens);
    quic_opener_free(opener);
}

static void test_server_initial(void **state)
{
    (void)state;
    expect_server_hello(server_initial_1);
    expect_server_hello(server_initial_2);
}

/* What was captured of a packet is opened, and not called verified. */
static void test_cut_initial(void **state)
{
    enum { WHOLE = 1200, FRAME = 245, HEADER = 22 };
    uint8_t bytes[WHOLE];
    size_t length = from_hex(client_initial_1, bytes);
    struct quic_opener *opener = quic_opener_new();
    (void)state;
    struct opened_packet result = open_packet(opener, bytes, length, WHOLE, false);
    assert_true(result.opens);
    assert_false(result.opened.verified);
    assert_int_equal(result.opened.number, 2);
    assert_true(result.opened.frames.left >= FRAME);
    assert_int_equal(result.opened.frames.left + result.opened.frames.uncaptured, WHOLE - HEADER - 16);
    expect_hex(result.opened.frames.at, "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868");
    for (size_t i = FRAME; i < result.opened.frames.left; i++)
        assert_int_equal(result.opened.frames.at[i], 0);
    quic_opener_free(opener);
}

static void test_coalesced(void **state)
{
    uint8_t bytes[512];
    size_t length = from_hex(server_initial_1, bytes);
    (void)state;
    bytes[length++] = 0xE0; /* a Handshake packet of 3 bytes */
    length += from_hex("00000001"
                       "00"
                       "01aa"
                       "03112233",
                       bytes + length);
    bytes[length++] = 0x41; /* a short header */
    bytes[length++] = 0x99;
    struct cursor datagram = cursor_over(bytes, length);
    struct quic_packet packet;
    assert_true(quic_packet_read(&datagram, &packet));
    assert_true(quic_packet_read(&datagram, &packet));
    assert_int_equal(packet.type, QUIC_HANDSHAKE);
    assert_int_equal(packet.protected.left, 3);
    assert_int_equal(packet.source.length, 1);
    assert_true(quic_packet_read(&datagram, &packet));
    assert_int_equal(packet.type, QUIC_ONE_RTT);
    assert_false(quic_packet_read(&datagram, &packet));
}

/* RFC 9001 and RFC 9369, appendix A.4 of both, and of the drafts 27 and 29; all answer the same first packet.
 */
static void test_retry(void **state)
{
    static const char *const retries[] = {
        "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba",
        "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6",
        "ffff00001d0008f067a5502a4262b5746f6b656ed16926d81f6f9ca2953a8aa4575e1e49",
        "ffff00001b0008f067a5502a4262b5746f6b656ea523cb5ba524695f6569f293a1359d8e",
    };
    static const struct quic_id first = {8, {0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08}},
                                other = {8, {0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x09}};
    struct quic_opener *opener = quic_opener_new();
    (void)state;
    for (size_t i = 0; i < sizeof retries / sizeof retries[0]; i++) {
        uint8_t bytes[64];
        size_t length = from_hex(retries[i], bytes);
        struct cursor datagram = cursor_over(bytes, length), cut = cursor_over_cut(bytes, length - 3, length);
        struct quic_packet packet;
        assert_true(quic_packet_read(&datagram, &packet));
        assert_int_equal(packet.type, QUIC_RETRY);
        assert_int_equal(packet.token.left, 5);
        assert_memory_equal(packet.token.at, "token", 5);
        assert_true(quic_retry_is_believable(opener, &packet, &first));
        assert_false(quic_retry_is_believable(opener, &packet, &other));
        assert_true(quic_packet_read(&cut, &packet));
        assert_true(quic_retry_is_believable(opener, &packet, &other));
        bytes[17] ^= 1; /* in the token */
        datagram = cursor_over(bytes, length);
        assert_true(quic_packet_read(&datagram, &packet));
        assert_false(quic_retry_is_believable(opener, &packet, &first));
    }
    quic_opener_free(opener);
}

static void test_other_packets(void **state)
{
    static const struct {
        const char *hex;
        bool reads;
        enum quic_packet_type type;
    } cases[] = {
        {"80000000000112010100000001", true, QUIC_VERSION_NEGOTIATION},
        {"8000000000011201010000000100", false, 0},
        {"80000000000112010100", false, 0},
        {"c01a2a3a4a0112010133445566", true, QUIC_OTHER},
        {"d000000001000002aabb", true, QUIC_ZERO_RTT},
        {"e06b3343cf000002aabb", true, QUIC_ZERO_RTT},
        {"c00000000115", false, 0},             /* an id of 21 bytes */
        {"c0000000010000004400aabb", false, 0}, /* longer than the datagram */
        {"c000000001000044ffaabb", false, 0},   /* a token longer than the datagram */
        {"c0000000010000c0ffffffffffffff", false, 0},
        {"f000000001", false, 0},
        {"", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[64];
        struct quic_packet packet;
        struct cursor datagram = cursor_over(bytes, from_hex(cases[i].hex, bytes));
        assert_int_equal(quic_packet_read(&datagram, &packet), cases[i].reads);
        if (cases[i].reads)
            assert_int_equal(packet.type, cases[i].type);
    }
}

/* RFC 9000 appendix A.1 */
static void test_integers(void **state)
{
    static const struct {
        const char *hex;
        uint64_t value;
    } cases[] = {
        {"c2197c5eff14e88c", 151288809941952652}, {"9d7f3e7d", 494878333}, {"7bbd", 15293}, {"25", 37}};
    uint64_t value;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[8];
        size_t length = from_hex(cases[i].hex, bytes);
        struct cursor c = cursor_over(bytes, length);
        assert_true(quic_read_integer(&c, &value));
        assert_int_equal(value, cases[i].value);
        c = cursor_over(bytes, length - 1);
        assert_false(quic_read_integer(&c, &value));
    }
}

/* ---- Frames -------------------------------------------------------------------------------------------- */

static void log_crypto(void *user, uint64_t offset, struct cursor bytes)
{
    buffer_add_format(user, "crypto %u+%zu ", (unsigned)offset, bytes.left);
}

static void log_close(void *user, const struct quic_close *close)
{
    buffer_add_format(user, "close%s %x \"%.*s\" ", close->application ? " by application" : "",
                      (unsigned)close->code, (int)close->reason.left, (const char *)close->reason.at);
}

static void expect_frames(const char *hex, bool fine, const char *text)
{
    static const struct quic_frame_sink sink = {log_crypto, log_close, NULL};
    uint8_t bytes[128];
    struct buffer log = {0};
    struct cursor payload = cursor_over(bytes, from_hex(hex, bytes));
    assert_int_equal(quic_frames_read(payload, &sink, &log), fine);
    assert_string_equal(log.bytes ? log.bytes : "", text);
    buffer_free(&log);
}

static void test_frames(void **state)
{
    (void)state;
    expect_frames("", true, "");
    expect_frames("0000010006000361626300", true, "crypto 0+3 ");
    expect_frames("060402aabb"
                  "060002ccdd",
                  true, "crypto 4+2 crypto 0+2 ");
    expect_frames("0600010108", false, "crypto 0+1 "); /* a STREAM frame has no place here */
    expect_frames("02050002050102030406"
                  "0001aa",
                  true, "crypto 0+1 ");
    expect_frames("0305000005"
                  "010203"
                  "01",
                  true, "");
    expect_frames("1c4128"
                  "06"
                  "02"
                  "6e6f",
                  true, "close 128 \"no\" ");
    expect_frames("1d05"
                  "00",
                  true, "close by application 5 \"\" ");
    expect_frames("06000561", false, "");
    expect_frames("0a00", false, "");
    expect_frames("02c0ffffffffffffff", false, "");
    expect_frames("020500bfffffff0000", false, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_initial_keys),   cmocka_unit_test(test_versions),
        cmocka_unit_test(test_server_initial), cmocka_unit_test(test_cut_initial),
        cmocka_unit_test(test_coalesced),      cmocka_unit_test(test_retry),
        cmocka_unit_test(test_other_packets),  cmocka_unit_test(test_integers),
        cmocka_unit_test(test_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
