# SPDX-License-Identifier: GPL-3.0-or-later
#
# Captures that lack something: derived from good ones. What was not captured proves nothing.

chapter 'The capture lacks something'

for v in 2 3; do
    full=mutual-openssl-1$v
    capture incomplete-client-only-1$v capture-incomplete "only the client's packets of $full" \
        '^C.SYN C.ClientHello (C\.[^ ]+ ?)+$' only $full 'dst port 443'
    capture incomplete-server-only-1$v capture-incomplete "only the server's packets of $full" \
        '^S.SYNACK S.ServerHello (S\.[^ ]+ ?)+$' only $full 'src port 443'
    capture incomplete-snaplen-1$v capture-incomplete "$full with every packet cut at 96 bytes (editcap -s 96)" \
        '^C.SYN S.SYNACK ' snapped $full 96
    capture incomplete-from-server-hello-1$v capture-incomplete "$full from the ServerHello on" \
        '^S.ServerHello ' from_packet $full 'tls.handshake.type == 2'
    capture incomplete-hole-1$v capture-incomplete \
        "$full without the second segment of the server's flight, which the client acknowledged" \
        'C.ClientHello (S.ServerHello )?.*C.FIN' without $full 'tcp.srcport == 443 && tcp.len > 500' 2
    capture incomplete-ends-1$v capture-incomplete "$full up to the ServerHello: the capture ends before the handshake does" \
        '^C.SYN S.SYNACK C.ClientHello S.ServerHello( S.[^ ]+)*$' until_packet $full 'tls.handshake.type == 2'
    capture incomplete-late-1$v capture-incomplete "$full from the end of the client's last flight on" \
        '^(S.Ticket|C.CCS) ' from_packet $full 'tcp.dstport == 443 && tls.record.content_type == 20'

    snapped_absent=capture-incomplete in_whole=
    [ $v = 3 ] || snapped_absent='capture-incomplete or client-cert-absent' in_whole='; the empty Certificate and the alert are whole'
    absent=client-cert-absent-openssl-1$v
    capture incomplete-client-only-absent-1$v capture-incomplete "only the client's packets of $absent" \
        '^C.SYN C.ClientHello (C\.[^ ]+ ?)+$' only $absent 'dst port 443'
    capture incomplete-server-only-absent-1$v capture-incomplete "only the server's packets of $absent" \
        '^S.SYNACK S.ServerHello (S\.[^ ]+ ?)+$' only $absent 'src port 443'
    capture incomplete-snaplen-absent-1$v "$snapped_absent" \
        "$absent with every packet cut at 96 bytes (editcap -s 96)$in_whole" \
        '^C.SYN S.SYNACK ' snapped $absent 96
    capture cut-file-mutual-1$v 'healthy with broken' "$full as a file that breaks off 20 bytes before its end, in its last packet" \
        "${opened}.*S.ServerHello" cut_file $full -20
    capture cut-file-early-1$v 'capture-incomplete with broken' "$full as a file that breaks off after 2500 bytes, in the server's flight" \
        "${opened} C.ClientHello( S.|\$)" cut_file $full 2500
    capture no-syn-mutual-1$v healthy "$full from the ClientHello on" '^C.ClientHello S.ServerHello ' \
        from_packet $full 'tls.handshake.type == 1'
    capture cut-data-1$v healthy \
        "download-curl-nginx-1$v with the packets after the handshake cut at 80 bytes: what is needed is there" \
        "${opened}.*S.ServerHello" cut_data download-curl-nginx-1$v
done
capture incomplete-hole-client-cert-12 capture-incomplete \
    "mutual-openssl-12 without the client's Certificate, which the server acknowledged" \
    'S.ServerHelloDone S.Ticket ' without mutual-openssl-12 'tcp.dstport == 443 && tcp.len > 1000'

capture incomplete-server-only-refused-then-up capture-incomplete 'only the server'\''s packets of server-not-listening-then-up' \
    '^S.RST' only server-not-listening-then-up 'src port 443'
