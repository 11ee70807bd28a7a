/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "options.h"

#include "base/memory.h"
#include "base/nearest.h"
#include "handshake/fields.h"
#include "report/words.h"
#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct parse {
    struct options *options;
    struct buffer *error;
    struct option_list words; /* that belong to no option: files, or with -i the filter */
    bool has_filter_file;
};

/* An option: its row in the table says all there is to know of it. */
struct row {
    char letter;      /* 0: none */
    const char *name; /* without the dashes; NULL: none */
    const char *argument;
    bool (*take)(struct parse *parse, const char *argument); /* NULL: it goes into a list as it is */
    const char *help;
    size_t list; /* where in struct options that is; without one, and without `take`, the row is a heading */
};

#define LIST(member) offsetof(struct options, member)

static bool refuse(struct parse *parse, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool refuse(struct parse *parse, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_clear(parse->error);
    buffer_add_string(parse->error, text);
    return false;
}

/* Adds "; did you mean WORD?" to a refusal. */
static bool suggest(struct parse *parse, const char *before, const char *word)
{
    if (word)
        buffer_add_format(parse->error, "; did you mean %s%s?", before, word);
    return false;
}

static void list_add(struct option_list *list, const char *item)
{
    list->items = memory_resize(list->items, list->count + 1, sizeof list->items[0]);
    list->items[list->count++] = item;
}

static bool number(struct parse *parse, const char *option, const char *text, uint64_t least, uint64_t most,
                   uint64_t *value)
{
    char *end;
    errno = 0;
    unsigned long long read = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || read < least || read > most)
        return refuse(parse, "%s needs a number from %llu to %llu, not \"%s\"", option,
                      (unsigned long long)least, (unsigned long long)most, text);
    *value = read;
    return true;
}

/* ---- Where packets come from --------------------------------------------------------------------------- */

static bool take_sort_files(struct parse *parse, const char *argument)
{
    (void)argument;
    parse->options->sort_files = true;
    return true;
}

static bool take_interface(struct parse *parse, const char *argument)
{
    if (parse->options->interface)
        return refuse(parse, "-i can be given once only (\"any\" captures on all interfaces)");
    parse->options->interface = argument;
    return true;
}

static bool take_not_promiscuous(struct parse *parse, const char *argument)
{
    (void)argument;
    parse->options->live.promiscuous = false;
    return true;
}

static bool take_snapshot_length(struct parse *parse, const char *argument)
{
    uint64_t value;
    if (!number(parse, "-s", argument, 0, 262144, &value))
        return false;
    parse->options->live.snapshot_length = (uint32_t)value;
    return true;
}

static bool take_buffer_size(struct parse *parse, const char *argument)
{
    uint64_t value;
    if (!number(parse, "-B", argument, 1, 2097151, &value))
        return false;
    parse->options->live.buffer_kib = (uint32_t)value;
    return true;
}

static bool take_packet_limit(struct parse *parse, const char *argument)
{
    return number(parse, "-c", argument, 1, INT64_MAX, &parse->options->packet_limit);
}

static bool read_all(FILE *file, struct buffer *text)
{
    char chunk[4096];
    size_t length;
    while ((length = fread(chunk, 1, sizeof chunk, file)) > 0)
        buffer_add(text, chunk, length);
    return !ferror(file);
}

static bool take_filter_file(struct parse *parse, const char *argument)
{
    if (parse->has_filter_file)
        return refuse(parse, "-F can be given once only");
    parse->has_filter_file = true;
    FILE *file = fopen(argument, "re");
    if (!file)
        return refuse(parse, "cannot open the filter file %s: %s", argument, strerror(errno));
    bool read = read_all(file, &parse->options->capture_filter);
    int reason = errno;
    fclose(file);
    return read || refuse(parse, "cannot read the filter file %s: %s", argument, strerror(reason));
}

static bool take_tls_port(struct parse *parse, const char *argument)
{
    struct options *options = parse->options;
    uint64_t port;
    if (!number(parse, "--tls-port", argument, 1, 65535, &port))
        return false;
    options->tls_ports =
        memory_resize(options->tls_ports, options->tls_port_count + 1, sizeof options->tls_ports[0]);
    options->tls_ports[options->tls_port_count++] = (uint16_t)port;
    return true;
}

