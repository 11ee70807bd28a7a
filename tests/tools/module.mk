# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/tools/edit
tests_tools_edit_SOURCES = tests/tools/edit.c tests/tools/edits.h tests/tools/edit_order.c tests/tools/edit_segments.c \
	tests/tools/edit_links.c tests/tools/edit_mix.c tests/tools/packets.c tests/tools/packets.h
tests_tools_edit_LDADD = libtlswhy.a $(libraries)
