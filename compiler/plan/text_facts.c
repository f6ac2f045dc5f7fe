/* What is known of rows of texts behind their ends.
 *
 * A text is a row of tokens, 0 behind its end, which is behind the last other token.  A value of a
 * batch of texts has a row for each place, which lie text by text, or all texts' first places ahead
 * of their second.  Of each value this finds whether its rows behind ends are 0, and whether they
 * may be anything, since nobody looks at them but to choose something else:
 *
 *     %2 = lt(0, %0)                    %0 the tokens, [n,31]     0
 *     %7 = matmul(%6, %4) tb            [31n,6000]                anything
 *     %8 = log(sum(exp(%7)))            [31n]                     anything
 *     %9 = where(%2, %8, 0)             [31n]                     0
 *     …
 *     %15 = where(%2, …%7…, 0)          the gradient of %7        0
 *     %16 = matmul(%15, %4)             [31n,128]                 0
 *     %17 = matmul(%15, %6) ta          [6000,128]                %6 too may be anything, since the
 *                                                                 product leaves those rows out
 *
 * A step of a scan along the places is looked at likewise, for those texts that have ended before
 * it.  They have ended for all steps behind it too: so what is carried is 0 where a scan that comes
 * from the end begins with 0 and a step makes 0 of 0; and what is carried to the end of a text and
 * beyond may be anything, where nobody looks at it there.
 */
#include "ir/interval.h"
#include "plan/text_rows.h"

#include <string.h>

