# SPDX-License-Identifier: GPL-3.0-or-later
#
# Both sides speak TLS and find nothing in common, or one does not accept what the other chose.

called[python]=Python

# raw NAME: a hello made by hand, see the program.
dial_raw()
{
    client python3 "$here/stacks/rawhello.py" "$host" "$port" "$1"
}

# relayed SERVER HOW CLIENT: a box between the two changes what passes, see the program.
relayed()
{
    record
    port=444 eval "serve_$1"
    port=444 await_server
    background relay.log python3 "$here/stacks/relay.py" "$port" 444 "$2"
    await_server
    eval "dial_$3" || true
    settle
}

# configured LINE COMMAND...: with that line in the system section of openssl.cnf.
configured()
{
    printf 'openssl_conf = all\n[all]\nssl_conf = tls\n[tls]\nsystem_default = here\n[here]\n%s\n' "$1" >openssl.cnf
    OPENSSL_CONF=$PWD/openssl.cnf "${@:2}"
}

chapter 'No application protocol in common (ALPN)'

offers="$opened C.ClientHello"
declare -A alpn_of_server=([openssl]='-alpn http/1.1' [gnutls]='--alpn http/1.1 --alpn-fatal' [java]=-Dalpn=http/1.1
    [node]=alpn=http/1.1 [go]='-alpn http/1.1' [nginx]='' [nss]=-Q)
declare -A alpn_of_client=([openssl]='-alpn postgresql' [gnutls]='--alpn postgresql' [java]=-Dalpn=postgresql
    [node]=alpn=postgresql [go]='-alpn postgresql' [python]=alpn=postgresql)
for v in 2 3; do
    for stack in openssl gnutls java node nginx go; do
        refusal='S.Alert120 '
        [ "$stack$v" != go3 ] || refusal="S.ServerHello ${gap}S.Alert120"
        capture alpn-no-overlap-$stack-1$v alpn-no-overlap \
            "TLS 1.$v, ${called[$stack]} speaks HTTP only, the OpenSSL client postgresql only" \
            "$offers $refusal" pair "$stack 1.$v none ${alpn_of_server[$stack]}" "openssl 1.$v none ${alpn_of_client[openssl]}"
    done
    for from in openssl java node go; do
        capture alpn-no-overlap-apache-from-$from-1$v alpn-no-overlap \
            "TLS 1.$v, Apache selects http/1.1 though the ${called[$from]} client offers postgresql only" \
            "$offers S.ServerHello" pair "apache 1.$v none" "$from 1.$v none ${alpn_of_client[$from]}"
    done
    capture alpn-no-overlap-h2-from-curl-1$v healthy "TLS 1.$v, curl offers h2 and http/1.1, the OpenSSL server knows no ALPN" \
        "$offers S.ServerHello.*C.Data" with openssl_mode=-www pair "openssl 1.$v none" "curl 1.$v none --http2"
    capture alpn-ignored-haproxy-1$v healthy "TLS 1.$v, the OpenSSL client offers postgresql, HAProxy goes on without ALPN" \
        "$offers S.ServerHello.*C.Data" pair "haproxy 1.$v none alpn http/1.1" "openssl 1.$v none ${alpn_of_client[openssl]}"
    capture alpn-no-overlap-h2-only-1$v alpn-no-overlap \
        "TLS 1.$v, the OpenSSL client offers h2 only, the OpenSSL server knows no ALPN; the client leaves after the handshake" \
        "$offers S.ServerHello.*C.(Finished|Hidden)" h2_only "1.$v"
done
for from in java node go gnutls python; do
    capture alpn-no-overlap-openssl-from-$from-13 alpn-no-overlap \
        "TLS 1.3, the OpenSSL server speaks http/1.1 only, the ${called[$from]} client postgresql only" "$offers S.Alert120 " \
        pair 'openssl 1.3 none -alpn http/1.1' "$from 1.3 none ${alpn_of_client[$from]}"
done

# The client leaves as soon as it has seen that h2 was not selected.
h2_only()
{
    record
    serve_openssl "$1" none
    await_server
    sleep 0.5 | client openssl s_client -connect "$host:$port" -servername server.test -alpn h2 -CAfile "$pki/root.pem" \
        "-tls${1/./_}" -keylogfile "$keys" || true
    settle
}

chapter 'No signature scheme in common'

