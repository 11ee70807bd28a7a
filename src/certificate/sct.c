/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/sct.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <stdio.h>

enum { MOST = 16, VERSION_1 = 0, ALGORITHMS = 2 };

/* RFC 6962 section 3.2 */
static bool read_one(struct cursor *one, struct sct *sct)
{
    struct cursor extensions, signature;
    const uint8_t *log = cursor_take(one, SCT_LOG);
    for (size_t i = 0; log && i < SCT_LOG; i++)
        snprintf(sct->log_text + 2 * i, 3, "%02x", log[i]);
    cursor_u64(one, &sct->time);
    cursor_child_u16(one, &extensions);
    cursor_skip(one, ALGORITHMS);
    cursor_child_u16(one, &signature);
    return cursor_finished(one);
}

/* Passes over those of versions that nobody knows. */
static bool read_next(struct cursor *list, struct sct *sct, bool *malformed)
{
    struct cursor one;
    uint8_t version;
    while (cursor_more(list) && cursor_child_u16(list, &one)) {
        *sct = (struct sct){0};
        if (cursor_u8(&one, &version) && version != VERSION_1)
            continue;
        if (read_one(&one, sct))
            return true;
        *malformed = true;
    }
    *malformed |= list->status == CURSOR_MALFORMED;
    return false;
}

struct sct_list sct_list_read(struct cursor list, struct arena *arena)
{
    struct sct_list found = {0};
    struct sct sct;
    while (found.count < MOST && read_next(&list, &sct, &found.malformed)) {
        if (!found.items)
            found.items = arena_take(arena, MOST, sizeof *found.items);
        if (!found.items)
            break;
        found.items[found.count++] = sct;
    }
    return found;
}

uint32_t sct_list_count(struct cursor list)
{
    uint32_t count = 0;
    bool malformed = false;
    struct sct sct;
    while (read_next(&list, &sct, &malformed))
        count++;
    return count;
}

/* The OCTET STRING inside, and the list in it; NULL: there is none. To be freed. */
static ASN1_OCTET_STRING *open_extension(const ASN1_OCTET_STRING *extension, struct cursor *list)
{
    const unsigned char *at = ASN1_STRING_get0_data(extension);
    ASN1_OCTET_STRING *inner = d2i_ASN1_OCTET_STRING(NULL, &at, ASN1_STRING_length(extension));
    struct cursor bytes = inner ? cursor_over(ASN1_STRING_get0_data(inner), (size_t)ASN1_STRING_length(inner))
                                : cursor_over(NULL, 0);
    cursor_child_u16(&bytes, list);
    ERR_clear_error();
    return inner;
}

struct sct_list sct_extension_read(const ASN1_OCTET_STRING *extension, struct arena *arena)
{
    struct cursor list;
    ASN1_OCTET_STRING *inner = open_extension(extension, &list);
    struct sct_list found = sct_list_read(list, arena);
    ASN1_OCTET_STRING_free(inner);
    return found;
}

uint32_t sct_extension_count(const ASN1_OCTET_STRING *extension)
{
    struct cursor list;
    ASN1_OCTET_STRING *inner = open_extension(extension, &list);
    uint32_t count = sct_list_count(list);
    ASN1_OCTET_STRING_free(inner);
    return count;
}
