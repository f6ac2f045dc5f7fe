/* info: what the model is.
 *
 * Its one idea: everything that the generated file says about itself, printed without computing
 * anything.
 *
 * Example: "vae info" prints inputs, parameters, hypers, training steps, and what each entry needs
 * in the arena.
 */
#include "products/products.h"
#include "codes_packed.h"
#include "command.h"

static size_t parameters(const AertModel *model, AertSlotKind kind) {
    size_t sum = 0;
    for (int i = 0; i < model->slots; i++)
        sum += model->slot[i].kind == kind ? aert_slot_size(&model->slot[i]) : 0;
    return sum;
}

/* Of all stages. */
static int epochs(const AertModel *model) {
    int sum = 0;
    for (int i = 0; i < model->stages; i++)
        sum += model->stage[i].epochs;
    return sum;
}

/* table[temp, flow, "engine speed"] */
static void print_columns(const AertInput *input) {
    char name[2 * AERT_WORD + 3];
    say("table[");
    for (int i = 0; i < input->dim[0]; i++)
        say("%s%s", i ? ", " : "", aert_csv_text(input->column[i], name));
    say("]");
}

static void print_inputs(const AertModel *model) {
    static const char *const kinds[] = {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) [AERT_##NAME] = #name,
#include "abi.def"
    };
    static const char *const scaling[] = {
        [AERT_SCALED_NOT] = "", [AERT_STANDARDIZED] = " standardized", [AERT_SCALED] = " scaled"};
    char shape[128];
    for (int i = 0; i < model->inputs; i++) {
        const AertInput *input = &model->input[i];
        if (input->role == AERT_AS_GIVEN)
            continue;
        say("  input   %-20s ", input->name);
        if (input->column)
            print_columns(input);
        else
            say("%s%s", input->role == AERT_AS_LABEL ? "label" : kinds[input->kind],
                aert_shape_text(input->rank, input->dim, shape, sizeof shape));
        if (aert_holds(input, AERT_HOLDS_TOKENS))
            say(" of %d %s", input->classes, input->characters ? "characters" : "words");
        else if (input->ranged)
            say(" in %g..%g", input->low, input->high);
        if (aert_holds(input, AERT_HOLDS_A_CLASS))
            say(" of %d classes", input->classes);
        say("%s%s%s", scaling[input->scaling], input->other ? " other" : "",
            !input->missing                         ? ""
            : aert_holds(input, AERT_HOLDS_A_CLASS) ? " optional"
                                                    : " with gaps");
        say("\n");
    }
    if (model->code_rank >= 0)
        say("  code    %-20s %s\n", "",
            aert_shape_text(model->code_rank, model->code_dim, shape, sizeof shape));
}

static void print_slots(const AertModel *model) {
    static const char *const kinds[] = {[AERT_PARAM] = "param",
                                        [AERT_STATE] = "state",
                                        [AERT_OPTIMIZER] = "optim",
                                        [AERT_AVERAGE] = "average"};
    char shape[128];
    for (int i = 0; i < model->slots; i++) {
        const AertSlot *slot = &model->slot[i];
        say("  %-7s %-40s %-14s %10zu\n", kinds[slot->kind], slot->name,
            aert_shape_text(slot->rank, slot->dim, shape, sizeof shape), aert_slot_size(slot));
    }
}

static void print_training(const AertModel *model) {
    for (int i = 0; i < model->hypers; i++)
        say("  hyper   %-20s %g%s\n", model->hyper[i].name, model->hyper[i].value,
            model->hyper[i].scheduled ? " (scheduled)" : "");
    for (int i = 0; i < model->stages; i++)
        if (model->stage[i].name)
            say("  stage   %-20s %d epochs\n", model->stage[i].name, model->stage[i].epochs);
    for (int i = 0; i < model->steps; i++)
        say("  step    %-20s minimize %s over %s%s\n", model->step[i].name, model->step[i].loss,
            model->step[i].over, model->step[i].differentiates_twice ? " (second order)" : "");
}

static void print_entries(const AertProgram *program, bool json) {
    say(json ? "], \"entries\": ["
             : "  entries (float)               kernels   arena bytes   lower bound\n");
    for (int i = 0; i < program->entries; i++) {
        const AertEntry *entry = &program->entry[i];
        if (json && i)
            say(", ");
        tell(json, "{\"name\": %s, \"kernels\": %d, \"arena\": %zu, \"bound\": %zu}",
             "          %-24s %4d  %12zu  %12zu\n", entry->name, entry->kernels,
             entry->arena * program->real_bytes, entry->arena_bound * program->real_bytes);
    }
}

static void print_slots_json(const AertModel *model) {
    for (int i = 0; i < model->slots; i++) {
        const AertSlot *slot = &model->slot[i];
        say_json(i ? ", {\"name\": %s, \"shape\": [" : "{\"name\": %s, \"shape\": [", slot->name);
        for (int k = 0; k < slot->rank; k++)
            say_json(k ? ", %d" : "%d", slot->dim[k]);
        say("]}");
    }
}

static void print_json(const AertModel *model) {
    say_json("{\"model\": %s, \"source\": %s, \"hash\": %s, \"batch\": %d, \"epochs\": %d, "
             "\"parameters\": %zu, \"store\": %zu, \"flops_example\": %g, \"slots\": [",
             model->name, model->source, model->hash, model->batch, epochs(model),
             parameters(model, AERT_PARAM), model->store, model->flops_example);
    print_slots_json(model);
    print_entries(model->f32, true);
    say("]}\n");
}

bool command_info(Work *work, AertError *error) {
    const AertModel *model = work->session.model;
    const Options *options = work->session.options;
    char blas[128];
    if (options->input)
        return packed_info(work, error);
    if (options->json) {
        print_json(model);
        return true;
    }
    say("%s, from %s (%s)\n", model->name, model->source, model->hash);
    print_inputs(model);
    print_slots(model);
    print_training(model);
    print_entries(model->f32, false);
    say("  %zu parameters, %zu numbers of state, %zu of the optimiser\n"
        "  batch %d, %d epochs, %.6g floating-point operations an example\n"
        "  %s; compiled for: %s\n",
        parameters(model, AERT_PARAM), parameters(model, AERT_STATE),
        parameters(model, AERT_OPTIMIZER), model->batch, epochs(model), model->flops_example,
        aert_blas_name(blas, sizeof blas),
        model->cpu && *model->cpu ? model->cpu : "any processor");
    return true;
}
