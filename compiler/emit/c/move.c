/* Moves, orders and running sums, and copies into slots: plain loops over contiguous runs. */
#include "emit/c/c.h"

#include <string.h>

/* Lengths of a type left of, at and right of an axis. */
typedef struct Around {
    const char *axis, *right; /* texts */
} Around;

static Around around(KernelWriter *k, Type type, int axis) {
    int at = type.rank + axis;
    return (Around){kernel_len(k, len_of(type.dim[at])),
                    kernel_type_size(k, type, at + 1, type.rank)};
}

static const char *pointer_to(KernelWriter *k, const Node *node) {
    return kernel_pointer(k, plan_base(k->plan, node), -1);
}

/* The loop over what the pieces are cut from; n^2 of them are cut by the first dimension alone. */
static void open_outer(KernelWriter *k, Type type, int dims) {
    int cut = 0;
    for (int power = 0; cut < dims; cut++) {
        power += type.dim[cut] < 0;
        if (power > 1)
            break;
    }
    k->uses_range = true;
    if (cut == dims)
        cw_open(&k->body, "for (int i = begin; i < end; i++)");
    else
        cw_open(&k->body, "for (int i = begin * %s; i < end * %s; i++)",
                kernel_type_size(k, type, cut, dims), kernel_type_size(k, type, cut, dims));
}

static void write_pad(KernelWriter *k, const Node *node) {
    const Node *a = node->in[0];
    int axis = node->attr.ints[0], begin = node->attr.ints[1];
    Around to = around(k, node->type, axis), of = around(k, a->type, axis);
    const char *out = pointer_to(k, node), *in = pointer_to(k, a);
    open_outer(k, a->type, a->type.rank + axis);
    cw_line(&k->body, "real *row = %s + %s * %s * i;", out, to.axis, to.right);
    cw_line(&k->body, "for (int j = 0; j < %s * %s; j++)", to.axis, to.right);
    cw_line(&k->body, "    row[j] = 0;");
    cw_line(&k->body, "for (int j = 0; j < %s * %s; j++)", of.axis, of.right);
    cw_line(&k->body, "    row[%d * %s + j] = %s[%s * %s * i + j];", begin, to.right, in, of.axis,
            of.right);
    cw_close(&k->body);
}

static void write_concat(KernelWriter *k, const Node *node) {
    int axis = node->attr.ints[0], before = 0;
    Around to = around(k, node->type, axis);
    const char *out = pointer_to(k, node);
    open_outer(k, node->type, node->type.rank + axis);
    cw_line(&k->body, "real *row = %s + %s * %s * i;", out, to.axis, to.right);
    for (int p = 0; p < node->n_in; p++) {
        const Node *part = node->in[p];
        Around of = around(k, part->type, axis);
        cw_line(&k->body, "for (int j = 0; j < %s * %s; j++)", of.axis, of.right);
        cw_line(&k->body, "    row[%d * %s + j] = %s[%s * %s * i + j];", before, to.right,
                pointer_to(k, part), of.axis, of.right);
        before += part->type.dim[part->type.rank + axis];
    }
    cw_close(&k->body);
}

/* The row that element i of an index names, -1 where the table has none.  The next line is done
 * where it has one. */
static void write_row(KernelWriter *k, const char *index, const char *rows) {
    cw_line(&k->body, "const int row = %s[i] >= 0 && %s[i] < %s ? (int)%s[i] : -1;", index, index,
            rows, index);
    cw_line(&k->body, "if (row >= 0)");
}

static void write_gather(KernelWriter *k, const Node *node) {
    const Node *table = node->in[0], *index = node->in[1];
    const char *width = kernel_type_size(k, table->type, 1, table->type.rank);
    const char *rows = kernel_len(k, len_of(table->type.dim[0]));
    const char *out = pointer_to(k, node), *from = pointer_to(k, table),
               *which = pointer_to(k, index);
    k->uses_range = true;
    open_outer(k, index->type, index->type.rank);
    write_row(k, which, rows);
    cw_line(&k->body, "    for (int j = 0; j < %s; j++)", width);
    cw_line(&k->body, "        %s[%s * i + j] = %s[%s * row + j];", out, width, from, width);
    cw_line(&k->body, "else");
    cw_line(&k->body, "    for (int j = 0; j < %s; j++)", width);
    cw_line(&k->body, "        %s[%s * i + j] = 0;", out, width);
    cw_close(&k->body);
}

