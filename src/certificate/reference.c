/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/reference.h"

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

static enum name_match match_pattern(struct octets pattern, struct octets name)
{
    if (pattern.length > 2 && pattern.bytes[0] == '*' && pattern.bytes[1] == '.')
        return match_wildcard(pattern, name);
    if (pattern.length == 1 && pattern.bytes[0] == '*')
        return NAME_WILDCARD_TOO_BROAD;
    return equal(pattern, name) ? NAME_MATCHES : NAME_MISMATCH;
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
        enum name_match match = match_pattern(alternative->text, name);
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
    if (!present && certificate->common_name.bytes &&
        match_pattern(certificate->common_name, wanted) == NAME_MATCHES)
        return NAME_COMMON_NAME_ONLY;
    return match;
}

const char *name_match_word(enum name_match match)
{
    static const char *const words[] = {
        [NAME_MATCHES] = "yes",
        [NAME_COMMON_NAME_ONLY] = "common_name_only",
        [NAME_WILDCARD_TOO_BROAD] = "wildcard_too_broad",
        [NAME_WILDCARD_APEX] = "wildcard_apex",
        [NAME_WILDCARD_TOO_DEEP] = "wildcard_too_deep",
        [NAME_ADDRESS_MISSING] = "address_missing",
        [NAME_MISMATCH] = "mismatch",
        [NAME_MATCHES_UNKNOWN] = NULL,
    };
    return words[match];
}
