/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell_expected.h"

#include <string.h>

static struct expected *expected_of(struct told *told, enum side side)
{
    if (!told->expected[side])
        told->expected[side] = expected_new();
    return told->expected[side];
}

/* What was written differs from what was meant, and somebody else may have written the same. */
static void tell_remarks(const struct expected_certificate *added, const char *from,
                         const struct notice_sink *notices)
{
    if (added->remarks && strcmp(added->from, from) == 0)
        notice_send(notices, added->flaw == THUMBPRINT_HIDDEN ? NOTICE_WARNING : NOTICE_INFORMATION,
                    "%s: %s; taken as %s", from, added->remarks, added->text);
}

static bool load_thumbprint(struct expected *expected, const char *text, const char *option,
                            const struct notice_sink *notices)
{
    struct buffer reason = {0};
    const struct expected_certificate *added = expected_add(expected, text, strlen(text), option, &reason);
    if (added)
        tell_remarks(added, option, notices);
    else
        notice_send(notices, NOTICE_ERROR, "%s \"%s\" is no thumbprint: %s", option, text, reason.bytes);
    buffer_free(&reason);
    return added != NULL;
}

static bool load_thumbprints(struct told *told, enum side side, const struct option_list *texts,
                             const char *option, const struct notice_sink *notices)
{
    for (size_t i = 0; i < texts->count; i++)
        if (!load_thumbprint(expected_of(told, side), texts->items[i], option, notices))
            return false;
    return true;
}

static bool load_certificates(struct told *told, enum side side, const struct option_list *paths,
                              const struct notice_sink *notices)
{
    struct buffer error = {0};
    bool loaded = true;
    for (size_t i = 0; i < paths->count && loaded; i++)
        loaded = expected_add_file(expected_of(told, side), paths->items[i], &error);
    if (!loaded)
        notice_send(notices, NOTICE_ERROR, "%s", error.bytes);
    buffer_free(&error);
    return loaded;
}

bool tell_load_expected(struct told *told, const struct options *options, const struct notice_sink *notices)
{
    return load_certificates(told, SIDE_CLIENT, &options->client_certificates, notices) &&
           load_certificates(told, SIDE_SERVER, &options->server_certificates, notices) &&
           load_thumbprints(told, SIDE_CLIENT, &options->client_thumbprints, "--expect-thumbprint",
                            notices) &&
           load_thumbprints(told, SIDE_SERVER, &options->server_thumbprints, "--expect-server-thumbprint",
                            notices);
}

void tell_free_expected(struct told *told)
{
    for (enum side side = SIDE_CLIENT; side < SIDES; side++)
        expected_free(told->expected[side]);
}
