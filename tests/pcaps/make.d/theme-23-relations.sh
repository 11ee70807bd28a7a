# SPDX-License-Identifier: GPL-3.0-or-later
#
# Two rules hold, and one of them gives way to the other or follows from it.

chapter 'What two rules explain, and one of them better'

capture client-version-too-old-reset-openssl-11 client-version-too-old \
    'the OpenSSL client offers TLS 1.1 only, and a server resets without an alert' \
    "$offered S.RST\$" pair 'tcp rst' 'openssl 1.1 none -cipher ALL:@SECLEVEL=0'
capture client-cert-absent-late-go-12 client-cert-absent \
    'TLS 1.2, Go thinks for 3 seconds before it refuses a curl that sent no certificate' \
    "$asked12 .*S.Alert42" pair 'go 1.2 ask -late 3s' 'curl 1.2 none'
capture handshake-stalled-client-asked-openssl-12 handshake-stalled \
    'TLS 1.2, an OpenSSL client that is asked for a certificate thinks until it is ended after 4 seconds' \
    "$asked12.* C.(FIN|RST)" with patience=4 pair 'openssl 1.2 require' 'oddclient 1.2 verify-waits'

# A chain that fills more than the first window of ten segments.
serve_nginx_long()
{
    local count short=$pki pki=$PWD/long
    cp -r "$short" "$pki"
    for count in {1..40}; do
        cat "$short/intermediate.pem" >>"$pki/server.chain.pem"
    done
    serve_nginx "$@"
}
capture server-flight-black-holed-long server-flight-black-holed \
    'a link with an MTU of 1300 swallows the large packets of a flight of nginx that is longer than the first window' \
    "$accepted C.ClientHello S.ServerHello" with routed "black_hole near" 'nginx_long 1.2 none' 'curl 1.2 none -m 4'

# quic_closed SOURCE CODE: by quicclose.py.
quic_closed()
{
    python3 "$here/quicclose.py" "$(source_capture "$1")" "$pcap" "$2"
}
capture quic-server-cert-rejected-initial server-cert-rejected-unexplained \
    'as quic-server-cert-rejected-go, but the client closes in an Initial packet, where the alert bad_certificate can be read' \
    'Close0x12a' quic_closed quic-server-cert-rejected-go 0x12a
