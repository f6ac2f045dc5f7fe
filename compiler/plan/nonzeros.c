/* Values that are mostly 0, since counts are: products go by what is not 0 of them.
 *
 * A value is one if it is 0 wherever the counts that it is made of are: by the intervals of
 * operations, at the point 0.  What is put together is one if the larger part of it is.  That it is
 * so for the data at hand is seen when the product runs; here it is only where looking may pay.
 *
 *     %1 = log1p(%0)                 %0 counts   mostly 0
 *     %4 = mul(%1, %3)               %3 a mask   mostly 0
 *     %6 = div(%4, %5)               %5 a norm   mostly 0
 *     %8 = matmul(%6, %7)                        by what is not 0 of %6
 *     %9 = matmul(%6, %8) ta                     the gradient of %7, likewise
 */
#include "ir/interval.h"
#include "plan/plan.h"

enum { MOST = 2 /* one part in so many, at least */ };

static bool is_counts(const Program *program, const Node *node) {
    int input = plan_input(program, node->attr.name);
    return input < program->inputs.count &&
           input_holds(program->inputs.at[input].kind) == HOLDS_COUNTS;
}

static bool joined(const Node *node, const bool *mostly) {
    double all = 0, some = 0;
    for (int i = 0; i < node->n_in; i++) {
        double size = type_size(node->in[i]->type, 1);
        all += size;
        some += mostly[node->in[i]->id] ? size : 0;
    }
    return MOST * some > all;
}

/* Is the value 0 where operands that are mostly 0 are that, whatever the others are? */
static bool keeps_zero(const Node *node, const bool *mostly) {
    Interval in[3], image; /* no map has more operands */
    bool some = false;
    for (int i = 0; i < node->n_in; i++) {
        const Node *operand = node->in[i];
        some = some || mostly[operand->id];
        in[i] = mostly[operand->id]           ? (Interval){0, 0}
                : operand->op == OP_const     ? (Interval){operand->attr.value, operand->attr.value}
                : node->op == OP_div && i > 0 ? (Interval){1, 1} /* a divisor is not 0 */
                                              : interval_everywhere();
    }
    return some && interval_map(node->op, in, &image) && image.low == 0 && image.high == 0;
}

static bool is_mostly_zero(const Program *program, const Node *node, const bool *mostly) {
    switch (optab[node->op].kind) {
    case KIND_leaf:
        return node->op == OP_input && is_counts(program, node);
    case KIND_map:
        return keeps_zero(node, mostly);
    case KIND_view:
        return mostly[node->in[0]->id];
    default:
        return (node->op == OP_concat || node->op == OP_pad) && joined(node, mostly);
    }
}

void plan_nonzeros(Plan *plan) {
    const Graph *graph = plan->graph;
    bool any = false;
    for (int i = 0; i < plan->program->inputs.count; i++)
        any = any || input_holds(plan->program->inputs.at[i].kind) == HOLDS_COUNTS;
    if (!any)
        return;
    bool *mostly = NEW_ARRAY(plan->program->arena, bool, graph->nodes.count + 1);
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        mostly[node->id] = is_mostly_zero(plan->program, node, mostly);
    }
    plan->nonzeros = mostly;
}

bool plan_by_nonzeros(const Plan *plan, const Node *product) {
    return plan->nonzeros && product->type.rank == 2 && !product->attr.ints[1] &&
           plan->nonzeros[product->in[0]->id] && !fuse_windows(plan->fusion, product, 0) &&
           !fuse_windows(plan->fusion, product, 1);
}
