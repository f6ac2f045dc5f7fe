/* Products: one call of gemm a piece, cut along the columns or the rows of the result, then the
 * loops that end it.
 *
 *     REAL(gemm)(0, 0, n, end - begin, 400, 1, h, 400, W + begin, 784, 0, logits + begin, 784);
 *
 * A result that nothing outside the piece reads, as a weight's gradient before its update, is the
 * piece's own slice, in the scratch memory of its thread.  An operand that shows windows is read
 * through a table of them (runtime/products/windows.h) by a function of its own; so is one
 * that is mostly 0 (runtime/products/nonzeros.h), one that goes by the rows of texts
 * (runtime/products/text_rows.h), and one that is 0 in many places (runtime/products/skips.h). What
 * a mask makes 0 is left out, by a table where it differs from piece to piece
 * (runtime/products/bands.h).
 */
#include "emit/c/c.h"

typedef struct Product {
    const Expr *a, *b, *c;
    bool ta, tb;
    const Expr *m, *n, *k; /* lengths */
    const Band *band;      /* NULL: all of it */
    bool own;              /* the result is a slice, which begins with the piece */
    Local *windows;        /* the table of the operand that shows windows; NULL: there is none */
    int seen;              /* which operand that is: 0 or 1 */
    bool nonzeros;         /* goes by what is not 0 of a */
} Product;

static const Expr *a_stride(const Product *p) {
    return p->ta ? p->m : p->k;
}

static const Expr *b_stride(const Product *p) {
    return p->tb ? p->k : p->n;
}

/* c = a b, of m by n elements. */
static void call_gemm(KernelWriter *k, const Product *p, const Expr *m, const Expr *n,
                      const Expr *depth, const Expr *a, const Expr *b, const Expr *c) {
    enum { FIRST_LINE = 8 };
    const Expr *ta = tree_long(k->arena, p->ta), *tb = tree_long(k->arena, p->tb);
    const Expr *one = tree_long(k->arena, 1), *none = tree_long(k->arena, 0);
    const Expr *argument[] = {ta,          tb, m,           n,    depth, one, a,
                              a_stride(p), b,  b_stride(p), none, c,     p->n};
    code_call(k->code, "REAL(gemm)", FIRST_LINE, sizeof argument / sizeof *argument, argument);
}

/* The product's room in the thread's scratch memory. */
static const Expr *room(KernelWriter *k) {
    return tree_form(k->arena, "(real *)@->scratch + @", kernel_use(k, &k->code->run),
                     tree_size(k->arena, (long)k->kernel->room));
}

/* The same by those rows of a that are not behind the ends of texts; the first of them is row
 * `first` of all. */
static void call_text_rows(KernelWriter *k, const Product *p, const Expr *first, const Expr *m,
                           const Expr *n, const Expr *a, const Expr *b, const Expr *c) {
    long most;
    plan_text_room(k->plan, k->kernel, &most);
    const Expr *argument[] = {tree_form(k->arena, "&@", kernel_use(k, kernel_text_rows(k))),
                              first,
                              room(k),
                              tree_size(k->arena, most),
                              tree_long(k->arena, p->ta),
                              tree_long(k->arena, p->tb),
                              m,
                              n,
                              p->k,
                              a,
                              a_stride(p),
                              b,
                              b_stride(p),
                              c,
                              p->n};
    code_call(k->code, "REAL(text_rows_times)", 9, sizeof argument / sizeof *argument, argument);
}

/* The same by what is not 0 of a. */
static void call_nonzeros(KernelWriter *k, const Product *p, const Expr *m, const Expr *n,
                          const Expr *a, const Expr *b, const Expr *c) {
    const Expr *ta = tree_long(k->arena, p->ta);
    const Expr *argument[] = {ta, m, n, p->k, a, a_stride(p), b, b_stride(p), c, p->n};
    code_call(k->code, "REAL(nonzeros_times)", 6, sizeof argument / sizeof *argument, argument);
}

/* The same but for places where rows of a are 0. */
static void call_skips(KernelWriter *k, const Product *p, const Expr *m, const Expr *n,
                       const Expr *a, const Expr *b, const Expr *c) {
    const Expr *ta = tree_long(k->arena, p->ta);
    const Expr *argument[] = {room(k), ta, m, n, p->k, a, a_stride(p), b, b_stride(p), c, p->n};
    code_call(k->code, "REAL(skips_times)", 7, sizeof argument / sizeof *argument, argument);
}

