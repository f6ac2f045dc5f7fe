/* The tables of the entries, which the runtime reads: an entry's kernels and where their arguments
 * lie, by number (rows.c), and its outputs.  They stand beside the functions that the entry is the
 * first to have, once for both precisions.
 *
 *     static const uint8_t encode_kernels[] = {0, 7, …};
 *     static const uint8_t encode_places[] = {3, 0, 12, …};
 */
#include "emit/trainer/trainer.h"

#include <string.h>

/* How the runtime spells each kind. */
static const char *const entry_names[] = {
#define ABI_ENTRY(name, NAME, what) [ENTRY_##name] = "AERT_" #NAME,
#include "abi.def"
};
static const char *const output_names[] = {
#define ABI_OUTPUT(name, NAME, what) [ROOT_##name] = "AERT_" #NAME,
#include "abi.def"
};

static const char *place_of(Arena *arena, const Plan *plan, Loc loc) {
    return c_string(arena, plan->program->diag ? diag_place(plan->program->diag, loc) : "");
}

/* ---- tables ---- */

/* The entry whose tables it has. */
static const Plan *tables_of(const Plan *plan) {
    return plan->like ? plan->like : plan;
}

static const char *table_name(Arena *arena, const Plan *plan, const char *what) {
    return arena_printf(arena, "%s_%s", c_entry_word(arena, tables_of(plan)), what);
}

static void open_table(Writer *w, const Plan *plan, const char *type, const char *what) {
    cw_line(w, "static const %s %s[] = {", type, table_name(cw_scratch(w), plan, what));
}

static int count_places(const KernelCodes *codes, const Plan *plan, int first) {
    int count = 0;
    for (int i = 0; i < plan->parts.count; i++)
        count += codes->at[first + i].n_args;
    return count;
}

/* Where the arguments of the entry's kernels lie, a line for each kernel. */
static void write_places(Writer *w, Rows *rows, const KernelCodes *codes, const Plan *plan,
                         int first) {
    if (count_places(codes, plan, first) == 0)
        return;
    open_table(w, plan, "uint8_t", "places");
    for (int i = 0; i < plan->parts.count; i++) {
        const KernelCode *code = &codes->at[first + i];
        Text line;
        text_open(&line, cw_scratch(w));
        for (int a = 0; a < code->places.count; a++)
            text_add(&line, "%s%s", a > 0 ? ", " : "",
                     rows_place(w->text->arena, rows, &code->places.at[a]));
        if (code->places.count > 0)
            cw_line(w, "    %s,", line.at);
        cw_clear(w);
    }
    cw_line(w, "};");
}

static void write_kernels(Writer *w, const Rows *rows, const KernelCodes *codes, const Plan *plan,
                          int first) {
    Arena *arena = cw_scratch(w);
    if (plan->parts.count == 0)
        return;
    open_table(w, plan, "uint8_t", "kernels");
    for (int i = 0; i < plan->parts.count; i++) {
        const Plan *own = plan->parts.at[i].plan;
        formula_comment(&(Writer){w->text, 1, w->scratch}, own,
                        &own->kernels.at[plan->parts.at[i].place]);
        cw_line(w, "    %s, /* %s */", rows_kernel(arena, rows, first + i),
                share_name(arena, codes, first + i));
        cw_clear(w);
    }
    cw_line(w, "};");
}

/* ---- loops ---- */

static int count_parts(const Plan *plan);

/* Kernels that a plan's is in the entry's list: those of a loop. */
static int count_kernel(const Kernel *kernel) {
    Plan *plans[LOOP_PLANS];
    int own = plan_loop_plans(kernel, plans), count = own == 0;
    for (int k = 0; k < own; k++)
        count += count_parts(plans[k]);
    return count;
}

static int count_parts(const Plan *plan) {
    int count = 0;
    for (int i = 0; i < plan->kernels.count; i++)
        count += count_kernel(&plan->kernels.at[i]);
    return count;
}

