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
#include "data/data.h"
#include "store/store.h"
#include "base/base.h"

#include <stdio.h>

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
    printf("table[");
    for (int i = 0; i < input->dim[0]; i++)
        printf("%s%s", i ? ", " : "", AERT_SHOW(aert_csv_text(input->column[i], name)));
    printf("]");
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
        printf("  input   %-20s ", input->name);
        if (input->column)
            print_columns(input);
        else
            printf("%s%s", input->role == AERT_AS_LABEL ? "label" : kinds[input->kind],
                   aert_shape_text(input->rank, input->dim, shape, sizeof shape));
        if (aert_holds(input, AERT_HOLDS_TOKENS))
            printf(" of %d %s", input->classes, input->characters ? "characters" : "words");
        else if (input->ranged)
            printf(" in %g..%g", input->low, input->high);
        if (aert_holds(input, AERT_HOLDS_A_CLASS))
            printf(" of %d classes", input->classes);
        printf("%s%s%s", scaling[input->scaling], input->other ? " other" : "",
               !input->missing                         ? ""
               : aert_holds(input, AERT_HOLDS_A_CLASS) ? " optional"
                                                       : " with gaps");
        printf("\n");
    }
    if (model->code_rank >= 0)
        printf("  code    %-20s %s\n", "",
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
        printf("  %-7s %-40s %-14s %10zu\n", kinds[slot->kind], slot->name,
               aert_shape_text(slot->rank, slot->dim, shape, sizeof shape), aert_slot_size(slot));
    }
}

static void print_training(const AertModel *model) {
    for (int i = 0; i < model->hypers; i++)
        printf("  hyper   %-20s %g%s\n", model->hyper[i].name, model->hyper[i].value,
               model->hyper[i].scheduled ? " (scheduled)" : "");
    for (int i = 0; i < model->stages; i++)
        if (model->stage[i].name)
            printf("  stage   %-20s %d epochs\n", model->stage[i].name, model->stage[i].epochs);
    for (int i = 0; i < model->steps; i++)
        printf("  step    %-20s minimize %s over %s%s\n", model->step[i].name, model->step[i].loss,
               model->step[i].over, model->step[i].differentiates_twice ? " (second order)" : "");
}

static void print_entries(const AertProgram *program) {
    printf("  entries (float)               kernels   arena bytes   lower bound\n");
    for (int i = 0; i < program->entries; i++) {
        const AertEntry *entry = &program->entry[i];
        printf("          %-24s %4d  %12zu  %12zu\n", entry->name, entry->kernels,
               entry->arena * program->real_bytes, entry->arena_bound * program->real_bytes);
    }
}

static void print_slots_json(const AertModel *model, AertJson *json) {
    aert_json_list(json, "slots");
    for (int i = 0; i < model->slots; i++) {
        aert_json_object(json, NULL);
        aert_json_string(json, "name", model->slot[i].name);
        aert_json_list(json, "shape");
        for (int k = 0; k < model->slot[i].rank; k++)
            aert_json_count(json, NULL, (uint64_t)model->slot[i].dim[k]);
        aert_json_end(json);
        aert_json_end(json);
    }
    aert_json_end(json);
}

static void print_entries_json(const AertProgram *program, AertJson *json) {
    aert_json_list(json, "entries");
    for (int i = 0; i < program->entries; i++) {
        const AertEntry *entry = &program->entry[i];
        aert_json_object(json, NULL);
        aert_json_string(json, "name", entry->name);
        aert_json_count(json, "kernels", (uint64_t)entry->kernels);
        aert_json_count(json, "arena", entry->arena * program->real_bytes);
        aert_json_count(json, "bound", entry->arena_bound * program->real_bytes);
        aert_json_end(json);
    }
    aert_json_end(json);
}

static void print_json(const AertModel *model) {
    AertJson json = {.to = stdout};
    aert_json_object(&json, NULL);
    aert_json_string(&json, "model", model->name);
    aert_json_string(&json, "source", model->source);
    aert_json_string(&json, "hash", model->hash);
    aert_json_count(&json, "batch", (uint64_t)model->batch);
    aert_json_count(&json, "epochs", (uint64_t)epochs(model));
    aert_json_count(&json, "parameters", parameters(model, AERT_PARAM));
    aert_json_count(&json, "store", model->store);
    aert_json_number(&json, "flops_example", model->flops_example);
    print_slots_json(model, &json);
    print_entries_json(model->f32, &json);
    aert_json_end(&json);
}

int command_info(const AertModel *model, const Options *options, AertError *error) {
    char blas[128];
    if (options->input)
        return packed_info(model, options, error) ? EXIT_DONE : EXIT_FAILED;
    if (options->json) {
        print_json(model);
        return EXIT_DONE;
    }
    printf("%s, from %s (%s)\n", model->name, AERT_SHOW(model->source), model->hash);
    print_inputs(model);
    print_slots(model);
    print_training(model);
    print_entries(model->f32);
    printf("  %zu parameters, %zu numbers of state, %zu of the optimiser\n",
           parameters(model, AERT_PARAM), parameters(model, AERT_STATE),
           parameters(model, AERT_OPTIMIZER));
    printf("  batch %d, %d epochs, %.6g floating-point operations an example\n", model->batch,
           epochs(model), model->flops_example);
    printf("  %s; compiled for: %s\n", aert_blas_name(blas, sizeof blas),
           model->cpu && *model->cpu ? model->cpu : "any processor");
    return EXIT_DONE;
}
