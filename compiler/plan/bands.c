/* Bands: what of a product a mask makes 0 that is known when the program is compiled.
 *
 * A weight under a mask of places, as those of layers that see only what comes before, is 0 in
 * whole runs of a row or a column.  Each piece of its product leaves out what is 0 in all of its
 * own; so does a product of which a mask lets nothing else be seen.  Where elements lie is found by
 * intervals that are wide enough for numbers of any precision, a panel of them at a time where
 * there are many: 0 is only what is 0 in every one.
 *
 *     %4 = le(%2, %3)                 by places alone
 *     %5 = where(%4, %1, 0)           %1 a weight [784,500]
 *     %7 = matmul(%6, %5)             columns 0 to 31: rows 0 to 63 of %5; 32 to 63: rows 0 to 111
 * …
 *     %9 = matmul(%6, %8) ta
 *     %10 = where(%4, %9, 0)          rows 0 to 31 of %9: columns 0 to 499; 32 to 63: 16 to 499 …
 */
#include "ir/interval.h"
#include "plan/plan.h"

#include <math.h>
#include <string.h>

enum {
    FEW = 1 << 14,           /* elements that are looked at one by one … */
    MOST = 1 << 18,          /* … as those of panels in which nothing is found, up to so many */
    PANEL = 16,              /* elements along each axis of a panel */
    LARGEST_EXACT = 1 << 20, /* quarters up to it are exact in any precision */
};

static const double most_share = 0.95; /* of the work: less is worth a table */

typedef struct Finder {
    const Graph *graph;
    Arena *arena;              /* until all are found */
    const Interval **found[2]; /* by node id: of each element; of each panel; NULL: not known yet */
    const Interval **at;       /* one of the two */
    const bool *fixed;         /* by node id: made of places and constants alone */
    const bool *root;          /* by node id */
    NodeList *readers;         /* by node id */
    int panel;
} Finder;

/* ---- where the elements of a value lie ---- */

/* A type with panels for elements. */
static Type panels(const Finder *f, Type type) {
    for (int d = 0; d < type.rank; d++)
        type.dim[d] = (type.dim[d] + f->panel - 1) / f->panel;
    return type;
}

static long size_of(Type type) {
    return (long)type_size(type, 1);
}

/* An exact number stays one; others are rounded, by floats and in any order. */
static Interval rounded(Interval v) {
    const double unit = 0x1p-21;
    if (v.low == v.high && v.low * 4 == rint(v.low * 4) && fabs(v.low) < LARGEST_EXACT)
        return v;
    return (Interval){v.low - unit * fabs(v.low), v.high + unit * fabs(v.high)};
}

static Interval decided(bool yes, bool no) {
    return (Interval){yes, !no};
}

static bool is_zero(Interval v) {
    return v.low == 0 && v.high == 0;
}

static Interval element(const Node *node, const Interval *in) {
    Interval image, a = in[0], b = in[1];
    switch (node->op) {
    case OP_lt:
        return decided(a.high < b.low, a.low >= b.high);
    case OP_le:
        return decided(a.high <= b.low, a.low > b.high);
    case OP_eq:
        return decided(a.low == a.high && b.low == b.high && a.low == b.low,
                       a.high < b.low || a.low > b.high);
    case OP_where:
        return is_zero(a) ? in[2] : a.low > 0 || a.high < 0 ? b : interval_join(b, in[2]);
    default:
        return interval_map(node->op, in, &image) ? rounded(image) : interval_everywhere();
    }
}

static const Interval *lies(Finder *f, const Node *node);

/* Goes on to the next element of a value of that type: `at`, where it lies in each operand. */
static void next(const Type *type, int *index, int operands, long (*stride)[MAX_RANK], long *at) {
    for (int d = type->rank - 1; d >= 0; d--) {
        bool whole = ++index[d] == type->dim[d];
        for (int k = 0; k < operands; k++)
            at[k] += stride[k][d] * (whole ? 1 - type->dim[d] : 1);
        if (!whole)
            return;
        index[d] = 0;
    }
}

