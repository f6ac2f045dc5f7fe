/* Products with rows of texts against a triple loop: rows text by text and all first places ahead,
 * cut along either side, plain, transposed and summed over; texts that are empty, short, as long as
 * there are places, some of each, and with a 0 in their midst; room for a few rows and for all.
 * What stands behind an end is no number, and is not read; C's rows are 0 there, or
 * stay as they are where they are open, and so does what lies beside C.  The same of a text's own
 * product, of which any lengths end with it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "products/text_rows.h"

enum {
    TEXTS = 7,
    PLACES = 5,
    ROWS = TEXTS * PLACES,
    K = 19,
    N = 33,
    PITCH = 40,
    KINDS = 5,
    LEFT = 2, /* pieces begin there */
};

static int token[ROWS];
static float af[ROWS * PITCH], bf[ROWS * PITCH], cf[ROWS * PITCH], roomf[ROWS * 2 * PITCH];
static double ad[ROWS * PITCH], bd[ROWS * PITCH], cd[ROWS * PITCH], roomd[ROWS * 2 * PITCH];

static double number(void) {
    return (double)(rand() % 29 - 14) / 8;
}

static void fill_tokens(int kind) {
    for (int i = 0; i < TEXTS; i++) {
        int length = kind == 0 ? 0 : kind == 1 ? 2 : kind == 2 ? PLACES : rand() % (PLACES + 1);
        for (int p = 0; p < PLACES; p++)
            token[i * PLACES + p] = p < length ? 1 + rand() % 9 : 0;
        if (kind == 4 && length > 2)
            token[i * PLACES + 1] = 0;
    }
}

static int counts(const AertTextRows *of, int row) {
    int text = of->ahead ? row % TEXTS : row / PLACES,
        place = of->ahead ? row / TEXTS : row % PLACES;
    for (int p = place; p < PLACES; p++)
        if (token[text * PLACES + p])
            return 1;
    return 0;
}

/* `bare`: rows behind ends hold no numbers. */
static void fill(const AertTextRows *of, int bare_a, int bare_b, double beside) {
    for (int i = 0; i < ROWS * PITCH; i++) {
        int padding = !counts(of, i / PITCH);
        af[i] = (float)(ad[i] = bare_a && padding ? NAN : number());
        bf[i] = (float)(bd[i] = bare_b && padding ? NAN : number());
        cf[i] = (float)(cd[i] = beside);
    }
}

static double worst(const AertTextRows *of, int ta, int tb, int first, int m, int k,
                    double beside) {
    double most = 0;
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < PITCH; j++) {
            int inside = ta ? i < m : i >= first && i < first + m;
            inside = inside && (ta || !of->open || counts(of, i));
            double want = inside && j < N ? 0 : beside;
            for (int x = 0; inside && j < N && x < k; x++)
                if (counts(of, ta ? x : i))
                    want += (ta ? ad[x * PITCH + i] : ad[i * PITCH + x]) *
                            (tb ? bd[j * PITCH + x] : bd[x * PITCH + j]);
            double off =
                fmax(fabs(cd[i * PITCH + j] - want), fabs((double)cf[i * PITCH + j] - want) / 1e5);
            most = off <= most ? most : off;
        }
    return most;
}

/* B has N columns, or where tb is set N rows: no more than ROWS. */
static int wrong(const AertTextRows *of, int kind, int ta, int tb, int most) {
    const double beside = 0.75;
    int first = ta ? 0 : LEFT, m = ta ? K : ROWS - 2 * LEFT, k = ta ? ROWS : K;
    fill(of, 1, ta, beside);
    text_rows_times_f32(of, first, roomf, most, ta, tb, m, N, k, af + (ta ? 0 : first * PITCH),
                        PITCH, bf, PITCH, cf + (ta ? 0 : first * PITCH), PITCH);
    text_rows_times_f64(of, first, roomd, most, ta, tb, m, N, k, ad + (ta ? 0 : first * PITCH),
                        PITCH, bd, PITCH, cd + (ta ? 0 : first * PITCH), PITCH);
    double off = worst(of, ta, tb, first, m, k, beside);
    if (off < 1e-9)
        return 0;
    printf("FAIL texts %d ahead %d ta %d tb %d room for %d: %g\n", kind, of->ahead, ta, tb, most,
           off);
    return 1;
}

/* Puts NAN in so many rows or columns of a matrix, as stored, from `from` on. */
static void bar(float *f, double *d, int rows, int columns, int row, int column) {
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            if (i >= row || j >= column)
                f[i * columns + j] = (float)(d[i * columns + j] = NAN);
}

/* Lengths that end with the text are PLACES, others another. */
static int wrong_ends(int kind, int ends, int ta, int tb, int text) {
    const int *own = token + text * PLACES;
    int length = PLACES, m = ends & AERT_ROWS_END ? PLACES : 3,
        n = ends & AERT_COLUMNS_END ? PLACES : 9, k = ends & AERT_SUMS_END ? PLACES : 4;
    while (length > 0 && own[length - 1] == 0)
        length--;
    int rows = ends & AERT_ROWS_END ? length : m, columns = ends & AERT_COLUMNS_END ? length : n,
        depth = ends & AERT_SUMS_END ? length : k;
    fill(&(AertTextRows){token, TEXTS, PLACES, 0, 0}, 0, 0, NAN);
    cf[m * n] = 0.75F;
    cd[m * n] = 0.75;
    bar(af, ad, ta ? k : m, ta ? m : k, ta ? depth : rows, ta ? rows : depth);
    bar(bf, bd, tb ? n : k, tb ? k : n, tb ? columns : depth, tb ? depth : columns);
    text_ends_times_f32(own, PLACES, ends, ta, tb, m, n, k, af, bf, cf);
    text_ends_times_f64(own, PLACES, ends, ta, tb, m, n, k, ad, bd, cd);
    double most = fabs(cd[m * n] - 0.75) + fabs((double)cf[m * n] - 0.75);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            double want = 0;
            for (int x = 0; i < rows && j < columns && x < depth; x++)
                want += ad[ta ? x * m + i : i * k + x] * bd[tb ? j * k + x : x * n + j];
            double off = fmax(fabs(cd[i * n + j] - want), fabs((double)cf[i * n + j] - want) / 1e5);
            most = off <= most ? most : off;
        }
    if (most < 1e-9)
        return 0;
    printf("FAIL texts %d number %d ends %d ta %d tb %d: %g\n", kind, text, ends, ta, tb, most);
    return 1;
}

int main(void) {
    int failed = 0;
    for (int kind = 0; kind < KINDS; kind++)
        for (int i = 0; i < TEXTS * 32; i++) {
            fill_tokens(kind);
            failed |= wrong_ends(kind, i % 8, i / 8 % 2, i / 16 % 2, i / 32);
        }
    for (int kind = 0; kind < KINDS; kind++)
        for (int ahead = 0; ahead < 2; ahead++)
            for (int ta = 0; ta < 2; ta++)
                for (int most = 1; most <= ROWS; most += 1 + most) {
                    fill_tokens(kind);
                    const AertTextRows of = {token, TEXTS, PLACES, ahead, most > 3};
                    failed |= wrong(&of, kind, ta, 0, most);
                    failed |= !ta && wrong(&of, kind, 0, 1, most);
                }
    return failed;
}
