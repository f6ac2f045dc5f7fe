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
 *
 * Where an entry draws its input, what a run has computed is there for the next one: all is held.
 */
#include "plan/plan.h"

typedef struct Life {
    Plan *plan;
    bool *output;     /* by node: a root but for assignments shows its memory */
    int *toucher;     /* by node: the kernel that touches it, plus 1; -1: several do */
    IntList *readers; /* by buffer: kernels that touch it */
    bool *taken;      /* by buffer: another overwrites it */
} Life;

static void note_toucher(Life *life, const Node *node, int kernel) {
    int *toucher = &life->toucher[node->id];
    *toucher = *toucher == 0 || *toucher == kernel + 1 ? kernel + 1 : -1;
}

static Life open_life(Plan *plan) {
    Arena *arena = plan->graph->arena;
    int nodes = plan->graph->nodes.count + 1;
    Life life = {.plan = plan,
                 .output = NEW_ARRAY(arena, bool, nodes),
                 .toucher = NEW_ARRAY(arena, int, nodes)};
    for (int i = 0; i < plan->graph->roots.count; i++) {
        const Root *root = &plan->graph->roots.at[i];
        const Node *base = plan_base(plan, root->node);
        if (root->kind != ROOT_assign && base)
            life.output[base->id] = true;
    }
    for (int i = 0; i < plan->kernels.count; i++)
        for (int k = 0; k < plan->kernels.at[i].touches.count; k++)
            note_toucher(&life, plan->kernels.at[i].touches.at[k].node, i);
    return life;
}

/* Is the value touched by this kernel alone, and does the kernel write no other value of the same
 * size to the arena?  Such a one could be given the value's memory. */
static bool is_private(const Life *life, const Kernel *of, const Node *node) {
    const Plan *plan = life->plan;
    const size_t size = plan_size(plan, node->type);
    if (life->toucher[node->id] - 1 != of - plan->kernels.at)
        return false;
    for (int k = 0; k < of->touches.count; k++) {
        const Touch *touch = &of->touches.at[k];
        bool rival = touch->write && plan->slot_of[touch->node->id] < 0 &&
                     plan_size(plan, touch->node->type) == size;
        if (touch->node != node && rival)
            return false;
    }
    return true;
}

/* Is it a product whose rows are read by the loops of the piece that makes them, and by nothing
 * else? */
static bool is_slice(const Life *life, const Kernel *kernel, const Node *node) {
    const Plan *plan = life->plan;
    const Group *group = kernel->group < 0 ? NULL : &plan->fusion->groups.at[kernel->group];
    const Loops *loops = kernel->loops;
    if (!group || group->main != node || !(kernel_table[group->kind].flags & SLICES) ||
        node->type.rank != 2 || group->by_columns || !loops || loops->form != FORM_rows ||
        loops->cut != 1 || life->output[node->id] || !is_private(life, kernel, node))
        return false;
    const Len width = len_of(node->type.dim[1]);
    if (width.power > 0 || kernel->chunk > plan->schedule->slice_most / width.coef)
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

static void open_buffers(const Life *life) {
    Plan *plan = life->plan;
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; k < kernel->touches.count; k++) {
            const Touch *touch = &kernel->touches.at[k];
            if (!touch->write ||
                (plan->slot_of[touch->node->id] >= 0 && !life->output[touch->node->id]) ||
                is_slice(life, kernel, touch->node))
                continue;
            Buffer buffer = {.node = touch->node,
                             .size = kernel->body ? plan_loop_size(plan, kernel)
                                                  : plan_size(plan, touch->node->type),
                             .first = kernel->held || plan->reach ? 0 : kernel->phase,
                             .last = kernel->phase,
                             .held = kernel->held || plan->reach,
                             .within = -1};
            if (life->output[touch->node->id] || buffer.held)
                buffer.last = plan->phases - 1;
            plan->buffer_of[touch->node->id] = plan->buffers.count;
            list_add(plan->graph->arena, &plan->buffers, buffer);
        }
    }
}

static void add_place(IntList *list, Arena *arena, int place) {
    list_add(arena, list, place);
    for (int i = list->count - 1; i > 0 && list->at[i - 1] > place; i--) {
        list->at[i] = list->at[i - 1];
        list->at[i - 1] = place;
    }
}

