/* Tables: what the runtime reads: kernels, outputs and entries for each precision, and the model.
 */
#include "emit/c/c.h"

/* How the runtime spells each kind. */
static const char *const entry_names[] = {
#define ABI_ENTRY(name, NAME, what) [ENTRY_##name] = "AERT_" #NAME,
#include "abi.def"
};
static const char *const input_names[] = {
#define ABI_INPUT(name, NAME, what) [INPUT_##name] = "AERT_" #NAME,
#include "abi.def"
};
static const char *const role_names[] = {
#define ABI_ROLE(name, NAME, what) [AS_##name] = "AERT_" #NAME,
#include "abi.def"
};
static const char *const scaling_names[] = {
#define ABI_SCALING(name, NAME, what) [SCALING_##name] = "AERT_" #NAME,
#include "abi.def"
};
static const char *const slot_names[] = {
#define ABI_SLOT(name, NAME, what) [SLOT_##name] = "AERT_" #NAME,
#include "abi.def"
};
static const char *const output_names[] = {
#define ABI_OUTPUT(name, NAME, what) [ROOT_##name] = "AERT_" #NAME,
#include "abi.def"
};
static const char *const watch_names[] = {
#define ABI_WATCH(name, NAME, what) [WATCH_##name] = "AERT_" #NAME,
#include "abi.def"
};

static const char *dims(Arena *arena, Type type) {
    Text out;
    text_open(&out, arena);
    text_add(&out, "%d, .dim = {", type.rank < 0 ? -1 : type.rank);
    for (int d = 0; d < type.rank; d++)
        text_add(&out, "%s%d", d > 0 ? ", " : "", type.dim[d]);
    text_add(&out, type.rank <= 0 ? "0}" : "}");
    return out.at;
}

static const char *place_of(Arena *arena, const Plan *plan, Loc loc) {
    return c_string(arena, plan->program->diag ? diag_place(plan->program->diag, loc) : "");
}

/* What was made for the rows so far is no longer needed. */
static void clear(const Writer *w) {
    if (w->scratch)
        arena_clear(w->scratch);
}

/* Where the arguments of the entry's kernels lie, a line for each kernel. */
static int write_places(Writer *w, const KernelTexts *texts, const Plan *plan, int first) {
    Arena *arena = cw_scratch(w);
    int count = 0;
    for (int i = 0; i < plan->kernels.count; i++)
        count += texts->at[first + i].n_args;
    if (count == 0)
        return 0;
    cw_line(w, "static const AertPlace REAL(%s_places)[] = {", c_entry_word(arena, plan));
    for (int i = 0; i < plan->kernels.count; i++)
        if (texts->at[first + i].n_args > 0)
            cw_line(w, "    %s,", texts->at[first + i].places->at);
    cw_line(w, "};");
    return count;
}

static void write_kernels(Writer *w, const KernelTexts *texts, const Plan *plan, int first) {
    Arena *arena = cw_scratch(w);
    if (plan->kernels.count == 0)
        return;
    cw_line(w, "static const AertKernel REAL(%s_kernels)[] = {", c_entry_word(arena, plan));
    for (int i = 0, args = 0; i < plan->kernels.count; i++) {
        const Kernel *k = &plan->kernels.at[i];
        formula_comment(&(Writer){w->text, 1, w->scratch}, plan, k);
        cw_line(w, "    {REAL(%s), %d, %d, %d, %d, %d},", share_name(arena, texts, first + i), args,
                k->extent, k->extent_rows, k->chunk, k->barrier);
        args += texts->at[first + i].n_args;
        clear(w);
    }
    cw_line(w, "};");
}

static bool is_timed(const Plan *plan) {
    return plan->entry->kind == ENTRY_step && plan->kernels.count > 0;
}

static void write_info(Writer *w, const Plan *plan) {
    Arena *arena = cw_scratch(w);
    if (!is_timed(plan))
        return;
    cw_line(w, "static const AertKernelInfo REAL(%s_info)[] = {", c_entry_word(arena, plan));
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *k = &plan->kernels.at[i];
        cw_line(w, "    {%s, %s, %.17g, %.17g},", c_string(arena, kernel_label(arena, plan, k)),
                place_of(arena, plan, k->node->loc), k->flops, k->flops_rows);
        clear(w);
    }
    cw_line(w, "};");
}

static int count_outputs(const Plan *plan) {
    int count = 0;
    for (int i = 0; i < plan->graph->roots.count; i++)
        count += plan->graph->roots.at[i].kind != ROOT_assign;
    return count;
}

