/* Moves, orders and running sums, and copies into slots: plain loops over contiguous runs. */
#include "emit/c/c.h"

/* Lengths of a type at and right of an axis. */
typedef struct Around {
    const Expr *axis, *right;
} Around;

static Around around(KernelWriter *k, Type type, int axis) {
    int at = type.rank + axis;
    return (Around){kernel_len(k, len_of(type.dim[at])),
                    kernel_type_size(k, type, at + 1, type.rank)};
}

static const Expr *pointer_to(KernelWriter *k, const Node *node) {
    return kernel_pointer(k, plan_base(k->plan, node), -1);
}

static const Expr *number(KernelWriter *k, long value) {
    return tree_long(k->arena, value);
}

/* pointer + axis * right * i: the run of numbers around an axis, as a local. */
static const Expr *let_run(KernelWriter *k, const char *type, const char *name, const Expr *pointer,
                           Around of, const Expr *i) {
    Local *local = kernel_fixed(k, name);
    code_let(k->code, type, local,
             tree_form(k->arena, "@ + @ * @ * @", pointer, of.axis, of.right, i));
    return kernel_use(k, local);
}

/* Opens a loop of that variable from 0 on. */
static const Expr *open_loop(KernelWriter *k, const char *name, const Expr *length, bool braces) {
    Local *local = kernel_fixed(k, name);
    code_loop(k->code, local, number(k, 0), length, braces);
    return kernel_use(k, local);
}

/* The same of a loop that writes numbers side by side, of vectors. */
static const Expr *open_run(KernelWriter *k, const Expr *length) {
    code_pragma(k->code, tree_word(k->arena, "omp simd"));
    return open_loop(k, "j", length, BARE);
}

static const Expr *times(KernelWriter *k, const Expr *a, const Expr *b) {
    return tree_form(k->arena, "@ * @", a, b);
}

/* array[a * b + c] */
static const Expr *element(KernelWriter *k, const Expr *array, const Expr *a, const Expr *b,
                           const Expr *c) {
    return tree_element(k->arena, array, tree_form(k->arena, "@ * @ + @", a, b, c));
}

/* for (int j = 0; j < length; j++) row[j] = 0; */
static void clear(KernelWriter *k, const Expr *row, const Expr *length) {
    const Expr *j = open_run(k, length);
    code_store(k->code, tree_element(k->arena, row, j), number(k, 0));
    code_close(k->code);
}

/* Copies the run i of `in` into the row from `begin` along the axis on. */
static void copy_run(KernelWriter *k, const Expr *row, int begin, const Expr *right, Around of,
                     const Expr *in, const Expr *i) {
    const Expr *j = open_run(k, times(k, of.axis, of.right));
    code_store(
        k->code, element(k, row, number(k, begin), right, j),
        tree_element(k->arena, in, tree_form(k->arena, "@ * @ * @ + @", of.axis, of.right, i, j)));
    code_close(k->code);
}

/* Run o of the result is a run of the operand, or 0. */
static void write_pad_runs(KernelWriter *k, const Node *node) {
    const Node *a = node->in[0];
    int axis = node->attr.ints[0];
    Around to = around(k, node->type, axis), of = around(k, a->type, axis);
    const Expr *out = pointer_to(k, node), *in = pointer_to(k, a);
    const Expr *o = kernel_open_pieces(k, node->type, node->type.rank + axis + 1);
    Local *row = kernel_fixed(k, "row"), *at = kernel_fixed(k, "at");
    code_let(k->code, c_pointer(node, true), row,
             tree_form(k->arena, "@ + @ * @", out, to.right, o));
    code_let(k->code, "const int", at,
             tree_form(k->arena, "@ % @ - @", o, to.axis, number(k, node->attr.ints[1])));
    const Expr *place = kernel_use(k, at);
    code_if(k->code, tree_form(k->arena, "@ >= 0 && @ < @", place, place, of.axis), BARE);
    const Expr *j = open_run(k, of.right);
    const char *from = "(@ / @ * @ + @) * @ + @";
    code_store(k->code, tree_element(k->arena, kernel_use(k, row), j),
               tree_element(k->arena, in,
                            tree_form(k->arena, from, o, to.axis, of.axis, place, of.right, j)));
    nest_close(k, 2);
    code_else(k->code);
    clear(k, kernel_use(k, row), to.right);
    nest_close(k, 2);
}

static void write_pad(KernelWriter *k, const Node *node) {
    if (kernel_pads_runs(node)) {
        write_pad_runs(k, node);
        return;
    }
    const Node *a = node->in[0];
    int axis = node->attr.ints[0];
    Around to = around(k, node->type, axis), of = around(k, a->type, axis);
    const Expr *out = pointer_to(k, node), *in = pointer_to(k, a);
    const Expr *i = kernel_open_pieces(k, a->type, a->type.rank + axis);
    const Expr *row = let_run(k, c_pointer(node, true), "row", out, to, i);
    clear(k, row, times(k, to.axis, to.right));
    copy_run(k, row, node->attr.ints[1], to.right, of, in, i);
    code_close(k->code);
}

