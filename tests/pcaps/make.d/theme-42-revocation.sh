# SPDX-License-Identifier: GPL-3.0-or-later
#
# Certificates that their issuers have revoked, revocation lists that are out of date or are another issuer's, and stapled
# OCSP responses, good and bad. The lists and responses are kept in pki/ beside the certificates: the tests give the lists
# to the program as their verifier had them.

# make_revocation_pki: revoked leaves and a revoked intermediate with the lists of both issuers, lists of another root,
# a leaf that demands a stapled response, and responses.
make_revocation_pki()
{
    make_client_pki
    [ -e "$pki/good.crl.pem" ] || { list_of intermediate && list_of root; } >"$pki/good.crl.pem"
    [ ! -e "$pki/revocation.crl.pem" ] || return 0
    touch "$work/ca.index"
    leaf server-revoked server.test rsa "$server_extensions"
    leaf server-must-staple server.test rsa "$server_extensions"$'\ntlsfeature = status_request'
    issue intermediate-revoked root 'tlswhy revoked intermediate' rsa "$ca_extensions"
    issue server-under-revoked intermediate-revoked server.test rsa "$server_extensions"
    cat "$pki/server-under-revoked.pem" "$pki/intermediate-revoked.pem" >"$pki/server-under-revoked.chain.pem"
    {
        list_of intermediate client-revoked:keyCompromise server-revoked:superseded
        list_of root intermediate-revoked:CACompromise
        list_of intermediate-revoked
    } >"$work/lists"
    list_of other-root >"$pki/other.crl.pem"
    make_responses
    mv "$work/lists" "$pki/revocation.crl.pem"
}

# list_of ISSUER [LEAF:REASON...]: its current list.
list_of()
{
    local issuer=$1 entry
    : >"$work/crl.index"
    printf '[ca]\ndefault_ca=ca\ndatabase=%s\n' "$work/crl.index" >"$work/crl.conf"
    for entry in "${@:2}"; do
        openssl ca -config "$work/crl.conf" -md sha256 -revoke "$pki/${entry%:*}.pem" -crl_reason "${entry#*:}" \
            -cert "$pki/$issuer.pem" -keyfile "$pki/$issuer.key.pem"
    done
    crl -crldays 7000
}

# Responses about the leaf that must have one, and about others: NAME LEAF STATUS FROM TO SIGNER.
make_responses()
{
    local name leaf status from to signer
    gcc -Wall -Wextra -O1 -o "$work/ocspresponse" "$here/stacks/ocspresponse.c" -lcrypto
    while read -r name leaf status from to signer; do
        "$work/ocspresponse" "$pki/$leaf.pem" "$pki/intermediate.pem" "$pki/$signer.pem" "$pki/$signer.key.pem" \
            "$status" "$from" "$to" >"$pki/$name.ocsp"
    done <<'RESPONSES'
good server-must-staple good -1 7000 intermediate
expired server-must-staple good -20 -10 intermediate
unknown server-must-staple unknown -1 7000 intermediate
revoked server-must-staple revoked -1 7000 intermediate
forged server-must-staple good -1 7000 other-root
plain server good -1 7000 intermediate
plain-expired server good -20 -10 intermediate
plain-revoked server-revoked revoked -1 7000 intermediate
RESPONSES
    printf '\60\3\12\1\3' >"$pki/try-later.ocsp"
}

# checked SERVER CLIENT: a pair with one of these certificates.
checked()
{
    make_revocation_pki
    pair "$1" "$2"
}

# An OCSP responder on this machine for a server that asks one, which answers with a response of pki/.
serve_responder()
{
    printf 'V\t460101000000Z\t\t%s\tunknown\t/CN=server.test\n' \
        "$(openssl x509 -in "$pki/$server_cert.pem" -noout -serial | cut -d= -f2)" >ocsp.index
    background responder.log openssl ocsp -index ocsp.index -CA "$pki/intermediate.pem" -rsigner "$pki/intermediate.pem" \
        -rkey "$pki/intermediate.key.pem" -port 8888 -ndays 7
}

# An NSS database like that of the servers or clients, with lists in it.
nss_checking()
{
    local lists=$1 database one
    database=$(nss_database "${@:2}")-$(basename "$lists" .crl.pem)
    if [ ! -e "${database#sql:}" ]; then
        cp -r "$(nss_database "${@:2}" | sed 's/^sql://')" "${database#sql:}"
        certutil -A -d "$database" -n intermediate -t ,, -i "$pki/intermediate.pem"
        certutil -A -d "$database" -n other -t CT,, -i "$pki/other-root.pem"
        awk -v out=list. '/BEGIN/ { n++ } { print >(out n) }' "$lists"
        for one in list.[0-9]*; do
            openssl crl -in "$one" -outform DER -out "$one.der"
            crlutil -I -d "$database" -i "$one.der" -B || true
        done
    fi
    printf '%s\n' "$database"
}

