/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_SIGNALS_H
#define TLSWHY_SIGNALS_H

/*
 * The signals of a run: the user's wish to end it, and a tick that wakes a read which waits for a slow pipe.
 * A handler reaches nothing but one flag, so this module keeps the program's only global state of its own.
 */

#include <stdbool.h>

/* SIGINT and SIGTERM ask for an end; a second one ends the program at once. SIGPIPE is a failed write. Where
 * the run `waits` for its input, they interrupt a read; else no call at all. */
void signals_catch(bool waits);
bool signals_interrupted(void);

/* Interrupts what waits every so many milliseconds; 0 stops it. */
void signals_tick(unsigned milliseconds);

/* Around output, in a run that waits: a write must not be interrupted half way. */
void signals_hold(void);
void signals_release(void);

#endif
