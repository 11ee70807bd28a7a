# SPDX-License-Identifier: GPL-3.0-or-later
#
# serve_STACK VERSIONS CLIENT-CERTIFICATE [OPTION...]: a server of that stack on $port that answers one HTTP request.
#   VERSIONS            1.2, 1.3, or a range such as 1.2-1.3
#   CLIENT-CERTIFICATE  none, ask (wanted, not needed) or require
#   OPTION...           further options of the stack's own program
# Server certificate: $server_cert (a name in pki/), clients are trusted by $client_trust.

server_cert=server
client_trust=root

lowest()
{
    printf '%s\n' "${1%-*}"
}

highest()
{
    printf '%s\n' "${1#*-}"
}

openssl_version()
{
    printf 'TLSv%s\n' "${1/1.0/1}"
}

openssl_mode=-WWW      # or nothing: a server that talks with its standard input
openssl_input=background

serve_openssl()
{
    local verify=()
    case $2 in
    ask) verify=(-verify 3 -verify_quiet) ;;
    require) verify=(-Verify 3 -verify_return_error -verify_quiet) ;;
    esac
    printf 'served\n' >served
    $openssl_input server.log openssl s_server -accept "$port" $openssl_mode -min_protocol "$(openssl_version "$(lowest "$1")")" \
        -max_protocol "$(openssl_version "$(highest "$1")")" -cert "$pki/$server_cert.pem" -key "$pki/$server_cert.key.pem" \
        -cert_chain "$pki/intermediate.pem" -CAfile "$pki/$client_trust.pem" "${verify[@]}" "${@:3}"
}

# gnutls_versions VERSIONS: as a priority string.
gnutls_versions()
{
    local version all=
    for version in 1.0 1.1 1.2 1.3; do
        [[ $version < $(lowest "$1") || $version > $(highest "$1") ]] || all+=:+VERS-TLS$version
    done
    printf 'NORMAL:-VERS-ALL%s\n' "$all"
}

serve_gnutls()
{
    local verify=(--disable-client-cert)
    case $2 in
    ask) verify=() ;;
    require) verify=(--require-client-cert --verify-client-cert) ;;
    esac
    printf 'HTTP/1.0 200 OK\r\n\r\nserved\n' >served
    background server.log gnutls-serv --http --httpdata served --port "$port" --priority "$(gnutls_versions "$1")${gnutls_priority:-}" \
        --x509certfile "$pki/$server_cert.chain.pem" --x509keyfile "$pki/$server_cert.key.pem" \
        --x509cafile "$pki/$client_trust.pem" "${verify[@]}" "${@:3}"
}

serve_nss()
{
    local verify=() certificate=-n
    case $2 in
    ask) verify=(-r) ;;
    require) verify=(-r -r) ;;
    esac
    [[ $server_cert != *-ec ]] || certificate=-e
    background server.log selfserv -p "$port" -d "$(nss_database "$client_trust" "$server_cert")" "$certificate" "$server_cert" \
        -V "tls$(lowest "$1"):tls$(highest "$1")" "${verify[@]}" "${@:3}"
}

java_class()
{
    [ -e "$work/java/$1.class" ] || javac -d "$work/java" "$here/stacks/$1.java"
}

# OPTION is a Java option: -Dname=value.
serve_java()
{
    java_class TlsServer
    background server.log java "${@:3}" -cp "$work/java" TlsServer "$port" "$(java_versions "$1")" "$2" \
        "$(p12 "$server_cert")" "$pki/$client_trust.pem"
}

java_versions()
{
    local version all=
    for version in 1 1.1 1.2 1.3; do
        [[ $version < $(lowest "${1/1.0/1}") || $version > $(highest "${1/1.0/1}") ]] || all+=,TLSv$version
    done
    printf '%s\n' "${all#,}"
}

# OPTION is key=value, see the program.
serve_node()
{
    background server.log node "$here/stacks/server.js" "port=$port" "versions=$1" "clients=$2" \
        "cert=$pki/$server_cert.chain.pem" "key=$pki/$server_cert.key.pem" "ca=$pki/$client_trust.pem" "${@:3}"
}

go_program()
{
    [ -e "$work/gotls" ] || GOCACHE=${GOCACHE:-$work/go-cache} GO111MODULE=off go build -o "$work/gotls" \
        "$here/stacks/gotls.go"
    printf '%s\n' "$work/gotls"
}

serve_go()
{
    background server.log "$(go_program)" -serve -address ":$port" -min "$(lowest "$1")" -max "$(highest "$1")" \
        -clients "$2" -cert "$pki/$server_cert.chain.pem" -key "$pki/$server_cert.key.pem" \
        -ca "$pki/$client_trust.pem" "${@:3}"
}