static void write_concat(KernelWriter *k, const Node *node) {
    int axis = node->attr.ints[0], before = 0;
    Around to = around(k, node->type, axis);
    const Expr *out = pointer_to(k, node);
    const Expr *i = kernel_open_pieces(k, node->type, node->type.rank + axis);
    const Expr *row = let_run(k, c_pointer(node, true), "row", out, to, i);
    for (int p = 0; p < node->n_in; p++) {
        const Node *part = node->in[p];
        copy_run(k, row, before, to.right, around(k, part->type, axis), pointer_to(k, part), i);
        before += part->type.dim[part->type.rank + axis];
    }
    code_close(k->code);
}

/* The row that element i of an index names; what follows is done where the table has it. */
static const Expr *open_row(KernelWriter *k, const Expr *index, const Expr *rows, const Expr *i) {
    Local *local = kernel_fixed(k, "row");
    code_let(k->code, "const int", local, tree_element(k->arena, index, i));
    const Expr *row = kernel_use(k, local);
    code_if(k->code, tree_form(k->arena, "@ >= 0 && @ < @", row, row, rows), BARE);
    return row;
}

static void write_gather(KernelWriter *k, const Node *node) {
    const Node *table = node->in[0], *index = node->in[1];
    const Expr *width = kernel_type_size(k, table->type, 1, table->type.rank);
    const Expr *rows = kernel_len(k, len_of(table->type.dim[0]));
    const Expr *out = pointer_to(k, node), *from = pointer_to(k, table),
               *which = pointer_to(k, index);
    const Expr *i = kernel_open_pieces(k, index->type, index->type.rank);
    const Expr *row = open_row(k, which, rows, i), *j = open_run(k, width);
    code_store(k->code, element(k, out, width, i, j), element(k, from, width, row, j));
    nest_close(k, 2);
    code_else(k->code);
    j = open_run(k, width);
    code_store(k->code, element(k, out, width, i, j), number(k, 0));
    nest_close(k, 3);
}

/* Pieces are columns of the table, so that no two write the same element. */
static const Expr *open_columns(KernelWriter *k) {
    Local *j = kernel_fixed(k, "j");
    code_pragma(k->code, tree_word(k->arena, "omp simd"));
    code_loop(k->code, j, kernel_use(k, &k->code->begin), kernel_use(k, &k->code->end), BARE);
    return kernel_use(k, j);
}

static void write_scatter(KernelWriter *k, const Node *node) {
    const Node *from = node->in[0], *index = node->in[1];
    const Expr *width = kernel_type_size(k, node->type, 1, node->type.rank);
    const Expr *rows = kernel_len(k, len_of(node->type.dim[0]));
    const Expr *out = pointer_to(k, node), *in = pointer_to(k, from), *which = pointer_to(k, index);
    const Expr *i = open_loop(k, "i", rows, BRACES), *j = open_columns(k);
    code_store(k->code, element(k, out, width, i, j), number(k, 0));
    nest_close(k, 2);
    i = open_loop(k, "i", kernel_type_size(k, index->type, 0, index->type.rank), BRACES);
    const Expr *row = open_row(k, which, rows, i);
    j = open_columns(k);
    code_fold(k->code, element(k, out, width, row, j), element(k, in, width, i, j));
    nest_close(k, 3);
}

static void write_argmax(KernelWriter *k, const Node *node) {
    const Node *a = node->in[0];
    Around of = around(k, a->type, node->attr.ints[0]);
    const Expr *out = pointer_to(k, node), *in = pointer_to(k, a);
    Local *at = kernel_fixed(k, "at"), *best = kernel_fixed(k, "best");
    const Expr *i = kernel_open_pieces(k, a->type, a->type.rank + node->attr.ints[0]);
    const Expr *j = open_loop(k, "j", of.right, BRACES);
    code_let(k->code, "const real *", at,
             tree_form(k->arena, "@ + @ * @ * @ + @", in, of.axis, of.right, i, j));
    code_let(k->code, "int", best, number(k, 0));
    Local *place = kernel_fixed(k, "place");
    code_loop(k->code, place, number(k, 1), of.axis, BARE);
    const Expr *now = times(k, of.right, kernel_use(k, place));
    const Expr *most = times(k, of.right, kernel_use(k, best));
    code_if(k->code,
            tree_form(k->arena, "@ > @", tree_element(k->arena, kernel_use(k, at), now),
                      tree_element(k->arena, kernel_use(k, at), most)),
            BARE);
    code_store(k->code, kernel_use(k, best), kernel_use(k, place));
    nest_close(k, 2);
    code_store(k->code, element(k, out, of.right, i, j), kernel_use(k, best));
    nest_close(k, 2);
}

