# SPDX-License-Identifier: GPL-3.0-or-later
# Manual pages are added to dist_man_MANS, what else belongs into the distribution to EXTRA_DIST.
dist_man_MANS += doc/tlswhy.1
dist_man_MANS += doc/tlswhy-rules.5
