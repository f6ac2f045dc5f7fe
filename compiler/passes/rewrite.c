/* Rewrites formulas by the rules of rules.def.
 *
 * Does       replaces an instance of a rule's pattern by the rule's result, the first rule that
 *            fits
 * Requires   nothing
 * Keeps      values, to rounding, where the pattern is finite
 * Example      %2 = sigmoid(%1)   %3 = log(%2)
 *            → %2 = neg(%1)       %3 = softplus(%2)   %4 = neg(%3)
 */
#include "passes/passes.h"
#include "passes/pattern.h"
#include "passes/rebuild.h"

typedef struct Rule {
    Pattern *pattern, *result;
} Rule;

static const char *const texts[][2] = {
#define RULE(pattern, result, ...) {pattern, result},
#include "passes/rules.def"
};
enum { NUM_RULES = sizeof texts / sizeof *texts };

/* The rules by the operation at the root of their pattern. */
typedef struct Rules {
    List(Rule) of[NUM_OPS];
} Rules;

static Node *rewritten(Rebuild *r, const Node *node) {
    const Rules *rules = r->user;
    if (node->type.elem == ELEM_int && optab[node->op].elems == ELEMS_sums)
        return NULL; /* in another order it might pass 32 bits */
    for (int i = 0; i < rules->of[node->op].count; i++) {
        const Rule *rule = &rules->of[node->op].at[i];
        Captures binding = {{NULL}};
        if (!pattern_match(rule->pattern, node, &binding))
            continue;
        if (binding.at['s' - 'a'] && node->type.rank == 0)
            continue;
        Node *result = pattern_build(rule->result, r->graph, node->loc, &binding);
        return ir_expand(r->graph, node->loc, result, node->type);
    }
    return NULL;
}

/* The rules, read when they are first asked for and kept until the end: the pass runs a hundred
 * times and more. */
static Rules *all_rules(void) {
    static Arena *arena; /* kept beside the rules: whoever looks for leaks sees that it is */
    static Rules *rules;
    if (rules)
        return rules;
    arena = arena_open();
    rules = NEW(arena, Rules);
    for (int i = 0; i < NUM_RULES; i++) {
        Rule rule = {pattern_read(arena, texts[i][0]), pattern_read(arena, texts[i][1])};
        list_add(arena, &rules->of[rule.pattern->op], rule);
    }
    return rules;
}

bool pass_rewrite(Graph *graph) {
    return rebuild(graph, rewritten, all_rules());
}
