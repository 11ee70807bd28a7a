/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rule.h"

#include <string.h>

const struct stack stacks_table[] = {
    {"any", NULL},
    {"android", "Android"},
    {"apache", "Apache"},
    {"aws", "AWS"},
    {"azure", "Azure"},
    {"boringssl", "BoringSSL"},
    {"caddy", "Caddy"},
    {"chrome", "Chrome"},
    {"citrix", "Citrix NetScaler"},
    {"curl", "curl"},
    {"dotnet", ".NET"},
    {"envoy", "Envoy"},
    {"f5", "F5 BIG-IP"},
    {"firefox", "Firefox"},
    {"gnutls", "GnuTLS"},
    {"go", "Go"},
    {"haproxy", "HAProxy"},
    {"iis", "IIS"},
    {"java", "Java"},
    {"kubernetes", "Kubernetes"},
    {"libressl", "LibreSSL"},
    {"linux", "Linux"},
    {"macos", "macOS"},
    {"mbedtls", "Mbed TLS"},
    {"mysql", "MySQL"},
    {"nginx", "nginx"},
    {"node", "Node.js"},
    {"nss", "NSS"},
    {"openssl", "OpenSSL"},
    {"postgresql", "PostgreSQL"},
    {"python", "Python"},
    {"rustls", "rustls"},
    {"schannel", "Windows (Schannel)"},
    {"sqlserver", "SQL Server"},
    {"stunnel", "stunnel"},
    {"tomcat", "Tomcat"},
    {"traefik", "Traefik"},
    {"windows", "Windows"},
    {"wolfssl", "wolfSSL"},
    {NULL, NULL},
};

_Static_assert(sizeof stacks_table / sizeof stacks_table[0] <= STACKS_MOST, "STACKS_MOST is too small");

const char *rules_software(const char *word)
{
    for (const struct stack *stack = stacks_table; stack->word; stack++)
        if (strcmp(stack->word, word) == 0)
            return stack->name;
    return NULL;
}
