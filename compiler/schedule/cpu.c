/* The schedule of a processor with caches and vectors: what a kernel's pieces are, and what they
 * cost.
 *
 * The cut is a function of shapes alone: rows are cut by constant counts, so that any number of
 * threads computes the same pieces.  A product is cut into slices of about 64 rows or columns where
 * the operand that a piece packs is its own share, into wider ones where each piece packs all of
 * it, and so that threads get even shares: what ends the product then finds its numbers in the
 * nearest caches (the kernels lose nothing by it, the BLAS up to 15 %).  A loop is cut into pieces
 * of some ten thousand elements.
 */
#include "plan/plan.h"

#include <math.h>

enum {
    PIECE_ELEMENTS = 16384, /* of a loop */
    SLICE_OWN = 64,         /* of a product whose pieces pack what is theirs alone */
    SLICE_SHARED = 256,     /* of one whose pieces all pack the same */
    PRODUCT_PIECES = 4,     /* rather than fewer, if … */
    PIECE_KFLOP = 500,      /* … each has so much to do */
    PIECE_ROWS = 8,         /* what a piece costs beside its rows or columns */
    BATCH_MFLOP = 2,        /* of several small products together */
    COLUMNS_LEAST = 192,    /* wanted of a loop over columns: its rows may be another core's */
    COLUMNS_MOST = 256,     /* and the most that is */
    VECTOR = 16,            /* rows and columns are filled up to so many … */
    PANEL = 2 * VECTOR,     /* … and those of a product go by two vectors, or tiles */
    SLICE_MOST = 1 << 17,   /* numbers: a quarter of the second level's cache */
    KEEP_MOST = 1 << 27,    /* numbers: half a gigabyte of floats */
};

static void set_extent(Kernel *kernel, Len extent) {
    if (extent.power > 1)
        die("extent n^%d", extent.power);
    kernel->extent = extent.power == 0 ? (int)extent.coef : 0;
    kernel->extent_rows = extent.power == 1 ? (int)extent.coef : 0;
}

static int round_up(double value, int unit) {
    int whole = (int)value + (value > (int)value);
    whole = whole < 1 ? 1 : whole;
    return (whole + unit - 1) / unit * unit;
}

/* The most that one of `threads` threads has to do for a side in chunks, of which each takes those
 * that follow one another; a chunk's end is filled up to a vector, and a piece costs a few rows
 * more than it has. */
static double most(double side, int chunk, int threads) {
    int pieces = round_up(side / chunk, 1);
    double worst = 0;
    for (int t = 0; t < threads; t++) {
        int first = pieces * t / threads, end = pieces * (t + 1) / threads;
        double stop = fmin((double)end * chunk, side);
        double work = (end - first) * PIECE_ROWS + round_up(stop - (double)first * chunk, VECTOR);
        worst = first < end ? fmax(worst, work) : worst;
    }
    return worst;
}

/* A chunk near `wanted`, a multiple of `step`: the largest that gives two and four threads the most
 * even shares. */
static int even(double side, double wanted, int step) {
    int best = round_up(wanted, step);
    double least = HUGE_VAL;
    for (int chunk = round_up(wanted * 5 / 4, step); chunk >= wanted / 2; chunk -= step) {
        double uneven = 2 * most(side, chunk, 2) + 4 * most(side, chunk, 4);
        if (uneven < least) {
            least = uneven;
            best = chunk;
        }
    }
    return best;
}

static void add_flops(const Plan *plan, Kernel *kernel, Len flops) {
    if (flops.power == 0)
        kernel->flops += (double)flops.coef;
    else
        kernel->flops_rows += len_value(flops, plan->program->batch) / plan->program->batch;
}

static Len size_of(Type type) {
    Len size = {1, 0};
    for (int d = 0; d < type.rank; d++)
        size = len_product(size, len_of(type.dim[d]));
    return size;
}

