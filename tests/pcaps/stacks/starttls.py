#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both ends of protocols in which TLS begins later, around the TLS of Python's ssl module (OpenSSL).

    starttls.py serve PORT PROTOCOL BEHAVIOUR CHAIN KEY
    starttls.py dial  PORT PROTOCOL HOST CA KEYLOG

PROTOCOL: smtp, imap, pop3, ftp, nntp, sieve, xmpp, irc, ldap, mysql, tds, rdp, connect, socks, upgrade (serve);
tds, rdp, irc, upgrade, inject (dial; inject is SMTP with a command behind STARTTLS).
BEHAVIOUR: accept; refuse: no to the request; absent: not among the capabilities; masked: its name crossed out;
extra: a plain line behind the go-ahead. connect and socks: the port at 127.0.0.1 where the tunnel leads, or refuse.
"""
import socket
import ssl
import struct
import sys
import threading


def line_of(peer):
    line = b""
    while not line.endswith(b"\n"):
        byte = peer.recv(1)
        if not byte:
            raise ConnectionError("closed")
        line += byte
    return line.strip()


def exactly(peer, count):
    data = b""
    while len(data) < count:
        more = peer.recv(count - len(data))
        if not more:
            raise ConnectionError("closed")
        data += more
    return data


# What a server of lines says: greeting, request for capabilities and its answer (with %s for the offer), the offer,
# request for TLS, yes, no, a line too much.
LINES = {
    "smtp": (b"220 mail.test ESMTP\r\n", b"EHLO", b"250-mail.test\r\n%s250 8BITMIME\r\n", b"250-STARTTLS\r\n",
             b"STARTTLS", b"220 2.0.0 go ahead\r\n", b"454 4.7.0 TLS not available\r\n", b"250 2.0.0 too much\r\n"),
    "pop3": (b"+OK ready\r\n", b"CAPA", b"+OK\r\nUSER\r\n%s.\r\n", b"STLS\r\n",
             b"STLS", b"+OK begin TLS\r\n", b"-ERR TLS not available\r\n", b"+OK too much\r\n"),
    "ftp": (b"220 FTP server ready\r\n", b"FEAT", b"211-Features:\r\n%s UTF8\r\n211 End\r\n", b" AUTH TLS\r\n",
            b"AUTH TLS", b"234 AUTH TLS ok\r\n", b"534 TLS not available\r\n", b"200 too much\r\n"),
    "nntp": (b"200 news.test ready\r\n", b"CAPABILITIES", b"101 list:\r\nVERSION 2\r\n%s.\r\n", b"STARTTLS\r\n",
             b"STARTTLS", b"382 continue with TLS\r\n", b"580 TLS not available\r\n", b"200 too much\r\n"),
    "sieve": (b"\"IMPLEMENTATION\" \"test\"\r\n\"SIEVE\" \"fileinto\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n", b"CAPABILITY",
              b"%sOK\r\n", b"\"STARTTLS\"\r\n", b"STARTTLS", b"OK \"begin TLS\"\r\n", b"NO \"not available\"\r\n",
              b"OK \"too much\"\r\n"),
    "irc": (b":irc.test NOTICE * :hello\r\n", b"CAP LS", b":irc.test CAP * LS :%smulti-prefix\r\n", b"tls ",
            b"STARTTLS", b":irc.test 670 * :STARTTLS successful\r\n", b":irc.test 691 * :STARTTLS failed\r\n",
            b":irc.test NOTICE * :too much\r\n"),
}


def serve_lines(peer, protocol, behaviour):
    greeting, list_command, answer, offer, ask, yes, no, extra = LINES[protocol]
    shown = {"absent": b"", "masked": b"250-XXXXXXXA\r\n"}.get(behaviour, offer)
    peer.sendall(greeting)
    while True:
        line = line_of(peer)
        if line.upper().startswith(list_command):
            peer.sendall(answer % shown)
        elif line.upper().startswith(ask):
            if behaviour not in ("accept", "extra"):
                peer.sendall(no)
                continue
            peer.sendall(yes + (extra if behaviour == "extra" else b""))
            return behaviour == "accept"
        elif line.upper().startswith((b"QUIT", b"LOGOUT")):
            peer.sendall(b"221 bye\r\n")
            return False
        else:
            peer.sendall(b"500 what?\r\n")


def serve_imap(peer, protocol, behaviour):
    offer = b" STARTTLS" if behaviour in ("accept", "refuse") else b""
    peer.sendall(b"* OK IMAP4rev1 ready\r\n")
    while True:
        line = line_of(peer)
        tag, _, command = line.partition(b" ")
        if command.upper() == b"CAPABILITY":
            peer.sendall(b"* CAPABILITY IMAP4rev1%s\r\n%s OK done\r\n" % (offer, tag))
        elif command.upper() == b"STARTTLS":
            peer.sendall(b"%s %s\r\n" % (tag, b"OK begin TLS" if behaviour == "accept" else b"BAD not available"))
            if behaviour == "accept":
                return True
        else:
            peer.sendall(b"* BYE\r\n%s OK\r\n" % tag)
            return False


def serve_xmpp(peer, protocol, behaviour):
    def until(end):
        data = b""
        while end not in data:
            more = peer.recv(4096)
            if not more:
                raise ConnectionError("closed")
            data += more
    until(b"version=")
    peer.sendall(b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' id='1'>")
    peer.sendall(b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>")
    until(b"starttls")
    peer.sendall(b"<%s xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" % (b"proceed" if behaviour == "accept" else b"failure"))
    return behaviour == "accept"


def serve_ldap(peer, protocol, behaviour):
    request = exactly(peer, 2)
    request += exactly(peer, request[1])
    accepted = behaviour == "accept"
    text = b"" if accepted else b"unsupported extended operation"
    result = b"\x0a\x01" + (b"\0" if accepted else b"\2") + b"\x04\0" + b"\x04" + bytes([len(text)]) + text
    message = request[2:5] + b"\x78" + bytes([len(result)]) + result
    peer.sendall(b"\x30" + bytes([len(message)]) + message)
    return accepted


def serve_mysql(peer, protocol, behaviour):
    capabilities = 0xF7FF | (0x0800 if behaviour == "accept" else 0)
    if behaviour != "accept":
        capabilities &= ~0x0800
    greeting = (b"\x0a8.0.36-test\0" + struct.pack("<I", 7) + b"abcdefgh\0" + struct.pack("<H", capabilities) +
                b"\x21\2\0\xff\xc1\x15" + bytes(10) + b"ijklmnopqrst\0caching_sha2_password\0")
    peer.sendall(struct.pack("<I", len(greeting)) + greeting)
    head = exactly(peer, 4)
    exactly(peer, head[0] | head[1] << 8)
    return behaviour == "accept"


ENCRYPT = {"accept": 1, "refuse": 2, "login": 0}


def tds_prelogin(encryption, kind):
    options = b"\0\0\x0b\0\6" + b"\1\0\x11\0\1" + b"\xff"
    body = options + b"\x0f\0\x07\xd0\0\0" + bytes([encryption])
    return struct.pack(">BBHHBB", kind, 1, 8 + len(body), 0, 1, 0) + body


def tds_packet(peer):
    head = exactly(peer, 8)
    return head[0], exactly(peer, struct.unpack(">H", head[2:4])[0] - 8)


def tds_handshake(peer, tls, incoming, outgoing):
    """The handshake of [MS-TDS] 2.2.6.5: each flight in PRELOGIN packets of at most 4096 bytes."""
    while True:
        try:
            tls.do_handshake()
            done = True
        except ssl.SSLWantReadError:
            done = False
        data = outgoing.read()
        while data:
            part, data = data[:4088], data[4088:]
            peer.sendall(struct.pack(">BBHHBB", 0x12, 0 if data else 1, 8 + len(part), 0, 1, 0) + part)
        if done:
            return
        incoming.write(tds_packet(peer)[1])


def serve_tds(peer, protocol, behaviour):
    tds_packet(peer)
    peer.sendall(tds_prelogin(ENCRYPT[behaviour], 4))
    return behaviour != "refuse"


def serve_tds_tls(peer, context):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    tds_handshake(peer, tls, incoming, outgoing)
    while True:
        try:
            if not tls.read(4096):
                return
        except ssl.SSLWantReadError:
            data = peer.recv(4096)
            if not data:
                return
            incoming.write(data)
            continue
        tls.write(b"served")
        peer.sendall(outgoing.read())


def dial_tds(peer, context, host):
    peer.sendall(tds_prelogin(1, 0x12))
    kind, options = tds_packet(peer)
    if options[-1] == 2:
        return
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=host)
    tds_handshake(peer, tls, incoming, outgoing)
    tls.write(b"LOGIN7 as one record")
    peer.sendall(outgoing.read())
    while True:
        incoming.write(peer.recv(4096))
        try:
            tls.read(4096)
            return
        except ssl.SSLWantReadError:
            pass


def tpkt(peer):
    head = exactly(peer, 4)
    return exactly(peer, struct.unpack(">H", head[2:])[0] - 4)


def serve_rdp(peer, protocol, behaviour):
    tpkt(peer)
    answer = struct.pack("<BBHI", 2, 0, 8, 1) if behaviour == "accept" else struct.pack("<BBHI", 3, 0, 8, 2)
    body = b"\x0e\xd0\0\0\x12\x34\0" + answer
    peer.sendall(struct.pack(">BBH", 3, 0, 4 + len(body)) + body)
    return behaviour == "accept"


def dial_rdp(peer, context, host):
    body = b"\xe0\0\0\0\0\0Cookie: mstshash=user\r\n" + struct.pack("<BBHI", 1, 0, 8, 3)
    peer.sendall(struct.pack(">BBHB", 3, 0, 5 + len(body), len(body)) + body)
    if tpkt(peer)[7] == 2:
        talk(context.wrap_socket(peer, server_hostname=host))


def splice(peer, port):
    other = socket.create_connection(("127.0.0.1", port))

    def copy(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    thread = threading.Thread(target=copy, args=(other, peer), daemon=True)
    thread.start()
    copy(peer, other)
    thread.join(5)


def serve_connect(peer, protocol, behaviour):
    while line_of(peer):
        pass
    if behaviour == "refuse":
        peer.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\n"
                     b"Content-Length: 0\r\nConnection: close\r\n\r\n")
    else:
        peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        splice(peer, int(behaviour))
    return False


def serve_socks(peer, protocol, behaviour):
    code = 0 if behaviour != "refuse" else 2
    version, count = exactly(peer, 2)
    if version == 4:
        head = exactly(peer, 6)
        for _ in range(2 if head[2:5] == b"\0\0\0" and head[5] else 1):
            while exactly(peer, 1) != b"\0":
                pass
        peer.sendall(b"\0" + (b"\x5b" if code else b"\x5a") + bytes(6))
    else:
        exactly(peer, count)
        peer.sendall(b"\5\0")
        kind = exactly(peer, 4)[3]
        exactly(peer, {1: 4, 4: 16}.get(kind) or exactly(peer, 1)[0])
        exactly(peer, 2)
        peer.sendall(bytes([5, code, 0, 1]) + bytes(6))
    if code == 0:
        splice(peer, int(behaviour))
    return False


def serve_upgrade(peer, protocol, behaviour):
    while line_of(peer):
        pass
    if behaviour == "accept":
        peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.0, HTTP/1.1\r\nConnection: Upgrade\r\n\r\n")
    return behaviour == "accept"


def dial_upgrade(peer, context, host):
    peer.sendall(b"OPTIONS * HTTP/1.1\r\nHost: server.test\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n\r\n")
    while line_of(peer):
        pass
    talk(context.wrap_socket(peer, server_hostname=host))


def dial_irc(peer, context, host):
    peer.sendall(b"CAP LS 302\r\nSTARTTLS\r\n")
    while b" 670 " not in line_of(peer):
        pass
    talk(context.wrap_socket(peer, server_hostname=host))


def dial_inject(peer, context, host):
    line_of(peer)
    peer.sendall(b"EHLO client.test\r\n")
    while line_of(peer)[3:4] == b"-":
        pass
    peer.sendall(b"STARTTLS\r\nRSET\r\n")
    line_of(peer)
    talk(context.wrap_socket(peer, server_hostname=host))


def talk(tls):
    tls.sendall(b"GET /served HTTP/1.0\r\n\r\n")
    tls.recv(4096)


def serve_one(peer, protocol, behaviour, context):
    server = {"imap": serve_imap, "xmpp": serve_xmpp, "ldap": serve_ldap, "mysql": serve_mysql, "tds": serve_tds,
              "rdp": serve_rdp, "connect": serve_connect, "socks": serve_socks,
              "upgrade": serve_upgrade}.get(protocol, serve_lines)
    with peer:
        try:
            if server(peer, protocol, behaviour):
                if protocol == "tds":
                    serve_tds_tls(peer, context)
                    return
                with context.wrap_socket(peer, server_side=True) as tls:
                    tls.recv(4096)
                    tls.sendall(b"served\r\n")
        except OSError as error:
            print(error)


def serve(port, protocol, behaviour, chain, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    listener = socket.create_server(("", int(port)))
    while True:
        peer = listener.accept()[0]
        threading.Thread(target=serve_one, args=(peer, protocol, behaviour, context), daemon=True).start()


def dial(port, protocol, host, trust, keylog):
    context = ssl.create_default_context(cafile=trust)
    context.keylog_filename = keylog
    dialer = {"tds": dial_tds, "rdp": dial_rdp, "irc": dial_irc, "upgrade": dial_upgrade,
               "inject": dial_inject}[protocol]
    with socket.create_connection((host, int(port))) as peer:
        dialer(peer, context, host)


if __name__ == "__main__":
    {"serve": serve, "dial": dial}[sys.argv[1]](*sys.argv[2:])
