/* ops_ir: a graph for each row of the op table and each way in which its operands can meet, as IR
 * text.
 *
 * Exits with 1 where a row has none: a new op needs a line here, unless it is elementwise.
 */
#include "ir/ir.h"

typedef struct Maker {
    Graph *graph;
    int leaves;
    bool made[NUM_OPS];
} Maker;

static const Loc nowhere = {0, 0, 0};

static const Type places_type = {.rank = 1, .dim = {3}};
static const Type whole_type = {.rank = 2, .dim = {ROWS, 3}, .elem = ELEM_int};
static const Type row_types[] = {{.rank = 2, .dim = {ROWS, 6}},
                                 {.rank = 3, .dim = {ROWS, 2, 3}},
                                 {.rank = 1, .dim = {ROWS}},
                                 {.rank = 1, .dim = {1}}};
static const Type other_types[] = {{.rank = 1, .dim = {6}},
                                   {.rank = 3, .dim = {ROWS, 1, 3}},
                                   {.rank = 1, .dim = {ROWS}},
                                   {.rank = 0, .dim = {0}}};

/* An input or parameter with numbers in the op's domain. */
static Node *leaf(Maker *m, Domain domain, Type type) {
    if (type.elem == ELEM_int)
        return ir_leaf(m->graph, nowhere, OP_input,
                       arena_printf(m->graph->arena, "idx7_%d", m->leaves++), type);
    bool rows = type.rank > 0 && type.dim[0] < 0;
    const char *stem = domain == DOMAIN_ANY || domain == DOMAIN_SMALL ? "x" : "pos";
    const char *name = arena_printf(m->graph->arena, "%s%d", stem, m->leaves++);
    return ir_leaf(m->graph, nowhere, rows ? OP_input : OP_param, name, type);
}

static void root(Maker *m, Node *node) {
    m->made[node->op] = true;
    graph_root(m->graph, ROOT_output, arena_printf(m->graph->arena, "out%d", node->id), node);
}

/* Of integers: classes, and places. */
static void make_of_integers(Maker *m, Op op) {
    Node *in[3];
    for (int k = 0; k < optab[op].arity; k++)
        in[k] = leaf(m, DOMAIN_ANY, k == 0 && op == OP_where ? places_type : whole_type);
    root(m, graph_node(m->graph, op, nowhere, (Attr){0}, type_scalar(), optab[op].arity, in));
    Node *places = ir_iota(m->graph, nowhere, places_type, -1);
    in[optab[op].arity - 1] = places;
    root(m, graph_node(m->graph, op, nowhere, (Attr){0}, type_scalar(), optab[op].arity, in));
}

static void make_maps(Maker *m, Op op) {
    for (size_t t = 0; t < sizeof row_types / sizeof *row_types; t++) {
        Node *in[3];
        for (int k = 0; k < optab[op].arity; k++)
            in[k] = leaf(m, optab[op].domain, k == 1 ? other_types[t] : row_types[t]);
        Attr attr = {.value = optab[op].attr == ATTR_VALUE ? 2 : 0};
        root(m, graph_node(m->graph, op, nowhere, attr, type_scalar(), optab[op].arity, in));
    }
    if (optab[op].elems != ELEMS_reals && optab[op].elems != ELEMS_to_index)
        make_of_integers(m, op);
}

static void make_typed(Maker *m, Op op) {
    static const Type types[] = {{.rank = 3, .dim = {ROWS, 4, 4}},
                                 {.rank = 2, .dim = {3, 5}},
                                 {.rank = 2, .dim = {ROWS, ROWS}}};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        Attr attr = {.value = 0.37, .count = 1, .ints = {-1 - (int)t % 2}};
        attr.name = optab[op].attr == ATTR_NAME
                        ? arena_printf(m->graph->arena, "draw%d", m->leaves++)
                        : NULL;
        root(m, graph_node(m->graph, op, nowhere, attr, types[t], 0, NULL));
    }
}

static void make_reduces(Maker *m, Op op) {
    static const int axes[][4] = {{1, -1},     {1, -2},     {1, -3},        {2, -2, -1},
                                  {2, -3, -1}, {2, -3, -2}, {3, -3, -2, -1}};
    for (size_t k = 0; k < sizeof axes / sizeof *axes; k++)
        root(m, ir_reduce(m->graph, nowhere, op,
                          leaf(m, DOMAIN_ANY, (Type){.rank = 3, .dim = {ROWS, 5, 7}}), axes[k][0],
                          axes[k] + 1));
    for (int axis = -2; axis < 0; axis++) /* longer than a block of partial sums */
        root(m, ir_reduce(m->graph, nowhere, op,
                          leaf(m, DOMAIN_ANY, (Type){.rank = 2, .dim = {700, 20}}), 1, &axis));
    int last = -1;
    root(m, ir_reduce(m->graph, nowhere, op, leaf(m, DOMAIN_ANY, (Type){.rank = 1, .dim = {20003}}),
                      1, &last));
}

