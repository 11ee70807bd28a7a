/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_CHECKS_H
#define TLSWHY_HANDSHAKE_CHECKS_H

/*
 * What the two sides of a handshake asked others on its account: the client for the server's address, and who
 * verifies a certificate for what its issuer publishes. It is drawn from the traffic beside the handshakes
 * (side/side.h) when a fact is first asked for. What was not seen proves nothing: where the capture does not
 * tell, the answer is unknown.
 */

#include "handshake/handshake.h"
#include "side/side.h"
#include "side/url.h"

/* The lookup by which the client came to this server: one of the name it asks for, else its latest one that
 * gave this address, else somebody else's. NULL: the capture has none. */
const struct lookup *checks_lookup_of_server(const struct handshake *handshake);

enum check_kind { CHECK_CRL, CHECK_OCSP, CHECK_ISSUER, CHECK_OF_SOME_KIND };

enum check_result {
    CHECK_OK,
    CHECK_SLOW, /* came, and held up the handshake by two seconds or more */
    CHECK_DNS_NO_SUCH_NAME,
    CHECK_DNS_NO_ADDRESS, /* the name is there, and has none */
    CHECK_DNS_FAILURE,    /* the DNS server cannot or does not want to tell */
    CHECK_DNS_TIMEOUT,
    CHECK_SYN_TIMEOUT,
    CHECK_REFUSED, /* with a RST */
    CHECK_ICMP,
    CHECK_NO_ANSWER, /* to the request */
    CHECK_HTTP_ERROR,
    CHECK_BAD_CONTENT,     /* something, but no list, answer or certificate */
    CHECK_RESPONDER_ERROR, /* an OCSP answer that says no more than that */
    CHECK_EXPIRED,         /* a list or an answer past its next update */
    CHECK_NOT_YET_VALID,   /* one whose time begins later */
    CHECK_STRANGER,        /* the OCSP responder does not know the certificate */
    CHECK_RESULTS
};

/* How it is known to belong to the handshake. */
enum check_tie {
    TIE_NAME,  /* a certificate of the handshake names it */
    TIE_LOOK,  /* the certificate is hidden or names another; it is about revocation, and the time fits */
    TIE_STALL, /* it took just the time in which the handshake stood still, and nothing else is known */
    TIE_TIME,  /* the time fits, and nothing else is known */
};

enum { CHECKS_KEPT = 24, CHECK_NO_CERTIFICATE = UINT16_MAX };

/* Something that a side asked for while the handshake waited for it, or could have. */
struct check {
    enum check_kind kind;
    enum side by;         /* who verifies */
    uint32_t certificate; /* which of the chain names it, from 0; CHECK_NO_CERTIFICATE: that is not known */
    struct octets url;    /* the certificate's, else the request's; bytes NULL: hidden */
    struct dns_name host; /* of the URL; empty where it is hidden */
    struct address address;
    enum check_result result;
    struct moment seen; /* the packet that shows the result */
    int64_t began, ended;
    int64_t blocked;   /* of its time, what the handshake stood still, in ns */
    uint16_t status;   /* of HTTP; 0: none */
    uint8_t responder; /* OCSPResponseStatus, with CHECK_RESPONDER_ERROR */
    enum check_tie tie;
    bool went_on;                  /* the verifier's next step was none to refuse the certificate */
    const struct request *request; /* NULL: it did not come so far */
};

/* What handshake->side points to: whom to ask, and what was found. */
struct side_view {
    const struct side_traffic *traffic;
    bool drawn;
    uint32_t count;
    struct check checks[CHECKS_KEPT]; /* in the order in which they began */
};

/* Of the handshake that is being judged. NULL where nothing was seen. */
const struct side_view *checks_of(const struct handshake *handshake);

/* A complete answer: where it is a list or an OCSP response it is kept, and what it says stands in the
 * request.
 */
void checks_read_answer(struct request *request, struct revocation *revocation);

bool check_failed(const struct check *check);

/* "crl", "ocsp", "aia"; NULL where nothing tells. */
const char *check_kind_name(enum check_kind kind);
const char *check_tie_name(enum check_tie tie);          /* "name", "look", "time" */
const char *check_result_name(enum check_result result); /* "syn_timeout" */

#endif
