/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_CHECKS_DRAWING_H
#define TLSWHY_HANDSHAKE_CHECKS_DRAWING_H

/*
 * How the checks of a handshake are drawn, between the files that do it: what a side asked for is found by
 * the URLs of the other's certificates (checks_named.c), then by what shows itself for what it is
 * (checks_alike.c), and judged by what became of it (checks_judge.c).
 */

#include "handshake/checks.h"
#include "handshake/window.h"

/* What is asked for on account of one side's certificates. */
struct drawing {
    const struct handshake *handshake;
    const struct side_traffic *traffic;
    struct side_view *view;
    enum side by;
    const struct address *verifier;
    struct verification window;
    int64_t since; /* nothing that began earlier is looked at */
};

/* NULL where there is no more room. */
struct check *drawing_add(struct drawing *drawing, enum check_kind kind);

void drawing_seek_named(struct drawing *drawing, const struct certificate_chain *chain);
void drawing_seek_requests_alike(struct drawing *drawing);
void drawing_seek_attempts_alike(struct drawing *drawing, const struct certificate_chain *chain);

/* A request for this URL; to a responder's a GET adds the question. */
bool drawing_asks_for(const struct request *request, const struct url *url, enum check_kind kind);

/* A resolver on the same host asks for the programs there. */
extern const struct address drawing_local_resolver;

/* ---- What became of it --------------------------------------------------------------------------------- */

/* What the questions for a name came to; the latest of each. All zero but the times is none. */
struct dns_answers {
    const struct lookup *resolved, *no_such_name, *no_address, *failure, *open, *unreachable;
    uint32_t unanswered; /* questions that no answer came to */
    int64_t began, ended;
};

void check_count_lookup(struct dns_answers *answers, const struct lookup *lookup);
int64_t check_lookup_began(const struct lookup *lookup);

/* False where the name was found, or nothing tells. */
bool check_judge_lookups(struct check *check, const struct dns_answers *answers,
                         const struct verification *window);

/* Its answer may be a list or a certificate, by its first bytes; it has some. */
bool check_looks_right(const struct request *request);

/* The web server says that it is elsewhere. */
bool check_is_redirect(const struct request *request);

/* It never opened, and the SYN was sent more than once, refused, or quoted by an ICMP error. */
bool check_failed_to_open(const struct dial *dial);
void check_judge_dial(struct check *check, const struct dial *dial, const struct verification *window);
void check_judge_request(struct check *check, const struct request *request,
                         const struct verification *window);

#endif
