/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/certificate_files.h"

#include "base/base64.h"
#include "base/digest_index.h"
#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KNOWN_MOST = 65536, NAME_MOST = 64, PRINT_SHORT = 4, TRIES = 2 };

struct certificate_files {
    char *folder;
    int descriptor;
    struct digest_index *known; /* certificates and chains that were dealt with */
    uint64_t written;           /* certificates; there already or not */
    uint64_t left_out;          /* beyond the bound */
    int error;                  /* errno of the first that could not be written; 0: none */
    char *error_name;
};

struct certificate_files *certificate_files_open(const char *folder, struct buffer *error)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        buffer_add_format(error, "cannot make the folder %s: %s", folder, strerror(errno));
        return NULL;
    }
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 || faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) != 0) {
        buffer_add_format(error, "cannot write certificates into %s: %s", folder, strerror(errno));
        if (descriptor >= 0)
            close(descriptor);
        return NULL;
    }
    struct certificate_files *files = memory_new(1, sizeof *files);
    files->folder = memory_copy_string(folder);
    files->descriptor = descriptor;
    files->known = digest_index_new(KNOWN_MOST);
    return files;
}

void certificate_files_free(struct certificate_files *files)
{
    if (!files)
        return;
    close(files->descriptor);
    digest_index_free(files->known);
    free(files->folder);
    free(files->error_name);
    free(files);
}

/* ---- Names --------------------------------------------------------------------------------------------- */

