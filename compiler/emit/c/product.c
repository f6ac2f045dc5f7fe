/* Products: one call of gemm a piece, cut along the columns or the rows of the result, then the
 * loops that end it.
 *
 *     REAL(gemm)(0, 0, n, end - begin, 400, 1, h, 400, W + begin, 784, 0, logits + begin, 784);
 *
 * A result that nothing outside the piece reads, as a weight's gradient before its update, is the
 * piece's own slice, in the scratch memory of its thread.
 */
#include "emit/c/c.h"

typedef struct Product {
    const char *a, *b, *c;
    const char *seen; /* of the operand that shows windows, which are called so; else NULL */
    int windows;      /* which of the two it is */
    int ta, tb;
    const char *m, *n, *k; /* lengths */
    bool own;              /* the result is a slice, which begins with the piece */
} Product;

/* "pointer + 784 * place": the operand from a place on. */
static const char *from(KernelWriter *k, const char *pointer, const char *stride,
                        const char *place) {
    if (stride[0] == '1' && !stride[1])
        return arena_printf(k->arena, "%s + %s", pointer, place);
    return arena_printf(k->arena, "%s + %s * %s", pointer, stride, place);
}

/* The windows of operand `which` as the constant `name`. */
static void declare_windows(KernelWriter *k, Product *p, const Node *c, int which) {
    const Node *windows = fuse_windows(k->plan->fusion, c, which);
    const Layout *layout = &k->plan->fusion->value[windows->id].layout;
    Text length, stride;
    text_open(&length, k->arena);
    text_open(&stride, k->arena);
    int rank = windows->type.rank, rows = windows_rows(windows->type, c->in[which]->type);
    for (int d = 0; d < rank; d++) {
        text_add(&length, "%s%d", d ? ", " : "", d ? windows->type.dim[d] : 0);
        text_add(&stride, "%s%ld", d ? ", " : "", layout->stride[d].coef);
    }
    p->windows = which;
    p->seen = scope_name(&k->scope, "windows");
    cw_line(&k->body, "static const AertWindows %s = {", p->seen);
    cw_line(&k->body, "    %d, %d, {%s}, {%s}};", rows, rank - rows, length.at, stride.at);
    const char **pointer = which ? &p->b : &p->a;
    if (layout->offset.c[0])
        *pointer = arena_printf(k->arena, "%s + %ld", *pointer, layout->offset.c[0]);
}

/* The part of the windows that a piece reads: from its first row or column on, or all. */
static const char *seen(KernelWriter *k, const Product *p, bool by_columns) {
    bool cut = by_columns == (p->windows == 1);
    bool rows = p->windows ? p->tb : !p->ta; /* are what is cut, as they are stored */
    return arena_printf(k->arena, "(AertSeen){&%s, %s, %s, %s}", p->seen, p->windows ? p->b : p->a,
                        cut && rows ? "begin" : "0", cut && !rows ? "begin" : "0");
}

/* A product with windows: "windows_times" or "times_windows". */
static void write_windows(KernelWriter *k, const Product *p, bool by_columns) {
    const char *m = by_columns ? p->m : "end - begin", *n = by_columns ? "end - begin" : p->n;
    const char *c = by_columns ? from(k, p->c, "1", "begin")
                    : p->own   ? p->c
                               : from(k, p->c, p->n, "begin");
    if (p->windows == 0) {
        const char *b = by_columns ? from(k, p->b, p->tb ? p->k : "1", "begin") : p->b;
        cw_line(&k->body, "REAL(windows_times)(%s, %d, %d,", seen(k, p, by_columns), p->ta, p->tb);
        cw_line(&k->body, "                    %s, %s, %s, %s, %s, %s, %s);", m, n, p->k, b,
                p->tb ? p->k : p->n, c, p->n);
    } else {
        const char *a = by_columns ? p->a : from(k, p->a, p->ta ? "1" : p->k, "begin");
        cw_line(&k->body, "REAL(times_windows)(%d, %d, %s, %s, %s, %s, %s,", p->ta, p->tb, m, n,
                p->k, a, p->ta ? p->m : p->k);
        cw_line(&k->body, "                    %s, %s, %s);", seen(k, p, by_columns), c, p->n);
    }
}

