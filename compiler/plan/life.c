/* Life: which values have a buffer, in which phases they are alive, and which overwrite a dying
 * operand.
 *
 * A buffer lives from the phase that writes it to the last one that reads it: kernels of one phase
 * run at the same time.  An elementwise result may take the memory of an operand that nothing else
 * reads any more.
 *
 * A product that only the loops behind it read, row by row, has none: each piece keeps its rows in
 * memory of its own, which stays in the cache from piece to piece, as the gradient of a weight does
 * between the product and the update.
 */
#include "plan/plan.h"

enum { SLICE_MOST = 1 << 17 /* numbers: a quarter of the second level's cache */ };

static bool is_output(const Plan *plan, const Node *node) {
    for (int i = 0; i < plan->graph->roots.count; i++) {
        const Root *root = &plan->graph->roots.at[i];
        if (root->kind != ROOT_assign && plan_base(plan, root->node) == node)
            return true;
    }
    return false;
}

/* Does every other kernel leave the value alone, and does its own keep no other as large in the
 * arena, which could overwrite it? */
static bool is_private(const Plan *plan, const Kernel *of, const Node *node) {
    const size_t size = plan_size(plan, node->type);
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; k < kernel->touches.count; k++) {
            const Touch *touch = &kernel->touches.at[k];
            bool rival = touch->write && plan->slot_of[touch->node->id] < 0 &&
                         plan_size(plan, touch->node->type) == size;
            if (kernel != of ? touch->node == node : touch->node != node && rival)
                return false;
        }
    }
    return true;
}

/* Is it a product of which each piece's loops read their own rows alone? */
static bool is_slice(const Plan *plan, const Kernel *kernel, const Node *node) {
    const Group *group = kernel->group < 0 ? NULL : &plan->fusion->groups.at[kernel->group];
    const Loops *loops = kernel->loops;
    if (!group || group->main != node || optab[node->op].kind != KIND_gemm ||
        node->type.rank != 2 || group->by_columns || !loops || loops->form != FORM_rows ||
        loops->cut != 1 || is_output(plan, node) || !is_private(plan, kernel, node))
        return false;
    const Len width = len_of(node->type.dim[1]);
    if (width.power > 0 || kernel->chunk > SLICE_MOST / width.coef)
        return false;
    for (int i = 0; i < loops->count; i++)
        for (int k = 0; k < fuse_edges(plan->fusion, loops->node[i].node); k++) {
            const Access *access = &loops->node[i].edge[k];
            if (access->base == node &&
                (!len_equal(access->stride[0], width) || access->offset.c[0] ||
                 access->offset.c[1] || access->offset.c[2]))
                return false;
        }
    return true;
}

static void open_buffers(Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; k < kernel->touches.count; k++) {
            const Touch *touch = &kernel->touches.at[k];
            if (!touch->write ||
                (plan->slot_of[touch->node->id] >= 0 && !is_output(plan, touch->node)) ||
                is_slice(plan, kernel, touch->node))
                continue;
            Buffer buffer = {.node = touch->node,
                             .size = plan_size(plan, touch->node->type),
                             .first = kernel->held ? 0 : kernel->phase,
                             .last = kernel->phase,
                             .held = kernel->held,
                             .within = -1};
            if (is_output(plan, touch->node) || kernel->held)
                buffer.last = plan->phases - 1;
            plan->buffer_of[touch->node->id] = plan->buffers.count;
            list_add(plan->graph->arena, &plan->buffers, buffer);
        }
    }
}

/* Fills in the places of touches, and adds the slots that kernels write. */
static void fill_places(Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        Kernel *kernel = &plan->kernels.at[i];
        for (int k = kernel->touches.count - 1; k >= 0; k--) {
            Touch *touch = &kernel->touches.at[k];
            touch->place = plan_place(plan, touch->node);
            touch->fresh = touch->place.kind == PLACE_slot &&
                           plan->fusion->value[touch->node->id].role != ROLE_leaf;
        }
        int own = kernel->touches.count;
        for (int a = 0; a < plan->assigns.count; a++) {
            const Assign *assign = &plan->assigns.at[a];
            bool writes = kernel->to == assign->slot && kernel->node == assign->node;
            for (int k = 0; k < own; k++)
                writes |= assign->direct && kernel->touches.at[k].write &&
                          kernel->touches.at[k].node == assign->node &&
                          !(kernel->touches.at[k].place.kind == PLACE_slot &&
                            kernel->touches.at[k].place.index == assign->slot);
            if (writes)
                list_add(plan->graph->arena, &kernel->touches,
                         (Touch){{PLACE_slot, assign->slot}, assign->node, true, true});
        }
    }
}

static void find_ends(Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; k < kernel->touches.count; k++) {
            const Touch *touch = &kernel->touches.at[k];
            if (touch->place.kind == PLACE_buffer && !touch->write) {
                Buffer *buffer = &plan->buffers.at[touch->place.index];
                buffer->last = kernel->phase > buffer->last ? kernel->phase : buffer->last;
            }
        }
    }
}

/* Does another kernel of that phase read the buffer? */
static bool shared_in_phase(const Plan *plan, const Kernel *by, int buffer) {
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; kernel != by && kernel->phase == by->phase && k < kernel->touches.count;
             k++)
            if (kernel->touches.at[k].place.kind == PLACE_buffer &&
                kernel->touches.at[k].place.index == buffer)
                return true;
    }
    return false;
}

static bool is_taken(const Plan *plan, int buffer) {
    for (int i = 0; i < plan->buffers.count; i++)
        if (plan->buffers.at[i].within == buffer)
            return true;
    return false;
}

static void overwrite(Plan *plan, const Kernel *kernel, const Touch *written) {
    Buffer *buffer = &plan->buffers.at[written->place.index];
    for (int k = 0; k < kernel->touches.count && buffer->within < 0; k++) {
        const Touch *read = &kernel->touches.at[k];
        int old = read->place.index;
        if (read->place.kind != PLACE_buffer || old == written->place.index)
            continue;
        const Buffer *dying = &plan->buffers.at[old];
        bool main = read->write && read->node == plan->fusion->groups.at[kernel->group].main;
        if ((read->write && !main) || dying->last != kernel->phase || dying->held || buffer->held ||
            dying->size != buffer->size || is_output(plan, dying->node) || is_taken(plan, old) ||
            shared_in_phase(plan, kernel, old) ||
            !plan_in_place(plan, kernel, written->node, read->node))
            continue;
        buffer->within = old;
    }
}

void plan_life(Plan *plan) {
    open_buffers(plan);
    fill_places(plan);
    find_ends(plan);
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; kernel->group >= 0 && k < kernel->touches.count; k++)
            if (kernel->touches.at[k].write && kernel->touches.at[k].place.kind == PLACE_buffer)
                overwrite(plan, kernel, &kernel->touches.at[k]);
    }
}
