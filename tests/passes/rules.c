/* Every rule of rules.def by value, as floats and as doubles: its letters stand for zeros of both
 * signs and numbers of both signs, from small ones to some whose exponential overflows.
 *
 * Inside the rule's domain both sides are the same to rounding: each value comes with a bound of
 * what rounding has done to it, and the sides may be as far apart as their bounds say.  Anywhere,
 * the result is finite where the pattern is.
 *
 *     log(1 - sigmoid(a)), a = 100 as a float    pattern -inf, result -100: nothing is claimed
 *     a * 0, a = -1e9                            pattern -0, result 0: the same
 */
#include "passes/pattern.h"

#include <float.h>
#include <math.h>

static const struct {
    const char *pattern, *result;
    Domain domain;
} rules[] = {
#define RULE(pattern, result, domain, why) {pattern, result, DOMAIN_##domain},
#include "passes/rules.def"
};
enum { NUM_RULES = sizeof rules / sizeof *rules, LETTERS = 26 };

/* A precision: the largest numbers that are tried are such that four of them in a product overflow
 * in no order, and so for the smallest. */
typedef struct Precision {
    const char *name;
    double rounds, underflows;           /* a result is as exact as that, and none is below */
    double overflowing, largest, lowest; /* of these exp is infinite; tried sizes */
} Precision;

static const Precision precisions[] = {
    {"float", FLT_EPSILON, FLT_MIN, 100, 1e9, 1e-9},
    {"double", DBL_EPSILON, DBL_MIN, 800, 1e60, 1e-60},
};

static const double constants[] = {1.5, -2, 0, 0.75, 1e-9, -1e9};

enum {
    SIZES = 9,
    SAMPLES = 2 * SIZES,
    CONSTANTS = sizeof constants / sizeof *constants,
};

static double sample(const Precision *p, int k) {
    const double sizes[SIZES] = {0, 1, 0.3, 2, p->overflowing, p->largest, p->lowest, 1.5, 30};
    return k % 2 ? -sizes[k / 2] : sizes[k / 2];
}

static bool in_domain(Domain domain, double x) {
    switch (domain) {
    case DOMAIN_POSITIVE:
        return x > 0;
    case DOMAIN_NONZERO:
        return x != 0;
    case DOMAIN_UNIT:
        return x >= 0 && x <= 1;
    case DOMAIN_SMALL:
        return fabs(x) <= 2;
    case DOMAIN_ANY:
        break;
    }
    return true;
}

/* ---- values with a bound of their error ---- */

typedef struct Known {
    double value, error; /* what was computed; how far from it the exact value may lie */
} Known;

static double rounded(const Precision *p, double x) {
    return p->rounds == DBL_EPSILON ? x : (double)(float)x;
}

static Known compute(const Node *node, const Precision *p, const double *letter) {
    if (node->op == OP_input)
        return (Known){letter[node->attr.name[0] - 'a'], 0};
    Known in[3] = {{0, 0}};
    for (int i = 0; i < node->n_in; i++)
        in[i] = compute(node->in[i], p, letter);
    double (*of)(double, double, double, double) = optab[node->op].value;
    Known result = {rounded(p, of(in[0].value, in[1].value, in[2].value, node->attr.value)), 0};
    for (int corner = 0; corner < 1 << node->n_in; corner++) {
        double at[3] = {0};
        for (int i = 0; i < node->n_in; i++)
            at[i] = in[i].value + (corner >> i & 1 ? in[i].error : -in[i].error);
        double other = of(at[0], at[1], at[2], node->attr.value);
        if (other != result.value)
            result.error = fmax(result.error, fabs(other - result.value));
    }
    if (isfinite(result.value))
        result.error += p->rounds * fabs(result.value) + p->underflows;
    return result;
}

/* ---- a rule ---- */

typedef struct Check {
    int rule;
    const Precision *precision;
    const Node *before, *after;
    double letter[LETTERS];
    int wrong, compared; /* compared where the bounds are narrow */
} Check;

