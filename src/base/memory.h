/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_MEMORY_H
#define TLSWHY_BASE_MEMORY_H

/*
 * Allocation that cannot fail: where the system has no memory left the program says so on standard error
 * and ends with status 1. What bounds memory are the limits that each table keeps, not these functions.
 */

#include <stddef.h>

/* `count` zeroed elements of `size` bytes; freed with free(). A product that overflows ends the program. */
void *memory_new(size_t count, size_t size);

/* realloc() to `count` elements of `size` bytes; the new part is not cleared. */
void *memory_resize(void *old, size_t count, size_t size);

/* A copy of a string; freed with free(). */
char *memory_copy_string(const char *text);

/* For a library that found no memory: ends the program in the same way. */
_Noreturn void memory_exhausted(const char *what);

#endif
