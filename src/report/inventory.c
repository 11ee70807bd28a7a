/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/inventory.h"

#include "base/digest_index.h"
#include "base/escape.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum {
    ITEMS_MOST = 8192,
    USES_MOST = 32, /* ends of one certificate that are told apart */
    TEXTS_LIMIT = 64 * 1024 * 1024,
    TEXT_MOST = 512,
    NAMES_SHOWN = 10,
    FIRST_ROOM = 16,
};

struct inventory {
    struct digest_index *index;
    struct inventory_item *items;
    uint32_t count, room;
    struct arena *texts;
    struct inventory_totals totals;
};

struct inventory *inventory_new(void)
{
    struct inventory *inventory = memory_new(1, sizeof *inventory);
    inventory->index = digest_index_new(ITEMS_MOST);
    inventory->texts = arena_new(TEXTS_LIMIT);
    return inventory;
}

void inventory_free(struct inventory *inventory)
{
    if (!inventory)
        return;
    for (uint32_t i = 0; i < inventory->count; i++)
        free(inventory->items[i].uses);
    free(inventory->items);
    digest_index_free(inventory->index);
    arena_free(inventory->texts);
    free(inventory);
}

/* ---- Texts --------------------------------------------------------------------------------------------- */

static const char *keep(struct inventory *inventory, const struct buffer *text)
{
    return text->length > 0 ? arena_copy(inventory->texts, text->bytes, text->length) : NULL;
}

static const char *keep_octets(struct inventory *inventory, struct octets octets)
{
    struct buffer text = {0};
    if (octets.length > 0)
        escape_text(&text, octets.bytes, octets.length < TEXT_MOST ? octets.length : TEXT_MOST);
    const char *kept = keep(inventory, &text);
    buffer_free(&text);
    return kept;
}

static const char *keep_string(struct inventory *inventory, const char *string)
{
    return string ? keep_octets(inventory, (struct octets){string, (uint32_t)strlen(string)}) : NULL;
}

static const char *keep_alternatives(struct inventory *inventory, const struct certificate *certificate)
{
    struct buffer text = {0};
    uint32_t count = certificate->alternative_name_count;
    for (uint32_t i = 0; i < count && i < NAMES_SHOWN; i++) {
        struct octets name = certificate->alternative_names[i].text;
        buffer_add_string(&text, i ? ", " : "");
        escape_text(&text, name.bytes, name.length < TEXT_MOST ? name.length : TEXT_MOST);
    }
    if (count > NAMES_SHOWN)
        buffer_add_format(&text, " and %u more", count - NAMES_SHOWN);
    const char *kept = keep(inventory, &text);
    buffer_free(&text);
    return kept;
}

static const char *keep_key(struct inventory *inventory, const struct certificate *certificate)
{
    struct buffer text = {0};
    const char *curve = certificate->key_curve;
    const char *algorithm = certificate->key_algorithm;
    if (!algorithm)
        return NULL;
    if (curve && strncmp(curve, "nistp", 5) == 0)
        buffer_add_format(&text, "%s P-%s", algorithm, curve + 5);
    else if (curve)
        buffer_add_format(&text, "%s %s", algorithm, curve);
    else if (certificate->key_bits > 0 && strncmp(algorithm, "Ed", 2) != 0)
        buffer_add_format(&text, "%s %u", algorithm, certificate->key_bits);
    else
        buffer_add_string(&text, algorithm);
    const char *kept = keep_octets(inventory, (struct octets){text.bytes, (uint32_t)text.length});
    buffer_free(&text);
    return kept;
}

static struct octets short_name(const struct certificate *certificate)
{
    for (uint32_t i = 0; !certificate->common_name.length && i < certificate->alternative_name_count; i++)
        if (certificate->alternative_names[i].kind == ALTERNATIVE_DNS)
            return certificate->alternative_names[i].text;
    return certificate->common_name.length > 0 ? certificate->common_name : certificate->subject;
}

/* ---- Certificates -------------------------------------------------------------------------------------- */

static void fill(struct inventory *inventory, struct inventory_item *item,
                 const struct certificate *certificate)
{
    memcpy(item->sha1, certificate->sha1, sizeof item->sha1);
    memcpy(item->sha256, certificate->sha256, sizeof item->sha256);
    item->readable = certificate->readable;
    item->name = keep_octets(inventory, short_name(certificate));
    if (!item->name)
        item->name = certificate->readable  ? "(no name)"
                     : certificate->raw_key ? "(a bare public key)"
                                            : "(not a readable certificate)";
    item->not_before = item->not_after = CERTIFICATE_TIME_UNKNOWN;
    item->key = keep_key(inventory, certificate);
    if (!certificate->readable)
        return;
    item->subject = keep_octets(inventory, certificate->subject);
    item->issuer = keep_octets(inventory, certificate->issuer);
    item->serial = keep_string(inventory, certificate->serial);
    item->alternative_names = keep_alternatives(inventory, certificate);
    item->not_before = certificate->not_before;
    item->not_after = certificate->not_after;
    item->not_before_text = keep_string(inventory, certificate->not_before_text);
    item->not_after_text = keep_string(inventory, certificate->not_after_text);
    item->signature = keep_string(inventory, certificate->signature_algorithm);
}

/* NULL: there is no room. */
static struct inventory_item *item_of(struct inventory *inventory, const struct certificate *certificate)
{
    bool is_new;
    uint32_t number = digest_index_number(inventory->index, certificate->sha256, &is_new);
    if (number == DIGEST_INDEX_FULL)
        return NULL;
    if (!is_new)
        return &inventory->items[number];
    if (inventory->count == inventory->room) {
        inventory->room = inventory->room ? inventory->room * 2 : FIRST_ROOM;
        inventory->items = memory_resize(inventory->items, inventory->room, sizeof *inventory->items);
    }
    struct inventory_item *item = &inventory->items[inventory->count++];
    *item = (struct inventory_item){0};
    fill(inventory, item, certificate);
    return item;
}

