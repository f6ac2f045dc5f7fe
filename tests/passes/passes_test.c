/* Passes by value.
 *
 *     passes_test          every rule of rules.def: both sides agree on samples of its domain
 *     passes_test x.ir …   the files' roots have the same values before and after simplification,
 *                          which runs between the derivatives as the compiler runs it
 */
#include "autodiff/autodiff.h"
#include "autodiff/numeric.h"
#include "driver/compile.h"
#include "passes/pattern.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *pattern, *result;
    Domain domain;
} rules[] = {
#define RULE(pattern, result, domain, why) {pattern, result, DOMAIN_##domain},
#include "passes/rules.def"
};
enum { NUM_RULES = sizeof rules / sizeof *rules };

static const double tolerance = 1e-9;

/* Letters as leaves: k and m constants, s and t one number, the others [n,4]. */
static Captures letters(Graph *graph) {
    Captures binding;
    for (int i = 0; i < 26; i++) {
        char name[2] = {(char)('a' + i), 0};
        binding.at[i] =
            *name == 'k' || *name == 'm'
                ? ir_const(graph, (Loc){0}, *name == 'k' ? 1.5 : 0.75)
                : ir_leaf(graph, (Loc){0}, OP_input, name,
                          *name == 's' || *name == 't' ? type_scalar()
                                                       : type_make(2, (int[]){ROWS, 4}));
    }
    return binding;
}

static int check_rule(Arena *arena, Names *names, int i) {
    Graph *graph = graph_open(arena, names, "rule");
    Captures leaves = letters(graph), found = {{NULL}};
    Pattern *pattern = pattern_read(arena, rules[i].pattern);
    Node *before = pattern_build(pattern, graph, (Loc){0}, &leaves);
    if (!pattern_match(pattern, before, &found)) {
        printf("%s does not match itself\n", rules[i].pattern);
        return 1;
    }
    Node *after = pattern_build(pattern_read(arena, rules[i].result), graph, (Loc){0}, &found);
    after = ir_expand(graph, (Loc){0}, after, before->type);
    Samples samples = {.arena = arena, .domain = rules[i].domain};
    const double **values = numeric_values(graph, &samples);
    double error = numeric_error(values[after->id], values[before->id], numeric_size(before->type));
    if (error < tolerance)
        return 0;
    printf("%s and %s differ by %g\n", rules[i].pattern, rules[i].result, error);
    return 1;
}

/* ---- files ---- */

static bool read_file(Arena *arena, const char *path, GraphList *graphs, Diag *diag) {
    size_t length;
    const char *text = text_read_file(arena, path, 1 << 20, &length);
    if (!text)
        die("cannot read %s", path);
    return ir_read(arena, names_open(arena), diag, diag_source(diag, path, text, length), text,
                   graphs);
}

static int compare(Arena *arena, const Graph *plain, const Graph *simple) {
    int failures = 0;
    Samples samples = {.arena = arena, .domain = DOMAIN_ANY};
    const double **before = numeric_values(plain, &samples);
    const double **after = numeric_values(simple, &samples);
    for (int i = 0; i < plain->roots.count; i++) {
        const Node *node = plain->roots.at[i].node;
        double error = numeric_error(after[simple->roots.at[i].node->id], before[node->id],
                                     numeric_size(node->type));
        if (error < tolerance)
            continue;
        printf("%s: root %s is changed by %g\n", plain->name, plain->roots.at[i].name, error);
        failures++;
    }
    return failures;
}

static int check_file(Arena *arena, const char *path) {
    Diag *diag = diag_open(arena);
    GraphList plain = {0}, simple = {0};
    int failures = 0;
    if (!read_file(arena, path, &plain, diag) || !read_file(arena, path, &simple, diag))
        failures++;
    for (int i = 0; i < simple.count && failures == 0; i++) {
        autodiff_expand(plain.at[i], diag);
        compile_graph(simple.at[i], &(PassOptions){0}, diag);
        failures += compare(arena, plain.at[i], simple.at[i]);
    }
    diag_print(diag, stderr);
    return failures;
}

int main(int argc, char **argv) {
    Arena *arena = arena_open();
    Names *names = names_open(arena);
    int failures = 0;
    for (int i = 1; i < argc; i++)
        failures += check_file(arena, argv[i]);
    for (int i = 0; argc == 1 && i < NUM_RULES; i++)
        failures += check_rule(arena, names, i);
    arena_close(arena);
    return failures > 0;
}
