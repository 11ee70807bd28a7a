# SPDX-License-Identifier: GPL-3.0-or-later
#
# The client sends a certificate and the server does not take it; and what goes wrong around client certificates once
# the handshake is complete.

# make_client_pki: what is wrong with client certificates. A self-signed one, one of an authority that nobody trusts, and
# under the intermediate one expired, one to come, one for servers, and one revoked, with revocation lists.
make_client_pki()
{
    [ ! -e "$pki/revoked.crl.pem" ] || return 0
    touch "$work/ca.index"
    if [ ! -e "$pki/client-selfsigned.pem" ]; then
        leaf client-expired 'client of server.test' rsa "$client_extensions" 20200101000000Z 20210101000000Z
        leaf client-future 'client of server.test' rsa "$client_extensions" 20380101000000Z 20390101000000Z
        leaf client-usage 'client of server.test' rsa "$server_extensions"
        issue client-untrusted other-root 'client of server.test' rsa "$client_extensions"
        cat "$pki/client-untrusted.pem" "$pki/other-root.pem" >"$pki/client-untrusted.chain.pem"
        new_key client-selfsigned rsa
        openssl req -x509 -new -key "$pki/client-selfsigned.key.pem" -days 800 -subj /CN=selfsigned \
            -out "$pki/client-selfsigned.pem"
        cp "$pki/client-selfsigned.pem" "$pki/client-selfsigned.chain.pem"
    fi
    leaf client-revoked 'client of server.test' rsa "$client_extensions"
    revocation_lists
}

# Lists of the root and of the intermediate in one file: with client-revoked on it, and out of date with nothing on it.
revocation_lists()
{
    local issuer
    rm -f "$pki/revoked.crl.pem" "$pki/stale.crl.pem"
    for issuer in intermediate root; do
        : >"$work/crl.index"
        printf '[ca]\ndefault_ca=ca\ndatabase=%s\n' "$work/crl.index" >"$work/crl.conf"
        crl -crl_lastupdate 20250101000000Z -crl_nextupdate 20250201000000Z >>"$pki/stale.crl.pem"
        [ $issuer = root ] || openssl ca -config "$work/crl.conf" -md sha256 -revoke "$pki/client-revoked.pem" \
            -cert "$pki/$issuer.pem" -keyfile "$pki/$issuer.key.pem"
        crl -crldays 7000 >>"$pki/revoked.crl.pem"
    done
}

crl()
{
    openssl ca -config "$work/crl.conf" -md sha256 -gencrl -cert "$pki/$issuer.pem" -keyfile "$pki/$issuer.key.pem" "$@"
}

# judged SERVER CLIENT: a pair with one of these certificates.
judged()
{
    make_client_pki
    pair "$1" "$2"
}

chapter 'The server does not take the client'"'"'s certificate'

declare -A rejects12=([openssl]='S.Alert48' [gnutls]='S.Alert49 .*S.Alert42' [nss]='S.Alert48' [java]='S.Alert46' [go]='S.Alert42'
    [haproxy]='S.Alert48' [stunnel]='S.Alert48' [apache]='S.Alert48')
declare -A expired12=([openssl]='S.Alert45' [gnutls]='S.Alert49 .*S.Alert42' [nss]='S.Alert45' [java]='S.Alert46' [go]='S.Alert42'
    [haproxy]='S.Alert45' [stunnel]='S.Alert45' [apache]='S.Alert45')
sent12="$asked12 C.Cert[123] .*"
sent13="$hello13_hidden.*C.x[0-9]{3,4} .*"
for stack in openssl gnutls nss java go haproxy stunnel apache; do
    called[apache]=Apache
    capture client-cert-untrusted-$stack-12 client-cert-untrusted \
        "TLS 1.2, ${called[$stack]} requires a client certificate, curl's comes from an authority that nobody trusts" \
        "$sent12${rejects12[$stack]}" judged "$stack 1.2 require" 'curl 1.2 client-untrusted'
    capture client-cert-outside-validity-$stack-12 client-cert-outside-validity \
        "TLS 1.2, ${called[$stack]} requires a client certificate, curl's has expired" \
        "$sent12${expired12[$stack]}" judged "$stack 1.2 require" 'curl 1.2 client-expired'
    capture client-cert-rejected-tls13-opaque-$stack-13 client-cert-rejected-tls13-opaque \
        "TLS 1.3, ${called[$stack]} requires a client certificate, curl's comes from an authority that nobody trusts" \
        "$opened .*C.Cert2 .*S.Alert" judged "$stack 1.3 require" 'curl 1.3 client-untrusted'
