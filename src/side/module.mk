# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/side/dns.c src/side/dns.h \
	src/side/fetches.c src/side/fetches.h \
	src/side/http.c src/side/http.h \
	src/side/lookups.c src/side/lookups.h \
	src/side/side.c src/side/side.h \
	src/side/url.c src/side/url.h
