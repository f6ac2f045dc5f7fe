/* Loops: a scan's body has a plan of its own, whose slots are what a step is given and what it
 * leaves; they move on from step to step.  So its kernels are written once, whatever the number of
 * steps.
 *
 *     all h, [29,n,128]      a step reads it at 128 n t and writes it at 128 n (t + 1)
 *     u, [28,n,512]          a step reads it at 512 n t
 *     U, [128,512]           where it is
 *
 * What all picks show, and behind it the arena of the body, is one buffer of the plan around it.
 * What is carried is put at the beginning of its stack by a plan of one step, which comes first.
 * Steps that count for no example may have a plan of their own (idle.c).
 */
#include "plan/plan.h"

#include <string.h>

static size_t round_up(size_t size) {
    return (size + 15) / 16 * 16;
}

/* ---- the plans ---- */

const Node *plan_scan(const Plan *plan, const Kernel *kernel) {
    return plan->fusion->groups.at[kernel->group].main;
}

static void add_slot(Program *program, const Node *node, const char *else_called) {
    Slot slot = {
        .kind = SLOT_state, .name = node->name ? node->name : else_called, .type = node->type};
    list_add(program->arena, &program->slots, slot);
}

/* The program as the body's plan sees it: its slots are what it is given, then what it leaves. */
static const Program *seen_from(const Program *program, const Node *scan, const Graph *graph) {
    Program *seen = NEW(program->arena, Program);
    *seen = *program;
    memset(&seen->slots, 0, sizeof seen->slots);
    for (int k = 0; k < scan->n_in; k++)
        add_slot(seen, scan->in[k], "given");
    for (int k = 0; k < graph->roots.count; k++)
        add_slot(seen, graph->roots.at[k].node, "left");
    return seen;
}

/* What comes before the first step: what is carried at first is put where it is carried. */
static Graph *first_graph(const Plan *plan, const Node *scan) {
    const Body *body = scan->attr.body;
    Graph *graph = body_open(plan->graph->arena, plan->graph->names, plan->graph->name);
    for (int k = 0; k < body->carried; k++)
        body_leave(graph, ir_arg(graph, scan->loc, k, scan->in[k]->type));
    return graph;
}

static Plan *plan_body(const Plan *around, const Kernel *kernel, Graph *graph) {
    const Program *seen = seen_from(around->program, plan_scan(around, kernel), graph);
    Plan *plan = plan_graph(seen, around->schedule, around->entry, graph, kernel);
    plan->around = around;
    return plan;
}

void plan_idle_loop(const Plan *plan, Kernel *kernel, Graph *idle) {
    kernel->idle = plan_body(plan, kernel, idle);
    kernel->idle->steps = kernel->body->steps;
    kernel->idle->back = kernel->body->back;
}

void plan_loops(Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        Kernel *kernel = &plan->kernels.at[i];
        if (kernel->kind != KERNEL_loop)
            continue;
        const Node *scan = plan_scan(plan, kernel);
        kernel->first = plan_body(plan, kernel, first_graph(plan, scan));
        kernel->first->steps = 1;
        kernel->body = plan_body(plan, kernel, scan->attr.body->graph);
        kernel->body->steps = scan->attr.body->steps;
        kernel->body->back = scan->attr.body->back;
        Graph *idle = plan_idle(scan->attr.body, &kernel->gate);
        if (idle)
            plan_idle_loop(plan, kernel, idle);
    }
}

int plan_loop_plans(const Kernel *kernel, Plan *plans[LOOP_PLANS]) {
    Plan *all[LOOP_PLANS] = {kernel->first, kernel->body, kernel->idle};
    int count = 0;
    for (int k = 0; k < LOOP_PLANS; k++)
        if (all[k])
            plans[count++] = all[k];
    return count;
}

static size_t picks_size(const Plan *plan, const Node *scan) {
    const Body *body = scan->attr.body;
    return body_offset(body, body->graph->roots.count, plan->program->batch);
}

size_t plan_loop_size(const Plan *plan, const Kernel *kernel) {
    Plan *plans[LOOP_PLANS];
    size_t most = 0;
    for (int k = plan_loop_plans(kernel, plans); k-- > 0;)
        most = plans[k]->arena > most ? plans[k]->arena : most;
    return round_up(picks_size(plan, plan_scan(plan, kernel)) + most);
}

/* ---- places ---- */

static void add_length(size_t *fixed, size_t *rows, Len length, long times) {
    if (length.power > 1)
        die("a step's slice of n^%d", length.power);
    *(length.power ? rows : fixed) += (size_t)(length.coef * times);
}

/* The size of a value as a length: 128, or 128 n. */
static Len length_of(Type type) {
    Len length = {1, 0};
    for (int d = 0; d < type.rank; d++)
        length = len_product(length, len_of(type.dim[d]));
    return length;
}

static void add_stride(Given *given, Len length, long sign) {
    *(length.power ? &given->step_rows : &given->step) = sign * length.coef;
}