done
for from in openssl gnutls nss java node go; do
    certificate=client-untrusted
    case $from in java | go) certificate=client-expired ;; esac
    capture client-cert-rejected-tls13-opaque-openssl-from-$from-13 client-cert-rejected-tls13-opaque \
        "TLS 1.3, OpenSSL requires a client certificate and does not take that of the ${called[$from]} client" \
        "$asked13 .*C.Cert[123] .*S.Alert4[58]" judged "openssl 1.3 require -keylogfile \$keys" "$from 1.3 $certificate"
done
capture client-cert-untrusted-self-signed-openssl-12 client-cert-untrusted \
    'TLS 1.2, OpenSSL requires a client certificate, that of GnuTLS is self-signed' \
    "${sent12}S.Alert48" judged 'openssl 1.2 require' 'gnutls 1.2 client-selfsigned'
capture client-cert-outside-validity-future-openssl-12 client-cert-outside-validity \
    'TLS 1.2, OpenSSL requires a client certificate, that of Node is valid from 2038 on' \
    "${sent12}S.Alert42" judged 'openssl 1.2 require' 'node 1.2 client-future'
for stack in openssl go java; do
    case $stack in openssl) code=43 ;; go) code=42 ;; java) code=46 ;; esac
    capture client-cert-wrong-usage-$stack-12 client-cert-wrong-usage \
        "TLS 1.2, ${called[$stack]} requires a client certificate, curl's is one for servers" \
        "${sent12}S.Alert$code" judged "$stack 1.2 require" 'curl 1.2 client-usage'
done
# Node knows the root but not the intermediate, which the client does not send: nothing in the certificate is wrong.
unlisted()
{
    make_client_pki
    record
    serve_node "$1" require
    await_server
    SSLKEYLOGFILE=$keys client curl -sS -o /dev/null --cacert "$pki/root.pem" "--tlsv$1" --tls-max "$1" \
        --cert "$pki/$odd_client.pem" --key "$pki/$odd_client.key.pem" "https://$host:$port/served" || true
    settle
}
odd_client=client
capture client-cert-untrusted-node-12 client-chain-incomplete \
    'TLS 1.2, Node requires a client certificate, curl does not send the intermediate above its own: no alert' \
    "$sent12[CS].(Finished|Hidden) .*S.(FIN|RST)" unlisted 1.2
capture client-cert-rejected-no-alert-node-13 client-cert-rejected-no-alert \
    'TLS 1.3, Node requires a client certificate, curl does not send the intermediate above its own: no alert' \
    "$opened .*C.Cert1 .*C.CertVerify .*C.Finished ([CS].Data )*S.(FIN|RST)" unlisted 1.3

for v in 2 3; do
    capture client-cert-untrusted-http-nginx-1$v client-cert-untrusted \
        "TLS 1.$v, nginx requires a client certificate and does not trust curl's: the handshake completes, then HTTP 400" \
        "$opened .*C.Cert2 .*C.Data .*S.Data .*S.close_notify" judged "nginx 1.$v require" "curl 1.$v client-untrusted"
done
capture client-cert-outside-validity-http-nginx-12 client-cert-outside-validity \
    "TLS 1.2, nginx requires a client certificate and curl's has expired: the handshake completes, then HTTP 400" \
    "$opened .*C.Cert2 .*C.Data .*S.Data .*S.(close_notify|HiddenAlert)" judged 'nginx 1.2 require' 'curl 1.2 client-expired'
capture client-cert-untrusted-renegotiation-apache-12 client-cert-untrusted \
    'TLS 1.2, Apache asks for the client certificate by renegotiation and does not trust the one that curl has' \
    "$full12 S.HelloRequest C.ClientHello .*C.Cert2 .*S.Alert48" judged 'apache 1.2 late' 'curl 1.2 client-untrusted'
capture client-cert-rejected-tls13-opaque-pha-apache-13 client-cert-rejected-tls13-opaque \
    'TLS 1.3, Apache asks for the client certificate after the request and does not trust the one that curl has' \
    "$full13 .*S.CertRequest C.Cert2 .*S.Alert48" judged 'apache 1.3 late' 'curl 1.3 client-untrusted'

