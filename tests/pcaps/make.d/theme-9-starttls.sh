# SPDX-License-Identifier: GPL-3.0-or-later
#
# TLS inside other protocols. The clients are openssl s_client, curl, psql and HAProxy; what has no small server of its
# own is served by stacks/starttls.py, which speaks the protocol around the TLS of Python's ssl module (OpenSSL).

chapter 'TLS behind STARTTLS, tunnels and the PROXY protocol'

# serve_starttls PROTOCOL BEHAVIOUR: see the program.
serve_starttls()
{
    background server.log python3 "$here/stacks/starttls.py" serve "$port" "$1" "$2" "$pki/$server_cert.chain.pem" \
        "$pki/$server_cert.key.pem"
}

dial_starttls()
{
    client python3 "$here/stacks/starttls.py" dial "$port" "$1" "$host" "$pki/$server_trust.pem" "$keys"
}

dial_s_client()
{
    dial_openssl 1.2-1.3 none -starttls "$1" -name client.test
}

while read -r word protocol at; do
    capture starttls-$word-openssl healthy "openssl s_client -starttls $protocol to starttls.py, which agrees; TLS 1.3" \
        'C.ClientHello S.ServerHello' with port=$at pair "starttls $word accept" "s_client $protocol"
done <<'PROTOCOLS'
smtp smtp 25
imap imap 143
pop3 pop3 110
ftp ftp 21
nntp nntp 119
sieve sieve 4190
xmpp xmpp 5222
ldap ldap 389
mysql mysql 3306
PROTOCOLS
# What tshark does not know of TDS and of an HTTP upgrade stays hidden from the proofs.
while IFS='|' read -r protocol proof; do
    capture starttls-$protocol-python healthy "starttls.py speaks $protocol to itself and both agree on TLS" \
        "$proof" with port=3000 pair "starttls $protocol accept" "starttls $protocol"
done <<'PROTOCOLS'
tds|S.SYNACK C.Data S.Data
rdp|C.ClientHello S.ServerHello .*S.Finished .*C.Finished
irc|C.text"CAP LS .*C.ClientHello S.ServerHello .*S.Finished .*C.Finished
upgrade|C.text"OPTIONS .*S.text"HTTP/1.1 101" C.ClientHello
PROTOCOLS
capture starttls-smtp-port-2222-openssl healthy 'SMTP with STARTTLS on a port of no meaning' \
    'C.ClientHello S.ServerHello' with port=2222 pair 'starttls smtp accept' 's_client smtp'

# Where the refusal is no text, the proofs can only show that nothing of TLS came of it.
while IFS='|' read -r protocol behaviour proof shows; do
    capture starttls-unavailable-$protocol-$behaviour starttls-unavailable "$shows" "$proof" \
        with port=2525 pair "starttls $protocol $behaviour" "s_client $protocol"
done <<'REFUSALS'
smtp|refuse|C.text"STARTTLS.*S.text"454 .*C.ClientHello S.text"500|starttls.py as SMTP answers STARTTLS by 454; openssl s_client goes on with a ClientHello
smtp|absent|C.text"STARTTLS.*S.text"454 .*C.ClientHello S.text"500|starttls.py as SMTP does not offer STARTTLS; openssl s_client asks for it nonetheless
smtp|masked|C.text"STARTTLS.*S.text"454 .*C.ClientHello S.text"500|starttls.py as SMTP offers XXXXXXXA in the place of STARTTLS, as an inspecting firewall would leave it
imap|refuse|S.SYNACK C.ClientHello S.[RF]|starttls.py as IMAP answers STARTTLS by BAD
pop3|refuse|C.text"STLS.*C.ClientHello S.text"500|starttls.py as POP3 answers STLS by -ERR
ftp|refuse|C.text"AUTH TLS.*S.text"534 .*C.ClientHello S.text"500|starttls.py as FTP answers AUTH TLS by 534
ldap|refuse|S.SYNACK [CS].FIN|starttls.py as LDAP refuses the extended operation
xmpp|refuse|S.SYNACK [CS].FIN|starttls.py as XMPP answers by failure
mysql|refuse|S.SYNACK [CS].FIN|starttls.py greets as a MySQL server that has no TLS
REFUSALS
for protocol in tds rdp; do
    capture starttls-unavailable-$protocol-refuse starttls-unavailable "starttls.py as $protocol: the server refuses encryption" \
        'S.SYNACK [CS].FIN' with port=3000 pair "starttls $protocol refuse" "starttls $protocol"
done
capture starttls-unavailable-smtp-from-curl starttls-unavailable \
    'curl --ssl-reqd leaves an SMTP server (starttls.py) that does not offer STARTTLS' \
    'S.text"250-mail.tes" C.FIN' \
    with port=25 pair 'starttls smtp absent' 'smtp_curl'
capture starttls-injection-smtp-server starttls-injection \
    'starttls.py as SMTP sends another line behind its go-ahead; openssl s_client takes it for TLS' \
    'C.text"STARTTLS.*S.text"220 2.0.0 go.*C.ClientHello' \
    with port=25 pair 'starttls smtp extra' 's_client smtp'
capture starttls-injection-smtp-client starttls-injection \
    'starttls.py sends a command behind STARTTLS in the same segment, then TLS' 'STARTTLS..RS' \
    with port=25 pair 'starttls smtp accept' 'starttls inject'