# OPTION is a line of the server block; $nginx_listen may hold more parameters of "listen".
serve_nginx()
{
    local verify=off version all=
    case $2 in
    ask) verify=optional ;;
    require) verify=on ;;
    esac
    for version in 1 1.1 1.2 1.3; do
        [[ $version < $(lowest "${1/1.0/1}") || $version > $(highest "${1/1.0/1}") ]] || all+=" TLSv$version"
    done
    {
        nginx_frame
        printf '%s\n' "listen $port ${nginx_listen-ssl};" "listen [::]:$port ${nginx_listen-ssl};" "ssl_protocols$all;" \
            "ssl_certificate $pki/$server_cert.chain.pem;" "ssl_certificate_key $pki/$server_cert.key.pem;" \
            "ssl_client_certificate $pki/$client_trust.pem;" "ssl_verify_depth 3;" "ssl_verify_client $verify;" "${@:3}"
        printf 'location / { return 200 "served\\n"; } } }\n'
    } >nginx.conf
    mkdir -p nginx.d
    background server.log nginx -c "$PWD/nginx.conf" -p "$PWD/nginx.d"
}

nginx_frame()
{
    cat <<'CONFIG'
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events { }
http {
access_log off;
client_body_temp_path .;
proxy_temp_path .;
fastcgi_temp_path .;
uwsgi_temp_path .;
scgi_temp_path .;
server {
CONFIG
}

# OPTION is a word of the bind line.
serve_haproxy()
{
    local verify=
    case $2 in
    ask) verify="verify optional ca-file $pki/$client_trust.pem" ;;
    require) verify="verify required ca-file $pki/$client_trust.pem" ;;
    esac
    cat "$pki/$server_cert.chain.pem" "$pki/$server_cert.key.pem" >haproxy.pem
    cat >haproxy.cfg <<CONFIG
global
    maxconn 20
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend tls
    bind :::$port v4v6 ssl crt haproxy.pem ssl-min-ver TLSv$(lowest "$1") ssl-max-ver TLSv$(highest "$1") $verify ${*:3}
    http-request return status 200 content-type text/plain string served
CONFIG
    background server.log haproxy -db -f haproxy.cfg
}

# OPTION is a line of the service.
serve_stunnel()
{
    local verify=
    [ "$2" != require ] || verify="verifyChain = yes"
    {
        printf '%s\n' 'foreground = yes' 'pid =' '[tls]' "accept = :::$port" 'connect = 127.0.0.1:9' \
            "cert = $pki/$server_cert.chain.pem" "key = $pki/$server_cert.key.pem" "CAfile = $pki/$client_trust.pem" \
            "sslVersionMin = $(openssl_version "$(lowest "$1")")" "sslVersionMax = $(openssl_version "$(highest "$1")")" "$verify" "${@:3}"
    } >stunnel.conf
    background server.log stunnel stunnel.conf
}

# CLIENT-CERTIFICATE may also be "late": required for /served only, so that Apache asks after it has read the request (by
# renegotiation in 1.2, by post-handshake authentication in 1.3). OPTION is a line of the configuration.
apache_mpm=prefork # or event, which HTTP/2 needs

serve_apache()
{
    local version all= verify= modules=/usr/lib/apache2/modules
    case $2 in
    ask) verify='SSLVerifyClient optional' ;;
    require) verify='SSLVerifyClient require' ;;
    late) verify='<Location /served>
SSLVerifyClient require
</Location>' ;;
    esac
    for version in 1 1.1 1.2 1.3; do
        [[ $version < $(lowest "${1/1.0/1}") || $version > $(highest "${1/1.0/1}") ]] || all+=" +TLSv$version"
    done
    printf 'served\n' >served
    cat >apache.conf <<CONFIG
LoadModule mpm_${apache_mpm}_module $modules/mod_mpm_$apache_mpm.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule socache_shmcb_module $modules/mod_socache_shmcb.so
LoadModule ssl_module $modules/mod_ssl.so
LoadModule http2_module $modules/mod_http2.so
ServerName server.test
User www-data
Group www-data
PidFile $PWD/apache.pid
DefaultRuntimeDir $PWD
ErrorLog $PWD/apache.log
StartServers 1
DocumentRoot $PWD
Listen $port
SSLEngine on
SSLProtocol -all$all
SSLCertificateFile $pki/$server_cert.chain.pem
SSLCertificateKeyFile $pki/$server_cert.key.pem
SSLCACertificateFile $pki/$client_trust.pem
SSLVerifyDepth 3
$verify
$(printf '%s\n' "${@:3}")
CONFIG
    background server.log apache2 -X -f "$PWD/apache.conf"
}

# OPTION is key=value, see the program.
serve_python()
{
    background server.log python3 "$here/stacks/pytls.py" serve :: "$port" "$(lowest "$1")" "$(highest "$1")" \
        "cert=$pki/$server_cert.chain.pem" "key=$pki/$server_cert.key.pem" "${@:3}"
}

# A TCP server that knows no TLS: see the program for its behaviours.
serve_tcp()
{
    background server.log python3 "$here/stacks/tcpserver.py" "$port" "$@"
}

serve_nginx_plain()
{
    {
        nginx_frame
        printf 'listen %s; listen [::]:%s; location / { return 200 "served\\n"; } } }\n' "$port" "$port"
    } >nginx.conf
    mkdir -p nginx.d
    background server.log nginx -c "$PWD/nginx.conf" -p "$PWD/nginx.d"
}