static void write_outputs(Writer *w, const Plan *plan) {
    Arena *arena = cw_scratch(w);
    if (count_outputs(plan) == 0)
        return;
    cw_line(w, "static const AertOutput REAL(%s_outputs)[] = {", c_entry_word(arena, plan));
    for (int i = 0; i < plan->graph->roots.count; i++) {
        const Root *root = &plan->graph->roots.at[i];
        if (root->kind == ROOT_assign)
            continue;
        const Node *base = plan_base(plan, root->node);
        const char *columns = "";
        if (root->columns)
            columns = arena_printf(arena, ", .columns = 1 + %d",
                                   plan_input(plan->program, root->columns));
        cw_line(w, "    {%s, %s, %s, %zu, %s%s},", output_names[root->kind],
                c_string(arena, root->name), place_of(arena, plan, root->loc),
                plan->buffers.at[plan_place(plan, base).index].offset,
                dims(arena, root->node->type), columns);
    }
    cw_line(w, "};");
}

/* A set: bit 1 << index. No model has more inputs than bits; a graph in text may. */
static unsigned inputs_read(const Plan *plan) {
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

static void write_entry(Writer *w, const Plan *plan, int places) {
    Arena *arena = cw_scratch(w);
    const char *name = c_entry_word(arena, plan);
    int scalars = plan->fusion->scalars.count, outputs = count_outputs(plan);
    cw_line(w, "    {%s, %d, %d, %u, %s,", entry_names[plan->entry->kind], plan->entry->step,
            plan->entry->variant, inputs_read(plan), c_string(arena, plan->graph->name));
    cw_line(w, "     %d, %s, %s,", plan->kernels.count,
            plan->kernels.count ? arena_printf(arena, "REAL(%s_kernels)", name) : "NULL",
            is_timed(plan) ? arena_printf(arena, "REAL(%s_info)", name) : "NULL");
    cw_line(w, "     %d, %s,", places,
            places ? arena_printf(arena, "REAL(%s_places)", name) : "NULL");
    cw_line(w, "     %d, %s,", scalars, scalars ? arena_printf(arena, "%s_scalars", name) : "NULL");
    cw_line(w, "     %d, %s, %zu, %zu, %zu},", outputs,
            outputs ? arena_printf(arena, "REAL(%s_outputs)", name) : "NULL", plan->arena,
            plan->bound, plan->scratch);
}

/* Goes on with what is emitted in these precisions. */
void tables_switch_reals(Writer *w, unsigned *open, unsigned reals) {
    if (*open != reals && *open != (IN_FLOAT | IN_DOUBLE))
        cw_plain(w, "#endif");
    if (*open != reals && reals != (IN_FLOAT | IN_DOUBLE))
        cw_plain(w, "#if AERT_REAL == %d", reals == IN_FLOAT ? 32 : 64);
    *open = reals;
}

void tables_write_entries(Writer *w, const ProgramPlan *program) {
    Arena *arena = w->text->arena;
    KernelTexts texts = share_kernels(arena, program);
    unsigned open = IN_FLOAT | IN_DOUBLE;
    int number = 0, *places = NEW_ARRAY(arena, int, program->entries.count + 1);
    for (int e = 0; e < program->entries.count; e++) {
        const Plan *plan = program->entries.at[e];
        cw_plain(w, "/* ---- %s: %d kernels in %d phases, arena %zu reals ---- */",
                 plan->graph->name, plan->kernels.count, plan->phases, plan->arena);
        cw_blank(w);
        for (int i = number; i < number + plan->kernels.count; i++)
            if (texts.at[i].like == i) {
                tables_switch_reals(w, &open, texts.at[i].reals);
                share_write(w, &texts, i);
            }
        tables_switch_reals(w, &open, plan->entry->reals);
        places[e] = write_places(w, &texts, plan, number);
        write_kernels(w, &texts, plan, number);
        write_info(w, plan);
        write_outputs(w, plan);
        cw_blank(w);
        number += plan->kernels.count;
    }
    tables_switch_reals(w, &open, IN_FLOAT | IN_DOUBLE);
    cw_line(w, "static const AertEntry REAL(entries)[] = {");
    for (int e = 0; e < program->entries.count; e++) {
        tables_switch_reals(w, &open, program->entries.at[e]->entry->reals);
        write_entry(w, program->entries.at[e], places[e]);
    }
    tables_switch_reals(w, &open, IN_FLOAT | IN_DOUBLE);
    cw_line(w, "};");
    cw_line(w, "const AertProgram REAL(program) = {");
    cw_line(
        w,
        "    sizeof(real), (int)(sizeof REAL(entries) / sizeof *REAL(entries)), REAL(entries)};");
}

/* ---- the model ---- */

static void hash_text(uint64_t *hash, const char *text) {
    *hash = c_hash(c_hash(*hash, text), "\n");
}

static const char *hash_of(Arena *arena, const Program *program) {
    uint64_t hash = C_HASH_START;
    for (int i = 0; i < program->slots.count; i++)
        if (program->slots.at[i].kind <= SLOT_state) {
            hash_text(&hash, program->slots.at[i].name);
            hash_text(&hash, type_text(arena, program->slots.at[i].type));
        }
    for (int i = 0; i < program->inputs.count; i++) {
        hash_text(&hash, program->inputs.at[i].name);
        hash_text(&hash, type_text(arena, program->inputs.at[i].type));
    }
    return arena_printf(arena, "%016llx", (unsigned long long)hash);
}

static int slot_index(const Program *program, const char *name) {
    for (int i = 0; i < program->slots.count; i++)
        if (program->slots.at[i].name == name)
            return i;
    die("no slot %s", name);
}

/* The names of a table's columns. */
static void write_columns(Writer *w, const InputInfo *input, int index) {
    if (!input->column)
        return;
    cw_line(w, "static const char *const column_%d[] = {", index);
    for (int i = 0; i < input->type.dim[0]; i++)
        cw_line(w, "    %s,", c_string(cw_scratch(w), input->column[i]));
    cw_line(w, "};");
}

/* What not every input has, behind what all have. */
static const char *write_traits(Arena *arena, const Program *program, int index) {
    const InputInfo *input = &program->inputs.at[index];
    Text out;
    text_open(&out, arena);
    if (input->column)
        text_add(&out, ", .column = column_%d", index);
    text_add(&out, input->other ? ", .other = 1" : "");
    text_add(&out, input->missing ? ", .missing = 1" : "");
    if (input->of)
        text_add(&out, ", .of = %d", plan_input(program, input->of));
    if (input->scaling != SCALING_none)
        text_add(&out, ", .scaling = %s, .shift = %d, .scale = %d", scaling_names[input->scaling],
                 slot_index(program, input->shift), slot_index(program, input->scale));
    return out.at;
}

static void write_inputs(Writer *w, const Program *program) {
    Arena *arena = cw_scratch(w);
    if (program->inputs.count == 0)
        return;
    for (int i = 0; i < program->inputs.count; i++)
        write_columns(w, &program->inputs.at[i], i);
    cw_line(w, "static const AertInput inputs[] = {");
    for (int i = 0; i < program->inputs.count; i++) {
        const InputInfo *in = &program->inputs.at[i];
        cw_line(w, "    {%s, %s, %s, %s, %d, %.17g, %.17g, %d%s},", input_names[in->kind],
                role_names[in->role], c_string(arena, in->name), dims(arena, in->type), in->classes,
                in->low, in->high, in->ranged, write_traits(arena, program, i));
    }
    cw_line(w, "};");
}

static void write_slots(Writer *w, const ProgramPlan *plan) {
    const Program *program = plan->program;
    Arena *arena = cw_scratch(w);
    if (program->slots.count == 0)
        return;
    cw_line(w, "static const AertSlot slots[] = {");
    for (int i = 0; i < program->slots.count; i++) {
        const Slot *slot = &program->slots.at[i];
        cw_line(w, "    {%s, %s, %s, %zu, %d},", slot_names[slot->kind],
                c_string(arena, slot->name), dims(arena, slot->type), plan->slot_offset[i],
                slot->of ? slot_index(program, slot->of) : -1);
        clear(w);
    }
    cw_line(w, "};");
}

static void write_plateaus(Writer *w, const Program *program) {
    if (program->plateaus.count == 0)
        return;
    cw_line(w, "static const AertPlateau plateaus[] = {");
    for (int i = 0; i < program->plateaus.count; i++) {
        const PlateauInfo *plateau = &program->plateaus.at[i];
        cw_line(w, "    {%s, %s, %d},", c_string(cw_scratch(w), plateau->watch),
                watch_names[plateau->of], plateau->patience);
    }
    cw_line(w, "};");
}

static void write_hypers(Writer *w, const Program *program) {
    Arena *arena = cw_scratch(w);
    if (program->hypers.count == 0)
        return;
    cw_line(w, "static const AertHyper hypers[] = {");
    for (int i = 0; i < program->hypers.count; i++)
        cw_line(w, "    {%s, %.17g, %d},", c_string(arena, program->hypers.at[i].name),
                program->hypers.at[i].value, program->hypers.at[i].scheduled);
    cw_line(w, "};");
}

static void write_stages(Writer *w, const Program *program) {
    Arena *arena = cw_scratch(w);
    if (program->steps.count == 0)
        return;
    cw_line(w, "static const AertStep steps[] = {");
    for (int i = 0; i < program->steps.count; i++) {
        const StepInfo *step = &program->steps.at[i];
        cw_line(w, "    {%s, %s, %s, %d, %d, %d, %d, %d},", c_string(arena, step->name),
                c_string(arena, step->loss), c_string(arena, step->over),
                step->differentiates_twice, step->stage, step->every, step->when, step->joined);
    }
    cw_line(w, "};");
    if (program->stages.count == 0)
        return;
    cw_line(w, "static const AertStage stages[] = {");
    for (int i = 0; i < program->stages.count; i++) {
        const StageInfo *stage = &program->stages.at[i];
        cw_line(w, "    {%s, %d, %d, %d, %s, %s, %d, %d},", c_string(arena, stage->name),
                stage->epochs, stage->first, stage->steps, c_string(arena, stage->watch),
                watch_names[stage->of], stage->higher, stage->patience);
    }
    cw_line(w, "};");
}

void tables_write_model(Writer *w, const ProgramPlan *plan) {
    const Program *program = plan->program;
    Arena *arena = cw_scratch(w);
    write_inputs(w, program);
    write_slots(w, plan);
    write_hypers(w, program);
    write_plateaus(w, program);
    write_stages(w, program);
    cw_blank(w);
    cw_open(w, "int main(int argc, char **argv)");
    cw_line(w, "static const AertModel model = {");
    cw_line(w, "    .abi = AERT_ABI,");
    cw_line(w, "    .name = %s,", c_string(arena, program->name));
    cw_line(w, "    .source = %s,", c_string(arena, program->source));
    cw_line(w, "    .hash = \"%s\",", hash_of(arena, program));
    cw_line(w, "    .batch = %d,", program->batch);
    cw_line(w, "    .inputs = %d,", program->inputs.count);
    if (program->labelled)
        cw_line(w, "    .labelled = %d,", program->labelled);
    if (program->original)
        cw_line(w, "    .original = %d,", program->original);
    cw_line(w, "    .slots = %d,", program->slots.count);
    cw_line(w, "    .hypers = %d,", program->hypers.count);
    cw_line(w, "    .steps = %d,", program->steps.count);
    cw_line(w, "    .stages = %d,", program->stages.count);
    cw_line(w, "    .input = %s,", program->inputs.count ? "inputs" : "NULL");
    cw_line(w, "    .slot = %s,", program->slots.count ? "slots" : "NULL");
    if (program->plateaus.count)
        cw_line(w, "    .plateaus = %d, .plateau = plateaus,", program->plateaus.count);
    cw_line(w, "    .hyper = %s,", program->hypers.count ? "hypers" : "NULL");
    cw_line(w, "    .step = %s,", program->steps.count ? "steps" : "NULL");
    cw_line(w, "    .stage = %s,", program->stages.count ? "stages" : "NULL");
    cw_line(w, "    .store = %zu,", plan->store);
    cw_line(w, "    .code_rank = %d,", program->code.rank);
    cw_line(w, "    .image_rank = %d,", program->image.rank);
    for (int d = 0; d < program->code.rank; d++)
        cw_line(w, "    .code_dim[%d] = %d,", d, program->code.dim[d]);
    for (int d = 0; d < program->image.rank; d++)
        cw_line(w, "    .image_dim[%d] = %d,", d, program->image.dim[d]);
    cw_line(w, "    .cannot_decode = %s,", c_string(arena, program->cannot_decode));
    cw_line(w, "    .cannot_sample = %s,", c_string(arena, program->cannot_sample));
    cw_line(w, "    .best = %s,", c_string(arena, program->best));
    cw_line(w, "    .flops_example = %.17g,", plan->flops_example);
    cw_line(w, "    .cpu = AERT_CPU,");
    cw_line(w, "    .f32 = &program_f32,");
    cw_line(w, "    .f64 = &program_f64,");
    cw_line(w, "};");
    cw_line(w, "return aert_main(&model, argc, argv);");
    cw_close(w);
}
