/* Finite differences through the reference evaluator: see numeric.h. */
#include "autodiff/numeric.h"
#include "sample.h"

#include <math.h>

#include <string.h>

long numeric_size(Type type) {
    return (long)type_size(type, ROWS_TRIED);
}

static double into(Domain domain, double u) {
    switch (domain) {
    case DOMAIN_POSITIVE:
        return 0.2 + 2 * u;
    case DOMAIN_UNIT:
        return 0.05 + 0.9 * u;
    case DOMAIN_NONZERO:
        return (u < 0.5 ? -0.2 : 0.2) + 4 * (u - 0.5);
    case DOMAIN_ANY:
    case DOMAIN_SMALL:
        break;
    }
    return 2 * u - 1;
}

static const double *leaf(void *user, const Node *node) {
    Samples *samples = user;
    long size = numeric_size(node->type);
    for (int i = 0; i < samples->n_fixed; i++)
        if (samples->fixed[i].name == node->attr.name)
            return samples->fixed[i].values;
    double *values = NEW_ARRAY(samples->arena, double, size);
    for (long i = 0; i < size; i++)
        values[i] = into(samples->domain, sample_unit(1, node->attr.name, 0, (int)i));
    bool index = strcmp(node->attr.name, "index") == 0; /* of three rows; others all differ, since
                                                           a maximum of equal ones has a kink */
    for (long i = 0; i < size && node->type.elem == ELEM_int; i++)
        values[i] = (double)(index ? i * 2 % 3 : 3 + 7 * i);
    if (node->op == OP_scalar && strcmp(node->attr.name, "rows") == 0)
        values[0] = ROWS_TRIED;
    return values;
}

static double draw(void *user, Op op, const char *name, int row, int element) {
    (void)user, (void)op;
    return sample_unit(2, name, row, element);
}

const double **numeric_values(const Graph *graph, Samples *samples) {
    EvalContext context = {ROWS_TRIED, leaf, draw, samples};
    Graph *known = graph_open(samples->arena, graph->names, graph->name);
    Node **map = NEW_ARRAY(samples->arena, Node *, graph->nodes.count);
    const double **values = NEW_ARRAY(samples->arena, const double *, graph->nodes.count);
    for (int id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph->nodes.at[id];
        Node **in = NEW_ARRAY(samples->arena, Node *, node->n_in + 1);
        bool whole = optab[node->op].kind != KIND_gone;
        for (int i = 0; i < node->n_in; i++) {
            in[i] = map[node->in[i]->id];
            whole = whole && in[i];
        }
        map[id] = whole ? ir_copy(known, node, in) : NULL;
    }
    const double **found = ir_eval(samples->arena, known, &context);
    for (int id = 0; id < graph->nodes.count; id++)
        values[id] = map[id] ? found[map[id]->id] : NULL;
    return values;
}

static const char *fix(Samples *samples, Names *names, const char *name, const double *values) {
    if (samples->n_fixed == sizeof samples->fixed / sizeof *samples->fixed)
        die("more values than a test has room for");
    name = names_of(names, name);
    samples->fixed[samples->n_fixed].name = name;
    samples->fixed[samples->n_fixed++].values = values;
    return name;
}

static bool same_leaf(const Node *a, const Node *b) {
    return a == b || (b && a->op == b->op && (optab[a->op].flags & LEAF) && a->attr.name &&
                      a->attr.name == b->attr.name);
}

Graph *numeric_extract(const Graph *graph, const Node *target, const Node *v, Samples *samples) {
    const double **values = numeric_values(graph, samples);
    Graph *part = graph_open(samples->arena, graph->names, "part");
    bool *needed = NEW_ARRAY(samples->arena, bool, graph->nodes.count);
    Node **map = NEW_ARRAY(samples->arena, Node *, graph->nodes.count);
    needed[target->id] = true;
    for (int id = target->id; id >= 0; id--)
        for (int i = 0; needed[id] && i < graph->nodes.at[id]->n_in; i++)
            needed[graph->nodes.at[id]->in[i]->id] = true;
    for (int id = 0; id <= target->id; id++) {
        const Node *node = graph->nodes.at[id];
        const char *name = arena_printf(samples->arena, "$%d", id);
        Node **in = NEW_ARRAY(samples->arena, Node *, node->n_in + 1);
        for (int i = 0; i < node->n_in; i++)
            in[i] = map[node->in[i]->id];
        if (!needed[id])
            continue;
        if (same_leaf(node, v))
            map[id] = ir_leaf(part, node->loc, OP_input,
                              fix(samples, graph->names, "$v", values[v->id]), node->type);
        else if (node->op == OP_stop && v)
            map[id] = ir_leaf(part, node->loc, OP_input,
                              fix(samples, graph->names, name, values[id]), node->type);
        else
            map[id] = ir_copy(part, node, in);
    }
    graph_root(part, ROOT_output, "target", map[target->id]);
    return part;
}

