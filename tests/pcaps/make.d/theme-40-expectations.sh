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
    [ -e "$pki/proxy.pem" ] || leaf proxy 'proxy of server.test' rsa "$server_extensions"
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

# The client's side of a proxy that ends TLS: its own certificate is for the right name, and it asks for none.
front_leg_only()
{
    make_expected_pki
    record wire 'tcp port 443'
    port=8443 eval 'serve_go 1.2 require'
    port=8443 await_server
    server_cert=proxy serve_terminator
    await_server
    dial_curl 1.2 client || true
    settle
}
capture expected-behind-haproxy-12 \
    'tls-terminated-before-mtls-server with --expect-server-certificate @pki/server.pem --expect-certificate @pki/client.pem' \
    'TLS 1.2, HAProxy ends the TLS of curl, which has a certificate for the server behind it; the leg behind is not captured' \
    'S.ServerHelloDone C.ClientKeyExchange .*C.Data .*S.Data' front_leg_only

# The server that is expected does not ask for a certificate.
not_asked()
{
    record
    serve_nginx "$1" none
    await_server
    dial_curl "$1" client || true
    settle
}
for v in 2 3; do
    capture expected-not-asked-nginx-1$v 'client-cert-not-requested with --expect-server server.test --expect-certificate @pki/client.pem' \
        "TLS 1.$v, curl has a certificate for nginx, which does not ask for it" 'C.Data .*S.Data' not_asked 1.$v
done

# Names. Two sites share an address: www.other.test (pki/server-other-name) is the default one, server.test has its own.

default_certificate=server-other-name

serve_two_nginx()
{
    {
        nginx_frame
        printf '%s\n' "listen $port ssl default_server;" 'server_name www.other.test;' 'ssl_protocols TLSv1.2;' \
            "ssl_certificate $pki/$default_certificate.chain.pem;" "ssl_certificate_key $pki/$default_certificate.key.pem;" \
            'location / { return 200 "default\n"; } }' \
            "server { listen $port ssl; server_name server.test;" \
            "ssl_certificate $pki/server.chain.pem;" "ssl_certificate_key $pki/server.key.pem;" \
            'location / { return 200 "served\n"; } } }'
    } >nginx.conf
    mkdir -p nginx.d
    background server.log nginx -c "$PWD/nginx.conf" -p "$PWD/nginx.d"
}

serve_two_haproxy()
{
    local name
    for name in "$default_certificate" server; do
        cat "$pki/$name.chain.pem" "$pki/$name.key.pem" >"$name.both.pem"
    done
    printf '%s\n' "$PWD/$default_certificate.both.pem www.other.test" "$PWD/server.both.pem server.test" >crt.list
    cat >haproxy.cfg <<CONFIG
global
    maxconn 20
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend tls
    bind :::$port v4v6 ssl crt-list crt.list ssl-max-ver TLSv1.2
    http-request return status 200 content-type text/plain string served
CONFIG
    background server.log haproxy -db -f haproxy.cfg
}

serve_two_apache()
{
    server_cert=$default_certificate serve_apache 1.2 none '<VirtualHost *:443>' 'ServerName www.other.test' 'SSLEngine on' \
        "SSLCertificateFile $pki/$default_certificate.chain.pem" "SSLCertificateKeyFile $pki/$default_certificate.key.pem" \
        '</VirtualHost>' '<VirtualHost *:443>' 'ServerName server.test' 'SSLEngine on' \
        "SSLCertificateFile $pki/server.chain.pem" "SSLCertificateKeyFile $pki/server.key.pem" '</VirtualHost>'
}

# sites SERVER CLIENT NAME...: the client asks for one name after another.
sites()
{
    local host
    make_fault "$default_certificate"
    record
    printf '%s %s\n' "$server4" www.other.test "$server4" third.test >>/etc/hosts
    "serve_two_$1"
    await_server
    for host in "${@:3}"; do
        "dial_$2" 1.2 none || true
    done
    settle
}

for stack in nginx haproxy apache; do
    capture default-cert-$stack-12 default-cert-served \
        "TLS 1.2, ${called[$stack]} has two sites: curl asks for each of them, and then for a third" \
        'S.Cert2 .*S.Cert2 .*S.Cert2 ' sites $stack curl www.other.test server.test third.test
done
capture default-cert-nginx-from-go-12 default-cert-served \
    'TLS 1.2, nginx has two sites: Go asks for the second of them, and then for a third' \
    'S.Cert2 .*S.Cert2 .*C.Alert42' sites nginx go server.test third.test
capture default-cert-only-nginx-from-java-12 default-cert-served \
    'TLS 1.2, nginx has two sites: Java asks for the default one, and then for one that is not there' \
    'S.Cert2 .*S.Cert2 .*C.Alert46' sites nginx java www.other.test third.test
capture sites-nginx-from-node-12 healthy 'TLS 1.2, nginx has two sites: Node asks for each of them' \
    'S.Cert2 .*S.Cert2 ' sites nginx node www.other.test server.test

