/* Reading, matching and building small formulas: see pattern.h.
 *
 *     sum     = product { ("+" | "-") product }
 *     product = power { ("*" | "/") power }
 *     power   = "-" power | primary [ "^" primary ]
 *     primary = number | letter | name "(" sum { "," sum } ")" | "(" sum ")"
 *
 * "-" binds weaker than "^" and tighter than "*".  A minus before a number makes a negative number.
 */
#include "passes/pattern.h"
#include "passes/rebuild.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

typedef struct Reader {
    Arena *arena;
    const char *text, *at;
} Reader;

static Pattern *read_sum(Reader *reader);

static bool accept(Reader *reader, char byte) {
    while (*reader->at == ' ')
        reader->at++;
    if (*reader->at != byte)
        return false;
    reader->at++;
    return true;
}

static void expect(Reader *reader, char byte) {
    if (!accept(reader, byte))
        die("'%c' is missing at byte %d of %s", byte, (int)(reader->at - reader->text),
            reader->text);
}

static Pattern *make(Reader *reader, Op op, Pattern *a, Pattern *b) {
    Pattern *pattern = NEW(reader->arena, Pattern);
    *pattern = (Pattern){.kind = PATTERN_op, .op = op, .n_in = b ? 2 : 1, .in = {a, b}};
    return pattern;
}

static Pattern *read_number(Reader *reader) {
    char *end;
    Pattern *pattern = NEW(reader->arena, Pattern);
    *pattern = (Pattern){.kind = PATTERN_number, .number = strtod(reader->at, &end)};
    reader->at = end;
    return pattern;
}

/* A letter, or an op with its operands. */
static Pattern *read_name(Reader *reader) {
    const char *begin = reader->at;
    Pattern *pattern = NEW(reader->arena, Pattern);
    while (isalnum((unsigned char)*reader->at))
        reader->at++;
    size_t length = (size_t)(reader->at - begin);
    if (length == 1) {
        *pattern = (Pattern){.kind = PATTERN_variable, .letter = *begin};
        return pattern;
    }
    if (!op_find(arena_copy(reader->arena, begin, length), &pattern->op))
        die("no operation at byte %d of %s", (int)(begin - reader->text), reader->text);
    expect(reader, '(');
    do
        pattern->in[pattern->n_in++] = read_sum(reader);
    while (pattern->n_in < 3 && accept(reader, ','));
    expect(reader, ')');
    if (pattern->n_in != optab[pattern->op].arity)
        die("%s has another number of operands in %s", optab[pattern->op].name, reader->text);
    return pattern;
}

static Pattern *read_primary(Reader *reader) {
    if (accept(reader, '(')) {
        Pattern *inner = read_sum(reader);
        expect(reader, ')');
        return inner;
    }
    return isdigit((unsigned char)*reader->at) ? read_number(reader) : read_name(reader);
}

static Pattern *read_power(Reader *reader) {
    if (accept(reader, '-')) {
        Pattern *a = read_power(reader);
        if (a->kind != PATTERN_number)
            return make(reader, OP_neg, a, NULL);
        a->number = -a->number;
        return a;
    }
    Pattern *a = read_primary(reader);
    return accept(reader, '^') ? make(reader, OP_pow, a, read_primary(reader)) : a;
}

static Pattern *read_product(Reader *reader) {
    Pattern *a = read_power(reader);
    for (;;) {
        if (accept(reader, '*'))
            a = make(reader, OP_mul, a, read_power(reader));
        else if (accept(reader, '/'))
            a = make(reader, OP_div, a, read_power(reader));
        else
            return a;
    }
}

static Pattern *read_sum(Reader *reader) {
    Pattern *a = read_product(reader);
    for (;;) {
        if (accept(reader, '+'))
            a = make(reader, OP_add, a, read_product(reader));
        else if (accept(reader, '-'))
            a = make(reader, OP_sub, a, read_product(reader));
        else
            return a;
    }
}

Pattern *pattern_read(Arena *arena, const char *text) {
    Reader reader = {arena, text, text};
    Pattern *pattern = read_sum(&reader);
    accept(&reader, ' ');
    if (*reader.at)
        die("byte %d of %s is not expected", (int)(reader.at - text), text);
    return pattern;
}

/* ---- matching ---- */

static bool may_stand(char letter, const Node *node) {
    double value;
    bool is_number = is_const(node, &value);
    if (letter == 'k' || letter == 'm')
        return is_number;
    bool number = letter == 's' || letter == 't';
    return !number || (!is_number && node->type.rank == 0);
}

bool pattern_may_be(const Pattern *pattern, Op op, bool is_one) {
    if (pattern->kind == PATTERN_op)
        return op == pattern->op;
    bool number = pattern->letter == 's' || pattern->letter == 't';
    bool literal = pattern->letter == 'k' || pattern->letter == 'm';
    if (pattern->kind == PATTERN_number || literal)
        return op == OP_const;
    return !number || (is_one && op != OP_const);
}

static bool match(const Pattern *pattern, Node *node, Captures *binding);

static bool match_operands(const Pattern *pattern, const Node *node, Captures *binding, bool swap) {
    unsigned bound = binding->bound;
    for (int i = 0; i < pattern->n_in; i++)
        if (!match(pattern->in[i], node->in[swap ? 1 - i : i], binding)) {
            binding->bound = bound;
            return false;
        }
    return true;
}

bool pattern_match(const Pattern *pattern, const Node *node, Captures *binding) {
    if (pattern->kind != PATTERN_op || node->op != pattern->op)
        return false;
    return match_operands(pattern, node, binding, false) ||
           ((optab[node->op].flags & COMMUTES) && match_operands(pattern, node, binding, true));
}

static bool match(const Pattern *pattern, Node *node, Captures *binding) {
    double value;
    if (pattern->kind == PATTERN_number)
        return is_const(node, &value) && value == pattern->number;
    if (pattern->kind == PATTERN_op)
        return pattern_match(pattern, node, binding);
    int letter = pattern->letter - 'a';
    if (binding->bound >> letter & 1)
        return binding->at[letter] == node;
    if (!may_stand(pattern->letter, node))
        return false;
    binding->bound |= 1u << letter;
    binding->at[letter] = node;
    return true;
}

/* ---- building ---- */

Node *pattern_build(const Pattern *pattern, Graph *graph, Loc loc, const Captures *binding) {
    Node *in[3];
    if (pattern->kind == PATTERN_number)
        return ir_const(graph, loc, pattern->number);
    if (pattern->kind == PATTERN_variable)
        return binding->at[pattern->letter - 'a'];
    for (int i = 0; i < pattern->n_in; i++)
        in[i] = pattern_build(pattern->in[i], graph, loc, binding);
    return graph_node(graph, pattern->op, loc, (Attr){0}, type_scalar(), pattern->n_in, in);
}
