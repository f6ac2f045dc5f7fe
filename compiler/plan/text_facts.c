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
 * The same is found of places along any axis (text_axes.c), as those that attention's products
 * have:
 *
 *     %53 = matmul(%38, %52)            [n,4,31,31]               anything, since who asks behind
 * an
 *                                                                 end is heard by nobody (axis 2),
 *     %58 = where(%57, %53, -1e+30)     [n,4,31,31]               and who is asked there is hidden
 *     …                                                           (axis 3)
 *     %68 = where(%57, %66, 0)          [n,4,31,31]               0 along axis 3
 *     %69 = matmul(%68, %51)            [n,4,31,32]               %51 may be anything along axis 2
 *
 * Where each place sees those before it only, all is 0 that is further on than who asks.  So for
 * those that count what is behind the end is 0 too; for the others nobody cares.
 *
 * A step of a scan along the places is looked at likewise, for those texts that have ended before
 * it.  They have ended for all steps behind it too: so what is carried is 0 where a scan that comes
 * from the end begins with 0 and a step makes 0 of 0; and what is carried to the end of a text and
 * beyond may be anything, where nobody looks at it there.
 */
#include "autodiff/bounds.h"
#include "ir/interval.h"
#include "plan/text_rows.h"

#include <string.h>

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

static Behind zero_operand(const TextFinder *f, const Node *node, int k) {
    const Node *in = node->in[k];
    return is_none(in) ? f->ways[node->id] : text_to_result(f, node, k, f->zero[in->id]);
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

static Behind zero_map(const TextFinder *f, const Node *node) {
    Behind found = 0;
    for (Behind left = f->ways[node->id]; left; left &= left - 1) {
        Behind way = left & -left;
        bool zero[3] = {false}, any = false;
        for (int k = 0; k < node->n_in; k++) {
            zero[k] = zero_operand(f, node, k) & way;
            any |= zero[k];
        }
        found |= any && maps_to_zero(node, zero) ? way : 0;
    }
    return found;
}

/* The axis of the result, counted from the right, along which the operand counts the places. */
static int counted_axis(const TextFinder *f, const Node *operand) {
    const Node *of = operand;
    int axis = 0;
    while (of->op == OP_reshape || of->op == OP_real)
        of = of->in[0];
    for (int d = 0; d < operand->type.rank; d++)
        if (operand->type.dim[d] != 1)
            axis = axis == 0 && operand->type.dim[d] == f->of.count ? operand->type.rank - d : -1;
    return of->op == OP_iota && of->type.dim[of->type.rank + of->attr.ints[0]] == f->of.count ? axis
                                                                                              : 0;
}

/* Who may ask whom by a comparison of their places. */
static Behind compared(const TextFinder *f, const Node *node) {
    int less = counted_axis(f, node->in[0]), more = counted_axis(f, node->in[1]);
    return less == 1 && more == 2 ? LATER : less == 2 && more == 1 ? EARLIER : 0;
}

/* Where an operand of a product is 0, or what it is multiplied by. */
static Behind zero_factor(const TextFinder *f, const Node *product, int k) {
    const Node *own = product->in[k], *other = product->in[1 - k];
    Behind sums = text_to_sums(f, product, 1 - k, f->zero[other->id]);
    return f->zero[own->id] | text_from_sums(f, product, k, sums);
}

static Behind zero_product(const TextFinder *f, const Node *product) {
    Behind found = 0;
    for (int k = 0; k < 2; k++) {
        Behind zero = text_closed(f, product->in[k], zero_factor(f, product, k));
        found |= text_to_result(f, product, k, zero);
    }
    return found;
}

static Behind zero_ways(const TextFinder *f, const Node *node) {
    Behind all = f->ways[node->id];
    Shown of = shown(f, node);
    if (node == f->input)
        return f->level == 0 ? ALONG(1) : 0;
    if (f->is_step && node->op == OP_arg)
        return f->zero_given[node->attr.ints[0]] ? all : 0;
    if (all == 0 || is_none(node))
        return all;
    if (of.scan) {
        const StepFacts *facts = f->steps[of.scan->id];
        return (of.given ? facts->zero_given : facts->zero_left)[of.number] ? STEPS : 0;
    }
    if (optab[node->op].kind == KIND_map)
        return zero_map(f, node) | (node->op == OP_le || node->op == OP_lt ? compared(f, node) : 0);
    if (node->op == OP_matmul)
        return zero_product(f, node);
    for (int k = 0; k < node->n_in; k++)
        all &= zero_operand(f, node, k);
    return node->n_in > 0 ? all : 0;
}

static Behind find_zero(const TextFinder *f, const Node *node) {
    return text_closed(f, node, zero_ways(f, node) | text_zero_before(f, node));
}

/* ---- what is a number ---- */

/* What is made of numbers in other shapes alone. */
static const Node *bare(const Node *node) {
    while (node->op == OP_reshape || node->op == OP_stop)
        node = node->in[0];
    return node;
}

/* Does the node lie along another as its sum over these axes does, where they stay as 1? */
static bool lies_along(const Node *node, const Node *fold) {
    Type of = fold->in[0]->type;
    bool same = node->type.rank == of.rank;
    for (int d = 0; same && d < of.rank; d++)
        same = node->type.dim[d] == (node_has_axis(fold, d - of.rank) ? 1 : of.dim[d]);
    return same;
}

/* Of exp(x - amax(x)) the largest number: it is at most 1.  NULL: it is something else. */
static const Node *largest_of(const Node *powers) {
    const Node *shifted = powers->op == OP_exp ? powers->in[0] : powers;
    const Node *largest = shifted->op == OP_sub ? bare(shifted->in[1]) : shifted;
    bool own = shifted->op == OP_sub && largest->op == OP_amax &&
               largest->in[0] == shifted->in[0] && lies_along(shifted->in[1], largest);
    return own ? largest : NULL;
}

/* … and of the sum of that along the same axes, which is 1 at least. */
static const Node *summed_up(const Node *node) {
    const Node *sum = bare(node), *powers = sum->op == OP_sum ? sum->in[0] : sum;
    const Node *largest = sum->op == OP_sum && powers->op == OP_exp ? largest_of(powers) : NULL;
    bool same = largest && largest->attr.count == sum->attr.count;
    for (int k = 0; same && k < sum->attr.count; k++)
        same = largest->attr.ints[k] == sum->attr.ints[k];
    return same ? largest : NULL;
}

/* Is what it makes of any numbers a number?  Each operand is within its bounds. */
static bool is_total(const TextFinder *f, const Node *node) {
    bool divides = node->op == OP_div || node->op == OP_log;
    return optab[node->op].domain == DOMAIN_ANY ||
           (optab[node->op].kind == KIND_map && !bounds_reaches_pole(node, f->bounds)) ||
           (node->op == OP_exp && largest_of(node)) ||
           (divides && summed_up(node->in[node->n_in - 1]));
}

/* What others rely on to be what it is made of. */
static void find_fixed(TextFinder *f) {
    for (int i = 0; i < f->graph->nodes.count; i++) {
        const Node *node = f->graph->nodes.at[i];
        const Node *largest = node->op == OP_exp ? largest_of(node) : summed_up(node);
        if (largest)
            f->fixed[largest->id] = f->fixed[node->id] = f->fixed[bare(node)->id] = true;
    }
}

/* Is 0 as good as what it is made of, where any number is? */
static bool is_free(const TextFinder *f, const Node *node) {
    Bounds bounds = f->bounds[node->id];
    return bounds.low <= 0 && bounds.high >= 0 && !f->fixed[node->id];
}

/* ---- products ---- */

static Behind one_of(Behind ways) {
    return ways & BY_TEXT ? BY_TEXT : ways & AHEAD;
}

Behind text_open_ways(const TextFinder *f, const Node *node) {
    return f->any[CARE_none][node->id];
}

Behind text_free_ways(const TextFinder *f, const Node *node) {
    Care care = is_free(f, node) ? CARE_finite : CARE_none;
    return text_closed(f, node, f->zero[node->id] | f->any[care][node->id]);
}

static bool is_product(const TextFinder *f, const Node *product) {
    const Plan *plan = f->plan;
    return !f->is_step && product->op == OP_matmul && !plan->bands[product->id] &&
           !f->taken[product->id] && plan->fusion->value[product->id].role == ROLE_kernel &&
           !plan_by_nonzeros(plan, product) && !fuse_windows(plan->fusion, product, 1) &&
           (product->type.rank == 2 || product->type.dim[0] == ROWS);
}

static Behind left_out(const TextFinder *f, const Node *node) {
    Behind found = text_free_ways(f, node);
    return !is_product(f, node) ? 0
           : node->type.rank == 2
               ? one_of(found & f->ways[node->id])
               : found & (ALONG(node->type.rank - 2) | ALONG(node->type.rank - 1));
}

static Behind left_out_of_sums(const TextFinder *f, const Node *node) {
    Behind sums = 0, left = left_out(f, node);
    bool flat = node->type.rank == 2;
    if (!is_product(f, node) || (flat && (!node->attr.ints[0] || node->attr.ints[1])))
        return 0;
    for (int k = 0; k < 2; k++) {
        const Node *own = node->in[k];
        Behind zero = f->zero[own->id];
        if (!flat)
            zero = text_closed(f, own, zero_factor(f, node, k) | text_to_operand(f, node, k, left));
        sums |= text_to_sums(f, node, k, zero);
    }
    return flat ? one_of(sums) : sums & IN_SUMS;
}

/* A product goes by rows of one level: the first that leaves any out. */
static bool is_of_another(const TextFinder *f, const Node *node) {
    for (int l = 0; l < f->level; l++)
        if (left_out(&f->all[l], node) || left_out_of_sums(&f->all[l], node))
            return true;
    return f->level > 0 && node->type.rank > 2;
}

Behind text_left_out(const TextFinder *f, const Node *node) {
    return is_of_another(f, node) ? 0 : left_out(f, node);
}

Behind text_left_out_of_sums(const TextFinder *f, const Node *node) {
    return is_of_another(f, node) ? 0 : left_out_of_sums(f, node);
}

/* ---- what may be anything ---- */

/* In which ways a reader does not care for its operand k. */
static Behind passed_over(const TextFinder *f, const Node *node, int k, Care care) {
    Behind ways = text_to_operand(f, node, k, f->any[CARE_none][node->id]) |
                  text_any_behind(f, node, CARE_none);
    if (node->op == OP_where && k == 1)
        ways |= text_to_operand(f, node, k, zero_operand(f, node, 0));
    if (node->op == OP_matmul) /* what it leaves out it does not read */
        ways |= text_to_operand(f, node, k, text_left_out(f, node)) |
                text_from_sums(f, node, k, text_left_out_of_sums(f, node));
    if (node->op == OP_scan && f->steps && f->steps[node->id])
        ways |= f->steps[node->id]->any_given[care][k] ? STEPS : 0;
    if (care == CARE_none)
        return ways;
    if (node->op == OP_mul || (node->op == OP_div && k == 1 && is_total(f, node)))
        ways |= text_to_operand(f, node, k, zero_operand(f, node, 1 - k));
    return ways | (is_total(f, node) ? text_to_operand(f, node, k, f->any[care][node->id]) |
                                           text_any_behind(f, node, care)
                                     : 0);
}

/* Does it leave the graph, to somebody who cares? */
static bool is_left(const TextFinder *f, const Node *node, Care care) {
    for (int k = 0; k < f->graph->roots.count; k++)
        if (f->graph->roots.at[k].node == node && !(f->is_step && f->any_left[care][k]))
            return true;
    return false;
}

static Behind find_any(const TextFinder *f, const Node *node, Care care) {
    Behind all = f->ways[node->id];
    if (all == 0 || (f->root[node->id] && is_left(f, node, care)) ||
        (f->readers[node->id].count == 0 && !f->is_step))
        return 0;
    for (int i = 0; i < f->readers[node->id].count; i++) {
        const Node *reader = f->readers[node->id].at[i];
        for (int k = 0; k < reader->n_in; k++)
            if (reader->in[k] == node)
                all &= passed_over(f, reader, k, care);
    }
    return text_closed(f, node, all);
}

/* ---- graphs ---- */

static void open_finder(TextFinder *f) {
    Arena *arena = f->plan->graph->arena;
    int count = f->graph->nodes.count + 1;
    f->zero = NEW_ARRAY(arena, Behind, count);
    for (int care = 0; care < NUM_CARES; care++)
        f->any[care] = NEW_ARRAY(arena, Behind, count);
    f->readers = arena_alloc(arena, sizeof *f->readers * (size_t)count);
    f->ways = NEW_ARRAY(arena, Behind, count);
    for (int i = 0; i < f->graph->nodes.count; i++)
        f->ways[i] = text_all_ways(f, f->graph->nodes.at[i]->type);
    f->root = NEW_ARRAY(arena, bool, count);
    f->fixed = NEW_ARRAY(arena, bool, count);
    f->bounds = bounds_of_nodes(f->graph, arena, f->graph->nodes.count);
    find_fixed(f);
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
                               (stack && f->zero[scan->in[k]->id] & STEPS);
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
        if (number >= body->carried && !(f->any[care][stacked->id] & STEPS))
            return false;
        for (int k = 0; number < body->carried && k < f->readers[stacked->id].count; k++) {
            const Node *reader = f->readers[stacked->id].at[k];
            if (!shown(f, reader).scan || !(f->any[care][reader->id] & STEPS))
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
    facts->zero = NEW_ARRAY(f->plan->graph->arena, bool, graph->nodes.count + 1);
    for (int i = 0; i < graph->nodes.count; i++) {
        step.zero[i] = find_zero(&step, graph->nodes.at[i]);
        facts->zero[i] = step.zero[i] != 0;
    }
    for (int care = 0; care < NUM_CARES; care++) {
        facts->any_left[care] = step.any_left[care] =
            NEW_ARRAY(f->plan->graph->arena, bool, graph->roots.count + 1);
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

void text_facts(TextFinder *all, int levels) {
    const Graph *graph = all->graph;
    for (int l = 0; l < levels; l++)
        open_finder(&all[l]);
    open_steps(all);
    for (int i = 0; i < graph->nodes.count; i++) {
        for (int l = 0; l < levels; l++)
            all[l].zero[i] = find_zero(&all[l], graph->nodes.at[i]);
        if (all->steps[i])
            find_zero_steps(all, graph->nodes.at[i]);
    }
    for (int i = graph->nodes.count; i-- > 0;) {
        for (int k = 0; k < levels * NUM_CARES; k++) {
            Care care = (Care)(k % NUM_CARES);
            TextFinder *f = &all[k / NUM_CARES];
            f->any[care][i] = find_any(f, graph->nodes.at[i], care);
        }
        if (all->steps[i])
            find_any_steps(all, graph->nodes.at[i]);
    }
}