/* Rows of the table of loops, one for each plan with kernels. */
static int count_loops(const Plan *plan) {
    int count = 0;
    for (int i = 0; i < plan->kernels.count; i++) {
        Plan *plans[LOOP_PLANS];
        for (int k = plan_loop_plans(&plan->kernels.at[i], plans); k-- > 0;)
            if (plans[k]->kernels.count > 0)
                count += 1 + count_loops(plans[k]);
    }
    return count;
}

static const char *given_place(Arena *arena, const ProgramPlan *program, const Plan *around,
                               Place place) {
    if (place.kind == PLACE_input)
        return arena_printf(arena, "AERT_INPUT(%d)", place.index);
    if (place.kind == PLACE_slot && around->loop)
        return arena_printf(arena, "AERT_GIVEN(%d)", place.index);
    if (place.kind == PLACE_slot)
        return arena_printf(arena, "AERT_STORE(%zu)", program->slot_offset[place.index]);
    return arena_printf(arena, "AERT_ARENA(%zu)",
                        around->base + around->buffers.at[place.index].offset);
}

/* The tables while they are written. */
typedef struct LoopTables {
    Writer *w; /* of what is given, a line for each value */
    Text rows; /* of loops */
    const ProgramPlan *program;
    int given, kernel; /* so many are written, or passed */
} LoopTables;

static void add_given(LoopTables *t, const Plan *plan) {
    Arena *arena = cw_scratch(t->w);
    for (int k = 0; k < plan->given.count; k++) {
        const Given *g = &plan->given.at[k];
        const Slot *slot = g->tokens ? NULL : &plan->program->slots.at[k];
        cw_line(t->w, "    {%s, %d, %zu, %zu, %ld, %ld}, /* %s */",
                given_place(arena, t->program, plan->around, g->place),
                !slot || slot->type.elem == ELEM_int, g->at, g->at_rows, g->step, g->step_rows,
                c_word(arena, slot ? slot->name : g->tokens->attr.name));
    }
    t->given += plan->given.count;
}

/* A row for each of the plan's loops, those within one behind it. */
static void add_loops(LoopTables *t, const Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        Plan *plans[LOOP_PLANS];
        int count = plan_loop_plans(kernel, plans), given = 0; /* where those of the body begin */
        for (int k = 0; k < count; k++) {
            const Plan *of = plans[k];
            bool idle = of == kernel->idle; /* which is given the same */
            given = idle ? given : t->given;
            if (of->kernels.count == 0)
                continue;
            text_add(&t->rows, "    {%d, %d, %d, %d, %d, %d, %d},\n", t->kernel, count_parts(of),
                     idle ? 0 : of->steps, given, of->given.count, count_loops(of),
                     kernel->idle && of == kernel->body ? kernel->gate : -1);
            if (!idle)
                add_given(t, of);
            add_loops(t, of);
        }
        t->kernel += count == 0;
    }
}

/* What the steps of all the entry's loops are given and leave; then the loops. */
static void write_loops(Writer *w, const ProgramPlan *program, const Plan *plan) {
    LoopTables tables = {.w = w, .program = program};
    if (count_loops(plan) == 0)
        return;
    text_open(&tables.rows, w->text->arena);
    open_table(w, plan, "AertGiven", "given");
    add_loops(&tables, plan);
    cw_line(w, "};");
    open_table(w, plan, "AertLoop", "loops");
    text_add_bytes(w->text, tables.rows.at, tables.rows.length);
    cw_line(w, "};");
}

static bool is_timed(const Plan *plan) {
    return plan->entry->kind == ENTRY_step && plan->parts.count > 0;
}

static void write_info(Writer *w, const Plan *plan) {
    Arena *arena = cw_scratch(w);
    if (!is_timed(plan))
        return;
    open_table(w, plan, "AertKernelInfo", "info");
    for (int i = 0; i < plan->parts.count; i++) {
        const Plan *own = plan->parts.at[i].plan;
        const Kernel *k = &own->kernels.at[plan->parts.at[i].place];
        cw_line(w, "    {%s, %s, %.9g, %.9g},", c_string(arena, kernel_label(arena, own, k)),
                place_of(arena, plan, k->node->loc), (double)(float)k->flops,
                (double)(float)k->flops_rows);
        cw_clear(w);
    }
    cw_line(w, "};");
}

