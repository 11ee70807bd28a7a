/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_PLACES_H
#define TLSWHY_CAPTURE_PLACES_H

/*
 * Inside the program the packets of a run have numbers that only go up, whatever file they come from, so that
 * two of them can be compared. People look packets up in files, by the number within the file. Places lead
 * from the one to the other. With one file the numbers are the same.
 */

#include <stdbool.h>
#include <stdint.h>

struct places;

struct place {
    const char *origin; /* file or interface; NULL: too long ago to tell */
    uint64_t number;    /* within it, from 1; 0 with NULL */
};

struct places *places_new(void);
void places_free(struct places *places); /* NULL is fine */

/* The next packet of the run is packet `number` of `origin`, which is compared by address and lives as long
 * as the places. The packet's number in the run: above all before. */
uint64_t places_add(struct places *places, const char *origin, uint64_t number);

/* Of no more than one file yet: packets have the same number in both. */
bool places_are_plain(const struct places *places);

struct place places_find(const struct places *places, uint64_t packet);

#endif
