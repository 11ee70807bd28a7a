/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/shown.h"
#include "rules/expression_tree.h"

/* The rows that a condition inside any(), all() or count() is asked about, one after the other. */
struct scan {
    struct value_list columns[ROWS_COLUMNS]; /* an unknown one is empty */
    uint32_t count;                          /* rows */
    uint32_t row;                            /* the one at hand */
};

static bool is_true(const struct node *node, const struct handshake *handshake, const struct scan *scan);

/* ---- Rows ---------------------------------------------------------------------------------------------- */

/* False where not one of the columns is known. Columns of one array are as long as each other. */
static bool scan_begin(struct scan *scan, const struct rows *rows, const struct handshake *handshake)
{
    bool known = false;
    scan->count = scan->row = 0;
    for (unsigned i = 0; i < rows->column_count; i++) {
        struct value value = rows->columns[i]->get(handshake);
        scan->columns[i].count = 0;
        if (value.type != VALUE_LIST)
            continue;
        known = true;
        scan->columns[i] = value.list;
        if (value.list.count > scan->count)
            scan->count = value.list.count;
    }
    return known;
}

static bool any_is_true(const struct rows *rows, const struct handshake *handshake)
{
    struct scan scan;
    if (!scan_begin(&scan, rows, handshake))
        return false;
    for (; scan.row < scan.count; scan.row++)
        if (is_true(rows->condition, handshake, &scan))
            return true;
    return false;
}

static bool all_is_true(const struct rows *rows, const struct handshake *handshake)
{
    struct scan scan;
    if (!scan_begin(&scan, rows, handshake))
        return false;
    for (; scan.row < scan.count; scan.row++)
        if (!is_true(rows->condition, handshake, &scan))
            return false;
    return true;
}

/* Unknown as soon as it is unknown of one row whether it counts. */
static struct value count_of(const struct rows *rows, const struct handshake *handshake)
{
    struct scan scan;
    int64_t count = 0;
    if (!scan_begin(&scan, rows, handshake))
        return value_unknown();
    if (!rows->condition)
        return value_integer(scan.count);
    for (; scan.row < scan.count; scan.row++) {
        if (is_true(rows->condition, handshake, &scan))
            count++;
        else if (!is_true(rows->opposite, handshake, &scan))
            return value_unknown();
    }
    return value_integer(count);
}

/* ---- Operands ------------------------------------------------------------------------------------------ */

static struct value element_at(const struct scan *scan, unsigned column)
{
    const struct value_list *list = &scan->columns[column];
    return scan->row < list->count ? list->at(list->owner, scan->row) : value_unknown();
}

static struct value operand_value(const struct operand *operand, const struct handshake *handshake,
                                  const struct scan *scan)
{
    switch (operand->kind) {
    case OPERAND_LITERAL:
        return literal_value(operand->literal);
    case OPERAND_FIELD:
        return operand->field->get(handshake);
    case OPERAND_COLUMN:
        return element_at(scan, operand->column);
    case OPERAND_SHOWN_FIELD:
        return shown_value(operand->field, handshake);
    case OPERAND_SHOWN_COLUMN:
        return shown_element(element_at(scan, operand->column), handshake);
    case OPERAND_COUNT:
        return count_of(operand->count, handshake);
    }
    return value_unknown();
}

/* ---- Comparisons --------------------------------------------------------------------------------------- */

static enum relation order_numbers(int64_t a, int64_t b)
{
    return a < b ? RELATION_LESS : a > b ? RELATION_GREATER : RELATION_EQUAL;
}

static enum relation order_texts(const struct value *a, const struct value *b)
{
    uint32_t length = a->text.length < b->text.length ? a->text.length : b->text.length;
    int order = length > 0 ? memcmp(a->text.bytes, b->text.bytes, length) : 0;
    return order != 0 ? order_numbers(order, 0) : order_numbers(a->text.length, b->text.length);
}

/* The first `bits` bits are the same. Addresses have no order: what is not equal is less. */
static enum relation order_addresses(const struct address *a, const struct address *b, unsigned bits)
{
    if (a->family != b->family || memcmp(a->bytes, b->bytes, bits / 8) != 0)
        return RELATION_LESS;
    unsigned spare = 8 - bits % 8;
    bool equal = spare == 8 || a->bytes[bits / 8] >> spare == b->bytes[bits / 8] >> spare;
    return equal ? RELATION_EQUAL : RELATION_LESS;
}

