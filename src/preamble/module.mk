# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/preamble/binary.c \
	src/preamble/databases.c \
	src/preamble/preamble.c src/preamble/preamble.h \
	src/preamble/protocol.h \
	src/preamble/proxies.c \
	src/preamble/tds.c \
	src/preamble/text.c \
	src/preamble/text_line.c src/preamble/text_line.h \
	src/preamble/text_tagged.c
