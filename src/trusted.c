/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trusted.h"

typedef bool trust_reader(struct trust *trust, const char *path, struct buffer *error);

static bool add_all(struct trust *trust, const struct option_list *paths, trust_reader *add,
                    struct buffer *error)
{
    for (size_t i = 0; i < paths->count; i++)
        if (!add(trust, paths->items[i], error))
            return false;
    return true;
}

static bool load_common(struct trusted *trusted, const struct options *options, struct buffer *error)
{
    if (options->ca_files.count + options->ca_folders.count == 0 && !options->system_trust)
        return true;
    trusted->servers = trusted->clients = trust_new();
    return add_all(trusted->servers, &options->ca_files, trust_add_file, error) &&
           add_all(trusted->servers, &options->ca_folders, trust_add_folder, error) &&
           (!options->system_trust || trust_add_system(trusted->servers, error));
}

static bool load_for_clients(struct trusted *trusted, const struct options *options, struct buffer *error)
{
    if (options->client_ca_files.count == 0)
        return true;
    trusted->clients = trust_new();
    return add_all(trusted->clients, &options->client_ca_files, trust_add_file, error);
}

bool trusted_load(struct trusted *trusted, const struct options *options, const struct notice_sink *notices)
{
    struct buffer error = {0};
    bool loaded = load_common(trusted, options, &error) && load_for_clients(trusted, options, &error);
    if (!loaded)
        notice_send(notices, NOTICE_ERROR, "%s", error.bytes);
    buffer_free(&error);
    return loaded;
}

void trusted_free(struct trusted *trusted)
{
    if (trusted->clients != trusted->servers)
        trust_free(trusted->clients);
    trust_free(trusted->servers);
}
