# SPDX-License-Identifier: GPL-3.0-or-later
#
# ClientHellos whose answer, or want of one, is told apart only with care.

chapter 'Answers that look like others'

capture inappropriate-fallback-java inappropriate-fallback \
    'a JDK server that does not know TLS_FALLBACK_SCSV answers the retry of openssl s_client, which sees its mark and refuses' \
    'C.ClientHello S.ServerHello .*C.Alert47' with port=8443 pair 'java 1.2-1.3 none' 'openssl 1.2 none -fallback_scsv'

# slapd without a certificate agrees to StartTLS all the same.
serve_slapd()
{
    mkdir -p database
    cat >slapd.conf <<CONFIG
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $PWD/slapd.pid
TLSCACertificateFile $pki/root.pem
database mdb
suffix dc=test
directory $PWD/database
CONFIG
    background server.log slapd -d 0 -f slapd.conf -h "ldap://:$port/"
}

dial_ldapsearch()
{
    LDAPTLS_CACERT=$pki/root.pem client ldapsearch -ZZ -x -H "ldap://$host:$port" -b '' -s base
}

capture hello-reset-no-alert-behind-starttls-slapd hello-reset-no-alert \
    'slapd has no certificate, agrees to StartTLS all the same and closes at the ClientHello of ldapsearch' \
    'C.ClientHello S.FIN' with port=389 pair slapd ldapsearch

# Nothing of the server's gets out once it has acknowledged the ClientHello, not even an acknowledgment of the FIN.
capture hello-unanswered-close-unheard hello-unanswered \
    'large packets and later all packets of nginx are dropped before the wire: openssl s_client leaves and its FIN is lost too' \
    'C.ClientHello C.FIN' with capture_place=client_side patience=6 \
    hindered "iptables -I OUTPUT -p tcp --sport $port -m length --length 1000: -j DROP" 'nginx 1.2 none' 'openssl 1.2 none'

# The server is stopped while the client waits, and goes on when it has left.
late_answer()
{
    record
    serve_nginx 1.2-1.3 none
    await_server
    kill -STOP -- "-$(tail -n 1 background.pids)"
    dial_curl 1.2-1.3 none --max-time 2 || true
    kill -CONT -- "-$(tail -n 1 background.pids)"
    settle
}
capture hello-unanswered-late-answer hello-unanswered \
    'nginx is stopped and answers the ClientHello when curl has given up after 2 seconds' 'C.ClientHello C.FIN .*S.ServerHello' late_answer

dial_idle()
{
    client python3 -c "import socket, time; c = socket.create_connection(('$host', $port)); time.sleep(6)"
}
capture no-client-hello-time-out-haproxy no-client-hello \
    'a Python client connects and says nothing; HAProxy waits for 5 seconds' '^C.SYN S.SYNACK S.FIN C.FIN$' pair 'haproxy 1.2-1.3 none' idle

# Programs that check names in a callback of their own say internal_error.
dial_through_stunnel()
{
    printf '%s\n' 'foreground = yes' 'pid =' '[tls]' 'client = yes' 'accept = 127.0.0.1:8080' "connect = $host:$port" \
        'sni = server.test' 'checkHost = server.test' 'verifyChain = yes' "CAfile = $pki/root.pem" >client.conf
    background client-server.log nsenter --target "$client_holder" --net -- stunnel client.conf
    sleep 0.7
    client curl -sS -o /dev/null --max-time 4 http://127.0.0.1:8080/
}
capture name-mismatch-stunnel-client-12 name-mismatch \
    'TLS 1.2, stunnel as a client finds another name in the certificate of nginx and says internal_error' \
    'S.ServerHelloDone C.Alert80' with server_cert=server-other-name pair 'nginx 1.2 none' through_stunnel
