/* How the arrays of values meet: axes that one of them lacks, and where the steps of a scan stand.
 */
#include "lower/internal.h"

Node *lower_align(Lowerer *l, Loc loc, Lowered value, const TermType *target) {
    Type array = {0};
    const TermType *type = &value.type;
    if (!type->rows && !type->n_samples)
        return value.node;
    if (target->rows)
        array.dim[array.rank++] = type->rows ? ROWS : 1;
    for (int i = 0; i < target->n_samples; i++)
        array.dim[array.rank++] = i < type->n_samples ? type->samples[i] : 1;
    for (int i = type->shape.rank; i < target->shape.rank; i++)
        array.dim[array.rank++] = 1;
    for (int i = 0; i < type->shape.rank; i++)
        array.dim[array.rank++] = type->shape.dim[i];
    return ir_reshape(l->graph, loc, value.node, array);
}

void lower_join(const TermType *a, const TermType *b, TermType *result) {
    TermType left = *a, right = *b;
    for (int i = 0; i < left.n_samples && i < right.n_samples; i++)
        if (left.samples[i] == 1)
            left.samples[i] = right.samples[i];
        else if (right.samples[i] == 1)
            right.samples[i] = left.samples[i];
    if (!termtype_join(&left, &right, result))
        die("lowered values do not join");
}

Node *lower_steps(Lowerer *l, Loc loc, Node *stack, int features) {
    int rank = stack->type.rank, steps = rank - features - 1, perm[MAX_RANK];
    for (int i = 0; i < rank; i++)
        perm[i] = (i < steps ? i + 1 : i == steps ? 0 : i) - rank;
    return ir_transpose(l->graph, loc, stack, rank, perm);
}
