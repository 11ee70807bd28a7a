/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "side/url.h"

#include "preamble/text_line.h"
#include <string.h>

static const struct {
    const char *prefix;
    enum url_scheme scheme;
    uint16_t port;
} schemes[] = {
    {"http://", URL_HTTP, 80},   {"https://", URL_HTTPS, 443}, {"ldap://", URL_LDAP, 389},
    {"ldaps://", URL_LDAP, 636}, {"file://", URL_FILE, 0},     {"\\\\", URL_FILE, 0},
};

static bool read_scheme(struct cursor *rest, struct url *out)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (line_begins(*rest, schemes[i].prefix)) {
            out->scheme = schemes[i].scheme;
            out->port = schemes[i].port;
            return cursor_skip(rest, strlen(schemes[i].prefix));
        }
    return false;
}

/* Takes what stands before one of these bytes, or all. */
static struct cursor take_until(struct cursor *rest, const char *ends)
{
    struct cursor taken = cursor_over(rest->at, 0);
    while (rest->left > 0 && !(rest->at[0] && strchr(ends, rest->at[0]))) {
        taken.left++;
        cursor_skip(rest, 1);
    }
    return taken;
}

static bool has(struct cursor text, uint8_t byte)
{
    return text.left > 0 && memchr(text.at, byte, text.left);
}

static bool set_host(struct cursor host, struct url *out)
{
    if (host.left > DNS_NAME_MOST - 1)
        return false;
    out->host.length = (uint8_t)host.left;
    for (size_t i = 0; i < host.left; i++) {
        uint8_t c = host.at[i];
        out->host.text[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    if (out->host.length > 0 && out->host.text[out->host.length - 1] == '.')
        out->host.length--;
    line_address(host, &out->address);
    return true;
}

/* user@host:port, with brackets around an IPv6 address. */
static bool read_authority(struct cursor authority, struct url *out)
{
    struct cursor host;
    if (has(authority, '@')) {
        take_until(&authority, "@");
        cursor_skip(&authority, 1);
    }
    if (authority.left > 0 && authority.at[0] == '[') {
        cursor_skip(&authority, 1);
        host = take_until(&authority, "]");
        take_until(&authority, ":");
    } else {
        host = take_until(&authority, ":");
    }
    cursor_skip(&authority, authority.left > 0);
    if (authority.left > 0)
        out->port = (uint16_t)line_number(authority, UINT16_MAX);
    return set_host(host, out);
}

bool url_read(struct octets text, struct url *out)
{
    struct cursor rest = cursor_over(text.bytes, text.length);
    memset(out, 0, sizeof *out);
    if (!read_scheme(&rest, out) || !read_authority(take_until(&rest, "/?#\\"), out))
        return false;
    out->path = (struct octets){.bytes = (const char *)rest.at, .length = (uint32_t)rest.left};
    return true;
}

/* ---- Judging ------------------------------------------------------------------------------------------- */

static bool ends_with(const struct dns_name *host, const char *end)
{
    size_t length = strlen(end);
    return host->length >= length && memcmp(host->text + host->length - length, end, length) == 0;
}

/* Names that no public DNS has: those of one label, and the endings that are kept or customary for private
 * networks (RFC 6762 appendix G, RFC 8375, ICANN's .internal). */
static bool is_internal(const struct dns_name *host)
{
    static const char *const endings[] = {".local", ".internal", ".corp",        ".lan",      ".intranet",
                                          ".home",  ".private",  ".localdomain", ".home.arpa"};
    if (!memchr(host->text, '.', host->length))
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(host, endings[i]))
            return true;
    return false;
}

/* RFC 1918, RFC 4193, link-local and loopback addresses. */
static bool is_private(const struct address *address)
{
    const uint8_t *b = address->bytes;
    if (address->family == 4)
        return b[0] == 10 || b[0] == 127 || (b[0] == 172 && (b[1] & 0xF0) == 16) ||
               (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254);
    static const uint8_t loopback[16] = {[15] = 1};
    return (b[0] & 0xFE) == 0xFC || (b[0] == 0xFE && (b[1] & 0xC0) == 0x80) ||
           memcmp(b, loopback, sizeof loopback) == 0;
}

static enum url_reach reach_of(struct octets text)
{
    struct url url;
    if (!url_read(text, &url))
        return REACH_FILE;
    if (url.scheme != URL_HTTP && url.scheme != URL_HTTPS)
        return url.scheme == URL_LDAP ? REACH_LDAP_ONLY : REACH_FILE;
    if (url.address.family)
        return is_private(&url.address) ? REACH_PRIVATE_IP : REACH_HTTP;
    return is_internal(&url.host) ? REACH_INTERNAL_NAME : REACH_HTTP;
}

enum url_reach url_best_reach(const struct octets_list *urls)
{
    enum url_reach best = REACH_NONE;
    for (uint32_t i = 0; i < urls->count; i++) {
        enum url_reach reach = reach_of(urls->items[i]);
        best = reach < best ? reach : best;
    }
    return best;
}

const char *url_reach_name(enum url_reach reach)
{
    static const char *const names[] = {
        [REACH_HTTP] = "http",
        [REACH_PRIVATE_IP] = "private_ip",
        [REACH_INTERNAL_NAME] = "internal_name",
        [REACH_LDAP_ONLY] = "ldap_only",
        [REACH_FILE] = "file",
        [REACH_NONE] = "none",
    };
    return names[reach];
}