enum relation values_order(const struct value *a, const struct value *b, unsigned prefix_bits)
{
    switch (a->type) {
    case VALUE_BOOLEAN:
        return order_numbers(a->boolean, b->boolean);
    case VALUE_INTEGER:
    case VALUE_TIME:
    case VALUE_DURATION:
        return order_numbers(a->integer, b->integer);
    case VALUE_TEXT:
        return order_texts(a, b);
    case VALUE_ADDRESS:
        return order_addresses(a->address, b->address, prefix_bits);
    case VALUE_UNKNOWN:
    case VALUE_LIST:
    case VALUE_TYPES:
        break;
    }
    return RELATION_LESS;
}

static unsigned bits_to_compare(const struct operand *right, const struct value *value)
{
    if (right->kind == OPERAND_LITERAL)
        return right->literal->prefix_bits;
    return value->type == VALUE_ADDRESS && value->address->family == 4 ? 32 : 128;
}

static bool compare_is_true(const struct node *node, const struct handshake *handshake,
                            const struct scan *scan)
{
    struct value left = operand_value(&node->left, handshake, scan);
    if (left.type != node->left.type)
        return false;
    struct value right = operand_value(&node->right, handshake, scan);
    if (right.type != node->left.type)
        return false;
    return (values_order(&left, &right, bits_to_compare(&node->right, &right)) & node->relation) != 0;
}

static bool range_covers(const struct range *range, const struct value *value)
{
    struct value low = literal_value(&range->low), high = literal_value(&range->high);
    return values_order(value, &low, range->low.prefix_bits) != RELATION_LESS &&
           values_order(value, &high, range->high.prefix_bits) != RELATION_GREATER;
}

static bool set_covers(const struct set *set, const struct value *value)
{
    for (size_t i = 0; i < set->count; i++)
        if (range_covers(&set->ranges[i], value))
            return true;
    return false;
}

static bool contains_is_true(const struct node *node, const struct value *left,
                             const struct handshake *handshake, const struct scan *scan)
{
    struct value right = operand_value(&node->right, handshake, scan);
    if (right.type != VALUE_TEXT)
        return false;
    bool found = memmem(left->text.bytes, left->text.length, right.text.bytes, right.text.length) != NULL;
    return found != node->negated;
}

static bool matches_is_true(const struct node *node, const struct value *left)
{
    enum regex_result result = regex_match(node->regex, left->text.bytes, left->text.length);
    return result == (node->negated ? REGEX_NO_MATCH : REGEX_MATCH);
}

/* ---- Nodes --------------------------------------------------------------------------------------------- */

/* Leaves that ask about one operand. */
static bool leaf_is_true(const struct node *node, const struct handshake *handshake, const struct scan *scan)
{
    struct value left = operand_value(&node->left, handshake, scan);
    if (node->kind == NODE_KNOWN)
        return (left.type != VALUE_UNKNOWN) != node->negated;
    if (left.type != node->left.type)
        return false;
    if (node->kind == NODE_FACT)
        return left.boolean != node->negated;
    if (node->kind == NODE_IN)
        return set_covers(node->set, &left) != node->negated;
    if (node->kind == NODE_CONTAINS)
        return contains_is_true(node, &left, handshake, scan);
    return matches_is_true(node, &left);
}

static bool is_true(const struct node *node, const struct handshake *handshake, const struct scan *scan)
{
    const struct node *part;
    switch (node->kind) {
    case NODE_AND:
        for (part = node->parts; part && is_true(part, handshake, scan);)
            part = part->next;
        return part == NULL;
    case NODE_OR:
        for (part = node->parts; part && !is_true(part, handshake, scan);)
            part = part->next;
        return part != NULL;
    case NODE_COMPARE:
        return compare_is_true(node, handshake, scan);
    case NODE_ANY:
        return any_is_true(node->rows, handshake);
    case NODE_ALL:
        return all_is_true(node->rows, handshake);
    default:
        return leaf_is_true(node, handshake, scan);
    }
}

bool node_is_true(const struct node *node, const struct handshake *handshake)
{
    return is_true(node, handshake, NULL);
}

bool expression_holds(const struct expression *expression, const struct handshake *handshake)
{
    return is_true(expression->root, handshake, NULL);
}
