/* Scratch: memory that belongs to a thread, for what a piece of a kernel needs no longer than it
 * runs: the slice of a product, what it lists, long rows that loops keep from pass to pass, what
 * ranks are sorted in.
 *
 *     W's gradient, 112 rows of 784 in a piece:  the first 87,808 reals of the scratch memory
 *
 * On the stack they would end a program where the system gives it little of that.
 */
#include "plan/plan.h"
#include "math/rank.h"

enum { ROW_ON_STACK = 512 /* numbers of a row that are few enough for the stack */ };

static size_t round_up(size_t size) {
    return (size + 15) / 16 * 16;
}

size_t plan_row(const Loops *loops) {
    long size = 1;
    for (int a = loops->outer; a < loops->axes; a++)
        size *= loops->length[a].coef; /* no row that is kept depends on the batch */
    return size > ROW_ON_STACK ? round_up((size_t)size) : 0;
}

static size_t of_order(const Plan *plan, const Kernel *kernel) {
    const Node *main = kernel->group < 0 ? NULL : plan->fusion->groups.at[kernel->group].main;
    if (!main || !(optab[main->op].flags & SORTS))
        return 0;
    return AERT_RANK_SCRATCH *
           round_up((size_t)main->type.dim[main->type.rank + main->attr.ints[0]]);
}

void plan_scratch(Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        Kernel *kernel = &plan->kernels.at[i];
        for (int k = 0; k < kernel->touches.count; k++) {
            const Touch *touch = &kernel->touches.at[k];
            if (touch->place.kind == PLACE_scratch)
                kernel->slice = round_up((size_t)kernel->chunk * (size_t)touch->node->type.dim[1]);
        }
        kernel->scratch = kernel->slice + of_order(plan, kernel);
        for (int k = 0; kernel->loops && k < kernel->loops->count; k++)
            if (kernel->loops->node[k].keep == KEEP_local)
                kernel->scratch += plan_row(kernel->loops);
        long most, room = kernel->group < 0 ? 0 : plan_text_room(plan, kernel, &most);
        room += plan_skips_room(plan, kernel);
        kernel->room = kernel->scratch;
        kernel->scratch += round_up((size_t)room);
        plan->scratch = kernel->scratch > plan->scratch ? kernel->scratch : plan->scratch;
    }
}
