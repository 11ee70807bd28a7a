# SPDX-License-Identifier: GPL-3.0-or-later
#
# Turns alert-texts.tsv into C, as src/alert_texts.h declares it. Input: alerts.tsv first, which gives the names.

BEGIN {
    FS = "\t"
    print "/* Generated from registry/ by alert-texts.awk. */"
    print "#include \"alert_texts.h\"\n"
    print "const struct alert_text alert_texts[] = {"
}

/^#/ || /^$/ { next }

FILENAME ~ /alerts\.tsv$/ {
    codes[++alerts] = $1
    names[$1] = $2
    next
}

NF != 3 || ($1 != "*" && !($1 in names)) || $2 !~ /^[a-z0-9]+$/ { complain() }

$1 != "*" { add($1, $2, $3) }

$1 == "*" {
    for (i = 1; i <= alerts; i++)
        if (codes[i] != "0x00")
            add(codes[i], $2, $3)
}

END {
    if (failed)
        exit 1
    print "};"
    print "const size_t alert_texts_count = sizeof alert_texts / sizeof alert_texts[0];"
}

function add(code, software, text, words)
{
    words = names[code]
    gsub(/_/, " ", words)
    gsub(/\{name\}/, names[code], text)
    gsub(/\{words\}/, words, text)
    gsub(/\{Name\}/, camel_case(words), text)
    gsub(/\{code\}/, number(code), text)
    gsub(/[\\"?]/, "\\\\&", text)
    print "    {" code ", \"" software "\", \"" text "\"},"
}

function camel_case(words, parts, count, i, joined)
{
    count = split(words, parts, " ")
    for (i = 1; i <= count; i++)
        joined = joined toupper(substr(parts[i], 1, 1)) substr(parts[i], 2)
    return joined
}

function number(code)
{
    return 16 * (index("0123456789ABCDEF", substr(code, 3, 1)) - 1) + index("0123456789ABCDEF", substr(code, 4, 1)) - 1
}

function complain()
{
    print FILENAME ":" FNR ": not a code, a software and a text: " $0 | "cat 1>&2"
    failed = 1
    exit 1
}
