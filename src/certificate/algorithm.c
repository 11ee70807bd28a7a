/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/algorithm.h"

#include <openssl/objects.h>
#include <string.h>

/* FIPS 204 and 205, as RFC 9881 and RFC 9909 put them into certificates. */
static const struct {
    const char *oid, *name;
} young[] = {
    {"2.16.840.1.101.3.4.3.17", "ML-DSA-44"},          {"2.16.840.1.101.3.4.3.18", "ML-DSA-65"},
    {"2.16.840.1.101.3.4.3.19", "ML-DSA-87"},          {"2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s"},
    {"2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f"},  {"2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s"},
    {"2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f"},  {"2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s"},
    {"2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f"},  {"2.16.840.1.101.3.4.3.26", "SLH-DSA-SHAKE-128s"},
    {"2.16.840.1.101.3.4.3.27", "SLH-DSA-SHAKE-128f"}, {"2.16.840.1.101.3.4.3.28", "SLH-DSA-SHAKE-192s"},
    {"2.16.840.1.101.3.4.3.29", "SLH-DSA-SHAKE-192f"}, {"2.16.840.1.101.3.4.3.30", "SLH-DSA-SHAKE-256s"},
    {"2.16.840.1.101.3.4.3.31", "SLH-DSA-SHAKE-256f"},
};

const char *algorithm_name(const ASN1_OBJECT *algorithm, struct arena *arena)
{
    char oid[128];
    int nid = OBJ_obj2nid(algorithm);
    if (nid != NID_undef)
        return OBJ_nid2ln(nid);
    int length = OBJ_obj2txt(oid, sizeof oid, algorithm, 1);
    if (length <= 0)
        return NULL;
    for (size_t i = 0; i < sizeof young / sizeof *young; i++)
        if (strcmp(young[i].oid, oid) == 0)
            return young[i].name;
    return arena_copy(arena, oid, strlen(oid));
}
