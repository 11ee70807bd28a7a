# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/handshake/alerts.c src/handshake/alerts.h \
	src/handshake/checks.c src/handshake/checks.h src/handshake/checks_drawing.h \
	src/handshake/checks_alike.c src/handshake/checks_judge.c src/handshake/checks_named.c \
	src/handshake/get_checks.c src/handshake/server_lookup.c \
	src/handshake/window.c src/handshake/window.h \
	src/handshake/candidacy.c src/handshake/candidacy.h src/handshake/get_candidacy.c \
	src/handshake/chains.c src/handshake/chains.h src/handshake/told.h \
	src/handshake/awaited.c src/handshake/awaited.h \
	src/handshake/belief.c src/handshake/belief.h \
	src/handshake/community_id.c src/handshake/community_id.h \
	src/handshake/conclude.c src/handshake/conclude.h \
	src/handshake/conclude_datagrams.c src/handshake/conclude_datagrams.h \
	src/handshake/datagram_reading.c src/handshake/datagram_reading.h \
	src/handshake/dtls_reading.c src/handshake/dtls_reading.h \
	src/handshake/exchange.c src/handshake/exchange.h \
	src/handshake/fields.c src/handshake/fields.h src/handshake/fields.def \
	src/handshake/first_bytes.c src/handshake/first_bytes.h \
	src/handshake/follow.c src/handshake/follow.h \
	src/handshake/get_belief.c src/handshake/get_expected.c src/handshake/get_names.c \
	src/handshake/get_offer.c src/handshake/get_certificate.c src/handshake/get_event.c src/handshake/get_messages.c src/handshake/get_preamble.c src/handshake/get_revocation.c src/handshake/get_tcp.c src/handshake/get_tls.c \
	src/handshake/get_chain.c src/handshake/get_twin.c \
	src/handshake/get_probe.c src/handshake/get_shape.c src/handshake/get_siblings.c src/handshake/get_stack.c src/handshake/get_staple.c src/handshake/get_udp.c \
	src/handshake/getters.h src/handshake/handshake.h \
	src/handshake/inference.c src/handshake/inference.h \
	src/handshake/late.c src/handshake/late.h \
	src/handshake/legs.c src/handshake/legs.h \
	src/handshake/messages.c src/handshake/messages.h \
	src/handshake/queue.c src/handshake/queue.h \
	src/handshake/quic_reading.c src/handshake/quic_reading.h \
	src/handshake/reading.c src/handshake/reading.h \
	src/handshake/refusal.c src/handshake/refusal.h \
	src/handshake/revoked.c src/handshake/revoked.h \
	src/handshake/shown.c src/handshake/shown.h \
	src/handshake/signatures.c src/handshake/signatures.h src/handshake/get_keys.c \
	src/handshake/get_certificate_message.c \
	src/handshake/siblings.c src/handshake/siblings.h \
	src/handshake/siblings_ask.c src/handshake/sibling_groups.h \
	src/handshake/stapled.c src/handshake/stapled.h \
	src/handshake/tracker.c src/handshake/tracker.h \
	src/handshake/transcript.c src/handshake/transcript.h \
	src/handshake/value.c src/handshake/value.h
