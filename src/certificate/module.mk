# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/certificate/candidate.c src/certificate/candidate.h \
	src/certificate/algorithm.c src/certificate/algorithm.h \
	src/certificate/certificate.c src/certificate/certificate.h \
	src/certificate/certificates.c src/certificate/certificates.h \
	src/certificate/connection_strings.c src/certificate/connection_strings.h \
	src/certificate/crl.c src/certificate/crl.h \
	src/certificate/expected.c src/certificate/expected.h \
	src/certificate/extensions.c src/certificate/extensions.h \
	src/certificate/idn.c src/certificate/idn.h \
	src/certificate/name.c src/certificate/name.h \
	src/certificate/ocsp.c src/certificate/ocsp.h \
	src/certificate/public_key.c src/certificate/public_key.h \
	src/certificate/path.c src/certificate/path.h \
	src/certificate/reference.c src/certificate/reference.h \
	src/certificate/revocation.c src/certificate/revocation.h src/certificate/revocation_ask.c src/certificate/revocation_store.h \
	src/certificate/sct.c src/certificate/sct.h \
	src/certificate/staple.c src/certificate/staple.h \
	src/certificate/status.c src/certificate/status.h \
	src/certificate/signature.c src/certificate/signature.h \
	src/certificate/thumbprint.c src/certificate/thumbprint.h \
	src/certificate/trust.c src/certificate/trust.h
