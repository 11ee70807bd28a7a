/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "capture/file_list.h"
#include "capture/timeline.h"
#include "capture_bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST_FILES = 200, LONGEST_STORY = 4096, MINUTE = 60 };

/* A folder of captures; and what a timeline made of them: "a1 a2 | b1" for two packets of a and, as a capture
 * of its own, one of b; "a1 ~ b1" where b goes on after a time that nobody watched. */
static char folder[] = "/tmp/test_timeline.XXXXXX";
static char paths[MOST_FILES][64];
static const char *path_list[MOST_FILES];
static size_t path_count;
static struct heard heard;
static char story[LONGEST_STORY];
static struct timeline_totals totals;

static int start(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/test_timeline.XXXXXX");
    assert_non_null(mkdtemp(folder));
    path_count = 0;
    heard = (struct heard){0};
    return 0;
}

static int stop(void **state)
{
    (void)state;
    for (size_t i = 0; i < path_count; i++)
        unlink(paths[i]);
    return rmdir(folder);
}

static void put_little(struct buffer *out, uint32_t value)
{
    put_number(out, value, 4, true);
}

static void put_header(struct buffer *out)
{
    put_little(out, 0xa1b2c3d4);
    put_little(out, 0x00040002);
    put_zeroes(out, 8);
    put_little(out, 65535);
    put_little(out, 1);
}

/* A packet at so many milliseconds, whose one byte is `content`. */
static void put_packet(struct buffer *out, unsigned when, char content)
{
    put_little(out, 1700000000 + when / 1000);
    put_little(out, when % 1000 * 1000);
    put_little(out, 1);
    put_little(out, 1);
    buffer_add_char(out, content);
}

