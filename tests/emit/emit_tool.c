/* emit_tool: programs made of graphs in IR text, for the tests of plan and emit.
 *
 *     emit_tool c x.ir batch              the C target's text
 *     emit_tool plan x.ir batch           the plan's text
 *     emit_tool check x.ir batch < out    what the program printed against the reference evaluator
 *
 * Every graph is an entry: "init", "step…", "gradcheck…" are what they say, any other an eval.
 * Slots and inputs are those that the graphs name.
 */
#include "emit/emit.h"
#include "program.h"
#include "math/random.h"

#include <stdlib.h>

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

static void add_slot(Program *program, SlotKind kind, const char *name, Type type) {
    for (int i = 0; i < program->slots.count; i++)
        if (program->slots.at[i].name == name)
            return;
    list_add(program->arena, &program->slots, ((Slot){.kind = kind, .name = name, .type = type}));
}

static void add_input(Program *program, const char *name, Type type) {
    for (int i = 0; i < program->inputs.count; i++)
        if (program->inputs.at[i].name == name)
            return;
    InputInfo info = {.kind = INPUT_vector, .name = name, .type = {.rank = type.rank - 1}};
    for (int d = 1; d < type.rank; d++)
        info.type.dim[d - 1] = type.dim[d];
    list_add(program->arena, &program->inputs, info);
}

/* "hyper:beta", "set:beta", "update:main": of a hyper or step that is made when it is first named.
 */
static void add_scalar(Program *program, const char *name) {
    static const char *const kinds[] = {
        [SCALAR_hyper] = "hyper:", [SCALAR_set] = "set:", [SCALAR_update] = "update:"};
    if (!strchr(name, ':') || program_scalar(program, name))
        return;
    ScalarInfo info = {.name = name};
    while (!starts(name, kinds[info.kind]))
        info.kind++;
    const char *of = strchr(name, ':') + 1;
    if (info.kind == SCALAR_update) {
        while (info.index < program->steps.count &&
               strcmp(program->steps.at[info.index].name, of) != 0)
            info.index++;
        if (info.index == program->steps.count)
            list_add(program->arena, &program->steps,
                     (StepInfo){.name = of, .loss = "loss", .over = "all", .every = 1});
    } else {
        while (info.index < program->hypers.count &&
               strcmp(program->hypers.at[info.index].name, of) != 0)
            info.index++;
        if (info.index == program->hypers.count)
            list_add(program->arena, &program->hypers, (HyperInfo){of, 0.5, false});
    }
    list_add(program->arena, &program->scalars, info);
}

static EntryKind kind_of(const char *name) {
    return starts(name, "init")        ? ENTRY_init
           : starts(name, "step")      ? ENTRY_step
           : starts(name, "gradcheck") ? ENTRY_gradcheck
                                       : ENTRY_eval;
}

static Program *read_program(const char *path, int batch) {
    Arena *arena = arena_open();
    Program *program = NEW(arena, Program);
    *program = (Program){.arena = arena,
                         .names = names_open(arena),
                         .diag = diag_open(arena),
                         .name = "test",
                         .source = "test.ae",
                         .command = "aecc test.ae -o test.c",
                         .batch = batch,
                         .code = {.rank = -1},
                         .image = {.rank = -1}};
    GraphList graphs = {0};
    size_t length;
    const char *text = text_read_file(arena, path, 1 << 24, &length);
    int file = text ? diag_source(program->diag, path, text, length) : 0;
    if (!text || !ir_read(arena, program->names, program->diag, file, text, &graphs)) {
        diag_print(program->diag, stderr);
        exit(2);
    }
    for (int g = 0; g < graphs.count; g++) {
        Graph *graph = graphs.at[g];
        EntryKind kind = kind_of(graph->name);
        unsigned reals = kind == ENTRY_gradcheck ? IN_DOUBLE : IN_FLOAT | IN_DOUBLE;
        list_add(arena, &program->entries, ((Entry){kind, reals, 0, 0, graph}));
        for (int i = 0; i < graph->nodes.count; i++) {
            const Node *node = graph->nodes.at[i];
            if (node->op == OP_param || node->op == OP_state)
                add_slot(program, node->op == OP_param ? SLOT_param : SLOT_state, node->attr.name,
                         node->type);
            else if (node->op == OP_input)
                add_input(program, node->attr.name, node->type);
            else if (node->op == OP_scalar)
                add_scalar(program, node->attr.name);
        }
        for (int i = 0; i < graph->roots.count; i++)
            if (graph->roots.at[i].kind == ROOT_assign)
                add_slot(program, SLOT_state, graph->roots.at[i].name,
                         graph->roots.at[i].node->type);
    }
    return program;
}

