#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""picky.py PORT SERVER-PORT DISLIKE ANSWER: a box in front of a TLS server, which passes on all but some ClientHellos.

    DISLIKE  1.3 (a ClientHello that offers TLS 1.3) or long (one of more than 1400 bytes)
    ANSWER   to those: fin, rst, silent, or the number of a fatal alert
"""
import socket
import struct
import sys
import threading


def read_hello(peer):
    """The first record, whole."""
    start = b""
    while len(start) < 5 or len(start) < 5 + int.from_bytes(start[3:5], "big"):
        more = peer.recv(65536)
        if not more:
            break
        start += more
    return start


def offers_tls13(hello):
    """The extension supported_versions with 0x0304 in it."""
    at = hello.find(b"\x00\x2b\x00", 43)
    return at >= 0 and b"\x03\x04" in hello[at + 5:at + 5 + hello[at + 4]]


DISLIKES = {"1.3": offers_tls13, "long": lambda hello: len(hello) > 1400}


def refuse(peer, answer):
    if answer == "rst":
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif answer == "silent":
        while peer.recv(65536):
            pass
    elif answer != "fin":
        peer.sendall(bytes.fromhex("150301000202") + bytes([int(answer)]))


def pass_on(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def handle(peer, server_port, dislike, answer):
    with peer:
        hello = read_hello(peer)
        if DISLIKES[dislike](hello):
            refuse(peer, answer)
            return
        with socket.create_connection(("127.0.0.1", server_port)) as server:
            server.sendall(hello)
            back = threading.Thread(target=pass_on, args=(server, peer))
            back.start()
            pass_on(peer, server)
            back.join()


def main(port, server_port, dislike, answer):
    with socket.create_server(("", int(port))) as listener:
        while True:
            peer, _ = listener.accept()
            threading.Thread(target=handle, args=(peer, int(server_port), dislike, answer), daemon=True).start()


main(*sys.argv[1:])
