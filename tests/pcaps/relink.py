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
}


def main():
    if len(sys.argv) != 4:
        raise SystemExit("\n".join(FORMS))
    data = FORMS[sys.argv[1]](read_pcap(sys.argv[2]))
    with open(sys.argv[3], "wb") as file:
        file.write(data)


main()
