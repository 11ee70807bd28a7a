/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "absent.h"

#include "base/memory.h"

enum { TEXTS_MOST = 64 * 1024 };

/* A handshake that never was. */
static struct handshake *new_absence(const struct told *told)
{
    static const struct connection no_connection;
    struct handshake *handshake = memory_new(1, sizeof *handshake);
    handshake->arena = arena_new(TEXTS_MOST);
    handshake->connection = &no_connection;
    handshake->told = told;
    return handshake;
}

static void judge_server(const struct awaited_server *server, const struct told *told,
                         const struct rules *rules, struct totals *totals)
{
    struct handshake *handshake = new_absence(told);
    handshake->absent = server;
    rules_judge_by(rules, "expected-peer-never-contacted", handshake);
    totals_add_absent(totals, handshake);
}

static void judge_certificate(const struct told *told, const struct rules *rules, struct totals *totals)
{
    struct handshake *handshake = new_absence(told);
    handshake->shows_nothing = true;
    rules_judge_by(rules, "expected-certificate-never-shown", handshake);
    totals_add_absent(totals, handshake);
}

void absent_judge(const struct told *told, const struct rules *rules, struct totals *totals)
{
    const struct expected *expected = told->expected[SIDE_CLIENT];
    for (uint32_t i = 0; told->awaited && i < awaited_count(told->awaited); i++)
        if (!awaited_at(told->awaited, i)->contacted)
            judge_server(awaited_at(told->awaited, i), told, rules, totals);
    if (expected && expected_count(expected) > 0 && !expected_saw_any(expected))
        judge_certificate(told, rules, totals);
}

void absent_tell(const struct totals *totals, const struct notice_sink *notices)
{
    for (size_t i = 0; i < totals->absent_count; i++) {
        const struct finding *finding = &totals->absent[i]->findings[0];
        notice_send(notices, NOTICE_WARNING, "%s (%s)", finding->title, finding->id);
    }
}
