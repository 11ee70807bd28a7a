#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""rawhello.py HOST PORT NAME: sends a ClientHello made by hand, reads one answer and leaves.

    schannel10    TLS 1.0 as Schannel offers it for .NET Framework 4.5 (suites and extensions as published; no Windows here)
    no-schemes    TLS 1.3 without signature_algorithms
    no-retry      TLS 1.3 with a key share for x25519; knows P-384 too, and leaves on a HelloRetryRequest
"""
import os
import socket
import sys


def vector(width, content):
    return len(content).to_bytes(width, "big") + content


def codes(*values):
    return b"".join(value.to_bytes(2, "big") for value in values)


def extension(number, content):
    return codes(number) + vector(2, content)


def server_name(name):
    return extension(0, vector(2, b"\x00" + vector(2, name.encode())))


def client_hello(version, suites, extensions, session=b""):
    body = codes(version) + os.urandom(32) + vector(1, session) + vector(2, codes(*suites)) + vector(1, b"\x00")
    body += vector(2, b"".join(extensions))
    return b"\x16" + codes(0x0301) + vector(2, b"\x01" + vector(3, body))


def schannel10(name):
    suites = (0xC00A, 0xC009, 0xC014, 0xC013, 0x0035, 0x002F, 0x000A)
    return client_hello(0x0301, suites, [
        server_name(name), extension(10, vector(2, codes(29, 23, 24))), extension(11, vector(1, b"\x00")),
        extension(35, b""), extension(23, b""), extension(0xFF01, b"\x00")])


def tls13(name, groups, *more):
    share = codes(groups[0]) + vector(2, bytes.fromhex("09") + bytes(31))
    return client_hello(0x0303, (0x1301, 0x1302, 0x1303), [
        server_name(name), extension(43, vector(1, codes(0x0304))), extension(10, vector(2, codes(*groups))),
        extension(51, vector(2, share)), *more], os.urandom(32))


def no_schemes(name):
    return tls13(name, (29, 23, 24))


def no_retry(name):
    return tls13(name, (29, 24), extension(13, vector(2, codes(0x0403, 0x0804, 0x0805, 0x0806, 0x0401))))


HELLOS = {"schannel10": schannel10, "no-schemes": no_schemes, "no-retry": no_retry}


def main():
    with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as server:
        server.sendall(HELLOS[sys.argv[3]](sys.argv[1]))
        print(server.recv(4096).hex())


main()
