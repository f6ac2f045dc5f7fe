/* Rows of texts: what stands behind the end of a text is not computed where nobody looks at it.
 *
 * A text is a row of tokens, 0 behind its end.  A value of a batch of texts has a row for each
 * place, which lie text by text, or all texts' first places ahead of their second.  Of each value
 * this finds whether its rows behind the ends are 0 whenever the tokens there are, and whether they
 * may be anything, since nobody looks at them but to choose something else:
 *
 *     %2 = lt(0, %0)                    %0 the tokens, [n,31]     0 behind the end
 *     %7 = matmul(%6, %4) tb            [31n,6000]                anything
 *     %8 = log(sum(exp(%7)))            [31n]                     anything
 *     %9 = where(%2, %8, 0)             [31n]                     0
 *     …
 *     %15 = where(%2, …%7…, 0)          the gradient of %7        0
 *     %16 = matmul(%15, %4)             [31n,128]                 0
 *     %17 = matmul(%15, %6) ta          [6000,128]                %6 too may be anything, since the
 *                                                                 product leaves those rows out
 *
 * So a product leaves out rows that are 0, or anything, and what it makes of them is 0; loops that
 * go by such rows write 0.  What is left out is taken to be finite, as the rest of the row's text
 * is
 * not.  The end of a text is behind its last token other than 0: so all that is left out is 0 in
 * the tokens, wherever these come from.
 */
#include "ir/interval.h"
#include "plan/plan.h"

enum { BY_TEXT = 1, AHEAD = 2, BOTH = 3 }; /* in which order rows lie; a set of them */
enum {
    ROOM = 1 << 19, /* numbers that are multiplied at a time, with what comes of them, … */
    ROWS_LEAST = 32 /* … but so many rows at least */
};

typedef unsigned char Orders;

typedef struct Finder {
    Plan *plan;
    const Node *input;
    Len rows;                     /* of a batch of texts */
    Orders *zero, *anything;      /* by node id: in which orders the rows are that */
    List(const Node *) * readers; /* by node id */
    bool *root;                   /* by node id */
    bool *taken; /* by node id: a product that leaves out rows of another input's texts */
} Finder;

/* How many axes, the outermost ones, go through the rows; 0: none do. */
static int row_axes(const Finder *f, Type type) {
    Len size = {1, 0};
    for (int d = 0; d < type.rank; d++) {
        size = len_product(size, len_of(type.dim[d]));
        if (len_equal(size, f->rows))
            return d + 1;
    }
    return 0;
}

static bool same_axes(Type a, Type b, int axes) {
    for (int d = 0; d < axes; d++)
        if (a.rank != b.rank || a.dim[d] != b.dim[d])
            return false;
    return true;
}

/* The orders of rows when these two axes are the same, or each the other's. */
static Orders transposed(const Node *node, int axes, Orders orders) {
    int rank = node->type.rank, from[MAX_RANK];
    for (int d = 0; d < rank; d++)
        from[d] = d;
    for (int k = 0; k < node->attr.count; k++)
        from[rank - node->attr.count + k] = rank + node->attr.ints[k];
    bool stay = true;
    for (int d = 0; d < axes; d++)
        stay = stay && from[d] == d;
    if (stay)
        return orders;
    bool turned = axes == 2 && from[0] == 1 && from[1] == 0;
    return turned ? (Orders)((orders & BY_TEXT ? AHEAD : 0) | (orders & AHEAD ? BY_TEXT : 0)) : 0;
}

static bool folds_rows(const Node *node, int axes) {
    for (int d = 0; d < axes; d++)
        if (node_has_axis(node, d - node->in[0]->type.rank))
            return true;
    return false;
}

/* Where each row of the node is made of that row of its operand k: the orders in which those of the
 * one lie, of those of the other.  0: it is not. */
static Orders through(const Finder *f, const Node *node, int k, Orders orders) {
    Type from = node->in[k]->type;
    int axes = row_axes(f, from), own = row_axes(f, node->type);
    if (axes == 0 || own == 0)
        return 0;
    switch (node->op) {
    case OP_reshape:
        return orders;
    case OP_transpose:
        return transposed(node, axes, orders);
    case OP_sum:
    case OP_amax:
        return folds_rows(node, axes) ? 0 : orders;
    case OP_slice:
    case OP_pad:
    case OP_concat:
        return from.rank + node->attr.ints[0] >= axes ? orders : 0;
    case OP_matmul:
        return k == 0 && from.rank == 2 && !node->attr.ints[0] ? orders : 0;
    default:
        return optab[node->op].kind == KIND_map && same_axes(from, node->type, own) ? orders : 0;
    }
}

/* ---- what is 0 ---- */

