/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/certificate_status.h"

#include "tls/vector.h"

static enum decode_result read_one(struct cursor *body, struct arena *arena, struct octets_list *responses)
{
    struct octets response;
    enum decode_result result = vector_octets(body, 3, arena, &response);
    responses->items = response.bytes ? arena_take(arena, 1, sizeof *responses->items) : NULL;
    if (responses->items)
        responses->items[responses->count++] = response;
    return result;
}

enum decode_result certificate_status_decode(struct cursor body, struct arena *arena,
                                             struct certificate_status_message *message)
{
    enum decode_result result = DECODE_WHOLE;
    *message = (struct certificate_status_message){.cut = body.uncaptured > 0};
    if (!cursor_u8(&body, &message->type))
        return vector_result(&body);
    if (message->type == CERTIFICATE_STATUS_OCSP)
        result = read_one(&body, arena, &message->responses);
    else if (message->type == CERTIFICATE_STATUS_OCSP_MULTI)
        result = vector_octets_list(&body, 3, 3, arena, &message->responses);
    else
        cursor_skip(&body, body.left);
    return decode_worse(result, vector_result(&body));
}
