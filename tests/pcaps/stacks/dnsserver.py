#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answer DNS over UDP: dnsserver.py ADDRESS NAME=ANSWER...

ANSWER is an IPv4 address, nxdomain, servfail, refused, or silent. There is no other name, and nobody has an IPv6 address.
"""
import socket
import struct
import sys

CODES = {"servfail": 2, "nxdomain": 3, "refused": 5}


def question(message):
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode("ascii", "replace").lower())
        at += 1 + message[at]
    return ".".join(labels), struct.unpack_from(">H", message, at + 1)[0], message[12:at + 5]


def reply(message, zone):
    name, kind, asked = question(message)
    answer = zone.get(name, "nxdomain")
    if answer == "silent":
        return None
    code = CODES.get(answer, 0)
    records = b""
    if code == 0 and kind == 1:
        records = struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(answer)
    header = message[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, 1 if records else 0, 0, 0)
    return header + asked + records


def main():
    zone = dict(argument.split("=", 1) for argument in sys.argv[2:])
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((sys.argv[1], 53))
    print("ready", flush=True)
    while True:
        message, sender = server.recvfrom(4096)
        answer = reply(message, zone)
        if answer:
            server.sendto(answer, sender)


main()
