/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_INPUT_H
#define TLSWHY_CAPTURE_INPUT_H

/*
 * An input is a run of bytes that is read from front to back: a file, a pipe, memory, or what another input
 * holds compressed. It owns one buffer and hands out views of the bytes that come next, without copying them;
 * it grows only when more than its room is asked for at once, so the reader of a format bounds what it asks
 * for. It knows at which offset it stands, and why it has no more.
 */

#include <stddef.h>
#include <stdint.h>

struct input;

enum input_status {
    INPUT_OK,
    INPUT_END,         /* there are no more bytes than input_available() */
    INPUT_INTERRUPTED, /* a signal came; asking again goes on */
    INPUT_FAILED       /* there are more bytes, but they can't be had: input_failure() */
};

/* Where an input's bytes come from. `fill` puts between 1 and `size` bytes into `room` and says INPUT_OK, or
 * says why there are none. */
struct input_spring {
    enum input_status (*fill)(void *state, uint8_t *room, size_t size, size_t *count);
    const char *(*failure)(const void *state); /* after INPUT_FAILED, as a part of a sentence */
    uint64_t (*position)(const void *state);   /* bytes of the file that were read so far */
    size_t (*memory)(const void *state);       /* bytes that the state takes; NULL: next to none */
    void (*close)(void *state);
    const char
        *offsets_are; /* " of ..." what the offsets count, behind an offset in messages; "" in a file */
};

/* Takes the state over. The spring's description must live as long. */
struct input *input_over_spring(const struct input_spring *spring, void *state);

/* Takes the descriptor over and closes it in the end. */
struct input *input_over_descriptor(int descriptor);

/* Holds fewer bytes at a time from now on, for inputs of which very many are open. Nothing was read yet. */
void input_spare(struct input *input);

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

/* Why INPUT_FAILED, as a part of a sentence; lives as long as the input. */
const char *input_failure(const struct input *input);

/* Bytes that are there without reading. */
size_t input_available(const struct input *input);

/* Bytes consumed so far. */
uint64_t input_offset(const struct input *input);

/* What stands behind an offset in messages: "", or " of the decompressed bytes". */
const char *input_offsets_are(const struct input *input);

/* Bytes of the file (or of the memory) that were read so far: how far it is, also where it is compressed. */
uint64_t input_position(const struct input *input);

/* Bytes of memory that the input takes. */
size_t input_memory(const struct input *input);

#endif
