/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments in, exit status out. */
#include "describe.h"
#include "explain.h"
#include "options.h"
#include "run.h"
#include "terminal.h"
#include <locale.h>

static enum run_status refuse(const struct notice_sink *notices, const struct buffer *reason)
{
    notice_send(notices, NOTICE_ERROR, "%s", reason->bytes);
    notice_send(notices, NOTICE_INFORMATION, "usage: tlswhy [OPTION]... FILE..., or see tlswhy --help");
    return RUN_USAGE;
}

static enum run_status write_page(struct page *page, const struct notice_sink *notices)
{
    fwrite(page->text.bytes, 1, page->text.length, stdout);
    if (fflush(stdout) == 0)
        return RUN_FINE;
    notice_send(notices, NOTICE_ERROR, "cannot write to standard output");
    return RUN_INCOMPLETE;
}

static enum run_status describe_with_rules(const struct options *options, struct page *page,
                                           const struct notice_sink *notices)
{
    struct buffer error = {0};
    struct rules *rules = run_load_rules(options, notices);
    enum run_status status = RUN_USAGE;
    if (rules && options->task == TASK_LIST_RULES)
        describe_rules(page, rules);
    if (rules && (options->task == TASK_LIST_RULES || explain(page, rules, options->explain, &error)))
        status = write_page(page, notices);
    else if (rules)
        status = refuse(notices, &error);
    rules_free(rules);
    buffer_free(&error);
    return status;
}

static enum run_status list_interfaces(struct page *page, const struct notice_sink *notices)
{
    struct buffer error = {0};
    enum run_status status = RUN_INCOMPLETE;
    if (describe_interfaces(page, &error))
        status = write_page(page, notices);
    else
        notice_send(notices, NOTICE_ERROR, "%s", error.bytes);
    buffer_free(&error);
    return status;
}

/* A list that goes to a file or to grep has one line for each of its items. */
static unsigned page_width(const struct options *options, const struct terminal *terminal)
{
    enum { NEVER_WRAPPED = 100000 };
    bool list = options->task == TASK_FIELDS || options->task == TASK_LIST_RULES;
    return terminal->width > 0 ? terminal->width : list ? NEVER_WRAPPED : PAGE_DEFAULT_WIDTH;
}

static enum run_status describe(const struct options *options, const struct notice_sink *notices)
{
    struct terminal terminal = terminal_of(stdout);
    struct page page = {
        .width = page_width(options, &terminal), .colour = terminal.colour, .unicode = terminal.unicode};
    enum run_status status = RUN_FINE;
    switch (options->task) {
    case TASK_LIST_RULES:
    case TASK_EXPLAIN:
        status = describe_with_rules(options, &page, notices);
        break;
    case TASK_LIST_INTERFACES:
        status = list_interfaces(&page, notices);
        break;
    case TASK_FIELDS:
        describe_fields(&page);
        status = write_page(&page, notices);
        break;
    case TASK_VERSION:
        describe_version(&page);
        status = write_page(&page, notices);
        break;
    case TASK_HELP:
        options_print_help(stdout);
        break;
    case TASK_RUN:
        status = run(options, notices);
        break;
    }
    buffer_free(&page.text);
    return status;
}

int main(int argc, char **argv)
{
    struct notice_sink notices = notice_to_stderr();
    struct options options;
    struct buffer error = {0};
    setlocale(LC_CTYPE, "");
    bool fine = options_parse(argc, argv, &options, &error);
    enum run_status status = fine ? describe(&options, &notices) : refuse(&notices, &error);
    options_free(&options);
    buffer_free(&error);
    return (int)status;
}
