/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/code_texts.h"

enum { LONGEST = 256 }; /* numbers */

static unsigned place_of(const uint16_t *codes, uint32_t count)
{
    uint32_t mixed = count;
    for (uint32_t i = 0; i < count; i++)
        mixed = (mixed ^ codes[i]) * UINT32_C(0x9e3779b1);
    return mixed >> 16 & (CODE_TEXTS - 1);
}

bool code_texts_add(const struct code_texts *texts, const uint16_t *codes, uint32_t count, struct buffer *out)
{
    if (count == 0 || count > LONGEST)
        return false;
    const struct code_text *known = &texts->places[place_of(codes, count)];
    size_t size = count * sizeof *codes;
    if (known->codes.length != size || memcmp(known->codes.bytes, codes, size) != 0)
        return false;
    buffer_add(out, known->text.bytes, known->text.length);
    return true;
}

void code_texts_keep(struct code_texts *texts, const uint16_t *codes, uint32_t count, const char *text,
                     size_t length)
{
    if (count == 0 || count > LONGEST)
        return;
    struct code_text *place = &texts->places[place_of(codes, count)];
    buffer_clear(&place->codes);
    buffer_add(&place->codes, codes, count * sizeof *codes);
    buffer_clear(&place->text);
    buffer_add(&place->text, text, length);
}

void code_texts_free(struct code_texts *texts)
{
    for (int i = 0; i < CODE_TEXTS; i++) {
        buffer_free(&texts->places[i].codes);
        buffer_free(&texts->places[i].text);
    }
}
