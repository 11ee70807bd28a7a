# SPDX-License-Identifier: GPL-3.0-or-later
#
# Both legs of a proxy that ends TLS, in one capture.

chapter 'A proxy that ends TLS, with both of its legs'

# HAProxy ends TLS and speaks TLS of its own to port 8443 of its own address; lines for that server may follow.
serve_terminator()
{
    cat "$pki/$server_cert.chain.pem" "$pki/$server_cert.key.pem" >haproxy.pem
    cat >haproxy.cfg <<CONFIG
global
    maxconn 20
defaults
    mode http
    retries 0
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend near
    bind :::$port v4v6 ssl crt haproxy.pem
    default_backend far
backend far
    server far $server4:8443 ssl verify none $*
CONFIG
    background proxy.log haproxy -db -f haproxy.cfg
}

# terminated SERVER CLIENT [OPTION...]: the client reaches the server through the proxy, whose server line has the options.
terminated()
{
    record any 'tcp port 443 or tcp port 8443'
    port=8443 eval "serve_$1"
    port=8443 await_server
    serve_terminator "${@:3}"
    await_server
    eval "dial_$2" || true
    settle
}

terminated_with_certificate()
{
    cat "$pki/client.chain.pem" "$pki/client.key.pem" >client.pem
    terminated 'go 1.3 require' 'curl 1.3 client' crt client.pem
}

for v in 2 3; do
    capture tls-terminated-haproxy-1$v tls-terminated-before-mtls-server \
        "TLS 1.$v, HAProxy ends the TLS of a curl with a certificate, does not ask for it, and has none for Go behind it" \
        'C.Data .* / .* C.(Cert0|x25) .*S.(Alert42|x19)' terminated "go 1.$v require" "curl 1.$v client"
done
capture tls-terminated-with-certificate-haproxy healthy \
    'the same, but HAProxy has a certificate of its own for the server behind it' \
    'C.Data .* / .* C.x1[0-9]+ C.x281 C.x53 .*S.x' terminated_with_certificate
