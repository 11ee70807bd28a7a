#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""quicclose.py IN OUT CODE: the client of a QUIC version 1 conversation closes it in an Initial packet.

What the client sent after the server's first Handshake packet is replaced by one datagram: an Initial packet with
an ACK and a CONNECTION_CLOSE of that code (RFC 9000 section 10.2.3 has clients do so that cannot know whether the
server can read more). IPv4 over Ethernet in a little-endian pcap; keys are those of RFC 9001 section 5.2.
"""
import hashlib
import hmac
import struct
import sys

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")
UDP = 14 + 20 + 8


def expand(secret, label, length):
    label = b"tls13 " + label
    info = struct.pack(">HB", length, len(label)) + label + b"\0\1"
    return hmac.new(secret, info, hashlib.sha256).digest()[:length]


def client_keys(first_id):
    initial = hmac.new(SALT, first_id, hashlib.sha256).digest()
    client = expand(initial, b"client in", 32)
    return tuple(expand(client, label, size) for label, size in ((b"quic key", 16), (b"quic iv", 12), (b"quic hp", 16)))


def ids(packet):
    destination = packet[6:6 + packet[5]]
    at = 6 + packet[5]
    return destination, packet[at + 1:at + 1 + packet[at]]


def close(first_id, destination, source, code):
    key, iv, mask_key = client_keys(first_id)
    number = 7
    frames = bytes([2, 0, 0, 0, 0, 0x1C]) + struct.pack(">H", 0x4000 | code) + b"\0\0"
    frames += bytes(1162 - len(frames))
    header = bytes([0xC3]) + struct.pack(">I", 1) + bytes([len(destination)]) + destination
    header += bytes([len(source)]) + source + b"\0" + struct.pack(">H", 0x4000 | (4 + len(frames) + 16))
    header += struct.pack(">I", number)
    nonce = bytes(a ^ b for a, b in zip(iv, bytes(4) + struct.pack(">Q", number)))
    sealed = AESGCM(key).encrypt(nonce, frames, header)
    mask = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor().update(sealed[:16])
    packet = bytearray(header + sealed)
    packet[0] ^= mask[0] & 0x0F
    for i in range(4):
        packet[len(header) - 4 + i] ^= mask[1 + i]
    return bytes(packet)


def with_payload(frame, payload):
    ip = bytearray(frame[14:34])
    ip[2:4] = struct.pack(">H", 28 + len(payload))
    ip[10:12] = b"\0\0"
    total = sum(struct.unpack(">10H", ip))
    ip[10:12] = struct.pack(">H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF)
    return frame[:14] + bytes(ip) + frame[34:38] + struct.pack(">HH", 8 + len(payload), 0) + payload


def main():
    data = open(sys.argv[1], "rb").read()
    out, at, first, answered = data[:24], 24, None, None
    while at < len(data):
        head, length = data[at:at + 16], struct.unpack("<I", data[at + 8:at + 12])[0]
        frame = data[at + 16:at + 16 + length]
        at += 16 + length
        payload = frame[UDP:]
        if first is None:
            first, ports = ids(payload), frame[34:38]
        from_client = frame[34:38] == ports
        if answered and from_client:
            sent = with_payload(frame, close(first[0], answered[1], first[1], int(sys.argv[3], 0)))
            out += head[:8] + struct.pack("<II", len(sent), len(sent)) + sent
            break
        if not from_client:
            answered = ids(payload)
        out += head + frame
    open(sys.argv[2], "wb").write(out)


main()
