/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/input.h"

#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Large enough that system calls cost nothing, small enough to stay in the processor's cache. */
enum { USUAL_ROOM = 256 * 1024 };

struct input {
    int descriptor; /* -1: memory */
    uint8_t *room;
    size_t size;
    const uint8_t *at;
    size_t available; /* from `at` on */
    uint64_t offset;
    enum input_status status;
    int error;
};

struct input *input_over_descriptor(int descriptor)
{
    struct input *input = memory_new(1, sizeof *input);
    input->descriptor = descriptor;
    input->size = USUAL_ROOM;
    input->room = memory_resize(NULL, input->size, 1);
    input->at = input->room;
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    return input;
}

struct input *input_over_memory(const uint8_t *bytes, size_t length)
{
    static const uint8_t nothing[1];
    struct input *input = memory_new(1, sizeof *input);
    input->descriptor = -1;
    input->at = bytes ? bytes : nothing;
    input->available = length;
    return input;
}

void input_free(struct input *input)
{
    if (!input)
        return;
    if (input->descriptor >= 0)
        close(input->descriptor);
    free(input->room);
    free(input);
}

/* Moves what is left to the front, so that `wanted` bytes fit behind each other. */
static void make_room(struct input *input, size_t wanted)
{
    if (input->available > 0)
        memmove(input->room, input->at, input->available);
    if (wanted > input->size) {
        input->room = memory_resize(input->room, wanted, 1);
        input->size = wanted;
    }
    input->at = input->room;
}

static enum input_status read_some(struct input *input)
{
    size_t used = input->available;
    ssize_t count = read(input->descriptor, input->room + used, input->size - used);
    if (count > 0) {
        input->available += (size_t)count;
        return INPUT_OK;
    }
    if (count == 0)
        return INPUT_END;
    input->error = errno;
    return errno == EINTR ? INPUT_INTERRUPTED : INPUT_FAILED;
}

const uint8_t *input_peek(struct input *input, size_t wanted)
{
    input->status = INPUT_OK;
    if (input->available >= wanted)
        return input->at;
    if (input->descriptor < 0) {
        input->status = INPUT_END;
        return NULL;
    }
    make_room(input, wanted);
    while (input->available < wanted && input->status == INPUT_OK)
        input->status = read_some(input);
    return input->available >= wanted ? input->at : NULL;
}

void input_skip(struct input *input, size_t count)
{
    if (count > input->available)
        count = input->available;
    input->at += count;
    input->available -= count;
    input->offset += count;
}

enum input_status input_status(const struct input *input)
{
    return input->status;
}

int input_error(const struct input *input)
{
    return input->error;
}

size_t input_available(const struct input *input)
{
    return input->available;
}

uint64_t input_offset(const struct input *input)
{
    return input->offset;
}