static bool is_none(const Node *node) {
    return node->op == OP_const && node->attr.value == 0;
}

static Orders zero_operand(const Finder *f, const Node *node, int k) {
    const Node *in = node->in[k];
    return is_none(in) ? BOTH : through(f, node, k, f->zero[in->id]);
}

/* Is an elementwise operation 0 where these operands are? */
static bool maps_to_zero(const Node *node, const bool *zero) {
    Interval in[3], image;
    if (node->op == OP_where)
        return zero[2] && (zero[0] || zero[1]);
    if (node->op == OP_lt)
        return zero[0] && zero[1];
    for (int k = 0; k < node->n_in; k++)
        in[k] = zero[k]                       ? (Interval){0, 0}
                : node->op == OP_div && k > 0 ? (Interval){1, 1} /* a divisor is not 0 */
                                              : interval_everywhere();
    return interval_map(node->op, in, &image) && image.low == 0 && image.high == 0;
}

static Orders zero_map(const Finder *f, const Node *node) {
    Orders found = 0;
    for (Orders order = BY_TEXT; order <= AHEAD; order <<= 1) {
        bool zero[3] = {false}, any = false;
        for (int k = 0; k < node->n_in; k++) {
            zero[k] = zero_operand(f, node, k) & order;
            any |= zero[k];
        }
        found |= any && maps_to_zero(node, zero) ? order : 0;
    }
    return found;
}

static Orders find_zero(const Finder *f, const Node *node) {
    Orders all = BOTH;
    if (node == f->input)
        return BY_TEXT;
    if (is_none(node))
        return row_axes(f, node->type) ? BOTH : 0;
    if (row_axes(f, node->type) == 0 || node->n_in == 0)
        return 0;
    if (optab[node->op].kind == KIND_map)
        return zero_map(f, node);
    if (node->op == OP_matmul)
        return zero_operand(f, node, 0);
    for (int k = 0; k < node->n_in; k++)
        all &= zero_operand(f, node, k);
    return all;
}

/* ---- products ---- */

/* Whether gemm multiplies the two as they lie in memory. */
static bool is_plain(const Finder *f, const Node *product) {
    const Plan *plan = f->plan;
    return product->op == OP_matmul && product->type.rank == 2 && !plan->bands[product->id] &&
           !f->taken[product->id] && plan->fusion->value[product->id].role == ROLE_kernel &&
           !plan_by_nonzeros(plan, product) && !fuse_windows(plan->fusion, product, 0) &&
           !fuse_windows(plan->fusion, product, 1);
}

/* The order of those rows that a product over them leaves out of its sums, as 0; 0: none. */
static Orders left_out_of_sums(const Finder *f, const Node *node) {
    const Node *a = node->in[0], *b = node->in[1];
    if (!is_plain(f, node) || !node->attr.ints[0] || node->attr.ints[1] ||
        row_axes(f, a->type) != 1 || row_axes(f, b->type) != 1)
        return 0;
    Orders zero = f->zero[a->id] | f->zero[b->id];
    return zero & BY_TEXT ? BY_TEXT : zero;
}

/* Of those that it makes, as 0. */
static Orders left_out(const Finder *f, const Node *node) {
    if (!is_plain(f, node) || node->attr.ints[0] || row_axes(f, node->type) != 1)
        return 0;
    Orders all = f->anything[node->id] | zero_operand(f, node, 0);
    return all & BY_TEXT ? BY_TEXT : all;
}

/* ---- what may be anything ---- */

/* In which orders a reader does not care for its operand k. */
static Orders passed_over(const Finder *f, const Node *node, int k) {
    Orders orders = through(f, node, k, f->anything[node->id]);
    if (node->op == OP_where && k == 1)
        orders |= through(f, node, k, zero_operand(f, node, 0));
    return orders | (node->op == OP_matmul ? left_out_of_sums(f, node) : 0);
}

static Orders find_anything(const Finder *f, const Node *node) {
    Orders all = BOTH;
    if (f->root[node->id] || f->readers[node->id].count == 0 || row_axes(f, node->type) == 0)
        return 0;
    for (int i = 0; i < f->readers[node->id].count; i++) {
        const Node *reader = f->readers[node->id].at[i];
        for (int k = 0; k < reader->n_in; k++)
            if (reader->in[k] == node)
                all &= passed_over(f, reader, k);
    }
    return all;
}

/* ---- kernels ---- */

