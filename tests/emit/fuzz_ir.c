/* fuzz_ir: graphs with everything in them, one for each seed, for comparing emitted code with the
 * evaluator.
 *
 *     fuzz_ir FIRST COUNT [STEPS]      graphs of the seeds FIRST … FIRST + COUNT - 1, as IR text
 *
 * Values stay near 1, and comparisons are made between leaves only, so that float and double take
 * the same side.
 */
#include "ir/ir.h"
#include "sample.h"

#include <stdlib.h>

enum { STEPS = 40, MOST = 3000 };

typedef struct Maker {
    Graph *graph;
    uint64_t seed;
    int drawn;
    List(Node *) pool;
    int names;
} Maker;

static int below(Maker *m, int limit) {
    return (int)(sample_unit(m->seed, "pick", 0, m->drawn++) * limit);
}

static Node *keep(Maker *m, Node *node) {
    if (type_size(node->type, 5) <= MOST)
        list_add(m->graph->arena, &m->pool, node);
    return node;
}

static Node *any(Maker *m) {
    return m->pool.at[below(m, m->pool.count)];
}

static const char *fresh(Maker *m, const char *stem) {
    return arena_printf(m->graph->arena, "%s%d", stem, m->names++);
}

static const Loc nowhere = {0, 0, 0};

static Type random_type(Maker *m) {
    static const int lengths[] = {3, 4, 1, 17, 6};
    Type type = {.rank = below(m, 4)};
    for (int d = 0; d < type.rank; d++)
        type.dim[d] = d == 0 && below(m, 3) > 0 ? ROWS : lengths[below(m, 5)];
    return type;
}

static void add_leaf(Maker *m) {
    Type type = random_type(m);
    static const Op ops[] = {OP_rand, OP_randn};
    if (below(m, 2) == 0 && type.rank > 0) {
        keep(m, ir_leaf(m->graph, nowhere, ops[below(m, 2)], fresh(m, "draw."), type));
        return;
    }
    bool rows = type.rank > 0 && type.dim[0] < 0;
    keep(m, ir_leaf(m->graph, nowhere, rows ? OP_input : OP_param, fresh(m, rows ? "x" : "block.W"),
                    type));
}

static void add_unary(Maker *m) {
    static const Op ops[] = {OP_neg, OP_tanh, OP_sigmoid, OP_softplus,
                             OP_sin, OP_cos,  OP_abs,     OP_stop};
    Node *a = any(m);
    switch (below(m, 3)) {
    case 0:
        a = ir_unary(m->graph, nowhere, OP_tanh, a);
        keep(m, ir_unary(m->graph, nowhere, below(m, 2) ? OP_exp : OP_square, a));
        break;
    default:
        keep(m, ir_unary(m->graph, nowhere, ops[below(m, 8)], a));
    }
}

static void add_binary(Maker *m) {
    static const Op ops[] = {OP_add, OP_sub, OP_max, OP_min};
    for (int tries = 0; tries < 10; tries++) {
        Node *a = any(m), *b = any(m);
        Type type;
        if (!type_broadcast(a->type, b->type, &type) || type_size(type, 5) > MOST)
            continue;
        int kind = below(m, 6);
        if (kind < 4)
            keep(m, ir_binary(m->graph, nowhere, ops[kind], a, b));
        else if (kind == 4)
            keep(m,
                 ir_binary(m->graph, nowhere, OP_mul, ir_unary(m->graph, nowhere, OP_tanh, a), b));
        else
            keep(m, ir_binary(m->graph, nowhere, OP_div, a,
                              ir_binary(m->graph, nowhere, OP_add, ir_const(m->graph, nowhere, 1.5),
                                        ir_unary(m->graph, nowhere, OP_abs, b))));
        return;
    }
}

