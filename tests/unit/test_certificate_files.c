/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that certificates go to: names that cannot leave the folder, and nothing that is overwritten. */
#include "report/certificate_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct octets text(const char *bytes)
{
    return (struct octets){.bytes = bytes, .length = (uint32_t)strlen(bytes)};
}

static void check_name(const char *role, const char *dns, const char *common, const char *expected)
{
    struct alternative_name name = {.kind = ALTERNATIVE_DNS, .text = text(dns ? dns : "")};
    struct certificate certificate = {.readable = true,
                                      .sha1 = {0x1a, 0x2b, 0x3c, 0x4d, 0x5e},
                                      .alternative_names = &name,
                                      .alternative_name_count = dns ? 1 : 0,
                                      .common_name = common ? text(common) : (struct octets){0}};
    struct buffer out = {0};
    certificate_files_name(&out, role, &certificate);
    assert_string_equal(out.bytes, expected);
    buffer_free(&out);
}

static void names_stay_in_the_folder(void **state)
{
    (void)state;
    check_name("server", "www.example.test", "other", "server-www.example.test-1A2B3C4D");
    check_name("client", "www.example.test", "Jane Doe", "client-Jane_Doe-1A2B3C4D");
    check_name("server", "../../etc/passwd", NULL, "server-._._etc_passwd-1A2B3C4D");
    check_name("server", "a\nb$(reboot)\\c\033[0m", NULL, "server-a_b_reboot_c_0m-1A2B3C4D");
    check_name("ca", NULL, "\xe6\x97\xa5", "ca-_-1A2B3C4D");
    check_name("ca", NULL, NULL, "ca-nameless-1A2B3C4D");
    check_name("ca", NULL, "0123456789012345678901234567890123456789012345678901234567890123456789",
               "ca-0123456789012345678901234567890123456789012345678901234567890123-1A2B3C4D");
}

struct bench {
    char folder[32];
    struct certificate certificate;
    const struct certificate *chain[1];
    struct certificate_entry entry;
    struct certificate_message message;
    struct handshake handshake;
};

static struct bench bench(const char *der)
{
    struct bench bench = {.folder = "certificates-XXXXXX"};
    assert_non_null(mkdtemp(bench.folder));
    bench.certificate = (struct certificate){.readable = true, .sha1 = {1, 2, 3, 4}};
    bench.entry = (struct certificate_entry){.whole = true, .sha256 = {9}, .der = text(der)};
    return bench;
}

static bool export(struct bench *bench)
{
    struct buffer error = {0};
    struct certificate_files *files = certificate_files_open(bench->folder, &error);
    assert_non_null(files);
    bench->chain[0] = &bench->certificate;
    bench->message = (struct certificate_message){.entries = &bench->entry, .count = 1};
    bench->handshake.certificate[SIDE_SERVER] = &bench->message;
    bench->handshake.chain[SIDE_SERVER] = (struct certificate_chain){.items = bench->chain, .count = 1};
    certificate_files_add(files, &bench->handshake);
    certificate_files_add(files, &bench->handshake);
    bool fine = certificate_files_finish(files, NULL);
    certificate_files_free(files);
    buffer_free(&error);
    return fine;
}

static void check_file(const struct bench *bench, const char *name, const char *expected)
{
    char path[256], content[256] = "";
    snprintf(path, sizeof path, "%s/%s", bench->folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(content, expected);
    unlink(path);
}

static void writes_each_once(void **state)
{
    (void)state;
    struct bench one = bench("foobar");
    assert_true(export(&one));
    assert_true(export(&one)); /* the file of the first run is as good */
    check_file(&one, "server-nameless-01020304.pem",
               "-----BEGIN CERTIFICATE-----\nZm9vYmFy\n-----END CERTIFICATE-----\n");
    assert_int_equal(rmdir(one.folder), 0);
}

static void writes_what_is_unreadable_as_it_is(void **state)
{
    (void)state;
    struct bench one = bench("foobar");
    one.certificate.readable = false;
    assert_true(export(&one));
    check_file(&one, "server-unreadable-01020304.der", "foobar");
    assert_int_equal(rmdir(one.folder), 0);
}

/* A link of that name, and what it leads to, stay as they are. */
static void follows_no_link(void **state)
{
    (void)state;
    char link_name[256], target[256], other_name[128];
    struct bench one = bench("foobar");
    snprintf(link_name, sizeof link_name, "%s/server-nameless-01020304.pem", one.folder);
    snprintf(target, sizeof target, "%s/target", one.folder);
    assert_int_equal(symlink("target", link_name), 0);
    assert_true(export(&one));
    assert_int_not_equal(access(target, F_OK), 0);
    assert_int_equal(unlink(link_name), 0);
    snprintf(other_name, sizeof other_name, "server-nameless-01020304-09%062d.pem", 0);
    check_file(&one, other_name, "-----BEGIN CERTIFICATE-----\nZm9vYmFy\n-----END CERTIFICATE-----\n");
    assert_int_equal(rmdir(one.folder), 0);
}

static void tells_what_cannot_be_opened(void **state)
{
    (void)state;
    struct buffer error = {0};
    assert_null(certificate_files_open("/dev/null/folder", &error));
    assert_non_null(strstr(error.bytes, "/dev/null/folder"));
    buffer_free(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_stay_in_the_folder),           cmocka_unit_test(writes_each_once),
        cmocka_unit_test(writes_what_is_unreadable_as_it_is), cmocka_unit_test(follows_no_link),
        cmocka_unit_test(tells_what_cannot_be_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