static void make_largest(Maker *m) {
    for (int axis = -3; axis < 0; axis++)
        root(m, ir_argmax(m->graph, nowhere,
                          leaf(m, DOMAIN_ANY, (Type){.rank = 3, .dim = {ROWS, 5, 7}}), axis));
}

/* Rows that are compared in pairs and rows that are sorted, with equal numbers in them, zeros of
 * both signs among these. */
static void make_ranks(Maker *m) {
    static const Type types[] = {{.rank = 3, .dim = {ROWS, 5, 7}},
                                 {.rank = 3, .dim = {ROWS, 70, 3}},
                                 {.rank = 2, .dim = {ROWS, 700}}};
    for (int i = 0; i < 3; i++)
        for (int axis = -2; axis < 0; axis++) {
            if (types[i].dim[types[i].rank + axis] < 0)
                continue;
            Node *a = leaf(m, DOMAIN_ANY, types[i]);
            root(m, ir_along(m->graph, nowhere, OP_rank, a, axis));
            a = ir_binary(m->graph, nowhere, OP_mul, a, ir_const(m->graph, nowhere, 4));
            Node *coarse = ir_unary(m->graph, nowhere, OP_floor, a);
            a = ir_unary(m->graph, nowhere, OP_sin, a);
            a = ir_unary(m->graph, nowhere, OP_sign, a);
            root(m, ir_along(m->graph, nowhere, OP_rank,
                             ir_binary(m->graph, nowhere, OP_mul, coarse, a), axis));
        }
}

