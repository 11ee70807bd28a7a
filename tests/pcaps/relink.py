#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""relink.py FORM IN.pcap OUT: writes an Ethernet capture again in another file format or behind another link layer.

The packets stay as they were captured; only what stands around IP changes, or, for the forms of a file, nothing but the
file. IN is a classic little-endian pcap file with microseconds. Without arguments: lists the forms.
"""
import struct
import sys

MICRO, NANO = 0xA1B2C3D4, 0xA1B23C4D
ETHERNET, NULL, PPP, RAW, C_HDLC, LOOP, IPV4, IPV6 = 1, 0, 9, 101, 104, 108, 228, 229
SERVER_PORT = 443


class Packet:
    """seconds and nanoseconds, the captured bytes, and the length on the wire."""

    def __init__(self, seconds, nanoseconds, data, length):
        self.seconds, self.nanoseconds, self.data, self.length = seconds, nanoseconds, data, length

    def with_data(self, data):
        return Packet(self.seconds, self.nanoseconds, data, self.length + len(data) - len(self.data))

    @property
    def ethertype(self):
        return struct.unpack(">H", self.data[12:14])[0]

    @property
    def from_server(self):
        """TCP's source port, behind an IPv4 header without options or an IPv6 header without extensions."""
        offset = 14 + (20 if self.ethertype == 0x0800 else 40)
        return struct.unpack(">H", self.data[offset:offset + 2])[0] == SERVER_PORT


def read_pcap(path):
    with open(path, "rb") as file:
        data = file.read()
    magic, _, _, _, _, _, link = struct.unpack("<IHHiIII", data[:24])
    if magic != MICRO or link != ETHERNET:
        raise SystemExit("%s: not a little-endian Ethernet capture with microseconds" % path)
    packets, offset = [], 24
    while offset < len(data):
        seconds, micros, captured, length = struct.unpack("<IIII", data[offset:offset + 16])
        packets.append(Packet(seconds, micros * 1000, data[offset + 16:offset + 16 + captured], length))
        offset += 16 + captured
    return packets


def pcap(packets, link=ETHERNET, order="<", magic=MICRO):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)
    for packet in packets:
        fraction = packet.nanoseconds // (1000 if magic == MICRO else 1)
        out += struct.pack(order + "IIII", packet.seconds, fraction, len(packet.data), packet.length) + packet.data
    return out


# pcapng: blocks, and files put together from them.

def padded(data):
    return data + bytes(-len(data) % 4)


def block(order, kind, body):
    length = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + length + body + length


def options(order, *pairs):
    out = b"".join(struct.pack(order + "HH", code, len(value)) + padded(value) for code, value in pairs)
    return out + (struct.pack(order + "HH", 0, 0) if pairs else b"")


def section(order, *extra):
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + options(order, *extra))


def interface(order, link, *extra, snaplen=262144):
    return block(order, 1, struct.pack(order + "HHI", link, 0, snaplen) + options(order, *extra))


def enhanced(order, packet, number=0, ticks=10 ** 6, before=0, *extra):
    """An Enhanced Packet Block of an interface with that many ticks a second whose clock starts `before` seconds late."""
    time = (packet.seconds - before) * ticks + packet.nanoseconds * ticks // 10 ** 9
    head = struct.pack(order + "IIIII", number, time >> 32, time & 0xFFFFFFFF, len(packet.data), packet.length)
    return block(order, 6, head + padded(packet.data) + options(order, *extra))


def pcapng(packets, order):
    head = section(order, (1, b"a comment"), (4, b"relink.py")) + interface(order, ETHERNET, (2, b"wire"))
    return head + b"".join(enhanced(order, packet) for packet in packets)


def pcapng_interfaces(packets):
    """Client and server were captured on different interfaces, with other link types and clocks."""
    order, start = "<", packets[0].seconds - 1000
    out = section(order)
    out += interface(order, ETHERNET, (2, b"microseconds"))
    out += interface(order, RAW, (2, b"nanoseconds"), (9, b"\x09"))
    out += interface(order, NULL, (2, b"binary fractions"), (9, b"\x94"), (14, struct.pack(order + "q", start)))
    for packet in packets:
        if not packet.from_server:
            out += enhanced(order, packet)
        elif len(packet.data) > 200:
            out += enhanced(order, without_ethernet(packet), 1, 10 ** 9)
        else:
            out += enhanced(order, behind_null(packet), 2, 2 ** 20, start)
    return out


