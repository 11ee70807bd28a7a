#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""relay.py PORT TARGET-PORT HOW: a box in the path that changes what passes; the server is on this machine.

    downgrade      hides supported_versions from the server, by another number for that extension
    extension      gives the first extension of the ServerHello a number that nobody asked for
    damage-client  changes a bit of the client's first encrypted record
    damage-server  changes a bit of the server's first encrypted record
    parameters     changes a bit of the server's key in its ServerKeyExchange (TLS 1.2)
    signature      changes a bit of the signature there
    suites         changes the last but one of the cipher suites that the client offers (the last one stands for an extension)
    certificate    changes the first byte of the server's certificate
    client-certificate  the same with the client's
"""
import socket
import sys
import threading

HANDSHAKE, CHANGE_CIPHER_SPEC, DATA = 22, 20, 23
CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE = 1, 2, 11, 12


def records(source):
    stream = source.makefile("rb")
    while True:
        head = stream.read(5)
        if len(head) < 5:
            return
        yield bytearray(head + stream.read(int.from_bytes(head[3:5], "big")))


def downgrade(record, state):
    at = record.find(bytes.fromhex("002b"), 50)
    if record[0] == HANDSHAKE and record[5] == 1 and at > 0 and not state:
        record[at:at + 2] = b"\xfa\x57"
        state.append(1)


def extension(record, state):
    if record[0] == HANDSHAKE and record[5] == SERVER_HELLO and not state:
        session = 5 + 4 + 2 + 32
        first = session + 1 + record[session] + 2 + 1 + 2
        record[first:first + 2] = b"\x00\x2f"
        state.append(1)


def damage(record, state):
    if record[0] == CHANGE_CIPHER_SPEC and not state:
        state.append(1)
    elif record[0] == DATA and not state or record[0] in (HANDSHAKE, DATA) and state == [1]:
        record[-1] ^= 0x01
        state[:] = [1, 1]


def message(record, wanted):
    """Where the body of the first message of that type begins, and where it ends; (0, 0): it is not in the record."""
    at = 5
    while record[0] == HANDSHAKE and at + 4 <= len(record):
        end = at + 4 + int.from_bytes(record[at + 1:at + 4], "big")
        if record[at] == wanted:
            return at + 4, end
        at = end
    return 0, 0


def parameters(record, _):
    start, _ = message(record, SERVER_KEY_EXCHANGE)
    if start:
        record[start + 3 + record[start + 3]] ^= 0x01


def signature(record, _):
    start, end = message(record, SERVER_KEY_EXCHANGE)
    if start:
        record[end - 1] ^= 0x01


def suites(record, _):
    start, _ = message(record, CLIENT_HELLO)
    if start:
        suites_at = start + 2 + 32 + 1 + record[start + 34]
        record[suites_at - 1 + int.from_bytes(record[suites_at:suites_at + 2], "big")] ^= 0x01


def certificate(record, _):
    start, end = message(record, CERTIFICATE)
    if end > start + 6:
        record[start + 6] ^= 0x01


CHANGES = {"downgrade": (downgrade, None), "extension": (None, extension), "damage-client": (damage, None),
           "damage-server": (None, damage), "parameters": (None, parameters), "signature": (None, signature),
           "suites": (suites, None), "certificate": (None, certificate), "client-certificate": (certificate, None)}


def pump(source, target, change):
    state = []
    try:
        for record in records(source):
            if change:
                change(record, state)
            target.sendall(record)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        target.close()


def main():
    of_client, of_server = CHANGES[sys.argv[3]]
    listener = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
        threading.Thread(target=pump, args=(client, server, of_client), daemon=True).start()
        threading.Thread(target=pump, args=(server, client, of_server), daemon=True).start()


main()