# checking STACK LIST: how a server of that stack is told to check client certificates by a list.
checking()
{
    local list="\$pki/$2.crl.pem"
    case $1 in
    openssl) printf '%s\n' "-CRL $list -crl_check" ;;
    nginx) printf '%s\n' "\"ssl_crl $list;\"" ;;
    apache) printf '%s\n' "\"SSLCARevocationFile $list\" 'SSLCARevocationCheck leaf'" ;;
    haproxy) printf '%s\n' "crl-file $list" ;;
    stunnel) printf '%s\n' "\"CRLfile = $list\"" ;;
    gnutls) printf '%s\n' "--x509crlfile $list" ;;
    node) printf '%s\n' "crl=$list" ;;
    python) printf '%s\n' "clients=require ca=\$pki/root.pem crl=$list" ;;
    go) printf '%s\n' "-crl $list" ;;
    java) printf '%s\n' "-Dcrl=$list" ;;
    nss) printf '%s\n' "-d \$(nss_checking $list root server)" ;;
    esac
}

chapter 'Revocation'

called[apache]=Apache called[haproxy]=HAProxy called[stunnel]=stunnel called[nginx]=nginx called[python]=Python
list='--ca-file @pki/root.pem --crl-file @pki/revocation.crl.pem'
stale='--ca-file @pki/root.pem --crl-file @pki/stale.crl.pem'
other='--ca-file @pki/root.pem --crl-file @pki/other.crl.pem'
accepted='C.CCS C.(Finished|Hidden) S.CCS S.(Finished|Hidden)'
served12="$accepted C.Data S.Data"
# GnuTLS and NSS take no notice of a list that is out of date or is another issuer's.
while read -r stack revoked expired missing; do
    revoked=${revoked//_/ } expired=${expired//_/ } missing=${missing//_/ }
    capture revoked-client-$stack-12 "certificate-revoked with $list" \
        "TLS 1.2, ${called[$stack]} refuses a client certificate that is in its revocation list" "$sent12$revoked" \
        checked "$stack 1.2 require $(checking $stack revocation)" 'curl 1.2 client-revoked'
    verdict="crl-unusable-at-verifier with $stale" what=refuses
    case $stack in gnutls | nss) verdict="healthy with $stale" what='does not mind' ;; esac
    capture crl-expired-at-$stack-12 "$verdict" \
        "TLS 1.2, a good client certificate: the revocation list of ${called[$stack]} is out of date, which it $what" \
        "$sent12$expired" checked "$stack 1.2 require $(checking $stack stale)" 'curl 1.2 client'
    verdict="crl-unusable-at-verifier with $other"
    case $stack in gnutls | nss) verdict="healthy with $other" ;; esac
    capture crl-missing-at-$stack-12 "$verdict" \
        "TLS 1.2, a good client certificate: ${called[$stack]} has no revocation list of its issuer, which it $what" \
        "$sent12$missing" checked "$stack 1.2 require $(checking $stack other)" 'curl 1.2 client'
    capture crl-good-at-$stack-12 "healthy with $list" \
        "TLS 1.2, ${called[$stack]} checks a good client certificate by a revocation list" \
        "$sent12$accepted" checked "$stack 1.2 require $(checking $stack revocation)" 'curl 1.2 client'
done <<SERVERS
openssl S.Alert44 S.Alert45 S.Alert48
nginx ${served12// /_} ${served12// /_} ${served12// /_}
apache S.Alert44 S.Alert46 S.Alert48
haproxy S.Alert44 S.Alert45 S.Alert48
stunnel S.Alert44 S.Alert45 S.Alert48
gnutls S.Alert49_S.Alert42 ${served12// /_} ${served12// /_}
node S.FIN S.FIN S.FIN
python S.Alert44 S.Alert45 S.Alert48
go S.Alert42 S.Alert42 S.Alert42
java S.Alert46 S.Alert46 S.Alert46
nss S.Alert44 ${served12// /_} ${served12// /_}
SERVERS

# checking_client STACK LIST: how a client is told to check the server's certificate by a list.
checking_client()
{
    local list="\$pki/$2.crl.pem"
    case $1 in
    openssl) printf '%s\n' "-CRL $list -crl_check" ;;
    curl) printf '%s\n' "--crlfile $list" ;;
    nss) printf '%s\n' "-d \$(nss_checking $list root)" ;;
    python) printf '%s\n' "crl=$list" ;;
    *) checking "$1" "$2" ;;
    esac
}

# presented CERTIFICATE CLIENT: nginx shows it.
presented()
{
    local server_cert=$1
    make_revocation_pki
    pair "nginx ${tls:-1.2} none" "$2"
}