static void count_loops(const Plan *plan, Kernel *kernel) {
    const Loops *loops = kernel->loops;
    for (int i = 0; i < loops->count; i++) {
        const Node *node = loops->node[i].node;
        if (!plan->fusion->value[node->id].copied)
            add_flops(plan, kernel,
                      size_of(fuse_is_reduce(node) ? *fuse_edge(plan->fusion, node, 0).type
                                                   : node->type));
    }
}

static Len product(const Loops *loops, int from, int to) {
    Len size = {1, 0};
    for (int a = from; a < to; a++)
        size = len_product(size, loops->length[a]);
    return size;
}

static void cut_loops(const Plan *plan, Kernel *kernel, const Group *group) {
    const Loops *loops = kernel->loops;
    (void)group;
    count_loops(plan, kernel);
    double batch = plan->program->batch;
    double all = len_value(product(loops, 0, loops->axes), batch);
    if (loops->form == FORM_flat) {
        set_extent(kernel, loops->length[0]);
        kernel->chunk = PIECE_ELEMENTS;
    } else if (loops->form == FORM_columns && loops->outer == 1) {
        Len width = loops->length[0];
        set_extent(kernel, width);
        double rows = all / len_value(width, batch);
        double chunk = PIECE_ELEMENTS / rows;
        chunk = chunk < COLUMNS_LEAST ? COLUMNS_LEAST : chunk > COLUMNS_MOST ? COLUMNS_MOST : chunk;
        kernel->chunk = even(len_value(width, batch), chunk, VECTOR);
    } else {
        Len extent = product(loops, 0, loops->cut);
        set_extent(kernel, extent);
        double each = all / len_value(extent, batch);
        kernel->chunk = each > PIECE_ELEMENTS ? 1 : (int)(PIECE_ELEMENTS / each);
    }
}

/* Rows or columns of a product in one piece. */
static int slice(Len extent, double batch, double work, bool own) {
    double side = len_value(extent, batch);
    double least = side * (PIECE_KFLOP * 1e3) / work;
    double wanted = own ? SLICE_OWN : SLICE_SHARED;
    wanted = wanted < side / PRODUCT_PIECES ? wanted : side / PRODUCT_PIECES;
    wanted = wanted > least ? wanted : least;
    if (extent.power > 0 || wanted >= side) /* of any number of rows, or one piece */
        return round_up(wanted, PANEL);
    return even(side, wanted, PANEL);
}

/* Is the product cut along columns of windows whose rows are summed?  Each piece then goes through
 * all of them, for its few columns: two wide ones. */
static bool cuts_windows(const Plan *plan, const Group *group) {
    const Node *c = group->main;
    int operand = group->by_columns ? 1 : 0;
    bool columns = (c->attr.ints[operand] != 0) != group->by_columns;
    return columns && fuse_windows(plan->fusion, c, operand);
}

static void cut_gemm(const Plan *plan, Kernel *kernel, const Group *group) {
    const Node *c = group->main, *a = c->in[0];
    int rank = c->type.rank;
    Len inner = len_of(a->type.dim[rank - (c->attr.ints[0] ? 2 : 1)]);
    Len flops = len_product(size_of(c->type), len_product((Len){2, 0}, inner));
    double work = len_value(flops, plan->program->batch);
    add_flops(plan, kernel, flops);
    if (plan->bands[c->id]) {
        kernel->flops *= plan->bands[c->id]->share;
        kernel->flops_rows *= plan->bands[c->id]->share;
    }
    if (kernel->loops)
        count_loops(plan, kernel);
    if (rank == 2) {
        Len side = len_of(c->type.dim[group->by_columns ? 1 : 0]);
        set_extent(kernel, side);
        kernel->chunk =
            cuts_windows(plan, group)
                ? even((double)side.coef, fmin((double)side.coef / 2, SLICE_SHARED), VECTOR)
                : slice(side, plan->program->batch, work, c->attr.ints[0] != group->by_columns);
        return;
    }
    Len batches = {1, 0}; /* n^2 of them are cut by the first */
    for (int d = 0; d < rank - 2; d++) {
        Len more = len_product(batches, len_of(c->type.dim[d]));
        if (more.power > 1)
            break;
        batches = more;
    }
    double each = work / len_value(batches, plan->program->batch);
    set_extent(kernel, batches);
    kernel->chunk = each > BATCH_MFLOP * 1e6 ? 1 : (int)(BATCH_MFLOP * 1e6 / each);
}