# The certificate that the ingress controller of Kubernetes, which is an nginx, makes for itself.
fake_certificate()
{
    local server_cert=ingress-fake
    [ -e "$pki/$server_cert.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -keyout "$pki/$server_cert.key.pem" -days 3650 \
        -subj '/O=Acme Co/CN=Kubernetes Ingress Controller Fake Certificate' -addext subjectAltName=DNS:ingress.local \
        -addext basicConstraints=CA:false -out "$pki/$server_cert.pem"
    cp "$pki/$server_cert.pem" "$pki/$server_cert.chain.pem"
    record
    serve_nginx 1.2 none
    await_server
    "dial_$1" 1.2 none "${@:2}" || true
    settle
}
for client in curl java; do
    capture default-cert-ingress-from-$client-12 default-cert-served \
        "TLS 1.2, nginx with the certificate that the ingress controller of Kubernetes makes for itself; the ${called[$client]} client" \
        'S.Cert1 .*C.Alert' fake_certificate $client
done

# A client that sends no name meets the default site: OpenSSL told so, and Java, which sends no name without a dot.
no_name()
{
    make_fault "$default_certificate"
    record
    printf '%s %s\n' "$server4" xconnect >>/etc/hosts
    serve_two_nginx
    await_server
    eval "$1" || true
    settle
}
capture sni-absent-default-openssl-12 'sni-absent with --expect-name server.test' \
    'TLS 1.2, nginx has a site server.test; an OpenSSL client looks for that name in the certificate and does not send it' \
    'S.Cert2 .*C.Alert42' with server_name=-noservername no_name 'dial_openssl 1.2 none -verify_hostname server.test'
capture sni-absent-default-java-12 'sni-absent with --expect-name xconnect' \
    'TLS 1.2, Java asks for https://xconnect and sends no name without a dot; nginx shows its default certificate' \
    'S.Cert2 .*C.Alert46' with host=xconnect no_name 'dial_java 1.2 none'

# The name that it does not send stands in its question to DNS.
no_name_but_dns()
{
    local host=$2
    make_fault "$default_certificate"
    side_third_host client
    record wire 'tcp port 443 or udp port 53'
    side_names "$host=$server4"
    "$1"
    await_server
    eval "$3" || true
    settle 0.6
    side_over
}
serve_server_test()
{
    serve_nginx 1.2 none
}
capture sni-absent-dns-java-12 sni-absent \
    'TLS 1.2, Java asks DNS for xconnect and sends no name without a dot; nginx shows its default certificate' \
    'S.Cert2 .*C.Alert46' no_name_but_dns serve_two_nginx xconnect 'dial_java 1.2 none'
capture sni-absent-dns-healthy-openssl-12 healthy \
    'TLS 1.2, OpenSSL asks DNS for other.test, does not send it, and does not look at the names of the certificate' \
    'S.Cert2 .*C.Data' with server_name=-noservername no_name_but_dns serve_two_nginx other.test 'dial_openssl 1.2 none'
capture sni-absent-dns-untrusted-curl-12 server-root-untrusted \
    'TLS 1.2, curl asks DNS for server.test; nginx has a certificate for it, and curl trusts another authority' \
    'S.Cert2 .*C.Alert48' with server_trust=other-root no_name_but_dns serve_server_test server.test 'dial_curl 1.2 none'

# What stands in the certificate: letters that a dNSName cannot hold, a wildcard for a part of a label.
make_name_pki()
{
    touch "$work/ca.index"
    fault server-u-label 'subjectAltName = DNS:bücher.test'
    fault server-a-label 'subjectAltName = DNS:xn--bcher-kva.test,DNS:*.xn--bcher-kva.test'
    fault server-partial 'subjectAltName = DNS:w*.example.test'
}
named()
{
    local server_cert=$1 host=$2
    make_name_pki
    record
    printf '%s %s\n' "$server4" "$host" >>/etc/hosts
    serve_nginx 1.2 none
    await_server
    "dial_$3" 1.2 none || true
    settle
}
name_capture()
{
    capture "$1-$4-12" "$5" "TLS 1.2, $6; the ${called[$4]} client" 'S.Cert' named "$2" "$3" "$4"
}
for client in curl go java; do
    called[curl]=curl
    name_capture names-u-label server-u-label xn--bcher-kva.test $client name-mismatch \
        'the certificate has bücher.test where xn--bcher-kva.test has to stand'
    name_capture names-a-label server-a-label xn--bcher-kva.test $client healthy 'the name is an internationalized one'
    name_capture names-a-label-other server-a-label third.test $client name-mismatch 'the certificate is for bücher.test'
done
for client in curl go java node gnutls; do
    case $client in java | node) verdict=healthy ;; *) verdict=wildcard-does-not-cover ;; esac # those two take it
    name_capture names-partial-wildcard server-partial www.example.test $client $verdict \
        'the wildcard stands for a part of a label'
done
