/* Products with windows of windows.h against a triple loop over the elements that they show: each
 * operand, stored either way, whole and in pieces cut along what it shows; windows with strides and
 * dilation, channels side by side and apart, more rows than are packed at a time, one column.
 * Numbers are small integers, so that every order of summing gives the same.
 */
#define AERT_PORTABLE /* all kinds of vectors */
#include "products/gemm_choose.h"
#include "products/windows.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 1 << 20 };

static float image[MOST], other[MOST], result[MOST];
static double image64[MOST], other64[MOST], result64[MOST];
static float stored[MOST];
static float wanted[2][MOST]; /* of windows as A, and as B */
static bool known[2];
static int width, others, failed; /* others: rows or columns of the other operand */

static const struct {
    const char *name;
    AertWindows windows;
    int rows, columns;
} cases[] = {
    {"3 by 3, channels last",
     {3, 3, {0, 14, 14, 3, 3, 8}, {16 * 16 * 8, 16 * 8, 8, 16 * 8, 8, 1}},
     3 * 14 * 14,
     72},
    {"3 by 3, channels first",
     {3, 3, {0, 14, 14, 3, 3, 8}, {16 * 16 * 8, 16, 1, 16, 1, 256}},
     3 * 14 * 14,
     72},
    {"5 by 5, stride 2, 32 channels: many rows",
     {3, 3, {0, 6, 6, 5, 5, 32}, {15 * 15 * 32, 2 * 15 * 32, 64, 15 * 32, 32, 1}},
     10 * 6 * 6,
     800},
    {"dilation 2, one channel", {3, 2, {0, 9, 9, 3, 3}, {13 * 13, 13, 1, 26, 2}}, 4 * 9 * 9, 9},
    {"1 by 1: rows that go on", {3, 1, {0, 6, 9, 8}, {6 * 9 * 8, 9 * 8, 8, 1}}, 5 * 6 * 9, 8},
    {"a signal, one row", {2, 2, {0, 1, 7, 3}, {21, 1, 3, 1}}, 1, 21},
    {"the widest", {2, 2, {0, 5, 64, 64}, {1000, 3, 64, 1}}, 10, AERT_WINDOW_COLUMNS},
};
enum { CASES = sizeof cases / sizeof *cases };

static long place(const AertWindows *w, long row, int column) {
    long at = 0, number[2] = {row, column};
    for (int side = 0; side < 2; side++) {
        int first = side ? w->rows : 0, last = side ? w->rows + w->columns : w->rows;
        for (int a = last - 1; a >= first; a--) {
            int length = a == 0 ? 1 << 30 : w->length[a];
            at += number[side] % length * w->stride[a];
            number[side] /= length;
        }
    }
    return at;
}

/* All that a case shows, one number after another. */
static void store(int c) {
    width = cases[c].columns;
    for (int i = 0; i < cases[c].rows; i++)
        for (int j = 0; j < width; j++)
            stored[(long)i * width + j] = image[place(&cases[c].windows, i, j)];
}

/* Element (i, p) of op(M): of windows, or of the other operand, which has `ld` numbers a row. */
static float element(const AertWindows *w, int turned, int i, int p, int ld) {
    int row = turned ? p : i, column = turned ? i : p;
    return w ? stored[(long)row * width + column] : other[(long)row * ld + column];
}

/* The product by its definition, once for all kernels and pieces. */
static void compare(const char *name, const char *what, int m, int n, int k, const AertWindows *a,
                    int ta, int lda, const AertWindows *b, int tb, int ldb) {
    float *sum = wanted[b != NULL];
    for (int i = 0; i < m && !known[b != NULL]; i++)
        for (int j = 0; j < n; j++) {
            sum[i * n + j] = 0;
            for (int p = 0; p < k; p++)
                sum[i * n + j] += element(a, ta, i, p, lda) * element(b, tb, p, j, ldb);
        }
    known[b != NULL] = true;
    for (int i = 0; i < m * n; i++)
        if (result[i] != sum[i] || result64[i] != sum[i]) {
            printf("%s, %s: (%d, %d) is %g and %g, not %g\n", name, what, i / n, i % n,
                   (double)result[i], result64[i], (double)sum[i]);
            failed = 1;
            return;
        }
}

/* Windows as A: its op's rows in pieces of `piece`. */
static void as_a(int c, int ta, int tb, int piece) {
    const AertWindows *w = &cases[c].windows;
    int m = ta ? cases[c].columns : cases[c].rows, k = ta ? cases[c].rows : cases[c].columns;
    int n = others, ldb = tb ? k : n;
    for (int i = 0; i < m; i += piece) {
        int count = m - i < piece ? m - i : piece;
        AertSeen seen = {w, image, ta ? 0 : i, ta ? i : 0}, seen64 = seen;
        seen64.from = image64;
        windows_times_f32(seen, ta, tb, count, n, k, other, ldb, result + i * n, n);
        windows_times_f64(seen64, ta, tb, count, n, k, other64, ldb, result64 + i * n, n);
    }
    compare(cases[c].name,
            ta   ? tb ? "a^T b^T" : "a^T b"
            : tb ? "a b^T"
                 : "a b",
            m, n, k, w, ta, 0, NULL, tb, ldb);
}

/* Windows as B: its op's columns in pieces. */
static void as_b(int c, int ta, int tb, int piece) {
    const AertWindows *w = &cases[c].windows;
    int n = tb ? cases[c].rows : cases[c].columns, k = tb ? cases[c].columns : cases[c].rows;
    int m = others, lda = ta ? m : k;
    for (int j = 0; j < n; j += piece) {
        int count = n - j < piece ? n - j : piece;
        AertSeen seen = {w, image, tb ? j : 0, tb ? 0 : j}, seen64 = seen;
        seen64.from = image64;
        times_windows_f32(ta, tb, m, count, k, other, lda, seen, result + j, n);
        times_windows_f64(ta, tb, m, count, k, other64, lda, seen64, result64 + j, n);
    }
    compare(cases[c].name,
            ta   ? tb ? "x^T b^T" : "x^T b"
            : tb ? "x b^T"
                 : "x b",
            m, n, k, NULL, ta, lda, w, tb, 0);
}

/* One case and one way to turn its operands, with each kernel that the machine has. */
static void try(int c, int turned) {
    static const char *const kernels[] = {"blas", "avx2", "avx512", "amx"};
    static const AertVectors vectors[] = AERT_VECTORS(AERT_WITH, AERT_WITHOUT);
    others = (int[]){37, 1, 70}[turned >> 2];
    known[0] = known[1] = false;
    for (int kernel = 0; kernel < 4; kernel++) {
        if (!aert_gemm_choose(vectors, kernels[kernel]))
            continue;
        aert_gemm_begin_pieces();
        for (int piece = 1 << 20; piece; piece = piece > 50 ? 50 : 0) {
            as_a(c, turned & 1, turned >> 1 & 1, piece);
            as_b(c, turned & 1, turned >> 1 & 1, piece);
        }
        aert_gemm_end_pieces();
    }
}

int main(void) {
    for (int i = 0; i < MOST; i++) {
        image64[i] = image[i] = (float)(i * 7 % 5 - 2);
        other64[i] = other[i] = (float)(i * 11 % 7 - 3);
    }
    for (int c = 0; c < CASES; c++) {
        store(c);
        for (int turned = 0; turned < 12; turned++)
            try(c, turned);
    }
    if (!failed)
        printf("products with windows are right\n");
    return failed;
}