dial_smtp_curl()
{
    client curl -sS --ssl-reqd --cacert "$pki/$server_trust.pem" "smtp://$host:$port" --mail-from a@client.test \
        --mail-rcpt b@server.test -T /etc/hostname
}

# ---- Tunnels ---------------------------------------------------------------------------------------------------------

# serve_through PROTOCOL: a proxy on $port, and nginx with TLS behind it.
serve_through()
{
    port=8444 serve_nginx 1.2-1.3 none
    serve_starttls "$1" 8444
}

dial_proxied()
{
    SSLKEYLOGFILE=$keys client curl -sS -o /dev/null --cacert "$pki/$server_trust.pem" "$1" "$host:$port" \
        https://server.test:8444/served
}

capture tunnel-connect-curl healthy 'curl asks an HTTP proxy (starttls.py) for a tunnel to nginx by CONNECT' \
    'C.ClientHello' with port=3128 pair 'through connect' 'proxied --proxy'
for version in socks4 socks4a socks5 socks5-hostname; do
    capture tunnel-$version-curl healthy "curl asks a SOCKS proxy (starttls.py) for a tunnel to nginx, --$version" \
        'C.ClientHello S.ServerHello .*C.Finished' with port=1080 pair 'through socks' "proxied --$version"
done
capture http-connect-refused-407 http-connect-refused 'an HTTP proxy (starttls.py) answers the CONNECT of curl by 407' \
    'C.text"CONNECT serv" S.text"HTTP/1.1 407"' with port=3128 pair 'starttls connect refuse' 'proxied --proxy'
capture socks-refused http-connect-refused 'a SOCKS5 proxy (starttls.py) does not allow what curl wants' \
    'S.SYNACK [CS].FIN' with port=1080 pair 'starttls socks refuse' 'proxied --socks5'

# ---- The PROXY protocol ----------------------------------------------------------------------------------------------

# dial_haproxy_sending WORD: HAProxy passes the bytes of a curl beside it on to $host, with a header of its own before them.
dial_haproxy_sending()
{
    cat >sender.cfg <<CONFIG
defaults
    mode tcp
    timeout connect 5s
    timeout client 5s
    timeout server 5s
listen sender
    bind 127.0.0.1:9443
    server one $host:$port $1
CONFIG
    background sender.log nsenter --target "$client_holder" --net -- haproxy -db -f sender.cfg
    sleep 0.7
    SSLKEYLOGFILE=$keys client curl -sS -o /dev/null --cacert "$pki/$server_trust.pem" --connect-to "::127.0.0.1:9443" \
        "https://server.test:$port/served"
}

while IFS='|' read -r version word begins; do
    capture proxy-protocol-$version-nginx healthy "HAProxy sends the PROXY protocol, version $version, to nginx, which expects it" \
        'C.ClientHello' with "nginx_listen=ssl proxy_protocol" pair 'nginx 1.2-1.3 none' "haproxy_sending $word"
    for stack in nginx openssl haproxy; do
        capture proxy-protocol-mismatch-$version-$stack proxy-protocol-mismatch \
            "HAProxy sends the PROXY protocol, version $version, to ${called[$stack]}, which expects TLS at once" \
            "$begins.*S.FIN C.ClientHello" \
            pair "$stack 1.2-1.3 none" "haproxy_sending $word"
    done
done <<'VERSIONS'
v1|send-proxy|C.text"PROXY TCP4
v2|send-proxy-v2|S.SYNACK
VERSIONS

# ---- PostgreSQL ------------------------------------------------------------------------------------------------------

# serve_postgresql on|off: the real server, with a cluster that lives as long as the recipe.
serve_postgresql()
{
    local bin
    bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
    mkdir -m 700 data && cp "$pki/$server_cert.chain.pem" data/chain.pem && cp "$pki/$server_cert.key.pem" data/key.pem
    chmod 600 data/key.pem && chown -R postgres . && chmod 755 "$work/run"
    runuser -u postgres -- "$bin/initdb" -D data/cluster -A trust --no-sync >/dev/null
    echo 'host all all all trust' >>data/cluster/pg_hba.conf
    background server.log runuser -u postgres -- "$bin/postgres" -D "$PWD/data/cluster" -p "$port" -h "*" -k "" \
        -c "ssl=$1" -c "ssl_cert_file=$PWD/data/chain.pem" -c "ssl_key_file=$PWD/data/key.pem"
}

dial_psql()
{
    client psql "host=$host port=$port user=postgres dbname=postgres sslmode=$1 sslrootcert=$pki/$server_trust.pem" -c 'select 1'
}

capture starttls-postgresql-psql healthy 'psql with sslmode=verify-full to PostgreSQL' \
    'S.text"S" C.ClientHello .*S.ServerHello' \
    with port=5432 pair 'postgresql on' 'psql verify-full'
capture starttls-postgresql-openssl healthy 'openssl s_client -starttls postgres to PostgreSQL' 'C.ClientHello' \
    with port=5432 pair 'postgresql on' 's_client postgres'
capture starttls-unavailable-postgresql starttls-unavailable 'psql with sslmode=require to PostgreSQL without TLS, which answers N' \
    'S.text"N" C.FIN' \
    with port=5432 pair 'postgresql off' 'psql require'