while read -r client revoked expired missing; do
    revoked=${revoked//_/ } expired=${expired//_/ } missing=${missing//_/ }
    capture revoked-server-$client-12 "certificate-revoked with $list" \
        "TLS 1.2, the ${called[$client]} client refuses a server certificate that is in its revocation list" \
        "$hello12 S.ServerHelloDone $revoked" presented server-revoked "$client 1.2 none $(checking_client $client revocation)"
    verdict="crl-unusable-at-verifier with $stale" what=refuses
    [[ $expired != *Data* ]] || verdict="healthy with $stale" what='does not mind'
    capture crl-expired-for-$client-12 "$verdict" \
        "TLS 1.2, a good server certificate: the revocation list of the ${called[$client]} client is out of date, which it $what" \
        "$hello12 S.ServerHelloDone $expired" presented server "$client 1.2 none $(checking_client $client stale)"
    verdict="crl-unusable-at-verifier with $other"
    [[ $missing != *Data* ]] || verdict="healthy with $other"
    capture crl-missing-for-$client-12 "$verdict" \
        "TLS 1.2, a good server certificate: the ${called[$client]} client has no revocation list of its issuer, which it $what" \
        "$hello12 S.ServerHelloDone $missing" presented server "$client 1.2 none $(checking_client $client other)"
    capture crl-good-for-$client-12 "healthy with $list" \
        "TLS 1.2, the ${called[$client]} client checks a good server certificate by a revocation list" \
        "$full12" presented server "$client 1.2 none $(checking_client $client revocation)"
done <<'CLIENTS'
openssl C.Alert44 C.Alert45 C.Alert48
curl C.Alert44 C.Alert45 C.Alert48
python C.Alert44 C.Alert45 C.Alert48
go C.Alert42 C.Alert42 C.Alert42
java C.Alert44 C.Alert46 C.Alert46
node C.ClientKeyExchange_.*S.Finished_C.FIN C.ClientKeyExchange_.*S.Finished_C.FIN C.ClientKeyExchange_.*S.Finished_C.FIN
nss C.ClientKeyExchange_C.CCS_C.Hidden_C.HiddenAlert C.ClientKeyExchange_.*C.Data_S.Data C.ClientKeyExchange_.*C.Data_S.Data
CLIENTS
capture revoked-issuer-python-12 "certificate-revoked with $list" \
    'TLS 1.2, the certificate of the server'"'"'s issuer is in the revocation list of the root' \
    "$hello12" presented server-under-revoked "python 1.2 none crl=\$pki/revocation.crl.pem chain=yes"

# Nobody checks.
capture revoked-client-accepted-haproxy-12 "revocation-not-checked with $list" \
    'TLS 1.2, HAProxy has no revocation list and takes a client certificate that is revoked' "$mutual12" \
    checked 'haproxy 1.2 require' 'curl 1.2 client-revoked'
capture revoked-server-accepted-curl-12 "revocation-not-checked with $list" \
    'TLS 1.2, curl has no revocation list and takes a server certificate that is revoked' "$full12" \
    presented server-revoked 'curl 1.2 none'
capture revocation-unknown-openssl-12 'revocation-unknown-reported-as-revoked with --crl-file @pki/good.crl.pem' \
    "TLS 1.2, OpenSSL goes by another revocation list than the user has, and refuses a client certificate as revoked" \
    "${sent12}S.Alert44" checked "openssl 1.2 require $(checking openssl revocation)" 'openssl 1.2 client-revoked'
capture revoked-client-openssl-13 "client-cert-rejected-tls13-opaque with $list" \
    'TLS 1.3, OpenSSL refuses a client certificate that is in its revocation list' "$asked13 .*C.Cert2 .*S.Alert44" \
    checked "openssl 1.3 require -keylogfile \$keys $(checking openssl revocation)" 'curl 1.3 client-revoked'
capture revoked-client-nginx-13 "client-cert-untrusted with $list" \
    'TLS 1.3, nginx refuses a client certificate that is in its revocation list, by HTTP 400' "$asked13 .*C.Cert2 .*C.Data S.Data" \
    checked "nginx 1.3 require $(checking nginx revocation)" 'curl 1.3 client-revoked'
capture revoked-server-curl-13 certificate-revoked \
    'TLS 1.3, curl refuses a server certificate that is in its revocation list' "$hello13 .*C.Alert44" \
    with tls=1.3 presented server-revoked "curl 1.3 none $(checking_client curl revocation)"

chapter 'Stapled OCSP responses'

# stapled RESPONSE SERVER CLIENT: RESPONSE in pki/ for $server_cert, or none.
stapled()
{
    local response=$pki/$1.ocsp
    make_revocation_pki
    [ "$1" != none ] || response=
    pair "$2" "$3"
}

# stapling STACK RESPONSE: how a server of that stack is told to staple it.
stapling()
{
    case $1-$2 in
    *-none) ;;
    openssl-*) printf '%s\n' "-status_file \$response" ;;
    nginx-*) printf '%s\n' "'ssl_stapling on;' \"ssl_stapling_file \$response;\"" ;;
    gnutls-*) printf '%s\n' "--ocsp-response \$response" ;;
    esac
}