for stack in openssl gnutls node go nginx nss haproxy; do
    capture no-shared-signature-algorithm-$stack-13 no-shared-signature-algorithm \
        "TLS 1.3, ${called[$stack]} has an RSA certificate, the OpenSSL client takes RSA without PSS and ECDSA" \
        "$offers S.Alert40 " pair "$stack 1.3 none" 'openssl 1.3 none -sigalgs RSA+SHA256:ECDSA+SHA256'
    capture no-shared-signature-algorithm-$stack-12 no-shared-signature-algorithm \
        "TLS 1.2, ${called[$stack]} has an RSA certificate, the OpenSSL client takes ECDSA only" \
        "$offers S.Alert40 " pair "$stack 1.2 none" 'openssl 1.2 none -sigalgs ECDSA+SHA256'
done
capture no-shared-signature-algorithm-java-13 no-shared-signature-algorithm \
    'TLS 1.3, JDK has an RSA certificate, the OpenSSL client takes ECDSA only; the alert is encrypted and padded' \
    "$offers S.ServerHello ${gap}S.EncryptedExtensions S.Alert40 " pair 'java 1.3 none' 'openssl 1.3 none -sigalgs ECDSA+SHA256'
for stack in java go; do
    capture no-shared-signature-algorithm-$stack-from-java-12 no-shared-signature-algorithm \
        "TLS 1.2, ${called[$stack]} has an RSA certificate, the JDK client takes ECDSA only; the alert comes after the certificate" \
        "$offers S.ServerHello S.Cert2 S.Alert(80|40) " pair "$stack 1.2 none" \
        'java 1.2 none -Djdk.tls.client.SignatureSchemes=ecdsa_secp256r1_sha256'
done
for from in java node nss; do
    case $from in
    java) schemes=-Djdk.tls.client.SignatureSchemes=ecdsa_secp256r1_sha256 ;;
    node) schemes=sigalgs=ECDSA+SHA256 ;;
    nss) schemes='-J ecdsa_secp256r1_sha256' ;;
    esac
    capture no-shared-signature-algorithm-openssl-from-$from-13 no-shared-signature-algorithm \
        "TLS 1.3, OpenSSL has an RSA certificate, the ${called[$from]} client takes ECDSA only" "$offers S.Alert40 " \
        pair 'openssl 1.3 none' "$from 1.3 none $schemes"
done
capture no-shared-signature-algorithm-ecdsa-openssl-13 no-shared-signature-algorithm \
    'TLS 1.3, OpenSSL has an ECDSA certificate, the OpenSSL client takes RSA only' "$offers S.Alert40 " \
    with server_cert=server-ec pair 'openssl 1.3 none' 'openssl 1.3 none -sigalgs RSA-PSS+SHA256:RSA+SHA256'
capture no-shared-signature-algorithm-missing-openssl-13 no-shared-signature-algorithm \
    'TLS 1.3, the hello (made by hand) has no signature_algorithms, OpenSSL answers missing_extension' "$offers S.Alert109 " \
    pair 'openssl 1.3 none' 'raw no-schemes'
capture signature-sha512-openssl-12 healthy 'TLS 1.2, the OpenSSL client takes rsa_pkcs1_sha512 only, and OpenSSL signs so' \
    "$full12" pair 'openssl 1.2 none' 'openssl 1.2 none -sigalgs RSA+SHA512:RSA+SHA256'

chapter 'The server asks for another group, and the client leaves'

capture no-shared-group-retry-openssl-13 no-shared-group \
    'TLS 1.3, OpenSSL asks for P-384 (HelloRetryRequest), the client (a hello made by hand) leaves' \
    "$offers S.HelloRetry .*C.FIN" pair 'openssl 1.3 none -groups P-384' 'raw no-retry'
capture no-shared-group-retry-go-13 no-shared-group \
    'TLS 1.3, Go asks for P-384 (HelloRetryRequest), the client (a hello made by hand) leaves' \
    "$offers S.HelloRetry .*C.FIN" pair 'go 1.3 none -group 24' 'raw no-retry'

chapter 'Windows and TLS 1.0'