static bool take_system_trust(struct parse *parse, const char *argument)
{
    (void)argument;
    parse->options->system_trust = true;
    return true;
}

static bool take_expected_name(struct parse *parse, const char *argument)
{
    if (parse->options->expected_name)
        return refuse(parse, "--expect-name can be given once only");
    parse->options->expected_name = argument;
    return true;
}

static bool take_try_cert(struct parse *parse, const char *argument)
{
    if (parse->options->try_cert)
        return refuse(parse, "--try-cert can be given once only");
    parse->options->try_cert = argument;
    return true;
}

/* ---- What comes out ------------------------------------------------------------------------------------ */

enum { FORMATS_MOST = 16 };

static bool take_format(struct parse *parse, const char *argument)
{
    const char *names[FORMATS_MOST + 1] = {0};
    parse->options->format = report_format_find(argument);
    if (parse->options->format)
        return true;
    struct buffer known = {0};
    for (size_t i = 0; i < FORMATS_MOST && report_format_at(i); i++) {
        names[i] = report_format_at(i)->name;
        buffer_add_format(&known, "%s%s", i ? ", " : "", names[i]);
    }
    refuse(parse, "-T knows no format \"%s\" (it knows %s)", argument, known.bytes);
    buffer_free(&known);
    return suggest(parse, "", nearest_word(names, argument, strlen(argument)));
}

static bool take_field(struct parse *parse, const char *argument)
{
    size_t length = strlen(argument);
    if (!fields_find(argument, length)) {
        const struct field *nearest = fields_nearest(argument, length);
        refuse(parse, "-e: there is no field \"%s\" (--fields lists them)", argument);
        return suggest(parse, "", nearest ? nearest->name : NULL);
    }
    list_add(&parse->options->fields, argument);
    return true;
}

static bool take_event_filter(struct parse *parse, const char *argument)
{
    if (parse->options->event_filter)
        return refuse(parse, "-Y can be given once only: join expressions with \"and\"");
    parse->options->event_filter = argument;
    return true;
}

static bool take_output(struct parse *parse, const char *argument)
{
    parse->options->output = argument;
    return true;
}

static bool take_certificates(struct parse *parse, const char *argument)
{
    (void)argument;
    parse->options->certificates = true;
    return true;
}

static bool take_export_certs(struct parse *parse, const char *argument)
{
    parse->options->export_certs = argument;
    return *argument || refuse(parse, "--export-certs needs the name of a folder");
}

static bool take_quiet(struct parse *parse, const char *argument)
{
    (void)argument;
    parse->options->quiet = true;
    return true;
}

static bool take_verbose(struct parse *parse, const char *argument)
{
    (void)argument;
    parse->options->verbose = true;
    return true;
}

static bool take_fail_on(struct parse *parse, const char *argument)
{
    parse->options->fail_on = words_severity_find(argument);
    return parse->options->fail_on != 0 ||
           refuse(parse, "--fail-on needs note, warning or error, not \"%s\"", argument);
}

/* ---- Knowledge and information ------------------------------------------------------------------------- */

static bool task(struct parse *parse, enum options_task wanted)
{
    parse->options->task = wanted;
    return true;
}

static bool take_list_rules(struct parse *parse, const char *argument)
{
    (void)argument;
    return task(parse, TASK_LIST_RULES);
}

static bool take_explain(struct parse *parse, const char *argument)
{
    parse->options->explain = argument;
    return task(parse, TASK_EXPLAIN);
}

static bool take_fields(struct parse *parse, const char *argument)
{
    (void)argument;
    return task(parse, TASK_FIELDS);
}

static bool take_list_interfaces(struct parse *parse, const char *argument)
{
    (void)argument;
    return task(parse, TASK_LIST_INTERFACES);
}

static bool take_help(struct parse *parse, const char *argument)
{
    (void)argument;
    return task(parse, TASK_HELP);
}

static bool take_version(struct parse *parse, const char *argument)
{
    (void)argument;
    return task(parse, TASK_VERSION);
}

/* ---- The table ----------------------------------------------------------------------------------------- */

