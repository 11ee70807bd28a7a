/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rule.h"

#include <string.h>

const struct stack stacks_table[] = {
    {"any", NULL, NULL},
    {"android", "Android", " boringssl "},
    {"apache", "Apache", " openssl "},
    {"aws", "AWS", " openssl boringssl "},
    {"azure", "Azure", " schannel openssl "},
    {"boringssl", "BoringSSL", NULL},
    {"caddy", "Caddy", " go "},
    {"chrome", "Chrome", " boringssl "},
    {"citrix", "Citrix NetScaler", " openssl "},
    {"curl", "curl", " openssl gnutls schannel macos rustls mbedtls wolfssl boringssl nss "},
    {"dotnet", ".NET", " schannel openssl macos "},
    {"envoy", "Envoy", " boringssl "},
    {"f5", "F5 BIG-IP", " openssl "},
    {"firefox", "Firefox", " nss "},
    {"gnutls", "GnuTLS", NULL},
    {"go", "Go", NULL},
    {"haproxy", "HAProxy", " openssl wolfssl "},
    {"iis", "IIS", " schannel "},
    {"java", "Java", NULL},
    {"kubernetes", "Kubernetes", " go openssl boringssl "},
    {"libressl", "LibreSSL", NULL},
    {"linux", "Linux", " openssl gnutls nss "},
    {"macos", "macOS", NULL},
    {"mbedtls", "Mbed TLS", NULL},
    {"mysql", "MySQL", " openssl wolfssl "},
    {"nginx", "nginx", " openssl boringssl "},
    {"node", "Node.js", " openssl "},
    {"nss", "NSS", NULL},
    {"openssl", "OpenSSL", NULL},
    {"postgresql", "PostgreSQL", " openssl "},
    {"python", "Python", " openssl "},
    {"rustls", "rustls", NULL},
    {"schannel", "Windows (Schannel)", NULL},
    {"sqlserver", "SQL Server", " schannel openssl "},
    {"stunnel", "stunnel", " openssl "},
    {"tomcat", "Tomcat", " java openssl "},
    {"traefik", "Traefik", " go "},
    {"windows", "Windows", " schannel "},
    {"wolfssl", "wolfSSL", NULL},
    {NULL, NULL, NULL},
};

_Static_assert(sizeof stacks_table / sizeof stacks_table[0] <= STACKS_MOST, "STACKS_MOST is too small");

const char *rules_software(const char *word)
{
    for (const struct stack *stack = stacks_table; stack->word; stack++)
        if (strcmp(stack->word, word) == 0)
            return stack->name;
    return NULL;
}
