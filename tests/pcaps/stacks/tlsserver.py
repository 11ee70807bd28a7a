#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A TLS server (OpenSSL in Python) that ends its connections in one particular way.

    tlsserver.py PORT VERSION BEHAVIOUR CERTIFICATE-CHAIN KEY

    reset       reads a request, then resets the connection, as HTTP.sys does where it would have to ask for the
                client's certificate after a TLS 1.3 handshake and the client can't be asked
    cut         answers and closes without close_notify
    early       answers 413 when it has read 100,000 bytes of a request, and closes
    quiet       completes the handshake, sends no tickets, and closes when the client does
"""
import socket
import ssl
import struct
import sys

port, version, behaviour, certificate, key = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, "TLSv" + version.replace(".", "_"))
context.load_cert_chain(certificate, key)
if behaviour == "quiet":
    context.num_tickets = 0


def answer(stream):
    if behaviour == "quiet":
        stream.recv(65536)
        return stream.unwrap()
    request = stream.recv(65536)
    if behaviour == "reset":
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return None
    read = len(request)
    while behaviour == "early" and read < 100000:
        read += len(stream.recv(65536))
    status = b"413 Content Too Large" if behaviour == "early" else b"200 OK"
    stream.sendall(b"HTTP/1.0 " + status + b"\r\nContent-Type: text/plain\r\n\r\nserved\n")
    return stream.unwrap() if behaviour == "early" else None


listener = socket.create_server(("", int(port)))
while True:
    try:
        connection, _ = listener.accept()
        with context.wrap_socket(connection, server_side=True) as encrypted:
            answer(encrypted)
    except OSError as error:
        print(error, flush=True)
