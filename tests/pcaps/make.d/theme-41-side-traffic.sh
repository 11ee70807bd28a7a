# SPDX-License-Identifier: GPL-3.0-or-later
#
# What a verifier asks others while it verifies a certificate, in the same capture: DNS, revocation lists, OCSP, and the
# issuer's certificate. A third host stands at the far end of the wire as the verifier sees it, with a DNS server at one
# address and a web server at another.

chapter 'Revocation and the traffic beside the handshake'

side_everything='tcp or udp port 53 or icmp'
side_leaf='basicConstraints = CA:false
keyUsage = critical,digitalSignature,keyEncipherment
authorityKeyIdentifier = keyid'
side_server="$side_leaf
extendedKeyUsage = serverAuth
subjectAltName = DNS:server.test"
side_client="$side_leaf
extendedKeyUsage = clientAuth"

side_crl_url=crlDistributionPoints=URI:http://crl.pki.test/root.crl
side_ocsp_url='authorityInfoAccess=OCSP;URI:http://ocsp.pki.test/'

# The root issues these itself, so that a verifier needs one list.
side_certificate()
{
    [ ! -e "$pki/$1.chain.pem" ] || return 0
    touch "$work/ca.index"
    case $1 in
    side-server-crl) issue "$1" root server.test rsa "$side_server"$'\n'"$side_crl_url" ;;
    side-server-ocsp) issue "$1" root server.test rsa "$side_server"$'\n'"$side_ocsp_url" ;;
    side-server-internal) issue "$1" root server.test rsa "$side_server"$'\ncrlDistributionPoints=URI:http://pki/root.crl' ;;
    side-client-crl) issue "$1" root 'client of server.test' rsa "$side_client"$'\n'"$side_crl_url" ;;
    side-client-ocsp) issue "$1" root 'client of server.test' rsa "$side_client"$'\n'"$side_ocsp_url" ;;
    side-server-aia)
        issue "$1" intermediate server.test rsa "$side_server"$'\nauthorityInfoAccess=caIssuers;URI:http://aia.pki.test/intermediate.cer' ;;
    esac
    cp "$pki/$1.pem" "$pki/$1.chain.pem"
}

# side_list FILE [DAYS [SERIAL...]]: the root's revocation list.
side_list()
{
    local serial days=${2:-30}
    : >crl.index
    for serial in "${@:3}"; do
        printf 'R\t400101000000Z\t%s,keyCompromise\t%s\tunknown\t/CN=revoked\n' "$(date -u -d '2 days ago' +%y%m%d%H%M%SZ)" \
            "$serial" >>crl.index
    done
    printf '01\n' >crl.number
    printf '[ca]\ndefault_ca=ca\n[ca]\ndatabase=crl.index\ncrlnumber=crl.number\n' >crl.conf
    openssl ca -gencrl -config crl.conf -md sha256 -cert "$pki/root.pem" -keyfile "$pki/root.key.pem" -out crl.pem \
        -crl_lastupdate "$(date -u -d '3 days ago' +%Y%m%d%H%M%SZ)" -crl_nextupdate "$(date -u -d "$days days" +%Y%m%d%H%M%SZ)"
    openssl crl -in crl.pem -outform DER -out "$1"
}

# side_third_host: where the verifier does not live.
side_third_host()
{
    side_dns=192.0.2.53 side_web=192.0.2.80 side_place=server_side
    if [ "$1" = server ]; then
        side_dns=192.0.2.153 side_web=192.0.2.180 side_place=client_side
    fi
    $side_place ip address replace "$side_dns/24" dev wire
    $side_place ip address replace "$side_web/24" dev wire
    if [ ! -e "$work/resolv.conf" ]; then
        touch "$work/resolv.conf"
        mount --bind "$work/resolv.conf" /etc/resolv.conf
    fi
    printf 'nameserver %s\noptions timeout:1 attempts:2\n' "$side_dns" >"$work/resolv.conf"
}

