/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_INPUT_H
#define TLSWHY_CAPTURE_INPUT_H

/*
 * An input is a run of bytes that is read from front to back: a file, a pipe, or memory. It owns one buffer
 * and hands out views of the bytes that come next, without copying them; it grows only when more than its
 * room is asked for at once, so the reader of a format bounds what it asks for. It knows at which offset it
 * stands, and why it has no more.
 */

#include <stddef.h>
#include <stdint.h>

struct input;

enum input_status {
    INPUT_OK,
    INPUT_END,         /* there are no more bytes than input_available() */
    INPUT_INTERRUPTED, /* a signal came; asking again goes on */
    INPUT_FAILED       /* read(2) failed: input_error() */
};

/* Takes the descriptor over and closes it in the end. */
struct input *input_over_descriptor(int descriptor);

/* The bytes must outlive the input. */
struct input *input_over_memory(const uint8_t *bytes, size_t length);

void input_free(struct input *input); /* NULL is fine */

/* The next `wanted` bytes, which stay where they are until the next call; NULL when they did not all come:
 * see input_status(). Consumes nothing. */
const uint8_t *input_peek(struct input *input, size_t wanted);

/* Consumes `count` bytes that input_peek() showed; they stay readable until the next input_peek(). */
void input_skip(struct input *input, size_t count);

/* What the last input_peek() came upon. */
enum input_status input_status(const struct input *input);

/* The errno of INPUT_FAILED. */
int input_error(const struct input *input);

/* Bytes that are there without reading. */
size_t input_available(const struct input *input);

/* Bytes consumed so far. */
uint64_t input_offset(const struct input *input);

#endif