def pcapng_sections(packets):
    """The second section has the other byte order, another link type, and counts its interfaces anew."""
    half = len(packets) // 2
    out = section("<") + interface("<", LOOP) + interface("<", ETHERNET)
    out += b"".join(enhanced("<", packet, 1) for packet in packets[:half])
    out += section(">") + interface(">", RAW, (9, b"\x09"))
    return out + b"".join(enhanced(">", without_ethernet(packet), 0, 10 ** 9) for packet in packets[half:])


def pcapng_blocks(packets):
    """Blocks between the packets that a reader has to step over, and options on the packets themselves."""
    order = "<"
    out = section(order) + interface(order, ETHERNET)
    out += block(order, 0x0BAD, struct.pack(order + "I", 32473) + padded(b"a custom block"))
    out += block(order, 4, struct.pack(order + "HH", 1, 16) + padded(b"\xc0\x00\x02\x0aserver.test\x00") + bytes(4))
    for number, packet in enumerate(packets):
        comment = [(1, b"a comment about this packet")] if number % 2 else []
        out += enhanced(order, packet, 0, 10 ** 6, 0, *comment)
        if number % 5 == 0:
            out += block(order, 0x7FFF0000 + number, b"unknown blocks" + bytes(2))
    statistics = struct.pack(order + "III", 0, 0, 0) + options(order, (4, struct.pack(order + "Q", len(packets))))
    return out + block(order, 5, statistics)


def pcapng_old_blocks(packets):
    """The obsolete Packet Block (type 2)."""
    order = "<"
    out = section(order) + interface(order, ETHERNET)
    for packet in packets:
        time = packet.seconds * 10 ** 6 + packet.nanoseconds // 1000
        head = struct.pack(order + "HHIIII", 0, 0xFFFF, time >> 32, time & 0xFFFFFFFF, len(packet.data), packet.length)
        out += block(order, 2, head + padded(packet.data))
    return out


def pcapng_simple_blocks(packets):
    """Simple Packet Blocks: no time, no interface, and no captured length but the interface's snapshot length."""
    order = "<"
    out = section(order) + interface(order, ETHERNET, snaplen=0)
    return out + b"".join(block(order, 3, struct.pack(order + "I", packet.length) + padded(packet.data))
                          for packet in packets)


# Link layers.

def between(packet, inserted):
    """Bytes between the two MAC addresses and the EtherType."""
    return packet.with_data(packet.data[:12] + inserted + packet.data[12:])


def without_ethernet(packet):
    return packet.with_data(packet.data[14:])


def behind(packet, head):
    return packet.with_data(head + packet.data[14:])


def family(packet, ipv6):
    return 2 if packet.ethertype == 0x0800 else ipv6


def behind_null(packet, order="<", ipv6=30):
    return behind(packet, struct.pack(order + "I", family(packet, ipv6)))


def behind_pppoe(packet):
    protocol = 0x0021 if packet.ethertype == 0x0800 else 0x0057
    head = packet.data[:12] + struct.pack(">HBBHHH", 0x8864, 0x11, 0, 7, len(packet.data) - 12, protocol)
    return behind(packet, head)


def behind_ppp(packet):
    return behind(packet, struct.pack(">BBH", 0xFF, 0x03, 0x0021 if packet.ethertype == 0x0800 else 0x0057))


def behind_hdlc(packet):
    return behind(packet, struct.pack(">BBH", 0x0F, 0, packet.ethertype))


def behind_mpls(packet):
    head = packet.data[:12] + struct.pack(">HII", 0x8847, 100 << 12 | 64, 200 << 12 | 1 << 8 | 64)
    return behind(packet, head)


# Tunnels: the packet inside another from 198.51.100.1 to 198.51.100.2.

def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def in_ipv4(packet, protocol, payload):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0, bytes((198, 51, 100, 1)),
                       bytes((198, 51, 100, 2)))
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return packet.with_data(packet.data[:12] + b"\x08\x00" + head + payload)


def in_udp(packet, port, payload):
    return in_ipv4(packet, 17, struct.pack(">HHHH", 49152, port, 8 + len(payload), 0) + payload)


