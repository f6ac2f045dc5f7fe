/* The plan as text, which the tests read back:
 *
 *     plan step_main: batch 128, arena 204800, bound 204800, 12 kernels, 9 phases
 *     scan vae.ae:7: 28 steps, all kept: 204800 numbers
 *     kernel 0 phase 0 gemm h extent 400 chunk 112: matmul add max; reads input 0; writes buffer 0
 *     loop 3: 28 steps back, 4 kernels a step, 1 before, 0 scalars
 *     loop 3 carries h [29,n,128] at 0 size 475136
 *     loop 3 kernel 0 phase 0 gemm …
 *     loop 3.2: 4 steps, …          of the loop that is kernel 2 of a step of loop 3
 *     buffer 0 %12 h [n,400] offset 0 size 51200 phases 0-8
 */
#include "plan/plan.h"
#include "products/text_rows.h"

static void print_place(Text *text, Place place) {
    static const char *const kinds[] = {"buffer", "slot", "input", "slice"};
    text_add(text, "%s %d", kinds[place.kind], place.index);
}

static void print_touches(Text *text, const Kernel *kernel, bool write, const char *label) {
    bool any = false;
    for (int i = 0; i < kernel->touches.count; i++) {
        if (kernel->touches.at[i].write != write)
            continue;
        text_add(text, "%s", any ? ", " : label);
        print_place(text, kernel->touches.at[i].place);
        any = true;
    }
}

static const char *kind_of(const Plan *plan, const Kernel *kernel) {
    static const char *const forms[] = {"flat", "rows", "columns"};
    if (kernel->group < 0)
        return "copy";
    const Node *main = plan->fusion->groups.at[kernel->group].main;
    if (main) /* the one operation of a kind by the kind, others by themselves */
        return kernel->kind == KERNEL_gemm ? kernel_table[kernel->kind].name : optab[main->op].name;
    return forms[kernel->loops->form];
}

/* What of the drawn input a kernel sees. */
static void print_reach(Text *text, Reach reach) {
    if (reach.lines > 0)
        text_add(text, " line l of %d%s sees l%+d to l%+d", reach.lines,
                 reach.ahead ? " of all" : "", reach.from, reach.end - 1);
    else
        text_add(text, " sees %s",
                 reach.lines == REACH_NOTHING   ? "nothing"
                 : reach.lines == REACH_EXAMPLE ? "its example"
                                                : "other examples");
}

static void print_kernel(Text *text, const Plan *plan, int place) {
    const Kernel *kernel = &plan->kernels.at[place];
    text_add(text, "kernel %d phase %d %s", place, kernel->phase, kind_of(plan, kernel));
    if (kernel->held)
        text_add(text, " held");
    text_add(text, " extent %d", kernel->extent);
    if (kernel->extent_rows)
        text_add(text, "+%dn", kernel->extent_rows);
    text_add(text, " chunk %d", kernel->chunk);
    const Group *group = kernel->group < 0 ? NULL : &plan->fusion->groups.at[kernel->group];
    if (group && group->main && plan->bands[group->main->id])
        text_add(text, " band %.2f", plan->bands[group->main->id]->share);
    const TextRows *rows = kernel->text_rows;
    if (rows)
        text_add(text, "%s%s%s%s of %s%s%s", rows->rows ? " rows" : "",
                 rows->ends & AERT_ROWS_END ? " rows" : "",
                 rows->ends & AERT_COLUMNS_END ? " columns" : "",
                 rows->ends & AERT_SUMS_END ? " sums" : "", rows->tokens->attr.name,
                 rows->ahead  ? " ahead"
                 : rows->ends ? " each"
                              : "",
                 rows->open ? " open" : "");
    if (rows && rows->level > 0)
        text_add(text, " by %d and %d", rows->stride, rows->more);
    if (plan->reach)
        print_reach(text, plan->reach[place]);
    text_add(text, ":");
    if (group && group->main)
        text_add(text, " %%%d=%s", group->main->id, optab[group->main->op].name);
    for (int i = 0; group && i < group->nodes.count; i++)
        text_add(text, " %%%d=%s", group->nodes.at[i]->id, optab[group->nodes.at[i]->op].name);
    print_touches(text, kernel, false, "; reads ");
    print_touches(text, kernel, true, "; writes ");
    text_add(text, "\n");
}

