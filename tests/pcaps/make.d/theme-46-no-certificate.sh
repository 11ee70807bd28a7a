# SPDX-License-Identifier: GPL-3.0-or-later
#
# Servers that run without a certificate: they listen, and refuse whoever comes.

chapter 'The server has no certificate'

serve_openssl_bare()
{
    background server.log openssl s_server -accept "$port" -WWW -nocert "$@"
}

serve_node_bare()
{
    background server.log node -e "require('https').createServer({}).listen($port)"
}

serve_python_bare()
{
    background server.log python3 "$here/stacks/pytls.py" serve :: "$port" 1.2 1.3
}

# bare SERVER CLIENT...: one client after the other.
bare()
{
    record
    "serve_$1_bare"
    await_server
    shift
    for client in "$@"; do
        eval "dial_$client" || true
    done
    settle
}

refused_twice='C.ClientHello S.Alert40 [^/]* / [^/]*C.ClientHello S.Alert40'
for stack in openssl node python; do
    capture server-has-no-certificate-$stack server-has-no-certificate \
        "no certificate is configured, a 1.2 client and one that knows 1.3 are refused alike; the ${called[$stack]} server" \
        "$refused_twice" bare $stack 'curl 1.2 none' 'gnutls 1.2-1.3 none'
done
