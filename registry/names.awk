# SPDX-License-Identifier: GPL-3.0-or-later
#
# Turns the registries into C: one sorted array a file, as src/tls/names_tables.h declares them.
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
    print "\nconst struct name_row names_" table "[] = {"
}

/^#/ || /^$/ { next }

NF != 2 || $1 !~ /^0x[0-9A-F][0-9A-F]([0-9A-F][0-9A-F])?$/ || $2 !~ /^[A-Za-z0-9_.-]+$/ {
    complain("not a code and a name")
}

last != "" && (length($1) != length(last) || $1 <= last) { complain("not in ascending order") }

{
    last = $1
    print "    {" $1 ", \"" $2 "\"},"
}

END {
    if (failed)
        exit 1
    table_end()
}

function table_end()
{
    if (table != "")
        print "};\nconst size_t names_" table "_count = sizeof names_" table " / sizeof names_" table "[0];"
}

function complain(what)
{
    print FILENAME ":" FNR ": " what ": " $0 | "cat 1>&2"
    failed = 1
    exit 1
}
