/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_SIBLINGS_H
#define TLSWHY_HANDSHAKE_SIBLINGS_H

/*
 * The siblings of a connection are the others to the same address and port, of the same client and of other
 * ones. This is the memory of them: a few lines for each kind of attempt that a client made, over the last
 * minutes of the capture's time, within a fixed bound. A sibling tells what one connection alone does not:
 * the same client was served when it offered less, other clients are served, nobody is.
 *
 * What was not seen proves nothing: where no sibling tells, the answer is unknown.
 */

#include "handshake/handshake.h"

struct siblings;

struct siblings *siblings_new(void);
void siblings_free(struct siblings *siblings); /* NULL is fine */

/* Forgets all: another capture begins. */
void siblings_forget(struct siblings *siblings);

/* Remembers a concluded handshake. One that was noted before, while it was under way, is told anew. */
void siblings_note(struct siblings *siblings, const struct handshake *handshake);

/* The verdict of a handshake that was noted and judged; the id must live as long as the memory. */
void siblings_note_verdict(struct siblings *siblings, const struct handshake *handshake);

/* What some sibling proves, and the packet with its ClientHello (or its first one). */
struct sibling_answer {
    enum answer answer;
    uint64_t packet;
    int64_t away; /* how far that sibling's beginning is, in ns: the nearest is told */
};

/* Suites, versions and groups that the server agreed on with siblings. */
struct sibling_choice {
    struct sibling_answer
        offered;   /* one of them is in this ClientHello; packet: of the latest one asked for */
    uint16_t code; /* the latest; meaningful with `offered` */
};

struct sibling_facts {
    /* of the same client */
    uint32_t count, failed, succeeded; /* other connections of it to this server */
    uint32_t same_failure_count; /* that failed in the same way after the same hello, this one included */
    int64_t same_failure_first, same_failure_last;
    struct sibling_answer earlier_success, later_success;
    struct sibling_answer retry_lower_version;     /* a later attempt offers less */
    struct sibling_answer lower_version_succeeded; /* one that offers less */
    struct sibling_answer fallback_refused;        /* one that offers less: the server has more itself */
    struct sibling_answer same_version_succeeded;  /* one that offers as much */
    struct sibling_answer earlier_higher_version_failed; /* one that offered more, before */
    const char *higher_version_verdict;                  /* of that one; NULL: none */
    struct sibling_answer smaller_hello_succeeded;       /* up to the same version, with a shorter hello */
    struct sibling_answer hello_as_long_succeeded;       /* up to the same version */
    uint32_t smaller_hello_length;
    struct sibling_answer success_without_ticket; /* one that wanted to resume nothing */
    struct sibling_answer success_with_ticket;    /* one that wanted to */
    struct sibling_answer without_alpn_succeeded, other_name_succeeded;
    struct sibling_answer sent_certificate; /* one to whatever server */
    struct sibling_answer
        sent_issuer_named;     /* that one's chain leads through a name that the server gives here */
    uint64_t sent_print;       /* first bytes of the SHA-256 thumbprint of what was sent there; 0: hidden */
    bool sent_by_same_program; /* with the same fingerprint; meaningful with sent_certificate */
    struct sibling_answer
        earlier_with_h2; /* an earlier attempt offered h2, where this one offers other protocols */
    struct sibling_answer sent_none; /* one to this server that was asked */

    /* of whatever client */
    uint32_t clients, clients_failing; /* this one included; failing: never served */
    struct sibling_answer certificate_asked;
    struct sibling_answer
        other_leaf; /* one that asked for another name, or for none, got another certificate */
    struct sibling_answer hello_answered; /* with a ServerHello, whoever sent it; ANSWER_NO: each was refused,
                                             and not all were alike */
    struct sibling_answer leaf_fits_other; /* one got the certificate of this one, for a name that it has */
    struct sibling_answer other_client_succeeded, name_succeeded;
    enum answer all_clients_fail;
    uint16_t server_version; /* the highest that the server agreed on; 0: none seen */
    uint64_t server_version_packet;
    struct sibling_choice version, suite, group;
};

/* The facts of the connection that is being judged; drawn when they are first asked for. NULL where nothing
 * is remembered at all. */
const struct sibling_facts *siblings_of(const struct handshake *handshake);

/* What handshake->siblings points to: whom to ask, and what was found. */
struct sibling_view {
    const struct siblings *memory;
    bool drawn;
    struct sibling_facts facts;
};

#endif