/* ---- bands ---- */

/* What is left of a piece by its band: where that begins, and its length. */
typedef struct Kept {
    const Expr *begin, *length; /* NULL: all */
} Kept;

static Kept kept_by(KernelWriter *k, const Band *band) {
    if (!band)
        return (Kept){NULL, NULL};
    const int(*part)[2] = band->part;
    if (band->count == 1)
        return (Kept){tree_long(k->arena, part[0][0]),
                      tree_long(k->arena, part[0][1] - part[0][0])};
    Template parts;
    template_open(&parts, k->arena);
    for (int i = 0; i < band->count; i++)
        template_add(&parts, i > 0 ? ", {@, @}" : "{@, @}", tree_long(k->arena, part[i][0]),
                     tree_long(k->arena, part[i][1]));
    Local *table = kernel_local(k, "band"), *now = kernel_local(k, "part");
    code_let(
        k->code, "static const AertBand", table,
        tree_form(k->arena, "{@, {@}}", tree_long(k->arena, band->every), template_end(&parts)));
    code_let(k->code, "const AertKept", now,
             tree_form(k->arena, "aert_kept(&@, @, @)", kernel_use(k, table),
                       kernel_use(k, &k->code->begin), kernel_use(k, &k->code->end)));
    return (Kept){tree_form(k->arena, "@.begin", kernel_use(k, now)),
                  tree_form(k->arena, "@.length", kernel_use(k, now))};
}

/* ---- windows ---- */

/* Axes of rows or columns as a table has them. */
typedef struct WindowAxes {
    int count, length[MAX_RANK];
    long stride[MAX_RANK];
} WindowAxes;

/* Windows' axes [begin, end) without those of one place, and those that go on as the next one does
 * as one with it where they are columns: so windows that lie alike have one table. */
static WindowAxes window_axes(const Node *windows, const Layout *layout, int begin, int end) {
    WindowAxes axes = {0};
    for (int d = begin; d < end; d++) {
        int length = windows->type.dim[d], last = axes.count - 1;
        long stride = layout->stride[d].coef;
        if (length == 1 && (axes.count > 0 || d + 1 < end))
            continue;
        if (begin > 0 && last >= 0 && axes.stride[last] == stride * length) {
            axes.length[last] *= length;
            axes.stride[last] = stride;
            continue;
        }
        axes.length[axes.count] = d > 0 ? length : 0;
        axes.stride[axes.count++] = stride;
    }
    return axes;
}

static void add_axes(KernelWriter *k, const WindowAxes *axes, bool first, Template *length,
                     Template *stride) {
    for (int d = 0; d < axes->count; d++) {
        const char *mark = d > 0 || !first ? ", @" : "@";
        template_add(length, mark, tree_size(k->arena, axes->length[d]));
        template_add(stride, mark, tree_size(k->arena, axes->stride[d]));
    }
}

/* Declares the table of the windows that operand `which` shows. */
static void declare_windows(KernelWriter *k, Product *p, const Node *c, int which) {
    const Node *windows = fuse_windows(k->plan->fusion, c, which);
    const Layout *layout = &k->plan->fusion->value[windows->id].layout;
    int rank = windows->type.rank, first = windows_rows(windows->type, c->in[which]->type);
    WindowAxes rows = window_axes(windows, layout, 0, first);
    WindowAxes columns = window_axes(windows, layout, first, rank);
    Template length, stride;
    template_open(&length, k->arena);
    template_open(&stride, k->arena);
    add_axes(k, &rows, true, &length, &stride);
    add_axes(k, &columns, false, &length, &stride);
    p->seen = which;
    p->windows = kernel_local(k, "windows");
    code_let(k->code, "const AertWindows", p->windows,
             tree_form(k->arena, "{@, @, {@}, {@}}", tree_long(k->arena, rows.count),
                       tree_long(k->arena, columns.count), template_end(&length),
                       template_end(&stride)))
        ->table = true;
    const Expr **pointer = which ? &p->b : &p->a;
    if (layout->offset.c[0])
        *pointer = tree_form(k->arena, "@ + @", *pointer, tree_size(k->arena, layout->offset.c[0]));
}

