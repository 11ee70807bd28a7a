# SPDX-License-Identifier: GPL-3.0-or-later
#
# TCP and the boxes on the way. Where a box is needed, a router stands between a client and a server of their own
# networks; the program that makes the captures is the server there too.

chapter 'The way between them'

routed_server4=203.0.113.10 routed_server6=2001:db8:2::10

# route_through: a router between a new client (198.51.100.X) and 203.0.113.10; its links are called "near" (to the client)
# and "lan" (to the server). Its hop limit is 255, as with network gear. X is new each time: the server's end still sends
# to the clients of earlier captures.
route_through()
{
    new_network router
    new_network client_holder
    ip link add lan type veth peer name lan netns "$router"
    client_side ip link add far type veth peer name near netns "$router"
    router_side sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.ip_default_ttl=255
    link_end lan 203.0.113.10 2001:db8:2::10
    link_end lan 203.0.113.1 2001:db8:2::1 router_side
    link_end near 198.51.100.1 2001:db8:1::1 router_side
    link_end far 198.51.100.$routed_client 2001:db8:1::$routed_client client_side
    ip route add 198.51.100.0/24 via 203.0.113.1
    ip -6 route add 2001:db8:1::/64 via 2001:db8:2::1
    client_side ip route add 203.0.113.0/24 via 198.51.100.1
    client_side ip -6 route add 2001:db8:2::/64 via 2001:db8:1::1
}

new_network()
{
    background "$1.log" unshare --net sleep infinity
    printf -v "$1" '%s' "$(tail -n 1 background.pids)"
    sleep 0.2
}

router_side()
{
    nsenter --target "$router" --net -- "$@"
}

# link_end INTERFACE IPV4 IPV6 [PLACE]
link_end()
{
    ${4:-} ethtool -K "$1" tx off tso off gso off gro off >/dev/null
    ${4:-} ip address add "$2/24" dev "$1"
    ${4:-} ip -6 address add "$3/64" dev "$1" nodad
    ${4:-} ip link set "$1" up
}

# hindered HINDRANCE SERVER CLIENT: the pair, after the commands of HINDRANCE have set up a firewall, which is lifted again.
hindered()
{
    record "${capture_interface:-wire}" "${capture_filter:-tcp port $port}"
    eval "serve_$2"
    await_server
    eval "$1"
    eval "dial_$3" || true
    settle
    for tool in iptables ip6tables; do
        $tool -F
        client_side $tool -F
    done
}

# routed HINDRANCE SERVER CLIENT: the same through the router, captured at its link $capture_interface.
routed()
{
    routed_client=$((20 + RANDOM % 200))
    capture_filter="(${capture_filter:-tcp port $port}) and (host 198.51.100.$routed_client or host 2001:db8:1::$routed_client)"
    server_address=${server_address:-$routed_server4}
    capture_interface=${capture_interface:-lan}
    route_through
    hindered "$@"
}

at_client='capture_place=client_side capture_interface=far'
with_icmp='capture_filter=tcp or icmp or ip6[40] < 128'

# ---- No connection ----

capture syn-ack-unacknowledged syn-ack-unacknowledged \
    'a firewall drops the SYN-ACKs on their way back, for 4 seconds; captured at the server' \
    '^C.SYN S.SYNACK( [CS].SYN(ACK)?){3,}( C.RST)?$' \
    hindered "client_side iptables -I INPUT -p tcp --sport $port -j DROP" 'tcp silent' 'curl 1.2-1.3 none --connect-timeout 4'
capture syn-ack-unacknowledged-ipv6 syn-ack-unacknowledged \
    'a firewall drops the SYN-ACKs on their way back, for 4 seconds, IPv6; captured at the server' \
    '^C.SYN S.SYNACK( [CS].SYN(ACK)?){3,}( C.RST)?$' with server_address=$server6 \
    hindered "client_side ip6tables -I INPUT -p tcp --sport $port -j DROP" 'tcp silent' 'curl 1.2-1.3 none --connect-timeout 4'

