# SPDX-License-Identifier: GPL-3.0-or-later
#
# Server certificates with one fault each, in TLS 1.2 where they can be read. nginx serves them, as it sends exactly the
# chain that its file holds. The certificates are made once and kept in pki/ beside the others.

chapter 'Server certificates with one fault'

fault_extensions='basicConstraints = CA:false
keyUsage = critical,digitalSignature,keyEncipherment
authorityKeyIdentifier = keyid'

# fault NAME [EXTRA [START END]]: a leaf for the names in EXTRA (default: server.test), for servers unless EXTRA says else.
fault()
{
    local extra=${2:-subjectAltName = DNS:server.test}
    [[ $extra == *extendedKeyUsage* ]] || extra+=$'\nextendedKeyUsage = serverAuth'
    [ -e "$pki/$1.chain.pem" ] || leaf "$1" "${fault_name-server.test}" rsa "$fault_extensions"$'\n'"$extra" "${@:3}"
}

make_fault()
{
    touch "$work/ca.index"
    case $1 in
    server-expired) fault "$1" '' 20250101000000Z 20260101000000Z ;;
    server-expires-soon) fault "$1" '' "$(date -u -d '80 days ago' +%Y%m%d%H%M%SZ)" "$(date -u -d '5 days' +%Y%m%d%H%M%SZ)" ;;
    server-future) fault "$1" '' 20400101000000Z 20410101000000Z ;;
    server-usage) fault "$1" $'subjectAltName = DNS:server.test\nextendedKeyUsage = clientAuth' ;;
    server-other-name) fault "$1" 'subjectAltName = DNS:www.other.test' ;;
    server-broad) fault "$1" 'subjectAltName = DNS:*.test' ;;
    server-wildcard) fault "$1" 'subjectAltName = DNS:*.example.test' ;;
    server-common-name) fault "$1" 'subjectKeyIdentifier = hash' ;;
    server-leaf-only) fault "$1" '' && cp "$pki/$1.pem" "$pki/$1.chain.pem" ;;
    server-signed-itself) [ -e "$pki/$1.chain.pem" ] || self_signed "$1" 2048 sha256 ;;
    server-with-root) fault "$1" '' && cat "$pki/$1.pem" "$pki/intermediate.pem" "$pki/root.pem" >"$pki/$1.chain.pem" ;;
    server-both) fault "$1" $'subjectAltName = DNS:server.test\nextendedKeyUsage = serverAuth,clientAuth' ;;
    server-chain-expired) [ -e "$pki/$1.chain.pem" ] || under_expired_issuer "$1" ;;
    server-weak-key) [ -e "$pki/$1.chain.pem" ] || weak "$1" 1024 sha256 ;;
    server-sha1) [ -e "$pki/$1.chain.pem" ] || weak "$1" 2048 sha1 ;;
    esac
}

self_signed()
{
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$pki/$1.key.pem" -sha256 -days 3650 -subj /CN=server.test \
        -addext subjectAltName=DNS:server.test -addext basicConstraints=CA:false -out "$pki/$1.pem"
    cp "$pki/$1.pem" "$pki/$1.chain.pem"
}

under_expired_issuer()
{
    issue intermediate-expired root 'tlswhy expired intermediate' rsa "$ca_extensions" 20240101000000Z 20260101000000Z
    issue "$1" intermediate-expired server.test rsa "$fault_extensions"$'\nsubjectAltName = DNS:server.test\nextendedKeyUsage = serverAuth'
    cat "$pki/$1.pem" "$pki/intermediate-expired.pem" >"$pki/$1.chain.pem"
}

# weak NAME BITS HASH: issued by the intermediate as the others are.
weak()
{
    openssl req -newkey "rsa:$2" -nodes -keyout "$pki/$1.key.pem" -subj /CN=server.test -out request.pem
    printf 'subjectAltName = DNS:server.test\nextendedKeyUsage = serverAuth\n%s\n' "$fault_extensions" >weak.conf
    openssl x509 -req -in request.pem -CA "$pki/intermediate.pem" -CAkey "$pki/intermediate.key.pem" -"$3" -days 3650 \
        -extfile weak.conf -out "$pki/$1.pem"
    cat "$pki/$1.pem" "$pki/intermediate.pem" >"$pki/$1.chain.pem"
}

# faulty CERTIFICATE HOST CLIENT: HOST stands in the client's hosts file beside server.test.
faulty()
{
    local server_cert=$1 host=$2 ciphers='ssl_ciphers DEFAULT:@SECLEVEL=0;'
    make_fault "$1"
    record
    [[ $host == *[a-z]* ]] && printf '%s %s\n' "$server4" "$host" >>/etc/hosts
    serve_nginx "${tls:-1.2}" none "$ciphers"
    await_server
    eval "dial_$3" || true
    settle
}

# The clients, and how a refusal for each fault looks: A alert, H an encrypted alert or nothing after the handshake,
# "-" accepts.
fault_clients='openssl curl gnutls nss java go node'

fault_capture()
{
    local certificate=$1 host=$2 client=$3 verdict=$4 story=$5 options=
    case $client in
    openssl) options="-verify_hostname $host" ;;
    esac
    capture "${6:-$certificate}-$client-12" "$verdict" "TLS 1.2, $story; the ${called[$client]} client" \
        'C.ClientHello S.ServerHello S.Cert' faulty "$certificate" "$host" "$client 1.2 none $options"
}

