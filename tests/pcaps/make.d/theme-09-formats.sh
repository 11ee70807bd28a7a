# SPDX-License-Identifier: GPL-3.0-or-later
#
# One good connection with a client certificate (mutual-ec-12 over IPv4, ipv6-curl-nginx-12 over IPv6, mutual-openssl-13 for
# secrets) in other file formats and behind other link layers. relink.py writes those that no interface here gives.

chapter 'File formats and link layers'

whole12="$asked12 C.Cert2 .*C.Data"

while IFS='|' read -r form what; do
    [[ $form == pcapng* ]] && capture_suffix=pcapng || capture_suffix=pcap
    capture format-$form healthy "mutual-ec-12 as $what" "$whole12" relink mutual-ec-12 $form
    capture_suffix=pcap
done <<'FORMS'
pcap-nano|pcap with nanoseconds, little-endian
pcap-big|pcap with microseconds, big-endian
pcap-big-nano|pcap with nanoseconds, big-endian
pcapng-little|pcapng, little-endian
pcapng-big|pcapng, big-endian
pcapng-interfaces|pcapng with three interfaces: Ethernet in microseconds, RAW in nanoseconds, NULL in 2^-20 seconds with an offset (if_tsresol, if_tsoffset)
pcapng-sections|pcapng with two sections, the first little-endian with LOOP and Ethernet, the second big-endian with RAW
pcapng-blocks|pcapng with custom, name resolution, statistics and unknown blocks between the packets and comments on them
pcapng-old-blocks|pcapng with the obsolete Packet Blocks
pcapng-simple-blocks|pcapng with Simple Packet Blocks, which have no time
FORMS

with_secrets()
{
    local file
    file=$(source_capture "$1")
    editcap --inject-secrets "tls,$keys" "$file" "$pcap"
    rm "$keys"
}
capture_suffix=pcapng
capture format-pcapng-secrets-12 healthy 'mutual-openssl-12 as pcapng with its key log in a Decryption Secrets Block (editcap)' \
    "$mutual12" with_secrets mutual-openssl-12
capture format-pcapng-secrets-13 healthy 'mutual-openssl-13 as pcapng with its key log in a Decryption Secrets Block (editcap)' \
    "$mutual13" with_secrets mutual-openssl-13
capture format-pcapng-secrets-client-cert-absent-http-13 client-cert-absent-http \
    'client-cert-absent-http-nginx-13 as pcapng with its key log in a Decryption Secrets Block (editcap)' \
    "$asked13 .*C.Cert0 .*C.Data .*S.Data" with_secrets client-cert-absent-http-nginx-13
capture_suffix=pcap

while IFS='|' read -r form sources what; do
    for source in $sources; do
        case $source in
        4) capture link-$form healthy "mutual-ec-12 behind $what" "$whole12" relink mutual-ec-12 $form ;;
        6) capture link-$form-ipv6 healthy "ipv6-curl-nginx-12 behind $what" "$whole12" relink ipv6-curl-nginx-12 $form ;;
        esac
    done
done <<'FORMS'
vlan|4 6|Ethernet with an 802.1Q tag
vlan-priority|4|Ethernet with an 802.1Q tag of VLAN 0
qinq|4 6|Ethernet with two tags (88A8, 8100)
qinq-9100|4|Ethernet with two tags (9100, 8100)
mpls|4|Ethernet with two MPLS labels
pppoe|4 6|PPPoE
null-little|4 6|NULL, little-endian file and family (for IPv6 that of macOS)
null-big|4 6|NULL, big-endian file and family
null-swapped|4 6|NULL, little-endian file and big-endian family
null-24|6|NULL with the family of NetBSD and OpenBSD
null-28|6|NULL with the family of FreeBSD
loop|4 6|LOOP, little-endian file
loop-big|4 6|LOOP, big-endian file, the family of OpenBSD
raw|4 6|RAW (101)
raw-12|4|RAW by the number 12
raw-14|4|RAW by the number 14
ipv4|4|the IPV4 link type
ipv6|6|the IPV6 link type
ppp|4 6|PPP
hdlc|4 6|Cisco HDLC
ip-in-ip|4 6|Ethernet and another IPv4 header (IP in IP, 6in4)
gre|4 6|Ethernet and GRE with a key
vxlan|4|Ethernet and VXLAN
geneve|4|Ethernet and Geneve
gtp|4|Ethernet and GTP-U
wlan-quality|4|802.11 with QoS
wlan-aggregate-several|4|802.11, up to three frames in one (A-MSDU)
wlan-radiotap-padded|4|802.11 with radiotap and a padded header
l2tp-2|4|Ethernet and L2TP version 2 with PPP
l2tp-3-cookie-4|4|Ethernet and L2TP version 3 with a cookie
pseudowire-control|4|Ethernet and an MPLS pseudowire with a control word
erspan-3-more|4|Ethernet and ERSPAN type III
nflog|4|NFLOG
fragments-gtp|4|Ethernet and GTP-U, in IP fragments
fragments-backwards|4|Ethernet, in IP fragments, the last first
twice-routed|4|Ethernet, captured on both sides of a router
FORMS

# What the kernel itself puts before packets that are captured on all interfaces at once.
cooked()
{
    record any "tcp port $port" -y "$1"
    serve_nginx 1.2 require
    await_server
    dial_curl 1.2 client || true
    settle
}
for kind in LINUX_SLL LINUX_SLL2; do
    name=${kind#LINUX_}
    capture link-${name,,} healthy "TLS 1.2 with a client certificate, curl to nginx, captured on all interfaces ($kind)" \
        "$mutual12" cooked $kind
    capture link-${name,,}-ipv6 healthy "TLS 1.2 with a client certificate over IPv6, curl to nginx, captured on all interfaces ($kind)" \
        "$mutual12" with server_address=$server6 cooked $kind
done
