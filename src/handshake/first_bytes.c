/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/first_bytes.h"

#include <ctype.h>
#include <string.h>

static const struct beginning {
    const char *bytes;
    enum first_bytes first;
} beginnings[] = {
    {"CONNECT ", FIRST_HTTP_CONNECT},
    {"GET ", FIRST_HTTP},
    {"POST ", FIRST_HTTP},
    {"PUT ", FIRST_HTTP},
    {"HEAD ", FIRST_HTTP},
    {"DELETE ", FIRST_HTTP},
    {"OPTIONS ", FIRST_HTTP},
    {"PATCH ", FIRST_HTTP},
    {"TRACE ", FIRST_HTTP},
    {"PROPFIND ", FIRST_HTTP},
    {"PRI * HTTP/2", FIRST_HTTP},
    {"HTTP/", FIRST_HTTP},
    {"PROXY ", FIRST_PROXY_PROTOCOL},
    {"\r\n\r\n\0\r\nQUIT\n", FIRST_PROXY_PROTOCOL},
    {"SSH-", FIRST_SSH},
    {"220 ", FIRST_GREETING},
    {"220-", FIRST_GREETING},
    {"* OK", FIRST_GREETING},
    {"* PREAUTH", FIRST_GREETING},
    {"+OK", FIRST_GREETING},
    {"200 ", FIRST_GREETING},
    {"201 ", FIRST_GREETING},
    {"421 ", FIRST_GREETING},
    {"554 ", FIRST_GREETING},
};

static bool is_text(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isprint(bytes[i]) && !isspace(bytes[i]) && bytes[i] < 0x80)
            return false;
    return length > 0;
}

enum first_bytes first_bytes_guess(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        /* The PROXY protocol's second version has a NUL inside; its first four bytes give it away. */
        size_t needed = strlen(beginnings[i].bytes);
        if (length >= needed && memcmp(bytes, beginnings[i].bytes, needed) == 0)
            return beginnings[i].first;
    }
    return is_text(bytes, length) ? FIRST_TEXT : FIRST_BINARY;
}

static const char *const names[] = {
    [FIRST_NONE] = NULL,
    [FIRST_TLS] = "tls",
    [FIRST_SSL2] = "ssl2",
    [FIRST_HTTP] = "http",
    [FIRST_HTTP_CONNECT] = "http-connect",
    [FIRST_PROXY_PROTOCOL] = "proxy-protocol",
    [FIRST_SSH] = "ssh",
    [FIRST_GREETING] = "greeting",
    [FIRST_TEXT] = "text",
    [FIRST_BINARY] = "binary",
};

const char *first_bytes_name(enum first_bytes first)
{
    return names[first];
}

int first_bytes_http_status(const struct octets *line)
{
    enum { STATUS_AT = 9 };
    if (line->length < STATUS_AT + 3 || memcmp(line->bytes, "HTTP/", 5) != 0)
        return 0;
    int status = 0;
    for (int i = STATUS_AT; i < STATUS_AT + 3; i++) {
        if (line->bytes[i] < '0' || line->bytes[i] > '9')
            return 0;
        status = status * 10 + line->bytes[i] - '0';
    }
    return status;
}
