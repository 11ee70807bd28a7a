#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pytls.py serve|dial HOST PORT LOWEST HIGHEST OPTION...: Python's own TLS, for one HTTP request a connection.

    cert= key= ca=   files in PEM; the client trusts ca, the server serves cert
    ciphers= alpn=   lists as the ssl module takes them (alpn with commas)
    curve=           the server's only curve
    clients=require  the server wants a client certificate under ca
    crl=             revocation lists for the peer's certificate; with chain=yes for those above it too
    name=            the name that the client asks for, where it is not HOST
    only=            the server refuses every other name (unrecognized_name)
"""
import socket
import ssl
import sys

VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2,
            "1.3": ssl.TLSVersion.TLSv1_3}


def context(role, lowest, highest, option):
    made = ssl.SSLContext(role)
    made.minimum_version, made.maximum_version = VERSIONS[lowest], VERSIONS[highest]
    if "cert" in option:
        made.load_cert_chain(option["cert"], option["key"])
    if "ciphers" in option:
        made.set_ciphers(option["ciphers"])
    if "alpn" in option:
        made.set_alpn_protocols(option["alpn"].split(","))
    if "crl" in option:
        made.load_verify_locations(option["crl"])
        made.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN if "chain" in option else ssl.VERIFY_CRL_CHECK_LEAF
    if option.get("clients") == "require":
        made.load_verify_locations(option["ca"])
        made.verify_mode = ssl.CERT_REQUIRED
    if "curve" in option:
        made.set_ecdh_curve(option["curve"])
    return made


def only(name):
    def judge(_connection, asked, _context):
        return None if asked == name else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    return judge


def serve(port, made):
    listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    while True:
        peer, _ = listener.accept()
        try:
            with made.wrap_socket(peer, server_side=True) as connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nserved\n")
        except OSError as error:
            print(error, file=sys.stderr)


def dial(host, port, made, option):
    made.load_verify_locations(option["ca"])
    with made.wrap_socket(socket.create_connection((host, port)), server_hostname=option.get("name", host)) as connection:
        connection.sendall(b"GET /served HTTP/1.0\r\nHost: %s\r\n\r\n" % host.encode())
        while connection.recv(4096):
            pass


def main():
    what, host, port, lowest, highest = sys.argv[1:6]
    option = dict(word.split("=", 1) for word in sys.argv[6:])
    if what == "serve":
        made = context(ssl.PROTOCOL_TLS_SERVER, lowest, highest, option)
        if "only" in option:
            made.sni_callback = only(option["only"])
        serve(int(port), made)
    else:
        dial(host, int(port), context(ssl.PROTOCOL_TLS_CLIENT, lowest, highest, option), option)


main()
