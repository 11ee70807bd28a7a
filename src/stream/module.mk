# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/stream/arrivals.c src/stream/arrivals.h \
	src/stream/connection.c src/stream/connection.h \
	src/stream/connection_index.c src/stream/connection_index.h \
	src/stream/datagrams.c src/stream/datagrams.h \
	src/stream/delivery.c src/stream/delivery.h \
	src/stream/duplicates.c src/stream/duplicates.h \
	src/stream/early.c src/stream/early.h \
	src/stream/elapsed.h \
	src/stream/libnids.c src/stream/libnids.h \
	src/stream/ranges.c src/stream/ranges.h \
	src/stream/reassembly.c src/stream/reassembly.h \
	src/stream/sequence.h \
	src/stream/tcp_facts.c src/stream/tcp_facts.h \
	src/stream/tombstones.c src/stream/tombstones.h \
	src/stream/tracked.h
