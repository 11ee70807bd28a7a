# SPDX-License-Identifier: GPL-3.0-or-later
#
# Turns the registries into C, as src/tls/names_tables.h declares it: one sorted array a file, and for each
# code the number of its row, by the code's high byte and then by its low one.
# Input lines are "0xHHHH<TAB>name" in ascending order; "#" begins a comment line.

BEGIN {
    FS = "\t"
    print "/* Generated from registry/ by names.awk. */"
    print "#include \"tls/names_tables.h\""
}

FNR == 1 {
    table_end()
    table = FILENAME
    sub(/^.*\//, "", table)
    sub(/\.tsv$/, "", table)
    gsub(/-/, "_", table)
    last = ""
    rows = pages = 0
    page_of = at = high = ""
    print "\nstatic const struct name_row " table "_rows[] = {"
}

/^#/ || /^$/ { next }

NF != 2 || $1 !~ /^0x[0-9A-F][0-9A-F]([0-9A-F][0-9A-F])?$/ || $2 !~ /^[A-Za-z0-9_.-]+$/ {
    complain("not a code and a name")
}

last != "" && (length($1) != length(last) || $1 <= last) { complain("not in ascending order") }

{
    last = $1
    print "    {" $1 ", \"" $2 "\"},"
    code = length($1) == 4 ? "0x00" substr($1, 3) : $1
    if (substr(code, 1, 4) != high) {
        high = substr(code, 1, 4)
        at = at (pages++ ? "},\n" : "") "    [" pages "] = {"
        page_of = page_of "[" high "] = " pages ", "
    }
    at = at "[0x" substr(code, 5) "] = " ++rows ", "
}

END {
    if (failed)
        exit 1
    table_end()
}

function table_end()
{
    if (table == "")
        return
    print "};"
    print "static const uint8_t " table "_pages[256] = {" page_of "};"
    print "static const uint16_t " table "_at[][256] = {\n" at "},\n};"
    print "const struct name_index names_" table " = {" table "_rows, " rows ", " table "_pages, " table "_at};"
}

function complain(what)
{
    print FILENAME ":" FNR ": " what ": " $0 | "cat 1>&2"
    failed = 1
    exit 1
}
