/* random_tool: random models, and what they compute.
 *
 *     random_tool text SEED                 the model of a seed
 *     random_tool count FIRST COUNT         how many models have each feature; fails where too few
 *     random_tool agree FIRST COUNT         evaluates models, as they are and after the passes
 *     random_tool make FIRST COUNT DIR      models, programs and expected numbers, in a folder
 *     random_tool some FIRST COUNT SINCE DIR
 *                                           the same, but programs only of models that have a
 *                                           feature which none before them has, from SINCE on, and
 *                                           without passes of each third of these
 *     random_tool file x.ae DIR             the same of one model
 *
 * `make` evaluates every entry of every model in double, as no pass has touched it and as all have,
 * for three numbers of rows, and fails where the two differ.  It writes SEED.ae, SEED_plain.c and
 * SEED_passes.c, and what the programs must compute into `expected`: lines that say what follows,
 * and numbers.  `programs.def` names all programs.
 */
#include "driver/compile.h"
#include "emit/emit.h"
#include "features.h"
#include "leaf.h"
#include "model.h"
#include "math/random.h"

#include <stdlib.h>
#include <string.h>

static const double tolerance = 1e-9;

/* ---- one model through the compiler ---- */

/* `list`: the passes that run, or NULL for all of them; steps are joined where `cse` runs. */
static Program *compile(Arena *arena, const char *name, const Text *text, const char *list) {
    static Compiler compiler; /* the prelude is read once for all models */
    if (!compiler.prelude) {
        Arena *lasting = arena_open();
        compiler = (Compiler){.arena = lasting, .names = names_open(lasting)};
        compile_prelude(&compiler, diag_open(lasting));
    }
    Diag *diag = compile_diag(arena);
    ModelSource source = {.tree =
                              compile_parse(&compiler, arena, diag, name, text->at, text->length),
                          .path = name,
                          .command = arena_printf(arena, "aecc %s -o model.c", name)};
    Model *model = compile_check(&compiler, arena, diag, &source);
    Program *program = model ? compile_lower(&compiler, arena, diag, &source, model) : NULL;
    const char *unknown;
    PassOptions passes = {0};
    if (list && !passes_select(&passes, arena, list, &unknown))
        die("no pass %s", unknown);
    for (int i = 0; program && i < program->entries.count; i++)
        program->entries.at[i].graph->tells =
            false; /* arguments at poles: other formulas have others */
    if (!program || !compile_graphs(program, &passes, STAGE_simple)) {
        diag_print(diag, stderr);
        return NULL;
    }
    return program;
}

/* ---- the evaluator's leaves ---- */

/* A slot that a step before has assigned. */
typedef struct Assigned {
    const char *name;
    const double *values;
} Assigned;

typedef struct Leaves {
    Arena *arena;
    const Program *program;
    int rows;
    List(Assigned) assigned;
} Leaves;

static double scalar_value(const Leaves *leaves, const char *name) {
    const struct {
        const char *name;
        double value;
    } known[] = {{"rows", leaves->rows},
                 {"data_size", leaf_clock.data_size},
                 {"step", leaf_clock.step},
                 {"epoch", leaf_clock.epoch},
                 {"examples", leaf_clock.examples},
                 {"steps_per_epoch", leaf_clock.steps_per_epoch},
                 {"stage_step", leaf_clock.stage_step},
                 {"stage_steps", leaf_clock.stage_steps}};
    const ScalarInfo *scalar = program_scalar(leaves->program, name);
    for (size_t i = 0; !scalar && i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].value;
    if (!scalar)
        die("no scalar %s", name);
    if (scalar->kind == SCALAR_update)
        return leaf_update(scalar->index);
    const HyperInfo *hyper = &leaves->program->hypers.at[scalar->index];
    return scalar->kind == SCALAR_set ? leaf_set(hyper->scheduled, scalar->index)
                                      : leaf_hyper(hyper->value, hyper->scheduled, scalar->index);
}