/* Are the value's rows what the nest is cut into, in their order? */
static bool lies_in_order(const Finder *f, const Loops *loops, const Node *node) {
    const LoopNode *own = loops_find(loops, node);
    Len stride = {1, 0};
    for (int d = row_axes(f, node->type); d < node->type.rank; d++)
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

/* The order of those rows of which loops have nothing to say but 0. */
static Orders left_out_of_loops(const Finder *f, const Kernel *kernel) {
    const Plan *plan = f->plan;
    const Loops *loops = kernel->loops;
    Orders all = BOTH;
    Len rows = {1, 0};
    if (kernel->kind != KERNEL_loops || loops->form != FORM_rows || loops->count < 2 ||
        kernel->held)
        return 0;
    for (int a = 0; a < loops->cut; a++)
        rows = len_product(rows, loops->length[a]);
    for (int i = 0; i < kernel->touches.count && len_equal(rows, f->rows); i++) {
        const Node *node = kernel->touches.at[i].node;
        if (!kernel->touches.at[i].write)
            continue;
        all &= f->zero[node->id] | f->anything[node->id];
        if (row_axes(f, node->type) == 0 || plan->assigns_of[node->id].count > 0 ||
            node->type.elem != ELEM_real || !lies_in_order(f, loops, node))
            return 0;
    }
    return !len_equal(rows, f->rows) ? 0 : all & BY_TEXT ? BY_TEXT : all;
}

static void add_read(Plan *plan, Kernel *kernel, const Node *input) {
    for (int i = 0; i < kernel->touches.count; i++)
        if (kernel->touches.at[i].node == input)
            return;
    list_add(plan->graph->arena, &kernel->touches, (Touch){.node = input});
}

static void leave_out(const Finder *f, Kernel *kernel, Orders order) {
    TextRows *rows = NEW(f->plan->program->arena, TextRows);
    *rows = (TextRows){f->input, order == AHEAD};
    kernel->text_rows = rows;
    add_read(f->plan, kernel, f->input);
}

static void open_finder(Finder *f) {
    const Graph *graph = f->plan->graph;
    Arena *arena = graph->arena;
    int count = graph->nodes.count + 1;
    f->rows = len_product(len_of(f->input->type.dim[0]), len_of(f->input->type.dim[1]));
    f->zero = NEW_ARRAY(arena, Orders, count);
    f->anything = NEW_ARRAY(arena, Orders, count);
    f->readers = arena_alloc(arena, sizeof *f->readers * (size_t)count);
    f->root = NEW_ARRAY(arena, bool, count);
    for (int i = 0; i < graph->roots.count; i++)
        f->root[graph->roots.at[i].node->id] = true;
    for (int i = 0; i < graph->nodes.count; i++)
        for (int k = 0; k < graph->nodes.at[i]->n_in; k++)
            list_add(arena, &f->readers[graph->nodes.at[i]->in[k]->id], graph->nodes.at[i]);
}

static void leave_out_rows(Finder *f) {
    Plan *plan = f->plan;
    const Graph *graph = plan->graph;
    open_finder(f);
    for (int i = 0; i < graph->nodes.count; i++)
        f->zero[i] = find_zero(f, graph->nodes.at[i]);
    for (int i = graph->nodes.count; i-- > 0;)
        f->anything[i] = find_anything(f, graph->nodes.at[i]);
    for (int i = 0; i < plan->kernels.count; i++) {
        Kernel *kernel = &plan->kernels.at[i];
        const Node *main = kernel->group < 0 ? NULL : plan->fusion->groups.at[kernel->group].main;
        Orders order = main && main->op == OP_matmul ? left_out_of_sums(f, main) | left_out(f, main)
                       : kernel->loops               ? left_out_of_loops(f, kernel)
                                                     : 0;
        if (order && !kernel->text_rows)
            leave_out(f, kernel, order);
        if (main)
            f->taken[main->id] = kernel->text_rows;
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
            Finder f = {.plan = plan, .input = plan->graph->nodes.at[i], .taken = taken};
            leave_out_rows(&f);
        }
}

/* ---- room ---- */

long plan_text_room(const Plan *plan, const Kernel *kernel, long *most) {
    const Group *group = &plan->fusion->groups.at[kernel->group];
    if (!kernel->text_rows || !group->main)
        return 0;
    const Node *product = group->main, *a = product->in[0];
    int batch = plan->program->batch;
    bool sums = product->attr.ints[0];
    long m = (long)len_value(len_of(product->type.dim[0]), batch);
    long n = (long)len_value(len_of(product->type.dim[1]), batch);
    long inner = (long)len_value(len_of(a->type.dim[sums ? 0 : 1]), batch);
    long *cut = group->by_columns ? &n : &m;
    *cut = *cut < kernel->chunk ? *cut : kernel->chunk;
    long rows = sums ? inner : m, each = sums ? m + n : inner + n;
    *most = ROOM / each > ROWS_LEAST ? ROOM / each : ROWS_LEAST;
    *most = rows < *most ? rows : *most;
    return *most * each;
}