static void complain(const Check *c, const char *what, Known before, Known after) {
    printf("%s -> %s as %s: %s: %g, then %g; with", rules[c->rule].pattern, rules[c->rule].result,
           c->precision->name, what, before.value, after.value);
    for (int i = 0; i < LETTERS; i++)
        if (c->letter[i] == c->letter[i])
            printf(" %c = %g", 'a' + i, c->letter[i]);
    printf("\n");
}

static void look(Check *c) {
    Known before = compute(c->before, c->precision, c->letter);
    Known after = compute(c->after, c->precision, c->letter);
    bool inside = true;
    for (int i = 0; i < LETTERS; i++)
        inside = inside &&
                 (c->letter[i] != c->letter[i] || in_domain(rules[c->rule].domain, c->letter[i]));
    if (!isfinite(before.value))
        return;
    double bound = before.error + after.error;
    const char *what = !isfinite(after.value)                                   ? "not finite"
                       : inside && !(fabs(after.value - before.value) <= bound) ? "not the same"
                                                                                : NULL;
    if (what && c->wrong++ < 3)
        complain(c, what, before, after);
    c->compared += inside && bound <= 1e-5 * fabs(before.value) + 100 * c->precision->underflows;
}

/* Every letter from `letter` on that the pattern has takes each number in turn. */
static void try_letters(Check *c, const Captures *used, int letter) {
    while (letter < LETTERS && (!(used->bound >> letter & 1) || used->at[letter]->op == OP_const))
        letter++;
    if (letter == LETTERS) {
        look(c);
        return;
    }
    for (int k = 0; k < SAMPLES; k++) {
        c->letter[letter] = sample(c->precision, k);
        try_letters(c, used, letter + 1);
    }
    c->letter[letter] = NAN;
}

/* Letters as leaves: k and m constants, s and t one number, the others [n,4]. */
static Captures leaves(Graph *graph, double k, double m) {
    Captures binding = {.bound = (1u << LETTERS) - 1};
    for (int i = 0; i < LETTERS; i++) {
        char name[2] = {(char)('a' + i), 0};
        Type type = *name == 's' || *name == 't' ? type_scalar() : type_make(2, (int[]){ROWS, 4});
        binding.at[i] = *name == 'k' || *name == 'm'
                            ? ir_const(graph, (Loc){0}, *name == 'k' ? k : m)
                            : ir_leaf(graph, (Loc){0}, OP_input, name, type);
    }
    return binding;
}

static bool check_rule(int rule, double k, double m, Check *c) {
    Arena *arena = arena_open();
    Graph *graph = graph_open(arena, names_open(arena), "rule");
    Captures all = leaves(graph, k, m), used = {0};
    Pattern *pattern = pattern_read(arena, rules[rule].pattern);
    c->before = pattern_build(pattern, graph, (Loc){0}, &all);
    bool matches = pattern_match(pattern, c->before, &used);
    if (matches) {
        c->after = pattern_build(pattern_read(arena, rules[rule].result), graph, (Loc){0}, &used);
        for (size_t p = 0; p < sizeof precisions / sizeof *precisions; p++) {
            c->precision = &precisions[p];
            try_letters(c, &used, 0);
        }
    } else {
        printf("%s does not match itself\n", rules[rule].pattern);
    }
    arena_close(arena);
    return matches && (used.bound >> ('k' - 'a') & 1 || used.bound >> ('m' - 'a') & 1);
}

int main(void) {
    int wrong = 0;
    for (int rule = 0; rule < NUM_RULES; rule++) {
        Check c = {.rule = rule};
        for (int i = 0; i < LETTERS; i++)
            c.letter[i] = NAN;
        bool more = true;
        for (int k = 0; k < CONSTANTS * CONSTANTS && more; k++)
            more = check_rule(rule, constants[k % CONSTANTS], constants[k / CONSTANTS], &c);
        if (c.compared == 0)
            printf("%s: nothing was compared\n", rules[rule].pattern);
        wrong += c.wrong + (c.compared == 0);
    }
    return wrong > 0;
}