static double leaf_value(const Leaves *leaves, const Node *node, int element) {
    const Program *program = leaves->program;
    const char *name = node->attr.name;
    if (node->op == OP_scalar)
        return scalar_value(leaves, name);
    for (int i = 0; node->op == OP_input && i < program->inputs.count; i++) {
        const InputInfo *info = &program->inputs.at[i];
        if (strcmp(info->name, name) == 0 && info->kind == INPUT_tokens)
            return leaf_token(name, info->classes, info->type.dim[0], element);
        if (strcmp(info->name, name) == 0)
            return leaf_input(name, info->classes, info->low, info->high, element);
    }
    if (node->op == OP_input) /* the code that decode reads */
        return leaf_input(name, 0, 0, 1, element);
    for (int i = 0; i < program->slots.count; i++)
        if (strcmp(program->slots.at[i].name, name) == 0)
            return leaf_slot(name, program->slots.at[i].kind == SLOT_optimizer, element);
    die("no slot %s", name);
}

static const double *leaf(void *user, const Node *node) {
    const Leaves *leaves = user;
    bool is_slot = node->op == OP_param || node->op == OP_state;
    for (int i = leaves->assigned.count - 1; is_slot && i >= 0; i--)
        if (strcmp(leaves->assigned.at[i].name, node->attr.name) == 0)
            return leaves->assigned.at[i].values;
    int size = (int)type_size(node->type, leaves->rows);
    double *values = NEW_ARRAY(leaves->arena, double, size);
    for (int i = 0; i < size; i++)
        values[i] = leaf_value(leaves, node, i);
    return values;
}

static double draw(void *user, Op op, const char *name, int row, int element) {
    AertKey key = aert_key(LEAF_SEED, LEAF_EPOCH, aert_stream(name), (uint64_t)leaf_example(row));
    (void)user;
    return op == OP_rand ? aert_uniform_f64(key, (uint32_t)element)
                         : aert_normal_f64(key, (uint32_t)element);
}

/* Later graphs see what this one assigns. */
static const double **evaluate(Leaves *leaves, const Graph *graph) {
    const double **values =
        ir_eval(leaves->arena, graph, &(EvalContext){leaves->rows, leaf, draw, leaves});
    for (int i = 0; i < graph->roots.count; i++) {
        const Root *root = &graph->roots.at[i];
        if (root->kind == ROOT_assign)
            list_add(leaves->arena, &leaves->assigned,
                     ((Assigned){root->name, values[root->node->id]}));
    }
    return values;
}

/* ---- what must come out ---- */

typedef struct Output {
    FILE *expected, *programs;
    const char *dir;
    int some; /* programs only of models with a feature that none from this seed on has; 0: of all
               */
    int written; /* models with programs */
    double worst;
    int joined; /* entries that are several steps */
} Output;

static void write_expected(FILE *to, const Program *program, const Graph *graph, int rows) {
    Arena *scratch = arena_open();
    const double **values = evaluate(&(Leaves){scratch, program, rows, {0}}, graph);
    fprintf(to, "entry %s %d\n", graph->name, rows);
    for (int i = 0; i < graph->roots.count; i++) {
        const Root *root = &graph->roots.at[i];
        int size = (int)type_size(root->node->type, rows);
        fprintf(to, "%s %s %d\n", root->kind == ROOT_assign ? "slot" : "output", root->name, size);
        fwrite(values[root->node->id], sizeof(double), (size_t)size, to);
    }
    arena_close(scratch);
}

/* The passes may join sums of hundreds of numbers in another order. */
static double difference(const double *a, const double *b, int size) {
    double scale = 1e-3, worst = 0;
    for (int i = 0; i < size; i++)
        scale += fabs(b[i]) / size;
    for (int i = 0; i < size; i++) {
        double error = fabs(a[i] - b[i]) / (scale + fabs(b[i]));
        if (!(error <= worst) && a[i] != b[i])
            worst = error;
    }
    return worst;
}

static const Root *find_root(const Graph *graph, const Root *like) {
    for (int i = 0; i < graph->roots.count; i++)
        if (graph->roots.at[i].kind == like->kind &&
            strcmp(graph->roots.at[i].name, like->name) == 0)
            return &graph->roots.at[i];
    return NULL;
}