static void add_where(Maker *m) {
    Type type = random_type(m), both;
    Node *left = ir_leaf(m->graph, nowhere, OP_rand, fresh(m, "mask."), type);
    Node *mask = ir_binary(m->graph, nowhere, below(m, 2) ? OP_lt : OP_le, left,
                           ir_const(m->graph, nowhere, 0.3));
    keep(m, mask);
    for (int tries = 0; tries < 10; tries++) {
        Node *a = any(m), *b = any(m);
        if (!type_broadcast(a->type, b->type, &both) || !type_broadcast(both, type, &both) ||
            type_size(both, 5) > MOST)
            continue;
        keep(m, ir_where(m->graph, nowhere, mask, a, b));
        return;
    }
}

static void add_reduce(Maker *m) {
    Node *a = any(m);
    int axes[MAX_RANK], count = 0;
    for (int d = 0; d < a->type.rank; d++)
        if (below(m, 2))
            axes[count++] = d - a->type.rank;
    if (count == 0)
        return;
    if (below(m, 4) == 0) {
        keep(m, ir_reduce(m->graph, nowhere, OP_amax, a, count, axes));
        return;
    }
    double size = type_size(a->type, 5);
    Node *sum = ir_reduce(m->graph, nowhere, OP_sum, a, count, axes);
    size /= type_size(sum->type, 5);
    keep(m, ir_binary(m->graph, nowhere, OP_mul, sum, ir_const(m->graph, nowhere, 1 / size)));
}

/* Softmax, layer norm, batch norm: several passes. */
static void add_norm(Maker *m) {
    Node *a = any(m);
    Type kept = a->type;
    if (kept.rank == 0)
        return;
    int axis = -1 - below(m, kept.rank);
    kept.dim[kept.rank + axis] = 1;
    Node *top =
        ir_reshape(m->graph, nowhere, ir_reduce(m->graph, nowhere, OP_amax, a, 1, &axis), kept);
    Node *e = ir_unary(m->graph, nowhere, OP_exp, ir_binary(m->graph, nowhere, OP_sub, a, top));
    Node *s =
        ir_reshape(m->graph, nowhere, ir_reduce(m->graph, nowhere, OP_sum, e, 1, &axis), kept);
    keep(m, ir_binary(m->graph, nowhere, OP_div, e, s));
    if (below(m, 2))
        keep(m, s);
}

static void add_product(Maker *m) {
    Node *a = any(m);
    if (a->type.rank < 2)
        return;
    int rank = a->type.rank, ta = below(m, 2), tb = below(m, 2);
    int inner = a->type.dim[rank - (ta ? 2 : 1)];
    Type type = a->type;
    type.dim[rank - (tb ? 1 : 2)] = inner;
    type.dim[rank - (tb ? 2 : 1)] = below(m, 2) ? 18 : 3;
    bool rows = type_has_rows(type);
    if (rows && type.dim[0] > 0)
        return;
    Node *b = ir_leaf(m->graph, nowhere, rows ? OP_input : OP_param,
                      fresh(m, rows ? "y" : "block.U"), type);
    Node *c = keep(m, ir_matmul(m->graph, nowhere, a, b, ta, tb));
    if (below(m, 2)) { /* a layer: bias, activation */
        Type bias = {.rank = 1, .dim = {c->type.dim[rank - 1]}};
        if (bias.dim[0] < 0)
            return;
        c = ir_binary(m->graph, nowhere, OP_add, c,
                      ir_leaf(m->graph, nowhere, OP_param, fresh(m, "block.b"), bias));
        keep(m, ir_unary(m->graph, nowhere, OP_tanh, c));
    }
}

static void add_reshape(Maker *m) {
    Node *a = any(m);
    Type type = a->type;
    int rank = type.rank;
    if (rank >= 2 && below(m, 2) && !(type.dim[rank - 1] < 0 && type.dim[rank - 2] < 0)) {
        type.dim[rank - 2] *= type.dim[rank - 1];
        type.rank--;
    } else if (rank >= 1 && rank < 5 && type.dim[rank - 1] % 3 == 0 && below(m, 2)) {
        type.dim[rank - 1] /= 3;
        type.dim[type.rank++] = 3;
    } else if (rank < 5) {
        int at = below(m, rank + 1);
        for (int d = rank; d > at; d--)
            type.dim[d] = type.dim[d - 1];
        type.dim[at] = 1;
        type.rank++;
    }
    if (type.rank != rank)
        keep(m, ir_reshape(m->graph, nowhere, a, type));
}

