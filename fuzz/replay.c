/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The main() of a fuzz target where there is no libFuzzer: runs the target on each file named, and on the
 * file's prefixes, so that the seeds and what fuzzing once found stay tests with every compiler.
 */

#include "base/memory.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Prefixes tried of each file: all of a short file, evenly spread ones of a longer. */
enum { PREFIXES = 512 };

/* The target gets a copy of just the right size, so that a sanitizer sees a read behind its end. */
static void run_target(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = memory_new(length, 1);
    memcpy(copy, bytes, length);
    LLVMFuzzerTestOneInput(copy, length);
    free(copy);
}

static uint8_t *read_whole(FILE *file, size_t *length)
{
    size_t room = 65536;
    uint8_t *bytes = memory_new(room, 1);
    *length = 0;
    for (;;) {
        *length += fread(bytes + *length, 1, room - *length, file);
        if (*length < room)
            return bytes;
        room *= 2;
        bytes = memory_resize(bytes, room, 1);
    }
}

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    size_t length;
    uint8_t *bytes = read_whole(file, &length);
    fclose(file);
    size_t step = length / PREFIXES + 1;
    for (size_t prefix = 0; prefix < length; prefix += step)
        run_target(bytes, prefix);
    run_target(bytes, length);
    free(bytes);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    return failed;
}
