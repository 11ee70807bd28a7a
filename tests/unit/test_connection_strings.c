/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a configuration of .NET names as its certificates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificate/connection_strings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes each as "LINE SIDE TYPE VALUE|". */
static void write_one(void *user, const struct configured_certificate *configured)
{
    struct buffer *out = user;
    assert_int_equal(strlen(configured->value), configured->length);
    buffer_add_format(out, "%u %s%s %s %s|", configured->line, configured->of_server ? "server" : "client",
                      configured->by_thumbprint ? "" : "!",
                      configured->find_type ? configured->find_type : "-", configured->value);
}

static void gives_bytes(const void *bytes, size_t length, const char *expected)
{
    struct buffer out = {0};
    buffer_add_string(&out, "");
    connection_strings_search(bytes, length, write_one, &out);
    assert_string_equal(out.bytes, expected);
    buffer_free(&out);
}

static void gives(const char *text, const char *expected)
{
    gives_bytes(text, strlen(text), expected);
}

static void test_connection_string(void **state)
{
    (void)state;
    gives("StoreName=My;StoreLocation=LocalMachine;FindType=FindByThumbprint;FindValue=A1B2",
          "1 client FindByThumbprint A1B2|");
    gives("\n\nfindvalue = a1 b2 ; FINDTYPE=findbythumbprint\nFindValue=C3",
          "3 client findbythumbprint a1 b2|"
          "4 client - C3|");
    gives("FindType=FindBySubjectName;FindValue=xconnect", "1 client! FindBySubjectName xconnect|");
    gives("the FindValue of the store, or FindValue=", "");
}

static void test_xml(void **state)
{
    (void)state;
    gives("<connectionStrings>\r\n<!-- <add connectionString=\"FindType=FindByThumbprint;FindValue=OLD\" "
          "/>\n -->\n"
          "<add name=\"collection.certificate\"\n"
          "  connectionString=\"StoreName=My;FindType=FindByThumbprint;FindValue=&#x200e;A1&#32;b2\" />\n"
          "<add connectionString='FindType=FindBySerialNumber;FindValue=01'/><add "
          "connectionString=\"FindValue=&quot;C3&quot;;X=1\"/>",
          "5 client FindByThumbprint \u200eA1 b2|6 client! FindBySerialNumber 01|6 client - C3|");
}

static void test_elements(void **state)
{
    (void)state;
    gives("<clientCertificate findValue=\"A1\" x509FindType=\"FindByThumbprint\" storeName='My'/>"
          "<serviceCertificate><defaultCertificate x509FindType = 'FindByThumbprint' findValue = 'B2'/>"
          "<serviceCertificate findValue=\"C3\"/>\n"
          "<add key=\"validateCertificateThumbprint\" value=\"D4\" />",
          "1 client FindByThumbprint A1|1 server FindByThumbprint B2|1 server - C3|2 client - D4|");
}

static void test_utf16(void **state)
{
    (void)state;
    const char text[] = "\xff\xfe"
                        "F\0i\0n\0d\0V\0a\0l\0u\0e\0=\0\x0e\x20"
                        "A\0"
                        "1\0;\0";
    gives_bytes(text, sizeof text - 1, "1 client - \u200eA1|");
    const char big[] = "\0F\0i\0n\0d\0V\0a\0l\0u\0e\0=\0A\0"
                       "1\xd8";
    gives_bytes(big, sizeof big - 1, "1 client - A1|");
    const char zero[] = "FindValue=A\0001;";
    gives_bytes(zero, sizeof zero - 1, "1 client - A\uFFFD1|");
    gives("\uFEFF"
          "FindValue=A1",
          "1 client - A1|");
}

/* A code page of old: what is no UTF-8 stands for its number. */
static void test_other_bytes(void **state)
{
    (void)state;
    gives("FindValue=\xa0"
          "A1;",
          "1 client - \u00a0A1|");
    gives("FindValue=&#0;&#xD800;&#x110000;&#;&bogus;1", "1 client - &#0|");
    gives("FindValue=&#xD800;1", "1 client - \ufffd1|");
}

static void test_hostile(void **state)
{
    (void)state;
    struct buffer text = {0}, out = {0};
    for (int i = 0; i < 100000; i++)
        buffer_add_string(&text, "FindValue=;<!-");
    gives_bytes(text.bytes, text.length, "");
    buffer_clear(&text);
    buffer_add_string(&text, "<");
    for (int i = 0; i < 20000; i++)
        buffer_add_string(&text, "FindTypeFindValue=&#x0000000041;FindValue       FindValue=A");
    connection_strings_search(text.bytes, text.length, write_one, &out);
    assert_non_null(strstr(out.bytes, "1 client - A"));
    buffer_free(&text);
    buffer_free(&out);
}

static void test_files(void **state)
{
    (void)state;
    struct buffer out = {0}, error = {0};
    char path[] = "/tmp/test_connection_strings.XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "w");
    fputs("FindValue=A1\n", file);
    fflush(file);
    assert_true(connection_strings_read(path, write_one, &out, &error));
    assert_string_equal(out.bytes, "1 client - A1|");
    for (int i = 0; i < 5 << 20; i++)
        fputc(' ', file);
    fclose(file);
    assert_false(connection_strings_read(path, write_one, &out, &error));
    assert_non_null(strstr(error.bytes, "is larger than"));
    remove(path);
    buffer_clear(&error);
    assert_false(connection_strings_read(path, write_one, &out, &error));
    assert_non_null(strstr(error.bytes, "No such file"));
    buffer_free(&out);
    buffer_free(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connection_string),
        cmocka_unit_test(test_xml),
        cmocka_unit_test(test_elements),
        cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_other_bytes),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
