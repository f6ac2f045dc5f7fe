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

static const Expr *operand_of(Arena *arena, const Plan *plan, const Node *node) {
    const Node *base = plan->fusion->value[node->id].layout.base;
    const FusionValue *value = &plan->fusion->value[base->id];
    if (value->role == ROLE_scalar)
        return tree_word(arena,
                         arena_printf(arena, "scalar[%d]", plan->first_scalar + value->scalar));
    const char *text = c_double(arena, base->attr.value);
    bool whole = !strpbrk(text, ".en");
    const Expr *number = tree_word(arena, whole ? arena_printf(arena, "%s.0", text) : text);
    return text[0] == '-' ? tree_form(arena, "@", number) : number; /* in brackets in a formula */
}

static const Expr *formula(Arena *arena, const Program *program, const Plan *plan,
                           const Node *node) {
    const Expr *operand[3];
    for (int k = 0; k < node->n_in; k++)
        operand[k] = operand_of(arena, plan, node->in[k]);
    if (optab[node->op].kind == KIND_scalar)
        return tree_word(arena, clock_text(arena, program, node->attr.name));
    if (optab[node->op].kind == KIND_view)
        return operand[0];
    return expr_apply(arena, node, operand, "double");
}

/* Those of a plan; of loops too, which are the same in all steps. */
static void write_all(Writer *w, const ProgramPlan *program, const Plan *plan) {
    Arena *arena = w->text->arena;
    const NodeList *scalars = &plan->fusion->scalars;
    for (int i = 0; i < scalars->count; i++) {
        const Node *node = scalars->at[i];
        const char *name = node->name ? formula_name(arena, node) : NULL;
        int number = plan->first_scalar + i;
        Text text;
        text_open(&text, arena);
        tree_print_expr(&text, formula(arena, program->program, plan, node));
        if (name)
            cw_line(w, "scalar[%d] = %s; /* %s */", number, text.at, name);
        else
            cw_line(w, "scalar[%d] = %s;", number, text.at);
    }
    for (int i = 0; i < plan->kernels.count; i++)
        if (plan->kernels.at[i].body) {
            write_all(w, program, plan->kernels.at[i].first);
            write_all(w, program, plan->kernels.at[i].body);
        }
}

static bool reads_clock(const Plan *plan) {
    bool reads = false;
    for (int i = 0; i < plan->fusion->scalars.count; i++)
        reads |= optab[plan->fusion->scalars.at[i]->op].kind == KIND_scalar;
    for (int i = 0; i < plan->kernels.count; i++)
        reads |= plan->kernels.at[i].body && reads_clock(plan->kernels.at[i].body);
    return reads;
}

void scalars_write(Writer *w, const ProgramPlan *program, const Plan *plan) {
    if (plan_scalars(plan) == 0)
        return;
    cw_open(w, "static void %s_scalars(const AertClock *clock, double *scalar)",
            c_entry_word(w->text->arena, plan));
    if (!reads_clock(plan))
        cw_line(w, "(void)clock;");
    write_all(w, program, plan);
    cw_close(w);
}
