/* Order: the phases in which kernels run.
 *
 * A kernel runs in the first phase in which all that it reads is complete; one that reads nothing
 * computed waits until just before its first reader, so that its value does not lie about.  The
 * kernels of a phase run at the same time; a barrier stands before each phase but the first.
 */
#include "plan/plan.h"

static int settle(Plan *plan, int kernel, int *phase, int depth) {
    Kernel *k = &plan->kernels.at[kernel];
    if (phase[kernel] >= 0)
        return phase[kernel];
    if (depth > plan->kernels.count)
        die("kernels of %s need each other", plan->graph->name);
    int first = 0;
    for (int i = 0; i < k->after.count; i++) {
        int before = settle(plan, k->after.at[i], phase, depth + 1);
        first = before + 1 > first ? before + 1 : first;
    }
    return phase[kernel] = first;
}

/* Kernels without predecessors move to just before the first kernel that needs them. */
static void delay(Plan *plan, int *phase) {
    int count = plan->kernels.count;
    Arena *scratch = arena_open();
    int *needed = NEW_ARRAY(scratch, int, count + 1);
    for (int i = 0; i < count; i++)
        needed[i] = -1;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < plan->kernels.at[i].after.count; k++) {
            int before = plan->kernels.at[i].after.at[k];
            if (needed[before] < 0 || phase[i] < needed[before])
                needed[before] = phase[i];
        }
    for (int i = 0; i < count; i++)
        if (plan->kernels.at[i].after.count == 0 && needed[i] > 0)
            phase[i] = needed[i] - 1;
    arena_close(scratch);
}

void plan_order(Plan *plan) {
    Arena *scratch = arena_open();
    int count = plan->kernels.count;
    int *phase = NEW_ARRAY(scratch, int, count + 1), *place = NEW_ARRAY(scratch, int, count + 1);
    Kernel *sorted = NEW_ARRAY(scratch, Kernel, count + 1);
    for (int i = 0; i < count; i++)
        phase[i] = -1;
    for (int i = 0; i < count; i++)
        settle(plan, i, phase, 0);
    delay(plan, phase);
    for (int i = 0; i < count; i++)
        plan->phases = phase[i] + 1 > plan->phases ? phase[i] + 1 : plan->phases;
    int *next = NEW_ARRAY(scratch, int, plan->phases + 2); /* by phase: its next place */
    for (int i = 0; i < count; i++)
        next[phase[i] + 1]++;
    for (int p = 0; p < plan->phases; p++)
        next[p + 1] += next[p];
    for (int i = 0; i < count; i++) {
        place[i] = next[phase[i]]++;
        sorted[place[i]] = plan->kernels.at[i];
        sorted[place[i]].phase = phase[i];
    }
    for (int i = 1; i < count; i++)
        sorted[i].barrier = sorted[i].phase != sorted[i - 1].phase;
    for (int i = 0; i < count; i++) {
        plan->kernels.at[i] = sorted[i];
        for (int k = 0; k < sorted[i].after.count; k++)
            sorted[i].after.at[k] = place[sorted[i].after.at[k]];
    }
    arena_close(scratch);
}
