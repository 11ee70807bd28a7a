# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every kind of plain server meets TLS clients, every kind of plain client meets TLS servers.

chapter 'TLS meets the neighbours that do not speak it'

serve_sshd()
{
    mkdir -p /run/sshd
    ssh-keygen -q -t ed25519 -N '' -f host.key
    background server.log "$(command -v sshd)" -D -e -f /dev/null -h "$PWD/host.key" -p "$port" -o PidFile=none
}

serve_redis()
{
    background server.log redis-server --port "$port" --bind '*' --protected-mode no --save '' --dir "$PWD"
}

serve_vsftpd()
{
    printf '%s\n' listen=YES listen_port="$port" background=NO anonymous_enable=NO local_enable=YES seccomp_sandbox=NO >vsftpd.conf
    mkdir -p /var/run/vsftpd/empty
    background server.log vsftpd "$PWD/vsftpd.conf"
}

serve_tinyproxy()
{
    printf '%s\n' "Port $port" 'Listen 0.0.0.0' 'Timeout 5' 'MaxClients 10' >tinyproxy.conf
    background server.log tinyproxy -d -c "$PWD/tinyproxy.conf"
}

# A listener of HAProxy that parses HTTP, without TLS, before a server that speaks TLS.
serve_haproxy_http()
{
    cat >haproxy.cfg <<CONFIG
global
    maxconn 20
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend plain
    bind :::$port v4v6
    default_backend behind
backend behind
    server tls 127.0.0.1:1
CONFIG
    background server.log haproxy -db -f haproxy.cfg
}

# dial_bytes TEXT [SECONDS]: says that (with printf's escapes) and listens for so long.
dial_bytes()
{
    # shellcheck disable=SC2016
    client bash -c 'exec 3<>"/dev/tcp/$0/$1"; printf "$2" >&3; timeout "$3" cat <&3' "$host" "$port" "$1" "${2:-2}"
}

dial_url()
{
    client curl -sS -o /dev/null --max-time 4 "$@"
}

dial_ssh()
{
    client ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -o ConnectTimeout=4 -p "$port" "nobody@$host" true
}

dial_redis()
{
    client redis-cli -h "$host" -p "$port" ping
}

# TLS clients, plain servers.

for from in curl gnutls nss; do
    capture http-profile-without-tls-haproxy-from-$from http-profile-without-tls-profile \
        "the ${called[$from]} client speaks TLS to a listener of HAProxy in mode http, without ssl" \
        'C.ClientHello S.text"HTTP/1.1 400"' pair haproxy_http "$from 1.2-1.3 none"
done
capture tls-to-plaintext-tinyproxy-from-go tls-to-plaintext-port 'Go speaks TLS to an HTTP proxy (tinyproxy) that wants CONNECT first' \
    'C.ClientHello C.FIN S.text"HTTP/1.0 400"' with port=8888 patience=6 pair tinyproxy 'go 1.2-1.3 none'
capture tls-to-greeting-sshd-from-java tls-to-greeting-port 'the JDK speaks TLS to OpenSSH, which greets first' \
    'S.text"SSH-2.0-Open" .*C.Alert10' with port=22 patience=6 pair sshd 'java 1.2-1.3 none'
capture tls-to-greeting-vsftpd-from-node tls-to-greeting-port 'Node speaks TLS at once to vsftpd, which greets first' \
    'S.text"220 .vsFTPd' with port=21 patience=6 pair vsftpd 'node 1.2-1.3 none'
capture hello-reset-postgresql-from-curl hello-reset-no-alert 'curl speaks TLS at once to PostgreSQL, which expects its own request first' \
    'C.ClientHello S.FIN' with port=5432 pair 'postgresql off' 'curl 1.2-1.3 none'
capture hello-unanswered-redis-from-gnutls hello-unanswered 'GnuTLS speaks TLS to Redis without TLS, which waits for the end of a command' \
    'C.ClientHello C.FIN' with port=6379 patience=6 pair redis 'gnutls 1.2-1.3 none'

# Plain clients, TLS servers.

declare -A plain_client=(
    [ssh]=ssh
    [redis]=redis
    [postgresql]='psql require'
    [h2c]='url --http2-prior-knowledge http://$host:$port/'
    [connect]='url -x http://$host:$port https://far.test/'
    [socks5]='url -x socks5h://$host:$port https://far.test/'
    [ldap]='bytes "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"'
    [mqtt]='bytes "\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"'
)
while read -r name stack number proof; do
    capture plaintext-to-tls-$name-$stack plaintext-to-tls-port \
        "a client of ${name^^} speaks to the TLS port of ${called[$stack]} without TLS" "$proof" \
        with port=$number patience=6 pair "$stack 1.2-1.3 none" "${plain_client[$name]}"
done <<'CLIENTS'
ssh nginx 443 C.text"SSH-2.0-Open".*S.text"HTTP/1.1
ssh nss 443 C.text"SSH-2.0-Open"
redis haproxy 443 S.(FIN|RST)
postgresql nginx 443 S.text"HTTP/1.1
postgresql openssl 443 S.FIN
h2c stunnel 443 C.text"PRI
connect gnutls 443 C.text"CONNECT.*S.Alert10
socks5 openssl 443 C.FIN
ldap go 636 S.FIN
mqtt java 8883 S.Alert10
CLIENTS
capture http-connect-refused-tls-go http-connect-refused 'curl asks a Go server for a tunnel in plain text, where that wants TLS' \
    'C.text"CONNECT.*S.FIN' pair 'go 1.2-1.3 none' "${plain_client[connect]}"
capture no-client-hello-smtp-openssl no-client-hello 'curl waits for a greeting of SMTP where OpenSSL expects TLS, and leaves' \
    'C.SYN S.SYNACK C.FIN S.Alert50' with port=465 pair 'openssl 1.2-1.3 none' \
    'url smtp://$host:$port/ --mail-from a@b --mail-rcpt c@d -T /dev/null'
