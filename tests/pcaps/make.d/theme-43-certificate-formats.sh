# SPDX-License-Identifier: GPL-3.0-or-later
#
# Signatures that do not fit their certificates, and certificates that are no X.509 certificates.

chapter 'The key does not belong to the certificate'

called[chromium]=Chromium

# Go signs with whatever key it is given.
wrong_key="$opened C.ClientHello S.ServerHello S.Cert2 S.ServerKeyExchange "
while read -r from answer; do
    capture server-signature-invalid-go-from-$from-12 server-signature-invalid \
        "TLS 1.2, the Go server signs with an RSA key that does not belong to its certificate; the ${called[$from]} client" \
        "$wrong_key.*C.$answer" pair 'go 1.2 none -key-broken other' "$from 1.2 none"
    capture server-signature-invalid-ec-go-from-$from-12 server-signature-invalid \
        "TLS 1.2, the Go server signs with an ECDSA key that does not belong to its certificate; the ${called[$from]} client" \
        "$wrong_key.*C.$answer" with server_cert=server-ec pair 'go 1.2 none -key-broken other' "$from 1.2 none"
done <<'CLIENTS'
openssl Alert
curl Alert
gnutls (Alert|FIN|RST)
nss Alert
java Alert
go Alert
node FIN
python Alert
chromium (Alert|FIN)
CLIENTS

# The client's end of a path on which something changes bytes.
for from in openssl java go gnutls; do
    capture server-signature-invalid-path-$from-12 server-signature-invalid \
        "TLS 1.2, a box in the path changes a bit of the server's key in its ServerKeyExchange; the ${called[$from]} client" \
        "$wrong_key.*C.Alert" relayed 'openssl 1.2 none' parameters "$from 1.2 none"
done
capture server-signature-invalid-path-signature-openssl-12 server-signature-invalid \
    "TLS 1.2, a box in the path changes a bit of the ServerKeyExchange's signature" \
    "$wrong_key.*C.Alert" relayed 'openssl 1.2 none' signature 'openssl 1.2 none'

chapter 'Bytes that are no certificate'

for from in openssl curl gnutls nss java go node; do
    capture server-cert-unreadable-$from-12 server-cert-unreadable \
        "TLS 1.2, a box in the path damages the server's certificate; the ${called[$from]} client" \
        "$opened C.ClientHello S.ServerHello S.Cert2 .*C.(Alert|FIN|RST)" relayed 'openssl 1.2 none' certificate "$from 1.2 none"
done
for stack in openssl gnutls nss java go node nginx; do
    capture client-cert-unreadable-$stack-12 client-cert-unreadable \
        "TLS 1.2, a box in the path damages the client's certificate before the ${called[$stack]} server sees it" \
        "$opened C.ClientHello .*S.CertRequest .*C.Cert2 .*S.(Alert|FIN|RST)" \
        seen_behind "$stack 1.2 require" client-certificate 'openssl 1.2 client'
done

# Go sends whatever it is given. The JDK reads PEM as well, and passes over what stands behind a certificate.
while read -r how what; do
    for from in openssl gnutls nss java go node; do
        [[ $how-$from == @(pem|trailing)-java ]] && verdict=healthy || verdict=server-cert-unreadable
        capture server-cert-unreadable-$how-from-$from-12 $verdict \
            "TLS 1.2, the Go server sends $what; the ${called[$from]} client" \
            "$opened C.ClientHello S.ServerHello S.Cert2 .*C.(Alert|FIN|RST|Hidden|Finished)" \
            pair "go 1.2 none -cert-broken $how" "$from 1.2 none"
    done
done <<'BROKEN'
pem its certificate in PEM instead of DER
trailing its certificate with a byte behind it
short its certificate without its last bytes
BROKEN
for stack in openssl gnutls java; do
    [ $stack = java ] && verdict=healthy || verdict=client-cert-unreadable
    capture client-cert-unreadable-pem-$stack-12 $verdict \
        "TLS 1.2, the Go client sends its certificate in PEM instead of DER to ${called[$stack]}" \
        "$opened C.ClientHello .*S.CertRequest .*C.Cert2 .*S.(Alert|FIN|RST)" \
        pair "$stack 1.2 require" 'go 1.2 client -cert-broken pem'
