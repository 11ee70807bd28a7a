# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the user expects (certificates by their thumbprints, names, servers), and what is on the wire instead.

chapter 'What the user expects, and what is there instead'

# A renewal of pki/client.pem has its subject and issuer and begins later; another client has neither its name nor key.
make_expected_pki()
{
    touch "$work/ca.index"
    [ -e "$pki/client-renewed.pem" ] ||
        leaf client-renewed 'client of server.test' rsa "$client_extensions" "$(date -u -d '1 hour ago' +%Y%m%d%H%M%SZ)"
    [ -e "$pki/client-other.pem" ] || leaf client-other 'another client' rsa "$client_extensions"
}

# The server lets clients in by their thumbprint, that of pki/client.pem, and answers others with 403.
serve_thumbprint_list()
{
    local allowed
    allowed=$(openssl x509 -in "$pki/client.pem" -noout -fingerprint -sha1 | sed 's/.*=//; s/://g' | tr A-F a-f)
    serve_nginx "$1" require "if (\$ssl_client_fingerprint != $allowed) { return 403; }"
}

# listed VERSION CERTIFICATE...: clients come one after another.
listed()
{
    local version=$1 certificate
    make_expected_pki
    record
    serve_thumbprint_list "$version"
    await_server
    for certificate in "${@:2}"; do
        dial_curl "$version" "$certificate" || true
    done
    settle
}

capture expected-client-nginx-12 'healthy with --expect-certificate @pki/client.pem' \
    'TLS 1.2, nginx lets one client certificate in by its thumbprint, and that is the one' \
    'S.CertRequest .*C.Cert2 .*C.Data .*S.Data' listed 1.2 client
capture expected-other-client-nginx-12 'client-cert-thumbprint-mismatch with --expect-certificate @pki/client.pem' \
    'TLS 1.2, nginx lets one client certificate in by its thumbprint, and another client comes: HTTP 403' \
    'S.CertRequest .*C.Cert2 .*C.Data .*S.Data' listed 1.2 client-other
capture expected-renewed-client-nginx-12 'client-cert-renewed with --expect-certificate @pki/client.pem' \
    'TLS 1.2, nginx lets one client certificate in by its thumbprint, and its renewal comes: HTTP 403' \
    'S.CertRequest .*C.Cert2 .*C.Data .*S.Data' listed 1.2 client-renewed
capture expected-then-renewed-client-nginx-12 'healthy' \
    'TLS 1.2, the certificate that nginx lets in by its thumbprint, then its renewal: HTTP 403' \
    'S.CertRequest .*C.Cert2 .*C.Data .*S.Data' listed 1.2 client client-renewed
capture expected-hidden-nginx-13 'expected-certificate-hidden with --expect-certificate @pki/client.pem' \
    'TLS 1.3, nginx lets one client certificate in by its thumbprint, and another client comes' \
    'S.ServerHello .*C.Cert2' listed 1.3 client-other