/* Steps that were joined report the first of two losses of one name. */
static bool is_hidden(const Program *plain, int first, int entry, const Root *root) {
    bool hidden = strcmp(root->name, "kinks") == 0; /* need not compare the same numbers */
    for (int i = first; i < entry && root->kind != ROOT_assign; i++)
        hidden |= find_root(plain->entries.at[i].graph, root) != NULL;
    return hidden;
}

/* What the plain entries first … last make one after the other, against an entry that is all of
 * them. */
static int compare(Output *out, int seed, const Program *plain, int first, int last,
                   const Program *simple, const Graph *whole, int rows) {
    Arena *scratch = arena_open();
    Leaves before = {scratch, plain, rows, {0}}, at_once = {scratch, simple, rows, {0}};
    const double **got = evaluate(&at_once, whole);
    int wrong = 0;
    for (int entry = first; entry <= last; entry++) {
        const Graph *graph = plain->entries.at[entry].graph;
        const double **want = evaluate(&before, graph);
        for (int i = 0; i < graph->roots.count; i++) {
            const Root *root = &graph->roots.at[i], *other = find_root(whole, root);
            int size = (int)type_size(root->node->type, rows);
            if (!other || !type_equal(root->node->type, other->node->type))
                die("the passes change the roots of %s", graph->name);
            if (is_hidden(plain, first, entry, root))
                continue;
            double error = difference(got[other->node->id], want[root->node->id], size);
            if (!(error <= out->worst))
                out->worst = error;
            if (error <= tolerance)
                continue;
            fprintf(stderr,
                    "seed %d, %s, %d rows: the passes change %s by %g (model in %s/%d.ae)\n", seed,
                    graph->name, rows, root->name, error, out->dir, seed);
            wrong = 1;
        }
    }
    arena_close(scratch);
    return wrong;
}

/* Every entry of the simple program against those plain ones that it stands for. */
static int compare_all(Output *out, int seed, const Program *plain, const Program *simple,
                       const int *rows) {
    int wrong = 0, first = 0;
    for (int i = 0; i < simple->entries.count; i++) {
        int last = first;
        while (last + 1 < plain->entries.count && plain->entries.at[last + 1].kind == ENTRY_step &&
               simple->steps.at[plain->entries.at[last + 1].step].joined)
            last++;
        out->joined += last > first;
        for (int k = 0; k < 3; k++)
            wrong |= compare(out, seed, plain, first, last, simple, simple->entries.at[i].graph,
                             rows[k]);
        first = last + 1;
    }
    if (first != plain->entries.count)
        die("seed %d: the programs have other entries", seed);
    return wrong;
}

static void write_file(const char *path, const Text *text) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text->at, 1, text->length, file) != text->length || fclose(file))
        die("%s cannot be written", path);
}

/* Which entries are emitted: all, but one gradient check, by one of the two programs where there
 * are two, to be quick. */
static bool is_emitted(const Program *program, int entry, int seed, bool checks) {
    const Entry *e = &program->entries.at[entry];
    return e->kind != ENTRY_gradcheck || (checks && e->step == seed / 2 % program->steps.count);
}

/* The program as it is emitted: these entries, and in double only. */
static void choose_entries(Program *program, int seed, bool checks) {
    int count = 0;
    for (int i = 0; i < program->entries.count; i++)
        if (is_emitted(program, i, seed, checks)) {
            program->entries.at[count] = program->entries.at[i];
            program->entries.at[count++].reals = IN_DOUBLE;
        }
    program->entries.count = count;
}

static void write_program(Output *out, const Program *program, int seed, const char *which) {
    Arena *arena = program->arena;
    const char *name = arena_printf(arena, "random_%d_%s", seed, which);
    Text text;
    text_open(&text, arena);
    text_add(&text, "#define main %s\n#define functions_f32 %s_f32\n#define functions_f64 %s_f64\n",
             name, name, name);
    const Target *target = &targets[TARGET_c];
    target->emit(&text, plan_program(program, target->schedule));
    write_file(arena_printf(arena, "%s/%d_%s.c", out->dir, seed, which), &text);
    fprintf(out->programs, "PROGRAM(%s)\n", name);
}

