/* Scalars: what is one number a step is computed before the kernels, in double.
 *
 *     scalar[0] = clock->update[0];
 *     scalar[1] = 1 - pow(0.9, scalar[0]);
 */
#include "emit/c/c.h"

#include <string.h>

/* "rows" → clock->rows, the hyper beta → clock->hyper[2] */
static const char *clock_text(Arena *arena, const Program *program, const char *name) {
    static const char *const table[] = {[SCALAR_hyper] = "hyper",
                                        [SCALAR_set] = "set",
                                        [SCALAR_update] = "update",
                                        [SCALAR_fall] = "fall"};
    const ScalarInfo *scalar = program_scalar(program, name);
    return scalar ? arena_printf(arena, "clock->%s[%d]", table[scalar->kind], scalar->index)
                  : arena_printf(arena, "clock->%s", name);
}

static const char *operand_text(Arena *arena, const Plan *plan, const Node *node, bool *atomic) {
    const Node *base = plan->fusion->value[node->id].layout.base;
    const Value *value = &plan->fusion->value[base->id];
    *atomic = true;
    if (value->role == ROLE_scalar)
        return arena_printf(arena, "scalar[%d]", value->scalar);
    const char *text = text_number(arena, base->attr.value);
    *atomic = text[0] != '-';
    bool whole = !strpbrk(text, ".en");
    return whole ? arena_printf(arena, "%s.0", text) : text;
}

/* The op's text, with casts to real taken back: these are doubles. */
static const char *in_double(Arena *arena, const char *text) {
    return strncmp(text, "(real)", 6) == 0 ? arena_printf(arena, "(double)%s", text + 6) : text;
}

void scalars_write(Writer *w, const ProgramPlan *program, const Plan *plan) {
    Arena *arena = w->text->arena;
    const NodeList *scalars = &plan->fusion->scalars;
    if (scalars->count == 0)
        return;
    cw_open(w, "static void %s_scalars(const AertClock *clock, double *scalar)",
            c_entry_word(arena, plan));
    bool reads_clock = false;
    for (int i = 0; i < scalars->count; i++)
        reads_clock |= optab[scalars->at[i]->op].kind == KIND_scalar;
    if (!reads_clock)
        cw_line(w, "(void)clock;");
    for (int i = 0; i < scalars->count; i++) {
        const Node *node = scalars->at[i];
        const char *operand[3], *text, *name = node->name ? formula_name(arena, node) : NULL;
        bool plain[3], atomic;
        for (int k = 0; k < node->n_in; k++)
            operand[k] = operand_text(arena, plan, node->in[k], &plain[k]);
        if (optab[node->op].kind == KIND_scalar)
            text = clock_text(arena, program->program, node->attr.name);
        else if (optab[node->op].kind == KIND_view)
            text = operand[0];
        else
            text = in_double(arena, expr_apply(arena, node, operand, plain, &atomic));
        if (name)
            cw_line(w, "scalar[%d] = %s; /* %s */", i, text, name);
        else
            cw_line(w, "scalar[%d] = %s;", i, text);
    }
    cw_close(w);
}