/* Pieces are columns of the table, so that no two write the same element. */
static void write_scatter(KernelWriter *k, const Node *node) {
    const Node *from = node->in[0], *index = node->in[1];
    const char *width = kernel_type_size(k, node->type, 1, node->type.rank);
    const char *rows = kernel_len(k, len_of(node->type.dim[0]));
    const char *out = pointer_to(k, node), *in = pointer_to(k, from), *which = pointer_to(k, index);
    k->uses_range = true;
    cw_open(&k->body, "for (int i = 0; i < %s; i++)", rows);
    cw_line(&k->body, "for (int j = begin; j < end; j++)");
    cw_line(&k->body, "    %s[%s * i + j] = 0;", out, width);
    cw_close(&k->body);
    cw_open(&k->body, "for (int i = 0; i < %s; i++)",
            kernel_type_size(k, index->type, 0, index->type.rank));
    write_row(k, which, rows);
    cw_line(&k->body, "    for (int j = begin; j < end; j++)");
    cw_line(&k->body, "        %s[%s * row + j] += %s[%s * i + j];", out, width, in, width);
    cw_close(&k->body);
}

static void write_argmax(KernelWriter *k, const Node *node) {
    const Node *a = node->in[0];
    Around of = around(k, a->type, node->attr.ints[0]);
    const char *out = pointer_to(k, node), *in = pointer_to(k, a);
    open_outer(k, a->type, a->type.rank + node->attr.ints[0]);
    cw_open(&k->body, "for (int j = 0; j < %s; j++)", of.right);
    cw_line(&k->body, "const real *at = %s + %s * %s * i + j;", in, of.axis, of.right);
    cw_line(&k->body, "int best = 0;");
    cw_line(&k->body, "for (int place = 1; place < %s; place++)", of.axis);
    cw_line(&k->body, "    if (at[%s * place] > at[%s * best])", of.right, of.right);
    cw_line(&k->body, "        best = place;");
    cw_line(&k->body, "%s[%s * i + j] = (real)best;", out, of.right);
    cw_close(&k->body);
    cw_close(&k->body);
}

/* rank and argsort, by the runtime's function of that name. */
static void write_order(KernelWriter *k, const Node *node) {
    const Node *a = node->in[0];
    Around of = around(k, a->type, node->attr.ints[0]);
    const char *out = pointer_to(k, node), *in = pointer_to(k, a);
    open_outer(k, a->type, a->type.rank + node->attr.ints[0]);
    cw_line(&k->body, "for (int j = 0; j < %s; j++)", of.right);
    cw_line(&k->body,
            "    REAL(%s)(%s, %s + %s * %s * i + j, %s, %s + %s * %s * i + j, run->scratch);",
            optab[node->op].name, of.axis, in, of.axis, of.right, of.right, out, of.axis, of.right);
    cw_close(&k->body);
}

static void write_cumsum(KernelWriter *k, const Node *node) {
    const Node *a = node->in[0];
    Around of = around(k, a->type, node->attr.ints[0]);
    const char *out = pointer_to(k, node), *in = pointer_to(k, a);
    bool back = node->op == OP_cumsum_back;
    open_outer(k, a->type, a->type.rank + node->attr.ints[0]);
    cw_line(&k->body, "const real *at = %s + %s * %s * i;", in, of.axis, of.right);
    cw_line(&k->body, "real *row = %s + %s * %s * i;", out, of.axis, of.right);
    if (back) {
        cw_line(&k->body, "for (int j = %s * (%s - 1); j < %s * %s; j++)", of.right, of.axis,
                of.axis, of.right);
        cw_line(&k->body, "    row[j] = at[j];");
        cw_line(&k->body, "for (int place = %s - 2; place >= 0; place--)", of.axis);
    } else {
        cw_line(&k->body, "for (int j = 0; j < %s; j++)", of.right);
        cw_line(&k->body, "    row[j] = at[j];");
        cw_line(&k->body, "for (int place = 1; place < %s; place++)", of.axis);
    }
    cw_line(&k->body, "    for (int j = 0; j < %s; j++)", of.right);
    cw_line(&k->body,
            "        row[%s * place + j] = row[%s * (place %c 1) + j] + at[%s * place + j];",
            of.right, of.right, back ? '+' : '-', of.right);
    cw_close(&k->body);
}

/* The place that an index names, where the axis of `length` has it; the line that follows is done
 * then. */
static void write_named(KernelWriter *k, const char *length, const char *right) {
    cw_line(&k->body, "const real named = which[%s * place + j];", right);
    cw_line(&k->body, "if (named >= 0 && named < %s)", length);
}

