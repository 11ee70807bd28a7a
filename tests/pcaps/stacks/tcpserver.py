#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tcpserver.py PORT BEHAVIOUR: a TCP server that does one thing to every connection.

    fin          reads once, then closes
    rst          reads once, then resets
    silent       reads all and never answers
    accept-fin   closes before it reads
    accept-rst   resets before it reads
    first-packet looks at 1400 bytes: refuses a TLS record that ends there (handshake_failure), never answers a longer one
    greeting     greets like SMTP and refuses every line
    ssh          greets like SSH
"""
import socket
import struct
import sys
import threading
import time


def fin(peer):
    peer.recv(65536)


def rst(peer):
    peer.recv(65536)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def first_packet(peer):
    start = peer.recv(1400)
    if len(start) >= 5 + int.from_bytes(start[3:5], "big"):
        peer.sendall(bytes.fromhex("15030300020228"))
    silent(peer)


def silent(peer):
    while peer.recv(65536):
        pass


def accept_rst(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def accept_fin(peer):
    peer.shutdown(socket.SHUT_WR)
    time.sleep(0.3)


def greeting(peer):
    peer.sendall(b"220 mail.test ESMTP\r\n")
    peer.recv(65536)
    peer.sendall(b"500 5.5.2 Error: bad syntax\r\n")
    peer.recv(65536)


def ssh(peer):
    peer.sendall(b"SSH-2.0-test\r\n")
    peer.recv(65536)


def serve(behaviour, peer):
    with peer:
        try:
            behaviour(peer)
        except ConnectionError:
            pass


def main():
    behaviour = {"fin": fin, "rst": rst, "silent": silent, "accept-fin": accept_fin, "accept-rst": accept_rst,
                 "first-packet": first_packet, "greeting": greeting, "ssh": ssh}[sys.argv[2]]
    listener = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
    while True:
        peer, _ = listener.accept()
        threading.Thread(target=serve, args=(behaviour, peer), daemon=True).start()


main()
