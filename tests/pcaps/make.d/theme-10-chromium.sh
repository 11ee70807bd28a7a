# SPDX-License-Identifier: GPL-3.0-or-later
#
# A browser's ClientHello: GREASE, a post-quantum key share, in two segments.

chapter 'A browser'

for v in 2 3; do
    full=full1$v
    capture healthy-chromium-nginx-1$v healthy "TLS 1.$v, Chromium to nginx; its ClientHello takes two segments; a second connection, made in advance, is closed unused" \
        "${!full%C.Data}" pair "nginx 1.$v none" 'chromium - none'
    absent=$(absent_proof $v openssl)
    capture client-cert-absent-chromium-openssl-1$v client-cert-absent \
        "TLS 1.$v, OpenSSL requires a client certificate: Chromium leaves with FIN to look for one, comes again and sends an empty Certificate" \
        " C.FIN .*${absent#^}" with server_cert=server-ec pair "openssl 1.$v require" 'chromium - none'
    capture server-root-untrusted-chromium-nginx-1$v "server-root-untrusted with --ca-file @pki/other-root.pem$( [ $v = 2 ] || printf ' --keylog @keys')" \
        "TLS 1.$v, Chromium does not trust the root of nginx" 'C.ClientHello.*S.Cert2.*C.' \
        with server_trust=other-root pair "nginx 1.$v none" 'chromium - none'
done