static int count_outputs(const Plan *plan) {
    int count = 0;
    for (int i = 0; i < plan->graph->roots.count; i++)
        count += plan->graph->roots.at[i].kind != ROOT_assign;
    return count;
}

static void write_outputs(Writer *w, const Plan *plan, const Dims *dims) {
    Arena *arena = cw_scratch(w);
    if (count_outputs(plan) == 0)
        return;
    open_table(w, plan, "AertOutput", "outputs");
    for (int i = 0; i < plan->graph->roots.count; i++) {
        const Root *root = &plan->graph->roots.at[i];
        if (root->kind == ROOT_assign)
            continue;
        const Node *base = plan_base(plan, root->node);
        int columns = root->columns ? 1 + plan_input(plan->program, root->columns) : 0;
        cw_line(w, "    {%s, %s, dims + %d, %zu, %s, %d, %d, %d},", c_string(arena, root->name),
                place_of(arena, plan, root->loc), dims_place(dims, root->node->type),
                plan->buffers.at[plan_place(plan, base).index].offset, output_names[root->kind],
                root->node->type.rank, root->node->type.elem == ELEM_int, columns);
    }
    cw_line(w, "};");
}

/* What kernels see of the input that is drawn, a row for each, those of a loop the loop's, then of
 * what is drawn. */
static void write_reach(Writer *w, const Plan *plan) {
    if (!plan->reach)
        return;
    open_table(w, plan, "AertReach", "reach");
    for (int i = 0; i <= plan->kernels.count; i++) {
        const Reach *reach = &plan->reach[i];
        int parts = i < plan->kernels.count ? count_kernel(&plan->kernels.at[i]) : 1;
        while (parts-- > 0)
            cw_line(w, "    {%d, %d, %d, %d},", reach->lines, reach->ahead, reach->from,
                    reach->end);
    }
    cw_line(w, "};");
}

/* A set: bit 1 << index. No model has more inputs than bits; a graph in text may. */
unsigned trainer_inputs_read(const Plan *plan) {
    const Program *program = plan->program;
    unsigned reads = 0;
    for (int i = 0; i < plan->graph->nodes.count; i++) {
        const Node *node = plan->graph->nodes.at[i];
        int input =
            node->op == OP_input ? plan_input(program, node->attr.name) : program->inputs.count;
        if (input < program->inputs.count && program->inputs.at[input].of)
            input = plan_input(program, program->inputs.at[input].of);
        if (input < program->inputs.count && input < MAX_INPUTS)
            reads |= 1u << input;
    }
    return reads;
}

static bool writes(const Kernel *kernel, Place place) {
    for (int i = 0; i < kernel->touches.count; i++) {
        const Touch *touch = &kernel->touches.at[i];
        if (touch->write && touch->place.kind == place.kind && touch->place.index == place.index)
            return true;
    }
    return false;
}

/* How many kernels, from the first, compute all outputs but gradients: a loop is one of the plan
 * around it. */
static int before_gradients(const Plan *plan) {
    int most = 0;
    for (int r = 0; r < plan->graph->roots.count; r++) {
        const Root *root = &plan->graph->roots.at[r];
        if (root->kind == ROOT_assign || root->kind == ROOT_gradient)
            continue;
        Place place = plan_place(plan, plan_base(plan, root->node));
        for (int i = most; i < plan->parts.count; i++) {
            const Plan *own = plan->parts.at[i].plan;
            const Kernel *kernel = &own->kernels.at[plan->parts.at[i].place];
            for (; own->loop; own = own->around)
                kernel = own->loop;
            if (writes(kernel, place))
                most = i + 1;
        }
    }
    return most;
}

