/* The products of gemm.h in all four orientations against a triple loop, and their strides, alpha
 * and beta. */
#include <math.h>
#include <stdio.h>

#include "products/gemm.h"

enum { M = 5, N = 7, K = 11, PITCH = 13 };

static double value(int i) {
    return (double)(i * 37 % 29 - 14) / 8;
}

int main(void) {
    float af[PITCH * PITCH], bf[PITCH * PITCH];
    double ad[PITCH * PITCH], bd[PITCH * PITCH];
    for (int i = 0; i < PITCH * PITCH; i++) {
        ad[i] = value(i);
        bd[i] = value(3 * i + 1);
        af[i] = (float)ad[i];
        bf[i] = (float)bd[i];
    }
    int failed = 0;
    for (int form = 0; form < 4; form++) {
        const int ta = form & 1, tb = form >> 1;
        float cf[M * PITCH];
        double cd[M * PITCH], worst = 0;
        for (int i = 0; i < M * PITCH; i++)
            cf[i] = (float)(cd[i] = value(i + 5));
        gemm_f32(ta, tb, M, N, K, 2.0f, af, PITCH, bf, PITCH, 0.5f, cf, PITCH);
        gemm_f64(ta, tb, M, N, K, 2.0, ad, PITCH, bd, PITCH, 0.5, cd, PITCH);
        for (int i = 0; i < M; i++)
            for (int j = 0; j < PITCH; j++) {
                double want = value(i * PITCH + j + 5);
                if (j < N) { /* the columns beyond n stay as they are */
                    want *= 0.5;
                    for (int k = 0; k < K; k++)
                        want += 2 * (ta ? ad[k * PITCH + i] : ad[i * PITCH + k]) *
                                (tb ? bd[j * PITCH + k] : bd[k * PITCH + j]);
                }
                worst = fmax(worst, fabs(cd[i * PITCH + j] - want));
                worst = fmax(worst, fabs((double)cf[i * PITCH + j] - want) / 1e4);
            }
        printf("%-4s ta %d tb %d: %g\n", worst < 1e-9 ? "ok" : "FAIL", ta, tb, worst);
        failed |= !(worst < 1e-9);
    }
    return failed;
}
