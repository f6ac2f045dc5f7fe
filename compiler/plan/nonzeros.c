/* Values that are mostly 0, since counts are: products go by what is not 0 of them; and values that
 * are 0 in many places, since images are: products skip those where some rows are 0 at once.
 *
 * A value is one if it is 0 wherever the input that it is made of is: by the intervals of
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
#include "products/skips.h"

enum {
    MOST = 2,  /* one part in so many, at least */
    SIDE = 64, /* shorter rows or columns are not worth a list */
};

static bool is_counts(const InputInfo *input) {
    return input_holds(input->kind) == HOLDS_COUNTS;
}

/* Black is 0, if the range begins there; and so are many numbers between 0 and 1. */
static bool has_zeros(const InputInfo *input) {
    return (input->kind == INPUT_image || (input->kind == INPUT_vector && input->ranged)) &&
           (!input->ranged || input->low == 0) && !input->scale;
}

typedef bool Leaf(const InputInfo *input);

static bool is_leaf(const Program *program, const Node *node, Leaf *leaf) {
    int input = node->op == OP_input ? plan_input(program, node->attr.name) : -1;
    return input >= 0 && input < program->inputs.count && leaf(&program->inputs.at[input]);
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

static bool is_mostly_zero(const Program *program, const Node *node, Leaf *leaf,
                           const bool *mostly) {
    switch (optab[node->op].kind) {
    case KIND_leaf:
        return is_leaf(program, node, leaf);
    case KIND_map:
        return keeps_zero(node, mostly);
    case KIND_view:
        return mostly[node->in[0]->id];
    default:
        return (node->op == OP_concat || node->op == OP_pad) && joined(node, mostly);
    }
}

/* By node id; NULL: no input is such. */
static const bool *made_of(const Plan *plan, Leaf *leaf) {
    const Graph *graph = plan->graph;
    bool any = false;
    for (int i = 0; i < plan->program->inputs.count; i++)
        any = any || leaf(&plan->program->inputs.at[i]);
    if (!any)
        return NULL;
    bool *mostly = NEW_ARRAY(plan->program->arena, bool, graph->nodes.count + 1);
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        mostly[node->id] = is_mostly_zero(plan->program, node, leaf, mostly);
    }
    return mostly;
}

void plan_nonzeros(Plan *plan) {
    plan->nonzeros = made_of(plan, is_counts);
    plan->zeros = made_of(plan, has_zeros);
}

/* A product of matrices, the first of which is such, and the second stored plainly. */
static bool begins_with(const Plan *plan, const bool *such, const Node *product) {
    return such && product->op == OP_matmul && product->type.rank == 2 && !product->attr.ints[1] &&
           such[product->in[0]->id] && !fuse_windows(plan->fusion, product, 0) &&
           !fuse_windows(plan->fusion, product, 1);
}

bool plan_by_nonzeros(const Plan *plan, const Node *product) {
    return begins_with(plan, plan->nonzeros, product);
}

static int side(const Plan *plan, int length) {
    return (int)len_value(len_of(length), plan->program->batch);
}

bool plan_skips(const Plan *plan, const Kernel *kernel) {
    const Group *group = kernel->group < 0 ? NULL : &plan->fusion->groups.at[kernel->group];
    const Node *c = group ? group->main : NULL;
    return c && begins_with(plan, plan->zeros, c) && !plan_by_nonzeros(plan, c) &&
           !plan->bands[c->id] && !kernel->text_rows && side(plan, c->type.dim[1]) >= SIDE &&
           side(plan, c->in[0]->type.dim[1]) >= SIDE;
}

long plan_skips_room(const Plan *plan, const Kernel *kernel) {
    if (!plan_skips(plan, kernel))
        return 0;
    const Group *group = &plan->fusion->groups.at[kernel->group];
    const Node *c = group->main, *a = c->in[0];
    int m = side(plan, c->type.dim[0]), k = side(plan, a->type.dim[c->attr.ints[0] ? 0 : 1]);
    bool whole = group->by_columns || m < kernel->chunk;
    return aert_skips_room(whole ? m : kernel->chunk, k);
}