for stack in nginx openssl java; do
    suffix=-$stack
    capture dotnet-legacy-tls-default${suffix#-nginx} dotnet-legacy-tls-default \
        "a hello as Schannel makes it for old .NET (made by hand, no Windows here), ${called[$stack]} wants TLS 1.2 or more" \
        "$offers S.Alert70 " pair "$stack 1.2-1.3 none" 'raw schannel10'
done
capture dotnet-legacy-tls-default-fin dotnet-legacy-tls-default \
    'a hello as Schannel makes it for old .NET (made by hand), the server closes without a word' \
    "$offers S.FIN" pair 'tcp fin' 'raw schannel10'

chapter 'The client refuses the server'"'"'s hello or key exchange'

for from in openssl curl gnutls nss java node go; do
    capture downgrade-sentinel-seen-$from downgrade-sentinel-seen \
        "a box hides from the OpenSSL server that the ${called[$from]} client offers TLS 1.3; the client sees the mark in the ServerHello" \
        "$offers S.ServerHello .*C.(Alert47|FIN|RST)" relayed 'openssl 1.2-1.3 none' downgrade "$from 1.2-1.3 none"
done
capture downgrade-sentinel-seen-go-from-java downgrade-sentinel-seen \
    'a box hides from the Go server that the JDK client offers TLS 1.3; the client sees the mark in the ServerHello' \
    "$offers S.ServerHello .*C.Alert47" relayed 'go 1.2-1.3 none' downgrade 'java 1.2-1.3 none'

for from in openssl curl python node; do
    how=Alert40
    [ $from != node ] || how=FIN
    capture handshake-binding-missing-${from} handshake-binding-missing \
        "TLS 1.2, the GnuTLS server sends no renegotiation_info, the ${called[$from]} client leaves" \
        "$hello12 S.ServerHelloDone C.$how" with gnutls_priority=:%DISABLE_SAFE_RENEGOTIATION pair 'gnutls 1.2 none' "$from 1.2 none"
done
for from in java nss go; do
    capture handshake-binding-accepted-$from healthy \
        "TLS 1.2, the GnuTLS server sends no renegotiation_info, the ${called[$from]} client goes on" "$full12" \
        with gnutls_priority=:%DISABLE_SAFE_RENEGOTIATION pair 'gnutls 1.2 none' "$from 1.2 none"
done
capture handshake-binding-missing-ems-java handshake-binding-missing \
    'TLS 1.2, the OpenSSL server sends no extended_master_secret, the JDK client needs it' \
    "$hello12 S.ServerHelloDone C.Alert40" configured 'Options = -ExtendedMasterSecret' \
    pair 'openssl 1.2 none' 'java 1.2 none -Djdk.tls.allowLegacyMasterSecret=false'
capture handshake-binding-missing-ems-server-java handshake-binding-missing \
    'TLS 1.2, the OpenSSL client offers no extended_master_secret, the JDK server needs it' "$offers S.Alert40 " \
    configured 'Options = -ExtendedMasterSecret' pair 'java 1.2 none -Djdk.tls.allowLegacyMasterSecret=false' 'openssl 1.2 none'
capture extended-master-secret-absent-12 healthy 'TLS 1.2 without extended_master_secret, the Go client to the JDK server' "$full12" \
    pair 'java 1.2 none' 'go 1.2 none'

for v in 0 1; do
    for from in openssl curl; do
        capture legacy-signature-refused-$from-1$v legacy-signature-refused \
            "the OpenSSL server knows TLS 1.$v only and signs with MD5 and SHA-1, which the security level of the ${called[$from]} client forbids" \
            "$hello12 S.ServerHelloDone C.Alert80" pair "openssl 1.$v none -cipher ALL:@SECLEVEL=0" "$from 1.$v-1.2 none"
    done
done
capture signature-sha1-openssl-12 healthy 'TLS 1.2, signed with SHA-1, OpenSSL on both sides at security level 0' "$full12" \
    pair 'openssl 1.2 none -cipher DEFAULT@SECLEVEL=0 -sigalgs RSA+SHA1' 'openssl 1.2 none -cipher DEFAULT@SECLEVEL=0 -sigalgs RSA+SHA1:RSA+SHA256'

dh_parameters()
{
    [ -e "$work/dh$1.pem" ] || openssl dhparam -out "$work/dh$1.pem" -dsaparam "$1" 2>/dev/null
    printf '%s\n' "$work/dh$1.pem"
}
serve_weak_dh()
{
    serve_nginx 1.2 none "ssl_dhparam $(dh_parameters 1024);" 'ssl_ciphers DHE:@SECLEVEL=0;'
}
for from in openssl curl python; do
    capture dh-group-too-small-$from dh-group-too-small \
        "TLS 1.2, nginx has a Diffie-Hellman group of 1024 bits, which the ${called[$from]} client refuses" \
        "$hello12 S.ServerHelloDone C.Alert40" pair weak_dh "$from 1.2 none"
done
for from in gnutls nss node; do
    capture dh-group-small-$from healthy \
        "TLS 1.2, nginx has a Diffie-Hellman group of 1024 bits, which the ${called[$from]} client takes" \
        "$full12" pair weak_dh "$from 1.2 none"
done
capture dh-group-too-small-java-from-openssl dh-group-too-small \
    'TLS 1.2, the JDK server has a Diffie-Hellman group of 1024 bits, which the OpenSSL client refuses' \
    "$hello12 S.ServerHelloDone C.Alert40" pair \
    'java 1.2 none -Djdk.tls.ephemeralDHKeySize=1024 -Dsuites=TLS_DHE_RSA_WITH_AES_128_GCM_SHA256' 'openssl 1.2 none'

for from in openssl java nss; do
    capture peer-protocol-error-$from peer-protocol-error \
        "TLS 1.2, a box puts an extension into the OpenSSL server's hello that the ${called[$from]} client did not ask for" \
        "$offers S.ServerHello .*C.Alert(110|47|10|50)" relayed 'openssl 1.2 none' extension "$from 1.2 none"
done

chapter 'The keys do not fit'

psk=0123456789abcdef0123456789abcdef
other_psk=ffffffffffffffffffffffffffffffff
declare -A psk_suite=([2]='-cipher PSK' [3]='-ciphersuites TLS_AES_128_GCM_SHA256')
serve_openssl_psk()
{
    printf 'served\n' >served
    background server.log openssl s_server -accept "$port" -WWW -nocert -psk $psk "$@"
}
serve_gnutls_psk()
{
    printf 'Client_identity:%s\n' $psk >psk.txt
    printf 'HTTP/1.0 200 OK\r\n\r\nserved\n' >served
    background server.log gnutls-serv --http --httpdata served --port "$port" --pskpasswd psk.txt --priority "${gnutls_psk[$1]}"
}
dial_gnutls_psk()
{
    http_request 0.5 | client gnutls-cli "$host" --port "$port" --pskusername "$2" --pskkey "$3" --priority "${gnutls_psk[$1]}"
}
declare -A gnutls_psk=([2]=NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-PSK:+PSK
    [3]=NORMAL:-VERS-ALL:+VERS-TLS1.3:+ECDHE-PSK:+PSK:-CIPHER-ALL:+AES-128-GCM)
for v in 2 3; do
    refusal=20
    [ $v = 2 ] || refusal=47
    with_psk="openssl 1.$v none ${psk_suite[$v]}"
    capture psk-mismatch-key-openssl-1$v psk-mismatch "TLS 1.$v, the keys differ, OpenSSL on both sides" \
        "$offers .*S.Alert$refusal " pair "openssl_psk -tls1_$v ${psk_suite[$v]}" "$with_psk -psk $other_psk"
    capture psk-mismatch-key-gnutls-1$v psk-mismatch "TLS 1.$v, the keys differ, OpenSSL to GnuTLS" \
        "$offers .*S.Alert$refusal " pair "gnutls_psk $v" "$with_psk -psk $other_psk"
    capture psk-mismatch-identity-gnutls-1$v psk-mismatch "TLS 1.$v, the server does not know the identity, GnuTLS on both sides" \
        "$offers .*S.Alert$refusal " pair "gnutls_psk $v" "gnutls_psk $v nobody $psk"
    capture psk-openssl-1$v healthy "TLS 1.$v with a pre-shared key, OpenSSL on both sides" "$offers S.ServerHello.*C.Data" \
        pair "openssl_psk -tls1_$v ${psk_suite[$v]}" "$with_psk -psk $psk"
done
capture psk-mismatch-identity-openssl-13 psk-mismatch \
    'TLS 1.3, the server does not know the identity and has no certificate, OpenSSL on both sides' "$offers S.Alert40 " \
    pair "openssl_psk -tls1_3 ${psk_suite[3]}" "openssl 1.3 none ${psk_suite[3]} -psk $psk -psk_identity nobody"
capture psk-gnutls-13 healthy 'TLS 1.3 with a pre-shared key, GnuTLS on both sides' "$offers S.ServerHello.*C.FIN" \
    pair 'gnutls_psk 3' "gnutls_psk 3 Client_identity $psk"

for stack in openssl gnutls java go nss; do
    capture bad-record-mac-$stack-12 bad-record-mac "TLS 1.2, a box damages the Finished of the OpenSSL client to ${called[$stack]}" \
        "$offers S.ServerHello .*C.CCS .*S.(Alert(20|51|10)|FIN)" relayed "$stack 1.2 none" damage-client 'openssl 1.2 none'
done
for from in openssl curl; do
    capture bad-record-mac-from-$from-13 bad-record-mac \
        "TLS 1.3, a box damages the first encrypted record of the OpenSSL server to the ${called[$from]} client" \
        "$offers S.ServerHello .*C.(Alert|x19|x35)" relayed 'openssl 1.3 none' damage-server "$from 1.3 none"
done

chapter 'The name that the client asks for'

other='other.test'
declare -A only=([openssl]="-servername server.test -servername_fatal -cert2 $pki/server.pem -key2 $pki/server.key.pem"
    [gnutls]='--sni-hostname server.test --sni-hostname-fatal' [nss]='-a server.test' [java]='-Donly=server\\.test'
    [go]='-only server.test' [haproxy]=strict-sni [python]=only=server.test)
serve_nginx_strict()
{
    {
        nginx_frame
        printf '%s\n' "listen $port ssl default_server;" "ssl_protocols TLSv$1;" 'ssl_reject_handshake on;' '}' \
            'server {' "listen $port ssl;" "ssl_protocols TLSv$1;" 'server_name server.test;' \
            "ssl_certificate $pki/server.chain.pem;" "ssl_certificate_key $pki/server.key.pem;"
        printf 'location / { return 200 "served\\n"; } } }\n'
    } >nginx.conf
    mkdir -p nginx.d
    background server.log nginx -c "$PWD/nginx.conf" -p "$PWD/nginx.d"
}
for v in 2 3; do
    for stack in openssl gnutls nss java haproxy python go; do
        refusal=112
        [ $stack != go ] || refusal=80
        capture sni-rejected-$stack-1$v sni-rejected \
            "TLS 1.$v, ${called[$stack]} serves one name, the OpenSSL client asks for another" \
            "$offers S.Alert$refusal " pair "$stack 1.$v none ${only[$stack]}" "openssl 1.$v none -servername $other"
    done
    capture sni-rejected-nginx-1$v sni-rejected "TLS 1.$v, nginx rejects unknown names, the OpenSSL client asks for one" \
        "$offers S.Alert112 " pair "nginx_strict 1.$v" "openssl 1.$v none -servername $other"
    for stack in nginx_strict haproxy; do
        capture sni-absent-${stack%_strict}-1$v sni-absent "TLS 1.$v, ${called[${stack%_strict}]} needs a name, the OpenSSL client sends none" \
            "$offers S.Alert112 " with server_name=-noservername pair "$stack 1.$v none ${only[$stack]:-}" "openssl 1.$v none"
    done
    capture sni-absent-accepted-nginx-1$v healthy "TLS 1.$v, the OpenSSL client sends no name, nginx goes on" "$offers S.ServerHello.*C.Data" \
        with server_name=-noservername pair "nginx 1.$v none" "openssl 1.$v none"
done
for from in java go node gnutls nss; do
    case $from in
    java) name=-Dsni=$other ;;
    go) name="-name $other" ;;
    node) name=name=$other ;;
    gnutls) name="--sni-hostname $other" ;;
    nss) name="-a $other" ;;
    esac
    capture sni-rejected-nginx-from-$from-13 sni-rejected \
        "TLS 1.3, nginx rejects unknown names, the ${called[$from]} client asks for one" \
        "$offers S.Alert112 " pair 'nginx_strict 1.3' "$from 1.3 none $name"