/* A row without a letter and a name is a heading of the help. */
static const struct row rows[] = {
    {0, NULL, NULL, NULL, "Where packets come from", 0},
    {'r', "read", "FILE", NULL, "read a capture file, or a folder of them; - is standard input",
     LIST(inputs)},
    {0, "sort-files", NULL, take_sort_files,
     "read the files in the order of time, merging those that overlap", 0},
    {'i', "interface", "NAME", take_interface, "capture live on an interface", 0},
    {'D', "list-interfaces", NULL, take_list_interfaces, "list the interfaces and end", 0},
    {'F', "filter-file", "FILE", take_filter_file, "read the capture filter (BPF) from a file", 0},
    {'c', "packets", "COUNT", take_packet_limit, "end after so many packets", 0},
    {'p', "no-promiscuous-mode", NULL, take_not_promiscuous, "live: leave the interface's mode as it is", 0},
    {'s', "snapshot-length", "BYTES", take_snapshot_length, "live: capture so much of each packet (0: all)",
     0},
    {'B', "buffer-size", "KIB", take_buffer_size, "live: size of the kernel's buffer", 0},
    {0, "tls-port", "PORT", take_tls_port, "expect TLS on this port too; may be repeated", 0},
    {0, "ca-file", "FILE", NULL, "certificates (PEM) that both sides trust; may be repeated", LIST(ca_files)},
    {0, "ca-path", "DIR", NULL, "the same from a folder with hashed names (openssl rehash)",
     LIST(ca_folders)},
    {0, "system-trust", NULL, take_system_trust, "trust what this system trusts", 0},
    {0, "client-ca-file", "FILE", NULL, "what the server trusts in clients, where that differs",
     LIST(client_ca_files)},
    {0, "crl-file", "FILE", NULL, "revocation lists (PEM or DER) to check by; may be repeated",
     LIST(crl_files)},
    {0, NULL, NULL, NULL, "What is expected", 0},
    {0, "expect-server", "HOST[:PORT]", NULL, "a server that should be contacted; may be repeated",
     LIST(servers)},
    {0, "expect-name", "NAME", take_expected_name,
     "name that the server's certificate must have, instead of the one the client sends", 0},
    {0, "expect-thumbprint", "HEX", NULL, "thumbprint of the client's certificate; may be repeated",
     LIST(client_thumbprints)},
    {0, "expect-certificate", "FILE", NULL, "the same, as the certificate itself", LIST(client_certificates)},
    {0, "connection-strings", "FILE", NULL, "the same, by the FindValue= in a configuration of .NET",
     LIST(connection_strings)},
    {0, "expect-server-thumbprint", "HEX", NULL, "thumbprint of the server's certificate; may be repeated",
     LIST(server_thumbprints)},
    {0, "expect-server-certificate", "FILE", NULL, "the same, as the certificate itself",
     LIST(server_certificates)},
    {0, "try-cert", "FILE", take_try_cert, "a client's certificate: would the server have taken it?", 0},
    {0, NULL, NULL, NULL, "What comes out", 0},
    {'T', "format", "FORMAT", take_format, "text (the default), json, fields, matrix or certs", 0},
    {'e', "field", "NAME", take_field, "a field for -T fields, which it implies; may be repeated", 0},
    {'Y', "filter", "EXPRESSION", take_event_filter, "report only the connections that satisfy it", 0},
    {'o', "output", "FILE", take_output, "write to a file instead of standard output", 0},
    {0, "certificates", NULL, take_certificates, "json: the certificates themselves too, DER as base64", 0},
    {0, "export-certs", "DIR", take_export_certs, "write each certificate seen into this folder (PEM)", 0},
    {'q', "quiet", NULL, take_quiet, "text: failing connections only, no summary", 0},
    {'v', "verbose", NULL, take_verbose, "text: tell all of healthy connections too", 0},
    {0, "fail-on", "SEVERITY", take_fail_on,
     "end with status 3 on a finding so severe (note, warning, error)", 0},
    {0, NULL, NULL, NULL, "What is known", 0},
    {0, "rules", "PATH", NULL, "judge by the rules of a file or folder instead; may be repeated",
     LIST(rules)},
    {0, "list-rules", NULL, take_list_rules, "list the rules and end", 0},
    {0, "explain", "WHAT", take_explain,
     "tell all about a rule, an alert, or what is behind an error text, and end", 0},
    {0, "fields", NULL, take_fields, "list the fields (for -e, -Y, rules and JSON) and end", 0},
    {'V', "version", NULL, take_version, "print the version and end", 0},
    {'h', "help", NULL, take_help, "print this and end", 0},
};

