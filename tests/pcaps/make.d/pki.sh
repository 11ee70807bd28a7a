# SPDX-License-Identifier: GPL-3.0-or-later
#
# The certificates: a root, an intermediate under it that issues all leaves, and a root nobody trusts. They are kept in
# pki/ (NAME.pem is the certificate, NAME.chain.pem leaf and intermediate, NAME.key.pem the key): test material,
# secret to nobody.

pki=$here/pki

make_pki()
{
    if [ -e "$pki/client-ec.chain.pem" ]; then
        openssl x509 -checkend 2592000 -noout -in "$pki/server.pem" >/dev/null ||
            printf 'the certificates in %s are about to expire: remove it and make all captures again\n' "$pki" >&2
        return
    fi
    mkdir -p "$pki"
    touch "$work/ca.index"
    root root 'tlswhy test root'
    root other-root 'tlswhy other root'
    issue intermediate root 'tlswhy test intermediate' rsa "$ca_extensions"
    leaf server server.test rsa "$server_extensions"
    leaf server-ec server.test ec "$server_extensions"
    leaf client 'client of server.test' rsa "$client_extensions"
    leaf client-ec 'client of server.test' ec "$client_extensions"
}

ca_extensions='basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid'

server_extensions='basicConstraints = CA:false
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:server.test,DNS:localhost,IP:127.0.0.1,IP:::1
authorityKeyIdentifier = keyid'

client_extensions='basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid'

new_key()
{
    case $2 in
    rsa) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$pki/$1.key.pem" ;;
    ec) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$pki/$1.key.pem" ;;
    esac
}

root()
{
    new_key "$1" rsa
    openssl req -x509 -new -key "$pki/$1.key.pem" -sha256 -days 7300 -subj "/CN=$2" -out "$pki/$1.pem" \
        -config /dev/stdin <<CONFIG
[req]
distinguished_name = name
x509_extensions = extensions
[name]
[extensions]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
CONFIG
}

# issue NAME ISSUER COMMON-NAME rsa|ec EXTENSIONS [START END]: dates as openssl ca wants them (YYYYMMDDHHMMSSZ).
issue()
{
    local start=${6:-$(date -u -d '1 day ago' +%Y%m%d%H%M%SZ)} end=${7:-$(date -u -d '800 days' +%Y%m%d%H%M%SZ)}
    new_key "$1" "$4"
    printf '[ca]\ndefault_ca=ca\ndatabase=%s\npolicy=name\nunique_subject=no\nrand_serial=yes\n[name]\ncommonName=supplied\n[ext]\n%s\n' \
        "$work/ca.index" "$5" >"$work/ca.conf"
    openssl req -new -key "$pki/$1.key.pem" -subj "/CN=$3" -out "$work/request.pem"
    openssl ca -batch -notext -config "$work/ca.conf" -extensions ext -md sha256 -preserveDN \
        -cert "$pki/$2.pem" -keyfile "$pki/$2.key.pem" -startdate "$start" -enddate "$end" \
        -in "$work/request.pem" -outdir "$work" -out "$pki/$1.pem" 2>"$work/ca.log" ||
        { cat "$work/ca.log" >&2; return 1; }
}

# leaf NAME COMMON-NAME rsa|ec EXTENSIONS [START END]: under the intermediate, with its chain.
leaf()
{
    issue "$1" intermediate "${@:2}"
    cat "$pki/$1.pem" "$pki/intermediate.pem" >"$pki/$1.chain.pem"
}

# p12 NAME: the leaf with key and chain as PKCS #12, password "secret".
p12()
{
    local file=$work/$1.p12
    [ -e "$file" ] || openssl pkcs12 -export -name "$1" -passout pass:secret -out "$file" \
        -inkey "$pki/$1.key.pem" -in "$pki/$1.chain.pem"
    printf '%s\n' "$file"
}

# nss_database TRUSTED-ROOT [LEAF...]: an NSS database that trusts this one root and holds these leaves with their keys.
# (A client with any fitting key in its database sends a certificate, asked for by name or not.)
nss_database()
{
    local trusted=$1 dir name
    dir=$work/nss$(printf -- '-%s' "$@")
    if [ ! -e "$dir" ]; then
        mkdir "$dir"
        certutil -N -d "sql:$dir" --empty-password
        certutil -A -d "sql:$dir" -n "$trusted" -t CT,, -i "$pki/$trusted.pem"
        for name in "${@:2}"; do
            pk12util -i "$(p12 "$name")" -d "sql:$dir" -W secret >/dev/null
        done
    fi
    printf 'sql:%s\n' "$dir"
}
