# SPDX-License-Identifier: GPL-3.0-or-later
#
# The client does not trust the server's root: its store holds other-root.pem only. With --ca-file pki/other-root.pem the
# verdict must be server-root-untrusted wherever the certificate is readable. None of these is about a client certificate,
# though Node in 1.3 leaves exactly as a client does that cannot use its key: without a trust store that one stays open.

chapter 'The client does not trust the server'

distrust()
{
    with server_trust=other-root pair "$1" "$2"
}

plain12="$hello12 S.ServerHelloDone"
plain13="$hello13 S.Cert[23] S.CertVerify S.Finished"
while read -r from reaction12 reaction13; do
    reaction12=${reaction12//_/ } reaction13=${reaction13//_/ }
    for v in 2 3; do
        plain=plain1$v asked=asked1$v reaction=reaction1$v
        case $from$v in
        openssl? | curl?) verdict='server-root-untrusted' ;;
        ?*3) verdict='server-root-untrusted with --ca-file @pki/other-root.pem --keylog @keys' ;;
        *) verdict='server-root-untrusted with --ca-file @pki/other-root.pem' ;;
        esac
        keylog="-keylogfile \$keys"
        capture server-root-untrusted-$from-1$v "$verdict" \
            "TLS 1.$v, the ${called[$from]} client does not trust the root of the OpenSSL server" \
            "${!plain} ${!reaction}" distrust "openssl 1.$v none $keylog" "$from 1.$v none"
        capture server-root-untrusted-mutual-$from-1$v "$verdict" \
            "TLS 1.$v, the OpenSSL server requires a client certificate, the ${called[$from]} client does not trust the server's root and never gets that far" \
            "${!asked} ${!reaction}" distrust "openssl 1.$v require $keylog" "$from 1.$v client"
    done
done <<'CLIENTS'
openssl C.Alert48 C.Alert48
curl C.Alert48 C.Alert48
java C.Alert46 .*C.Alert46
gnutls C.Alert42 .*C.Alert42
go C.Alert42 .*C.Alert42
nss .*C.Alert48 .*C.Alert48
node .*C.FIN .*C.FIN
CLIENTS