/* The model of a seed; of a file, where there is one. */
static int make(Output *out, int seed, const char *file) {
    Arena *arena = arena_open();
    Text text;
    int count[NUM_FEATURES] = {0}, wrong = 0;
    size_t length;
    text_open(&text, arena);
    if (!file)
        model_random(&text, (uint64_t)seed, count);
    else
        text_add(&text, "%s", text_read_file(arena, file, 1 << 20, &length));
    const char *name = arena_printf(arena, "%d.ae", seed);
    if (out->expected)
        write_file(arena_printf(arena, "%s/%s", out->dir, name), &text);
    Program *plain = compile(arena, name, &text, ""), *simple = compile(arena, name, &text, NULL);
    if (!plain || !simple) {
        fprintf(stderr, "seed %d: %s/%s does not compile\n", seed, out->dir, name);
        return arena_close(arena), 1;
    }
    const int rows[] = {plain->batch, plain->batch - 1 - (plain->batch > 3), 1};
    wrong |= compare_all(out, seed, plain, simple, rows);
    bool written = out->expected && (!out->some || feature_is_new(out->some, seed));
    bool both = written && (!out->some || out->written++ % 3 == 0);
    for (int p = both ? 0 : 1; p < 2 && written; p++) {
        Program *program = p ? simple : plain;
        choose_entries(program, seed, !both || p == !(seed % 2));
        write_program(out, program, seed, p ? "passes" : "plain");
        fprintf(out->expected, "program random_%d_%s %d\n", seed, p ? "passes" : "plain",
                3 * program->entries.count);
        for (int i = 0; i < 3 * program->entries.count; i++)
            write_expected(out->expected, program, program->entries.at[i / 3].graph, rows[i % 3]);
    }
    arena_close(arena);
    return wrong;
}

static int agree(int first, int count) {
    Output out = {.dir = "."};
    int wrong = 0;
    for (int seed = first; seed < first + count; seed++)
        wrong |= make(&out, seed, NULL);
    fprintf(stderr, "passes change numbers by %g at most, %d entries are joined steps\n", out.worst,
            out.joined);
    return wrong;
}

/* since: Output.some */
static int make_all(int first, int count, const char *file, const char *dir, int since) {
    Arena *arena = arena_open();
    Output out = {.dir = dir, .some = since};
    out.expected = fopen(arena_printf(arena, "%s/expected", dir), "wb");
    out.programs = fopen(arena_printf(arena, "%s/programs.def", dir), "w");
    if (!out.expected || !out.programs)
        die("%s cannot be written to", dir);
    int wrong = 0;
    for (int seed = first; seed < first + count; seed++)
        wrong |= make(&out, seed, file);
    fprintf(stderr, "passes change numbers by %g at most, %d entries are joined steps\n", out.worst,
            out.joined);
    fclose(out.expected);
    fclose(out.programs);
    arena_close(arena);
    return wrong;
}

int main(int argc, char **argv) {
    int first = argc > 2 ? atoi(argv[2]) : 0, count = argc > 3 ? atoi(argv[3]) : 0;
    if (argc == 3 && strcmp(argv[1], "text") == 0) {
        Arena *arena = arena_open();
        Text text;
        int has[NUM_FEATURES] = {0};
        text_open(&text, arena);
        model_random(&text, (uint64_t)first, has);
        fputs(text.at, stdout);
        return arena_close(arena), 0;
    }
    if (argc == 4 && strcmp(argv[1], "file") == 0)
        return make_all(0, 1, argv[2], argv[3], 0);
    if (argc == 4 && strcmp(argv[1], "count") == 0)
        return features_count(first, count);
    if (argc == 4 && strcmp(argv[1], "agree") == 0)
        return agree(first, count);
    if (argc == 5 && strcmp(argv[1], "make") == 0)
        return make_all(first, count, NULL, argv[4], 0);
    if (argc == 6 && strcmp(argv[1], "some") == 0)
        return make_all(first, count, NULL, argv[5], atoi(argv[4]));
    fprintf(stderr, "usage: random_tool text SEED | count FIRST COUNT | "
                    "agree FIRST COUNT | "
                    "make FIRST COUNT DIR | some FIRST COUNT SINCE DIR | file x.ae DIR\n");
    return 2;
}