/* rank and argsort, by the runtime's function of that name. */
static void write_order(KernelWriter *k, const Node *node) {
    const Node *a = node->in[0];
    Around of = around(k, a->type, node->attr.ints[0]);
    const Expr *out = pointer_to(k, node), *in = pointer_to(k, a);
    const Expr *i = kernel_open_pieces(k, a->type, a->type.rank + node->attr.ints[0]);
    const Expr *j = open_loop(k, "j", of.right, BARE);
    const char *run = "@ + @ * @ * @ + @";
    const Expr *argument[] = {
        of.axis,
        tree_form(k->arena, run, in, of.axis, of.right, i, j),
        of.right,
        tree_form(k->arena, run, out, of.axis, of.right, i, j),
        tree_form(k->arena, "@->scratch", kernel_use(k, &k->code->run)),
    };
    code_call(k->code, arena_printf(k->arena, "REAL(%s)", optab[node->op].name), 0, 5, argument);
    nest_close(k, 2);
}

/* row[place] = row[place before] + at[place], after the first place is copied. */
static void write_cumsum(KernelWriter *k, const Node *node) {
    const Node *a = node->in[0];
    Around of = around(k, a->type, node->attr.ints[0]);
    const Expr *out = pointer_to(k, node), *in = pointer_to(k, a);
    bool back = node->op == OP_cumsum_back;
    const Expr *i = kernel_open_pieces(k, a->type, a->type.rank + node->attr.ints[0]);
    const Expr *at = let_run(k, "const real *", "at", in, of, i);
    const Expr *row = let_run(k, "real *", "row", out, of, i);
    Local *j = kernel_fixed(k, "j"), *place = kernel_fixed(k, "place");
    if (back)
        code_loop(k->code, j, tree_form(k->arena, "@ * (@ - 1)", of.right, of.axis),
                  times(k, of.axis, of.right), BARE);
    else
        code_loop(k->code, j, number(k, 0), of.right, BARE);
    code_store(k->code, tree_element(k->arena, row, kernel_use(k, j)),
               tree_element(k->arena, at, kernel_use(k, j)));
    code_close(k->code);
    if (back)
        code_loop(k->code, place, tree_form(k->arena, "@ - 2", of.axis), number(k, 0), BARE)->step =
            -1;
    else
        code_loop(k->code, place, number(k, 1), of.axis, BARE);
    const Expr *inner = open_loop(k, "j", of.right, BARE), *now = kernel_use(k, place);
    const Expr *before = tree_form(k->arena, back ? "(@ + 1)" : "(@ - 1)", now);
    code_store(k->code, element(k, row, of.right, now, inner),
               tree_form(k->arena, "@ + @", element(k, row, of.right, before, inner),
                         element(k, at, of.right, now, inner)));
    nest_close(k, 3);
}

/* What take and put have in common: for each place along the axis of the index, and each number
 * right of it, what the index names there; what follows is done where the axis of `length` has it.
 */
typedef struct Named {
    const Expr *at, *row, *place, *j, *named;
} Named;

static Named open_named(KernelWriter *k, const Node *node, Around of, Around to, Around index,
                        const Expr *length) {
    const Expr *out = pointer_to(k, node), *in = pointer_to(k, node->in[0]),
               *which = pointer_to(k, node->in[1]);
    Type type = node->in[0]->type;
    const Expr *i = kernel_open_pieces(k, type, type.rank + node->attr.ints[0]);
    Named n = {.at = let_run(k, c_pointer(node->in[0], false), "at", in, of, i)};
    which = let_run(k, "const int *", "which", which, index, i);
    n.row = let_run(k, c_pointer(node, true), "row", out, to, i);
    if (node->op == OP_put)
        clear(k, n.row, times(k, to.axis, to.right));
    n.place = open_loop(k, "place", index.axis, BARE);
    n.j = open_loop(k, "j", of.right, BRACES);
    Local *named = kernel_fixed(k, "named");
    code_let(k->code, "const int", named, element(k, which, of.right, n.place, n.j));
    n.named = kernel_use(k, named);
    code_if(k->code, tree_form(k->arena, "@ >= 0 && @ < @", n.named, n.named, length), BARE);
    return n;
}

static void write_take(KernelWriter *k, const Node *node) {
    int axis = node->attr.ints[0];
    Around of = around(k, node->in[0]->type, axis), to = around(k, node->type, axis);
    Named n = open_named(k, node, of, to, to, of.axis);
    code_store(k->code, element(k, n.row, of.right, n.place, n.j),
               element(k, n.at, of.right, n.named, n.j));
    code_close(k->code);
    code_else(k->code);
    code_store(k->code, element(k, n.row, of.right, n.place, n.j), number(k, 0));
    nest_close(k, 4);
}