/* The operand's windows from a place on along the result's axis, and one along what is summed. */
static const Expr *seen(KernelWriter *k, const Product *p, const Expr *own, const Expr *inner) {
    bool rows = p->seen ? p->tb : !p->ta; /* are what the result's axis goes along, as stored */
    const Expr *none = tree_long(k->arena, 0), *row = rows ? own : inner;
    const Expr *column = rows ? inner : own;
    return tree_form(k->arena, "(AertSeen){&@, @, @, @}", kernel_use(k, p->windows),
                     p->seen ? p->b : p->a, row ? row : none, column ? column : none);
}

static void call_windows(KernelWriter *k, const Product *p, const Expr *m, const Expr *n,
                         const Expr *depth, const Expr *other, const Expr *windows, const Expr *c) {
    const Expr *ta = tree_long(k->arena, p->ta), *tb = tree_long(k->arena, p->tb);
    if (p->seen == 0) {
        const Expr *argument[] = {windows, ta, tb, m, n, depth, other, b_stride(p), c, p->n};
        code_call(k->code, "REAL(windows_times)", 3, sizeof argument / sizeof *argument, argument);
    } else {
        const Expr *argument[] = {ta, tb, m, n, depth, other, a_stride(p), windows, c, p->n};
        code_call(k->code, "REAL(times_windows)", 7, sizeof argument / sizeof *argument, argument);
    }
}

/* The same by those windows that are not behind the ends of texts. */
static void call_text_windows(KernelWriter *k, const Product *p, const Expr *first, const Expr *m,
                              const Expr *n, const Expr *b, const Expr *windows, const Expr *c) {
    const Expr *argument[] = {tree_form(k->arena, "&@", kernel_use(k, kernel_text_rows(k))),
                              first,
                              room(k),
                              windows,
                              tree_long(k->arena, p->ta),
                              tree_long(k->arena, p->tb),
                              m,
                              n,
                              p->k,
                              b,
                              b_stride(p),
                              c,
                              p->n};
    code_call(k->code, "REAL(text_windows_times)", 7, sizeof argument / sizeof *argument, argument);
}

/* ---- pieces ---- */

/* "pointer + 784 * begin": the operand from a place on, `stride` numbers each. */
static const Expr *from(KernelWriter *k, const Expr *pointer, const Expr *stride,
                        const Expr *place) {
    if (!place || tree_is(place, "0"))
        return pointer;
    if (tree_is(stride, "1"))
        return tree_form(k->arena, "@ + @", pointer, place);
    return tree_form(k->arena, "@ + @ * @", pointer, stride, place);
}

/* Where an operand begins in the memory that it lies in. */
static const Expr *operand_at(KernelWriter *k, const Node *product, int i) {
    const Node *node = product->in[i];
    const Expr *pointer = kernel_pointer(k, plan_base(k->plan, node), -1);
    if (fuse_windows(k->plan->fusion, product, i))
        return pointer;
    const long *offset = k->plan->fusion->value[node->id].layout.offset.c;
    for (int power = 0; power < 3; power++)
        if (offset[power])
            pointer =
                tree_form(k->arena, "@ + @", pointer, kernel_len(k, (Len){offset[power], power}));
    return pointer;
}

