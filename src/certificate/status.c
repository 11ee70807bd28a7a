/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/status.h"

#include <openssl/x509.h>
#include <string.h>

enum { KEY_BITS_MOST = 8192 /* a larger key is a stranger's way to cost time */ };

#define KNOWN_MOST                                                                                           \
    (sizeof((struct attested_memory *)0)->known / sizeof((struct attested_memory *)0)->known[0])

enum attested attested_remembered(const struct attested_memory *memory, const struct certificate *issuer)
{
    for (size_t i = 0; i < KNOWN_MOST; i++)
        if (memory->known[i].attested != ATTESTED_UNKNOWN &&
            memcmp(memory->known[i].issuer, issuer->sha256, sizeof issuer->sha256) == 0)
            return memory->known[i].attested;
    return ATTESTED_UNKNOWN;
}

void attested_remember(struct attested_memory *memory, const struct certificate *issuer,
                       enum attested attested)
{
    size_t place = memory->next++ % KNOWN_MOST;
    memory->known[place].attested = attested;
    memcpy(memory->known[place].issuer, issuer->sha256, sizeof issuer->sha256);
}

EVP_PKEY *status_issuer_key(const struct certificate *issuer)
{
    if (!issuer || !issuer->readable || issuer->key_bits > KEY_BITS_MOST)
        return NULL;
    X509 *x509 = certificate_for_checks(issuer);
    return x509 ? X509_get0_pubkey(x509) : NULL;
}

const char *status_reason_word(int reason)
{
    static const char *const words[] = {
        "unspecified",     "key_compromise",         "ca_compromise",    "affiliation_changed",
        "superseded",      "cessation_of_operation", "certificate_hold", NULL,
        "remove_from_crl", "privilege_withdrawn",    "aa_compromise",
    };
    return reason >= 0 && (size_t)reason < sizeof words / sizeof *words ? words[reason] : NULL;
}