capture icmp-rejected icmp-rejected 'a router says that its administrator forbids the connection (ICMP 3/13)' '^C.SYN$' \
    with $at_client "$with_icmp" routed \
    "router_side iptables -I FORWARD -p tcp --dport $port -j REJECT --reject-with icmp-admin-prohibited" 'tcp silent' 'curl 1.2-1.3 none --connect-timeout 2'
capture icmp-rejected-ipv6 icmp-rejected 'a router says that its administrator forbids the connection, IPv6 (ICMPv6 1/1)' '^C.SYN' \
    with $at_client "$with_icmp" server_address=$routed_server6 routed \
    "router_side ip6tables -I FORWARD -p tcp --dport $port -j REJECT --reject-with icmp6-adm-prohibited" 'tcp silent' 'curl 1.2-1.3 none --connect-timeout 2'
capture icmp-rejected-by-server icmp-rejected 'the server'"'"'s own firewall rejects with its default answer, port unreachable (ICMP 3/3)' '^C.SYN' \
    with $at_client "$with_icmp" routed \
    "server_side iptables -I INPUT -p tcp --dport $port -j REJECT" 'tcp silent' 'curl 1.2-1.3 none --connect-timeout 2'
capture icmp-rejected-no-route icmp-rejected 'a router has no route to the server (ICMP 3/1)' '^C.SYN' \
    with $at_client "$with_icmp" routed 'router_side ip route add unreachable 203.0.113.10' 'tcp silent' 'curl 1.2-1.3 none --connect-timeout 2'

# ---- Nothing said ----

accepted='^C.SYN S.SYNACK'
capture no-client-hello-fin no-client-hello \
    'the server closes right after it accepted; the JDK client says its ClientHello to nobody' \
    "$accepted S.FIN C.(ClientHello|FIN)" pair 'tcp accept-fin' 'java 1.2-1.3 none'
capture no-client-hello-rst no-client-hello \
    'the server resets right after it accepted, before the JDK client has its ClientHello ready' \
    "$accepted S.RST" pair 'tcp accept-rst' 'java 1.2-1.3 none'
capture no-client-hello-haproxy no-client-hello \
    'HAProxy in TCP mode has no healthy server behind it, and closes before the JDK client has its ClientHello ready' \
    "$accepted S.(FIN|RST)" pair haproxy_without_servers 'java 1.2-1.3 none'
capture no-client-hello-smtp no-client-hello \
    'curl waits on the HTTPS port for the greeting of an SMTP server, and gives up after 4 seconds' \
    "$accepted C.FIN" pair 'nginx 1.2-1.3 none' smtp
capture health-check no-client-hello 'a health check connects and closes, which is no failure' \
    "$accepted C.FIN" pair 'nginx 1.2-1.3 none' 'oddclient 1.2 nothing-fin'

dial_smtp()
{
    client curl -sS -m 4 "smtp://$host:$port/"
}

serve_haproxy_without_servers()
{
    cat >haproxy.cfg <<CONFIG
global
    maxconn 20
defaults
    mode tcp
    timeout connect 1s
    timeout client 5s
    timeout server 5s
listen tls
    bind :::$port v4v6
CONFIG
    background server.log haproxy -db -f haproxy.cfg
}

# ---- Large packets ----

# black_hole LINK: an MTU of 1300 behind a router that does not say so, since its ICMP messages are dropped.
black_hole()
{
    router_side ip link set "$1" mtu 1300
    router_side iptables -I OUTPUT -p icmp -j DROP
}

# The router says so, and a firewall on the machine that is told takes no ICMP.
deaf_hole()
{
    router_side ip link set lan mtu 1300
    client_side iptables -I INPUT -p icmp -j DROP
}

# As many protocol names as make a ClientHello of about 1800 bytes.
long_hello="-alpn $(seq -s , -f 'protocol-number-%03g' 80)"
capture client-hello-black-holed-pmtu client-hello-black-holed \
    'a link with an MTU of 1300 swallows the larger part of a long ClientHello without a word; captured at the client' \
    "$accepted( C.ClientHello)?\$" with $at_client patience=2.5 routed "black_hole lan" 'nginx 1.2-1.3 none' "openssl 1.2-1.3 none $long_hello"