static void write_entry(Writer *w, const KernelCodes *codes, const Plan *plan, int first) {
    static const char *const reals[] = {[IN_FLOAT] = "AERT_IN_FLOAT",
                                        [IN_DOUBLE] = "AERT_IN_DOUBLE",
                                        [IN_FLOAT | IN_DOUBLE] = "AERT_IN_FLOAT | AERT_IN_DOUBLE"};
    Arena *arena = cw_scratch(w);
    int scalars = plan_scalars(plan), loops = count_loops(plan), outputs = count_outputs(plan);
    int places = count_places(codes, plan, first);
    cw_line(w, "    {%s, %d, %d, %u, %s,", entry_names[plan->entry->kind], plan->entry->step,
            plan->entry->variant, trainer_inputs_read(plan), c_string(arena, plan->graph->name));
    cw_line(w, "     %d, NULL, %s,", plan->parts.count,
            is_timed(plan) ? table_name(arena, plan, "info") : "NULL");
    cw_line(w, "     %d, NULL,", places);
    cw_line(w, "     %d, %s, %s,", loops, loops ? table_name(arena, plan, "loops") : "NULL",
            loops ? table_name(arena, plan, "given") : "NULL");
    cw_line(w, "     %d, %s,", scalars, scalars ? table_name(arena, plan, "scalars") : "NULL");
    cw_line(w, "     %d, %s, %zu, %zu, %zu, %d, %s, %ld,", outputs,
            outputs ? table_name(arena, plan, "outputs") : "NULL", plan->arena, plan->bound,
            plan->scratch, before_gradients(plan),
            plan->reach ? table_name(arena, plan, "reach") : "NULL", plan->line);
    cw_line(w, "     %s, %s, %s},", plan->parts.count ? table_name(arena, plan, "kernels") : "NULL",
            places ? table_name(arena, plan, "places") : "NULL", reals[plan->entry->reals]);
    cw_clear(w);
}

void trainer_switch_reals(Writer *w, unsigned *open, unsigned reals) {
    if (*open != reals && *open != (IN_FLOAT | IN_DOUBLE))
        cw_plain(w, "#endif");
    if (*open != reals && reals != (IN_FLOAT | IN_DOUBLE))
        cw_plain(w, "#if AERT_REAL == %d", reals == IN_FLOAT ? 32 : 64);
    *open = reals;
}

static void write_tables(Writer *w, const ProgramPlan *program, Rows *rows,
                         const KernelCodes *codes, const Dims *dims, const Plan *plan, int first) {
    write_kernels(w, rows, codes, plan, first);
    write_places(w, rows, codes, plan, first);
    write_loops(w, program, plan);
    write_info(w, plan);
    write_outputs(w, plan, dims);
    write_reach(w, plan);
}

void trainer_write_kernels(Writer *w, const ProgramPlan *program, Rows *rows,
                           const KernelCodes *codes, const Dims *dims) {
    unsigned open = IN_FLOAT | IN_DOUBLE;
    for (int e = 0, first = 0; e < program->entries.count; e++) {
        const Plan *plan = program->entries.at[e];
        cw_plain(w, "/* ---- %s: %d kernels in %d phases, arena %zu reals ---- */",
                 plan->graph->name, plan->kernels.count, plan->phases, plan->arena);
        cw_blank(w);
        for (int i = first; i < first + plan->parts.count; i++)
            if (codes->at[i].like == i) {
                trainer_switch_reals(w, &open, codes->at[i].reals);
                share_write(w, codes, i);
            }
        if (!plan->like) {
            trainer_switch_reals(w, &open, IN_FLOAT);
            write_tables(w, program, rows, codes, dims, plan, first);
        }
        first += plan->parts.count;
    }
    trainer_switch_reals(w, &open, IN_FLOAT | IN_DOUBLE);
    rows_write_kernels(w, rows);
}

void trainer_write_entries(Writer *w, const ProgramPlan *program, const KernelCodes *codes) {
    if (program->entries.count == 0)
        return;
    cw_line(w, "static const AertEntry entries[] = {");
    for (int e = 0, first = 0; e < program->entries.count; e++) {
        write_entry(w, codes, program->entries.at[e], first);
        first += program->entries.at[e]->parts.count;
    }
    cw_line(w, "};");
}