# side_names NAME=ANSWER...: as dnsserver.py has them; @ is the web server.
side_names()
{
    background dns.log $(which_place) python3 -B "$here/stacks/dnsserver.py" "$side_dns" "${@//@/$side_web}"
    await_line ready dns.log
}

which_place()
{
    [ "$side_place" = server_side ] || printf 'nsenter --target %s --net --\n' "$client_holder"
}

side_pages()
{
    background web.log $(which_place) python3 -B "$here/stacks/webserver.py" "$side_web" "$@"
    await_line ready web.log
}

side_verdict=DROP

# side_drops: nobody hears from the web server.
side_drops()
{
    # shellcheck disable=SC2086
    $side_place iptables -I INPUT -d "$side_web" -p tcp --dport 80 -j $side_verdict
    side_dropping=1
}

side_over()
{
    [ -z "${side_dropping:-}" ] || $side_place iptables -D INPUT -d "$side_web" -p tcp --dport 80 -j $side_verdict
    $side_place ip address del "$side_web/24" dev wire
    $side_place ip address del "$side_dns/24" dev wire
    : >"$work/resolv.conf"
}

# beside VERIFIER NAMES PAGES SERVER CLIENT: VERIFIER is client or server; NAMES and PAGES are lists, "drop" is a page too.
beside()
{
    local page pages=() responder=()
    side_third_host "$1"
    set -f # a star is a path
    for page in $3; do
        case $page in
        drop) side_drops ;;
        responder+*) IFS=+ read -ra responder <<<"${page#*+}" ;;
        *) pages+=("$page") ;;
        esac
    done
    set +f
    record wire "$side_everything"
    [ -z "$2" ] || side_names $2
    [ ${#responder[@]} = 0 ] || side_responder "${responder[@]}"
    [ ${#pages[@]} = 0 ] || side_pages "${pages[@]}"
    eval "serve_$4"
    await_server
    eval "dial_$5" || true
    settle 0.6
    side_over
}

java_crl='-Dcom.sun.net.ssl.checkRevocation=true -Dcom.sun.security.enableCRLDP=true -Dcom.sun.security.crl.timeout=4 -Dcom.sun.security.crl.readtimeout=4'
java_ocsp='-Dcom.sun.net.ssl.checkRevocation=true -Djava.security.properties=ocsp.security -Dcom.sun.security.ocsp.timeout=4'

# java_with_list NAMES PAGES [VERSION [LIST-OPTION...]]: a Java client fetches the list that nginx's certificate names.
java_with_list()
{
    side_certificate side-server-crl
    side_list root.crl "${@:4}"
    with server_cert=side-server-crl patience=20 beside client "$1" "$2" "nginx ${3:-1.2} none" "java ${3:-1.2} none $java_crl"
}

capture crl-fetched-java-12 healthy 'TLS 1.2, a Java client fetches the revocation list that the server certificate names' \
    'C.Data' java_with_list crl.pki.test=@ /root.crl=file:root.crl,type:application/pkix-crl
capture crl-fetched-chunked-java-13 healthy 'TLS 1.3, likewise, in chunks' \
    'C.x' java_with_list crl.pki.test=@ /root.crl=file:root.crl,chunked 1.3
capture crl-host-unknown-java-12 crl-host-unreachable 'likewise, but DNS knows no such host' \
    'S.Cert1 .*C.Alert46' java_with_list crl.pki.test=nxdomain ''
capture crl-host-dropped-java-12 crl-host-unreachable 'likewise, but the SYNs to the host are dropped' \
    'C.SYN C.SYN.*Alert46|Alert46' java_with_list crl.pki.test=@ drop
capture crl-host-refuses-java-12 crl-host-unreachable 'likewise, but nobody listens on port 80' \
    'C.SYN S.RST.*Alert46|Alert46' java_with_list crl.pki.test=@ ''
capture crl-not-found-java-12 crl-host-unreachable 'likewise, but the list is not there (404)' \
    'Alert46' java_with_list crl.pki.test=@ /other=status:200
capture crl-is-a-page-java-12 crl-host-unreachable 'likewise, but a page of HTML comes instead' \
    'Alert46' java_with_list crl.pki.test=@ /root.crl=bytes:3c68746d6c3e3c2f68746d6c3e,type:text/html
capture crl-host-dropped-java-13 crl-host-unreachable 'TLS 1.3, which hides the certificate; the SYNs to the host of the list are dropped' \
    'C.x' java_with_list crl.pki.test=@ drop 1.3
capture crl-redirected-java-12 healthy 'the web server sends the client to another path for the list, where it is' \
    'C.Data' java_with_list crl.pki.test=@ \
    '/root.crl=status:302,location:/new/root.crl /new/root.crl=file:root.crl,type:application/pkix-crl'
capture crl-unanswered-java-12 crl-host-unreachable 'the web server takes the request and does not answer' \
    'Alert46' java_with_list crl.pki.test=@ /root.crl=file:root.crl,wait:9
capture crl-host-unanswered-dns-java-12 crl-host-unreachable 'no DNS server answers' \
    'Alert46' java_with_list crl.pki.test=silent ''
capture crl-host-icmp-java-12 crl-host-unreachable 'a firewall rejects the connection with an ICMP error' \
    'Alert46' with side_verdict='REJECT --reject-with icmp-admin-prohibited' java_with_list crl.pki.test=@ drop
capture crl-proxy-refuses-java-12 crl-host-unreachable 'a proxy for plain HTTP refuses to fetch the list (403)' \
    'Alert46' java_through_proxy

java_through_proxy()
{
    local java_crl="$java_crl -Dhttp.proxyHost=192.0.2.80 -Dhttp.proxyPort=80"
    java_with_list crl.pki.test=nxdomain '*=status:403'
}

capture crl-slow-java-12 revocation-check-stalls-handshake 'the list comes after three seconds' \
    'C.Data' java_with_list crl.pki.test=@ /root.crl=file:root.crl,wait:3
capture crl-expired-java-12 crl-unusable-at-verifier 'the list is past its next update' \
    'Alert46' java_with_list crl.pki.test=@ /root.crl=file:root.crl 1.2 -1
capture crl-lists-server-java-12 certificate-revoked 'the list has the serial number of the server certificate' \
    'Alert4[46]' java_with_revoking_list

java_with_revoking_list()
{
    side_certificate side-server-crl
    java_with_list crl.pki.test=@ /root.crl=file:root.crl 1.2 30 "$(serial_of side-server-crl)"
}

serial_of()
{
    openssl x509 -in "$pki/$1.pem" -noout -serial | cut -d= -f2
}

# .NET and Schannel call a certificate revoked whose list they cannot fetch.
dial_revoker()
{
    [ -e "$work/revoker" ] || gcc -Wall -Wextra -O1 -o "$work/revoker" "$here/stacks/revoker.c" -lssl -lcrypto
    client "$work/revoker" "$host" "$port" crl.pki.test "$pki/root.pem"
}

revoker_without_list()
{
    side_certificate side-server-crl
    with server_cert=side-server-crl beside client "$1" "$2" 'nginx 1.2 none' revoker
}

capture crl-unknown-called-revoked revocation-unknown-reported-as-revoked \
    'a client that says "revoked" where it cannot fetch the list, as .NET does; DNS fails' \
    'Alert44' revoker_without_list crl.pki.test=servfail ''
capture crl-dropped-called-revoked revocation-unknown-reported-as-revoked \
    'likewise; the SYNs to the host of the list are dropped' 'Alert44' revoker_without_list crl.pki.test=@ drop

# java_with_responder PAGES: the server certificate names an OCSP responder.
java_with_responder()
{
    side_certificate side-server-ocsp
    printf 'ocsp.enable=true\n' >ocsp.security
    with server_cert=side-server-ocsp patience=20 beside client ocsp.pki.test=@ "$1" "nginx ${2:-1.2} none" \
        "java ${2:-1.2} none $java_ocsp"
}

# side_responder CERTIFICATE V|R [CA]: openssl's responder, for an authority that issued this certificate.
side_responder()
{
    local ca=${3:-root} revoked=
    [ "$2" = V ] || revoked=$(date -u -d '2 days ago' +%y%m%d%H%M%SZ),keyCompromise
    printf '%s\t400101000000Z\t%s\t%s\tunknown\t/CN=any\n' "$2" "$revoked" "$(serial_of "$1")" >ocsp.index
    background ocsp.log $(which_place) openssl ocsp -port 80 -index ocsp.index -CA "$pki/$ca.pem" -rsigner "$pki/$ca.pem" \
        -rkey "$pki/$ca.key.pem" -ndays 7
    sleep 0.5
}

java_with_openssl_responder()
{
    side_certificate side-server-ocsp
    java_with_responder "responder+$1"
}

capture ocsp-good-java-12 healthy 'a Java client asks the OCSP responder that the server certificate names' \
    'C.Data' java_with_openssl_responder side-server-ocsp+V
capture ocsp-revoked-java-12 certificate-revoked 'likewise, and the responder says revoked' \
    'Alert4[46]' java_with_openssl_responder side-server-ocsp+R
capture ocsp-unauthorized-java-12 ocsp-responder-error 'likewise, but the responder answers unauthorized' \
    'Alert46' java_with_responder '*=bytes:30030a0106,type:application/ocsp-response'
capture ocsp-stranger-java-12 ocsp-responder-error 'likewise, but the responder serves another authority and does not know the certificate' \
    'Alert46' java_with_openssl_responder side-server-ocsp+V+other-root
capture ocsp-try-later-java-12 ocsp-responder-error 'likewise, but the responder answers tryLater' \
    'Alert46' java_with_responder '*=bytes:30030a0103,type:application/ocsp-response'
capture ocsp-try-later-java-13 ocsp-responder-error 'TLS 1.3, likewise' \
    'C.x' java_with_responder '*=bytes:30030a0103,type:application/ocsp-response' 1.3
capture ocsp-error-500-java-12 ocsp-responder-error 'likewise, but the responder answers 500' \
    'Alert46' java_with_responder '*=status:500'

# The server sends its leaf alone, which names where the intermediate is.
java_with_issuer()
{
    side_certificate side-server-aia
    openssl x509 -in "$pki/intermediate.pem" -outform DER -out intermediate.cer
    with server_cert=side-server-aia patience=20 beside client "$1" "$2" 'nginx 1.2 none' \
        'java 1.2 none -Dcom.sun.security.enableAIAcaIssuers=true'
}

capture aia-fetched-java-12 healthy 'the server sends its leaf alone, and a Java client fetches the intermediate certificate' \
    'C.Data' java_with_issuer aia.pki.test=@ /intermediate.cer=file:intermediate.cer
capture aia-host-unknown-java-12 'server-chain-incomplete with --ca-file @pki/root.pem' 'likewise, but DNS knows no such host' \
    'Alert4[268]' java_with_issuer aia.pki.test=nxdomain ''

chapter 'Servers that ask others about the client certificate'

# server_asks CERTIFICATE NAMES PAGES SERVER: a curl shows the certificate, which names a list or a responder.
server_asks()
{
    side_certificate "$1"
    with patience=20 beside server "$2" "$3" "$4" "curl ${5:-1.2} $1"
}

apache_ocsp="apache 1.2 require 'SSLOCSPEnable leaf' 'SSLOCSPResponderTimeout 4'"
nginx_ocsp="nginx 1.2 require 'ssl_ocsp leaf;' 'resolver 192.0.2.153 ipv6=off;' 'resolver_timeout 4s;'"

capture ocsp-good-apache-12 healthy 'Apache asks the OCSP responder that the client certificate names' \
    'C.Data' server_asks side-client-ocsp ocsp.pki.test=@ responder+side-client-ocsp+V "$apache_ocsp"
capture ocsp-try-later-apache-12 ocsp-responder-error 'likewise, but the responder answers tryLater' \
    'S.Alert' server_asks side-client-ocsp ocsp.pki.test=@ '*=bytes:30030a0103,type:application/ocsp-response' "$apache_ocsp"
capture ocsp-host-dropped-apache-12 crl-host-unreachable 'likewise, but the SYNs to the responder are dropped' \
    'S.Alert' server_asks side-client-ocsp ocsp.pki.test=@ drop "$apache_ocsp"
capture ocsp-host-unknown-apache-12 crl-host-unreachable 'likewise, but DNS knows no such host' \
    'S.Alert' server_asks side-client-ocsp ocsp.pki.test=nxdomain '' "$apache_ocsp"
capture ocsp-good-nginx-12 healthy 'nginx asks the OCSP responder that the client certificate names' \
    'C.Data' server_asks side-client-ocsp ocsp.pki.test=@ responder+side-client-ocsp+V "$nginx_ocsp"
capture ocsp-host-unknown-nginx-12 crl-host-unreachable 'likewise, but DNS knows no such host: nginx answers 400' \
    'C.Data' server_asks side-client-ocsp ocsp.pki.test=nxdomain '' "$nginx_ocsp"
capture ocsp-host-dropped-nginx-12 crl-host-unreachable 'likewise, but the SYNs to the responder are dropped' \
    'C.Cert' server_asks side-client-ocsp ocsp.pki.test=@ drop "$nginx_ocsp"
capture ocsp-host-refuses-stunnel-12 crl-host-unreachable 'stunnel asks the responder, where nobody listens' \
    'S.Alert' server_asks side-client-ocsp ocsp.pki.test=@ '' "stunnel 1.2 require 'OCSPaia = yes'"
capture crl-host-dropped-javaserver-12 crl-host-unreachable 'a Java server fetches the list that the client certificate names; the SYNs are dropped' \
    'S.Alert' server_asks side-client-crl crl.pki.test=@ drop "java 1.2 require $java_crl"
capture crl-host-unknown-javaserver-13 crl-host-unreachable 'TLS 1.3, likewise; DNS knows no such host' \
    'C.Data S.Alert46' server_asks side-client-crl crl.pki.test=nxdomain '' "java 1.3 require $java_crl" 1.3

chapter 'Traffic beside a handshake that has nothing to do with it'

# The capture lacks DNS, so that nothing tells where the connection that never opens was to lead.
java_without_dns()
{
    side_certificate side-server-crl
    with side_everything=tcp server_cert=side-server-crl patience=20 beside client crl.pki.test=@ drop 'nginx 1.2 none' \
        "java 1.2 none $java_crl"
}

capture crl-dropped-without-dns-java-12 crl-host-unreachable \
    'a Java client fetches the list in vain, as its SYNs are dropped; the capture lacks DNS' \
    'C.SYN.*Alert46|Alert46' java_without_dns

# dial_busy CLIENT...: beside the client another program on its host looks for a name that is not there, and connects to
# a web server that does not answer.
dial_busy()
{
    background busy.log nsenter --target "$client_holder" --net -- bash -c '
        for i in 1 2 3 4 5 6; do
            getent ahostsv4 www.other.test; timeout 2 curl -s -m 2 -o /dev/null http://shop.test/ &
            sleep 0.3
        done'
    sleep 0.5
    eval "dial_$*"
    sleep 1
}

neighbours='www.other.test=nxdomain shop.test=@ crl.pki.test=@'

busy()
{
    side_certificate side-server-crl
    with server_cert="${3:-side-server-crl}" server_trust="${4:-root}" patience=20 beside client "$neighbours" drop "nginx $1 none" "busy $2"
}

capture busy-host-curl-12 healthy 'a healthy curl, beside which its host looks for another name and another web server in vain' \
    'C.Data' busy 1.2 'curl 1.2 none'
capture busy-host-java-13 healthy 'likewise, with Java and TLS 1.3' 'C.x' busy 1.3 'java 1.3 none'
capture busy-host-untrusted-curl-12 server-root-untrusted 'likewise, but curl does not trust the root' \
    'Alert48' busy 1.2 'curl 1.2 none' side-server-crl other-root
capture busy-host-untrusted-java-13 server-cert-rejected-tls13-opaque 'TLS 1.3, likewise, with Java' \
    'C.x' busy 1.3 'java 1.3 none' side-server-crl other-root

# nginx asks about its own certificate, in order to staple the answer, and the responder does not answer.
stapling_in_vain()
{
    side_certificate side-server-ocsp
    side_certificate side-client-crl
    with server_cert=side-server-ocsp patience=20 beside server ocsp.pki.test=@ drop \
        "nginx 1.2 require 'ssl_stapling on;' 'ssl_trusted_certificate $pki/root.pem;' 'resolver 192.0.2.153 ipv6=off;'" \
        'twice curl 1.2 side-client-crl'
}

dial_twice()
{
    eval "dial_$*" || true
    sleep 1
    eval "dial_$*"
}

capture stapling-in-vain-nginx-12 healthy \
    'nginx asks the responder of its own certificate in vain, to staple the answer, and serves a curl with a certificate' \
    'C.Data' stapling_in_vain

capture named-by-dns-openssl-12 healthy 'a client without a server name, which DNS led to shop.test' 'C.Data' \
    with host=shop.test server_name=-noservername beside client "shop.test=$server4" '' 'nginx 1.2 none' 'openssl 1.2 none'

# Later than the handshake: gnutls-cli asks once it is done.
gnutls_asks()
{
    side_certificate side-server-ocsp
    with server_cert=side-server-ocsp patience=12 beside client "$1" "$2" 'nginx 1.2 none' 'gnutls 1.2 none --ocsp'
}

capture ocsp-good-gnutls-12 healthy 'gnutls-cli asks the OCSP responder that the server certificate names' \
    'C.Data' gnutls_asks ocsp.pki.test=@ responder+side-server-ocsp+V
capture ocsp-host-unknown-gnutls-12 crl-host-unreachable 'likewise, but DNS knows no such host' \
    'C.ClientHello' gnutls_asks ocsp.pki.test=nxdomain ''

# Java does not check revocation here, and trusts another root.
untrusted_with_internal_list()
{
    side_certificate side-server-internal
    with server_cert=side-server-internal server_trust=other-root beside client pki=nxdomain '' 'nginx 1.2 none' 'java 1.2 none'
}

capture crl-inside-only-java-12 server-root-untrusted \
    'the server certificate names a list on the host "pki"; a Java client does not trust its root and never asks for the list' \
    'Alert4[68]' untrusted_with_internal_list

nss_asks()
{
    side_certificate side-server-ocsp
    with server_cert=side-server-ocsp patience=20 beside client "$1" "$2" 'nginx 1.2 none' vfyserv
}

capture ocsp-good-nss-12 healthy 'vfyserv of NSS asks the OCSP responder that the server certificate names' \
    'C.ClientHello' nss_asks ocsp.pki.test=@ responder+side-server-ocsp+V
capture ocsp-host-refuses-nss-12 crl-host-unreachable 'likewise, but nobody listens there' 'C.ClientHello' nss_asks ocsp.pki.test=@ ''

# vfyserv asks because of -o; it is NSS's own example of a client that does.
dial_vfyserv()
{
    client vfyserv -d "$(nss_database root | sed 's/^sql://')" -o -p "$port" "$host"
}
