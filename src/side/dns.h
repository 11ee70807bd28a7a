/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_SIDE_DNS_H
#define TLSWHY_SIDE_DNS_H

/*
 * A DNS message (RFC 1035 section 4) as far as somebody needs it who asks which name led to which address:
 * the question, the code of the answer, and the addresses that belong to the question, through whatever
 * aliases stand in the same answer. All else is stepped over.
 */

#include "base/cursor.h"
#include "capture/segment.h"

enum { DNS_NAME_MOST = 255, DNS_ADDRESSES = 8, DNS_PORT = 53 };

enum dns_type { DNS_TYPE_A = 1, DNS_TYPE_CNAME = 5, DNS_TYPE_AAAA = 28 };

enum dns_code {
    DNS_FINE = 0,
    DNS_MALFORMED_QUESTION = 1,
    DNS_SERVER_FAILURE = 2,
    DNS_NO_SUCH_NAME = 3,
    DNS_NOT_IMPLEMENTED = 4,
    DNS_REFUSED = 5,
};

/* In lower case, labels with dots between them, none at the end; what is no printable ASCII is a question
 * mark. The root is empty. */
struct dns_name {
    uint8_t length;
    char text[DNS_NAME_MOST];
};

struct dns_message {
    uint16_t id;
    bool is_answer;
    bool truncated; /* the whole answer comes over TCP */
    uint8_t code;   /* of an answer: enum dns_code, or another */
    uint16_t type;  /* of the question: enum dns_type, or another */
    struct dns_name name;
    struct address addresses[DNS_ADDRESSES]; /* the first of them, where there are more */
    uint32_t address_count;
};

/* False where it is no standard query or answer with exactly one question of class IN. What cannot be read of
 * the answers is left out. */
bool dns_read(struct cursor message, struct dns_message *out);

#endif
