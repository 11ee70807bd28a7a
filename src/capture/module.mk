# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/capture/checksum.c src/capture/checksum.h \
	src/capture/decode.c src/capture/decode.h \
	src/capture/decompress.c src/capture/decompress.h src/capture/decompress_format.h \
	src/capture/ethernet.c \
	src/capture/file_list.c src/capture/file_list.h \
	src/capture/filter.c src/capture/filter.h \
	src/capture/foreign.c src/capture/foreign.h \
	src/capture/fragments.c src/capture/fragments.h \
	src/capture/icmp.c \
	src/capture/input.c src/capture/input.h \
	src/capture/ip.c \
	src/capture/l2tp.c \
	src/capture/layer.h \
	src/capture/link.c \
	src/capture/link_type.c src/capture/link_type.h \
	src/capture/live.c src/capture/live.h \
	src/capture/packet.h \
	src/capture/pcap.c src/capture/pcap.h \
	src/capture/pcapng.c src/capture/pcapng.h \
	src/capture/pcapng_time.c src/capture/pcapng_time.h \
	src/capture/places.c src/capture/places.h \
	src/capture/reader.c src/capture/reader.h \
	src/capture/segment.h \
	src/capture/snoop.c src/capture/snoop.h \
	src/capture/source.c src/capture/source.h \
	src/capture/timeline.c src/capture/timeline.h \
	src/capture/transport.c \
	src/capture/tunnel.c \
	src/capture/tunnel_udp.c \
	src/capture/wlan.c
if HAVE_ZLIB
libtlswhy_a_SOURCES += src/capture/decompress_zlib.c
endif
if HAVE_ZSTD
libtlswhy_a_SOURCES += src/capture/decompress_zstd.c
endif
if HAVE_LZ4
libtlswhy_a_SOURCES += src/capture/decompress_lz4.c
endif
if HAVE_LZMA
libtlswhy_a_SOURCES += src/capture/decompress_lzma.c
endif
