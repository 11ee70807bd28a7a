# SPDX-License-Identifier: GPL-3.0-or-later
libtlswhy_a_SOURCES += \
	src/rules/expression.h src/rules/expression_tree.h src/rules/expression_parser.h \
	src/rules/expression_evaluate.c \
	src/rules/expression_gate.c src/rules/expression_gate.h \
	src/rules/expression_lexer.c \
	src/rules/expression_parse.c \
	src/rules/expression_parser.c \
	src/rules/expression_regex.c \
	src/rules/expression_relation.c \
	src/rules/finding.c src/rules/finding.h \
	src/rules/judge.c \
	src/rules/questions.c \
	src/rules/recognise.c src/rules/recognise.h \
	src/rules/relations.c \
	src/rules/rule.h src/rules/rule_text.h \
	src/rules/rule_reader.c \
	src/rules/rule_statements.c src/rules/rule_statements.h \
	src/rules/rules.c src/rules/rules.h \
	src/rules/stacks_table.c \
	src/rules/summary.c src/rules/summary.h \
	src/rules/teach.c \
	src/rules/template.c src/rules/template.h
