/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_CERTIFICATE_FILES_H
#define TLSWHY_REPORT_CERTIFICATE_FILES_H

/*
 * The certificates of a run as files in a folder: each distinct one once, in PEM, and each distinct chain of
 * several. What cannot be read as a certificate is written as it came, in a file that ends with .der. Names
 * are made of the role, of the first name in the certificate and of its SHA-1 thumbprint's first eight
 * digits: server-www.example.test-1A2B3C4D.pem. Whatever a certificate says, a name stays within the folder,
 * and no file is overwritten or written through a link.
 */

#include "base/notice.h"
#include "handshake/handshake.h"

struct certificate_files;

/* Makes the folder where there is none. NULL, with a sentence in `error`, where nothing can be written there.
 */
struct certificate_files *certificate_files_open(const char *folder, struct buffer *error);
void certificate_files_free(struct certificate_files *files); /* NULL is fine */

/* Writes what is new in the chains of both sides. */
void certificate_files_add(struct certificate_files *files, const struct handshake *handshake);

/* Tells what came of it. False where something could not be written. */
bool certificate_files_finish(const struct certificate_files *files, const struct notice_sink *notices);

/* The name of a certificate's file, without its end (".pem"). `role` is "server", "client" or "ca". */
void certificate_files_name(struct buffer *out, const char *role, const struct certificate *certificate);

#endif
