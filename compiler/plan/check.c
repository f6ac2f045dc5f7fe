/* Check: finds again, from what kernels read and write, whether the plan is right.
 *
 * It knows nothing of lifetimes.  Every read must see what its writer wrote: no other kernel may
 * have written any of the same memory from the writer's phase on until the read's, except the
 * reading kernel itself over the very element that it reads.  Old values of slots are read before,
 * new ones after their assignment.
 */
#include "plan/plan.h"

static const Buffer *buffer_at(const Plan *plan, const Touch *touch) {
    return touch->place.kind == PLACE_buffer ? &plan->buffers.at[touch->place.index] : NULL;
}

static bool overlap(const Plan *plan, const Touch *a, const Touch *b) {
    const Buffer *x = buffer_at(plan, a), *y = buffer_at(plan, b);
    if (!x || !y)
        return !x && !y && a->place.kind == b->place.kind && a->place.index == b->place.index;
    return x->offset < y->offset + y->size && y->offset < x->offset + x->size;
}

static const Kernel *writer_of(const Plan *plan, const Touch *read) {
    for (int i = 0; i < plan->kernels.count; i++)
        for (int k = 0; k < plan->kernels.at[i].touches.count; k++) {
            const Touch *touch = &plan->kernels.at[i].touches.at[k];
            if (touch->write && touch->node == read->node &&
                touch->place.kind == read->place.kind && touch->place.index == read->place.index)
                return &plan->kernels.at[i];
        }
    return NULL;
}

/* Is the value that `read` wants still there in `phase`, when `kernel` (NULL: whoever runs us)
 * reads it? */
static const char *check_read(Arena *arena, const Plan *plan, const Touch *read,
                              const Kernel *kernel, int phase) {
    const Kernel *writer = NULL;
    bool leaf = plan->fusion->value[read->node->id].role == ROLE_leaf;
    if (!leaf) {
        writer = writer_of(plan, read);
        if (!writer)
            return arena_printf(arena, "%%%d is read and never written", read->node->id);
        if (writer != kernel && writer->phase >= phase)
            return arena_printf(arena, "%%%d is read in phase %d and written in %d", read->node->id,
                                phase, writer->phase);
    }
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *other = &plan->kernels.at[i];
        if (other->phase > phase || (writer && other->phase < writer->phase))
            if (!(read->place.kind == PLACE_buffer && plan->buffers.at[read->place.index].held))
                continue;
        for (int k = 0; k < other->touches.count; k++) {
            const Touch *touch = &other->touches.at[k];
            if (!touch->write || touch->node == read->node || !overlap(plan, touch, read))
                continue;
            if (other == kernel && plan_in_place(plan, kernel, touch->node, read->node))
                continue;
            if (other == writer && plan_in_place(plan, writer, read->node, touch->node))
                continue; /* it has itself overwritten the other */
            return arena_printf(arena,
                                "%%%d is overwritten by %%%d in phase %d before it is read in %d",
                                read->node->id, touch->node->id, other->phase, phase);
        }
    }
    return NULL;
}

const char *plan_check(Arena *arena, const Plan *plan) {
    const char *wrong = NULL;
    for (int i = 0; i < plan->kernels.count && !wrong; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; k < kernel->touches.count && !wrong; k++)
            if (!kernel->touches.at[k].write)
                wrong = check_read(arena, plan, &kernel->touches.at[k], kernel, kernel->phase);
    }
    for (int i = 0; i < plan->graph->roots.count && !wrong; i++) {
        const Node *base = plan_base(plan, plan->graph->roots.at[i].node);
        Touch read = {.node = base, .place = plan_place(plan, base)};
        if (plan->graph->roots.at[i].kind != ROOT_assign)
            wrong = check_read(arena, plan, &read, NULL, plan->phases);
        if (!wrong && plan->graph->roots.at[i].kind != ROOT_assign &&
            read.place.kind != PLACE_buffer)
            wrong = "an output is not in the arena";
    }
    for (int i = 0; i < plan->buffers.count && !wrong; i++)
        if (plan->buffers.at[i].offset + plan->buffers.at[i].size > plan->arena ||
            plan->buffers.at[i].offset % 16 != 0)
            wrong = "a buffer lies outside the arena, or askew";
    return wrong;
}
