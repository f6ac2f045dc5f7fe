/* Products by what is not 0 against a triple loop: plain and summed over rows, matrices of which
 * nothing, few, many and all elements are not 0, and some of each; strides; rows longer than one
 * stretch.  What lies beside C stays as it is, and what zeros would be multiplied with is not
 * read. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "products/nonzeros.h"

enum { ROWS = 21, COLUMNS = 1100, N = 37, PITCH = COLUMNS + 3, PITCH_B = N + 2, PITCH_C = N + 5 };

static float af[ROWS * PITCH], bf[COLUMNS * PITCH_B], cf[COLUMNS * PITCH_C];
static double ad[ROWS * PITCH], bd[COLUMNS * PITCH_B], cd[COLUMNS * PITCH_C];

/* The share of row i that is not 0; of kind 4, another for each row. */
static double share(int kind, int i) {
    static const double of[] = {0, 0.02, 0.3, 1};
    return of[kind < 4 ? kind : i % 4];
}

static double number(void) {
    return (double)(rand() % 29 - 14) / 8;
}

static void fill(int kind, double beside) {
    for (int i = 0; i < ROWS * PITCH; i++) {
        ad[i] = rand() < share(kind, i / PITCH) * RAND_MAX ? number() : 0;
        af[i] = (float)ad[i];
    }
    for (int i = 0; i < COLUMNS * PITCH_B; i++)
        bf[i] = (float)(bd[i] = number());
    for (int i = 0; i < COLUMNS * PITCH_C; i++)
        cf[i] = (float)(cd[i] = beside);
}

static double worst(int ta, int m, int k, double beside) {
    double most = 0;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < PITCH_C; j++) {
            double want = j < N ? 0 : beside;
            for (int x = 0; x < k && j < N; x++)
                want += (ta ? ad[x * PITCH + i] : ad[i * PITCH + x]) * bd[x * PITCH_B + j];
            most = fmax(most, fabs(cd[i * PITCH_C + j] - want));
            most = fmax(most, fabs((double)cf[i * PITCH_C + j] - want) / 1e5);
        }
    return most;
}

/* Two of 64 elements are not 0: what stands in B for the others is not read. */
static int passes_over(void) {
    const float a[64] = {[3] = 2, [19] = 1};
    float b[64], c;
    for (int i = 0; i < 64; i++)
        b[i] = i == 3 ? 5 : i == 19 ? 7 : INFINITY;
    nonzeros_times_f32(0, 1, 1, 64, a, 64, b, 1, &c, 1);
    return c == 17;
}

int main(void) {
    const double beside = 0.75;
    int failed = 0;
    for (int form = 0; form < 10; form++) {
        const int ta = form % 2, m = ta ? COLUMNS : ROWS, k = ta ? ROWS : COLUMNS;
        fill(form / 2, beside);
        nonzeros_times_f32(ta, m, N, k, af, PITCH, bf, PITCH_B, cf, PITCH_C);
        nonzeros_times_f64(ta, m, N, k, ad, PITCH, bd, PITCH_B, cd, PITCH_C);
        double off = worst(ta, m, k, beside);
        printf("%-4s ta %d share %g: %g\n", off < 1e-9 ? "ok" : "FAIL", ta, share(form / 2, form),
               off);
        failed |= !(off < 1e-9);
    }
    if (!passes_over()) {
        puts("FAIL what zeros would be multiplied with is read");
        failed = 1;
    }
    return failed;
}