def in_ip(packet):
    return in_ipv4(packet, 4 if packet.ethertype == 0x0800 else 41, packet.data[14:])


def in_gre(packet):
    return in_ipv4(packet, 47, struct.pack(">HHI", 0x2000, packet.ethertype, 7) + packet.data[14:])


def in_vxlan(packet):
    return in_udp(packet, 4789, struct.pack(">II", 0x08000000, 42 << 8) + packet.data)


def in_geneve(packet):
    return in_udp(packet, 6081, struct.pack(">HHI", 0, 0x6558, 42 << 8) + packet.data)


def in_gtp(packet):
    inner = packet.data[14:]
    return in_udp(packet, 2152, struct.pack(">BBHI", 0x30, 0xFF, len(inner), 7) + inner)


def ethernet(packet, ethertype, payload):
    """The frame's addresses before another content."""
    return packet.with_data(packet.data[:12] + struct.pack(">H", ethertype) + payload)


def in_ipv6(packet, following, payload):
    head = struct.pack(">IHBB", 6 << 28, len(payload), following, 64)
    head += bytes.fromhex("20010db8000000000000000000000101") + bytes.fromhex("20010db8000000000000000000000102")
    return ethernet(packet, 0x86DD, head + payload)


def ip_of(packet):
    return packet.data[14:]


def ppp_protocol(packet):
    return struct.pack(">H", 0x0021 if packet.ethertype == 0x0800 else 0x0057)


def labels(*values):
    return b"".join(struct.pack(">I", value << 12 | (index == len(values) - 1) << 8 | 64)
                    for index, value in enumerate(values))


def gre(packet, flags, protocol, options, payload):
    return in_ipv4(packet, 47, struct.pack(">HH", flags, protocol) + options + payload)


def gre_with_checksum(packet):
    inner = ip_of(packet)
    body = struct.pack(">HHHHII", 0xB000, packet.ethertype, 0, 0, 7, 1) + inner
    total = checksum(body + bytes(len(body) % 2))
    return in_ipv4(packet, 47, body[:4] + struct.pack(">H", total) + body[6:])


def erspan_3(packet, flags=0, more=b""):
    return gre(packet, 0x1000, 0x22EB, struct.pack(">IHHIHH", 1, 0x2064, 1, 0, 0, flags) + more, packet.data)


def in_l2tp(packet, flags, more=b""):
    inner = b"\xff\x03" + ppp_protocol(packet) + ip_of(packet)
    head = struct.pack(">HH", flags, 8 + len(more) + len(inner) - 2 * (not flags & 0x4000))
    head = head if flags & 0x4000 else head[:2]
    return in_udp(packet, 1701, head + struct.pack(">HH", 5, 6) + more + inner)


def snap(packet):
    return bytes.fromhex("aaaa03000000") + packet.data[12:]


MAC = bytes.fromhex("020000000001"), bytes.fromhex("020000000002"), bytes.fromhex("020000000003")


def wlan(packet, control="0801", addresses=3, more=b"", body=None):
    head = bytes.fromhex(control) + bytes(2) + b"".join(MAC) + b"\x10\x00"
    return head + (MAC[0] if addresses == 4 else b"") + more + (snap(packet) if body is None else body)


def aggregate(*packets):
    """All in one frame, each but the last filled up to a multiple of four bytes."""
    body = b""
    for packet in packets:
        inner = snap(packet)
        body = padded(body) + MAC[1] + MAC[2] + struct.pack(">H", len(inner)) + inner
    return wlan(packets[0], "8801", more=b"\x80\x00", body=body)


def aggregated(packets, most=3):
    """Up to three packets that follow each other in one direction become one frame, sent with the last of them."""
    groups = []
    for packet in packets:
        if groups and len(groups[-1]) < most and groups[-1][0].from_server == packet.from_server:
            groups[-1].append(packet)
        else:
            groups.append([packet])
    out = []
    for group in groups:
        data = aggregate(*group)
        out.append(Packet(group[-1].seconds, group[-1].nanoseconds, data, len(data)))
    return pcap(out, 105)


def radiotap(packet):
    """With a time, and flags that tell of padding between the 802.11 header of 26 bytes and LLC."""
    head = struct.pack("<BBHIQB", 0, 0, 17, 3, 1234, 0x20)
    return head + wlan(packet, "8801", more=bytes(2) + bytes(2))


