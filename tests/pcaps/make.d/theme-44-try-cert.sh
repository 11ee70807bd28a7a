# SPDX-License-Identifier: GPL-3.0-or-later
#
# What a client would have sent: it holds a certificate that the server's request does not ask for, so it sends none. The
# user who has that certificate in a file learns why. And lists of issuers of a length that matters.

chapter 'A certificate that was not sent'

# dial_filtering STACK CERTIFICATE: clients that choose by what the server asks for.
dial_filtering()
{
    case $1 in
    nss)
        # Without a name given, it looks through its whole database.
        http_request 0.5 | client tstclnt -h "$host" -p "$port" -d "$(nss_database "$server_trust" "$2")" -V tls1.2:tls1.2
        ;;
    *) dial_$1 1.2 "$2" ;;
    esac
}

# unsuited "SERVER OPTION..." STACK CERTIFICATE
unsuited()
{
    make_client_pki
    record
    eval "serve_$1"
    await_server
    with patience=30 dial_filtering "$2" "$3" || true
    settle
}

try_untrusted='with --try-cert @pki/client-untrusted.chain.pem'
for stack in java go nss; do
    capture "try-cert-issuer-not-named-$stack-12" "client-cert-filtered-by-ca-list $try_untrusted" \
        "TLS 1.2, ${called[$stack]} holds a certificate of another root than the one that OpenSSL names, and sends none" \
        "$asked12 C.Cert0 .*S.Alert40" unsuited 'openssl 1.2 require' $stack client-untrusted
done
capture client-cert-key-not-accepted-java-12 'client-cert-key-not-accepted with --try-cert @pki/client-ec.chain.pem' \
    'TLS 1.2, OpenSSL asks for RSA signatures only, and the JDK client holds a certificate with an ECDSA key' \
    "$asked12 C.Cert0 .*S.Alert40" unsuited 'openssl 1.2 require -client_sigalgs RSA+SHA256:RSA-PSS+SHA256' java client-ec
capture client-cert-key-not-accepted-go-12 'client-cert-key-not-accepted with --try-cert @pki/client.chain.pem' \
    'TLS 1.2, OpenSSL asks for ECDSA signatures only, and the Go client holds a certificate with an RSA key' \
    "$asked12 C.Cert0 .*S.Alert40" unsuited 'openssl 1.2 require -client_sigalgs ECDSA+SHA256' go client

unset stack

# The key store holds the client's own certificate alone, and the server names the root, which did not issue it.
leaf_only_store()
{
    openssl pkcs12 -export -name client -passout pass:secret -out alone.p12 -inkey "$pki/client.key.pem" -in "$pki/client.pem"
    java_class TlsClient
    record
    serve_openssl 1.2 require
    await_server
    with patience=30 client java -cp "$work/java" TlsClient "$host" "$port" TLSv1.2 "$PWD/alone.p12" "$pki/$server_trust.pem" \
        "$(p12 client)" || true
    settle
}
capture try-cert-leaf-only-java-12 'client-cert-filtered-by-ca-list with --try-cert @pki/client.pem' \
    'TLS 1.2, OpenSSL names the root, and the JDK client holds its certificate without the intermediate one, and sends none' \
    "$asked12 C.Cert0 .*S.Alert40" leaf_only_store

# long_list COUNT [ROOT]: so many authorities, sorted by their names; ROOT's certificate stands last.
long_list()
{
    local i
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out many.key.pem
    for ((i = 1; i <= $1; i++)); do
        openssl req -x509 -new -key many.key.pem -days 30 \
            -subj "/O=The list of an operating system/CN=$(printf 'Certification Authority %04d' "$i")"
    done >many.pem
    [ $# -lt 2 ] || cat "$pki/$2.pem" >>many.pem
}

# listing "COUNT [ROOT]" SERVER CLIENT: the server trusts and names all of the list.
listing()
{
    make_client_pki
    long_list $1
    record
    client_trust=$(realpath --relative-to="$pki" many) serve_$2 1.2 require
    await_server
    with patience=30 dial_filtering "$3" client || true
    settle
}

chapter 'Long lists of acceptable issuers'

asked12_long="$hello12 (S.Hidden )*S.CertRequest S.ServerHelloDone"
capture ca-list-over-16k-gnutls-from-java-12 'ca-list-truncated with --try-cert @pki/client.chain.pem' \
    'TLS 1.2, GnuTLS names 250 issuers in more than 16 KiB and not that of the JDK client, which sends no certificate' \
    "$asked12_long C.Cert0 .*S.Alert" listing 250 gnutls java
capture ca-list-long-haproxy-from-go-12 'client-cert-filtered-by-ca-list with --try-cert @pki/client.chain.pem' \
    'TLS 1.2, HAProxy names 150 issuers, far from any limit, and not that of the Go client, which sends no certificate' \
    "$asked12 C.Cert0 .*S.Alert40" listing 150 haproxy go
for stack in java go nss; do
    capture ca-list-over-16k-healthy-gnutls-from-$stack-12 healthy \
        "TLS 1.2, GnuTLS names 250 issuers in several records, the last of them that of the ${called[$stack]} client, which sends its certificate" \
        "$asked12_long C.Cert[123] .*S.(Finished|Hidden)" listing '250 root' gnutls $stack
done
unset stack
capture ca-list-too-long-for-client-java-12 ca-list-too-long-for-client \
    'TLS 1.2, GnuTLS names 400 issuers, more bytes than the JDK client takes in one message' \
    "$asked12_long C.Alert10" listing '400 root' gnutls java
