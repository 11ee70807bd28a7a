# SPDX-License-Identifier: GPL-3.0-or-later
#
# Stacks that a system seldom has as a program of its own, each with itself and with OpenSSL 3: what they look like.
#   openssl10, openssl11, openssl35   OpenSSL 1.0.2, 1.1.1 and 3.5, as node8, node16 and node24 bring them
#   boringssl, rustls                 as Bun and Deno bring them
#   mbedtls, wolfssl                  the libraries, with a small program
# Those programs are looked for in $OTHER_STACKS by these names; the npm registry has them (packages node, bun, deno).

chapter 'Other stacks'

: "${OTHER_STACKS:=/opt/stacks}"
called+=([openssl10]='OpenSSL 1.0.2 (Node 8)' [openssl11]='OpenSSL 1.1.1 (Node 16)' [openssl35]='OpenSSL 3.5 (Node 24)'
    [boringssl]='BoringSSL (Bun)' [rustls]='rustls (Deno)' [mbedtls]='Mbed TLS 2.28' [wolfssl]='wolfSSL 5.5')

# other_script STACK: the command that runs other.js on that stack.
other_script()
{
    case $1 in
    openssl10) printf '%s' "$OTHER_STACKS/node8" ;;
    openssl11) printf '%s' "$OTHER_STACKS/node16" ;;
    openssl35) printf '%s' "$OTHER_STACKS/node24" ;;
    boringssl) printf '%s' "$OTHER_STACKS/bun" ;;
    rustls) printf '%s' "$OTHER_STACKS/deno run -A --quiet --no-lock --unstable-detect-cjs" ;;
    esac
}

# other_program STACK LIBRARY...
other_program()
{
    [ -e "$work/$1" ] || gcc -Wall -Wextra -O1 -o "$work/$1" "$here/stacks/$1.c" "${@:2}"
    printf '%s\n' "$work/$1"
}

# serve_other STACK VERSIONS CLIENT-CERTIFICATE
serve_other()
{
    case $1 in
    mbedtls | wolfssl)
        background server.log "$(other_libraries "$1")" server - "$port" "$2" "$pki/$client_trust.pem" \
            "$pki/$server_cert.chain.pem" "$pki/$server_cert.key.pem" "$3" ;;
    *)
        DENO_DIR=$work/deno background server.log $(other_script "$1") "$here/stacks/other.js" server "port=$port" "versions=$2" \
            "clients=$3" "cert=$pki/$server_cert.chain.pem" "key=$pki/$server_cert.key.pem" "ca=$pki/$client_trust.pem" ;;
    esac
}

other_libraries()
{
    case $1 in
    mbedtls) other_program mbedtls -lmbedtls -lmbedx509 -lmbedcrypto ;;
    wolfssl) other_program wolfssl -lwolfssl -lm ;;
    esac
}

# dial_other STACK VERSIONS CERTIFICATE
dial_other()
{
    local certificate=none key=none options=()
    [ "$3" = none ] || certificate=$pki/$3.chain.pem key=$pki/$3.key.pem options=("cert=$certificate" "key=$key")
    case $1 in
    mbedtls | wolfssl)
        client "$(other_libraries "$1")" client "$host" "$port" "$2" "$pki/$server_trust.pem" "$certificate" "$key" none ;;
    *)
        DENO_DIR=$work/deno client $(other_script "$1") "$here/stacks/other.js" client "host=$host" "port=$port" "versions=$2" \
            "ca=$pki/$server_trust.pem" "${options[@]}" ;;
    esac
}

# What is hidden in 1.3 without a key log; a server may put its whole flight in one record.
hidden13="$opened C.ClientHello S.ServerHello ${gap}S.x[0-9]+ .*C.x[0-9]+ .*S.x[0-9]+"
for stack in openssl10 openssl11 openssl35 boringssl rustls mbedtls wolfssl; do
    for v in 2 3; do
        case $stack$v in openssl103 | mbedtls3) continue ;; esac
        both=$full12 from=full1$v absent=$(absent_proof $v openssl)
        [ $v = 2 ] || both=$hidden13
        [ $stack != openssl10 ] || both=${both/C.CCS C.$done /C.CCS (C.$done )+}
        capture healthy-$stack-1$v healthy "TLS 1.$v, ${called[$stack]} on both sides" "$both" \
            pair "other $stack 1.$v none" "other $stack 1.$v none"
        capture mixed-$stack-openssl-1$v healthy "TLS 1.$v, ${called[$stack]} client to OpenSSL 3" "${!from}" \
            keyed_at_server "1.$v none" "other $stack 1.$v none"
        capture mixed-openssl-$stack-1$v healthy "TLS 1.$v, OpenSSL 3 client to ${called[$stack]}" "${!from}" \
            pair "other $stack 1.$v none" "openssl 1.$v none"
        capture client-cert-absent-openssl-from-$stack-1$v client-cert-absent \
            "TLS 1.$v, OpenSSL 3 requires a client certificate, the ${called[$stack]} client has none" \
            "$absent" keyed_at_server "1.$v require" "other $stack 1.$v none"
        capture client-cert-absent-$stack-1$v client-cert-absent \
            "TLS 1.$v, ${called[$stack]} requires a client certificate, the OpenSSL 3 client has none" \
            "$(absent_proof $v openssl | sed "s/S.Alert[0-9]*/S.Alert[0-9]+/")" pair "other $stack 1.$v require" "openssl 1.$v none"
    done
done
