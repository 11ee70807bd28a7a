# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/quic/frames.c src/quic/frames.h \
	src/quic/packet.c src/quic/packet.h \
	src/quic/protection.c src/quic/protection.h \
	src/quic/version.c src/quic/version.h