static void write_piece(KernelWriter *k, const Product *p, bool by_columns) {
    const Expr *one = tree_long(k->arena, 1), *begin = kernel_use(k, &k->code->begin);
    const Expr *length = tree_form(k->arena, "@ - @", kernel_use(k, &k->code->end), begin);
    Kept part = kept_by(k, p->band), all = {NULL, NULL};
    Kept inner = p->band && p->band->inner ? part : all;
    Kept other = p->band && !p->band->inner ? part : all;
    const Expr *row = by_columns ? other.begin : begin; /* of the result */
    const Expr *column = by_columns ? begin : other.begin;
    const Expr *m = by_columns ? (other.length ? other.length : p->m) : length;
    const Expr *n = by_columns ? length : other.length ? other.length : p->n;
    const Expr *depth = inner.length ? inner.length : p->k;
    const Expr *a =
        from(k, from(k, p->a, p->ta ? one : p->k, row), p->ta ? p->m : one, inner.begin);
    const Expr *b =
        from(k, from(k, p->b, p->tb ? p->k : one, column), p->tb ? one : p->n, inner.begin);
    const Expr *c = from(k, from(k, p->c, p->n, p->own && !by_columns ? NULL : row), one, column);
    if (p->windows && k->kernel->text_rows)
        call_text_windows(k, p, p->ta || by_columns ? tree_long(k->arena, 0) : begin, m, n, b,
                          seen(k, p, row, NULL), c);
    else if (p->windows)
        call_windows(k, p, m, n, depth, p->seen == 0 ? b : a,
                     seen(k, p, p->seen ? column : row, inner.begin), c);
    else if (p->nonzeros)
        call_nonzeros(k, p, m, n, a, b, c);
    else if (k->kernel->text_rows)
        call_text_rows(k, p, p->ta || by_columns ? tree_long(k->arena, 0) : begin, m, n, a, b, c);
    else if (plan_skips(k->plan, k->kernel))
        call_skips(k, p, m, n, a, b, c);
    else
        call_gemm(k, p, m, n, depth, a, b, c);
}

static const Expr *matrix_at(KernelWriter *k, const Expr *pointer, const Expr *rows,
                             const Expr *columns, const Expr *i) {
    return tree_form(k->arena, "@ + @ * @ * @", pointer, rows, columns, i);
}

/* c = a b of text `text`, without what is behind its end. */
static void call_text_ends(KernelWriter *k, const Product *p, const Expr *text, const Expr *a,
                           const Expr *b, const Expr *c) {
    const TextRows *rows = k->kernel->text_rows;
    const Expr *places = tree_size(k->arena, rows->tokens->type.dim[1]);
    const Expr *argument[] = {from(k, kernel_pointer(k, rows->tokens, -1), places, text),
                              places,
                              tree_size(k->arena, rows->ends),
                              tree_size(k->arena, p->ta),
                              tree_size(k->arena, p->tb),
                              p->m,
                              p->n,
                              p->k,
                              a,
                              b,
                              c};
    code_call(k->code, "REAL(text_ends_times)", 8, sizeof argument / sizeof *argument, argument);
}

static void write_batch(KernelWriter *k, const Product *p, const Node *node) {
    int dims = node->type.rank - 2;
    const Expr *i = kernel_open_pieces(k, node->type, dims);
    const Expr *a = matrix_at(k, p->a, p->m, p->k, i), *b = matrix_at(k, p->b, p->k, p->n, i);
    const Expr *c = matrix_at(k, p->c, p->m, p->n, i);
    if (k->kernel->text_rows)
        call_text_ends(k, p,
                       tree_form(k->arena, "(@ / @)", i, kernel_type_size(k, node->type, 1, dims)),
                       a, b, c);
    else
        call_gemm(k, p, p->m, p->n, p->k, a, b, c);
    code_close(k->code);
}

void c_gemm(KernelWriter *k) {
    const Group *group = &k->plan->fusion->groups.at[k->kernel->group];
    const Node *c = group->main;
    int rank = c->type.rank;
    Product p = {.ta = c->attr.ints[0] != 0, .tb = c->attr.ints[1] != 0};
    Type a = c->in[0]->type;
    p.a = operand_at(k, c, 0);
    p.b = operand_at(k, c, 1);
    p.c = kernel_pointer(k, c, -1);
    p.m = kernel_len(k, len_of(c->type.dim[rank - 2]));
    p.n = kernel_len(k, len_of(c->type.dim[rank - 1]));
    p.k = kernel_len(k, len_of(a.dim[rank - (p.ta ? 2 : 1)]));
    p.own = plan_place(k->plan, c).kind == PLACE_scratch;
    p.nonzeros = plan_by_nonzeros(k->plan, c);
    p.band = k->plan->bands[c->id];
    for (int i = 0; i < 2; i++)
        if (fuse_windows(k->plan->fusion, c, i))
            declare_windows(k, &p, c, i);
    if (rank > 2 && !p.windows)
        write_batch(k, &p, c);
    else
        write_piece(k, &p, group->by_columns);
    if (!k->kernel->loops)
        return;
    if (k->kernel->loops->form == FORM_columns)
        columns_write(k);
    else
        rows_write(k);
}
