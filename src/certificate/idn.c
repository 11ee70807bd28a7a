/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/idn.h"

#include <string.h>
#include <strings.h>
#ifdef HAVE_IDN2
#include <idn2.h>
#endif

enum { NAME_LONGEST = 1024 }; /* bytes; a DNS name has 255 at most, in U-labels it may have more */

bool idn_needs_ascii(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] >= 0x80)
            return true;
    return false;
}

#ifdef HAVE_IDN2

bool idn_is_there(void)
{
    return true;
}

/* As libidn2 wants it; false where it is too long or has a zero in it. */
static bool copy_name(char copy[static NAME_LONGEST + 1], const char *name, size_t length)
{
    if (length == 0 || length > NAME_LONGEST || memchr(name, '\0', length))
        return false;
    memcpy(copy, name, length);
    copy[length] = '\0';
    return true;
}

bool idn_to_ascii(struct buffer *out, const char *name, size_t length)
{
    char copy[NAME_LONGEST + 1], *ascii = NULL;
    if (!copy_name(copy, name, length) ||
        idn2_to_ascii_8z(copy, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
        return false;
    buffer_add_string(out, ascii);
    idn2_free(ascii);
    return true;
}

static bool has_a_label(const char *name)
{
    const char *label = name;
    while (label && strncasecmp(label, "xn--", 4) != 0) {
        const char *dot = strchr(label, '.');
        label = dot ? dot + 1 : NULL;
    }
    return label != NULL;
}

bool idn_to_unicode(struct buffer *out, const char *name, size_t length)
{
    char copy[NAME_LONGEST + 1], *unicode = NULL;
    if (!copy_name(copy, name, length) || !has_a_label(copy) ||
        idn2_to_unicode_8z8z(copy, &unicode, 0) != IDN2_OK)
        return false;
    bool differs = strcasecmp(copy, unicode) != 0;
    if (differs)
        buffer_add_string(out, unicode);
    idn2_free(unicode);
    return differs;
}

#else

bool idn_is_there(void)
{
    return false;
}

bool idn_to_ascii(struct buffer *out, const char *name, size_t length)
{
    (void)out;
    (void)name;
    (void)length;
    return false;
}

bool idn_to_unicode(struct buffer *out, const char *name, size_t length)
{
    (void)out;
    (void)name;
    (void)length;
    return false;
}

#endif

void idn_show(struct buffer *out, const char *name, size_t length)
{
    struct buffer unicode = {0};
    buffer_add(out, name, length);
    if (idn_to_unicode(&unicode, name, length))
        buffer_add_format(out, " (%s)", unicode.bytes);
    buffer_free(&unicode);
}
