# SPDX-License-Identifier: GPL-3.0-or-later
# One line a target: fuzz/fuzz_NAME is built from fuzz/fuzz_NAME.c; its seeds are the files of fuzz/seeds/NAME.
fuzz_targets +=
fuzz_targets += fuzz/fuzz_pipeline
fuzz_targets += fuzz/fuzz_capture
fuzz_targets += fuzz/fuzz_decode
fuzz_targets += fuzz/fuzz_reassembly
fuzz_targets += fuzz/fuzz_records
fuzz_targets += fuzz/fuzz_messages
fuzz_targets += fuzz/fuzz_expression
fuzz_fuzz_expression_SOURCES = fuzz/fuzz_expression.c fuzz/sample_handshake.h
fuzz_targets += fuzz/fuzz_expected
fuzz_targets += fuzz/fuzz_rules
fuzz_fuzz_rules_SOURCES = fuzz/fuzz_rules.c fuzz/sample_handshake.h
fuzz_targets += fuzz/fuzz_connection
fuzz_targets += fuzz/fuzz_dtls
fuzz_fuzz_dtls_SOURCES = fuzz/fuzz_dtls.c fuzz/datagram_script.h
fuzz_targets += fuzz/fuzz_quic
fuzz_fuzz_quic_SOURCES = fuzz/fuzz_quic.c fuzz/datagram_script.h
fuzz_targets += fuzz/fuzz_preambles
fuzz_fuzz_preambles_SOURCES = fuzz/fuzz_preambles.c fuzz/datagram_script.h
fuzz_targets += fuzz/fuzz_fragments
fuzz_targets += fuzz/fuzz_side
fuzz_fuzz_side_SOURCES = fuzz/fuzz_side.c fuzz/datagram_script.h
fuzz_targets += fuzz/fuzz_certificates
fuzz_targets += fuzz/fuzz_revocation