/* ---- Who presented it to whom -------------------------------------------------------------------------- */

static bool same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && a->address.family == b->address.family &&
           memcmp(a->address.bytes, b->address.bytes, sizeof a->address.bytes) == 0;
}

/* A client's port is another one each time. */
static struct endpoint end_of(const struct handshake *handshake, enum side side)
{
    struct endpoint end = handshake_half(handshake, side)->endpoint;
    if (side == SIDE_CLIENT)
        end.port = 0;
    return end;
}

static struct inventory_use *use_of(struct inventory_item *item, const struct inventory_use *wanted)
{
    for (uint32_t i = 0; i < item->use_count; i++) {
        struct inventory_use *use = &item->uses[i];
        if (use->side == wanted->side && use->as_issuer == wanted->as_issuer && use->udp == wanted->udp &&
            same_endpoint(&use->presenter, &wanted->presenter))
            return use;
    }
    if (item->use_count == USES_MOST)
        return NULL;
    item->uses = memory_resize(item->uses, item->use_count + 1, sizeof *item->uses);
    item->uses[item->use_count] = *wanted;
    return &item->uses[item->use_count++];
}

static void add_peer(struct inventory_use *use, const struct endpoint *peer)
{
    for (uint32_t i = 0; i < use->peer_count; i++)
        if (same_endpoint(&use->peers[i], peer))
            return;
    if (use->peer_count < INVENTORY_PEERS)
        use->peers[use->peer_count++] = *peer;
    else
        use->more_peers = true;
}

static void add_name(struct inventory *inventory, struct inventory_use *use,
                     const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    struct buffer name = {0};
    bool known = false;
    if (use->side != SIDE_SERVER || !hello || hello->server_name.length == 0)
        return;
    escape_text(&name, hello->server_name.bytes, hello->server_name.length);
    for (uint32_t i = 0; i < use->name_count && !known; i++)
        known = strcmp(use->names[i], name.bytes) == 0;
    const char *kept = !known && use->name_count < INVENTORY_NAMES ? keep(inventory, &name) : NULL;
    if (kept)
        use->names[use->name_count++] = kept;
    else if (!known)
        use->more_names = true;
    buffer_free(&name);
}

static void add_time(int64_t *first, int64_t *last, bool only, int64_t time)
{
    if (only || time < *first)
        *first = time;
    if (only || time > *last)
        *last = time;
}

static void add_use(struct inventory *inventory, struct inventory_item *item,
                    const struct handshake *handshake, enum side side, bool as_issuer)
{
    const struct inventory_use wanted = {.side = side,
                                         .as_issuer = as_issuer,
                                         .udp = handshake->connection->transport == SEGMENT_UDP,
                                         .presenter = end_of(handshake, side)};
    struct endpoint peer = end_of(handshake, side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT);
    struct inventory_use *use = use_of(item, &wanted);
    if (!use) {
        item->uses_left_out++;
        return;
    }
    add_time(&use->first, &use->last, use->connections == 0, handshake->connection->first.time);
    use->connections++;
    add_peer(use, &peer);
    add_name(inventory, use, handshake);
}

/* A chain may hold the same certificate twice, and both sides may show the same one: a connection counts
 * once. */
static void add_certificate(struct inventory *inventory, const struct handshake *handshake, enum side side,
                            uint32_t index)
{
    const struct certificate *certificate = handshake->chain[side].items[index];
    struct inventory_item *item = certificate ? item_of(inventory, certificate) : NULL;
    if (!item) {
        inventory->totals.left_out += certificate != NULL;
        return;
    }
    if (item->connections == 0 || item->last_connection != handshake->number) {
        add_time(&item->first, &item->last, item->connections == 0, handshake->connection->first.time);
        item->connections++;
        item->last_connection = handshake->number;
    }
    add_use(inventory, item, handshake, side, index > 0);
}

static void count_unseen(struct inventory *inventory, const struct handshake *handshake)
{
    if (!handshake->server_hello || handshake->certificate[SIDE_SERVER])
        return;
    if (handshake->resumed == ANSWER_YES)
        inventory->totals.resumed++;
    else if (handshake->version == TLS_VERSION_1_3)
        inventory->totals.hidden++;
}

void inventory_add(struct inventory *inventory, const struct handshake *handshake)
{
    for (enum side side = SIDE_CLIENT; side < SIDES; side++)
        for (uint32_t i = 0; i < handshake->chain[side].count; i++)
            add_certificate(inventory, handshake, side, i);
    count_unseen(inventory, handshake);
}

/* ---- The result ---------------------------------------------------------------------------------------- */

/* What is the same in all that a person looks for keeps its order by thumbprint, so that two runs agree. */
static int compare(const void *left, const void *right)
{
    const struct inventory_item *a = left, *b = right;
    bool a_open = a->not_after == CERTIFICATE_TIME_UNKNOWN, b_open = b->not_after == CERTIFICATE_TIME_UNKNOWN;
    if (a_open != b_open)
        return a_open ? 1 : -1;
    if (a->not_after != b->not_after)
        return a->not_after < b->not_after ? -1 : 1;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : memcmp(a->sha256, b->sha256, sizeof a->sha256);
}

struct inventory_item *inventory_sorted(struct inventory *inventory, uint32_t *count)
{
    if (inventory->count > 0)
        qsort(inventory->items, inventory->count, sizeof *inventory->items, compare);
    *count = inventory->count;
    return inventory->items;
}

struct inventory_totals inventory_totals(const struct inventory *inventory)
{
    return inventory->totals;
}
