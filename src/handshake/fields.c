/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/fields.h"

#include "base/nearest.h"
#include "handshake/getters.h"
#include <string.h>

#define FIELD(name, getter, type, element, rows, use, meaning)                                               \
    {name, type, element, rows, use, meaning, field_##getter},
static const struct field table[] = {
#include "handshake/fields.def"
};
#undef FIELD

enum { FIELDS = sizeof table / sizeof *table };

static const char prefix[] = "tlswhy.";

const struct field *fields_table(size_t *count)
{
    *count = FIELDS;
    return table;
}

static bool is_called(const char *field, const char *name, size_t length)
{
    return length > 0 && *field == *name && strncmp(field, name, length) == 0 && field[length] == '\0';
}

const struct field *fields_find(const char *name, size_t length)
{
    size_t skip = sizeof prefix - 1;
    for (size_t i = 0; i < FIELDS; i++) {
        const char *field = table[i].name;
        if (is_called(field, name, length))
            return &table[i];
        if (strncmp(field, prefix, skip) == 0 && is_called(field + skip, name, length))
            return &table[i];
    }
    return NULL;
}

const struct field *fields_nearest(const char *name, size_t length)
{
    const char *words[2 * FIELDS + 1];
    size_t count = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        words[count++] = table[i].name;
        if (strncmp(table[i].name, prefix, sizeof prefix - 1) == 0)
            words[count++] = table[i].name + sizeof prefix - 1;
    }
    words[count] = NULL;
    const char *nearest = nearest_word(words, name, length);
    return nearest ? fields_find(nearest, strlen(nearest)) : NULL;
}