static void write_file(const char *name, const struct buffer *bytes)
{
    snprintf(paths[path_count], sizeof paths[0], "%s/%s", folder, name);
    FILE *file = fopen(paths[path_count], "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes->bytes, 1, bytes->length, file), bytes->length);
    fclose(file);
    path_list[path_count] = paths[path_count];
    path_count++;
}

/* Packets at these times, up to a negative one. Each has other bytes, unless the times are the same. */
static void capture(const char *name, const int *times)
{
    struct buffer bytes = {0};
    put_header(&bytes);
    for (; *times >= 0; times++)
        put_packet(&bytes, (unsigned)*times, (char)*times);
    write_file(name, &bytes);
    buffer_free(&bytes);
}

#define CAPTURE(name, ...) capture(name, (const int[]){__VA_ARGS__, -1})

static void add_to_story(const char *word)
{
    size_t length = strlen(story);
    snprintf(story + length, sizeof story - length, "%s%s", length > 0 ? " " : "", word);
}

/* The number in the run must go up, and lead back to the file and the number in it. */
static void tell_packet(const struct timeline *timeline, const struct packet *packet, uint64_t *last)
{
    char word[64];
    assert_true(packet->number > *last);
    *last = packet->number;
    struct place place = places_find(timeline_places(timeline), packet->number);
    assert_ptr_equal(place.origin, packet->origin);
    snprintf(word, sizeof word, "%s%u", strrchr(place.origin, '/') + 1, (unsigned)place.number);
    add_to_story(word);
}

static void tell(const char *const *list, size_t count, const char *filter, bool sort)
{
    struct notice_sink sink = sink_of(&heard);
    const struct timeline_options options = {.paths = list, .count = count, .filter = filter, .sort = sort};
    struct timeline *timeline = timeline_over_files(&options, &sink);
    uint64_t last = 0;
    struct packet packet;
    story[0] = '\0';
    assert_non_null(timeline);
    for (;;) {
        switch (timeline_next(timeline, &packet)) {
        case TIMELINE_PACKET:
            tell_packet(timeline, &packet, &last);
            assert_true(timeline_latest(timeline) >= packet.time);
            continue;
        case TIMELINE_AFTER:
            add_to_story("~");
            continue;
        case TIMELINE_ANEW:
            add_to_story("|");
            continue;
        case TIMELINE_WAIT:
            continue;
        case TIMELINE_END:
            break;
        }
        break;
    }
    totals = timeline_totals(timeline);
    timeline_free(timeline);
}

static void expect(bool sort, const char *expected)
{
    tell(path_list, path_count, NULL, sort);
    assert_string_equal(story, expected);
}

/* ---- One after the other ------------------------------------------------------------------------------- */

static void goes_on_from_file_to_file(void **state)
{
    (void)state;
    CAPTURE("a", 0, 10);
    CAPTURE("b", 20, 30);
    CAPTURE("c", 30 + 5 * MINUTE * 1000);
    expect(false, "a1 a2 ~ b1 b2 ~ c1");
    assert_int_equal(totals.inputs, 3);
    assert_int_equal(totals.packets, 5);
    assert_int_equal(heard.times, 0);
}

static void begins_anew_after_a_long_pause(void **state)
{
    (void)state;
    CAPTURE("a", 0, 10);
    CAPTURE("b", 11 + 5 * MINUTE * 1000);
    expect(false, "a1 a2 | b1");
    assert_int_equal(heard.times, 0);
}

static void begins_anew_where_time_goes_back(void **state)
{
    (void)state;
    CAPTURE("a", 5000, 6000);
    CAPTURE("b", 0, 10);
    CAPTURE("c", 20);
    expect(false, "a1 a2 | b1 b2 ~ c1");
    assert_int_equal(heard.times, 0);
}

static void allows_for_a_little_disorder_between_files(void **state)
{
    (void)state;
    CAPTURE("a", 0, 50);
    CAPTURE("b", 41, 60);
    expect(false, "a1 a2 ~ b1 b2");
}

static void but_not_for_a_file_that_begins_before_the_other(void **state)
{
    (void)state;
    CAPTURE("b", 5, 6);
    CAPTURE("a", 0, 1);
    expect(false, "b1 b2 | a1 a2");
}

static void tells_of_sort_files_once_where_names_or_times_ask_for_it(void **state)
{
    (void)state;
    CAPTURE("a10", 5000, 6000);
    CAPTURE("a9", 1000, 1010);
    CAPTURE("a8", 0);
    expect(false, "a101 a102 | a91 a92 | a81");
    assert_int_equal(heard.times, 1);
    assert_int_equal(heard.level, NOTICE_INFORMATION);
    assert_non_null(strstr(heard.text, "--sort-files"));
}

static void skips_files_without_packets(void **state)
{
    (void)state;
    CAPTURE("a", 0, 10);
    capture("b", (const int[]){-1});
    CAPTURE("c", 20);
    expect(false, "a1 a2 ~ c1");
    assert_int_equal(totals.broken, 0);
}

static void goes_on_behind_what_cannot_be_read(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    CAPTURE("a", 0, 10);
    buffer_add_string(&bytes, "no capture");
    write_file("b", &bytes);
    buffer_clear(&bytes);
    put_header(&bytes);
    put_packet(&bytes, 20, 'x');
    bytes.length--;
    write_file("c", &bytes);
    buffer_free(&bytes);
    CAPTURE("d", 30);
    expect(false, "a1 a2 ~ d1");
    assert_int_equal(totals.inputs, 4);
    assert_int_equal(totals.unopened, 1);
    assert_int_equal(totals.broken, 1);
    expect(true, "a1 a2 ~ d1");
    assert_int_equal(totals.unopened, 1);
    assert_int_equal(totals.broken, 1);
}

/* ---- Sorted -------------------------------------------------------------------------------------------- */

static void sorts_files_by_their_first_packets(void **state)
{
    (void)state;
    CAPTURE("c", 40);
    CAPTURE("a", 0, 10);
    CAPTURE("b", 20, 30);
    expect(true, "a1 a2 ~ b1 b2 ~ c1");
    assert_int_equal(heard.times, 0);
}

static void merges_files_that_overlap(void **state)
{
    (void)state;
    CAPTURE("b", 5, 15, 25);
    CAPTURE("a", 0, 10, 20, 30, 40);
    CAPTURE("c", 12, 26);
    expect(true, "a1 b1 a2 c1 b2 a3 b3 c2 a4 a5");
    assert_int_equal(totals.packets, 10);
    assert_int_equal(totals.duplicates, 0);
}

/* The order within a file stays as it is, whatever its clock did. */
static void keeps_the_order_within_a_file(void **state)
{
    (void)state;
    CAPTURE("a", 20, 0, 40);
    CAPTURE("b", 25, 30);
    expect(true, "a1 a2 b1 b2 a3");
}

static void leaves_out_what_another_file_holds_too(void **state)
{
    (void)state;
    CAPTURE("a", 0, 10, 20, 30);
    CAPTURE("b", 20, 30, 40);
    expect(true, "a1 a2 a3 a4 b3");
    assert_int_equal(totals.packets, 7);
    assert_int_equal(totals.duplicates, 2);
}

static void keeps_repetitions_within_a_file(void **state)
{
    (void)state;
    CAPTURE("a", 0, 10, 10);
    CAPTURE("b", 5, 10);
    expect(true, "a1 b1 a2 a3");
    assert_int_equal(totals.duplicates, 1);
}

/* Of each file the first packets, then of each the second. */
static void merges_very_many(void **state)
{
    (void)state;
    struct buffer expected = {0};
    char name[16];
    for (int i = 0; i < MOST_FILES; i++) {
        snprintf(name, sizeof name, "f%03d", (i + 57) % MOST_FILES);
        capture(name, (const int[]){(i + 57) % MOST_FILES, 1000 + (i + 57) % MOST_FILES, -1});
    }
    for (int i = 0; i < 2 * MOST_FILES; i++)
        buffer_add_format(&expected, "%sf%03d%d", i > 0 ? " " : "", i % MOST_FILES, 1 + i / MOST_FILES);
    expect(true, expected.bytes);
    assert_false(totals.late);
    buffer_free(&expected);
}

/* As many as may be open; what comes late is read all the same. */
static void merges_only_so_many_at_once(void **state)
{
    (void)state;
    char name[16];
    struct rlimit before, few = {.rlim_cur = 64};
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few.rlim_max = before.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    for (int i = 0; i < 70; i++) {
        snprintf(name, sizeof name, "f%02d", i);
        capture(name, (const int[]){i, 1000 + i, -1});
    }
    tell(path_list, path_count, NULL, true);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(totals.packets, 140);
    assert_int_equal(totals.broken + totals.unopened, 0);
    assert_true(totals.late);
    assert_int_equal(heard.times, 1);
    assert_int_equal(heard.level, NOTICE_WARNING);
}

static void begins_anew_between_sorted_files_too(void **state)
{
    (void)state;
    CAPTURE("b", 10 * MINUTE * 1000);
    CAPTURE("a", 0);
    expect(true, "a1 | b1");
}

/* ---- Folders and filters ------------------------------------------------------------------------------- */

static void a_folder_stands_for_its_captures_by_name(void **state)
{
    (void)state;
    struct buffer text = {0};
    const char *list[] = {folder};
    CAPTURE("t10", 30);
    CAPTURE("t2", 20);
    CAPTURE("t", 0, 10);
    CAPTURE(".t1", 15);
    buffer_add_string(&text, "no capture");
    write_file("notes", &text);
    buffer_free(&text);
    tell(list, 1, NULL, false);
    assert_string_equal(story, "t1 t2 ~ t21 ~ t101");
    assert_int_equal(totals.inputs, 3);
    assert_int_equal(heard.times, 1);
    assert_int_equal(heard.level, NOTICE_INFORMATION);
    assert_non_null(strstr(heard.text, "left out 1 file that is no capture"));
}

static void a_folder_without_captures_is_named(void **state)
{
    (void)state;
    const char *list[] = {folder};
    tell(list, 1, NULL, false);
    assert_string_equal(story, "");
    assert_int_equal(totals.inputs, 1);
    assert_int_equal(totals.unopened, 1);
    assert_int_equal(heard.level, NOTICE_ERROR);
}

static void a_filter_that_makes_no_sense_is_told_at_once(void **state)
{
    (void)state;
    struct notice_sink sink = sink_of(&heard);
    const struct timeline_options options = {.filter = "such a filter"};
    assert_null(timeline_over_files(&options, &sink));
    assert_int_equal(heard.times, 1);
}

static void a_filter_holds_for_every_file(void **state)
{
    (void)state;
    CAPTURE("a", 0, 10);
    CAPTURE("b", 10, 20);
    tell(path_list, path_count, "ether[0] = 10", false);
    assert_string_equal(story, "a2 ~ b1");
    assert_int_equal(totals.packets, 4);
    tell(path_list, path_count, "ether[0] = 20", true);
    assert_string_equal(story, "b2");
}

/* ---- Names and numbers --------------------------------------------------------------------------------- */

static void compares_names_as_people_count(void **state)
{
    static const char *const names[] = {"",      "a",      "a01.x", "a1",  "a1.x", "a2",
                                        "a2.b9", "a2.b10", "a0010", "a10", "a11",  "b"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (size_t j = 0; j < sizeof names / sizeof names[0]; j++) {
            int order = file_list_compare_names(names[i], names[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
}

static void places_lead_back_to_files(void **state)
{
    static const char a[] = "a", b[] = "b";
    struct places *places = places_new();
    (void)state;
    assert_int_equal(places_find(places, 1).number, 0);
    assert_int_equal(places_add(places, a, 3), 3);
    assert_int_equal(places_add(places, a, 7), 7);
    assert_true(places_are_plain(places));
    assert_int_equal(places_add(places, b, 1), 8);
    assert_int_equal(places_add(places, a, 8), 9);
    assert_int_equal(places_add(places, a, 9), 10);
    assert_false(places_are_plain(places));
    assert_ptr_equal(places_find(places, 7).origin, a);
    assert_int_equal(places_find(places, 7).number, 7);
    assert_ptr_equal(places_find(places, 8).origin, b);
    assert_int_equal(places_find(places, 8).number, 1);
    assert_int_equal(places_find(places, 10).number, 9);
    assert_null(places_find(places, 2).origin);
    places_free(places);
}

static void places_that_are_long_past_are_forgotten(void **state)
{
    enum { MANY = 2000000 };
    static const char a[] = "a", b[] = "b";
    struct places *places = places_new();
    (void)state;
    for (uint64_t i = 0; i < MANY; i++)
        assert_int_equal(places_add(places, i % 2 ? b : a, i / 2 + 1), i + 1);
    assert_null(places_find(places, 1).origin);
    assert_int_equal(places_find(places, 1).number, 0);
    for (uint64_t i = MANY - 100000; i < MANY; i++)
        assert_int_equal(places_find(places, i + 1).number, i / 2 + 1);
    places_free(places);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(goes_on_from_file_to_file),
        TEST(begins_anew_after_a_long_pause),
        TEST(begins_anew_where_time_goes_back),
        TEST(allows_for_a_little_disorder_between_files),
        TEST(but_not_for_a_file_that_begins_before_the_other),
        TEST(tells_of_sort_files_once_where_names_or_times_ask_for_it),
        TEST(skips_files_without_packets),
        TEST(goes_on_behind_what_cannot_be_read),
        TEST(sorts_files_by_their_first_packets),
        TEST(merges_files_that_overlap),
        TEST(keeps_the_order_within_a_file),
        TEST(leaves_out_what_another_file_holds_too),
        TEST(keeps_repetitions_within_a_file),
        TEST(merges_very_many),
        TEST(merges_only_so_many_at_once),
        TEST(begins_anew_between_sorted_files_too),
        TEST(a_folder_stands_for_its_captures_by_name),
        TEST(a_folder_without_captures_is_named),
        TEST(a_filter_that_makes_no_sense_is_told_at_once),
        TEST(a_filter_holds_for_every_file),
        cmocka_unit_test(compares_names_as_people_count),
        cmocka_unit_test(places_lead_back_to_files),
        cmocka_unit_test(places_that_are_long_past_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