enum { ROWS = sizeof rows / sizeof rows[0], LONG_ONLY = 256 };

static bool is_heading(const struct row *row)
{
    return !row->take && !row->list;
}

/* What getopt_long() wants: words come in their order ("-"), a missing argument is told apart (":"). */
static void getopt_tables(char letters[static 2 * ROWS + 3], struct option names[static ROWS + 1])
{
    char *letter = letters;
    struct option *name = names;
    *letter++ = '-';
    *letter++ = ':';
    for (int i = 0; i < ROWS; i++) {
        if (rows[i].letter) {
            *letter++ = rows[i].letter;
            if (rows[i].argument)
                *letter++ = ':';
        }
        if (!rows[i].name)
            continue;
        name->name = rows[i].name;
        name->flag = NULL;
        name->has_arg = rows[i].argument ? required_argument : no_argument;
        name->val = LONG_ONLY + i;
        name++;
    }
    *letter = '\0';
    *name = (struct option){0};
}

static const struct row *row_of(int code)
{
    if (code >= LONG_ONLY)
        return &rows[code - LONG_ONLY];
    for (int i = 0; i < ROWS; i++)
        if (rows[i].letter && rows[i].letter == code)
            return &rows[i];
    return NULL;
}

/* ---- Reading the command line -------------------------------------------------------------------------- */

/* What tcpdump and tshark users have in their fingers, and why it is not here. */
static const char *habit(int letter)
{
    switch (letter) {
    case 'n':
        return "names are never looked up, so there is no -n";
    case 'w':
        return "packets are not written: tcpdump -w does that";
    case 'A':
    case 'X':
    case 'x':
        return "packets are not dumped: tcpdump or tshark does that";
    default:
        return NULL;
    }
}

static bool refuse_unknown(struct parse *parse, const char *word)
{
    if (optopt > 0 && optopt < LONG_ONLY) {
        const char *why = habit(optopt);
        return why ? refuse(parse, "%s", why) : refuse(parse, "there is no option -%c", optopt);
    }
    if (optopt >= LONG_ONLY)
        return refuse(parse, "--%s takes no argument", rows[optopt - LONG_ONLY].name);
    const char *names[ROWS + 1];
    size_t count = 0;
    for (int i = 0; i < ROWS; i++)
        if (rows[i].name)
            names[count++] = rows[i].name;
    names[count] = NULL;
    size_t dashes = strspn(word, "-");
    refuse(parse, "there is no option %s, or it stands for several", word);
    return suggest(parse, "--", nearest_word(names, word + dashes, strcspn(word + dashes, "=")));
}

static bool take(struct parse *parse, int code, const char *word)
{
    if (code == 1) {
        list_add(&parse->words, optarg);
        return true;
    }
    if (code == ':')
        return refuse(parse, "%s needs an argument (%s)", word,
                      row_of(optopt) ? row_of(optopt)->argument : "");
    const struct row *row = code == '?' ? NULL : row_of(code);
    if (!row)
        return refuse_unknown(parse, word);
    if (row->take)
        return row->take(parse, optarg);
    list_add((struct option_list *)(void *)((char *)parse->options + row->list), optarg);
    return true;
}

/* The words behind "--", or with -i all words, are the capture filter. */
static bool add_filter_words(struct parse *parse, const char *const *words, size_t count)
{
    struct buffer *filter = &parse->options->capture_filter;
    if (count > 0 && parse->has_filter_file)
        return refuse(parse, "the capture filter is given twice: with -F and as \"%s\"", words[0]);
    for (size_t i = 0; i < count; i++) {
        if (filter->length > 0)
            buffer_add_char(filter, ' ');
        buffer_add_string(filter, words[i]);
    }
    return true;
}