done

# seen_behind SERVER HOW CLIENT: as relayed, seen between the box and the server.
seen_behind()
{
    record lo 'tcp port 444'
    port=444 eval "serve_$1"
    port=444 await_server
    background relay.log python3 "$here/stacks/relay.py" "$port" 444 "$2"
    await_server
    eval "dial_$3" || true
    settle
}

for stack in openssl gnutls nss java go node; do
    capture client-signature-rejected-path-$stack-12 client-signature-rejected \
        "TLS 1.2, a box in the path changes a cipher suite in the ClientHello, so that the client's signature does not fit what the ${called[$stack]} server saw" \
        "$opened C.ClientHello .*S.CertRequest .*C.CertVerify .*S.(Alert|FIN|RST)" \
        seen_behind "$stack 1.2 require" suites 'openssl 1.2 client'
    [[ $stack == @(openssl|go) ]] || capture client-signature-rejected-$stack-from-java-12 client-signature-rejected \
        "TLS 1.2, ${called[$stack]} requires a client certificate, the JDK client signs with a key that does not belong to it" \
        "$opened C.ClientHello .*S.CertRequest .*C.CertVerify .*S.(Alert|FIN|RST)" \
        with patience=30 pair "$stack 1.2 require" 'java 1.2 other'
    capture client-signature-rejected-ec-$stack-from-go-12 client-signature-rejected \
        "TLS 1.2, ${called[$stack]} requires a client certificate, the Go client signs with an ECDSA key that does not belong to it" \
        "$opened C.ClientHello .*S.CertRequest .*C.CertVerify .*S.(Alert|FIN|RST)" \
        pair "$stack 1.2 require" 'go 1.2 client-ec -key-broken other'
done
capture client-signature-rejected-path-before-openssl-12 client-signature-rejected \
    "TLS 1.2, the same, seen between the client and the box" \
    "$opened C.ClientHello .*S.CertRequest .*C.CertVerify .*S.Alert" relayed 'openssl 1.2 require' suites 'openssl 1.2 client'

chapter 'Keys without a certificate (RFC 7250)'

# raw_key NAME: the public key of a certificate's key by itself.
raw_key()
{
    [ -e "$work/$1.raw.pem" ] || openssl pkey -in "$pki/$1.key.pem" -pubout -out "$work/$1.raw.pem"
    printf '%s\n' "$work/$1.raw.pem"
}

# raw_keys VERSIONS CLIENT-CERTIFICATE SERVER-PRIORITY CLIENT-PRIORITY [CLIENT-KEY]: both sides are GnuTLS's.
raw_keys()
{
    local verify=--disable-client-cert own=()
    [ "$2" != require ] || verify=--require-client-cert
    [ -z "${5:-}" ] || own=(--rawpkkeyfile "$pki/$5.key.pem" --rawpkfile "$(raw_key "$5")")
    record
    printf 'HTTP/1.0 200 OK\r\n\r\nserved\n' >served
    background server.log gnutls-serv --http --httpdata served --port "$port" --priority "$(gnutls_versions "$1")$3" \
        --x509certfile "$pki/server.chain.pem" --x509keyfile "$pki/server.key.pem" --x509cafile "$pki/root.pem" \
        --rawpkkeyfile "$pki/$server_cert.key.pem" --rawpkfile "$(raw_key "$server_cert")" "$verify"
    await_server
    http_request 0.5 | SSLKEYLOGFILE=$keys client gnutls-cli "$host" --port "$port" --insecure --no-ca-verification \
        --priority "$(gnutls_versions "$1")$4" "${own[@]}" || true
    settle
}

