/* Products with rows of texts against a triple loop: rows text by text and all first places ahead,
 * cut along either side, plain, transposed and summed over; texts that are empty, short, as long as
 * there are places, some of each, and with a 0 in their midst; room for a few rows and for all.
 * What stands behind an end is no number, and is not read; C's rows are 0 there, or
 * stay as they are where they are open, and so does what lies beside C.  The same of a text's own
 * product, of which any lengths end with it; of places that windows with a stride leave; and of
 * such windows, packed and run by run, what all of them come to where those behind ends are 0. */
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
    fill(&(AertTextRows){token, TEXTS, PLACES, 0, 0, 0, 1, 0}, 0, 0, NAN);
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

/* ---- windows ---- */

enum {
    SIZE = 3, /* windows of so many places, with the stride */
    STRIDE = 2,
    PADDED = PLACES + 2, /* by as many on either side as more */
    MORE = 1,
    COUNT = 3, /* windows of a text */
    CHANNELS = 7,
    WIDEST = 70, /* columns, more than are multiplied without packing */
    WINDOWS = TEXTS * COUNT,
    DEPTH = SIZE * CHANNELS
};

static const AertWindows windows = {
    2, 1, {0, COUNT, DEPTH}, {PADDED * CHANNELS, STRIDE *CHANNELS, 1}};
static float image[TEXTS * PADDED * CHANNELS], stored[WINDOWS * DEPTH], left[WINDOWS * WIDEST];
static float got[WINDOWS * WIDEST], same[WINDOWS * WIDEST], whole[WINDOWS * WIDEST];
static float room[AERT_WINDOWS_SUMMED * (DEPTH + WIDEST)];

static int length_of(int text) {
    int length = PLACES;
    while (length > 0 && token[text * PLACES + length - 1] == 0)
        length--;
    return length;
}

/* 0 behind ends; the windows, stored; and what they are multiplied by. */
static void fill_images(void) {
    for (int i = 0; i < TEXTS * PADDED * CHANNELS; i++) {
        int text = i / CHANNELS / PADDED, place = i / CHANNELS % PADDED - MORE;
        image[i] = place < 0 || place >= length_of(text) ? 0 : (float)number();
    }
    for (int i = 0; i < WINDOWS * DEPTH; i++)
        stored[i] = image[i / DEPTH / COUNT * PADDED * CHANNELS +
                          i / DEPTH % COUNT * STRIDE * CHANNELS + i % DEPTH];
    for (int i = 0; i < WINDOWS * WIDEST; i++)
        left[i] = (float)number();
}

static int is_behind(int row) {
    return STRIDE * (row % COUNT) >= length_of(row / COUNT) + MORE;
}

/* What is no number is seen where it is read. */
static void bar_behind(float *rows, int columns) {
    for (int i = 0; i < WINDOWS * columns; i++)
        rows[i] = is_behind(i / columns) ? NAN : rows[i];
}

/* What a product leaves, of windows and of the rows that they are. */
static int differs(const char *what, int kind, int n, int rows, int open, const float *is) {
    for (int i = 0; i < rows * n; i++) {
        float want = whole[i];
        if (!(is[i] == want) && !(open && is_behind(i / n))) { /* nobody reads those */
            printf("FAIL windows of texts %d, %s, %d columns: %g for %g at %d\n", kind, what, n,
                   (double)is[i], (double)want, i);
            return 1;
        }
    }
    return 0;
}

static int wrong_windows(int kind, int n, int open) {
    const AertTextRows of = {token, TEXTS, PLACES, 0, open, COUNT, STRIDE, MORE};
    const AertSeen seen = {&windows, image, 0, 0};
    int failed = 0;
    fill_images();
    windows_times_f32(seen, 0, 0, WINDOWS, n, DEPTH, left, n, whole, n);
    for (int i = 0; i < WINDOWS * n; i++)
        got[i] = same[i] = 0.75F;
    for (int first = 0; first < WINDOWS; first += 13) {
        int m = WINDOWS - first < 13 ? WINDOWS - first : 13;
        text_windows_times_f32(&of, first, room, (AertSeen){&windows, image, first, 0}, 0, 0, m, n,
                               DEPTH, left, n, got + first * n, n);
    }
    failed |= differs("rows", kind, n, WINDOWS, open, got);
    bar_behind(stored, DEPTH);
    text_rows_times_f32(&of, 0, room, 4, 0, 0, WINDOWS, n, DEPTH, stored, DEPTH, left, n, same, n);
    failed |= differs("stored rows", kind, n, WINDOWS, open, same);
    windows_times_f32(seen, 1, 0, DEPTH, n, WINDOWS, left, n, whole, n);
    bar_behind(left, n);
    text_windows_times_f32(&of, 0, room, seen, 1, 0, DEPTH, n, WINDOWS, left, n, got, n);
    return failed | differs("sums", kind, n, DEPTH, 0, got);
}

int main(void) {
    int failed = 0;
    for (int kind = 0; kind < KINDS; kind++)
        for (int i = 0; i < 6; i++) {
            fill_tokens(kind);
            failed |= wrong_windows(kind, (const int[]){1, 33, WIDEST}[i % 3], i / 3);
        }
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
                    const AertTextRows of = {token, TEXTS, PLACES, ahead, most > 3, 0, 1, 0};
                    failed |= wrong(&of, kind, ta, 0, most);
                    failed |= !ta && wrong(&of, kind, 0, 1, most);
                }
    return failed;
}
