/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/extensions.h"

#include <arpa/inet.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { ADDRESS_4 = 4, ADDRESS_16 = 16, STATUS_REQUEST = 5 /* RFC 7633 section 4 */ };

static bool keep(struct certificate *certificate, const void *bytes, size_t length, struct octets *out)
{
    out->bytes = arena_copy(certificate->arena, bytes, length);
    out->length = out->bytes ? (uint32_t)length : 0;
    return out->bytes != NULL;
}

static bool keep_string(struct certificate *certificate, const ASN1_STRING *string, struct octets *out)
{
    int length = ASN1_STRING_length(string);
    return length >= 0 && keep(certificate, ASN1_STRING_get0_data(string), (size_t)length, out);
}

/* Room for `count` texts; nothing where the arena is full. */
static bool list_begin(struct certificate *certificate, int count, struct octets_list *list)
{
    list->items = count > 0 ? arena_take(certificate->arena, (size_t)count, sizeof *list->items) : NULL;
    return list->items != NULL;
}

/* ---- Names --------------------------------------------------------------------------------------------- */

static bool keep_address(struct certificate *certificate, const ASN1_OCTET_STRING *address,
                         struct octets *out)
{
    char text[INET6_ADDRSTRLEN];
    int length = ASN1_STRING_length(address);
    int family = length == ADDRESS_4 ? AF_INET : length == ADDRESS_16 ? AF_INET6 : AF_UNSPEC;
    if (family == AF_UNSPEC || !inet_ntop(family, ASN1_STRING_get0_data(address), text, sizeof text))
        return false;
    return keep(certificate, text, strlen(text), out);
}

/* Of the many kinds of otherName only the Windows account's name (user principal name) is text for people. */
static bool keep_other(struct certificate *certificate, const OTHERNAME *other, struct octets *out)
{
    return OBJ_obj2nid(other->type_id) == NID_ms_upn && other->value &&
           other->value->type == V_ASN1_UTF8STRING &&
           keep_string(certificate, other->value->value.utf8string, out);
}

static bool keep_alternative(struct certificate *certificate, const GENERAL_NAME *name,
                             struct alternative_name *out)
{
    switch (name->type) {
    case GEN_DNS:
        out->kind = ALTERNATIVE_DNS;
        return keep_string(certificate, name->d.dNSName, &out->text);
    case GEN_URI:
        out->kind = ALTERNATIVE_URI;
        return keep_string(certificate, name->d.uniformResourceIdentifier, &out->text);
    case GEN_EMAIL:
        out->kind = ALTERNATIVE_EMAIL;
        return keep_string(certificate, name->d.rfc822Name, &out->text);
    case GEN_IPADD:
        out->kind = ALTERNATIVE_ADDRESS;
        return keep_address(certificate, name->d.iPAddress, &out->text);
    case GEN_OTHERNAME:
        out->kind = ALTERNATIVE_OTHER;
        return keep_other(certificate, name->d.otherName, &out->text);
    default:
        return false;
    }
}

static void read_alternative_names(struct certificate *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate->x509, NID_subject_alt_name, NULL, NULL);
    int count = names ? sk_GENERAL_NAME_num(names) : 0;
    certificate->has_alternative_names = names != NULL;
    if (count > 0)
        certificate->alternative_names =
            arena_take(certificate->arena, (size_t)count, sizeof *certificate->alternative_names);
    for (int i = 0; i < count && certificate->alternative_names; i++) {
        struct alternative_name *next = &certificate->alternative_names[certificate->alternative_name_count];
        if (keep_alternative(certificate, sk_GENERAL_NAME_value(names, i), next))
            certificate->alternative_name_count++;
    }
    GENERAL_NAMES_free(names);
}

/* ---- Purposes ------------------------------------------------------------------------------------------ */

static bool keep_object(struct certificate *certificate, const ASN1_OBJECT *object, struct octets *out)
{
    char text[80];
    int nid = OBJ_obj2nid(object);
    if (nid != NID_undef)
        return keep(certificate, OBJ_nid2sn(nid), strlen(OBJ_nid2sn(nid)), out);
    int length = OBJ_obj2txt(text, sizeof text, object, 1);
    return length > 0 && keep(certificate, text, strlen(text), out);
}

static void read_usages(struct certificate *certificate)
{
    struct octets_list *list = &certificate->extended_key_usage;
    EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(certificate->x509, NID_ext_key_usage, NULL, NULL);
    int count = usages ? sk_ASN1_OBJECT_num(usages) : 0;
    if (list_begin(certificate, count, list))
        for (int i = 0; i < count; i++)
            list->count +=
                keep_object(certificate, sk_ASN1_OBJECT_value(usages, i), &list->items[list->count]);
    EXTENDED_KEY_USAGE_free(usages);
}