def radiotap_plain(packet):
    return struct.pack("<BBHI", 0, 0, 8, 0) + wlan(packet)


def prism(packet, order="<"):
    return struct.pack(order + "II", 0x44, 144) + bytes(136) + wlan(packet)


def avs(packet):
    return struct.pack(">II", 0x80211001, 64) + bytes(56) + wlan(packet)


def nflog(packet, order="<"):
    inner = ip_of(packet)
    version = 2 if packet.ethertype == 0x0800 else 10
    return (struct.pack("BB", version, 0) + struct.pack(">H", 5) + struct.pack(order + "HH", 5, 10) + bytes(4) +
            struct.pack(order + "HH", 4 + len(inner), 9) + padded(inner))


def pktap(packet):
    return struct.pack("<III", 108, 1, ETHERNET) + b"en0".ljust(24, b"\x00") + bytes(72) + packet.data


def ppi(packet):
    return struct.pack("<BBHI", 0, 0, 8, ETHERNET) + packet.data


def pflog(packet):
    head = struct.pack("BBBB", 61, 2 if packet.ethertype == 0x0800 else 24, 0, 0) + b"em0".ljust(16, b"\x00")
    return head + bytes(44) + ip_of(packet)


def cooked(packet, inserted=b"", ethertype=None):
    kind = struct.pack(">H", packet.ethertype if ethertype is None else ethertype)
    return struct.pack(">HHH", 0, 1, 6) + MAC[0] + bytes(2) + kind + inserted + ip_of(packet)


def cooked_2(packet, kind, inserted):
    return struct.pack(">HHIHBB", kind, 0, 2, 1, 0, 6) + MAC[0] + bytes(2) + inserted + ip_of(packet)


def extended(packet):
    """An IPv6 packet with hop-by-hop and destination options."""
    head = packet.data[14:54]
    more = bytes([60, 0, 1, 4, 0, 0, 0, 0]) + bytes([head[6], 0, 1, 4, 0, 0, 0, 0])
    return packet.with_data(packet.data[:14] + head[:4] + struct.pack(">HB", len(packet.data) - 54 + 16, 0) + head[7:] +
                            more + packet.data[54:])


def jumbo(packet):
    """A payload length of zero, and the true one in the option (RFC 2675)."""
    head = packet.data[14:54]
    option = struct.pack(">BBBBI", head[6], 0, 0xC2, 4, len(packet.data) - 54 + 8)
    return packet.with_data(packet.data[:14] + head[:4] + bytes(3) + head[7:] + option + packet.data[54:])


def without_length(packet):
    head = bytearray(packet.data[14:34])
    head[2:4] = head[10:12] = bytes(2)
    head[10:12] = struct.pack(">H", checksum(bytes(head)))
    return packet.with_data(packet.data[:14] + bytes(head) + packet.data[34:])


def raw(change):
    """From a function that gives bytes to one that gives a packet."""
    return lambda packet: packet.with_data(change(packet))


# Pieces of packets, and packets that were captured twice.