static void map_elements(Finder *f, const Node *node, Interval *v) {
    Type type = panels(f, node->type);
    long stride[3][MAX_RANK] = {{0}}, at[3] = {0}, size = size_of(type);
    const Interval *in[3] = {NULL};
    int index[MAX_RANK] = {0};
    for (int k = 0; k < node->n_in; k++) {
        Type own = panels(f, node->in[k]->type);
        long step = 1;
        in[k] = lies(f, node->in[k]);
        for (int d = own.rank - 1; d >= 0; d--) {
            stride[k][type.rank - own.rank + d] = own.dim[d] == 1 ? 0 : step;
            step *= own.dim[d];
        }
    }
    for (long i = 0; i < size; i++) {
        Interval of[3] = {{0, 0}};
        for (int k = 0; k < node->n_in; k++)
            of[k] = in[k][at[k]];
        v[i] = element(node, of);
        next(&type, index, node->n_in, stride, at);
    }
}

static void places(const Finder *f, const Node *node, Interval *v) {
    Type type = panels(f, node->type);
    int axis = type.rank + node->attr.ints[0], length = node->type.dim[axis];
    long inner = 1, size = size_of(type);
    for (int d = axis + 1; d < type.rank; d++)
        inner *= type.dim[d];
    for (long i = 0; i < size; i++) {
        long first = i / inner % type.dim[axis] * f->panel, last = first + f->panel - 1;
        v[i] = (Interval){(double)first, (double)(last < length ? last : length - 1)};
    }
}

/* Do the two differ in axes of length 1 alone? */
static bool same_but_ones(Type a, Type b) {
    int i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a.rank && a.dim[i] == 1)
            i++;
        while (j < b.rank && b.dim[j] == 1)
            j++;
        if (i == a.rank || j == b.rank)
            return i == a.rank && j == b.rank;
        if (a.dim[i] != b.dim[j])
            return false;
    }
}

typedef struct Moved {
    const double *of[2]; /* of the operands, which are inputs */
} Moved;

static const double *moved_leaf(void *user, const Node *node) {
    return ((const Moved *)user)->of[node->attr.name[0] - 'a'];
}

/* What moves elements, by the evaluator; false where it does more, or they are not looked at one by
 * one. */
static bool move_elements(Finder *f, const Node *node, Interval *v) {
    if (node->op == OP_reshape && (f->panel == 1 || same_but_ones(node->in[0]->type, node->type))) {
        memcpy(v, lies(f, node->in[0]), sizeof *v * (size_t)size_of(panels(f, node->type)));
        return true;
    }
    if (f->panel > 1 || node->n_in > 2 ||
        (node->op != OP_transpose && node->op != OP_slice && node->op != OP_pad &&
         node->op != OP_gather))
        return false;
    Graph *g = graph_open(f->arena, f->graph->names, "moved");
    Node *in[2];
    double *bound[2][2];
    for (int k = 0; k < node->n_in; k++) {
        const Interval *own = lies(f, node->in[k]);
        long size = size_of(node->in[k]->type);
        in[k] = ir_leaf(g, node->loc, OP_input, k ? "b" : "a", node->in[k]->type);
        for (int high = 0; high < 2; high++)
            bound[k][high] = NEW_ARRAY(f->arena, double, size + 1);
        for (long i = 0; i < size; i++) {
            bound[k][0][i] = own[i].low;
            bound[k][1][i] = own[i].high;
            if (k == 1 && own[i].low != own[i].high)
                return false; /* an index that is not known */
        }
    }
    const Node *copy = ir_copy(g, node, in);
    for (int high = 0; high < 2; high++) {
        Moved moved = {{bound[0][high], node->n_in > 1 ? bound[1][high] : NULL}};
        EvalContext context = {.rows = 1, .leaf = moved_leaf, .user = &moved};
        const double *values = ir_eval(f->arena, g, &context)[copy->id];
        for (long i = 0; i < size_of(node->type); i++)
            *(high ? &v[i].high : &v[i].low) = values[i];
    }
    return true;
}

/* Of every element, or panel of elements. */
static const Interval *lies(Finder *f, const Node *node) {
    long size = size_of(panels(f, node->type));
    if (f->at[node->id])
        return f->at[node->id];
    Interval *v = NEW_ARRAY(f->arena, Interval, size + 1);
    Kind kind = optab[node->op].kind;
    f->at[node->id] = v;
    for (long i = 0; i < size; i++)
        v[i] = node->op == OP_const ? rounded((Interval){node->attr.value, node->attr.value})
                                    : interval_everywhere();
    if (node->op == OP_iota)
        places(f, node, v);
    else if (kind == KIND_map && node->n_in > 0 && node->n_in <= 3)
        map_elements(f, node, v);
    else if ((kind == KIND_view || kind == KIND_move || kind == KIND_gather) &&
             !move_elements(f, node, v))
        for (long i = 0; i < size; i++)
            v[i] = interval_everywhere();
    return v;
}