/* An operand: where it lies, from what step on, and how it moves. */
static Given operand(const Plan *around, const Plan *of, const Node *scan, int number) {
    const Body *body = scan->attr.body;
    const Node *node = scan->in[number];
    const Layout *layout = &around->fusion->value[node->id].layout;
    bool stack = number >= body->carried && number < body->carried + body->stacks;
    Given given = {.place = plan_place(around, layout->base)};
    if (layout->offset.c[2])
        die("what a scan reads begins at n^2");
    given.at = (size_t)layout->offset.c[0];
    given.at_rows = (size_t)layout->offset.c[1];
    if (stack && of->steps > 1) {
        Len each = length_of(type_without(node->type, 0));
        add_stride(&given, each, body->back ? -1 : 1);
        if (body->back)
            add_length(&given.at, &given.at_rows, each, body->steps - 1);
    }
    return given;
}

/* What is picked as number `taken`, from its element `from` on. */
static Given picked(const Plan *around, const Plan *of, const Node *scan, int taken, int from) {
    const Body *body = scan->attr.body;
    Given given = {.place = plan_place(around, scan)};
    Len each = length_of(type_without(body_pick(body, taken), 0));
    given.at = body_offset(body, taken, around->program->batch);
    add_length(&given.at, &given.at_rows, each, from);
    if (of->steps > 1)
        add_stride(&given, each, body->back ? -1 : 1);
    return given;
}

/* The places of texts from the one on that a step is of, in the first text. */
static Given tokens_of(const Plan *around, const Kernel *kernel) {
    const Body *body = plan_scan(around, kernel)->attr.body;
    return (Given){.place = plan_place(around, kernel->tokens),
                   .tokens = kernel->tokens,
                   .at = body->back ? (size_t)body->steps - 1 : 0,
                   .step = body->back ? -1 : 1};
}

static void place_first(const Plan *around, Plan *of, const Node *scan) {
    const Body *body = scan->attr.body;
    for (int k = 0; k < scan->n_in; k++)
        list_add(of->graph->arena, &of->given, operand(around, of, scan, k));
    for (int k = 0; k < body->carried; k++)
        list_add(of->graph->arena, &of->given,
                 picked(around, of, scan, k, body->back ? body->steps : 0));
}

static void place_body(const Plan *around, Plan *of, const Node *scan) {
    const Body *body = scan->attr.body;
    int last = body->steps - 1;
    for (int k = 0; k < scan->n_in; k++)
        list_add(of->graph->arena, &of->given,
                 k < body->carried ? picked(around, of, scan, k, body->back ? body->steps : 0)
                                   : operand(around, of, scan, k));
    for (int k = 0; k < body->graph->roots.count; k++)
        list_add(of->graph->arena, &of->given,
                 picked(around, of, scan, k, body->back ? last : k < body->carried));
}

static void add_parts(Plan *entry, const Plan *plan) {
    for (int i = 0; i < plan->kernels.count; i++) {
        Plan *plans[LOOP_PLANS];
        int count = plan_loop_plans(&plan->kernels.at[i], plans);
        for (int k = 0; k < count; k++)
            add_parts(entry, plans[k]);
        if (count == 0)
            list_add(entry->graph->arena, &entry->parts, ((Part){plan, i}));
    }
}

/* Places what the plan's loops do, whose scalars are those from `scalars` on, and the loops within
 * them; the number behind the last scalar. */
static int place_loops(Plan *plan, int scalars) {
    for (int i = 0; i < plan->kernels.count; i++) {
        Kernel *kernel = &plan->kernels.at[i];
        Plan *plans[LOOP_PLANS];
        int count = plan_loop_plans(kernel, plans);
        for (int k = 0; k < count; k++) {
            const Node *scan = plan_scan(plan, kernel);
            (k == 0 ? place_first : place_body)(plan, plans[k], scan);
            if (plans[k] == kernel->body && kernel->tokens) {
                kernel->gate = plans[k]->given.count;
                list_add(plan->graph->arena, &plans[k]->given, tokens_of(plan, kernel));
            }
            plans[k]->base = plan->base + plan->buffers.at[plan->buffer_of[scan->id]].offset +
                             picks_size(plan, scan);
            plans[k]->first_scalar = scalars;
            scalars = place_loops(plans[k], scalars + plans[k]->fusion->scalars.count);
            plan->scratch = plans[k]->scratch > plan->scratch ? plans[k]->scratch : plan->scratch;
        }
    }
    return scalars;
}

void plan_place_loops(Plan *plan) {
    place_loops(plan, plan->fusion->scalars.count);
    add_parts(plan, plan);
}

int plan_scalars(const Plan *plan) {
    int count = plan->fusion->scalars.count;
    for (int i = 0; i < plan->kernels.count; i++) {
        Plan *plans[LOOP_PLANS];
        for (int k = plan_loop_plans(&plan->kernels.at[i], plans); k-- > 0;)
            count += plan_scalars(plans[k]);
    }
    return count;
}