def fragments_of(packet, size=512):
    """IPv4 fragments; for IPv6 behind a fragment header. The packet is cut behind the Ethernet header."""
    if packet.ethertype == 0x0800:
        head, body, protocol = packet.data[14:34], packet.data[34:], None
    else:
        head, body, protocol = packet.data[14:54], packet.data[54:], packet.data[20]
    if len(body) <= size:
        return [packet]
    number = fragments_of.number = getattr(fragments_of, "number", 0) + 1
    pieces = []
    for offset in range(0, len(body), size):
        part, more = body[offset:offset + size], offset + size < len(body)
        if protocol is None:
            new = head[:2] + struct.pack(">HHH", 20 + len(part), number, more << 13 | offset // 8) + head[8:10] + bytes(2)
            new += head[12:]
            new = new[:10] + struct.pack(">H", checksum(new)) + new[12:]
        else:
            new = head[:4] + struct.pack(">HB", 8 + len(part), 44) + head[7:]
            new += struct.pack(">BBHI", protocol, 0, offset | more, number)
        pieces.append(packet.with_data(packet.data[:14] + new + part))
    return pieces


def in_pieces(change=lambda packet: packet, order=lambda pieces: pieces):
    return lambda packets: pcap([piece for packet in packets for piece in order(fragments_of(change(packet)))])


def overlapping(pieces):
    """The last but one is sent again with another content, which is not to be taken."""
    if len(pieces) < 2:
        return pieces
    again = pieces[-2]
    return pieces[:-1] + [again.with_data(again.data[:-9] + bytes(9)), pieces[-1]]


def hop(packet, microseconds=40):
    """The packet as it leaves a router: other MAC addresses, one hop less, a little later."""
    head = bytearray(packet.data[14:34])
    head[8], head[10:12] = head[8] - 1, bytes(2)
    head[10:12] = struct.pack(">H", checksum(bytes(head)))
    later = packet.with_data(MAC[0] + MAC[1] + packet.data[12:14] + bytes(head) + packet.data[34:])
    later.nanoseconds += microseconds * 1000
    later.seconds, later.nanoseconds = later.seconds + later.nanoseconds // 10 ** 9, later.nanoseconds % 10 ** 9
    return later


def twice(change):
    def both(packets):
        out = [copy for packet in packets for copy in (packet, change(packet))]
        return pcap(sorted(out, key=lambda packet: (packet.seconds, packet.nanoseconds)))
    return both


def each(change, link=ETHERNET, order="<", magic=MICRO):
    return lambda packets: pcap([change(packet) for packet in packets], link, order, magic)


def same(packet):
    return packet


FORMS = {
    "pcap-nano": each(same, magic=NANO),
    "pcap-big": each(same, order=">"),
    "pcap-big-nano": each(same, order=">", magic=NANO),
    "pcapng-little": lambda packets: pcapng(packets, "<"),
    "pcapng-big": lambda packets: pcapng(packets, ">"),
    "pcapng-interfaces": pcapng_interfaces,
    "pcapng-sections": pcapng_sections,
    "pcapng-blocks": pcapng_blocks,
    "pcapng-old-blocks": pcapng_old_blocks,
    "pcapng-simple-blocks": pcapng_simple_blocks,
    "vlan": each(lambda packet: between(packet, bytes.fromhex("81000064"))),
    "vlan-priority": each(lambda packet: between(packet, bytes.fromhex("8100a000"))),
    "qinq": each(lambda packet: between(packet, bytes.fromhex("88a800c881000064"))),
    "qinq-9100": each(lambda packet: between(packet, bytes.fromhex("910000c881000064"))),
    "mpls": each(behind_mpls),
    "pppoe": each(behind_pppoe),
    "null-little": each(behind_null, NULL),
    "null-big": each(lambda packet: behind_null(packet, ">"), NULL, ">"),
    "null-swapped": each(lambda packet: behind_null(packet, ">"), NULL, "<"),
    "null-24": each(lambda packet: behind_null(packet, ipv6=24), NULL),
    "null-28": each(lambda packet: behind_null(packet, ipv6=28), NULL),
    "loop": each(lambda packet: behind_null(packet, ">"), LOOP),
    "loop-big": each(lambda packet: behind_null(packet, ">", 24), LOOP, ">"),
    "raw": each(without_ethernet, RAW),
    "raw-12": each(without_ethernet, 12),
    "raw-14": each(without_ethernet, 14),
    "ipv4": each(without_ethernet, IPV4),
    "ipv6": each(without_ethernet, IPV6),
    "ppp": each(behind_ppp, PPP),
    "hdlc": each(behind_hdlc, C_HDLC),
    "ip-in-ip": each(in_ip),
    "gre": each(in_gre),
    "vxlan": each(in_vxlan),
    "geneve": each(in_geneve),
    "gtp": each(in_gtp),
    "ppp-with-direction": each(raw(lambda packet: b"\x00" + b"\xff\x03" + ppp_protocol(packet) + ip_of(packet)), 204),
    "ppp-hdlc": each(behind_ppp, 50),
    "pppoe-itself": each(lambda packet: packet.with_data(behind_pppoe(packet).data[14:]), 51),
    "mpls-1": each(lambda packet: ethernet(packet, 0x8847, labels(100) + ip_of(packet))),
    "mpls-3": each(lambda packet: ethernet(packet, 0x8847, labels(100, 200, 300) + ip_of(packet))),
    "mpls-itself": each(raw(lambda packet: labels(100) + ip_of(packet)), 219),
    "pseudowire": each(lambda packet: ethernet(packet, 0x8847, labels(100, 200) + packet.data)),
    "pseudowire-control": each(lambda packet: ethernet(packet, 0x8847, labels(100, 200) + bytes(4) + packet.data)),
    "gre-checksum": each(gre_with_checksum),
    "gre-ethernet": each(lambda packet: gre(packet, 0x2000, 0x6558, struct.pack(">I", 7 << 8), packet.data)),
    "gre-in-ipv6": each(lambda packet: in_ipv6(packet, 47, struct.pack(">HH", 0, packet.ethertype) + ip_of(packet))),
    "gre-redirected": each(lambda packet: gre(packet, 0, 0x883E, bytes(4), ip_of(packet))),
    "gre-ppp": each(lambda packet: gre(packet, 0x3001, 0x880B,
                                       struct.pack(">HHI", len(ip_of(packet)) + 4, 7, 1) + b"\xff\x03" +
                                       ppp_protocol(packet), ip_of(packet))),
    "erspan-1": each(lambda packet: gre(packet, 0, 0x88BE, b"", packet.data)),
    "erspan-2": each(lambda packet: gre(packet, 0x1000, 0x88BE, struct.pack(">IHHI", 1, 0x1064, 1, 0), packet.data)),
    "erspan-3": each(erspan_3),
    "erspan-3-more": each(lambda packet: erspan_3(packet, 1, bytes(8))),
    "4in6": each(lambda packet: in_ipv6(packet, 4 if packet.ethertype == 0x0800 else 41, ip_of(packet))),
    "etherip": each(lambda packet: in_ipv4(packet, 97, b"\x30\x00" + packet.data)),
    "l2tp-2": each(lambda packet: in_l2tp(packet, 0x4002)),
    "l2tp-2-short": each(lambda packet: in_l2tp(packet, 0x0002)),
    "l2tp-2-sequence": each(lambda packet: in_l2tp(packet, 0x4802, struct.pack(">HH", 1, 2))),
    "l2tp-3": each(lambda packet: in_ipv4(packet, 115, struct.pack(">I", 9) + packet.data)),
    "l2tp-3-cookie-4": each(lambda packet: in_ipv4(packet, 115, struct.pack(">II", 9, 0xC00C1E) + packet.data)),
    "l2tp-3-cookie-8": each(lambda packet: in_ipv4(packet, 115, struct.pack(">IQ", 9, 0xC00C1E) + packet.data)),
    "l2tp-3-udp": each(lambda packet: in_udp(packet, 1701, struct.pack(">HHI", 3, 0, 9) + packet.data)),
    "vxlan-group": each(lambda packet: in_udp(packet, 4789, struct.pack(">II", 0x88000010, 42 << 8) + packet.data)),
    "vxlan-gpe": each(lambda packet: in_udp(packet, 4790, struct.pack(
        ">II", 0x0C000001 if packet.ethertype == 0x0800 else 0x0C000002, 42 << 8) + ip_of(packet))),
    "geneve-options": each(lambda packet: in_udp(
        packet, 6081, struct.pack(">HHIHBBI", 0x0200, 0x6558, 42 << 8, 0x0102, 3, 1, 5) + packet.data)),
    "geneve-ip": each(lambda packet: in_udp(packet, 6081, struct.pack(">HHI", 0, packet.ethertype, 42 << 8) +
                                            ip_of(packet))),
    "gtp-extensions": each(lambda packet: in_udp(
        packet, 2152, struct.pack(">BBHIHBB", 0x34, 0xFF, len(ip_of(packet)) + 8, 7, 0, 0, 0x85) +
        bytes([1, 0x10, 1, 0]) + ip_of(packet))),
    "teredo": each(lambda packet: in_udp(packet, 3544, ip_of(packet))),
    "lisp": each(lambda packet: in_udp(packet, 4341, bytes.fromhex("c012345600000001") + ip_of(packet))),
    "mpls-in-udp": each(lambda packet: in_udp(packet, 6635, labels(100) + ip_of(packet))),
    "tzsp": each(lambda packet: in_udp(packet, 37008, bytes.fromhex("0100000101") + packet.data)),
    "provider-bridge": each(lambda packet: ethernet(packet, 0x88E7, struct.pack(">I", 42) + packet.data)),
    "macsec": each(lambda packet: ethernet(packet, 0x88E5, bytes.fromhex("000000000001") + packet.data[12:] +
                                           bytes(16))),
    "nsh": each(lambda packet: ethernet(packet, 0x894F, bytes.fromhex("0fc20203") + bytes(4) + packet.data)),
    "wlan": each(raw(wlan), 105),
    "wlan-from-access-point": each(raw(lambda packet: wlan(packet, "0802")), 105),
    "wlan-quality": each(raw(lambda packet: wlan(packet, "8801", more=bytes(2))), 105),
    "wlan-four-addresses": each(raw(lambda packet: wlan(packet, "0803", 4)), 105),
    "wlan-aggregate": each(raw(aggregate), 105),
    "wlan-aggregate-several": aggregated,
    "wlan-radiotap": each(raw(radiotap_plain), 127),
    "wlan-radiotap-padded": each(raw(radiotap), 127),
    "wlan-prism": each(raw(prism), 119),
    "wlan-avs": each(raw(avs), 163),
    "wlan-ppi": each(raw(lambda packet: struct.pack("<BBHI", 0, 0, 8, 105) + wlan(packet)), 192),
    "ppi": each(raw(ppi), 192),
    "nflog": each(raw(nflog), 239),
    "nflog-big": each(raw(lambda packet: nflog(packet, ">")), 239, ">"),
    "pktap": each(raw(pktap), 258),
    "pflog": each(raw(pflog), 117),
    "enc": each(raw(lambda packet: struct.pack("<III", family(packet, 24), 7, 0) + ip_of(packet)), 109),
    "sll-vlan": each(raw(lambda packet: cooked(packet, b"\x00\x64" + struct.pack(">H", packet.ethertype), 0x8100)), 113),
    "sll2-vlan": each(raw(lambda packet: cooked_2(packet, 0x8100, b"\x00\x64" + struct.pack(">H", packet.ethertype))),
                      276),
    "sll-gre": each(raw(lambda packet: cooked(in_gre(packet))), 113),
    "vlan-llc": each(lambda packet: between(packet.with_data(
        packet.data[:12] + struct.pack(">H", len(snap(packet))) + snap(packet)), bytes.fromhex("81000064"))),
    "atm": each(raw(snap), 100),
    "fddi": each(raw(lambda packet: b"\x50" + packet.data[:12] + snap(packet)), 10),
    "token-ring": each(raw(lambda packet: b"\x10\x40" + MAC[0] + MAC[1] + snap(packet)), 6),
    "frame-relay": each(raw(lambda packet: b"\x18\x41\x03\xcc" + ip_of(packet)), 107),
    "firewire": each(raw(lambda packet: bytes(16) + packet.data[12:]), 138),
    "infiniband": each(raw(lambda packet: bytes(40) + packet.data[12:14] + bytes(2) + ip_of(packet)), 242),
    "erf": each(raw(lambda packet: bytes(8) + struct.pack(">BBHHH", 2, 4, len(packet.data) + 18, 0, len(packet.data)) +
                    bytes(2) + packet.data), 197),
    "no-length": each(without_length),
    "jumbo": each(jumbo),
    "extended": each(extended),
    "deep": each(lambda packet: between(in_vxlan(in_gre(packet)), bytes.fromhex("81000064"))),
    "fragments": in_pieces(),
    "fragments-backwards": in_pieces(order=lambda pieces: pieces[::-1]),
    "fragments-overlapping": in_pieces(order=overlapping),
    "fragments-gtp": in_pieces(in_gtp),
    "fragments-gre": in_pieces(in_gre),
    "fragments-vxlan": in_pieces(in_vxlan),
    "fragments-4in6": in_pieces(lambda packet: in_ipv6(packet, 4, ip_of(packet))),
    "fragments-twice": lambda packets: pcap([copy for packet in packets for piece in fragments_of(packet)
                                             for copy in (piece, hop(piece, 5))]),
    "twice": twice(same),
    "twice-routed": twice(hop),
    "twice-vlan": twice(lambda packet: between(hop(packet), bytes.fromhex("81000064"))),
    "twice-late": twice(lambda packet: hop(packet, 2500)),
}


def main():
    if len(sys.argv) != 4:
        raise SystemExit("\n".join(FORMS))
    data = FORMS[sys.argv[1]](read_pcap(sys.argv[2]))
    with open(sys.argv[3], "wb") as file:
        file.write(data)


main()
