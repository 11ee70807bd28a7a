/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "absent.h"

#include "base/memory.h"

enum { TEXTS_MOST = 64 * 1024 };

static const char never_contacted[] = "expected-peer-never-contacted";

static void judge(const struct awaited_server *server, const struct told *told, const struct rules *rules,
                  struct totals *totals)
{
    static const struct connection no_connection;
    struct handshake *handshake = memory_new(1, sizeof *handshake);
    handshake->arena = arena_new(TEXTS_MOST);
    handshake->connection = &no_connection;
    handshake->told = told;
    handshake->absent = server;
    rules_judge_by(rules, never_contacted, handshake);
    totals_add_absent(totals, handshake);
}

void absent_judge(const struct told *told, const struct rules *rules, struct totals *totals)
{
    for (uint32_t i = 0; told->awaited && i < awaited_count(told->awaited); i++)
        if (!awaited_at(told->awaited, i)->contacted)
            judge(awaited_at(told->awaited, i), told, rules, totals);
}

void absent_tell(const struct totals *totals, const struct notice_sink *notices)
{
    for (size_t i = 0; i < totals->absent_count; i++) {
        const struct finding *finding = &totals->absent[i]->findings[0];
        notice_send(notices, NOTICE_WARNING, "%s (%s)", finding->title, finding->id);
    }
}
