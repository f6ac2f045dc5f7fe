/* The functions of all kernels, beside the comments of the entry that is the first to have them;
 * and the table of entries, which names their lists (lists.c).
 */
#include "emit/trainer/trainer.h"

/* How the runtime spells each kind. */
static const char *const entry_names[] = {
#define ABI_ENTRY(name, NAME, what) [ENTRY_##name] = "AERT_" #NAME,
#include "abi.def"
};

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

void trainer_switch_reals(Writer *w, unsigned *open, unsigned reals) {
    if (*open != reals && *open != (IN_FLOAT | IN_DOUBLE))
        cw_plain(w, "#endif");
    if (*open != reals && reals != (IN_FLOAT | IN_DOUBLE))
        cw_plain(w, "#if AERT_REAL == %d", reals == IN_FLOAT ? 32 : 64);
    *open = reals;
}

const char *trainer_reals(unsigned reals) {
    static const char *const names[] = {[IN_FLOAT] = "AERT_IN_FLOAT",
                                        [IN_DOUBLE] = "AERT_IN_DOUBLE",
                                        [IN_FLOAT | IN_DOUBLE] = "AERT_IN_FLOAT | AERT_IN_DOUBLE"};
    return names[reals];
}

void trainer_write_functions(Writer *w, const Told *told) {
    unsigned open = IN_FLOAT | IN_DOUBLE;
    for (int e = 0, first = 0; e < told->program->entries.count; e++) {
        const Plan *plan = told->program->entries.at[e];
        cw_plain(w, "/* ---- %s ---- */", plan->graph->name);
        cw_blank(w);
        for (int i = first; i < first + plan->parts.count; i++)
            if (told->codes->at[i].like == i) {
                trainer_switch_reals(w, &open, told->codes->at[i].reals);
                share_write(w, told->codes, i);
            }
        first += plan->parts.count;
    }
    trainer_switch_reals(w, &open, IN_FLOAT | IN_DOUBLE);
    rows_write_functions(w, &told->rows);
}

void trainer_write_entries(Writer *w, Told *told) {
    Arena *arena = cw_scratch(w);
    if (told->program->entries.count == 0)
        return;
    cw_line(w, "static const AertEntryTold entries[] = {");
    for (int e = 0; e < told->program->entries.count; e++) {
        const Plan *plan = told->program->entries.at[e], *like = plan->like ? plan->like : plan;
        const Entry *entry = plan->entry;
        cw_line(w, "    {%s%s, %s_list, %d, %d, %s, %d, %s, %u}, /* %s */",
                plan_scalars(plan) ? c_entry_word(arena, like) : "NULL",
                plan_scalars(plan) ? "_scalars" : "", c_entry_word(arena, like),
                texts_name(&told->texts, plan->graph->name), entry->step, entry_names[entry->kind],
                entry->variant, trainer_reals(entry->reals), trainer_inputs_read(plan),
                plan->graph->name);
        cw_clear(w);
    }
    cw_line(w, "};");
}
