/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "alert_meaning.h"

#include "tls/names.h"
#include <errno.h>
#include <stdlib.h>

static const char tls12[] = "RFC 5246 section 7.2.2", tls13[] = "RFC 8446 section 6.2";

static const struct alert_meaning meanings[] = {
    {0, "The sender will send nothing more. It ends a connection in good order; it is not an error.",
     "Without any application data before it, it is how curl leaves when the server's certificate does not "
     "carry "
     "the name that it asked for.",
     "RFC 8446 section 6.1"},
    {10, "A message came that has no place here.",
     "Straight after the first bytes: the peer does not speak TLS at all (GnuTLS and Java answer plain text "
     "so). "
     "After the ClientHello of TLS 1.3, Java also means by it that no key exchange group is shared.",
     tls13},
    {20,
     "A record's integrity check failed: it was changed on the way, or the two sides have different keys.",
     "Early in the handshake: a wrong pre-shared key, a device in the path that rewrites, or a broken "
     "implementation.",
     tls13},
    {21, "Decryption failed. Obsolete: it must not be sent since TLS 1.1.", NULL, tls12},
    {22, "A record was longer than allowed.",
     "Mostly the peer does not speak TLS and its text was read as a length (NSS: \"record too long\").",
     tls13},
    {30, "A compressed record could not be expanded.", NULL, tls12},
    {40, "The sender could not agree to any of what was offered.",
     "From a server straight after the ClientHello: no shared cipher suite, group or signature scheme, or no "
     "certificate for the name; GnuTLS means the version too. From a server after the client's Certificate "
     "(up to "
     "TLS 1.2): OpenSSL, HAProxy, stunnel and Node refuse an empty one with it.",
     tls13},
    {41, "No certificate. Of SSL 3.0 only: there the client sends it, as a warning, when it has none.",
     "mbed TLS sends it in TLS 1.3 when the client's certificate is missing.", "RFC 6101 section 5.4.2"},
    {42, "A certificate is corrupt, or its signature is wrong.",
     "A catch-all in practice: Go sends it for every certificate that it does not accept, GnuTLS clients "
     "too, "
     "OpenSSL for a name that does not match and for weak keys; NSS, Java and Go servers for a missing "
     "client "
     "certificate.",
     tls13},
    {43, "The certificate is of an unsupported type.",
     "OpenSSL: the certificate may not be used for this (extended key usage lacks server or client "
     "authentication).",
     tls13},
    {44, "The certificate was revoked by its issuer.",
     ".NET also sends it when revocation could not be checked at all.", tls13},
    {45, "The certificate has expired, or is not valid yet.",
     "OpenSSL servers send it for their own outdated revocation list as well. A wrong clock gives the same.",
     tls13},
    {46, "Something else about the certificate is not acceptable.",
     "Java sends it for nearly everything (unknown issuer, expired in TLS 1.3, wrong name).", tls13},
    {47, "A field is out of range or contradicts another.",
     "A peer that answers with what was not offered, or a device in the path that edits the handshake.",
     tls13},
    {48, "The certificate's issuer is not known or not trusted.",
     "A private or self-signed certificate, a root that is not in the trust store, or an intermediate "
     "certificate that the other side did not send.",
     tls13},
    {49, "The certificate is valid, but access was denied.", "GnuTLS servers send it before bad_certificate.",
     tls13},
    {50, "A message could not be decoded: a length or a field is wrong.",
     "GnuTLS servers refuse an empty client certificate with it; OpenSSL sends it when the peer closed "
     "the connection in the middle of the handshake, which makes it an effect.",
     tls13},
    {51, "A cryptographic operation failed: a signature or a Finished did not verify.",
     "A key that does not belong to its certificate, or a device in the path that changed a message.", tls13},
    {60, "A key exceeded export limits. Obsolete.", NULL, "RFC 2246 section 7.2.2"},
    {70, "The protocol version is known, but not accepted.",
     "Client and server have no version in common: a client that ends at TLS 1.0 before a server that begins "
     "at "
     "1.2, or the other way round. GnuTLS sends handshake_failure instead.",
     tls13},
    {71, "The server wants stronger parameters than the client offers.", NULL, tls13},
    {80, "Something inside the sender failed, regardless of the peer.",
     "From a client in place of its Certificate: it could not use its private key. From an OpenSSL 3 server: "
     "old versions or SHA-1 signatures that its security level forbids.",
     tls13},
    {86, "A client that retried with a lower version could have had a higher one.",
     "Look at the attempt before this one: that is what failed.", "RFC 7507"},
    {90, "The user or the application called the handshake off.",
     "Java sends it before close_notify, in good order.", tls13},
    {100, "The sender will not renegotiate. A warning.",
     "A server that asks for the client certificate late (per path) cannot get it then.", tls12},
    {109, "A required extension is missing.",
     "In TLS 1.3 mostly server_name, or key_share with supported_groups.", tls13},
    {110, "An extension came that has no place in this message.", NULL, tls13},
    {111, "The certificate could not be fetched from the URL given.", NULL, "RFC 6066 section 5"},
    {112, "The server knows no such name (SNI).",
     "As a warning the handshake goes on with another certificate. As a fatal alert the server refuses names "
     "that are not configured.",
     "RFC 6066 section 3"},
    {113, "The stapled OCSP response is missing or not acceptable.",
     "Certificates with \"must staple\" on a server that does not staple.", "RFC 6066 section 8"},
    {114, "The hash of a fetched certificate does not match.", NULL, "RFC 6066 section 5"},
    {115, "The server does not know the identity of the pre-shared key.", NULL, "RFC 4279 section 2"},
    {116, "The server requires a client certificate, and got none.",
     "In TLS 1.3 the client has often reported success before it arrives, and fails on the first read.",
     tls13},
    {117, "An error that no other alert describes, or that the sender will not tell.", NULL,
     "draft-ietf-tls-rfc8446bis"},
    {120, "No application protocol in common (ALPN).",
     "The client insists on one, h2 for instance, that this listener does not offer.",
     "RFC 7301 section 3.2"},
    {121, "The client requires Encrypted Client Hello, and the server did not accept it.", NULL,
     "draft-ietf-tls-esni"},
};

const struct alert_meaning *alert_meaning(uint8_t code)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].code == code)
            return &meanings[i];
    return NULL;
}

int alert_code(const char *text)
{
    char *end;
    errno = 0;
    unsigned long code = strtoul(text, &end, 0);
    if (*text >= '0' && *text <= '9' && !*end && !errno && code <= UINT8_MAX)
        return names_find(NAMES_ALERT, (uint16_t)code) ? (int)code : -1;
    return names_code(NAMES_ALERT, text);
}