/* What every file system takes, and no shell reads as anything else. */
static bool is_harmless(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

static void add_harmless(struct buffer *out, struct octets name)
{
    uint32_t length = name.length < NAME_MOST ? name.length : NAME_MOST;
    for (uint32_t i = 0; i < length; i++) {
        char c = is_harmless(name.bytes[i]) ? name.bytes[i] : '_';
        bool repeats = (c == '_' || c == '.') && out->bytes[out->length - 1] == c;
        if (!repeats)
            buffer_add_char(out, c);
    }
}

/* Servers are known by their DNS names, all others by their common names. */
static struct octets name_of(const struct certificate *certificate, bool is_server)
{
    for (uint32_t i = 0; is_server && i < certificate->alternative_name_count; i++)
        if (certificate->alternative_names[i].kind == ALTERNATIVE_DNS)
            return certificate->alternative_names[i].text;
    return certificate->common_name.length > 0 ? certificate->common_name : certificate->subject;
}

void certificate_files_name(struct buffer *out, const char *role, const struct certificate *certificate)
{
    buffer_add_format(out, "%s-", role);
    struct octets name = name_of(certificate, strcmp(role, "server") == 0);
    if (name.length > 0)
        add_harmless(out, name);
    else
        buffer_add_string(out, certificate->readable  ? "nameless"
                               : certificate->raw_key ? "key"
                                                      : "unreadable");
    buffer_add_char(out, '-');
    buffer_add_hex(out, certificate->sha1, PRINT_SHORT, true);
}

/* ---- Writing ------------------------------------------------------------------------------------------- */

static bool write_all(int descriptor, const struct buffer *content)
{
    for (size_t at = 0; at < content->length;) {
        ssize_t written = write(descriptor, content->bytes + at, content->length - at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        at += (size_t)written;
    }
    return true;
}

/* A file of an earlier run with the same content is as good as a new one. */
static bool holds(const struct certificate_files *files, const char *name, const struct buffer *content)
{
    int descriptor = openat(files->descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    bool same = false;
    if (descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
        (uint64_t)status.st_size == content->length) {
        char *bytes = memory_new(content->length + 1, 1);
        same = read(descriptor, bytes, content->length) == (ssize_t)content->length &&
               memcmp(bytes, content->bytes, content->length) == 0;
        free(bytes);
    }
    if (descriptor >= 0)
        close(descriptor);
    return same;
}

/* 0, EEXIST where something else has that name, or another errno. */
static int write_file(const struct certificate_files *files, const char *name, const struct buffer *content)
{
    int descriptor =
        openat(files->descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    int error = descriptor < 0 ? errno : 0;
    if (error)
        return error == EEXIST && holds(files, name, content) ? 0 : error;
    error = write_all(descriptor, content) ? 0 : errno;
    if (close(descriptor) != 0 && !error)
        error = errno;
    if (error)
        unlinkat(files->descriptor, name, 0);
    return error;
}

/* Where the name is taken by something else, all of the digest makes another. */
static void write_named(struct certificate_files *files, const struct buffer *stem, const char *end,
                        const uint8_t digest[static DIGEST_LENGTH], const struct buffer *content)
{
    struct buffer name = {0};
    int error = EEXIST;
    for (int try = 0; try < TRIES && error == EEXIST; try++) {
        buffer_clear(&name);
        buffer_add_string(&name, stem->bytes);
        if (try > 0) {
            buffer_add_char(&name, '-');
            buffer_add_hex(&name, digest, DIGEST_LENGTH, true);
        }
        buffer_add_string(&name, end);
        error = write_file(files, name.bytes, content);
    }
    if (error && !files->error) {
        files->error = error;
        files->error_name = memory_copy_string(name.bytes);
    }
    buffer_free(&name);
}

/* ---- Certificates and chains --------------------------------------------------------------------------- */

static const char *role_of(enum side side, uint32_t index)
{
    return index > 0 ? "ca" : side == SIDE_SERVER ? "server" : "client";
}

static bool is_new(struct certificate_files *files, const uint8_t digest[static DIGEST_LENGTH])
{
    bool new;
    if (digest_index_number(files->known, digest, &new) == DIGEST_INDEX_FULL)
        files->left_out++;
    return new;
}

static void add_pem(struct buffer *out, struct octets der)
{
    base64_add_pem(out, "CERTIFICATE", der.bytes, der.length);
}

/* What openssl x509, or openssl pkey -pubin, reads; or just the bytes. */
static const char *add_content(struct buffer *out, const struct certificate *certificate, struct octets der)
{
    if (certificate->readable)
        add_pem(out, der);
    else if (certificate->raw_key)
        base64_add_pem(out, "PUBLIC KEY", der.bytes, der.length);
    else
        buffer_add(out, der.bytes, der.length);
    return certificate->readable || certificate->raw_key ? ".pem" : ".der";
}

static void add_certificate(struct certificate_files *files, const struct certificate_entry *entry,
                            const struct certificate *certificate, const char *role)
{
    struct buffer stem = {0}, content = {0};
    if (!is_new(files, entry->sha256))
        return;
    certificate_files_name(&stem, role, certificate);
    const char *end = add_content(&content, certificate, entry->der);
    write_named(files, &stem, end, entry->sha256, &content);
    files->written++;
    buffer_free(&stem);
    buffer_free(&content);
}

/* All of it was captured and can be read. */
static bool is_whole(const struct certificate_message *message, const struct certificate_chain *chain)
{
    for (uint32_t i = 0; i < chain->count; i++)
        if (!chain->items[i] || !chain->items[i]->readable || !message->entries[i].der.bytes)
            return false;
    return !message->cut;
}

static void digest_chain(const struct certificate_message *message, uint8_t digest[static DIGEST_LENGTH])
{
    struct buffer prints = {0};
    for (uint32_t i = 0; i < message->count; i++)
        buffer_add(&prints, message->entries[i].sha256, DIGEST_LENGTH);
    EVP_Digest(prints.bytes, prints.length, digest, NULL, EVP_sha256(), NULL);
    buffer_free(&prints);
}

static void add_chain(struct certificate_files *files, const struct certificate_message *message,
                      const struct certificate_chain *chain, enum side side)
{
    uint8_t digest[DIGEST_LENGTH] = {0};
    if (chain->count < 2 || !is_whole(message, chain))
        return;
    digest_chain(message, digest);
    if (!is_new(files, digest))
        return;
    struct buffer stem = {0}, content = {0};
    certificate_files_name(&stem, role_of(side, 0), chain->items[0]);
    for (uint32_t i = 0; i < message->count; i++)
        add_pem(&content, message->entries[i].der);
    buffer_add_string(&stem, "-chain");
    write_named(files, &stem, ".pem", digest, &content);
    buffer_free(&stem);
    buffer_free(&content);
}

void certificate_files_add(struct certificate_files *files, const struct handshake *handshake)
{
    for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
        const struct certificate_message *message = handshake->certificate[side];
        const struct certificate_chain *chain = &handshake->chain[side];
        for (uint32_t i = 0; i < chain->count; i++)
            if (chain->items[i] && message->entries[i].der.bytes)
                add_certificate(files, &message->entries[i], chain->items[i], role_of(side, i));
        if (chain->count > 0)
            add_chain(files, message, chain, side);
    }
}

bool certificate_files_finish(const struct certificate_files *files, const struct notice_sink *notices)
{
    if (files->error)
        notice_send(notices, NOTICE_ERROR, "cannot write %s into %s: %s", files->error_name, files->folder,
                    files->error == EEXIST ? "another file of this name is there" : strerror(files->error));
    if (files->left_out > 0)
        notice_send(
            notices, NOTICE_WARNING,
            "%d certificates and chains were written; further ones, which came %llu times, are left out",
            KNOWN_MOST, (unsigned long long)files->left_out);
    return files->error == 0;
}
