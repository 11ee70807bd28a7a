# SPDX-License-Identifier: GPL-3.0-or-later
#
# Turns the names of the cipher suites into what they say, as src/tls/names_tables.h declares it: a row for each
# row of the registry. A suite's registered name says what it is made of: words with underscores between them, and
# in most names "WITH" between the key exchange and the cipher.

BEGIN {
    FS = "\t"
    says["DHE"] = "dhe"
    says["ECDHE"] = "ecdhe"
    says["PSK"] = "psk"
    says["anon"] = "anonymous"
    says["NULL"] = "null_cipher"
    says["RC4"] = "rc4"
    says["3DES"] = "triple_des"
    says["CBC"] = "cbc"
    says["GCM"] = says["CCM"] = says["POLY1305"] = says["MGM"] = "aead"
    says["SHA384"] = "sha384"
    says["ECDSA"] = "ecdsa_authentication"
    # EXPORT1024 and DES40 begin like the words they are kin to.
    begins["EXPORT"] = "export_grade"
    begins["GOST"] = "gost"
    begins["DES"] = "des"
    begins["AEGIS"] = "aead"
    print "/* Generated from registry/ by traits.awk. */"
    print "#include \"tls/names_tables.h\""
    print "\nconst struct cipher_traits cipher_traits_rows[] = {"
}

/^#/ || /^$/ { next }

{
    split("", traits)
    if ($2 !~ /_SCSV$/)
        read_name($2)
    line = "   "
    for (trait in traits)
        line = line " ." trait " = true,"
    print "    {" (line == "   " ? ".known = false," : substr(line, 5)) "},"
}

END { print "};" }

function read_name(name, words, count, i)
{
    traits["known"]
    # The suites of TLS 1.3 name a cipher and a hash alone (RFC 8446 appendix B.4).
    if (name ~ /^TLS_/ && name !~ /_WITH_/)
        traits["tls13"]
    sub(/^(TLS|SSL)_/, "", name)
    count = split(name, words, "_")
    if (words[1] == "RSA" && words[2] ~ /^(WITH$|EXPORT|FIPS$|SM)/)
        traits["rsa_key_exchange"] # it stands alone, or with nothing but a limit of strength behind it
    if (("tls13" in traits) && words[1] ~ /^SHA/)
        traits["null_cipher"] # RFC 9150: integrity only
    for (i = 1; i <= count; i++)
        read_word(words[i], i > 1 ? words[i - 1] : "")
}

function read_word(word, before, start)
{
    if (word in says)
        traits[says[word]]
    for (start in begins)
        if (index(word, start) == 1)
            traits[begins[start]]
    if (word == "anon" && (before == "DH" || before == "ECDH"))
        traits[before == "DH" ? "dhe" : "ecdhe"]
    # Behind a static (EC)DH it says who signed the certificate; ECDSA counts, as the key is of the same kind.
    if (word == "RSA" && before != "DH" && before != "ECDH")
        traits["rsa_authentication"]
    if (word == "8" && before == "CCM")
        traits["ccm8"]
}