/* ---- check ---- */

typedef struct Check {
    Arena *arena;
    int rows;
} Check;

static double scalar_value(const char *name, int rows) {
    return strcmp(name, "rows") == 0 ? rows : starts(name, "update:") ? 3 : 0.5;
}

static const double *leaf(void *user, const Node *node) {
    const Check *check = user;
    int size = (int)type_size(node->type, check->rows);
    double *values = NEW_ARRAY(check->arena, double, size);
    for (int i = 0; i < size; i++)
        values[i] = node->op == OP_scalar ? scalar_value(node->attr.name, check->rows)
                                          : test_leaf(node->attr.name, i);
    return values;
}

static double draw(void *user, Op op, const char *name, int row, int element) {
    AertKey key = aert_key(TEST_SEED, TEST_EPOCH, aert_stream(name), (uint64_t)test_example(row));
    (void)user;
    return op == OP_rand ? aert_uniform_f64(key, (uint32_t)element)
                         : aert_normal_f64(key, (uint32_t)element);
}

static const Root *find_root(const Graph *graph, const char *kind, const char *name) {
    for (int i = 0; i < graph->roots.count; i++) {
        bool assign = graph->roots.at[i].kind == ROOT_assign;
        if (strcmp(graph->roots.at[i].name, name) == 0 && assign == (strcmp(kind, "slot") == 0))
            return &graph->roots.at[i];
    }
    return NULL;
}

/* One line of output: entry rows bits kind name count values…  Returns the number of mistakes. */
static int check_line(const Program *program, char *line) {
    char *entry = strtok(line, " "), *rows = strtok(NULL, " "), *bits = strtok(NULL, " ");
    char *kind = strtok(NULL, " "), *name = strtok(NULL, " "), *count = strtok(NULL, " ");
    if (!count)
        return fprintf(stderr, "no values: %s\n", line), 1;
    const Graph *graph = NULL;
    for (int i = 0; i < program->entries.count; i++)
        if (strcmp(program->entries.at[i].graph->name, entry) == 0)
            graph = program->entries.at[i].graph;
    const Root *root = graph ? find_root(graph, kind, name) : NULL;
    int size = atoi(count), mistakes = 0;
    double limit = strcmp(bits, "64") == 0 ? 1e-10 : 3e-5, scale = 0;
    Arena *arena = arena_open();
    Check check = {arena, atoi(rows)};
    const double *expected = NULL;
    if (root) {
        EvalContext context = {atoi(rows), leaf, draw, &check};
        expected = ir_eval(arena, graph, &context)[root->node->id];
        if ((int)type_size(root->node->type, atoi(rows)) != size)
            mistakes = fprintf(stderr, "%s %s: %d values\n", entry, name, size);
    }
    for (int i = 0; expected && i < size; i++)
        scale += fabs(expected[i]) / size;
    for (int i = 0; i < size; i++) {
        double got = strtod(strtok(NULL, " "), NULL),
               want = expected ? expected[i] : test_leaf(name, i);
        double error = fabs(got - want) / (fabs(want) + scale + 1e-3);
        if (!(error <= limit) && !(got == want) && mistakes++ == 0)
            fprintf(stderr, "%s, %s rows, %s bits, %s %s[%d]: %.9g, not %.9g\n", entry, rows, bits,
                    kind, name, i, got, want);
    }
    arena_close(arena);
    return mistakes > 0;
}

static int check_output(const Program *program) {
    int mistakes = 0, lines = 0;
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        line[strcspn(line, "\n")] = 0;
        mistakes += check_line(program, line);
        lines++;
    }
    free(line);
    if (lines == 0)
        fprintf(stderr, "the program printed nothing\n");
    return mistakes > 0 || lines == 0;
}

int main(int argc, char **argv) {
    if (argc != 4)
        return fprintf(stderr, "usage: emit_tool c|dot|null|plan|check x.ir batch\n"), 2;
    Program *program = read_program(argv[2], atoi(argv[3]));
    int status = 0;
    if (strcmp(argv[1], "check") == 0) {
        status = check_output(program);
    } else {
        ProgramPlan *plan = plan_program(program, &schedule_cpu);
        Text text;
        text_open(&text, program->arena);
        for (int i = 0; strcmp(argv[1], "plan") == 0 && i < plan->entries.count; i++)
            plan_print(&text, plan->entries.at[i]);
        if (strcmp(argv[1], "plan") != 0)
            status = !emit_target(argv[1], &text, plan);
        fputs(text.at, stdout);
    }
    arena_close(program->arena);
    return status;
}
