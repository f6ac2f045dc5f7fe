/* Rows of texts: what stands behind the end of a text is not computed where nobody looks at it.
 *
 * A product leaves out rows that are 0, or may be anything (text_facts.c), and what it makes of
 * them is 0; loops that go by such rows write 0.  What is left out is taken to be finite, as idle.c
 * takes it to be.  The end of a text is behind its last token other than 0: so all that is left out
 * is 0 in the tokens, wherever these come from.
 */
#include "plan/text_rows.h"
#include "products/text_rows.h"

enum {
    ROOM = 1 << 19, /* numbers that are multiplied at a time, with what comes of them, … */
    ROWS_LEAST = 32 /* … but so many rows at least */
};

/* ---- kernels ---- */

/* Are the value's rows what the nest is cut into, in their order? */
static bool lies_in_order(const TextFinder *f, const Loops *loops, const Node *node) {
    const LoopNode *own = loops_find(loops, node);
    Len stride = {1, 0};
    for (int d = text_row_axes(f, node->type); d < node->type.rank; d++)
        stride = len_product(stride, len_of(node->type.dim[d]));
    if (!own || own->own.offset.c[0] || own->own.offset.c[1] || own->own.offset.c[2] ||
        stride.power > 0)
        return false;
    for (int a = loops->cut - 1; a >= 0; a--) {
        if (!len_equal(own->own.stride[a], stride) && !len_equal(loops->length[a], (Len){1, 0}))
            return false;
        stride = len_product(stride, loops->length[a]);
    }
    return true;
}

static TextRows rows_in(Behind left_out, Behind open) {
    Behind order = left_out & BY_TEXT ? BY_TEXT : left_out & AHEAD;
    return (TextRows){.rows = order, .ahead = order == AHEAD, .open = open & order};
}

/* Those rows of which loops have nothing to say but 0. */
static TextRows left_out_of_loops(const TextFinder *f, const Kernel *kernel) {
    const Plan *plan = f->plan;
    const Loops *loops = kernel->loops;
    Behind all = BY_TEXT | AHEAD, open = all;
    const TextRows none = {.rows = false};
    Len rows = {1, 0};
    if (kernel->kind != KERNEL_loops || f->level > 0 || loops->form != FORM_rows ||
        loops->count < 2 || kernel->held)
        return none;
    for (int a = 0; a < loops->cut; a++)
        rows = len_product(rows, loops->length[a]);
    for (int i = 0; i < kernel->touches.count && len_equal(rows, f->rows); i++) {
        const Node *node = kernel->touches.at[i].node;
        if (!kernel->touches.at[i].write)
            continue;
        all &= text_rows_of(f, node->type, text_free_ways(f, node));
        open &= text_rows_of(f, node->type, text_open_ways(f, node));
        if (text_row_axes(f, node->type) == 0 || plan->assigns_of[node->id].count > 0 ||
            node->type.elem != ELEM_real || !lies_in_order(f, loops, node))
            return none;
    }
    return len_equal(rows, f->rows) ? rows_in(all, open) : none;
}

static void add_read(Plan *plan, Kernel *kernel, const Node *input) {
    for (int i = 0; i < kernel->touches.count; i++)
        if (kernel->touches.at[i].node == input)
            return;
    list_add(plan->graph->arena, &kernel->touches, (Touch){.node = input});
}

static void leave_out(const TextFinder *f, Kernel *kernel, TextRows found) {
    TextRows *rows = NEW(f->plan->program->arena, TextRows);
    *rows = found;
    rows->tokens = f->input;
    rows->level = f->level;
    rows->count = f->of.count;
    rows->stride = f->of.stride;
    rows->more = f->of.more;
    kernel->text_rows = rows;
    add_read(f->plan, kernel, f->input);
}

static TextRows left_out_of(const TextFinder *f, const Kernel *kernel, const Node *main) {
    if (main && main->op == OP_matmul) {
        Behind found = text_left_out(f, main), sums = text_left_out_of_sums(f, main);
        int rank = main->type.rank;
        return rank == 2 ? rows_in(found | sums, text_open_ways(f, main))
                         : (TextRows){.ends = (found & ALONG(rank - 2) ? AERT_ROWS_END : 0) |
                                              (found & ALONG(rank - 1) ? AERT_COLUMNS_END : 0) |
                                              (sums ? AERT_SUMS_END : 0)};
    }
    return kernel->loops ? left_out_of_loops(f, kernel) : (TextRows){.rows = false};
}

