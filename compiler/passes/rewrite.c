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

#include <stdint.h>

typedef struct Rule {
    Pattern *pattern, *result;
} Rule;

static const char *const texts[][2] = {
#define RULE(pattern, result, ...) {pattern, result},
#include "passes/rules.def"
};
enum { NUM_RULES = sizeof texts / sizeof *texts };

enum { SEEN = 2, MOST = 64 }; /* operands that are looked at first; rules of one operation */

/* The rules with one operation at the root of their pattern.  Most nodes fit none, and their
 * operands mostly show it: bit i of may[k][op][one] says whether operand k of an instance of rule i
 * can be an `op`, of one number or of several. */
typedef struct RuleSet {
    List(Rule) rules;
    uint64_t (*may)[NUM_OPS][2]; /* NULL where there are no rules */
} RuleSet;

typedef struct Rules {
    RuleSet of[NUM_OPS];
} Rules;

/* Which rules may fit, the operands being taken in this order. */
static uint64_t may_fit(const RuleSet *set, const Node *node, bool swap) {
    uint64_t fits = ~UINT64_C(0);
    for (int k = 0; k < node->n_in && k < SEEN; k++) {
        const Node *in = node->in[swap ? 1 - k : k];
        fits &= set->may[k][in->op][in->type.rank == 0];
    }
    return fits;
}

static Node *rewritten(Rebuild *r, const Node *node) {
    const Rules *rules = r->user;
    if (node->type.elem == ELEM_int && optab[node->op].elems == ELEMS_sums)
        return NULL; /* in another order it might pass 32 bits */
    const RuleSet *set = &rules->of[node->op];
    if (!set->may)
        return NULL;
    uint64_t fits = may_fit(set, node, false);
    if (optab[node->op].flags & COMMUTES)
        fits |= may_fit(set, node, true);
    for (int i = 0; i < set->rules.count && fits >> i != 0; i++) {
        const Rule *rule = &set->rules.at[i];
        if (!(fits >> i & 1))
            continue;
        Captures binding; /* not cleared for each of the many rules that do not fit */
        binding.bound = 0;
        if (!pattern_match(rule->pattern, node, &binding))
            continue;
        if (binding.bound >> ('s' - 'a') & 1 && node->type.rank == 0)
            continue;
        Node *result = pattern_build(rule->result, r->graph, node->loc, &binding);
        return ir_expand(r->graph, node->loc, result, node->type);
    }
    return NULL;
}

/* How many levels of operands it looks at. */
static int depth(const Pattern *pattern) {
    int deepest = 0;
    for (int i = 0; pattern->kind == PATTERN_op && i < pattern->n_in; i++) {
        int below = 1 + depth(pattern->in[i]);
        deepest = below > deepest ? below : deepest;
    }
    return deepest;
}

static void add_rule(Arena *arena, Rules *rules, const char *pattern, const char *result) {
    Rule rule = {.pattern = pattern_read(arena, pattern), .result = pattern_read(arena, result)};
    RuleSet *set = &rules->of[rule.pattern->op];
    uint64_t bit = UINT64_C(1) << set->rules.count % MOST;
    if (set->rules.count == MOST)
        die("more than %d rules of %s", MOST, optab[rule.pattern->op].name);
    if (depth(rule.pattern) > LEVELS)
        die("more than %d levels in %s", LEVELS, pattern);
    if (!set->may)
        set->may = arena_alloc(arena, SEEN * sizeof *set->may);
    list_add(arena, &set->rules, rule);
    for (int k = 0; k < rule.pattern->n_in && k < SEEN; k++)
        for (int op = 0; op < NUM_OPS; op++)
            for (int one = 0; one < 2; one++)
                if (pattern_may_be(rule.pattern->in[k], (Op)op, one))
                    set->may[k][op][one] |= bit;
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
    for (int i = 0; i < NUM_RULES; i++)
        add_rule(arena, rules, texts[i][0], texts[i][1]);
    return rules;
}

bool pass_rewrite(Graph *graph) {
    return rebuild_near(graph, PASS_rewrite, rewritten, all_rules());
}
