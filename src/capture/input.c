/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/input.h"

#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Large enough that system calls cost nothing, small enough to stay in the processor's cache. */
enum { USUAL_ROOM = 128 * 1024, SPARE_ROOM = 16 * 1024 };

struct input {
    const struct input_spring *spring; /* NULL: memory */
    void *state;
    uint8_t *room;
    size_t size;
    const uint8_t *at;
    size_t available; /* from `at` on */
    uint64_t offset;
    enum input_status status;
};

/* ---- Descriptors --------------------------------------------------------------------------------------- */

struct descriptor {
    int number;
    uint64_t position;
    char failure[128];
};

static enum input_status read_descriptor(void *state, uint8_t *room, size_t size, size_t *count)
{
    struct descriptor *descriptor = state;
    ssize_t got = read(descriptor->number, room, size);
    if (got > 0) {
        *count = (size_t)got;
        descriptor->position += (uint64_t)got;
        return INPUT_OK;
    }
    if (got == 0)
        return INPUT_END;
    if (errno == EINTR)
        return INPUT_INTERRUPTED;
    snprintf(descriptor->failure, sizeof descriptor->failure, "reading failed: %s", strerror(errno));
    return INPUT_FAILED;
}

static const char *failure_of_descriptor(const void *state)
{
    return ((const struct descriptor *)state)->failure;
}

static uint64_t position_of_descriptor(const void *state)
{
    return ((const struct descriptor *)state)->position;
}

static void close_descriptor(void *state)
{
    struct descriptor *descriptor = state;
    close(descriptor->number);
    free(descriptor);
}

static const struct input_spring descriptor_spring = {
    .fill = read_descriptor,
    .failure = failure_of_descriptor,
    .position = position_of_descriptor,
    .close = close_descriptor,
    .offsets_are = "",
};

/* ---- Inputs -------------------------------------------------------------------------------------------- */

struct input *input_over_spring(const struct input_spring *spring, void *state)
{
    struct input *input = memory_new(1, sizeof *input);
    input->spring = spring;
    input->state = state;
    input->size = USUAL_ROOM;
    input->room = memory_resize(NULL, input->size, 1);
    input->at = input->room;
    return input;
}

struct input *input_over_descriptor(int number)
{
    struct descriptor *descriptor = memory_new(1, sizeof *descriptor);
    descriptor->number = number;
    posix_fadvise(number, 0, 0, POSIX_FADV_SEQUENTIAL);
    return input_over_spring(&descriptor_spring, descriptor);
}

void input_spare(struct input *input)
{
    input->size = SPARE_ROOM;
    input->room = memory_resize(input->room, input->size, 1);
    input->at = input->room;
}

struct input *input_over_memory(const uint8_t *bytes, size_t length)
{
    static const uint8_t nothing[1];
    struct input *input = memory_new(1, sizeof *input);
    input->at = bytes ? bytes : nothing;
    input->available = length;
    return input;
}

void input_free(struct input *input)
{
    if (!input)
        return;
    if (input->spring)
        input->spring->close(input->state);
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

static enum input_status fill(struct input *input)
{
    size_t used = input->available, count = 0;
    enum input_status status =
        input->spring->fill(input->state, input->room + used, input->size - used, &count);
    if (status == INPUT_OK)
        input->available += count;
    return status;
}

const uint8_t *input_peek(struct input *input, size_t wanted)
{
    input->status = INPUT_OK;
    if (input->available >= wanted)
        return input->at;
    if (!input->spring) {
        input->status = INPUT_END;
        return NULL;
    }
    make_room(input, wanted);
    while (input->available < wanted && input->status == INPUT_OK)
        input->status = fill(input);
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

const char *input_failure(const struct input *input)
{
    return input->spring ? input->spring->failure(input->state) : "";
}

size_t input_available(const struct input *input)
{
    return input->available;
}

uint64_t input_offset(const struct input *input)
{
    return input->offset;
}

const char *input_offsets_are(const struct input *input)
{
    return input->spring ? input->spring->offsets_are : "";
}

uint64_t input_position(const struct input *input)
{
    return input->spring ? input->spring->position(input->state) : input->offset;
}

size_t input_memory(const struct input *input)
{
    bool asks = input->spring && input->spring->memory;
    return input->size + (asks ? input->spring->memory(input->state) : 0);
}