# asking CLIENT: how a client is told to ask for a staple, where it does not by itself.
asking()
{
    case $1 in
    openssl) printf '%s\n' '-status' ;;
    curl) printf '%s\n' '--cert-status' ;;
    nss) printf '%s\n' '-T' ;;
    esac
}

# What a client does with each response to a certificate that demands one: r refuses by an alert, l leaves after the
# handshake, a accepts. OpenSSL, NSS, Go and Java ask for the response and do not mind what it says.
full12_until_done="$hello12 S.ServerHelloDone"
declare -A response_is=([good]='is good' [none]='is missing' [expired]='is out of date' [unknown]='does not know the certificate'
    [revoked]='says that the certificate is revoked' [forged]='is signed by somebody else' [plain]='is about another certificate'
    [try-later]='holds no answer')
stapled12="$opened C.ClientHello S.ServerHello S.Cert2 S.CertStatus S.ServerKeyExchange S.ServerHelloDone"
declare -A staple_reaction=([r]='C.Alert42' [l]="C.ClientKeyExchange .*S.Finished C.close_notify"
    [a]='C.ClientKeyExchange .*C.Data S.Data')
while read -r client reactions; do
    for reaction in $reactions; do
        response=${reaction%:*} reaction=${reaction#*:}
        case $response$reaction in
        good*) verdict=healthy ;;
        revokeda) verdict=revocation-not-checked ;;
        revoked*) verdict=certificate-revoked ;;
        *) verdict=staple-missing-or-bad ;;
        esac
        case $response in none) flight=$full12_until_done ;; *) flight=$stapled12 ;; esac
        capture staple-$response-for-$client-12 "$verdict" \
            "TLS 1.2, the server certificate demands a stapled OCSP response, and it ${response_is[$response]}; the ${called[$client]} client" \
            "$flight ${staple_reaction[$reaction]}" with server_cert=server-must-staple stapled $response \
            "openssl 1.2 none $(stapling openssl $response)" "$client 1.2 none $(asking $client)"
    done
done <<'CLIENTS'
curl good:a none:l expired:l unknown:l revoked:l forged:l plain:l try-later:l
gnutls good:a none:r expired:r unknown:a revoked:r forged:r plain:r try-later:r
openssl good:a none:a expired:a revoked:a
nss good:a none:a expired:a revoked:a
go good:a none:a expired:a revoked:a
java good:a none:a expired:a revoked:a
CLIENTS
for stack in nginx gnutls; do
    capture staple-good-at-$stack-12 healthy \
        "TLS 1.2, ${called[$stack]} staples a good OCSP response, which curl insists on" "$stapled12 .*C.Data S.Data" \
        with server_cert=server-must-staple stapled good "$stack 1.2 none $(stapling $stack good)" 'curl 1.2 none --cert-status'
done
capture staple-plain-none-curl-12 staple-missing-or-bad \
    'TLS 1.2, the server staples no OCSP response, which curl insists on: it completes the handshake and leaves' \
    "$full12_until_done ${staple_reaction[l]}" stapled none 'openssl 1.2 none' 'curl 1.2 none --cert-status'

# Timestamps of two logs that exist nowhere: in the certificate, and one of them in the ServerHello as well.
sct()
{
    printf '003300%s0000018bcfe56800000004030004%s' "$(printf "$1%.0s" {1..32})" 30020500
}

timestamped()
{
    local list embedded
    make_revocation_pki
    touch "$work/ca.index"
    list=$(sct ab)$(sct cd)
    embedded=046c006a$list
    [ -e "$pki/server-sct.chain.pem" ] || leaf server-sct server.test rsa "$server_extensions"$'\n'"1.3.6.1.4.1.11129.2.4.2 = DER:$embedded"
    {
        printf -- '-----BEGIN SERVERINFO FOR signed_certificate_timestamp-----\n'
        printf '%b' "$(printf '001200370035%s' "$(sct ab)" | sed 's/../\\x&/g')" | base64
        printf -- '-----END SERVERINFO FOR signed_certificate_timestamp-----\n'
    } >serverinfo.pem
    with server_cert=server-sct pair 'openssl 1.2 none -serverinfo serverinfo.pem' 'go 1.2 none'
}
capture timestamps-openssl-12 healthy \
    'TLS 1.2, signed certificate timestamps in the certificate and in the ServerHello' "$hello12" timestamped
