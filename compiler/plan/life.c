/* Life: which values have a buffer, in which phases they are alive, and which overwrite a dying
 * operand.
 *
 * A buffer lives from the phase that writes it to the last one that reads it: kernels of one phase
 * run at the same time.  An elementwise result may take the memory of an operand that nothing else
 * reads any more.
 */
#include "plan/plan.h"

static bool is_output(const Plan *plan, const Node *node) {
    for (int i = 0; i < plan->graph->roots.count; i++) {
        const Root *root = &plan->graph->roots.at[i];
        if (root->kind != ROOT_assign && plan_base(plan, root->node) == node)
            return true;
    }
    return false;
}

static void open_buffers(Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; k < kernel->touches.count; k++) {
            const Touch *touch = &kernel->touches.at[k];
            if (!touch->write ||
                (plan->slot_of[touch->node->id] >= 0 && !is_output(plan, touch->node)))
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