static void add_move(Maker *m) {
    Node *a = any(m);
    int rank = a->type.rank;
    if (rank == 0)
        return;
    int axis = -1 - below(m, rank), length = a->type.dim[rank + axis];
    if (below(m, 3) == 0) {
        int perm[MAX_RANK];
        for (int k = 0; k < rank; k++)
            perm[k] = (k + 1) % rank - rank;
        keep(m, ir_transpose(m->graph, nowhere, a, rank, perm));
    } else if (length > 1 && below(m, 2)) {
        keep(m, ir_slice(m->graph, nowhere, a, axis, 1, length));
    } else if (length > 0 && below(m, 2)) {
        keep(m, ir_pad(m->graph, nowhere, a, axis, 1, length + 2));
    } else if (length > 0) {
        keep(m, ir_concat(m->graph, nowhere, axis, 3, (Node *[]){a, a, any(m) == a ? a : a}));
    }
}

static void add_expand(Maker *m) {
    Node *a = any(m);
    Type type = a->type;
    if (type.rank > 3)
        return;
    for (int d = type.rank; d > 0; d--)
        type.dim[d] = type.dim[d - 1];
    type.dim[0] = below(m, 2) && !type_has_rows(a->type) ? ROWS : 2;
    type.rank++;
    keep(m, ir_expand(m->graph, nowhere, a, type));
}

static void add_pick(Maker *m) {
    Node *table = any(m);
    if (table->type.rank == 0 || table->type.rank > 2 || table->type.dim[0] < 3 ||
        table->type.dim[0] > 9)
        return;
    const char *stem = arena_printf(m->graph->arena, "idx%d_", table->type.dim[0]);
    Node *index = ir_leaf(m->graph, nowhere, OP_input, fresh(m, stem),
                          (Type){.rank = 1, .dim = {ROWS}, .elem = ELEM_int});
    Node *rows = keep(m, ir_gather(m->graph, nowhere, table, keep(m, index)));
    if (below(m, 2))
        keep(m, ir_scatter(m->graph, nowhere, rows, index, table->type));
}

static void add_index(Maker *m) {
    Type type = random_type(m);
    if (type.rank == 0)
        return;
    Node *i = keep(m, ir_iota(m->graph, nowhere, type, -1 - below(m, type.rank)));
    keep(m, ir_binary(m->graph, nowhere, OP_sub, ir_const(m->graph, nowhere, 3), i));
    keep(m, ir_binary(m->graph, nowhere, OP_mul, i, ir_const(m->graph, nowhere, 0.25)));
    if (type.rank >= 2)
        keep(m, ir_eye(m->graph, nowhere, type));
}

static void add_scalar(Maker *m) {
    Node *s =
        ir_leaf(m->graph, nowhere, OP_scalar, below(m, 2) ? "rows" : "hyper:lr", type_scalar());
    s = ir_binary(m->graph, nowhere, OP_div, ir_const(m->graph, nowhere, 2), s);
    keep(m, s);
    keep(m, ir_unary(m->graph, nowhere, OP_sigmoid, s));
    keep(m, ir_fill(m->graph, nowhere, 0.75, random_type(m)));
}

static void add_largest(Maker *m) {
    Type type = random_type(m);
    if (type.rank == 0)
        return;
    bool rows = type.dim[0] < 0;
    Node *a = ir_leaf(m->graph, nowhere, rows ? OP_input : OP_param,
                      fresh(m, rows ? "x" : "block.A"), type);
    int axis = -1 - below(m, type.rank);
    if (type.dim[type.rank + axis] > 0 && below(m, 2))
        keep(m, ir_along(m->graph, nowhere, OP_rank, a, axis));
    else
        keep(m, ir_argmax(m->graph, nowhere, a, axis));
}

