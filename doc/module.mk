# SPDX-License-Identifier: GPL-3.0-or-later
# Manual pages are added to dist_man_MANS, what else belongs into the distribution to EXTRA_DIST.
dist_man_MANS += doc/tlswhy.1
dist_man_MANS += doc/tlswhy-rules.5
EXTRA_DIST += doc/how-to-write-a-rule.md

# The page of the fields is made from their table.
nodist_man_MANS = tlswhy-fields.5
CLEANFILES += tlswhy-fields.5
tlswhy-fields.5: src/handshake/fields.def tools/fields-manual
	$(AM_V_GEN)$(SHELL) $(srcdir)/tools/fields-manual $(srcdir)/src/handshake/fields.def >$@.new && mv $@.new $@
