# SPDX-License-Identifier: GPL-3.0-or-later
#
# Chains in which a certificate above the leaf is at fault, and certificates whose key usage or strength is. The
# authorities that are needed for that are made once and kept in pki/, as are the leaves below them.

chapter 'Chains and uses of certificates'

leaf_extensions='basicConstraints = CA:false
authorityKeyIdentifier = keyid'
for_servers='extendedKeyUsage = serverAuth
subjectAltName = DNS:server.test'
for_clients='extendedKeyUsage = clientAuth'
signing='keyUsage = critical,digitalSignature'

authority_extensions()
{
    printf '%s\nkeyUsage = critical,%s\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n%s\n' \
        "basicConstraints = critical,$1" "$2" "${3:-}"
}

# authority NAME ISSUER COMMON-NAME EXTENSIONS
authority()
{
    touch "$work/ca.index"
    [ -e "$pki/$1.pem" ] || issue "$1" "$2" "$3" rsa "$4"
}

# below NAME ISSUER PURPOSE CHAIN...: a leaf of that issuer, sent with these certificates.
below()
{
    local name=$1 issuer=$2 purpose=$3
    touch "$work/ca.index"
    if [ ! -e "$pki/$name.chain.pem" ]; then
        issue "$name" "$issuer" "${common_name:-server.test}" rsa "$leaf_extensions"$'\n'"$purpose"
        cat "$pki/$name.pem" "${@:4}" >"$pki/$name.chain.pem"
    fi
}

make_judged()
{
    local purpose=$for_servers$'\n'$signing
    case $1 in
    *client*) local common_name='client of server.test'; purpose=$for_clients$'\n'$signing ;;
    esac
    case $1 in
    *-no-authority)
        authority no-authority root 'tlswhy no authority' "$(authority_extensions CA:false digitalSignature,keyCertSign)"
        below "$1" no-authority "$purpose" "$pki/no-authority.pem" ;;
    *-path-length)
        authority authority-last root 'tlswhy last authority' "$(authority_extensions CA:true,pathlen:0 keyCertSign,cRLSign)"
        authority authority-beyond authority-last 'tlswhy authority beyond' "$(authority_extensions CA:true keyCertSign,cRLSign)"
        below "$1" authority-beyond "$purpose" "$pki/authority-beyond.pem" "$pki/authority-last.pem" ;;
    *-constrained)
        authority authority-constrained root 'tlswhy authority of other.test' \
            "$(authority_extensions CA:true keyCertSign,cRLSign 'nameConstraints = critical,permitted;DNS:other.test')"
        below "$1" authority-constrained "$purpose" "$pki/authority-constrained.pem" ;;
    *-middle-missing)
        authority authority-second intermediate 'tlswhy second authority' "$(authority_extensions CA:true keyCertSign,cRLSign)"
        below "$1" authority-second "$purpose" "$pki/authority-second.pem" ;;
    *-enciphers) below "$1" intermediate "${purpose/digitalSignature/keyEncipherment}" "$pki/intermediate.pem" ;;
    *-badly-signed)
        below "$1" intermediate "$purpose" "$pki/intermediate.pem"
        [ -e "$pki/$1.good.pem" ] || spoil "$1" ;;
    *-small-key) [ -e "$pki/$1.chain.pem" ] || small_key "$1" "$purpose" ;;
    esac
}

# spoil NAME: change the last byte of its signature.
spoil()
{
    cp "$pki/$1.pem" "$pki/$1.good.pem"
    openssl x509 -in "$pki/$1.good.pem" -outform DER | python3 -c '
import sys
der = bytearray(sys.stdin.buffer.read())
der[-1] ^= 1
sys.stdout.buffer.write(der)' | openssl x509 -inform DER -out "$pki/$1.pem"
    cat "$pki/$1.pem" "$pki/intermediate.pem" >"$pki/$1.chain.pem"
}

# Below a root that has expired, which the client trusts all the same.
make_old_root()
{
    touch "$work/ca.index"
    [ ! -e "$pki/server-old-root.chain.pem" ] || return 0
    new_key root-expired rsa
    printf '[ca]\ndefault_ca=ca\ndatabase=%s\npolicy=name\nrand_serial=yes\n[name]\ncommonName=supplied\n[ext]\n%s\n' \
        "$work/ca.index" "$ca_extensions" >"$work/ca.conf"
    openssl req -new -key "$pki/root-expired.key.pem" -subj '/CN=tlswhy old root' -out request.pem
    openssl ca -batch -notext -selfsign -config "$work/ca.conf" -extensions ext -md sha256 -keyfile "$pki/root-expired.key.pem" \
        -startdate 20160101000000Z -enddate 20260101000000Z -in request.pem -outdir "$work" -out "$pki/root-expired.pem"
    below server-old-root root-expired "$for_servers"$'\n'"$signing"
}

old_root()
{
    local server_cert=server-old-root server_trust=root-expired
    make_old_root
    pair 'nginx 1.2 none' "$1"
}

