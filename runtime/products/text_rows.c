/* Products with rows of texts: see text_rows.h.
 *
 * Rows that count are copied side by side, as many at a time as there is room for, and go to gemm
 * as a matrix of their own.  Where they lie side by side anyhow, as all of a batch of long texts
 * do, they are multiplied where they are.
 */
#include "text_rows.h"
#include "text_rows_parts.h"
#include "gemm_choose.h"
#include "product.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static int length_of(const int *token, int length) {
    while (length > 0 && token[length - 1] == 0)
        length--;
    return length;
}

/* How many of a text's rows count. */
static int end_of(const AertTextRows *of, int text) {
    int length = length_of(of->token + (ptrdiff_t)text * of->places, of->places) + of->more;
    if (of->count == 0)
        return length;
    int end = length > 0 ? (length + of->stride - 1) / of->stride : 0;
    return end < of->count ? end : of->count;
}

/* Of rows [begin, end), those that are alike the first, where that is seen at once. */
static AertTextRun part_of(const AertTextRows *of, int begin, int end) {
    if (of->ahead)
        return (AertTextRun){begin, begin + 1, begin / of->texts < end_of(of, begin % of->texts)};
    int count = of->count ? of->count : of->places, text = begin / count, first = text * count;
    int behind = first + end_of(of, text);
    bool counts = begin < behind;
    int to = counts ? behind : first + count;
    return (AertTextRun){begin, to < end ? to : end, counts};
}

/* All of them. */
AertTextRun aert_text_run(const AertTextRows *of, int begin, int end) {
    AertTextRun run = part_of(of, begin, end);
    while (run.end < end) {
        AertTextRun next = part_of(of, run.end, end);
        if (next.counts != run.counts)
            break;
        run.end = next.end;
    }
    return run;
}

/* As many of rows [begin, end) as have no more than `most` that count; how many of them do. */
static int block_of(const AertTextRows *of, int begin, int *end, int most) {
    int count = 0;
    for (int row = begin; row < *end;) {
        AertTextRun run = aert_text_run(of, row, *end);
        row = run.end;
        if (!run.counts)
            continue;
        if (run.end - run.begin >= most - count) {
            *end = run.begin + (most - count);
            return most;
        }
        count += run.end - run.begin;
    }
    return count;
}

/* Do all that count of rows [begin, end) lie side by side?  Then they are `only`, which may be
 * empty. */
static bool is_one(const AertTextRows *of, int begin, int end, AertTextRun *only) {
    *only = (AertTextRun){begin, begin, true};
    for (int row = begin; row < end;) {
        AertTextRun run = aert_text_run(of, row, end);
        row = run.end;
        if (run.counts && only->begin < only->end)
            return false;
        if (run.counts)
            *only = run;
    }
    return true;
}

/* ---- rows, of which one has so many bytes ---- */

static void clear(int rows, size_t bytes, char *to, size_t apart) {
    for (; rows > 0; rows--, to += apart)
        memset(to, 0, bytes);
}

static void copy(int rows, size_t bytes, const char *from, size_t apart, char *to, size_t placed) {
    for (; rows > 0; rows--, from += apart, to += placed)
        memcpy(to, from, bytes);
}

/* Those of rows [begin, end) that count, side by side; `from` is row begin. */
static void gather(const AertTextRows *of, int begin, int end, size_t bytes, const char *from,
                   size_t apart, char *to) {
    aert_gemm_changed((const void *)to);
    for (AertTextRun run; begin < end; begin = run.end) {
        run = aert_text_run(of, begin, end);
        size_t rows = (size_t)(run.end - run.begin);
        if (run.counts) {
            copy((int)rows, bytes, from, apart, to, bytes);
            to += rows * bytes;
        }
        from += rows * apart;
    }
}

/* And back: the others, which are behind ends, become 0 or stay. */
static void spread(const AertTextRows *of, int begin, int end, size_t bytes, const char *from,
                   char *to, size_t apart) {
    for (AertTextRun run; begin < end; begin = run.end) {
        run = aert_text_run(of, begin, end);
        size_t rows = (size_t)(run.end - run.begin);
        if (run.counts) {
            copy((int)rows, bytes, from, bytes, to, apart);
            from += rows * bytes;
        } else if (!of->open) {
            clear((int)rows, bytes, to, apart);
        }
        to += rows * apart;
    }
}

/* ---- products ---- */

/* A product with rows of texts, from row `first` on, and room for so many rows. */
typedef struct TextProduct {
    const AertTextRows *of;
    int first, most;
    char *room;
    AertProduct all;
} TextProduct;