done
warns="-servername www.server.test -cert2 $pki/server.pem -key2 $pki/server.key.pem"
capture sni-warning-openssl-12 sni-warning \
    'TLS 1.2, OpenSSL warns that it does not know the name and goes on, and so does the OpenSSL client' \
    "$offers S.Warn112 S.ServerHello .*C.Data" pair "openssl 1.2 none $warns" 'openssl 1.2 none'
capture sni-warning-java-12 sni-warning 'TLS 1.2, OpenSSL warns that it does not know the name, the JDK client takes that for a failure' \
    "$offers S.Warn112 S.ServerHello .*C.Alert40" pair "openssl 1.2 none $warns" 'java 1.2 none'

chapter 'A session is not resumed'

# sessions VERSION: the client comes again with its session; the server was restarted between the two and has new ticket keys.
sessions()
{
    record
    serve_openssl "$1" none
    await_server
    keys=$keys.1 dial_openssl "$1" none -sess_out session.pem || true
    end_servers
    rm background.pids
    serve_openssl "$1" none
    await_server
    keys=$keys.2 dial_openssl "$1" none -sess_in session.pem || true
    cat "$keys".* >"$keys"
    settle
}
capture resumption-declined-openssl-12 resumption-declined \
    'TLS 1.2, the OpenSSL client comes again with its ticket, the OpenSSL server was restarted and has other ticket keys' \
    "$full12.* / ${full12#^}" sessions 1.2
capture resumption-declined-openssl-13 resumption-declined \
    'TLS 1.3, the OpenSSL client comes again with its ticket, the OpenSSL server was restarted and has other ticket keys' \
    "$hello13.* / ${hello13#^} S.Cert" sessions 1.3
