#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""relay.py PORT TARGET-PORT HOW: a box in the path that changes what passes; the server is on this machine.

    downgrade      hides supported_versions from the server, by another number for that extension
    extension      gives the first extension of the ServerHello a number that nobody asked for
    damage-client  changes a bit of the client's first encrypted record
    damage-server  changes a bit of the server's first encrypted record
"""
import socket
import sys
import threading

HANDSHAKE, CHANGE_CIPHER_SPEC, DATA = 22, 20, 23
SERVER_HELLO = 2


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


CHANGES = {"downgrade": (downgrade, None), "extension": (None, extension), "damage-client": (damage, None),
           "damage-server": (None, damage)}


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
