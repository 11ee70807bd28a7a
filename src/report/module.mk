# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/alert_meaning.c src/alert_meaning.h \
	src/alert_texts.h \
	src/describe.c src/describe.h \
	src/explain.c src/explain.h \
	src/explain_search.c src/explain_search.h \
	src/options.c src/options.h \
	src/run.c src/run.h \
	src/progress.c src/progress.h \
	src/signals.c src/signals.h \
	src/terminal.c src/terminal.h \
	src/report/arrow.c src/report/arrow.h \
	src/absent.c src/absent.h src/tell.c src/tell.h src/tell_expected.c src/tell_expected.h \
	src/report/certificate_files.c src/report/certificate_files.h \
	src/report/certs.c \
	src/report/inventory.c src/report/inventory.h \
	src/report/code_texts.c src/report/code_texts.h \
	src/report/fields.c \
	src/report/json.c \
	src/report/page.c src/report/page.h \
	src/report/reason.c src/report/reason.h \
	src/report/report.c src/report/report.h \
	src/report/matrix.c \
	src/report/talks.c src/report/talks.h \
	src/report/text.c \
	src/report/text_beliefs.c \
	src/report/text_block.c \
	src/report/text_candidacy.c \
	src/report/text_chains.c \
	src/report/text_causes.c \
	src/report/text_ladder.c src/report/text_ladder.h \
	src/report/text_line.c \
	src/report/text_parts.c src/report/text_parts.h \
	src/report/text_rungs.c src/report/text_rungs.h \
	src/report/text_summary.c \
	src/report/totals.c src/report/totals.h \
	src/report/words.c src/report/words.h
