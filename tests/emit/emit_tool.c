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
    InputKind kind = type.elem == ELEM_real ? INPUT_vector
                     : type.rank == 1       ? INPUT_class
                                            : INPUT_tokens;
    InputInfo info = {.kind = kind, .name = name, .type = {.rank = type.rank - 1}};
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
        list_add(arena, &program->entries, ((Entry){.kind = kind, .reals = reals, .graph = graph}));
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

/* A line that the program printed, "entry rows bits kind name count", and the values behind it. */
typedef struct Line {
    const char *entry, *rows, *bits, *kind, *name;
    int count;
    const double *values;
    bool used;
} Line;

typedef struct Lines {
    Line *at;
    int count, room;
    int next; /* where the last one was found: they come nearly in order */
} Lines;

static Lines read_lines(Arena *arena) {
    Lines lines = {0};
    char *text = NULL;
    size_t room = 0;
    while (getline(&text, &room, stdin) > 0) {
        text[strcspn(text, "\n")] = 0;
        char *at = arena_printf(arena, "%s", text), *field[6] = {0};
        for (int i = 0; i < 6 && at; i++) {
            field[i] = at;
            at = strchr(at, ' ');
            if (at)
                *at++ = 0;
        }
        int count = field[5] ? atoi(field[5]) : 0;
        double *values = NEW_ARRAY(arena, double, count);
        if (fread(values, sizeof *values, (size_t)count, stdin) != (size_t)count)
            die("the program's output ends behind %s", text);
        list_add(arena, &lines,
                 ((Line){field[0], field[1], field[2], field[3], field[4], count, values, false}));
    }
    free(text);
    return lines;
}

/* What the entry left in one place: printed where it must be, or NULL. */
typedef struct Expected {
    const char *entry;
    int rows, bits;
    const char *kind, *name;
} Expected;

static Line *find_line(Lines *lines, const Expected *e) {
    for (int i = 0; i < lines->count; i++) {
        Line *line = &lines->at[(lines->next + i) % lines->count];
        if (line->used || strcmp(line->name, e->name) != 0 || strcmp(line->entry, e->entry) != 0 ||
            strcmp(line->kind, e->kind) != 0 || atoi(line->rows) != e->rows ||
            atoi(line->bits) != e->bits)
            continue;
        line->used = true;
        lines->next = (int)(line - lines->at) + 1;
        return line;
    }
    return NULL;
}

/* `values`: what is expected, or NULL where the leaf has kept its numbers. Returns the number of
 * mistakes. */
static int check_values(const Expected *e, Line *line, const double *values, int size) {
    double limit = e->bits == 64 ? 1e-10 : 3e-5, scale = 0;
    const char *what = e->name;
    if (!line)
        return fprintf(stderr, "%s, %d rows, %d bits: no %s %s\n", e->entry, e->rows, e->bits,
                       e->kind, what),
               1;
    if (line->count != size)
        return fprintf(stderr, "%s %s: %d values, not %d\n", e->entry, what, line->count, size), 1;
    for (int i = 0; values && i < size; i++)
        scale += fabs(values[i]) / size;
    for (int i = 0; i < size; i++) {
        double got = line->values[i], want = values ? values[i] : test_leaf(what, i);
        double error = fabs(got - want) / (fabs(want) + scale + 1e-3);
        if (!(error <= limit) && !(got == want))
            return fprintf(stderr, "%s, %d rows, %d bits, %s %s[%d]: %.9g, not %.9g\n", e->entry,
                           e->rows, e->bits, e->kind, what, i, got, want),
                   1;
    }
    return 0;
}

static const Root *assignment(const Graph *graph, const char *slot) {
    for (int i = 0; i < graph->roots.count; i++)
        if (graph->roots.at[i].kind == ROOT_assign && strcmp(graph->roots.at[i].name, slot) == 0)
            return &graph->roots.at[i];
    return NULL;
}

/* One entry with a number of rows, in one precision: every output and loss of its graph, what it
 * assigns, and every other slot, which keeps its numbers; long ones that have kept them need not be
 * printed. */
static int check_entry(const Program *program, const Graph *graph, const double **values, int rows,
                       int bits, Lines *lines) {
    int mistakes = 0;
    for (int i = 0; i < graph->roots.count; i++) {
        const Root *root = &graph->roots.at[i];
        Expected e = {graph->name, rows, bits, "output", root->name};
        if (root->kind != ROOT_assign)
            mistakes += check_values(&e, find_line(lines, &e), values[root->node->id],
                                     (int)type_size(root->node->type, rows));
    }
    for (int i = 0; i < program->slots.count; i++) {
        const Slot *slot = &program->slots.at[i];
        const Root *root = assignment(graph, slot->name);
        int size = (int)type_size(slot->type, rows);
        Expected e = {graph->name, rows, bits, "slot", slot->name};
        Line *line = find_line(lines, &e);
        if (line || root || size <= LONGEST_SLOT)
            mistakes += check_values(&e, line, root ? values[root->node->id] : NULL, size);
    }
    return mistakes;
}

/* By the graphs: what a program does not print is missed, and what no graph says is too much. */
static int check_output(const Program *program) {
    Arena *arena = arena_open();
    Lines lines = read_lines(arena);
    int mistakes = 0, rows[TEST_SIZES];
    for (int i = 0; i < program->entries.count; i++)
        for (int r = 0; r < test_rows(program->batch, rows); r++) {
            const Entry *entry = &program->entries.at[i];
            Arena *scratch = arena_open();
            Check check = {scratch, rows[r]};
            EvalContext context = {rows[r], leaf, draw, &check};
            const double **values = ir_eval(scratch, entry->graph, &context);
            for (int bits = 32; bits <= 64; bits += 32)
                if (entry->reals & (bits == 32 ? IN_FLOAT : IN_DOUBLE))
                    mistakes += check_entry(program, entry->graph, values, rows[r], bits, &lines);
            arena_close(scratch);
        }
    for (int i = 0; i < lines.count; i++)
        if (!lines.at[i].used && mistakes++ < 20)
            fprintf(stderr, "%s: %s %s is of no graph, or printed twice\n", lines.at[i].entry,
                    lines.at[i].kind, lines.at[i].name);
    arena_close(arena);
    return mistakes > 0;
}

int main(int argc, char **argv) {
    if (argc != 4)
        return fprintf(stderr, "usage: emit_tool c|dot|null|plan|check x.ir batch\n"), 2;
    Program *program = read_program(argv[2], atoi(argv[3]));
    int status = 0;
    if (strcmp(argv[1], "check") == 0) {
        status = check_output(program);
    } else {
        bool printed = strcmp(argv[1], "plan") == 0;
        const Target *target = target_find(printed ? "c" : argv[1]);
        if (!target)
            return fprintf(stderr, "emit_tool: there is no target %s\n", argv[1]), 2;
        ProgramPlan *plan = plan_program(program, target->schedule);
        Text text;
        text_open(&text, program->arena);
        for (int i = 0; printed && i < plan->entries.count; i++)
            plan_print(&text, plan->entries.at[i]);
        if (!printed)
            target->emit(&text, plan);
        fputs(text.at, stdout);
    }
    arena_close(program->arena);
    return status;
}