/* ---- which values have a mask ---- */

static bool *find_fixed(const Graph *graph, Arena *arena) {
    bool *fixed = NEW_ARRAY(arena, bool, graph->nodes.count + 1);
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        Kind kind = optab[node->op].kind;
        bool all = node->n_in > 0 && (kind == KIND_map || kind == KIND_view || kind == KIND_move);
        for (int k = 0; k < node->n_in; k++)
            all = all && fixed[node->in[k]->id];
        fixed[node->id] =
            !type_has_rows(node->type) && (all || node->op == OP_const || node->op == OP_iota);
    }
    return fixed;
}

static bool is_none(const Node *node) {
    return node->op == OP_const && node->attr.value == 0;
}

/* Is it another value, or 0 where a mask says so? */
static bool is_masked(const Finder *f, const Node *node) {
    Kind kind = optab[node->op].kind;
    if (type_has_rows(node->type))
        return false;
    if (node->op == OP_where)
        return f->fixed[node->in[0]->id] && (is_none(node->in[1]) || is_none(node->in[2]));
    if (node->op == OP_mul)
        return f->fixed[node->in[0]->id] || f->fixed[node->in[1]->id];
    return (kind == KIND_view || kind == KIND_move || kind == KIND_gather) &&
           is_masked(f, node->in[0]);
}

/* ---- the bands of a product ---- */

/* Elements 0 in a matrix of panels: v[cut * cut_stride + other * other_stride]. */
typedef struct ZeroPattern {
    const Interval *v;
    int cut, other; /* elements along the two axes */
    long cut_stride, other_stride;
} ZeroPattern;

/* The part of the other axis that is not 0 from one panel of the cut axis to another. */
static void find_part(const Finder *f, const ZeroPattern *p, int from, int to, int *part) {
    int others = (p->other + f->panel - 1) / f->panel, first = others, last = 0;
    for (int i = from; i < to; i++)
        for (int j = 0; j < others; j++)
            if (!is_zero(p->v[i * p->cut_stride + j * p->other_stride])) {
                first = j < first ? j : first;
                last = j + 1 > last ? j + 1 : last;
            }
    part[0] = (first < last ? first : 0) * f->panel;
    part[1] = first < last ? last * f->panel : 0;
    part[1] = part[1] < p->other ? part[1] : p->other;
}

/* A product over nothing is none: one element, which is 0, is left. */
static Band *find_band(Plan *plan, const Finder *f, const ZeroPattern *p, bool inner, bool whole) {
    int cuts = (p->cut + f->panel - 1) / f->panel, each = (cuts + MOST_PARTS - 1) / MOST_PARTS;
    double work = 0;
    each = whole ? cuts : each * f->panel < PANEL ? PANEL / f->panel : each;
    Band *band = NEW(plan->program->arena, Band);
    *band = (Band){.inner = inner, .every = each * f->panel};
    for (int i = 0; i < cuts; i += each) {
        int *part = band->part[band->count++], end = i + each < cuts ? i + each : cuts;
        find_part(f, p, i, end, part);
        if (inner && part[0] == part[1])
            part[1] = 1;
        int width = end * f->panel < p->cut ? each * f->panel : p->cut - i * f->panel;
        work += (double)(part[1] - part[0]) * width;
    }
    band->share = work / ((double)p->cut * p->other);
    return band->share < most_share ? band : NULL;
}

/* By the operand that has a mask. */
static Band *operand_band(Plan *plan, Finder *f, const Node *product, bool by_columns) {
    for (int k = 1; k >= 0; k--) {
        const Node *matrix = product->in[k];
        if (!is_masked(f, matrix))
            continue;
        bool turned = product->attr.ints[k] != 0, own = (k == 1) == by_columns;
        int inner = (k == 1) == turned ? 1 : 0; /* which axis of the matrix is summed over */
        Type type = panels(f, matrix->type);
        ZeroPattern pattern = {.v = lies(f, matrix),
                               .cut = matrix->type.dim[1 - inner],
                               .other = matrix->type.dim[inner],
                               .cut_stride = inner ? type.dim[1] : 1,
                               .other_stride = inner ? 1 : type.dim[1]};
        return find_band(plan, f, &pattern, true, !own);
    }
    return NULL;
}

