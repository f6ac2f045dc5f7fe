/* The tables of the model, which the runtime reads: inputs, slots, hypers, steps and stages; and
 * the program's main().
 */
#include "emit/trainer/trainer.h"
#include "math/stream.h"

#include <string.h>

/* How the runtime spells each kind. */
static const char *const input_names[] = {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) [INPUT_##name] = "AERT_" #NAME,
#include "abi.def"
};
static const char *const ways_names[] = {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) [INPUT_##name] = "aert_ways_" #name,
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
static const char *const watch_names[] = {
#define ABI_WATCH(name, NAME, what) [WATCH_##name] = "AERT_" #NAME,
#include "abi.def"
};

/* "2, .dim = {28, 28}": a type as members of a table's row. */
static const char *dims_text(Arena *arena, Type type) {
    Text out;
    text_open(&out, arena);
    text_add(&out, "%d, .dim = {", type.rank < 0 ? -1 : type.rank);
    for (int d = 0; d < type.rank; d++)
        text_add(&out, "%s%d", d > 0 ? ", " : "", type.dim[d]);
    text_add(&out, type.rank <= 0 ? "0}" : "}");
    return out.at;
}

static void hash_text(uint64_t *hash, const char *text) {
    *hash = aert_hash(aert_hash(*hash, text), "\n");
}

/* What a file of weights must have: the names and shapes of slots and inputs. */
static const char *hash_of(Arena *arena, const Program *program) {
    uint64_t hash = AERT_HASH_START;
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
    if (!input->of) /* else no file is opened for it: the runtime fills it in */
        text_add(&out, ", .ways = &%s", ways_names[input->kind]);
    if (input->column)
        text_add(&out, ", .column = column_%d", index);
    text_add(&out, input->other ? ", .other = 1" : "");
    text_add(&out, input->characters ? ", .characters = 1" : "");
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
                role_names[in->role], c_string(arena, in->name), dims_text(arena, in->type),
                in->classes, in->low, in->high, in->ranged, write_traits(arena, program, i));
    }
    cw_line(w, "};");
}

/* Of what is kept for a parameter the name without the parameter's. */
static const char *own_name(Arena *arena, const Slot *slot) {
    size_t length = strlen(slot->name), more = slot->of ? strlen(slot->of) + 1 : 0;
    if (more && (length <= more || strcmp(slot->name + length - more + 1, slot->of) != 0 ||
                 slot->name[length - more] != ':'))
        die("%s is not named for %s", slot->name, slot->of);
    return arena_copy(arena, slot->name, length - more);
}