/* A value in the order of a leaf, and back; its running sums, scaled to stay small. */
static void add_sorted(Maker *m) {
    Node *a = any(m);
    Type type = a->type;
    int axis = -1 - below(m, type.rank + 1);
    if (-axis > type.rank || type.dim[type.rank + axis] < 0)
        return;
    int length = type.dim[type.rank + axis];
    bool rows = type_has_rows(type);
    Node *by = ir_leaf(m->graph, nowhere, rows ? OP_input : OP_param,
                       fresh(m, rows ? "x" : "block.A"), type);
    Node *places = ir_along(m->graph, nowhere, OP_argsort, by, axis);
    if (below(m, 3) == 0) {
        static const Op ops[] = {OP_cumsum, OP_cumsum_back};
        a = ir_binary(m->graph, nowhere, OP_mul, a, ir_const(m->graph, nowhere, 1.0 / length));
        keep(m, ir_along(m->graph, nowhere, ops[below(m, 2)], a, axis));
    } else if (below(m, 2)) {
        keep(m, ir_take(m->graph, nowhere, a, places, axis));
    } else {
        keep(m, ir_put(m->graph, nowhere, a, places, axis, length + below(m, 2)));
    }
}

static void add_roots(Maker *m) {
    int count = 3 + below(m, 4);
    for (int i = 0; i < count; i++) {
        Node *node = i == 0 ? m->pool.at[m->pool.count - 1] : any(m);
        graph_root(m->graph, node->type.rank == 0 ? ROOT_loss : ROOT_output, fresh(m, "out"), node);
    }
    for (int i = 0; i < m->graph->nodes.count; i++) {
        Node *param = m->graph->nodes.at[i];
        bool done = false;
        for (int k = 0; param->op == OP_param && k < 30 && !done; k++) {
            Node *node = any(m);
            done = type_equal(node->type, param->type);
            if (done)
                graph_root(m->graph, ROOT_assign, param->attr.name, node);
        }
        if (param->op == OP_param && !done && below(m, 2)) { /* an update */
            Node *node =
                ir_binary(m->graph, nowhere, OP_mul, param, ir_const(m->graph, nowhere, 0.5));
            graph_root(m->graph, ROOT_assign, param->attr.name, node);
        }
    }
}

int main(int argc, char **argv) {
    static void (*const adds[])(Maker *) = {
        add_unary,   add_unary,   add_binary, add_binary,  add_binary,  add_where,
        add_reduce,  add_reduce,  add_norm,   add_product, add_product, add_reshape,
        add_reshape, add_move,    add_move,   add_expand,  add_pick,    add_index,
        add_scalar,  add_largest, add_sorted, add_leaf,
    };
    int first = argc > 1 ? atoi(argv[1]) : 0, count = argc > 2 ? atoi(argv[2]) : 1;
    Arena *arena = arena_open();
    Names *names = names_open(arena);
    for (int seed = first; seed < first + count; seed++) {
        static const char *const kinds[] = {"step", "eval", "gradcheck"};
        Maker m = {.seed = (uint64_t)seed};
        m.graph = graph_open(arena, names, arena_printf(arena, "%s_%d", kinds[seed % 3], seed));
        m.names = 1000 * (seed % 100);
        for (int i = 0; i < 3; i++)
            add_leaf(&m);
        while (m.pool.count == 0)
            add_leaf(&m);
        for (int i = 0; i < (argc > 3 ? atoi(argv[3]) : STEPS); i++)
            adds[below(&m, (int)(sizeof adds / sizeof *adds))](&m);
        add_roots(&m);
        Text text;
        text_open(&text, arena);
        ir_print(&text, m.graph, NULL);
        fputs(text.at, stdout);
    }
    arena_close(arena);
    return 0;
}
