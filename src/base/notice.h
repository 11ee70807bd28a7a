/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_NOTICE_H
#define TLSWHY_BASE_NOTICE_H

/*
 * A notice is one sentence for the person who runs the program: an input that breaks off, a link type that
 * can't be read, a bound that was hit. Whoever owns the run decides where notices go (standard error, the
 * status line of the terminal view, a test's list); the modules only send them.
 */

#include <stdarg.h>

enum notice_level { NOTICE_INFORMATION, NOTICE_WARNING, NOTICE_ERROR };

/* Where notices go. `text` is one line without a newline, already safe to print; it lives only for the call.
 */
struct notice_sink {
    void (*tell)(void *user, enum notice_level level, const char *text);
    void *user;
};

/* Formats, escapes what may not reach a terminal, cuts at 1,000 bytes, and sends. A NULL sink is silence. */
void notice_send(const struct notice_sink *sink, enum notice_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The sink of a command line program: "tlswhy: warning: ..." on standard error. */
struct notice_sink notice_to_stderr(void);

#endif
