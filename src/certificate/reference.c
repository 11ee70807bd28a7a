/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/reference.h"

#include "base/utf8.h"
#include "certificate/idn.h"
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum { NAME_LONGEST = 255 };

static bool equal(struct octets one, struct octets other)
{
    return one.length == other.length && strncasecmp(one.bytes, other.bytes, one.length) == 0;
}

static struct octets behind(struct octets name, size_t skip)
{
    return (struct octets){.bytes = name.bytes + skip, .length = name.length - (uint32_t)skip};
}

/* What stands behind the first label and its dot; empty where there is only one label. */
static struct octets parent_of(struct octets name)
{
    const char *dot = memchr(name.bytes, '.', name.length);
    return behind(name, dot ? (size_t)(dot - name.bytes) + 1 : name.length);
}

static bool ends_in_labels(struct octets name, struct octets suffix)
{
    return name.length > suffix.length && name.bytes[name.length - suffix.length - 1] == '.' &&
           equal(behind(name, name.length - suffix.length), suffix);
}

static enum name_match match_wildcard(struct octets pattern, struct octets name)
{
    struct octets suffix = behind(pattern, 2);
    if (equal(parent_of(name), suffix) && name.length > suffix.length + 1)
        return parent_of(suffix).length > 0 ? NAME_MATCHES : NAME_WILDCARD_TOO_BROAD;
    if (equal(name, suffix))
        return NAME_WILDCARD_APEX;
    return ends_in_labels(name, suffix) ? NAME_WILDCARD_TOO_DEEP : NAME_MISMATCH;
}

/* Part of a label, as in w*.example.org: once allowed (RFC 6125 section 6.4.3), no longer (RFC 9525). */
static bool covers_in_part(struct octets pattern, struct octets name)
{
    const char *star = memchr(pattern.bytes, '*', pattern.length - parent_of(pattern).length);
    struct octets suffix = parent_of(pattern);
    if (!star || parent_of(suffix).length == 0 || !equal(suffix, parent_of(name)))
        return false;
    uint32_t before = (uint32_t)(star - pattern.bytes), label = pattern.length - suffix.length - 1,
             after = label - before - 1, own = name.length - suffix.length - 1;
    return own >= before + after && strncasecmp(pattern.bytes, name.bytes, before) == 0 &&
           strncasecmp(star + 1, name.bytes + own - after, after) == 0;
}

static enum name_match match_pattern(struct octets pattern, struct octets name)
{
    if (pattern.length > 2 && pattern.bytes[0] == '*' && pattern.bytes[1] == '.')
        return match_wildcard(pattern, name);
    if (pattern.length == 1 && pattern.bytes[0] == '*')
        return NAME_WILDCARD_TOO_BROAD;
    if (equal(pattern, name))
        return NAME_MATCHES;
    return covers_in_part(pattern, name) ? NAME_WILDCARD_PARTIAL : NAME_MISMATCH;
}

/* In UTF-8, or in a code page of old where it is none. */
static void add_as_utf8(struct buffer *out, struct octets text)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    char character[4];
    for (uint32_t i = 0; i < text.length;) {
        uint32_t value = bytes[i];
        size_t size = utf8_character(bytes + i, text.length - i, &value);
        buffer_add(out, character, utf8_put(character, value));
        i += size > 0 ? (uint32_t)size : 1;
    }
}

/* Letters beyond ASCII cannot match, but they may have been meant. */
static enum name_match match_letters(struct octets pattern, struct octets name)
{
    struct buffer utf8 = {0}, ascii = {0};
    enum name_match match = match_pattern(pattern, name);
    if (match != NAME_MISMATCH || !idn_needs_ascii(pattern.bytes, pattern.length))
        return match;
    add_as_utf8(&utf8, pattern);
    if (idn_to_ascii(&ascii, utf8.bytes, utf8.length)) {
        struct octets meant = {.bytes = ascii.bytes, .length = (uint32_t)ascii.length};
        match = match_pattern(meant, name) == NAME_MATCHES ? NAME_U_LABEL : NAME_MISMATCH;
    }
    buffer_free(&utf8);
    buffer_free(&ascii);
    return match;
}

/* The best that any of its DNS names gives; `present` tells whether there are any. */
static enum name_match match_dns_names(const struct certificate *certificate, struct octets name,
                                       bool *present)
{
    enum name_match best = NAME_MISMATCH;
    *present = false;
    for (uint32_t i = 0; i < certificate->alternative_name_count; i++) {
        const struct alternative_name *alternative = &certificate->alternative_names[i];
        if (alternative->kind != ALTERNATIVE_DNS)
            continue;
        *present = true;
        enum name_match match = match_letters(alternative->text, name);
        best = match < best ? match : best;
    }
    return best;
}

static bool has_address(const struct certificate *certificate, const char *address)
{
    for (uint32_t i = 0; i < certificate->alternative_name_count; i++) {
        const struct alternative_name *alternative = &certificate->alternative_names[i];
        if (alternative->kind == ALTERNATIVE_ADDRESS && strcmp(alternative->text.bytes, address) == 0)
            return true;
    }
    return false;
}

/* The text form that the certificate's addresses have as well; false where the name is no address. */
static bool as_address(const char *name, char text[static INET6_ADDRSTRLEN])
{
    struct in6_addr bytes;
    int family = strchr(name, ':') ? AF_INET6 : AF_INET;
    return inet_pton(family, name, &bytes) == 1 && inet_ntop(family, &bytes, text, INET6_ADDRSTRLEN);
}

enum name_match reference_match(const struct certificate *certificate, const char *name, size_t length)
{
    char text[NAME_LONGEST + 1], address[INET6_ADDRSTRLEN];
    bool present;
    if (!certificate->readable)
        return NAME_MATCHES_UNKNOWN;
    if (length > 1 && name[length - 1] == '.')
        length--;
    if (length == 0 || length > NAME_LONGEST)
        return NAME_MISMATCH;
    memcpy(text, name, length);
    text[length] = '\0';
    if (as_address(text, address))
        return has_address(certificate, address) ? NAME_MATCHES : NAME_ADDRESS_MISSING;
    struct octets wanted = {.bytes = text, .length = (uint32_t)length};
    enum name_match match = match_dns_names(certificate, wanted, &present);
    if (present || !certificate->common_name.bytes)
        return match;
    enum name_match common = match_letters(certificate->common_name, wanted);
    return common == NAME_MATCHES ? NAME_COMMON_NAME_ONLY : common == NAME_U_LABEL ? common : match;
}

const char *name_match_word(enum name_match match)
{
    static const char *const words[] = {
        [NAME_MATCHES] = "yes",
        [NAME_COMMON_NAME_ONLY] = "common_name_only",
        [NAME_U_LABEL] = "u_label",
        [NAME_WILDCARD_PARTIAL] = "wildcard_partial",
        [NAME_WILDCARD_TOO_BROAD] = "wildcard_too_broad",
        [NAME_WILDCARD_APEX] = "wildcard_apex",
        [NAME_WILDCARD_TOO_DEEP] = "wildcard_too_deep",
        [NAME_ADDRESS_MISSING] = "address_missing",
        [NAME_MISMATCH] = "mismatch",
        [NAME_MATCHES_UNKNOWN] = NULL,
    };
    return words[match];
}