# small_key NAME PURPOSE: a leaf of the intermediate, with a key of 1024 bits.
small_key()
{
    openssl req -newkey rsa:1024 -nodes -keyout "$pki/$1.key.pem" -subj "/CN=$common_name" -out request.pem
    printf '%s\n%s\n' "$leaf_extensions" "$2" >small.conf
    openssl x509 -req -in request.pem -CA "$pki/intermediate.pem" -CAkey "$pki/intermediate.key.pem" -sha256 -days 800 \
        -extfile small.conf -out "$pki/$1.pem"
    cat "$pki/$1.pem" "$pki/intermediate.pem" >"$pki/$1.chain.pem"
}

# judged_server CERTIFICATE CLIENT
judged_server()
{
    local server_cert=$1
    make_judged "$1"
    pair 'nginx 1.2 none' "$2"
}

# judged_client CERTIFICATE SERVER CLIENT
judged_client()
{
    make_judged "$1"
    pair "$2 1.2 require" "$3 1.2 $1"
}

for client in openssl gnutls go; do
    capture server-no-authority-$client-12 chain-cert-unfit \
        "TLS 1.2, the certificate's issuer is no authority; the ${called[$client]} client" 'S.Cert2 .*C.Alert' \
        judged_server server-no-authority "$client 1.2 none"
done
capture server-path-length-java-12 chain-cert-unfit 'TLS 1.2, an authority stands below one that allows none; the Java client' \
    'S.Cert3 .*C.Alert' judged_server server-path-length 'java 1.2 none'
capture server-constrained-node-12 chain-cert-unfit \
    'TLS 1.2, the issuer may issue for other.test only; the Node client leaves' 'S.Cert2 .*C.FIN' \
    judged_server server-constrained 'node 1.2 none'
capture server-middle-missing-go-12 "server-chain-incomplete with --ca-file @pki/root.pem" \
    'TLS 1.2, of two intermediate certificates the upper one is not sent; the Go client' 'S.Cert2 .*C.Alert42' \
    judged_server server-middle-missing 'go 1.2 none'
for client in gnutls java; do
    capture server-enciphers-$client-12 server-cert-wrong-usage \
        "TLS 1.2, the key usage of the certificate lacks digitalSignature; the ${called[$client]} client" \
        'S.Cert2 .*C.Alert' judged_server server-enciphers "$client 1.2 none"
done
for server in gnutls java node; do
    capture client-enciphers-$server-12 client-cert-wrong-usage \
        "TLS 1.2, the key usage of the client's certificate lacks digitalSignature; the server is ${called[$server]}" \
        'C.Cert2 .*S.(Alert|FIN|RST)' judged_client client-enciphers $server go
done
capture client-chain-unfit-openssl-12 client-chain-unfit \
    "TLS 1.2, the issuer of the client's certificate is no authority" 'C.Cert2 .*S.Alert' \
    judged_client client-no-authority openssl go
capture client-cert-weak-openssl-12 client-cert-weak-rejected "TLS 1.2, the client's certificate has a key of 1024 bits" \
    'C.Cert2 .*S.Alert' judged_client client-small-key openssl go
for client in gnutls go; do
    capture server-badly-signed-$client-12 chain-signature-invalid \
        "TLS 1.2, the signature of the server's certificate does not fit its issuer; the ${called[$client]} client" \
        'S.Cert2 .*C.Alert42' judged_server server-badly-signed "$client 1.2 none"
done
for server in openssl stunnel; do
    capture server-root-untrusted-node-$server-13 server-cert-rejected-no-alert \
        "TLS 1.3, Node does not know the root of ${called[$server]} and closes, which the server answers with an alert" \
        'S.Finished C.FIN S.Alert50' with server_trust=other-root pair "$server 1.3 none" 'node 1.3 none'
done
for client in openssl go; do
    capture server-old-root-$client-12 "trusted-root-expired with --ca-file @pki/root-expired.pem" \
        "TLS 1.2, the root that the client trusts has expired; the ${called[$client]} client" 'S.Cert1 .*C.Alert4[25]' \
        old_root "$client 1.2 none"
done
unset client server

chapter 'A proxy that passes TLS through, with both of its legs'

# HAProxy in mode tcp in front of port 8443 of the same machine.
serve_tcp_proxy()
{
    cat >haproxy.cfg <<CONFIG
global
    maxconn 20
defaults
    mode tcp
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend near
    bind :::$port v4v6
    default_backend far
backend far
    server far $server4:8443
CONFIG
    background proxy.log haproxy -db -f haproxy.cfg
}

passed_through()
{
    [ "$1" = server ] || { local server_cert=$1; make_fault "$1"; }
    record any 'tcp port 443 or tcp port 8443'
    port=8443 eval "serve_$2"
    port=8443 await_server
    serve_tcp_proxy
    await_server
    eval "dial_$3" || true
    settle
}

capture tls-passed-through-haproxy-12 server-cert-expired \
    'TLS 1.2, HAProxy passes TLS through to a server whose certificate has expired; the OpenSSL client refuses it on both legs' \
    'C.Alert45 .* / .*C.Alert45' passed_through server-expired 'nginx 1.2 none' 'openssl 1.2 none'
capture tls-passed-through-haproxy-13 client-cert-absent \
    'TLS 1.3, HAProxy passes TLS through to a server that requires a certificate; the Java client has none' \
    'C.CCS .* / .*C.CCS' passed_through server 'openssl 1.3 require' 'java 1.3 none'