static void read_key_usage(struct certificate *certificate)
{
    ASN1_BIT_STRING *usage = X509_get_ext_d2i(certificate->x509, NID_key_usage, NULL, NULL);
    const uint8_t *bits = usage ? ASN1_STRING_get0_data(usage) : NULL;
    certificate->key_usage = usage ? 0 : UINT32_MAX;
    for (int i = 0; usage && i < ASN1_STRING_length(usage) && i < 2; i++)
        certificate->key_usage |= (uint32_t)bits[i] << 8 * i;
    ASN1_BIT_STRING_free(usage);
}

static void read_basic_constraints(struct certificate *certificate)
{
    BASIC_CONSTRAINTS *constraints = X509_get_ext_d2i(certificate->x509, NID_basic_constraints, NULL, NULL);
    certificate->is_ca = constraints && constraints->ca;
    BASIC_CONSTRAINTS_free(constraints);
}

static void read_features(struct certificate *certificate)
{
    TLS_FEATURE *features = X509_get_ext_d2i(certificate->x509, NID_tlsfeature, NULL, NULL);
    for (int i = 0; features && i < sk_ASN1_INTEGER_num(features); i++)
        certificate->must_staple |= ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == STATUS_REQUEST;
    TLS_FEATURE_free(features);
}

/* ---- Where to ask -------------------------------------------------------------------------------------- */

static void keep_url(struct certificate *certificate, const GENERAL_NAME *name, struct octets_list *list)
{
    if (name->type == GEN_URI)
        list->count += keep_string(certificate, name->d.uniformResourceIdentifier, &list->items[list->count]);
}

static const GENERAL_NAMES *names_of(const DIST_POINT *point)
{
    const int full_name = 0;
    return point->distpoint && point->distpoint->type == full_name ? point->distpoint->name.fullname : NULL;
}

static void read_crl_urls(struct certificate *certificate)
{
    CRL_DIST_POINTS *points = X509_get_ext_d2i(certificate->x509, NID_crl_distribution_points, NULL, NULL);
    int points_count = points ? sk_DIST_POINT_num(points) : 0;
    int names = 0;
    for (int i = 0; i < points_count; i++) {
        const GENERAL_NAMES *of_point = names_of(sk_DIST_POINT_value(points, i));
        names += of_point ? sk_GENERAL_NAME_num(of_point) : 0;
    }
    bool room = list_begin(certificate, names, &certificate->crl_urls);
    for (int i = 0; room && i < points_count; i++) {
        const GENERAL_NAMES *of_point = names_of(sk_DIST_POINT_value(points, i));
        for (int j = 0; of_point && j < sk_GENERAL_NAME_num(of_point); j++)
            keep_url(certificate, sk_GENERAL_NAME_value(of_point, j), &certificate->crl_urls);
    }
    CRL_DIST_POINTS_free(points);
}

static void read_access(struct certificate *certificate)
{
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(certificate->x509, NID_info_access, NULL, NULL);
    int count = access ? sk_ACCESS_DESCRIPTION_num(access) : 0;
    bool room = list_begin(certificate, count, &certificate->ocsp_urls) &&
                list_begin(certificate, count, &certificate->issuer_urls);
    for (int i = 0; room && i < count; i++) {
        const ACCESS_DESCRIPTION *entry = sk_ACCESS_DESCRIPTION_value(access, i);
        int method = OBJ_obj2nid(entry->method);
        if (method == NID_ad_OCSP)
            keep_url(certificate, entry->location, &certificate->ocsp_urls);
        else if (method == NID_ad_ca_issuers)
            keep_url(certificate, entry->location, &certificate->issuer_urls);
    }
    AUTHORITY_INFO_ACCESS_free(access);
}

static void read_timestamps(struct certificate *certificate)
{
    int index = X509_get_ext_by_NID(certificate->x509, NID_ct_precert_scts, -1);
    X509_EXTENSION *extension = index >= 0 ? X509_get_ext(certificate->x509, index) : NULL;
    if (extension)
        certificate->timestamps = sct_extension_read(X509_EXTENSION_get_data(extension), certificate->arena);
}

void certificate_extensions_read(struct certificate *certificate)
{
    read_alternative_names(certificate);
    read_usages(certificate);
    read_key_usage(certificate);
    read_basic_constraints(certificate);
    read_features(certificate);
    read_crl_urls(certificate);
    read_access(certificate);
    read_timestamps(certificate);
}
