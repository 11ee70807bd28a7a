/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell.h"

#include "tell_expected.h"

typedef bool trust_reader(struct trust *trust, const char *path, struct buffer *error);

static bool add_all(struct trust *trust, const struct option_list *paths, trust_reader *add,
                    struct buffer *error)
{
    for (size_t i = 0; i < paths->count; i++)
        if (!add(trust, paths->items[i], error))
            return false;
    return true;
}

static bool load_trust(struct told *told, const struct options *options, struct buffer *error)
{
    if (options->ca_files.count + options->ca_folders.count == 0 && !options->system_trust)
        return true;
    told->trust[SIDE_SERVER] = told->trust[SIDE_CLIENT] = trust_new();
    return add_all(told->trust[SIDE_SERVER], &options->ca_files, trust_add_file, error) &&
           add_all(told->trust[SIDE_SERVER], &options->ca_folders, trust_add_folder, error) &&
           (!options->system_trust || trust_add_system(told->trust[SIDE_SERVER], error));
}

static bool load_client_trust(struct told *told, const struct options *options, struct buffer *error)
{
    if (options->client_ca_files.count == 0)
        return true;
    told->trust[SIDE_CLIENT] = trust_new();
    return add_all(told->trust[SIDE_CLIENT], &options->client_ca_files, trust_add_file, error);
}

static bool load_revocation(struct told *told, const struct options *options, struct buffer *error)
{
    told->revocation = revocation_new();
    for (size_t i = 0; i < options->crl_files.count; i++)
        if (!revocation_add_file(told->revocation, options->crl_files.items[i], error))
            return false;
    return true;
}

static bool load_candidate(struct told *told, const struct options *options,
                           const struct notice_sink *notices, struct buffer *error)
{
    if (!options->try_cert)
        return true;
    told->candidate = candidate_read(options->try_cert, error);
    if (told->candidate && told->candidate->had_key)
        notice_send(notices, NOTICE_INFORMATION, "the private key in %s is not needed and is passed over",
                    options->try_cert);
    return told->candidate;
}

bool tell_load(struct told *told, const struct options *options, const struct notice_sink *notices)
{
    struct buffer error = {0};
    bool loaded = load_trust(told, options, &error) && load_client_trust(told, options, &error) &&
                  load_revocation(told, options, &error) && load_candidate(told, options, notices, &error);
    if (!loaded)
        notice_send(notices, NOTICE_ERROR, "%s", error.bytes);
    buffer_free(&error);
    return loaded && tell_load_expected(told, options, notices);
}

void tell_free(struct told *told)
{
    if (told->trust[SIDE_CLIENT] != told->trust[SIDE_SERVER])
        trust_free(told->trust[SIDE_CLIENT]);
    trust_free(told->trust[SIDE_SERVER]);
    revocation_free(told->revocation);
    tell_free_expected(told);
    candidate_free(told->candidate);
}