static void write_put(KernelWriter *k, const Node *node) {
    int axis = node->attr.ints[0];
    Around of = around(k, node->in[0]->type, axis), to = around(k, node->type, axis);
    Named n = open_named(k, node, of, to, of, to.axis);
    code_fold(k->code, element(k, n.row, of.right, n.named, n.j),
              element(k, n.at, of.right, n.place, n.j));
    nest_close(k, 4);
}

/* Adds up the windows of a row: first element 0 of all windows, then element 1 …, since what one
 * element of all windows adds to lies side by side.  A row is one piece's alone. */
static void write_fold(KernelWriter *k, const Node *node) {
    Type type = node->in[0]->type;
    const int *ints = node->attr.ints;
    int axis = type.rank + ints[0], size = type.dim[axis - 1], places = type.dim[axis];
    const Expr *right = kernel_type_size(k, type, axis + 1, type.rank);
    const Expr *out = pointer_to(k, node), *in = pointer_to(k, node->in[0]);
    const Expr *stride = number(k, ints[2]), *dilation = number(k, ints[3]);
    const Expr *i = kernel_open_pieces(k, type, axis - 1), *length = number(k, ints[1]);
    const Expr *at = let_run(k, c_pointer(node->in[0], false), "at", in,
                             (Around){number(k, size * places), right}, i);
    const Expr *row = let_run(k, c_pointer(node, true), "row", out, (Around){length, right}, i);
    clear(k, row, times(k, length, right));
    Local *o = kernel_fixed(k, "o");
    code_loop(k->code, o, number(k, 0), number(k, size), BRACES);
    const Expr *of = kernel_use(k, o), *simd = tree_word(k->arena, "omp simd");
    if (ints[2] == 1 || tree_is(right, "1")) { /* one run, or single elements apart */
        code_pragma(k->code, simd);
        const Expr *j = open_loop(k, "j", times(k, number(k, places), right), BARE);
        code_fold(
            k->code,
            tree_element(k->arena, row,
                         tree_form(k->arena, "@ * @ * @ + @ * @", dilation, right, of, stride, j)),
            tree_element(k->arena, at,
                         tree_form(k->arena, "@ * @ * @ + @", number(k, places), right, of, j)));
        nest_close(k, 3);
        return;
    }
    const Expr *place = open_loop(k, "place", number(k, places), BARE);
    code_pragma(k->code, simd);
    const Expr *j = open_loop(k, "j", right, BARE);
    code_fold(k->code,
              tree_element(k->arena, row,
                           tree_form(k->arena, "@ * (@ * @ + @ * @) + @", right, stride, place,
                                     dilation, of, j)),
              tree_element(k->arena, at,
                           tree_form(k->arena, "@ * (@ * @ + @) + @", right, number(k, places), of,
                                     place, j)));
    nest_close(k, 4);
}

static const Node *main_of(const KernelWriter *k) {
    return k->plan->fusion->groups.at[k->kernel->group].main;
}

void c_move(KernelWriter *k) {
    static void (*const writers[NUM_OPS])(KernelWriter *, const Node *) = {
        [OP_pad] = write_pad,
        [OP_concat] = write_concat,
        [OP_fold] = write_fold,
    };
    const Node *node = main_of(k);
    writers[node->op](k, node);
}

void c_gather(KernelWriter *k) {
    static void (*const writers[NUM_OPS])(KernelWriter *, const Node *) = {
        [OP_gather] = write_gather,
        [OP_scatter] = write_scatter,
        [OP_take] = write_take,
        [OP_put] = write_put,
    };
    const Node *node = main_of(k);
    writers[node->op](k, node);
}

void c_order(KernelWriter *k) {
    const Node *node = main_of(k);
    (node->op == OP_argmax ? write_argmax : write_order)(k, node);
}

void c_scan(KernelWriter *k) {
    write_cumsum(k, main_of(k));
}

void c_copy(KernelWriter *k) {
    Local *i = kernel_fixed(k, "i");
    const Expr *from = kernel_pointer(k, k->kernel->node, -1);
    const Expr *to = kernel_pointer(k, NULL, k->kernel->to);
    code_pragma(k->code, tree_word(k->arena, "omp simd"));
    code_loop(k->code, i, kernel_use(k, &k->code->begin), kernel_use(k, &k->code->end), BARE);
    code_store(k->code, tree_element(k->arena, to, kernel_use(k, i)),
               tree_element(k->arena, from, kernel_use(k, i)));
    code_close(k->code);
}