/* Adds where any reader of the value sees something, be it through elementwise operations; false
 * where one of them is no mask.  `seen` NULL: only asks that. */
static bool add_readers(Finder *f, const Node *value, int depth, Interval *seen) {
    enum { DEEPEST = 6 };
    const NodeList *readers = &f->readers[value->id];
    if (f->root[value->id] || readers->count == 0 || depth > DEEPEST)
        return false;
    for (int i = 0; i < readers->count; i++) {
        const Node *reader = readers->at[i];
        bool same = optab[reader->op].kind == KIND_map && type_equal(reader->type, value->type);
        if (same && reader->op == OP_where && is_masked(f, reader)) {
            const Interval *v = seen ? lies(f, reader) : NULL;
            for (long k = 0; seen && k < size_of(panels(f, value->type)); k++)
                seen[k] = is_zero(v[k]) ? seen[k] : interval_everywhere();
        } else if (!(same || (reader->op == OP_reshape && f->panel == 1)) ||
                   !add_readers(f, reader, depth + 1, seen)) {
            return false;
        }
    }
    return true;
}

static Band *reader_band(Plan *plan, Finder *f, const Node *product, bool by_columns) {
    Type type = panels(f, product->type);
    if (type_has_rows(product->type) || !add_readers(f, product, 0, NULL))
        return NULL;
    Interval *seen = NEW_ARRAY(f->arena, Interval, size_of(type) + 1);
    add_readers(f, product, 0, seen);
    ZeroPattern pattern = {.v = seen,
                           .cut = product->type.dim[by_columns],
                           .other = product->type.dim[!by_columns],
                           .cut_stride = by_columns ? 1 : type.dim[1],
                           .other_stride = by_columns ? type.dim[1] : 1};
    return find_band(plan, f, &pattern, false, false);
}

/* ---- all products ---- */

static void open_finder(Finder *f, const Plan *plan) {
    const Graph *graph = plan->graph;
    int count = graph->nodes.count + 1;
    *f = (Finder){.graph = graph, .arena = arena_open()};
    bool *root = NEW_ARRAY(f->arena, bool, count);
    f->readers = NEW_ARRAY(f->arena, NodeList, count);
    f->fixed = find_fixed(graph, f->arena);
    for (int i = 0; i < graph->roots.count; i++)
        root[graph->roots.at[i].node->id] = true;
    for (int i = 0; i < graph->nodes.count; i++)
        for (int k = 0; k < graph->nodes.at[i]->n_in; k++)
            list_add(f->arena, &f->readers[graph->nodes.at[i]->in[k]->id], graph->nodes.at[i]);
    f->root = root;
    for (int k = 0; k < 2; k++)
        f->found[k] = NEW_ARRAY(f->arena, const Interval *, count);
}

/* Looks at panels of so many elements along each axis. */
static Band *band_of(Plan *plan, Finder *f, const Node *node, int panel) {
    bool by_columns = plan->fusion->groups.at[plan->fusion->value[node->id].group].by_columns;
    f->panel = panel;
    f->at = f->found[panel > 1];
    Band *band = operand_band(plan, f, node, by_columns);
    return band ? band : reader_band(plan, f, node, by_columns);
}

static bool may_have_band(const Plan *plan, const Node *node) {
    const FusionValue *value = &plan->fusion->value[node->id];
    return node->op == OP_matmul && node->type.rank == 2 && value->role == ROLE_kernel &&
           !plan_by_nonzeros(plan, node);
}

void plan_bands(Plan *plan) {
    Finder f;
    const Graph *graph = plan->graph;
    open_finder(&f, plan);
    const Band **bands = NEW_ARRAY(plan->program->arena, const Band *, graph->nodes.count + 1);
    for (int i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph->nodes.at[i];
        if (!may_have_band(plan, node))
            continue;
        bool rows = type_has_rows(node->type);
        const Node *weight = rows && type_has_rows(node->in[1]->type) ? node->in[0] : node->in[1];
        double size = type_size(rows ? weight->type : node->type, 1);
        if (size > FEW)
            bands[i] = band_of(plan, &f, node, PANEL);
        if (!bands[i] && size <= MOST)
            bands[i] = band_of(plan, &f, node, 1);
    }
    plan->bands = bands;
    arena_close(f.arena);
}