server_raw=:-CTYPE-X509:+CTYPE-SRV-RAWPK:+CTYPE-CLI-X509
client_raw=:-CTYPE-X509:+CTYPE-SRV-X509:+CTYPE-CLI-RAWPK
for v in 2 3; do
    shown="$opened C.ClientHello S.ServerHello .*S.Cert1 .*C.Finished .*C.Data .*S.Data"
    capture raw-key-server-gnutls-1$v healthy "TLS 1.$v, the server shows a raw RSA public key instead of a certificate" \
        "$shown" raw_keys 1.$v none :+CTYPE-SRV-RAWPK $server_raw
    capture raw-key-server-ec-gnutls-1$v healthy "TLS 1.$v, the server shows a raw ECDSA public key" \
        "$shown" with server_cert=server-ec raw_keys 1.$v none :+CTYPE-SRV-RAWPK $server_raw
    capture raw-key-mutual-gnutls-1$v healthy "TLS 1.$v, both sides show raw public keys" \
        "${shown/.\*C.Finished/.*C.Cert1 .*C.Finished}" raw_keys 1.$v require :+CTYPE-RAWPK :-CTYPE-X509:+CTYPE-RAWPK client
    capture raw-key-client-gnutls-1$v healthy "TLS 1.$v, the client shows a raw public key, the server a certificate" \
        "$opened C.ClientHello S.ServerHello .*S.Cert2 .*C.Cert1 .*C.Data .*S.Data" raw_keys 1.$v require :+CTYPE-CLI-RAWPK $client_raw client
    capture raw-key-not-common-gnutls-1$v no-shared-certificate-type "TLS 1.$v, the client takes a raw public key only, the server has a certificate only" \
        "$opened C.ClientHello S.Alert" raw_keys 1.$v none '' $server_raw
done

chapter 'Certificates of odd content'

# odd NAME: a certificate under the intermediate that is legal and seldom seen.
odd()
{
    local subject=/CN=server.test serial=1 names=DNS:server.test version=()
    [ ! -e "$pki/$1.chain.pem" ] || return 0
    new_key "$1" ec
    case $1 in
    odd-names) names+=$(printf ',DNS:host%d.example.test' {1..100}) ;;
    odd-nameless) subject=/ names=critical,$names ;;
    odd-letters) subject='/CN=server.test/O=Žluťoučký kůň/OU=日本' ;;
    odd-serial) serial=-0x7fffffffffffffffffffffffffffffffffffff ;;
    esac
    openssl req -new -utf8 -key "$pki/$1.key.pem" -subj "$subject" -out request.pem
    printf 'basicConstraints = CA:false\nextendedKeyUsage = serverAuth\nsubjectAltName = %s\n' "$names" >odd.conf
    openssl x509 -req -in request.pem -CA "$pki/intermediate.pem" -CAkey "$pki/intermediate.key.pem" -sha256 \
        -set_serial "$serial" -days "${odd_days:-800}" -extfile odd.conf -out "$pki/$1.pem"
    cat "$pki/$1.pem" "$pki/intermediate.pem" >"$pki/$1.chain.pem"
}

# odd_pair CERTIFICATE CLIENT
odd_pair()
{
    local server_cert=$1
    odd "$1"
    pair 'openssl 1.2 none' "$2"
}

while read -r certificate from what; do
    capture $certificate-$from-12 healthy "TLS 1.2, $what; the ${called[$from]} client" "$full12" odd_pair $certificate "$from 1.2 none"
done <<'ODD'
odd-names openssl the certificate has 101 names
odd-names java the certificate has 101 names
odd-nameless curl the certificate has no subject, only a name in subjectAltName
odd-nameless go the certificate has no subject, only a name in subjectAltName
odd-letters gnutls the certificate's subject is written in UTF-8
odd-letters node the certificate's subject is written in UTF-8
odd-serial openssl the certificate's serial number is negative
odd-serial nss the certificate's serial number is negative
ODD
capture odd-forever-openssl-12 healthy 'TLS 1.2, the certificate expires in the year 9999' "$full12" \
    with odd_days=2910000 odd_pair odd-forever 'openssl 1.2 none'
