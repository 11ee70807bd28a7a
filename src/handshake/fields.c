/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/fields.h"

#include "base/nearest.h"
#include "handshake/getters.h"
#include <string.h>

#define FIELD(name, getter, type, element, rows, use, meaning)                                               \
    {name, type, element, rows, use, meaning, field_##getter, sizeof name - 1},
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

/* With the prefix or, where it has one, without. */
static bool is_called(const struct field *field, const char *name, size_t length)
{
    size_t skip = sizeof prefix - 1;
    if (field->name_length == length)
        return memcmp(field->name, name, length) == 0;
    return field->name_length == skip + length && memcmp(field->name + skip, name, length) == 0 &&
           memcmp(field->name, prefix, skip) == 0;
}

const struct field *fields_find(const char *name, size_t length)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (is_called(&table[i], name, length))
            return &table[i];
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
