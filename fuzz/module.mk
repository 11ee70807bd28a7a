# SPDX-License-Identifier: GPL-3.0-or-later
# One line a target: fuzz/fuzz_NAME is built from fuzz/fuzz_NAME.c; its seeds are the files of fuzz/seeds/NAME.
fuzz_targets +=
fuzz_targets += fuzz/fuzz_pipeline
fuzz_targets += fuzz/fuzz_capture
fuzz_targets += fuzz/fuzz_decode
fuzz_targets += fuzz/fuzz_reassembly
