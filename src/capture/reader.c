/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/reader.h"

#include <inttypes.h>
#include <stdio.h>

enum { LONGEST_REASON = 256 };

const uint8_t *reader_peek_first(struct reader *reader, size_t wanted)
{
    const uint8_t *bytes;
    do
        bytes = input_peek(reader->input, wanted);
    while (!bytes && input_status(reader->input) == INPUT_INTERRUPTED);
    return bytes;
}

const uint8_t *reader_peek_header(struct reader *reader, size_t length)
{
    const uint8_t *header = reader_peek_first(reader, length);
    if (!header && input_status(reader->input) == INPUT_FAILED)
        notice_send(&reader->notices, NOTICE_ERROR, "%s: in the file header: %s", reader->name,
                    input_failure(reader->input));
    else if (!header)
        notice_send(&reader->notices, NOTICE_ERROR, "%s: cut after %zu of the file header's %zu bytes",
                    reader->name, input_available(reader->input), length);
    return header;
}

const char *reader_name_packet(const struct reader *reader, char name[static READER_LONGEST_NAME])
{
    bool begins = input_available(reader->input) > 0;
    snprintf(name, READER_LONGEST_NAME, begins ? "packet %" PRIu64 : "behind packet %" PRIu64,
             reader->packets + begins);
    return name;
}

enum source_outcome reader_break(const struct reader *reader, const char *what, uint64_t begin,
                                 const char *format, ...)
{
    char reason[LONGEST_REASON];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    notice_send(&reader->notices, NOTICE_ERROR,
                "%s: %s at offset %" PRIu64 "%s: %s; what came before is reported", reader->name, what, begin,
                input_offsets_are(reader->input), reason);
    return SOURCE_BROKEN;
}

enum source_outcome reader_cut(const struct reader *reader, const char *what, uint64_t begin, uint64_t wanted)
{
    const struct input *input = reader->input;
    if (input_status(input) == INPUT_INTERRUPTED)
        return SOURCE_WAIT;
    if (input_status(input) == INPUT_FAILED)
        return reader_break(reader, what, begin, "%s", input_failure(input));
    return reader_break(reader, what, begin, "cut after %" PRIu64 " of %" PRIu64 " bytes",
                        input_offset(input) + input_available(input) - begin, wanted);
}