/* Products of dimensions [from, to), as far as pieces can be cut from them. */
static Len outer_size(Type type, int from, int to) {
    Len size = {1, 0};
    for (int d = from; d < to; d++)
        size = len_product(size, len_of(type.dim[d]));
    return size;
}

/* Pieces of a kernel that goes through `all` numbers, cut from `extent` things. */
static void cut_evenly(Kernel *kernel, Len extent, double all, double batch, int unit) {
    set_extent(kernel, extent);
    double each = all / len_value(extent, batch);
    kernel->chunk = each > PIECE_ELEMENTS ? 1 : (int)(PIECE_ELEMENTS / each);
    kernel->chunk = unit > 1 ? round_up(kernel->chunk, unit) : kernel->chunk;
}

/* Over what lies before the axis of the operation; the windows of a fold take two. A pad of long
 * runs goes by its runs. */
static void cut_move(const Plan *plan, Kernel *kernel, const Group *group) {
    const Node *node = group->main, *first = node->in[0];
    double batch = plan->program->batch;
    int axis = first->type.rank + node->attr.ints[0] - (node->op == OP_fold);
    Len extent = kernel_pads_runs(node) ? outer_size(node->type, 0, axis + 1)
                                        : outer_size(first->type, 0, axis);
    if (extent.power > 1)
        extent = len_of(first->type.dim[0]);
    cut_evenly(kernel, extent, type_size(first->type, batch), batch, 1);
    add_flops(plan, kernel, size_of(node->type));
}

static void cut_order(const Plan *plan, Kernel *kernel, const Group *group) {
    cut_move(plan, kernel, group);
}

static void cut_scan(const Plan *plan, Kernel *kernel, const Group *group) {
    cut_move(plan, kernel, group);
}

/* What goes along an axis like a move.  A gather over indices; a scatter over columns, by whole
 * vectors, since rows meet. */
static void cut_gather(const Plan *plan, Kernel *kernel, const Group *group) {
    const Node *node = group->main, *first = node->in[0];
    if (optab[node->op].attr == ATTR_AXIS) {
        cut_move(plan, kernel, group);
        return;
    }
    bool gathers = node->op == OP_gather;
    double batch = plan->program->batch;
    Len extent = gathers ? size_of(node->in[1]->type) : outer_size(node->type, 1, node->type.rank);
    if (extent.power > 1)
        extent = len_of(first->type.dim[0]);
    cut_evenly(kernel, extent, type_size(gathers ? node->type : first->type, batch), batch,
               gathers ? 1 : VECTOR);
    add_flops(plan, kernel, size_of(node->type));
}

/* Its body's kernels are cut. */
static void cut_loop(const Plan *plan, Kernel *kernel, const Group *group) {
    (void)plan, (void)group;
    kernel->chunk = 1;
}

static void cut_copy(const Plan *plan, Kernel *kernel, const Group *group) {
    (void)plan, (void)group;
    set_extent(kernel, size_of(kernel->node->type));
    kernel->chunk = PIECE_ELEMENTS;
}

const Schedule schedule_cpu = {
    .cut =
        {
#define KERNEL(name, of, flags, what) [KERNEL_##name] = cut_##name,
#include "kernel/kernels.def"
        },
    .slice_most = SLICE_MOST,
    .keep_most = KEEP_MOST,
};
