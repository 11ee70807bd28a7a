/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell_expected.h"

#include "base/memory.h"
#include "certificate/connection_strings.h"
#include "certificate/idn.h"
#include <arpa/inet.h>
#include <stdlib.h>
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

/* ---- Configurations ------------------------------------------------------------------------------------ */

struct configuration {
    struct told *told;
    const struct notice_sink *notices;
    const char *path;
    uint32_t thumbprints;
};

/* An application that looks in this way can take any of several certificates. */
static void tell_other_search(const struct configuration *configuration,
                              const struct configured_certificate *configured)
{
    notice_send(
        configuration->notices, NOTICE_INFORMATION,
        "%s, line %u: the certificate is looked for by %s \"%s\", which is no thumbprint and is not compared",
        configuration->path, configured->line, configured->find_type, configured->value);
}

static void take_configured(void *user, const struct configured_certificate *configured)
{
    struct configuration *configuration = user;
    struct buffer from = {0}, reason = {0};
    if (!configured->by_thumbprint) {
        tell_other_search(configuration, configured);
        return;
    }
    buffer_add_format(&from, "%s, line %u", configuration->path, configured->line);
    struct expected *expected =
        expected_of(configuration->told, configured->of_server ? SIDE_SERVER : SIDE_CLIENT);
    const struct expected_certificate *added =
        expected_add(expected, configured->value, configured->length, from.bytes, &reason);
    if (added)
        tell_remarks(added, from.bytes, configuration->notices);
    else
        notice_send(configuration->notices, NOTICE_WARNING,
                    "%s: \"%s\" is no thumbprint, so no certificate is found by it: %s", from.bytes,
                    configured->value, reason.bytes);
    configuration->thumbprints += added != NULL;
    buffer_free(&from);
    buffer_free(&reason);
}

static bool load_configuration(struct told *told, const char *path, const struct notice_sink *notices)
{
    struct configuration configuration = {.told = told, .notices = notices, .path = path};
    struct buffer error = {0};
    bool read = connection_strings_read(path, take_configured, &configuration, &error);
    if (!read)
        notice_send(notices, NOTICE_ERROR, "%s", error.bytes);
    else if (configuration.thumbprints == 0)
        notice_send(notices, NOTICE_ERROR, "%s: there is no thumbprint in it (FindValue=...)", path);
    buffer_free(&error);
    return configuration.thumbprints > 0;
}

static bool load_configurations(struct told *told, const struct option_list *paths,
                                const struct notice_sink *notices)
{
    for (size_t i = 0; i < paths->count; i++)
        if (!load_configuration(told, paths->items[i], notices))
            return false;
    return true;
}

/* ---- The name ------------------------------------------------------------------------------------------ */

enum { NAME_LONGEST = 253 }; /* RFC 1035 section 2.3.4, as text */

static bool is_address(const char *name)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

static bool is_host_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= NAME_LONGEST && name[0] != '.' && !strstr(name, "..") &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == length;
}

static bool load_name(struct told *told, const char *name, const struct notice_sink *notices)
{
    struct buffer ascii = {0};
    if (!name)
        return true;
    bool letters = idn_needs_ascii(name, strlen(name));
    if (letters && !idn_is_there()) {
        notice_send(notices, NOTICE_ERROR,
                    "--expect-name \"%s\": write it in A-labels (xn--...), since "
                    "this program was built without libidn2",
                    name);
        return false;
    }
    if (!letters || !idn_to_ascii(&ascii, name, strlen(name))) {
        buffer_clear(&ascii);
        buffer_add_string(&ascii, name);
    }
    bool fine = is_host_name(ascii.bytes) || is_address(ascii.bytes);
    if (fine)
        told->name = memory_copy_string(ascii.bytes);
    else
        notice_send(notices, NOTICE_ERROR,
                    "--expect-name \"%s\" is neither the name of a host nor an address "
                    "(no scheme, port or path)",
                    name);
    buffer_free(&ascii);
    return fine;
}

/* ---- Servers ------------------------------------------------------------------------------------------- */

static bool load_servers(struct told *told, const struct option_list *servers,
                         const struct notice_sink *notices)
{
    struct buffer error = {0};
    bool fine = true;
    if (servers->count > 0)
        told->awaited = awaited_new();
    for (size_t i = 0; i < servers->count && fine; i++) {
        fine = awaited_add(told->awaited, servers->items[i], &error);
        if (!fine)
            notice_send(notices, NOTICE_ERROR, "--expect-server \"%s\": %s", servers->items[i], error.bytes);
    }
    buffer_free(&error);
    return fine;
}

bool tell_load_expected(struct told *told, const struct options *options, const struct notice_sink *notices)
{
    return load_servers(told, &options->servers, notices) &&
           load_name(told, options->expected_name, notices) &&
           load_certificates(told, SIDE_CLIENT, &options->client_certificates, notices) &&
           load_certificates(told, SIDE_SERVER, &options->server_certificates, notices) &&
           load_configurations(told, &options->connection_strings, notices) &&
           load_thumbprints(told, SIDE_CLIENT, &options->client_thumbprints, "--expect-thumbprint",
                            notices) &&
           load_thumbprints(told, SIDE_SERVER, &options->server_thumbprints, "--expect-server-thumbprint",
                            notices);
}

void tell_free_expected(struct told *told)
{
    awaited_free(told->awaited);
    free(told->name);
    for (enum side side = SIDE_CLIENT; side < SIDES; side++)
        expected_free(told->expected[side]);
}