/* The target with element `at` of v moved by `step`: of every row where `rowwise`. */
static const double *moved(const Graph *part, const Samples *from, const Node *v,
                           const double *at_rest, long at, double step, bool rowwise,
                           Arena *arena) {
    Samples samples = *from;
    samples.arena = arena;
    long size = numeric_size(v->type), row = size / ROWS_TRIED;
    double *values = NEW_ARRAY(arena, double, size);
    for (long i = 0; i < size; i++)
        values[i] = at_rest[i] + ((rowwise ? i % row == at : i == at) ? step : 0);
    for (int i = 0; i < samples.n_fixed; i++)
        if (samples.fixed[i].values == at_rest)
            samples.fixed[i].values = values;
    return numeric_values(part, &samples)[part->roots.at[0].node->id];
}

/* Moves every element of v, of all rows at once where `rowwise`: y changes by (n_y, n_v) in all. */
static double *slopes(const Graph *graph, const Node *y, const Node *v, bool rowwise, Domain domain,
                      Arena *arena) {
    const double step = 1e-5;
    Samples samples = {.arena = arena, .domain = domain};
    Graph *part = numeric_extract(graph, y, v, &samples);
    const double *rest = numeric_values(graph, &samples)[v->id];
    for (int i = 0; i < samples.n_fixed; i++)
        if (strcmp(samples.fixed[i].name, "$v") == 0)
            samples.fixed[i].values = rest;
    long n_y = numeric_size(y->type), n_v = numeric_size(v->type) / (rowwise ? ROWS_TRIED : 1);
    double *result = NEW_ARRAY(arena, double, n_y *n_v);
    for (long j = 0; j < n_v; j++) {
        Arena *scratch = arena_open();
        const double *up = moved(part, &samples, v, rest, j, step, rowwise, scratch);
        const double *down = moved(part, &samples, v, rest, j, -step, rowwise, scratch);
        for (long i = 0; i < n_y; i++)
            result[i * n_v + j] = (up[i] - down[i]) / (2 * step);
        arena_close(scratch);
    }
    return result;
}

/* What the matrix of slopes (n_y, n_v) gives for the placeholder: itself, the sum of its rows, or
 * its products with the third operand, whose seeds come first. */
static void contract(const Node *placeholder, const double *slope, const double *by, long rows,
                     double *result) {
    long n_y = numeric_size(placeholder->in[0]->type);
    long n_v = numeric_size(placeholder->in[1]->type) / rows, seeds = 1;
    if (placeholder->n_in > 2)
        seeds =
            numeric_size(placeholder->in[2]->type) / (placeholder->op == OP_jvp ? n_v * rows : n_y);
    for (long s = 0; s < seeds; s++)
        for (long i = 0; i < n_y; i++)
            for (long j = 0; j < n_v; j++) {
                long at = i / (n_y / rows) * n_v + j; /* of v, in the row of i */
                double d = slope[i * n_v + j];
                if (placeholder->op == OP_jacobian)
                    result[i * n_v + j] = d;
                else if (placeholder->op == OP_jvp)
                    result[s * n_y + i] += d * by[s * n_v * rows + at];
                else if (placeholder->op == OP_vjp)
                    result[s * n_v * rows + at] += d * by[s * n_y + i];
                else
                    result[j] += d;
            }
}

double *numeric_derivative(const Graph *graph, const Node *placeholder, Domain domain,
                           Arena *arena) {
    const Node *y = placeholder->in[0], *v = placeholder->in[1];
    bool rowwise = placeholder->op != OP_grad && type_has_rows(v->type);
    Samples samples = {.arena = arena, .domain = domain};
    const double *by =
        placeholder->n_in > 2 ? numeric_values(graph, &samples)[placeholder->in[2]->id] : NULL;
    double *result = NEW_ARRAY(arena, double, numeric_size(placeholder->type));
    contract(placeholder, slopes(graph, y, v, rowwise, domain, arena), by, rowwise ? ROWS_TRIED : 1,
             result);
    return result;
}

double numeric_error(const double *a, const double *b, long count) {
    double scale = 1, error = 0;
    for (long i = 0; i < count; i++) {
        if (!isfinite(a[i]) || !isfinite(b[i])) {
            if (a[i] != b[i] && !(isnan(a[i]) && isnan(b[i])))
                return INFINITY;
            continue;
        }
        scale = fmax(scale, fabs(b[i]));
        error = fmax(error, fabs(a[i] - b[i]));
    }
    return error / scale;
}
