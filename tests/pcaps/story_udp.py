# SPDX-License-Identifier: GPL-3.0-or-later
"""The UDP half of story: each conversation of DTLS or QUIC, and each ICMP error about one, in one line.

Tokens beside those of story: HelloVerify; Early, Record2, Record3 (what DTLS 1.3 encrypts, by epoch); for QUIC
Initial(ClientHello), Initial(ACK), Handshake, 0RTT, 1RTT, Retry, VersionNegotiation, and Close0x128 behind an
Initial that holds a CONNECTION_CLOSE. I.ICMP3.3 is type and code. What one side says twice in a row of Data,
1RTT, Handshake or Record3 is told once.
"""
TOLD_ONCE = {"Data", "1RTT", "Handshake", "Record2", "Record3"}
QUIC_LONG = {1: {0: "Initial", 1: "0RTT", 2: "Handshake", 3: "Retry"},
             2: {1: "Initial", 2: "0RTT", 3: "Handshake", 0: "Retry"}}
QUIC_SECOND = {0x709A50C4, 0x6B3343CF}
MESSAGES = {1: "ClientHello", 2: "ServerHello"}
HELLO_RETRY_RANDOM = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"


def fields(node, name):
    return [field for field in node.iter("field") if field.get("name") == name]


def number(node, name):
    found = fields(node, name)
    return int(found[0].get("show"), 0) if found else None


def dtls_message(node, names):
    kind = number(node, "dtls.handshake.type")
    if kind is None:
        return "Hidden"
    if number(node, "dtls.handshake.fragment_offset"):
        return None
    if kind == 3:
        return "HelloVerify"
    if kind == 2:
        random = fields(node, "dtls.handshake.random")
        if random and random[0].get("value", "").lower() == HELLO_RETRY_RANDOM:
            return "HelloRetry"
    if kind == 11:
        certificates = fields(node, "dtls.handshake.certificate") + fields(node, "tls.handshake.certificate")
        if number(node, "dtls.handshake.length") == 3:
            return "Cert0"
        return "Cert%d" % len(certificates) if certificates else "Cert"
    return names.get(kind, "Handshake%d" % kind)


def dtls_tokens(record, names):
    kind = number(record, "dtls.record.content_type")
    if kind is None:
        header = number(record, "dtls.record.unified_header") or number(record, "dtls.record.header") or 0
        return ["Record%d" % (header & 3)]
    if kind == 20:
        return ["CCS"]
    if kind == 21:
        code = number(record, "dtls.alert_message.desc")
        if code is None:
            return ["HiddenAlert"]
        return ["close_notify" if code == 0 else "Alert%d" % code]
    if kind == 22:
        nodes = fields(record, "dtls.handshake")
        return [token for token in (dtls_message(node, names) for node in nodes) if token] if nodes else ["Hidden"]
    return ["Data"] if kind in (23, 25) else []


def quic_tokens(packet):
    if fields(packet, "quic.short"):
        return ["1RTT"]
    version = number(packet, "quic.version")
    if version == 0:
        return ["VersionNegotiation"]
    kind = number(packet, "quic.long.packet_type_v2")
    if kind is not None or version in QUIC_SECOND:
        kind = kind if kind is not None else number(packet, "quic.long.packet_type")
        name = QUIC_LONG[2].get(kind)
    else:
        name = QUIC_LONG[1].get(number(packet, "quic.long.packet_type"))
    if name != "Initial":
        return [name] if name else ["Long"]
    inside = [MESSAGES.get(int(f.get("show")), f.get("show")) for f in fields(packet, "tls.handshake.type")]
    tokens = ["Initial(%s)" % (",".join(inside) if inside else "CRYPTO" if fields(packet, "quic.crypto") else "ACK")]
    code = number(packet, "quic.cc.error_code")
    if code is not None:
        tokens.append("Close0x%x" % code)
    return tokens


class Conversation:
    def __init__(self, client):
        self.client = client
        self.tokens = []

    def add(self, source, token):
        told = ("C." if source == self.client else "S.") + token
        if token not in TOLD_ONCE or not self.tokens or self.tokens[-1] != told:
            self.tokens.append(told)


def ends(packet, udp):
    def address(names):
        return [f.get("show") for f in packet.iter("field") if f.get("name") in names][-1]
    return ((address(("ip.src", "ipv6.src")), number(udp, "udp.srcport")),
            (address(("ip.dst", "ipv6.dst")), number(udp, "udp.dstport")))


def icmp_token(packet):
    for name in ("icmp", "icmpv6"):
        found = packet.find("proto[@name='%s']" % name)
        if found is not None and any(f.get("name") == "udp.srcport" for f in packet.iter("field")):
            return "ICMP%d.%d" % (number(found, name + ".type"), number(found, name + ".code"))
    return None


def tell(root, names):
    """One line a conversation, in the order of their first packets."""
    told = {}
    for packet in root:
        token = icmp_token(packet)
        udp = packet.find(".//proto[@name='udp']")
        if udp is None:
            continue
        source, target = ends(packet, udp)
        key = frozenset((source, target))
        if token and key in told:
            told[key].tokens.append("I." + token)
        tokens = [t for p in packet.findall("proto[@name='dtls']") for r in fields(p, "dtls.record")
                  for t in dtls_tokens(r, names)]
        tokens += [t for p in packet.findall("proto[@name='quic']") for t in quic_tokens(p)]
        if token or not tokens:
            continue
        for each in tokens:
            told.setdefault(key, Conversation(source)).add(source, each)
    return [" ".join(conversation.tokens) for conversation in told.values()]
