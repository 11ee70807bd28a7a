/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What users tell of their own configuration, which others may have written: files of connection strings with
 * the thumbprints in them, names in all letters, servers with a port.
 */

#include "certificate/connection_strings.h"
#include "certificate/expected.h"
#include "certificate/idn.h"
#include "handshake/awaited.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void take(void *user, const struct configured_certificate *configured)
{
    struct expected *expected = user;
    struct buffer error = {0};
    if (strlen(configured->value) != configured->length || configured->line == 0)
        abort();
    const struct expected_certificate *added =
        expected_add(expected, configured->value, configured->length, "a file", &error);
    if (added && strlen(added->text) != 2 * (size_t)added->thumbprint.length)
        abort();
    if (!added && error.length == 0)
        abort();
    buffer_free(&error);
}

static void read_configuration(const uint8_t *bytes, size_t length)
{
    struct expected *expected = expected_new();
    connection_strings_search(bytes, length, take, expected);
    expected_free(expected);
}

static void read_name(const char *text, size_t length)
{
    struct buffer shown = {0}, ascii = {0};
    idn_show(&shown, text, length);
    if (shown.length < length || (length > 0 && memcmp(shown.bytes, text, length) != 0))
        abort();
    if (idn_to_ascii(&ascii, text, length) && idn_needs_ascii(ascii.bytes, ascii.length))
        abort();
    buffer_free(&shown);
    buffer_free(&ascii);
}

static void read_server(const char *text)
{
    struct buffer error = {0};
    struct awaited *awaited = awaited_new();
    if (awaited_add(awaited, text, &error) != (error.length == 0))
        abort();
    awaited_free(awaited);
    buffer_free(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    if (!text)
        return 0;
    if (length > 0)
        memcpy(text, bytes, length);
    text[length] = '\0';
    read_configuration(bytes, length);
    read_name(text, length);
    read_server(text);
    free(text);
    return 0;
}
