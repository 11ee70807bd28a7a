/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/checks_drawing.h"

#include "base/clock.h"
#include <string.h>

enum { NOT_MODIFIED = 304 };

#define SLOW (2 * CLOCK_SECOND)

/* What got no answer was waited for up to the verifier's next step; and how long the handshake stood still.
 */
static void weigh(struct check *check, const struct verification *window)
{
    bool open = check->result == CHECK_SYN_TIMEOUT || check->result == CHECK_DNS_TIMEOUT ||
                check->result == CHECK_NO_ANSWER;
    const struct stall *stall = verification_stall_at(window, check->began);
    if (open && stall && stall->ends && check->ended < stall->until)
        check->ended = stall->until;
    check->went_on = window->went_on;
    check->blocked = verification_stalled(window, check->began, check->ended);
    if (check->result == CHECK_OK && check->blocked >= SLOW)
        check->result = CHECK_SLOW;
}

/* ---- DNS ----------------------------------------------------------------------------------------------- */

int64_t check_lookup_began(const struct lookup *lookup)
{
    return lookup->asked.packet ? lookup->asked.time : lookup->answered.time;
}

void check_count_lookup(struct dns_answers *answers, const struct lookup *lookup)
{
    const struct lookup **place = &answers->failure;
    if (!lookup->answered.packet)
        place = lookup->unreachable.packet ? &answers->unreachable : &answers->open;
    else if (lookup->address_count > 0 || lookup->truncated)
        place = &answers->resolved;
    else if (lookup->code == DNS_NO_SUCH_NAME)
        place = &answers->no_such_name;
    else if (lookup->code == DNS_FINE)
        place = &answers->no_address;
    *place = lookup;
    if (place == &answers->open)
        answers->unanswered += lookup->times;
    int64_t first = check_lookup_began(lookup);
    int64_t last = lookup->answered.packet ? lookup->answered.time : lookup->asked_last.time;
    answers->began = first < answers->began ? first : answers->began;
    answers->ended = last > answers->ended ? last : answers->ended;
}

bool check_judge_lookups(struct check *check, const struct dns_answers *answers,
                         const struct verification *window)
{
    const struct lookup *lookup = NULL;
    if (answers->resolved)
        return false;
    if ((lookup = answers->no_such_name))
        check->result = CHECK_DNS_NO_SUCH_NAME;
    else if ((lookup = answers->failure) || (lookup = answers->unreachable))
        check->result = CHECK_DNS_FAILURE;
    else if (answers->unanswered >= 2 && (lookup = answers->open))
        check->result = CHECK_DNS_TIMEOUT;
    else if ((lookup = answers->no_address) && lookup->type == DNS_TYPE_A)
        check->result = CHECK_DNS_NO_ADDRESS;
    else
        return false;
    check->seen = lookup->answered.packet      ? lookup->answered
                  : lookup->unreachable.packet ? lookup->unreachable
                                               : lookup->asked;
    check->began = answers->began;
    check->ended = answers->ended;
    weigh(check, window);
    return true;
}

/* ---- Connections and requests ---------------------------------------------------------------------- */

bool check_failed_to_open(const struct dial *dial)
{
    bool unanswered = !dial->answered && dial->syn_count >= 2;
    return !dial->established.packet && (dial->refused.packet || dial->icmp.packet || unanswered);
}

void check_judge_dial(struct check *check, const struct dial *dial, const struct verification *window)
{
    check->address = dial->server.address;
    check->began = dial->first.time;
    check->ended = dial->last.time;
    check->seen = dial->first;
    check->result = CHECK_SYN_TIMEOUT;
    if (dial->refused.packet) {
        check->result = CHECK_REFUSED;
        check->seen = dial->refused;
    } else if (dial->icmp.packet) {
        check->result = CHECK_ICMP;
        check->seen = dial->icmp;
    }
    weigh(check, window);
}

bool check_looks_right(const struct request *request)
{
    bool pem = request->body_length >= 5 && memcmp(request->body, "-----", 5) == 0;
    return pem || request->body[0] == 0x30;
}

static enum check_result judge_body(struct check *check, const struct request *request)
{
    static const enum check_result results[] = {
        [REVOCATION_NOT_ONE] = CHECK_BAD_CONTENT,
        [REVOCATION_UNSUCCESSFUL] = CHECK_RESPONDER_ERROR,
        [REVOCATION_CURRENT] = CHECK_OK,
        [REVOCATION_EXPIRED] = CHECK_EXPIRED,
        [REVOCATION_NOT_YET_VALID] = CHECK_NOT_YET_VALID,
    };
    if (request->body_length == 0)
        return request->length == 0 ? CHECK_BAD_CONTENT : CHECK_OK;
    if (check->kind == CHECK_ISSUER || !request->was_read)
        return check_looks_right(request) ? CHECK_OK : CHECK_BAD_CONTENT;
    check->responder = (uint8_t)request->reading.response_status;
    if (check->kind == CHECK_OCSP && request->reading.first == STATUS_UNKNOWN)
        return CHECK_STRANGER;
    return results[request->reading.input];
}

bool check_is_redirect(const struct request *request)
{
    return request->status / 100 == 3 && request->status != NOT_MODIFIED;
}

void check_judge_request(struct check *check, const struct request *request,
                         const struct verification *window)
{
    check->request = request;
    check->address = request->server.address;
    check->status = request->status;
    check->began = request->asked.time;
    check->seen = request->answered.packet ? request->answered : request->asked;
    check->ended = request->complete.packet   ? request->complete.time
                   : request->closed.packet   ? request->closed.time
                   : request->answered.packet ? request->answered.time
                                              : request->asked.time;
    if (!request->answered.packet)
        check->result = CHECK_NO_ANSWER;
    else if (request->status == NOT_MODIFIED)
        check->result = CHECK_OK; /* the verifier has it already */
    else if (request->status != 200)
        check->result = CHECK_HTTP_ERROR;
    else if (!request->complete.packet)
        check->result = request->closed.packet ? CHECK_BAD_CONTENT : CHECK_NO_ANSWER;
    else
        check->result = judge_body(check, request);
    weigh(check, window);
}