capture certificate-revoked-client-openssl-12 certificate-revoked \
    "TLS 1.2, OpenSSL requires a client certificate, that of the OpenSSL client is revoked" "${sent12}S.Alert44" \
    judged "openssl 1.2 require -CRL \$pki/revoked.crl.pem -crl_check" 'openssl 1.2 client-revoked'
capture crl-unusable-at-verifier-openssl-12 crl-unusable-at-verifier \
    "TLS 1.2, OpenSSL checks a good client certificate against a revocation list that is out of date" "${sent12}S.Alert45" \
    judged "openssl 1.2 require -CRL \$pki/stale.crl.pem -crl_check" 'openssl 1.2 client'
capture mutual-crl-openssl-12 healthy \
    "TLS 1.2, OpenSSL checks a good client certificate against a revocation list" "$mutual12" \
    judged "openssl 1.2 require -CRL \$pki/revoked.crl.pem -crl_check" 'openssl 1.2 client'

for stack in openssl go; do
    capture client-signature-rejected-$stack-from-java-12 client-signature-rejected \
        "TLS 1.2, ${called[$stack]} requires a client certificate, the JDK client signs with a key that does not belong to it" \
        "${sent12}C.CertVerify .*S.Alert51" with patience=30 judged "$stack 1.2 require" 'java 1.2 other'
done
capture client-signature-rejected-openssl-from-go-12 client-signature-rejected \
    "TLS 1.2, OpenSSL requires a client certificate, the Go client signs with a key that does not belong to it" \
    "${sent12}C.CertVerify .*S.Alert51" judged 'openssl 1.2 require' 'go 1.2 client -key-broken other'
capture client-signature-rejected-openssl-from-go-13 'client-cert-rejected-tls13-opaque' \
    "TLS 1.3, OpenSSL requires a client certificate, the Go client signs with a key that does not belong to it" \
    "$asked13 .*C.CertVerify .*S.Alert51" judged "openssl 1.3 require -keylogfile \$keys" 'go 1.3 client -key-broken other'

# A server that trusts 160 public roots and names them all, in one byte less than fits where Windows cuts; the Java client
# chooses by that list and finds nothing.
many_roots()
{
    local i
    make_client_pki
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out many.key.pem
    for ((i = 1; i <= 160; i++)); do
        openssl req -x509 -new -key many.key.pem -days 30 \
            -subj "/O=Roots that an automatic update has collected/CN=$(printf 'Public Root Authority Number %03d' "$i")"
    done >many.pem
    record
    serve_openssl 1.2 require -CAfile many.pem
    await_server
    dial_java 1.2 client || true
    settle
}
capture ca-list-truncated-openssl-12 ca-list-truncated \
    'TLS 1.2, OpenSSL names 160 issuers in 16320 bytes and not that of the JDK client, which sends no certificate' \
    "$asked12 C.Cert0 .*S.Alert40" many_roots

# The same JDK client with a certificate of the other root: first the server trusts that, then it was configured anew.
filtered()
{
    make_client_pki
    record
    client_trust=other-root serve_openssl 1.2 require
    await_server
    with patience=30 dial_java 1.2 client-untrusted || true
    end_servers
    serve_openssl 1.2 require
    await_server
    with patience=30 dial_$1 1.2 client-untrusted || true
    settle
}
capture client-cert-filtered-by-ca-list-java-12 client-cert-filtered-by-ca-list \
    'TLS 1.2, the JDK client has a certificate that one server accepts, and sends none to another that does not name its issuer' \
    "C.Cert2 C.ClientKeyExchange C.CertVerify .*C.Data .* / .*C.Cert0 .*S.Alert40" filtered java