static void write_by_columns(KernelWriter *k, const Product *p) {
    cw_line(&k->body, "REAL(gemm)(%d, %d, %s, end - begin, %s, 1, %s, %s,", p->ta, p->tb, p->m,
            p->k, p->a, p->ta ? p->m : p->k);
    cw_line(&k->body, "           %s, %s, 0, %s, %s);", from(k, p->b, p->tb ? p->k : "1", "begin"),
            p->tb ? p->k : p->n, from(k, p->c, "1", "begin"), p->n);
}

static void write_by_rows(KernelWriter *k, const Product *p) {
    cw_line(&k->body, "REAL(gemm)(%d, %d, end - begin, %s, %s, 1, %s, %s,", p->ta, p->tb, p->n,
            p->k, from(k, p->a, p->ta ? "1" : p->k, "begin"), p->ta ? p->m : p->k);
    cw_line(&k->body, "           %s, %s, 0, %s, %s);", p->b, p->tb ? p->k : p->n,
            p->own ? p->c : from(k, p->c, p->n, "begin"), p->n);
}

static void write_batch(KernelWriter *k, const Product *p, const Node *node) {
    int rank = node->type.rank, cut = 0;
    for (int d = 0, power = 0; d < rank - 2; d++, cut++) {
        power += node->type.dim[d] < 0;
        if (power > 1)
            break;
    }
    const char *rest = kernel_type_size(k, node->type, cut, rank - 2);
    bool whole = rest[0] == '1' && !rest[1];
    if (whole)
        cw_open(&k->body, "for (int i = begin; i < end; i++)");
    else
        cw_open(&k->body, "for (int i = begin * %s; i < end * %s; i++)", rest, rest);
    cw_line(&k->body, "REAL(gemm)(%d, %d, %s, %s, %s, 1, %s + %s * %s * i, %s,", p->ta, p->tb, p->m,
            p->n, p->k, p->a, p->m, p->k, p->ta ? p->m : p->k);
    cw_line(&k->body, "           %s + %s * %s * i, %s, 0, %s + %s * %s * i, %s);", p->b, p->k,
            p->n, p->tb ? p->k : p->n, p->c, p->m, p->n, p->n);
    cw_close(&k->body);
}

void c_gemm(KernelWriter *k) {
    const Group *group = &k->plan->fusion->groups.at[k->kernel->group];
    const Node *c = group->main;
    int rank = c->type.rank;
    Product p = {.ta = c->attr.ints[0], .tb = c->attr.ints[1]};
    Type a = c->in[0]->type;
    p.a = kernel_pointer(k, plan_base(k->plan, c->in[0]), -1);
    p.b = kernel_pointer(k, plan_base(k->plan, c->in[1]), -1);
    p.c = kernel_pointer(k, c, -1);
    p.m = kernel_len(k, len_of(c->type.dim[rank - 2]));
    p.n = kernel_len(k, len_of(c->type.dim[rank - 1]));
    p.k = kernel_len(k, len_of(a.dim[rank - (p.ta ? 2 : 1)]));
    k->uses_range = true;
    p.own = plan_place(k->plan, c).kind == PLACE_slice;
    for (int i = 0; i < 2; i++)
        if (fuse_windows(k->plan->fusion, c, i))
            declare_windows(k, &p, c, i);
    if (p.seen)
        write_windows(k, &p, group->by_columns);
    else if (rank > 2)
        write_batch(k, &p, c);
    else if (group->by_columns)
        write_by_columns(k, &p);
    else
        write_by_rows(k, &p);
    if (!k->kernel->loops)
        return;
    if (k->kernel->loops->form == FORM_columns)
        columns_write(k);
    else
        rows_write(k);
}
