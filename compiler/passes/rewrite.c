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
    Op in[3]; /* what operands of the pattern's root are; NUM_OPS: anything */
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

/* Most nodes fit no rule, and their operands' operations mostly show it. */
static bool may_fit(const Rule *rule, const Node *node, bool swap) {
    for (int i = 0; i < node->n_in; i++)
        if (rule->in[i] != NUM_OPS && rule->in[i] != node->in[swap ? 1 - i : i]->op)
            return false;
    return true;
}

static Node *rewritten(Rebuild *r, const Node *node) {
    const Rules *rules = r->user;
    if (node->type.elem == ELEM_int && optab[node->op].elems == ELEMS_sums)
        return NULL; /* in another order it might pass 32 bits */
    bool commutes = optab[node->op].flags & COMMUTES;
    for (int i = 0; i < rules->of[node->op].count; i++) {
        const Rule *rule = &rules->of[node->op].at[i];
        if (!may_fit(rule, node, false) && !(commutes && may_fit(rule, node, true)))
            continue;
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

static Rule read_rule(Arena *arena, const char *pattern, const char *result) {
    Rule rule = {.pattern = pattern_read(arena, pattern), .result = pattern_read(arena, result)};
    for (int i = 0; i < rule.pattern->n_in; i++) {
        const Pattern *in = rule.pattern->in[i];
        rule.in[i] = in->kind == PATTERN_op       ? in->op
                     : in->kind == PATTERN_number ? OP_const
                                                  : NUM_OPS;
    }
    return rule;
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
        Rule rule = read_rule(arena, texts[i][0], texts[i][1]);
        list_add(arena, &rules->of[rule.pattern->op], rule);
    }
    return rules;
}

bool pass_rewrite(Graph *graph) {
    return rebuild(graph, rewritten, all_rules());
}