capture client-hello-black-holed-at-server client-hello-black-holed \
    'a link with an MTU of 1300 swallows the larger part of a long ClientHello without a word; captured at the server' \
    "$accepted\$" with patience=2.5 routed "black_hole lan" 'nginx 1.2-1.3 none' "openssl 1.2-1.3 none $long_hello"
capture client-hello-black-holed-icmp client-hello-black-holed \
    'a router says that the larger part of a long ClientHello does not fit its link with an MTU of 1300, and the client has a firewall that takes no ICMP; captured at the client' \
    "$accepted( C.ClientHello)?\$" with $at_client "$with_icmp" patience=0.8 routed deaf_hole 'nginx 1.2-1.3 none' "openssl 1.2-1.3 none $long_hello"
capture client-hello-black-holed-name client-hello-black-holed \
    'a firewall drops what names server.test; captured at the client' \
    "$accepted C.ClientHello\$" with $at_client \
    routed 'router_side iptables -I FORWARD -p tcp -m string --string server.test --algo bm -j DROP' 'nginx 1.2-1.3 none' 'curl 1.2-1.3 none -m 3'
capture server-flight-black-holed server-flight-black-holed \
    "a link with an MTU of 1300 swallows the large packets of nginx's flight without a word; captured at the server" \
    "$accepted C.ClientHello S.ServerHello" with routed "black_hole near" 'nginx 1.2 none' 'curl 1.2 none -m 2.5'
capture server-flight-black-holed-at-client server-flight-black-holed \
    "a link with an MTU of 1300 swallows the large packets of nginx's flight without a word; captured at the client" \
    "$accepted C.ClientHello.* C.(FIN|RST)" with $at_client routed "black_hole near" 'nginx 1.2 none' 'curl 1.2 none -m 4'
capture large-hello-intolerance large-hello-intolerance \
    'a server that looks at the first packet only does not answer a long ClientHello of OpenSSL' \
    "$offered C.(FIN|RST)" with patience=4 pair 'tcp first-packet' "openssl 1.2-1.3 none $long_hello"

# ---- A third party ----

capture reset-injected reset-injected 'a firewall resets connections that name server.test; captured at the client' \
    "$offered S.RST" with $at_client routed \
    'router_side iptables -I FORWARD -p tcp -m string --string server.test --algo bm -j REJECT --reject-with tcp-reset' 'nginx 1.2-1.3 none' 'curl 1.2-1.3 none -m 3'

# ---- Silence in the middle ----

# Apache asks an OCSP responder about the client's certificate, which does not answer.
apache_asks="'SSLOCSPEnable on' 'SSLOCSPDefaultResponder http://192.0.2.99/' 'SSLOCSPOverrideResponder on' 'SSLOCSPResponderTimeout 8'"
for v in 2 3; do
    asked=asked1$v hello=hello1$v
    capture handshake-stalled-server-apache-1$v handshake-stalled \
        "TLS 1.$v, Apache waits for an OCSP responder that it cannot reach, curl gives up after 5 seconds" \
        "${!asked}.* C.(FIN|RST)" hindered 'iptables -I OUTPUT -d 192.0.2.99 -j DROP' \
        "apache 1.$v require $apache_asks" "curl 1.$v client -m 5"
    capture handshake-stalled-client-openssl-1$v handshake-stalled \
        "TLS 1.$v, an OpenSSL client thinks about the server's certificate until it is ended after 4 seconds" \
        "${!hello}.* C.(FIN|RST)" with patience=4 pair "nginx 1.$v none" "oddclient 1.$v verify-waits"
    capture handshake-stalled-client-late-openssl-1$v handshake-stalled \
        "TLS 1.$v, an OpenSSL client thinks for 4 seconds about the server's certificate, nginx waits for 3 and does not see the rest" \
        "${!hello}.* S.FIN .*C.(ClientKeyExchange|CCS|Finished|x53|x69).*S.RST" \
        pair "nginx 1.$v none 'client_header_timeout 3s;'" "oddclient 1.$v verify-late"
done