# Two names on one address: the one requires a client certificate, the other asks for none and refuses in HTTP.
two_names()
{
    record
    serve_nginx "$1" require "} server { server_name other.test; listen $port ssl; return 403; $(nginx_second)"
    await_server
    dial_curl "$1" client -H 'Connection: close' || true
    sleep 0.2
    keys=$keys.2 dial_curl "$1" client -k -H 'Connection: close' --connect-to "other.test:$port:$host:$port" \
        "https://other.test:$port/" || true
    cat "$keys".* >>"$keys"
    settle
}
nginx_second()
{
    printf 'ssl_certificate %s; ssl_certificate_key %s;' "$pki/server.chain.pem" "$pki/server.key.pem"
}
for v in 2 3; do
    mutual=mutual1$v full=full1$v
    capture client-cert-not-requested-nginx-1$v client-cert-not-requested \
        "TLS 1.$v, nginx asks curl for its certificate for one name, and for another name on the same address refuses in HTTP without asking" \
        "${!mutual}.* / .*C.SYN .*C.Data .*S.Data" two_names 1.$v
done

chapter 'After the handshake'

odd_server()
{
    record
    background server.log python3 "$here/stacks/tlsserver.py" "$port" "$1" "$2" "$pki/server.chain.pem" "$pki/server.key.pem"
    await_server
    eval "dial_$3" || true
    settle
}

capture post-handshake-auth-unsupported-reset-13 post-handshake-auth-unsupported \
    'TLS 1.3, a server (OpenSSL in Python) resets the connection after the request of the Go client, as HTTP.sys does where it would have to ask for a certificate' \
    "$full13 .*S.RST" odd_server 1.3 reset 'go 1.3 client'
for from in curl java node; do
    for v in 2 3; do
        capture closed-without-close-notify-python-from-$from-1$v closed-without-close-notify \
            "TLS 1.$v, a server (OpenSSL in Python) answers ${called[$from]} and closes without close_notify" \
            "C.Cl.*S.(Data|x[0-9]+) S.FIN" odd_server 1.$v cut "$from 1.$v none"
    done
done
capture closed-without-close-notify-python-13 closed-without-close-notify \
    'TLS 1.3, a server (OpenSSL in Python) answers the OpenSSL client and closes without close_notify' \
    "$full13 .*S.Data S.FIN" odd_server 1.3 cut 'openssl 1.3 none'
capture mutual-quiet-openssl-13 'healthy with --keylog @keys' \
    'TLS 1.3, no tickets: the client says nothing but close_notify, and the server answers with its own' \
    "$hello13 .*C.Finished .*C.close_notify .*S.close_notify" quiet require

# Nothing but a handshake, on a server that asks for a certificate and sends no tickets.
quiet()
{
    record
    serve_openssl 1.3 "$1" -num_tickets 0
    await_server
    client openssl s_client -connect "$host:$port" -servername server.test -tls1_3 -CAfile "$pki/root.pem" \
        -cert "$pki/client.pem" -key "$pki/client.key.pem" -cert_chain "$pki/intermediate.pem" -keylogfile "$keys" </dev/null || true
    settle
}

head -c 300000 /dev/zero | tr '\0' x >"$work/body"
for v in 2 3; do
    capture renegotiation-body-too-large-apache-1$v renegotiation-body-too-large \
        "TLS 1.$v, Apache wants the client certificate after the request, and curl's body is longer than it keeps" \
        "C.Data .*S.Data .*S.(close_notify|HiddenAlert|FIN)" pair "apache 1.$v late" "curl 1.$v client -X POST -H Expect: --data-binary @$work/body"
done
capture client-auth-over-h2-apache-12 client-auth-over-h2 \
    'TLS 1.2, Apache asks for the client certificate after the request; HTTP/2 cannot do that, and curl comes back with HTTP/1.1' \
    "/ .*S.HelloRequest .*C.Cert2" with apache_mpm=event pair "apache 1.2 late 'Protocols h2 http/1.1'" 'curl 1.2 client'
capture h2-cipher-forbidden-nginx-12 h2-cipher-forbidden \
    'TLS 1.2, nginx chooses HTTP/2 with a CBC suite, Chromium refuses' "$hello12 .*C.FIN|$hello12 .*C.Data" \
    with nginx_listen='ssl http2' pair "nginx 1.2 none 'ssl_ciphers ECDHE-RSA-AES128-SHA;'" 'chromium'
capture h2-cipher-forbidden-curl-nginx-12 h2-cipher-forbidden \
    'TLS 1.2, nginx chooses HTTP/2 with a CBC suite, curl goes on' "$hello12 .*C.Data .*S.Data" \
    with nginx_listen='ssl http2' pair "nginx 1.2 none 'ssl_ciphers ECDHE-RSA-AES128-SHA256;'" 'curl 1.2 none'
