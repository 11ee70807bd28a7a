/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_REASON = 256 };

enum source_outcome reader_break(const struct reader *reader, const char *format, ...)
{
    char reason[LONGEST_REASON];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    notice_send(&reader->notices, NOTICE_ERROR, "%s: %s; what came before is reported", reader->name, reason);
    return SOURCE_BROKEN;
}

enum source_outcome reader_cut(const struct reader *reader, const char *what, uint64_t begin, uint64_t wanted)
{
    const struct input *input = reader->input;
    if (input_status(input) == INPUT_INTERRUPTED)
        return SOURCE_WAIT;
    if (input_status(input) == INPUT_FAILED)
        return reader_break(reader, "%s at offset %" PRIu64 ": reading failed: %s", what, begin,
                            strerror(input_error(input)));
    return reader_break(reader, "%s at offset %" PRIu64 ": cut after %" PRIu64 " of %" PRIu64 " bytes", what,
                        begin, input_offset(input) + input_available(input) - begin, wanted);
}