static void make_products(Maker *m) {
    static const int sizes[][3] = {
        {ROWS, 20, 33}, {33, 20, ROWS}, {17, ROWS, 40}, {1, 7, 1}, {ROWS, 1, ROWS}};
    for (int flags = 0; flags < 4; flags++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (int batch = 0; batch < 2; batch++) {
                int ta = flags & 1, tb = flags >> 1, rank = 2 + batch;
                Type a = {.rank = rank, .dim = {ROWS}}, b = {.rank = rank, .dim = {ROWS}};
                a.dim[rank - (ta ? 1 : 2)] = sizes[s][0];
                a.dim[rank - (ta ? 2 : 1)] = b.dim[rank - (tb ? 1 : 2)] = sizes[s][1];
                b.dim[rank - (tb ? 2 : 1)] = sizes[s][2];
                if (!batch && ((a.dim[0] > 0 && a.dim[1] < 0) || (b.dim[0] > 0 && b.dim[1] < 0)))
                    continue; /* inputs begin with rows, and parameters have none */
                root(m, ir_matmul(m->graph, nowhere, leaf(m, DOMAIN_ANY, a), leaf(m, DOMAIN_ANY, b),
                                  ta, tb));
            }
}

static void make_moves(Maker *m) {
    Type type = {.rank = 3, .dim = {ROWS, 4, 6}};
    Node *a = leaf(m, DOMAIN_ANY, type), *b = leaf(m, DOMAIN_ANY, type);
    root(m, ir_reshape(m->graph, nowhere, a, (Type){.rank = 3, .dim = {ROWS, 3, 8}}));
    root(m,
         ir_expand(m->graph, nowhere, leaf(m, DOMAIN_ANY, (Type){.rank = 2, .dim = {4, 1}}), type));
    root(m, ir_transpose(m->graph, nowhere, a, 2, (int[]){-1, -2}));
    root(m, ir_transpose(m->graph, nowhere, a, 3, (int[]){-2, -1, -3}));
    for (int axis = -2; axis < 0; axis++) {
        root(m, ir_slice(m->graph, nowhere, a, axis, 1, 3));
        root(m, ir_pad(m->graph, nowhere, a, axis, 2, 9));
        root(m, ir_concat(m->graph, nowhere, axis, 3, (Node *[]){a, b, a}));
    }
    Node *index = ir_leaf(m->graph, nowhere, OP_input, "idx5",
                          (Type){.rank = 2, .dim = {ROWS, 3}, .elem = ELEM_int});
    Node *rows =
        ir_gather(m->graph, nowhere, leaf(m, DOMAIN_ANY, (Type){.rank = 2, .dim = {5, 4}}), index);
    root(m, rows);
    root(m, ir_scatter(m->graph, nowhere, leaf(m, DOMAIN_ANY, rows->type), index,
                       (Type){.rank = 2, .dim = {5, 4}}));
}

/* Rows that are placed in pairs and rows that are sorted, with equal numbers in them. */
static void make_sorts(Maker *m) {
    static const Type types[] = {{.rank = 3, .dim = {ROWS, 5, 7}},
                                 {.rank = 3, .dim = {ROWS, 70, 3}},
                                 {.rank = 2, .dim = {ROWS, 700}}};
    for (int i = 0; i < 3; i++) {
        int axis = i == 1 ? -2 : -1;
        Node *a = leaf(m, DOMAIN_ANY, types[i]);
        Node *coarse =
            ir_unary(m->graph, nowhere, OP_floor,
                     ir_binary(m->graph, nowhere, OP_mul, a, ir_const(m->graph, nowhere, 4)));
        Node *places = ir_along(m->graph, nowhere, OP_argsort, coarse, axis);
        root(m, places);
        root(m, ir_take(m->graph, nowhere, a, places, axis));
        root(m, ir_put(m->graph, nowhere, a, places, axis, types[i].dim[types[i].rank + axis] + 2));
    }
}

static void make_running_sums(Maker *m, Op op) {
    Node *a = leaf(m, DOMAIN_ANY, (Type){.rank = 3, .dim = {ROWS, 5, 7}});
    root(m, ir_along(m->graph, nowhere, op, a, -1));
    root(m, ir_along(m->graph, nowhere, op, a, -2));
    root(m,
         ir_along(m->graph, nowhere, op, leaf(m, DOMAIN_ANY, (Type){.rank = 1, .dim = {300}}), -1));
}

static void make_windows(Maker *m) {
    static const int sizes[][3] = {{3, 1, 1}, {3, 2, 1}, {2, 1, 3}, {1, 2, 1}, {4, 3, 1}};
    for (int i = 0; i < 5; i++)
        for (int axis = -2; axis < 0; axis++) {
            const int *s = sizes[i];
            Node *a = leaf(m, DOMAIN_ANY, (Type){.rank = 3, .dim = {ROWS, 9, 10}});
            Node *windows = ir_window(m->graph, nowhere, a, axis, s[0], s[1], s[2]);
            root(m, windows);
            root(m, ir_reduce(m->graph, nowhere, OP_amax, windows, 1, &(int){axis - 1}));
            root(m, ir_fold(m->graph, nowhere, windows, axis, axis == -1 ? 10 : 9, s[1], s[2]));
        }
}

static void make_row(Maker *m, Op op) {
    Kind kind = optab[op].kind;
    bool plain = optab[op].attr == ATTR_NONE || optab[op].attr == ATTR_VALUE;
    if (kind == KIND_map && optab[op].arity > 0 && plain)
        make_maps(m, op);
    else if (kind == KIND_random || kind == KIND_index ||
             (kind == KIND_map && optab[op].arity == 0))
        make_typed(m, op);
    else if (kind == KIND_reduce)
        make_reduces(m, op);
    else if (op == OP_argsort)
        make_sorts(m);
    else if (kind == KIND_order)
        (op == OP_rank ? make_ranks : make_largest)(m);
    else if (kind == KIND_scan)
        make_running_sums(m, op);
    else if (op == OP_window)
        make_windows(m);
    else if (kind == KIND_gemm)
        make_products(m);
}

static void make_leaves(Maker *m) {
    root(m, ir_leaf(m->graph, nowhere, OP_scalar, "rows", type_scalar()));
    root(m, ir_leaf(m->graph, nowhere, OP_input, "seen", (Type){.rank = 2, .dim = {ROWS, 3}}));
    root(m, ir_leaf(m->graph, nowhere, OP_param, "kept", (Type){.rank = 2, .dim = {2, 3}}));
    Node *state = ir_leaf(m->graph, nowhere, OP_state, "count", (Type){.rank = 1, .dim = {4}});
    root(m, state);
    Node *next = ir_binary(m->graph, nowhere, OP_add, state, ir_const(m->graph, nowhere, 1));
    graph_root(m->graph, ROOT_assign, "count", next);
}

int main(void) {
    Arena *arena = arena_open();
    Names *names = names_open(arena);
    Maker m = {0};
    Text text;
    text_open(&text, arena);
    for (int op = 0; op <= NUM_OPS + 1; op++) {
        const char *name = op < NUM_OPS ? optab[op].name : op == NUM_OPS ? "moves" : "leaves";
        m.graph = graph_open(arena, names, arena_printf(arena, "row_%s", name));
        if (op < NUM_OPS)
            make_row(&m, (Op)op);
        else if (op == NUM_OPS)
            make_moves(&m);
        else
            make_leaves(&m);
        if (m.graph->roots.count > 0)
            ir_print(&text, m.graph, NULL);
    }
    int missing = 0;
    for (int op = 0; op < NUM_OPS; op++) {
        bool of_loop = op == OP_arg || op == OP_scan || op == OP_stacked; /* scans.ir has them */
        if (!m.made[op] && optab[op].kind != KIND_gone && !of_loop)
            missing = fprintf(stderr, "no graph for the row %s\n", optab[op].name);
    }
    fputs(text.at, stdout);
    arena_close(arena);
    return missing > 0;
}