/* The list of slots. */
void trainer_write_slots(Writer *w, Told *told) {
    const Program *program = told->program->program;
    Arena *arena = cw_scratch(w);
    cw_line(w, "static const uint8_t slots[] = {");
    for (int i = 0; i < program->slots.count; i++) {
        const Slot *slot = &program->slots.at[i];
        int of = slot->of ? 1 + slot_index(program, slot->of) : 0;
        cw_line(w, "    %s, %s, %s, %s, %d, /* %d %s */",
                rows_number(arena, texts_name(&told->texts, own_name(arena, slot))),
                rows_number(arena, of), rows_number(arena, dims_place(&told->dims, slot->type)),
                slot_names[slot->kind], slot->type.rank, i, slot->name);
        told->made[MADE_character] += slot->of ? strlen(slot->name) + 1 : 0;
        cw_clear(w);
    }
    cw_line(w, "    0};");
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
        cw_line(w, "    {%s, %s, %d},", c_string(arena, program->hypers.at[i].name),
                c_double(arena, program->hypers.at[i].value), program->hypers.at[i].scheduled);
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

/* Whether an entry draws the input that it reads. */
static bool draws_in_order(const ProgramPlan *plan) {
    bool draws = false;
    for (int e = 0; e < plan->entries.count; e++) {
        EntryKind kind = plan->entries.at[e]->entry->kind;
        bool makes = kind == ENTRY_sample || kind == ENTRY_decode;
        draws |= makes && trainer_inputs_read(plan->entries.at[e]) & 1;
    }
    return draws;
}

static bool has_input(const Program *program, InputKind kind) {
    bool has = false;
    for (int i = 0; i < program->inputs.count; i++)
        has |= program->inputs.at[i].kind == kind;
    return has;
}

static bool has_entry(const Program *program, EntryKind kind) {
    bool has = false;
    for (int e = 0; e < program->entries.count; e++)
        has |= program->entries.at[e].kind == kind;
    return has;
}

/* Whether a product reads windows. */
static bool sees_windows(const Plan *plan, const Kernel *kernel) {
    const Node *product = plan->fusion->groups.at[kernel->group].main;
    return fuse_windows(plan->fusion, product, 0) || fuse_windows(plan->fusion, product, 1);
}

/* Whether that is true of a product of an entry. */
static bool any_product(const ProgramPlan *plan, bool (*is)(const Plan *, const Kernel *)) {
    bool any = false;
    for (int e = 0; e < plan->entries.count; e++)
        for (int i = 0; i < plan->entries.at[e]->parts.count; i++) {
            Part part = plan->entries.at[e]->parts.at[i];
            const Kernel *kernel = &part.plan->kernels.at[part.place];
            any = any || (kernel->kind == KERNEL_gemm && is(part.plan, kernel));
        }
    return any;
}

/* Whether it restores something, and that is more than texts without gaps. */
static bool restores_more(const Program *program) {
    bool more = program->image.rank >= 0, other = !has_input(program, INPUT_tokens);
    for (int i = 0; i < program->inputs.count; i++)
        other |= program->inputs.at[i].missing;
    if (!more || other)
        return more;
    const InputInfo *original = &program->inputs.at[program->original];
    return original->kind != INPUT_tokens ||
           type_size(program->image, 1) != type_size(original->type, 1);
}

/* What the runtime has for some models alone: a program links what it names. */
static void write_parts(Writer *w, const ProgramPlan *plan) {
    const Program *program = plan->program;
    bool named = false, scaled = false;
    for (int i = 0; i < program->inputs.count; i++) {
        named |= program->inputs.at[i].classes > 0;
        scaled |= program->inputs.at[i].scaling != SCALING_none;
    }
    const struct {
        bool has;
        const char *name;
    } parts[] = {{draws_in_order(plan), "in_order"},
                 {has_input(program, INPUT_signal), "signals"},
                 {has_input(program, INPUT_tokens), "texts"},
                 {restores_more(program), "restored"},
                 {named, "named"},
                 {scaled, "scaled"},
                 {has_entry(program, ENTRY_weigh), "weighs"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].has)
            cw_line(w, "    .%s = &aert_%s,", parts[i].name, parts[i].name);
}

static void write_shape(Writer *w, const char *name, Type type) {
    cw_line(w, "    .%s_rank = %d,", name, type.rank);
    for (int d = 0; d < type.rank; d++)
        cw_line(w, "    .%s_dim[%d] = %d,", name, d, type.dim[d]);
}

enum { FIRST_TABLES = 8 }; /* texts, slots, and of each precision kernels, program and entries */

/* How many bytes the lists become, at most. */
static void write_bytes(Writer *w, const Told *told) {
    static const char *const types[MADES] = {
        [MADE_kernel] = "AertKernel", [MADE_place] = "AertPlace",
        [MADE_loop] = "AertLoop",     [MADE_given] = "AertGiven",
        [MADE_output] = "AertOutput", [MADE_info] = "AertKernelInfo",
        [MADE_reach] = "AertReach",   [MADE_character] = "char",
        [MADE_table] = "void *", /* each begins at a multiple of that */
    };
    int texts = told->texts.at.count, entries = told->program->entries.count;
    cw_line(w, "    2 * sizeof(AertProgram) + %d * sizeof(AertEntry) + %d * sizeof(AertSlot)",
            2 * entries, told->program->program->slots.count);
    cw_line(w, "        + %d * sizeof(AertKernel) + %zu + %d * sizeof(void *)",
            2 * told->rows.kernels.rows.count, told->texts.bytes, texts + FIRST_TABLES);
    for (int m = 0; m < MADES; m++)
        cw_line(w, "        + %zu * sizeof(%s)%s", told->made[m], types[m],
                m == MADES - 1 ? "," : "");
}

static void write_told(Writer *w, const Told *told) {
    cw_line(w, "static const AertTold told = {");
    write_bytes(w, told);
    cw_line(w, "    %d, %d, %d,", told->texts.at.count, told->rows.kernels.rows.count,
            told->program->entries.count);
    cw_line(w, "    texts, before, slots, kernels, places, dims, flops,");
    cw_line(w, "    {functions_f32, functions_f64},");
    cw_line(w, "    %s};", told->program->entries.count ? "entries" : "NULL");
}

void trainer_write_model(Writer *w, const Told *told) {
    const ProgramPlan *plan = told->program;
    const Program *program = plan->program;
    Arena *arena = cw_scratch(w);
    write_inputs(w, program);
    write_hypers(w, program);
    write_plateaus(w, program);
    write_stages(w, program);
    write_told(w, told);
    cw_line(w, "static const AertVectors vectors[] = AERT_VECTORS(AERT_WITH%s, AERT_WITH%s);",
            any_product(plan, sees_windows) ? "" : "OUT",
            any_product(plan, plan_skips) ? "" : "OUT");
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
    if (program->plateaus.count)
        cw_line(w, "    .plateaus = %d, .plateau = plateaus,", program->plateaus.count);
    cw_line(w, "    .hyper = %s,", program->hypers.count ? "hypers" : "NULL");
    cw_line(w, "    .step = %s,", program->steps.count ? "steps" : "NULL");
    cw_line(w, "    .stage = %s,", program->stages.count ? "stages" : "NULL");
    cw_line(w, "    .store = %zu,", plan->store);
    write_shape(w, "code", program->code);
    write_shape(w, "image", program->image);
    cw_line(w, "    .cannot_decode = %s,", c_string(arena, program->cannot_decode));
    cw_line(w, "    .cannot_sample = %s,", c_string(arena, program->cannot_sample));
    cw_line(w, "    .best = %s,", c_string(arena, program->best));
    cw_line(w, "    .flops_example = %.17g,", plan->flops_example);
    cw_line(w, "    .cpu = AERT_CPU,");
    cw_line(w, "    .vectors = vectors,");
    write_parts(w, plan);
    cw_line(w, "    .told = &told,");
    cw_line(w, "};");
    cw_line(w, "return aert_main(&model, argc, argv);");
    cw_close(w);
}
