/* Check: finds again, from what kernels read and write, whether the plan is right.
 *
 * It knows nothing of lifetimes.  Every read must see what its writer wrote: no other kernel may
 * have written any of the same memory from the writer's phase on until the read's, except the
 * reading kernel itself over the very element that it reads.  Old values of slots are read before,
 * new ones after their assignment.
 */
#include "plan/plan.h"

/* The part of the arena that a touch reads or writes; empty where it goes to no buffer. */
typedef struct MemoryRange {
    size_t begin, end;
} MemoryRange;

static MemoryRange memory_of(const Plan *plan, const Touch *touch) {
    if (touch->place.kind != PLACE_buffer)
        return (MemoryRange){0, 0};
    const Buffer *buffer = &plan->buffers.at[touch->place.index];
    return (MemoryRange){buffer->offset, buffer->offset + buffer->size};
}

typedef struct Write {
    const Kernel *kernel;
    const Touch *touch;
    MemoryRange memory;
    int phase; /* the kernel's */
} Write;

typedef List(Write) WriteList;

typedef struct Check {
    const Plan *plan;
    Arena *arena;       /* of the message */
    WriteList of_all;   /* that go to buffers, in the order of phases */
    WriteList *of_slot; /* by slot */
    WriteList *of_node; /* by node */
} Check;

static const char *note_writes(Check *check, Arena *scratch) {
    const Plan *plan = check->plan;
    check->of_slot = NEW_ARRAY(scratch, WriteList, plan->program->slots.count + 1);
    check->of_node = NEW_ARRAY(scratch, WriteList, plan->graph->nodes.count + 1);
    for (int i = 0; i < plan->kernels.count; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        if (i > 0 && kernel->phase < kernel[-1].phase)
            return "kernels are not in the order of their phases";
        for (int k = 0; k < kernel->touches.count; k++) {
            const Touch *touch = &kernel->touches.at[k];
            Place place = touch->place;
            if (!touch->write)
                continue;
            Write write = {kernel, touch, memory_of(plan, touch), kernel->phase};
            list_add(scratch, &check->of_node[write.touch->node->id], write);
            if (place.kind == PLACE_buffer)
                list_add(scratch, &check->of_all, write);
            else if (place.kind == PLACE_slot)
                list_add(scratch, &check->of_slot[place.index], write);
        }
    }
    return NULL;
}

static const Kernel *writer_of(const Check *check, const Touch *read) {
    const WriteList *writes = &check->of_node[read->node->id];
    for (int i = 0; i < writes->count; i++)
        if (writes->at[i].touch->place.kind == read->place.kind &&
            writes->at[i].touch->place.index == read->place.index)
            return writes->at[i].kernel;
    return NULL;
}

/* The first of the writes from that phase on. */
static int first_from(const WriteList *writes, int phase) {
    int low = 0, high = writes->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (writes->at[middle].phase < phase)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* `writer` writes a value that `kernel` reads, and `other` writes to the same memory.  Does
 * `kernel` read the right value all the same? */
static bool is_harmless(const Plan *plan, const Touch *read, const Kernel *kernel,
                        const Kernel *writer, const Write *other) {
    if (other->touch->node == read->node)
        return true;
    if (other->kernel == kernel && plan_in_place(plan, kernel, other->touch->node, read->node))
        return true;
    return other->kernel == writer && /* the writer overwrites what it wrote before */
           plan_in_place(plan, writer, read->node, other->touch->node);
}

/* Is the value that `read` wants still there in `phase`, when `kernel` (NULL: whoever runs us)
 * reads it? */
static const char *check_read(const Check *check, const Touch *read, const Kernel *kernel,
                              int phase) {
    const Plan *plan = check->plan;
    const Kernel *writer = NULL;
    bool leaf = plan->fusion->value[read->node->id].role == ROLE_leaf;
    if (!leaf) {
        writer = writer_of(check, read);
        if (!writer)
            return arena_printf(check->arena, "%%%d is read and never written", read->node->id);
        if (writer != kernel && writer->phase >= phase)
            return arena_printf(check->arena, "%%%d is read in phase %d and written in %d",
                                read->node->id, phase, writer->phase);
    }
    if (read->place.kind != PLACE_buffer && read->place.kind != PLACE_slot)
        return NULL; /* nobody writes there but the value's own kernel */
    bool in_buffer = read->place.kind == PLACE_buffer;
    bool held = in_buffer && plan->buffers.at[read->place.index].held;
    const WriteList *writes = in_buffer ? &check->of_all : &check->of_slot[read->place.index];
    MemoryRange memory = memory_of(plan, read);
    for (int i = writer && !held ? first_from(writes, writer->phase) : 0; i < writes->count; i++) {
        const Write *other = &writes->at[i];
        if (other->phase > phase && !held)
            break;
        bool meets =
            !in_buffer || (memory.begin < other->memory.end && other->memory.begin < memory.end);
        if (meets && !is_harmless(plan, read, kernel, writer, other))
            return arena_printf(check->arena,
                                "%%%d is overwritten by %%%d in phase %d before it is read in %d",
                                read->node->id, other->touch->node->id, other->phase, phase);
    }
    return NULL;
}

static const char *check_kernels(const Check *check) {
    const Plan *plan = check->plan;
    const char *wrong = NULL;
    for (int i = 0; i < plan->kernels.count && !wrong; i++) {
        const Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; k < kernel->touches.count && !wrong; k++)
            if (!kernel->touches.at[k].write)
                wrong = check_read(check, &kernel->touches.at[k], kernel, kernel->phase);
    }
    return wrong;
}

const char *plan_check(Arena *arena, const Plan *plan) {
    Arena *scratch = arena_open();
    Check check = {.plan = plan, .arena = arena};
    const char *wrong = note_writes(&check, scratch);
    if (!wrong)
        wrong = check_kernels(&check);
    for (int i = 0; i < plan->graph->roots.count && !wrong; i++) {
        const Node *base = plan_base(plan, plan->graph->roots.at[i].node);
        Touch read = {.node = base, .place = plan_place(plan, base)};
        if (plan->graph->roots.at[i].kind != ROOT_assign)
            wrong = check_read(&check, &read, NULL, plan->phases);
        if (!wrong && plan->graph->roots.at[i].kind != ROOT_assign &&
            read.place.kind != PLACE_buffer)
            wrong = "an output is not in the arena";
    }
    for (int i = 0; i < plan->buffers.count && !wrong; i++)
        if (plan->buffers.at[i].offset + plan->buffers.at[i].size > plan->arena ||
            plan->buffers.at[i].offset % 16 != 0)
            wrong = "a buffer lies outside the arena, or askew";
    arena_close(scratch);
    return wrong;
}