static void write_take(KernelWriter *k, const Node *node) {
    Type type = node->in[0]->type;
    Around of = around(k, type, node->attr.ints[0]), to = around(k, node->type, node->attr.ints[0]);
    const char *out = pointer_to(k, node), *in = pointer_to(k, node->in[0]),
               *index = pointer_to(k, node->in[1]);
    open_outer(k, type, type.rank + node->attr.ints[0]);
    cw_line(&k->body, "const real *at = %s + %s * %s * i;", in, of.axis, of.right);
    cw_line(&k->body, "const real *which = %s + %s * %s * i;", index, to.axis, to.right);
    cw_line(&k->body, "real *row = %s + %s * %s * i;", out, to.axis, to.right);
    cw_line(&k->body, "for (int place = 0; place < %s; place++)", to.axis);
    k->body.depth++;
    cw_open(&k->body, "for (int j = 0; j < %s; j++)", of.right);
    write_named(k, of.axis, of.right);
    cw_line(&k->body, "    row[%s * place + j] = at[%s * (int)named + j];", of.right, of.right);
    cw_line(&k->body, "else");
    cw_line(&k->body, "    row[%s * place + j] = 0;", of.right);
    cw_close(&k->body);
    k->body.depth--;
    cw_close(&k->body);
}

static void write_put(KernelWriter *k, const Node *node) {
    Type type = node->in[0]->type;
    Around of = around(k, type, node->attr.ints[0]), to = around(k, node->type, node->attr.ints[0]);
    const char *out = pointer_to(k, node), *in = pointer_to(k, node->in[0]),
               *index = pointer_to(k, node->in[1]);
    open_outer(k, type, type.rank + node->attr.ints[0]);
    cw_line(&k->body, "const real *at = %s + %s * %s * i;", in, of.axis, of.right);
    cw_line(&k->body, "const real *which = %s + %s * %s * i;", index, of.axis, of.right);
    cw_line(&k->body, "real *row = %s + %s * %s * i;", out, to.axis, to.right);
    cw_line(&k->body, "for (int j = 0; j < %s * %s; j++)", to.axis, to.right);
    cw_line(&k->body, "    row[j] = 0;");
    cw_line(&k->body, "for (int place = 0; place < %s; place++)", of.axis);
    k->body.depth++;
    cw_open(&k->body, "for (int j = 0; j < %s; j++)", of.right);
    write_named(k, to.axis, of.right);
    cw_line(&k->body, "    row[%s * (int)named + j] += at[%s * place + j];", of.right, of.right);
    cw_close(&k->body);
    k->body.depth--;
    cw_close(&k->body);
}

/* Windows of a row one element of each after the other: what they add lies side by side, and no two
 * pieces have a row in common. */
static void write_fold(KernelWriter *k, const Node *node) {
    Type type = node->in[0]->type;
    const int *ints = node->attr.ints;
    int axis = type.rank + ints[0], size = type.dim[axis - 1], places = type.dim[axis];
    const char *right = kernel_type_size(k, type, axis + 1, type.rank);
    const char *out = pointer_to(k, node), *in = pointer_to(k, node->in[0]);
    open_outer(k, type, axis - 1);
    cw_line(&k->body, "const real *at = %s + %d * %s * i;", in, size * places, right);
    cw_line(&k->body, "real *row = %s + %d * %s * i;", out, ints[1], right);
    cw_line(&k->body, "for (int j = 0; j < %d * %s; j++)", ints[1], right);
    cw_line(&k->body, "    row[j] = 0;");
    cw_open(&k->body, "for (int o = 0; o < %d; o++)", size);
    if (ints[2] == 1 || strcmp(right, "1") == 0) { /* one run, or single elements apart */
        cw_plain(&k->body, "#pragma omp simd");
        cw_line(&k->body, "for (int j = 0; j < %d * %s; j++)", places, right);
        cw_line(&k->body, "    row[%d * %s * o + %d * j] += at[%d * %s * o + j];", ints[3], right,
                ints[2], places, right);
    } else {
        cw_line(&k->body, "for (int place = 0; place < %d; place++)", places);
        k->body.depth++;
        cw_plain(&k->body, "#pragma omp simd");
        cw_line(&k->body, "for (int j = 0; j < %s; j++)", right);
        cw_line(&k->body,
                "    row[%s * (%d * place + %d * o) + j] += at[%s * (%d * o + place) + j];", right,
                ints[2], ints[3], right, places);
        k->body.depth--;
    }
    cw_close(&k->body);
    cw_close(&k->body);
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
    const char *from = kernel_pointer(k, k->kernel->node, -1);
    const char *to = kernel_pointer(k, NULL, k->kernel->to);
    k->uses_range = true;
    cw_line(&k->body, "for (int i = begin; i < end; i++)");
    cw_line(&k->body, "    %s[i] = %s[i];", to, from);
}