/* Places in the plan's list of the assignments that the kernel makes in other places than it
 * touches, ascending. */
static IntList assigns_made(const Plan *plan, Arena *arena, const Kernel *kernel) {
    IntList made = {0};
    const IntList *copied = kernel->group < 0 ? &plan->assigns_of[kernel->node->id] : NULL;
    for (int i = 0; copied && i < copied->count; i++)
        if (plan->assigns.at[copied->at[i]].slot == kernel->to)
            add_place(&made, arena, copied->at[i]);
    for (int k = 0; k < kernel->touches.count; k++) {
        const Touch *touch = &kernel->touches.at[k];
        const IntList *assigns = &plan->assigns_of[touch->node->id];
        for (int i = 0; touch->write && i < assigns->count; i++) {
            const Assign *assign = &plan->assigns.at[assigns->at[i]];
            if (assign->direct &&
                !(touch->place.kind == PLACE_slot && touch->place.index == assign->slot))
                add_place(&made, arena, assigns->at[i]);
        }
    }
    return made;
}

/* Fills in the places of touches, and adds the slots that kernels write. */
static void fill_places(Plan *plan) {
    Arena *scratch = arena_open();
    for (int i = 0; i < plan->kernels.count; i++) {
        Kernel *kernel = &plan->kernels.at[i];
        for (int k = kernel->touches.count - 1; k >= 0; k--) {
            Touch *touch = &kernel->touches.at[k];
            touch->place = plan_place(plan, touch->node);
        }
        const IntList made = assigns_made(plan, scratch, kernel);
        for (int k = 0; k < made.count; k++) {
            const Assign *assign = &plan->assigns.at[made.at[k]];
            list_add(plan->graph->arena, &kernel->touches,
                     (Touch){{PLACE_slot, assign->slot}, assign->node, true});
        }
        arena_clear(scratch);
    }
    arena_close(scratch);
}

static void find_ends(Life *life) {
    Plan *plan = life->plan;
    Arena *arena = plan->graph->arena;
    life->readers = NEW_ARRAY(arena, IntList, plan->buffers.count + 1);
    life->taken = NEW_ARRAY(arena, bool, plan->buffers.count + 1);
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; k < kernel->touches.count; k++) {
            const Touch *touch = &kernel->touches.at[k];
            if (touch->place.kind != PLACE_buffer)
                continue;
            list_add(arena, &life->readers[touch->place.index], i);
            Buffer *buffer = &plan->buffers.at[touch->place.index];
            if (!touch->write && kernel->phase > buffer->last)
                buffer->last = kernel->phase;
        }
    }
}

/* Does another kernel of that phase read the buffer? */
static bool shared_in_phase(const Life *life, const Kernel *by, int buffer) {
    for (int i = 0; i < life->readers[buffer].count; i++) {
        const Kernel *kernel = &life->plan->kernels.at[life->readers[buffer].at[i]];
        if (kernel != by && kernel->phase == by->phase)
            return true;
    }
    return false;
}

static void overwrite(Life *life, const Kernel *kernel, const Touch *written) {
    Plan *plan = life->plan;
    Buffer *buffer = &plan->buffers.at[written->place.index];
    for (int k = 0; k < kernel->touches.count && buffer->within < 0; k++) {
        const Touch *read = &kernel->touches.at[k];
        int old = read->place.index;
        if (read->place.kind != PLACE_buffer || old == written->place.index)
            continue;
        const Buffer *dying = &plan->buffers.at[old];
        bool main = read->write && read->node == plan->fusion->groups.at[kernel->group].main;
        if ((read->write && !main) || dying->last != kernel->phase || dying->held || buffer->held ||
            dying->size != buffer->size || life->output[dying->node->id] || life->taken[old] ||
            shared_in_phase(life, kernel, old) ||
            !plan_in_place(plan, kernel, written->node, read->node))
            continue;
        buffer->within = old;
        life->taken[old] = true;
    }
}

void plan_life(Plan *plan) {
    Life life = open_life(plan);
    open_buffers(&life);
    fill_places(plan);
    find_ends(&life);
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; kernel->group >= 0 && k < kernel->touches.count; k++)
            if (kernel->touches.at[k].write && kernel->touches.at[k].place.kind == PLACE_buffer)
                overwrite(&life, kernel, &kernel->touches.at[k]);
    }
}
