# SPDX-License-Identifier: GPL-3.0-or-later
#
# dial_STACK VERSIONS CERTIFICATE [OPTION...]: a client of that stack at the far end of the wire asks $host:$port for /served.
#   VERSIONS     1.2, 1.3, or a range such as 1.2-1.3
#   CERTIFICATE  the client certificate, a name in pki/, or none
#   OPTION...    further options of the stack's own program
# It trusts $server_trust (a name in pki/) and logs its keys to $keys where the stack can. The exit status is the client's.

host=server.test
server_trust=root
patience=10
client_place=client_side # or server_side: at the server's end

# Run a client where clients live; a client that hangs is ended.
client()
{
    $client_place timeout -k 1 "$patience" "$@" >>client.log 2>&1
}

http_request()
{
    printf 'GET /served HTTP/1.0\r\nHost: %s\r\n\r\n' "$host"
    sleep "${1:-0}"
}

dial_openssl()
{
    local certificate=()
    [ "$2" = none ] || certificate=(-cert "$pki/$2.pem" -key "$pki/$2.key.pem" -cert_chain "$pki/intermediate.pem")
    http_request | client openssl s_client -connect "$host:$port" ${server_name--servername server.test} -quiet -no_ign_eof \
        -min_protocol "$(openssl_version "$(lowest "$1")")" -max_protocol "$(openssl_version "$(highest "$1")")" \
        -CAfile "$pki/$server_trust.pem" -verify_return_error -keylogfile "$keys" -ign_eof "${certificate[@]}" "${@:3}"
}

dial_curl()
{
    local certificate=()
    [ "$2" = none ] || certificate=(--cert "$pki/$2.chain.pem" --key "$pki/$2.key.pem")
    SSLKEYLOGFILE=$keys client curl -sS -o /dev/null --cacert "$pki/$server_trust.pem" "--tlsv$(lowest "$1")" \
        --tls-max "$(highest "$1")" "${certificate[@]}" "${@:3}" "https://$host:$port/served"
}

dial_gnutls()
{
    local certificate=()
    [ "$2" = none ] || certificate=(--x509certfile "$pki/$2.chain.pem" --x509keyfile "$pki/$2.key.pem")
    http_request 0.5 | SSLKEYLOGFILE=$keys client gnutls-cli "$host" --port "$port" --x509cafile "$pki/$server_trust.pem" \
        --priority "$(gnutls_versions "$1")${gnutls_priority:-}" "${certificate[@]}" "${@:3}"
}

dial_nss()
{
    local certificate=()
    [ "$2" = none ] || certificate=(-n "$2")
    http_request 0.5 | client tstclnt -h "$host" -p "$port" -d "$(nss_database "$server_trust" ${certificate[1]:-})" \
        -V "tls$(lowest "$1"):tls$(highest "$1")" "${certificate[@]}" "${@:3}"
}

# OPTION is a Java option: -Dname=value. CERTIFICATE may also be one of the broken ones the program knows.
dial_java()
{
    local certificate=$2
    java_class TlsClient
    [ ! -e "$pki/$2.pem" ] || certificate=$(p12 "$2")
    client java "${@:3}" -cp "$work/java" TlsClient "$host" "$port" "$(java_versions "$1")" "$certificate" \
        "$pki/$server_trust.pem" "$(p12 client)"
}

# OPTION is key=value, see the program.
dial_node()
{
    local certificate=()
    [ "$2" = none ] || certificate=("cert=$pki/$2.chain.pem" "key=$pki/$2.key.pem")
    client node --tls-keylog="$keys" "$here/stacks/client.js" "host=$host" "port=$port" "versions=$1" \
        "ca=$pki/$server_trust.pem" "${certificate[@]}" "${@:3}"
}

# OPTION is key=value, see the program.
dial_python()
{
    SSLKEYLOGFILE=$keys client python3 "$here/stacks/pytls.py" dial "$host" "$port" "$(lowest "$1")" "$(highest "$1")" \
        "ca=$pki/$server_trust.pem" "${@:3}"
}

dial_go()
{
    local certificate=()
    [ "$2" = none ] || certificate=(-cert "$pki/$2.chain.pem" -key "$pki/$2.key.pem")
    client "$(go_program)" -address "$host:$port" -min "$(lowest "$1")" -max "$(highest "$1")" -ca "$pki/$server_trust.pem" \
        -keylog "$keys" "${certificate[@]}" "${@:3}"
}

# Chromium (BoringSSL), which offers a post-quantum group; the versions are the server's choice, and it has no certificate.
dial_chromium()
{
    local home=$work/chromium-$server_trust patience=20
    if [ ! -e "$home" ]; then
        mkdir -p "$home/.pki"
        cp -r "$(nss_database "$server_trust" | sed 's/^sql://')" "$home/.pki/nssdb"
    fi
    HOME=$home SSLKEYLOGFILE=$keys client chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync --user-data-dir="$home/data" \
        --dump-dom "${@:3}" "https://$host:$port/served"
}

# An OpenSSL client that does one particular thing: see the program.
dial_oddclient()
{
    [ -e "$work/oddclient" ] || gcc -Wall -Wextra -O1 -o "$work/oddclient" "$here/stacks/oddclient.c" -lssl -lcrypto
    client "$work/oddclient" "$host" "$port" "$1" "$2" "$pki/$server_trust.pem" "$keys"
}