/* Steps for which all texts have ended. */
static void leave_out_steps(const TextFinder *f, Kernel *kernel) {
    const Node *scan = kernel->group < 0 ? NULL : plan_scan(f->plan, kernel);
    const StepFacts *facts = scan ? f->steps[scan->id] : NULL;
    Graph *idle = facts && !kernel->idle ? plan_idle_texts(scan->attr.body, facts) : NULL;
    if (!idle)
        return;
    plan_idle_loop(f->plan, kernel, idle);
    kernel->tokens = f->input;
    add_read(f->plan, kernel, f->input);
}

static void leave_out_of(const TextFinder *f, Kernel *kernel) {
    const Node *main = kernel->group < 0 ? NULL : f->plan->fusion->groups.at[kernel->group].main;
    TextRows found = left_out_of(f, kernel, main);
    if ((found.rows || found.ends) && !kernel->text_rows)
        leave_out(f, kernel, found);
    if (kernel->kind == KERNEL_loop && f->level == 0)
        leave_out_steps(f, kernel);
}

static void leave_out_rows(const TextFinder *first) {
    Plan *plan = first->plan;
    int levels;
    TextFinder *all = text_levels(first, &levels);
    text_facts(all, levels);
    for (int i = 0; i < plan->kernels.count; i++)
        for (int l = 0; l < levels; l++)
            leave_out_of(&all[l], &plan->kernels.at[i]);
    for (int i = 0; i < plan->kernels.count; i++) {
        int group = plan->kernels.at[i].group;
        const Node *main = group < 0 ? NULL : plan->fusion->groups.at[group].main;
        if (main)
            first->taken[main->id] = plan->kernels.at[i].text_rows;
    }
}

static bool is_text(const Node *node) {
    return node->op == OP_input && node->type.elem == ELEM_int && node->type.rank == 2 &&
           node->type.dim[0] == ROWS && node->type.dim[1] > 0;
}

void plan_text_rows(Plan *plan) {
    if (plan->loop || plan_drawn(plan->program, plan->entry, plan->graph))
        return;
    bool *taken = NEW_ARRAY(plan->graph->arena, bool, plan->graph->nodes.count + 1);
    for (int i = 0; i < plan->graph->nodes.count; i++)
        if (is_text(plan->graph->nodes.at[i])) {
            const Node *input = plan->graph->nodes.at[i];
            TextFinder f = {.plan = plan, .graph = plan->graph, .input = input, .taken = taken};
            f.of = (TextPlaces){input->type.dim[1], 1, 0};
            leave_out_rows(&f);
        }
}

/* ---- room ---- */

long plan_text_room(const Plan *plan, const Kernel *kernel, long *most) {
    const Group *group = &plan->fusion->groups.at[kernel->group];
    if (!kernel->text_rows || !group->main || !kernel->text_rows->rows)
        return 0;
    const Node *product = group->main, *a = product->in[0];
    int batch = plan->program->batch;
    bool sums = product->attr.ints[0];
    long m = (long)len_value(len_of(product->type.dim[0]), batch);
    long n = (long)len_value(len_of(product->type.dim[1]), batch);
    long inner = (long)len_value(len_of(a->type.dim[sums ? 0 : 1]), batch);
    long *cut = group->by_columns ? &n : &m;
    *cut = *cut < kernel->chunk ? *cut : kernel->chunk;
    if (fuse_windows(plan->fusion, product, 0)) { /* they are packed elsewhere */
        *most = AERT_WINDOWS_SUMMED;
        return sums ? *most * n : 0;
    }
    long rows = sums ? inner : m, each = sums ? m + n : inner + n;
    *most = ROOM / each > ROWS_LEAST ? ROOM / each : ROWS_LEAST;
    *most = rows < *most ? rows : *most;
    return *most * each;
}