for client in $fault_clients; do
    fault_capture server-expired server.test $client server-cert-expired 'the server certificate has expired'
    fault_capture server-future server.test $client server-cert-not-yet-valid 'the server certificate is not valid yet'
    fault_capture server-usage server.test $client server-cert-wrong-usage 'the certificate is for clients'
    fault_capture server-signed-itself server.test $client server-cert-self-signed 'the server certificate is self-signed'
    fault_capture server-leaf-only server.test $client "server-chain-incomplete with --ca-file @pki/root.pem" \
        'the server does not send its intermediate certificate'
    fault_capture server-other-name server.test $client name-mismatch 'the certificate is for another name'
    fault_capture server-chain-expired server.test $client chain-cert-expired 'the certificate of the issuer has expired'
    case $client in
    nss | openssl) ;; # their tools name one server and check another, or none
    *) fault_capture server-wildcard a.b.example.test $client wildcard-does-not-cover 'the wildcard is one label short' \
        server-wildcard-deep
       fault_capture server-wildcard example.test $client wildcard-does-not-cover 'the name is the wildcard without its label' \
        server-wildcard-apex ;;
    esac
    case $client in
    go | java) verdict=healthy ;;
    *) verdict=wildcard-does-not-cover ;;
    esac
    fault_capture server-broad server.test $client "$verdict" 'the wildcard stands above a single label'
    [ $client = go ] && verdict=common-name-only || verdict=healthy
    fault_capture server-common-name server.test $client "$verdict" 'the name is in the common name only'
    [ $client = openssl ] || fault_capture server-other-name 192.0.2.10 $client address-not-in-certificate \
        'the client asks for the address, which the certificate does not have' server-address
    case $client in
    openssl | curl) verdict=server-cert-weak-rejected ;;
    *) verdict=weak-key-or-signature ;;
    esac
    fault_capture server-weak-key server.test $client "$verdict" 'the server has a key of 1024 bits'
    case $client in
    openssl | curl | gnutls | go | node) verdict=server-cert-weak-rejected ;;
    *) verdict=weak-key-or-signature ;;
    esac
    fault_capture server-sha1 server.test $client "$verdict" 'the server certificate is signed with SHA-1'
done
# The server's own chain shows that the issuer of both is an intermediate authority.
leaf_alone()
{
    record
    serve_openssl 1.2 require
    await_server
    http_request | client openssl s_client -connect "$host:$port" -servername server.test -quiet -ign_eof -tls1_2 \
        -CAfile "$pki/root.pem" -cert "$pki/client.pem" -key "$pki/client.key.pem" || true
    settle
}
capture client-chain-incomplete-openssl-12 client-chain-incomplete \
    'TLS 1.2, OpenSSL requires a client certificate, the client sends its own without the intermediate one' \
    'S.CertRequest S.ServerHelloDone C.Cert1 .*S.Alert48' leaf_alone

# In 1.3 nothing of it can be read, and these two send no alert either.
capture server-other-name-curl-13 server-cert-rejected-no-alert \
    'TLS 1.3, the certificate is for another name: curl completes the handshake and leaves' \
    'C.ClientHello S.ServerHello' with tls=1.3 faulty server-other-name server.test "curl 1.3 none"
capture server-other-name-node-13 server-cert-rejected-no-alert \
    'TLS 1.3, the certificate is for another name: Node closes without a word' \
    'C.ClientHello S.ServerHello' with tls=1.3 faulty server-other-name server.test "node 1.3 none"
fault_capture server-expires-soon server.test curl certificate-expires-soon 'the server certificate expires in five days'
unset client verdict

# A proxy that opens TLS and signs certificates of its own: mitmproxy in front of nginx, for a client that knows nothing of it.
intercepted()
{
    local real=8443
    port=$real serve_nginx 1.2-1.3 none
    record
    background proxy.log mitmdump --mode "reverse:https://127.0.0.1:$real" --listen-port "$port" --ssl-insecure --set confdir="$PWD/mitm" \
        --set keep_host_header=true
    await_server
    eval "dial_$1" || true
    settle
}
for client in curl gnutls java node; do
    capture certificate-resigned-$client-12 certificate-resigned-by-interceptor \
        "TLS 1.2, mitmproxy presents a certificate of its own for server.test; the ${called[$client]} client" \
        'C.ClientHello S.ServerHello S.Cert' intercepted "$client 1.2 none"
done
unset client

fault_capture server-with-root server.test curl chain-untidy 'the chain holds the root as well' chain-untidy

shared()
{
    local server_cert=server-both
    make_fault server-both
    pair 'openssl 1.2 require' 'openssl 1.2 server-both'
}
capture client-certificate-shared-openssl-12 client-certificate-shared \
    'TLS 1.2, the client presents the certificate of the server' 'S.CertRequest .*C.Cert2' shared

# A service that asks for a client certificate and takes any.
capture server-accepts-bad-client-certificate-haproxy-12 server-accepts-bad-client-certificate \
    'TLS 1.2, HAProxy with crt-ignore-err all serves a client whose certificate has expired' 'S.CertRequest .*C.Cert2' \
    pair 'haproxy 1.2 require crt-ignore-err all ca-ignore-err all' 'curl 1.2 client-expired'

plain_service()
{
    record
    serve_nginx_plain
    await_server
    dial_plain || true
    settle
}
capture service-runs-without-tls-nginx service-runs-without-tls 'nginx without TLS on port 443 serves plain HTTP' \
    'C.text"GET / HTTP.*S.text"HTTP/1.1 200' plain_service
