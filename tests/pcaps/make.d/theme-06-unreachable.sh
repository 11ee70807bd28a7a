# SPDX-License-Identifier: GPL-3.0-or-later
#
# No connection comes about.

chapter 'No connection comes about'

refused='C.SYN S.RST'

none_there()
{
    record
    for try in $(seq "${1:-1}"); do
        dial_curl 1.2-1.3 none --connect-timeout 3 || true
        sleep 0.2
    done
    settle
}

capture server-not-listening server-not-listening 'nobody listens on port 443' "^$refused\$" none_there
capture server-not-listening-ipv6 server-not-listening 'nobody listens on port 443, IPv6' "^$refused\$" \
    with server_address=$server6 none_there
capture server-not-listening-8443 server-not-listening 'nobody listens on port 8443' "^$refused\$" with port=8443 none_there
capture server-not-listening-loopback server-not-listening 'nobody listens on port 443 of 127.0.0.1, captured on the loopback interface' \
    "^$refused\$" with client_place=server_side server_address=127.0.0.1 none_on_loopback

none_on_loopback()
{
    record lo
    dial_curl 1.2-1.3 none || true
    settle
}

capture server-not-listening-then-up server-not-listening \
    'nobody listens on port 443 for five attempts, the sixth succeeds: the server was started' \
    "^($refused / ){5}${full13#^}" down_then_up
down_then_up()
{
    record
    for try in 1 2 3 4 5; do
        dial_curl 1.2-1.3 none || true
    done
    serve_nginx 1.2-1.3 none
    await_server
    dial_curl 1.2-1.3 none || true
    settle
}

# dropped RULE...: a firewall rule without an answer, while curl tries for 8 seconds.
dropped()
{
    record
    "$1" -I INPUT -p tcp --dport "$port" -j DROP
    dial_curl 1.2-1.3 none --connect-timeout "${2:-8}" || true
    "$1" -F INPUT
    settle
}
capture syn-unanswered syn-unanswered 'a firewall drops what comes to port 443, for 8 seconds' \
    '^C.SYN C.SYN C.SYN( C.SYN)*$' dropped iptables
capture syn-unanswered-ipv6 syn-unanswered 'a firewall drops what comes to port 443, IPv6, for 8 seconds' \
    '^C.SYN C.SYN C.SYN( C.SYN)*$' with server_address=$server6 dropped ip6tables
capture syn-unanswered-8443 syn-unanswered 'a firewall drops what comes to port 8443, for 4 seconds' \
    '^C.SYN C.SYN C.SYN( C.SYN)*$' with port=8443 dropped iptables 4

dropped_then_open()
{
    record
    serve_nginx 1.2-1.3 none
    await_server
    iptables -I INPUT -p tcp --dport "$port" -j DROP
    dial_curl 1.2-1.3 none --connect-timeout 5 || true
    iptables -F INPUT
    dial_curl 1.2-1.3 none || true
    settle
}
capture syn-unanswered-then-open syn-unanswered \
    'a firewall drops what comes to port 443, then is opened: the next connection succeeds' \
    "^C.SYN C.SYN C.SYN( C.SYN)* / ${full13#^}" dropped_then_open

# A lost SYN that the client repeats with success is no failure.
late_syn()
{
    record
    serve_nginx 1.2-1.3 none
    await_server
    iptables -I INPUT -p tcp --dport "$port" -j DROP
    { sleep 0.5; iptables -F INPUT; } &
    dial_curl 1.2-1.3 none || true
    settle
}
capture healthy-syn-repeated healthy 'the first SYN is lost, the second is answered, all goes well' \
    "^C.SYN ${full13#^}" late_syn
