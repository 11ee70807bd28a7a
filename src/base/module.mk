# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/base/arena.c src/base/arena.h \
	src/base/base64.c src/base/base64.h \
	src/base/buffer.c src/base/buffer.h \
	src/base/clock.c src/base/clock.h \
	src/base/cursor.h \
	src/base/digest_index.c src/base/digest_index.h \
	src/base/digits.h \
	src/base/escape.c src/base/escape.h \
	src/base/hash.c src/base/hash.h \
	src/base/memo.c src/base/memo.h \
	src/base/memory.c src/base/memory.h \
	src/base/nearest.c src/base/nearest.h \
	src/base/notice.c src/base/notice.h \
	src/base/pieces.c src/base/pieces.h \
	src/base/utf8.h
