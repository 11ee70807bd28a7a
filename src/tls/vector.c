/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/vector.h"

enum decode_result vector_result(const struct cursor *c)
{
    if (cursor_finished(c))
        return DECODE_WHOLE;
    if (c->status == CURSOR_NOT_CAPTURED || (c->status == CURSOR_OK && c->left == 0))
        return DECODE_CUT;
    return DECODE_BAD;
}

bool vector_open(struct cursor *c, size_t length_width, struct cursor *elements)
{
    switch (length_width) {
    case 1:
        return cursor_child_u8(c, elements);
    case 2:
        return cursor_child_u16(c, elements);
    default:
        return cursor_child_u24(c, elements);
    }
}

enum decode_result vector_codes(struct cursor *c, size_t length_width, size_t code_width, struct arena *arena,
                                struct code_list *list)
{
    struct cursor elements;
    vector_open(c, length_width, &elements);
    size_t room = elements.left / code_width;
    *list = (struct code_list){.codes = room > 0 ? arena_take(arena, room, sizeof *list->codes) : NULL};
    if (!list->codes)
        room = 0;
    while (cursor_more(&elements)) {
        uint8_t narrow = 0;
        uint16_t code = 0;
        bool read = code_width == 1 ? cursor_u8(&elements, &narrow) : cursor_u16(&elements, &code);
        if (read && list->count < room)
            list->codes[list->count++] = code_width == 1 ? narrow : code;
    }
    return vector_result(&elements);
}

void vector_rest(struct cursor *c, struct arena *arena, struct octets *value)
{
    size_t length = c->left;
    bool whole = c->status == CURSOR_OK && c->uncaptured == 0;
    const uint8_t *bytes = cursor_take(c, length);
    *value = (struct octets){.bytes = whole ? arena_copy(arena, bytes, length) : NULL};
    value->length = value->bytes ? (uint32_t)length : 0;
}

enum decode_result vector_octets(struct cursor *c, size_t length_width, struct arena *arena,
                                 struct octets *value)
{
    struct cursor content;
    vector_open(c, length_width, &content);
    vector_rest(&content, arena, value);
    return vector_result(&content);
}

uint32_t vector_count(struct cursor elements, size_t before, size_t item_width, size_t after)
{
    uint32_t count = 0;
    struct cursor item;
    while (cursor_more(&elements) && cursor_skip(&elements, before)) {
        count++;
        vector_open(&elements, item_width, &item);
        cursor_skip(&elements, after);
    }
    return count;
}

enum decode_result vector_octets_list(struct cursor *c, size_t length_width, size_t item_width,
                                      struct arena *arena, struct octets_list *list)
{
    struct cursor elements;
    enum decode_result result = DECODE_WHOLE;
    vector_open(c, length_width, &elements);
    uint32_t room = vector_count(elements, 0, item_width, 0);
    *list = (struct octets_list){.items = room > 0 ? arena_take(arena, room, sizeof *list->items) : NULL};
    while (cursor_more(&elements)) {
        struct octets item;
        result = decode_worse(result, vector_octets(&elements, item_width, arena, &item));
        if (item.bytes && list->count < room && list->items)
            list->items[list->count++] = item;
    }
    return decode_worse(result, vector_result(&elements));
}

enum decode_result vector_skip(struct cursor *c, size_t length_width)
{
    struct cursor content;
    vector_open(c, length_width, &content);
    cursor_skip(&content, content.left);
    return vector_result(&content);
}