static void print_loops(Text *text, const Plan *plan, const char *around);

/* What a loop leaves, each with its place in the loop's buffer, and what it does in a step. */
static void print_loop(Text *text, const Plan *plan, int place, const char *name) {
    const Kernel *kernel = &plan->kernels.at[place];
    const Body *body = plan->fusion->groups.at[kernel->group].main->attr.body;
    int batch = plan->program->batch;
    text_add(text, "loop %s: %d steps%s, %d kernels a step, %d before, %d scalars\n", name,
             body->steps, body->back ? " back" : "", kernel->body->kernels.count,
             kernel->first->kernels.count, plan_scalars(kernel->body));
    for (int k = 0; k < body->graph->roots.count; k++) {
        size_t begin = body_offset(body, k, batch);
        const Node *root = body->graph->roots.at[k].node;
        text_add(text, "loop %s %s %s %s at %zu size %zu\n", name,
                 k < body->carried ? "carries" : "keeps", root->name ? root->name : "-",
                 type_text(text->arena, body_pick(body, k)), begin,
                 body_offset(body, k + 1, batch) - begin);
    }
    for (int i = 0; i < kernel->body->kernels.count; i++) {
        text_add(text, "loop %s ", name);
        print_kernel(text, kernel->body, i);
    }
    if (kernel->idle)
        text_add(text, "loop %s: %d kernels a step that counts for no example, by %s %d\n", name,
                 kernel->idle->kernels.count, kernel->tokens ? kernel->tokens->attr.name : "slot",
                 kernel->gate);
    print_loops(text, kernel->body, arena_printf(text->arena, "%s.", name));
}

/* `around` is "" or the name of the loop that they are in, with a point: "3.". */
static void print_loops(Text *text, const Plan *plan, const char *around) {
    for (int i = 0; i < plan->kernels.count; i++)
        if (plan->kernels.at[i].body)
            print_loop(text, plan, i, arena_printf(text->arena, "%s%d", around, i));
}

static void print_kept(Text *text, const Program *program, const Keeping *kept) {
    text_add(text, "scan %s: %d steps, ", program->diag ? diag_place(program->diag, kept->loc) : "",
             kept->steps);
    if (kept->every == 1)
        text_add(text, "all kept: %.0f numbers\n", kept->all);
    else
        text_add(text, "every %d kept, the others computed again: %.0f numbers instead of %.0f\n",
                 kept->every, kept->numbers, kept->all);
}

void plan_print(Text *text, const Plan *plan) {
    text_add(text, "plan %s: batch %d, arena %zu, bound %zu, %d kernels, %d phases, %d scalars\n",
             plan->graph->name, plan->program->batch, plan->arena, plan->bound, plan->kernels.count,
             plan->phases, plan->fusion->scalars.count);
    for (int i = 0; i < plan->entry->kept.count; i++)
        print_kept(text, plan->program, &plan->entry->kept.at[i]);
    for (int i = 0; i < plan->kernels.count; i++)
        print_kernel(text, plan, i);
    print_loops(text, plan, "");
    for (int i = 0; i < plan->buffers.count; i++) {
        const Buffer *buffer = &plan->buffers.at[i];
        text_add(text, "buffer %d %%%d %s %s offset %zu size %zu phases %d-%d", i, buffer->node->id,
                 buffer->node->name ? buffer->node->name : "-",
                 type_text(text->arena, buffer->node->type), buffer->offset, buffer->size,
                 buffer->first, buffer->last);
        if (buffer->within >= 0)
            text_add(text, " over %d", buffer->within);
        text_add(text, buffer->held ? " held\n" : "\n");
    }
}
