# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/tls/certificate_messages.c src/tls/certificate_messages.h \
	src/tls/certificate_status.c src/tls/certificate_status.h \
	src/tls/cipher_traits.c \
	src/tls/compressed_certificate.c src/tls/compressed_certificate.h src/tls/decompress_certificate.h \
	src/tls/dtls_message.c src/tls/dtls_message.h \
	src/tls/dtls_record.c src/tls/dtls_record.h \
	src/tls/extensions.c src/tls/extensions.h \
	src/tls/fingerprint.c src/tls/fingerprint.h \
	src/tls/hello.c src/tls/hello.h \
	src/tls/key_messages.c src/tls/key_messages.h \
	src/tls/message_stream.c src/tls/message_stream.h \
	src/tls/names.c src/tls/names.h \
	src/tls/protocol.h \
	src/tls/record.c src/tls/record.h \
	src/tls/record_guess.c src/tls/record_header.h \
	src/tls/ssl2.c src/tls/ssl2.h \
	src/tls/vector.c src/tls/vector.h
if HAVE_ZLIB
libtlswhy_a_SOURCES += src/tls/decompress_certificate_zlib.c
endif
if HAVE_BROTLI
libtlswhy_a_SOURCES += src/tls/decompress_certificate_brotli.c
endif
if HAVE_ZSTD
libtlswhy_a_SOURCES += src/tls/decompress_certificate_zstd.c
endif