static bool place_words(struct parse *parse, char **behind, size_t behind_count)
{
    struct options *options = parse->options;
    if (options->interface) {
        if (options->inputs.count > 0)
            return refuse(parse, "-i and -r exclude each other");
        if (!add_filter_words(parse, parse->words.items, parse->words.count))
            return false;
    } else {
        for (size_t i = 0; i < parse->words.count; i++)
            list_add(&options->inputs, parse->words.items[i]);
    }
    return add_filter_words(parse, (const char *const *)behind, behind_count);
}

static bool check(struct parse *parse)
{
    struct options *options = parse->options;
    if (!options->format)
        options->format = options->fields.count > 0 ? &report_fields : &report_text;
    if (options->fields.count > 0 && options->format != &report_fields)
        return refuse(parse, "-e chooses fields for -T fields, not for -T %s", options->format->name);
    if (options->task != TASK_RUN)
        return true;
    if (options->format == &report_fields && options->fields.count == 0)
        return refuse(parse, "-T fields needs at least one -e NAME (--fields lists the names)");
    if (options->certificates && options->format != &report_json)
        return refuse(parse, "--certificates adds to -T json, not to -T %s", options->format->name);
    if (options->quiet && options->verbose)
        return refuse(parse, "-q and -v exclude each other");
    if (!options->interface && options->inputs.count == 0)
        return refuse(parse, "no input: name a capture file, or an interface with -i");
    return true;
}

bool options_parse(int argc, char **argv, struct options *options, struct buffer *error)
{
    char letters[2 * ROWS + 3];
    struct option names[ROWS + 1];
    *options = (struct options){.live.promiscuous = true};
    struct parse parse = {.options = options, .error = error};
    getopt_tables(letters, names);
    optind = 0;
    opterr = 0;
    bool fine = true;
    while (fine) {
        int at = optind ? optind : 1;
        optopt = 0;
        int code = getopt_long(argc, argv, letters, names, NULL);
        if (code == -1)
            break;
        fine = take(&parse, code, at < argc ? argv[at] : "");
    }
    fine = fine && place_words(&parse, argv + optind, (size_t)(argc - optind)) && check(&parse);
    free(parse.words.items);
    return fine;
}

void options_free(struct options *options)
{
    free(options->inputs.items);
    free(options->fields.items);
    free(options->rules.items);
    free(options->tls_ports);
    free(options->ca_files.items);
    free(options->ca_folders.items);
    free(options->client_ca_files.items);
    free(options->crl_files.items);
    free(options->connection_strings.items);
    free(options->servers.items);
    free(options->client_thumbprints.items);
    free(options->client_certificates.items);
    free(options->server_thumbprints.items);
    free(options->server_certificates.items);
    buffer_free(&options->capture_filter);
}

/* ---- The help ------------------------------------------------------------------------------------------ */

static void print_row(FILE *out, const struct row *row)
{
    char letter[4] = "   ", name[48] = "";
    if (row->letter)
        snprintf(letter, sizeof letter, "-%c%s", row->letter, row->name ? "," : "");
    if (row->name)
        snprintf(name, sizeof name, "--%s%s%s", row->name, row->argument ? " " : "",
                 row->argument ? row->argument : "");
    fprintf(out, "  %s %-25s %s\n", letter, name, row->help);
}

void options_print_help(FILE *out)
{
    fputs("Usage: tlswhy [OPTION]... FILE... [-- FILTER]       read capture files\n"
          "       tlswhy [OPTION]... -i INTERFACE [FILTER]     capture live\n\n"
          "Says why TLS handshakes fail, from the packets alone. FILTER is a capture filter as in\n"
          "tcpdump (pcap-filter(7)), EXPRESSION one over whole connections, as in rules (tlswhy-rules(5)).\n",
          out);
    for (int i = 0; i < ROWS; i++) {
        if (is_heading(&rows[i]))
            fprintf(out, "\n%s\n", rows[i].help);
        else
            print_row(out, &rows[i]);
    }
    fputs("\nExit status: 0 it ran; 1 an input could not be read to its end, or the output not written;\n"
          "2 the command line, a filter or a rule makes no sense; 3 --fail-on was met.\n",
          out);
}
