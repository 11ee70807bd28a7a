# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/rules/expression.h src/rules/expression_tree.h src/rules/expression_parser.h \
	src/rules/expression_evaluate.c \
	src/rules/expression_lexer.c \
	src/rules/expression_parse.c \
	src/rules/expression_parser.c \
	src/rules/expression_regex.c \
	src/rules/expression_relation.c
