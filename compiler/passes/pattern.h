/* Patterns: small formulas over variables, matched against graphs and built into them.
 *
 *     "log(1 - sigmoid(a))" is matched by
 *     %1 = const 1   %3 = sigmoid(%2)   %4 = sub(%1, %3)   %5 = log(%4)     and binds a to %2
 */
#ifndef AECC_PATTERN_H
#define AECC_PATTERN_H

#include "ir/ir.h"

typedef enum PatternKind { PATTERN_op, PATTERN_number, PATTERN_variable } PatternKind;

typedef struct Pattern Pattern;
struct Pattern {
    PatternKind kind;
    Op op;
    double number;
    char letter; /* of a variable */
    int n_in;
    Pattern *in[3];
};

/* What the letters stand for. */
typedef struct Captures {
    unsigned bound; /* letters that stand for something, bit 0 for a */
    Node *at[26];
} Captures;

/* Dies where the text is no formula. */
Pattern *pattern_read(Arena *arena, const char *text);

/* Whether `node` is an instance of a pattern that is more than a letter; fills in `binding`, which
 * is empty. */
bool pattern_match(const Pattern *pattern, const Node *node, Captures *binding);

/* Whether an `op`, of one number or of several, can be an instance at all: what is asked first. */
bool pattern_may_be(const Pattern *pattern, Op op, bool is_one);

/* The formula as nodes. */
Node *pattern_build(const Pattern *pattern, Graph *graph, Loc loc, const Captures *binding);

#endif