/* A and C are of rows. */
static void times_rows(const TextProduct *t) {
    const AertProduct *all = &t->all;
    AertProduct part = *all;
    const size_t size = all->size, lda = size * (size_t)all->lda, ldc = size * (size_t)all->ldc;
    const size_t wide = size * (size_t)all->n;
    AertTextRun only;
    int begin = t->first, end = begin + all->m;
    if (is_one(t->of, begin, end, &only)) {
        const size_t before = (size_t)(only.begin - begin), behind = (size_t)(only.end - begin);
        part.m = only.end - only.begin;
        part.a += before * lda;
        part.c += before * ldc;
        if (part.m > 0)
            aert_product(&part);
        if (t->of->open)
            return;
        clear((int)before, wide, all->c, ldc);
        clear(end - only.end, wide, all->c + behind * ldc, ldc);
        return;
    }
    const size_t deep = size * (size_t)all->k;
    const char *a = all->a;
    char *c = all->c;
    part.a = t->room;
    part.c = t->room + deep * (size_t)t->most;
    part.lda = all->k;
    part.ldc = all->n;
    for (int to = end; begin < end; begin = to, to = end) {
        part.m = block_of(t->of, begin, &to, t->most);
        gather(t->of, begin, to, deep, a, lda, t->room);
        if (part.m > 0)
            aert_product(&part);
        spread(t->of, begin, to, wide, part.c, c, ldc);
        a += (size_t)(to - begin) * lda;
        c += (size_t)(to - begin) * ldc;
    }
}

/* A and B are of rows, which are summed. */
static void sum_rows(const TextProduct *t) {
    const AertProduct *all = &t->all;
    AertProduct part = *all;
    const size_t size = all->size, lda = size * (size_t)all->lda, ldb = size * (size_t)all->ldb;
    AertTextRun only;
    if (is_one(t->of, 0, all->k, &only)) {
        part.k = only.end - only.begin;
        part.a += (size_t)only.begin * lda;
        part.b += (size_t)only.begin * ldb;
        if (part.k > 0)
            aert_product(&part);
        else
            clear(all->m, size * (size_t)all->n, all->c, size * (size_t)all->ldc);
        return;
    }
    const size_t deep = size * (size_t)all->m, wide = size * (size_t)all->n;
    char *second = t->room + deep * (size_t)t->most;
    part.a = t->room;
    part.b = second;
    part.lda = all->m;
    part.ldb = all->n;
    for (int begin = 0, to = all->k; begin < all->k; begin = to, to = all->k) {
        part.k = block_of(t->of, begin, &to, t->most);
        gather(t->of, begin, to, deep, all->a + (size_t)begin * lda, lda, t->room);
        gather(t->of, begin, to, wide, all->b + (size_t)begin * ldb, ldb, second);
        if (part.k > 0)
            aert_product(&part);
        part.add |= part.k > 0;
    }
}

static void text_ends_times(const int *token, int places, int ends, AertProduct *p) {
    int length = length_of(token, places), m = p->m, n = p->n;
    p->lda = p->ta ? m : p->k;
    p->ldb = p->tb ? p->k : n;
    p->ldc = n;
    if (ends & AERT_COLUMNS_END)
        p->n = length;
    if (ends & AERT_SUMS_END)
        p->k = length;
    if (ends & AERT_ROWS_END)
        p->m = length;
    if (p->k == 0)
        p->m = 0;
    if (p->m > 0 && p->n > 0)
        aert_product(p);
    const size_t size = p->size, row = size * (size_t)n, filled = size * (size_t)p->n;
    clear(p->m, row - filled, p->c + filled, row);
    clear(m - p->m, row, p->c + (size_t)p->m * row, row);
}

#define TIMES(name, real)                                                                          \
    void text_rows_times_##name(const AertTextRows *of, int first, void *room, int most, int ta,   \
                                int tb, int m, int n, int k, const real *a, int lda,               \
                                const real *b, int ldb, real *c, int ldc) {                        \
        const TextProduct t = {                                                                    \
            of,                                                                                    \
            first,                                                                                 \
            most,                                                                                  \
            room,                                                                                  \
            {ta, tb, m, n, k, lda, ldb, ldc, (const char *)a, (const char *)b, (char *)c,          \
             sizeof *c, false},                                                                    \
        };                                                                                         \
        (ta ? sum_rows : times_rows)(&t);                                                          \
    }                                                                                              \
                                                                                                   \
    void text_ends_times_##name(const int *token, int places, int ends, int ta, int tb, int m,     \
                                int n, int k, const real *a, const real *b, real *c) {             \
        AertProduct p = {                                                                          \
            ta,        tb,        m,    n, k, 0, 0, 0, (const char *)a, (const char *)b,           \
            (char *)c, sizeof *c, false};                                                          \
        text_ends_times(token, places, ends, &p);                                                  \
    }

TIMES(f32, float)
TIMES(f64, double)
