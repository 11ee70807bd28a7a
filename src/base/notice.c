/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/notice.h"

#include "base/buffer.h"
#include "base/escape.h"
#include <stdio.h>
#include <string.h>

enum { LONGEST_NOTICE = 1000 };

/* Not in the middle of a UTF-8 character. */
static void cut(struct buffer *text, size_t longest)
{
    if (text->length <= longest)
        return;
    while (longest > 0 && ((uint8_t)text->bytes[longest] & 0xc0) == 0x80)
        longest--;
    text->length = longest;
    text->bytes[longest] = '\0';
}

void notice_send(const struct notice_sink *sink, enum notice_level level, const char *format, ...)
{
    if (!sink || !sink->tell)
        return;
    char raw[LONGEST_NOTICE + 1];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    struct buffer text = {0};
    escape_text(&text, raw, strlen(raw));
    cut(&text, LONGEST_NOTICE);
    sink->tell(sink->user, level, text.bytes ? text.bytes : "");
    buffer_free(&text);
}

static void tell_stderr(void *user, enum notice_level level, const char *text)
{
    static const char *const prefix[] = {
        [NOTICE_INFORMATION] = "", [NOTICE_WARNING] = "warning: ", [NOTICE_ERROR] = "error: "};
    (void)user;
    fprintf(stderr, "tlswhy: %s%s\n", prefix[level], text);
}

struct notice_sink notice_to_stderr(void)
{
    return (struct notice_sink){.tell = tell_stderr};
}