int text_row_axes(const TextFinder *f, Type type) {
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

/* The orders in which the rows of such a value may lie, where two axes say it; of a step's they are
 * all the texts. */
static Orders order_of(const TextFinder *f, Type type) {
    if (f->is_step || text_row_axes(f, type) != 2)
        return ANY_ORDER;
    const int *own = type.dim, *text = f->input->type.dim;
    return (Orders)((own[0] == text[0] && own[1] == text[1] ? BY_TEXT : 0) |
                    (own[0] == text[1] && own[1] == text[0] ? AHEAD : 0));
}

/* The orders of rows when axes stay, or those of texts and places are each the other's. */
static Orders transposed(const TextFinder *f, const Node *node, int axes, Orders orders) {
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
    bool turned = axes == 2 && from[0] == 1 && from[1] == 0 && order_of(f, node->type);
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
static Orders through(const TextFinder *f, const Node *node, int k, Orders orders) {
    Type from = node->in[k]->type;
    int axes = text_row_axes(f, from), own = text_row_axes(f, node->type);
    if (axes == 0 || own == 0)
        return 0;
    switch (node->op) {
    case OP_reshape:
        return orders & order_of(f, from) & order_of(f, node->type);
    case OP_transpose:
        return transposed(f, node, axes, orders);
    case OP_sum:
    case OP_amax:
        return folds_rows(node, axes) ? 0 : orders;
    case OP_slice:
    case OP_pad:
    case OP_concat:
        return from.rank + node->attr.ints[0] >= axes ? orders : 0;
    case OP_matmul: /* of [n,places] it would mix places */
        return k == 0 && from.rank == 2 && axes == 1 && !node->attr.ints[0] ? orders : 0;
    default:
        return optab[node->op].kind == KIND_map && same_axes(from, node->type, own) ? orders : 0;
    }
}

/* ---- what a scan leaves ---- */

/* What a node shows of all that a scan along the places leaves as number k: of each step what it
 * leaves, or what it is given. */
typedef struct Shown {
    const Node *scan; /* NULL: no such thing */
    int number;
    bool given;
} Shown;

static Shown shown(const TextFinder *f, const Node *node) {
    const Node *stacked = node->op == OP_slice ? node->in[0] : node;
    const int *ints = node->attr.ints;
    if (stacked->op != OP_stacked || !f->steps || !f->steps[stacked->in[0]->id])
        return (Shown){NULL, 0, false};
    const Node *scan = stacked->in[0];
    const Body *body = scan->attr.body;
    int number = stacked->attr.ints[0];
    if (node == stacked)
        return (Shown){number >= body->carried ? scan : NULL, number, false};
    bool each = number < body->carried && node->type.rank + ints[0] == 0 &&
                ints[2] - ints[1] == body->steps;
    return (Shown){each ? scan : NULL, number, ints[1] == (body->back ? 1 : 0)};
}

/* ---- what is 0 ---- */

static bool is_none(const Node *node) {
    return node->op == OP_const && node->attr.value == 0;
}

static Orders zero_operand(const TextFinder *f, const Node *node, int k) {
    const Node *in = node->in[k];
    return is_none(in) ? ANY_ORDER : through(f, node, k, f->zero[in->id]);
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

static Orders zero_map(const TextFinder *f, const Node *node) {
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

static Orders find_zero(const TextFinder *f, const Node *node) {
    Orders all = ANY_ORDER;
    Shown of = shown(f, node);
    if (node == f->input)
        return BY_TEXT;
    if (text_row_axes(f, node->type) == 0)
        return 0;
    if (f->is_step && node->op == OP_arg)
        return f->zero_given[node->attr.ints[0]] ? ANY_ORDER : 0;
    if (is_none(node))
        return ANY_ORDER;
    if (of.scan) {
        const StepFacts *facts = f->steps[of.scan->id];
        return (of.given ? facts->zero_given : facts->zero_left)[of.number] ? AHEAD : 0;
    }
    if (optab[node->op].kind == KIND_map)
        return zero_map(f, node);
    if (node->op == OP_matmul)
        return zero_operand(f, node, 0);
    for (int k = 0; k < node->n_in; k++)
        all &= zero_operand(f, node, k);
    return node->n_in > 0 ? all : 0;
}

/* ---- products ---- */

/* Whether gemm multiplies the two as they lie in memory. */
static bool is_plain(const TextFinder *f, const Node *product) {
    const Plan *plan = f->plan;
    return !f->is_step && product->op == OP_matmul && product->type.rank == 2 &&
           !plan->bands[product->id] && !f->taken[product->id] &&
           plan->fusion->value[product->id].role == ROLE_kernel &&
           !plan_by_nonzeros(plan, product) && !fuse_windows(plan->fusion, product, 0) &&
           !fuse_windows(plan->fusion, product, 1);
}

static Orders one_of(Orders orders) {
    return orders & BY_TEXT ? BY_TEXT : orders;
}

/* The order of those rows that a product over them leaves out of its sums. */
static Orders left_out_of_sums(const TextFinder *f, const Node *node) {
    const Node *a = node->in[0], *b = node->in[1];
    if (!is_plain(f, node) || !node->attr.ints[0] || node->attr.ints[1] ||
        text_row_axes(f, a->type) != 1 || text_row_axes(f, b->type) != 1)
        return 0;
    return one_of(f->zero[a->id] | f->zero[b->id]);
}

Orders text_left_out(const TextFinder *f, const Node *node) {
    if (node->attr.ints[0])
        return left_out_of_sums(f, node);
    if (!is_plain(f, node) || text_row_axes(f, node->type) != 1)
        return 0;
    return one_of(f->any[CARE_finite][node->id] | zero_operand(f, node, 0));
}

/* ---- what may be anything ---- */

/* In which orders a reader does not care for its operand k. */
static Orders passed_over(const TextFinder *f, const Node *node, int k, Care care) {
    Orders orders = through(f, node, k, f->any[CARE_none][node->id]);
    if (node->op == OP_where && k == 1)
        orders |= through(f, node, k, zero_operand(f, node, 0));
    if (node->op == OP_matmul)
        orders |= left_out_of_sums(f, node);
    if (node->op == OP_scan && f->steps && f->steps[node->id])
        orders |= f->steps[node->id]->any_given[care][k] ? AHEAD : 0;
    if (care == CARE_none)
        return orders;
    if (node->op == OP_mul)
        orders |= through(f, node, k, zero_operand(f, node, 1 - k));
    bool total = optab[node->op].domain == DOMAIN_ANY; /* a number of any numbers */
    return orders | (total ? through(f, node, k, f->any[care][node->id]) : 0);
}

/* Does it leave the graph, to somebody who cares? */
static bool is_left(const TextFinder *f, const Node *node, Care care) {
    for (int k = 0; k < f->graph->roots.count; k++)
        if (f->graph->roots.at[k].node == node && !(f->is_step && f->any_left[care][k]))
            return true;
    return false;
}

static Orders find_any(const TextFinder *f, const Node *node, Care care) {
    Orders all = ANY_ORDER;
    if (text_row_axes(f, node->type) == 0 || (f->root[node->id] && is_left(f, node, care)) ||
        (f->readers[node->id].count == 0 && !f->is_step))
        return 0;
    for (int i = 0; i < f->readers[node->id].count; i++) {
        const Node *reader = f->readers[node->id].at[i];
        for (int k = 0; k < reader->n_in; k++)
            if (reader->in[k] == node)
                all &= passed_over(f, reader, k, care);
    }
    return all;
}

/* ---- graphs ---- */

static void open_finder(TextFinder *f) {
    Arena *arena = f->plan->graph->arena;
    int count = f->graph->nodes.count + 1;
    f->zero = NEW_ARRAY(arena, Orders, count);
    for (int care = 0; care < NUM_CARES; care++)
        f->any[care] = NEW_ARRAY(arena, Orders, count);
    f->readers = arena_alloc(arena, sizeof *f->readers * (size_t)count);
    f->root = NEW_ARRAY(arena, bool, count);
    for (int i = 0; i < f->graph->roots.count; i++)
        f->root[f->graph->roots.at[i].node->id] = true;
    for (int i = 0; i < f->graph->nodes.count; i++)
        for (int k = 0; k < f->graph->nodes.at[i]->n_in; k++)
            list_add(arena, &f->readers[f->graph->nodes.at[i]->in[k]->id], f->graph->nodes.at[i]);
}

static TextFinder open_step(const TextFinder *f, const Node *scan) {
    TextFinder step = {
        .plan = f->plan, .graph = scan->attr.body->graph, .rows = {1, 1}, .is_step = true};
    open_finder(&step);
    return step;
}

/* What is given is 0, at first with all of what is carried that begins with 0; then without what a
 * step makes something else of. */
static void find_zero_steps(const TextFinder *f, const Node *scan) {
    const Body *body = scan->attr.body;
    StepFacts *facts = f->steps[scan->id];
    const Graph *graph = body->graph;
    TextFinder step = open_step(f, scan);
    for (int k = 0; k < scan->n_in; k++) {
        bool stack = k >= body->carried && k < body->carried + body->stacks;
        facts->zero_given[k] = (is_none(scan->in[k]) && (body->back || k >= body->carried)) ||
                               (stack && f->zero[scan->in[k]->id] & AHEAD);
    }
    step.zero_given = facts->zero_given;
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < graph->nodes.count; i++)
            step.zero[i] = find_zero(&step, graph->nodes.at[i]);
        for (int k = 0; k < graph->roots.count; k++) {
            facts->zero_left[k] = step.zero[graph->roots.at[k].node->id] & BY_TEXT;
            if (k < body->carried && facts->zero_given[k] && !facts->zero_left[k]) {
                facts->zero_given[k] = false;
                again = true;
            }
        }
    }
}

/* Does nobody care for what steps leave as number k behind the end? */
static bool nobody_reads(const TextFinder *f, const Node *scan, int number, Care care) {
    const Body *body = scan->attr.body;
    if (number < body->carried && body->back)
        return false; /* a step within the text is given it */
    for (int i = 0; i < f->readers[scan->id].count; i++) {
        const Node *stacked = f->readers[scan->id].at[i];
        if (stacked->attr.ints[0] != number)
            continue;
        if (number >= body->carried && !(f->any[care][stacked->id] & AHEAD))
            return false;
        for (int k = 0; number < body->carried && k < f->readers[stacked->id].count; k++) {
            const Node *reader = f->readers[stacked->id].at[k];
            if (!shown(f, reader).scan || !(f->any[care][reader->id] & AHEAD))
                return false;
        }
        if (f->root[stacked->id])
            return false;
    }
    return true;
}

/* What a step looks at of what it is given. */
static void look_at_step(TextFinder *step, StepFacts *facts, int given) {
    for (int k = 0; k < given; k++)
        facts->any_given[CARE_none][k] = facts->any_given[CARE_finite][k] = true;
    for (int i = step->graph->nodes.count; i-- > 0;) {
        const Node *node = step->graph->nodes.at[i];
        for (int care = 0; care < NUM_CARES; care++) {
            step->any[care][i] = find_any(step, node, (Care)care);
            if (node->op == OP_arg && !(step->any[care][i] & BY_TEXT))
                facts->any_given[care][node->attr.ints[0]] = false;
        }
    }
}

/* What a step is given may be anything, at first where nobody but steps reads what is carried; then
 * without what a step looks at. */
static void find_any_steps(const TextFinder *f, const Node *scan) {
    const Body *body = scan->attr.body;
    StepFacts *facts = f->steps[scan->id];
    const Graph *graph = body->graph;
    TextFinder step = open_step(f, scan);
    step.zero_given = facts->zero_given;
    for (int i = 0; i < graph->nodes.count; i++)
        step.zero[i] = find_zero(&step, graph->nodes.at[i]);
    for (int care = 0; care < NUM_CARES; care++) {
        step.any_left[care] = NEW_ARRAY(f->plan->graph->arena, bool, graph->roots.count + 1);
        for (int k = 0; k < graph->roots.count; k++)
            step.any_left[care][k] = nobody_reads(f, scan, k, (Care)care);
    }
    for (bool again = true; again;) {
        again = false;
        look_at_step(&step, facts, scan->n_in);
        for (int k = 0; k < body->carried * NUM_CARES; k++) {
            bool *left = &step.any_left[k % NUM_CARES][k / NUM_CARES];
            again |= *left && !facts->any_given[k % NUM_CARES][k / NUM_CARES];
            *left = *left && facts->any_given[k % NUM_CARES][k / NUM_CARES];
        }
    }
    for (int k = 0; k < scan->n_in; k++) /* others are not of one step */
        for (int care = 0; care < NUM_CARES; care++)
            facts->any_given[care][k] &= k >= body->carried && k < body->carried + body->stacks;
}

/* Of scans whose steps are the places. */
static void open_steps(TextFinder *f) {
    Arena *arena = f->plan->graph->arena;
    f->steps = NEW_ARRAY(arena, StepFacts *, f->graph->nodes.count + 1);
    for (int i = 0; i < f->graph->nodes.count; i++) {
        const Node *node = f->graph->nodes.at[i];
        if (node->op != OP_scan || node->attr.body->steps != f->input->type.dim[1])
            continue;
        StepFacts *facts = f->steps[i] = NEW(arena, StepFacts);
        facts->zero_left = NEW_ARRAY(arena, bool, node->attr.body->graph->roots.count + 1);
        facts->zero_given = NEW_ARRAY(arena, bool, node->n_in + 1);
        for (int care = 0; care < NUM_CARES; care++)
            facts->any_given[care] = NEW_ARRAY(arena, bool, node->n_in + 1);
    }
}

void text_facts(TextFinder *f) {
    const Graph *graph = f->graph;
    open_finder(f);
    open_steps(f);
    for (int i = 0; i < graph->nodes.count; i++) {
        f->zero[i] = find_zero(f, graph->nodes.at[i]);
        if (f->steps[i])
            find_zero_steps(f, graph->nodes.at[i]);
    }
    for (int i = graph->nodes.count; i-- > 0;) {
        for (int care = 0; care < NUM_CARES; care++)
            f->any[care][i] = find_any(f, graph->nodes.at[i], (Care)care);
        if (f->steps[i])
            find_any_steps(f, graph->nodes.at[i]);
    }
}
