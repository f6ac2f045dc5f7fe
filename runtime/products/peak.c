/* The peak of this core, measured.
 *
 * Its one idea: the vectors, or tiles, that products were chosen for multiply and add in registers,
 * as fast as they can; a product that stays near is timed as well, which is all there is where the
 * BLAS does them.
 *
 * Example: 259e9 on a Zen 5 core; on Sapphire Rapids 217e9, on its tiles 500e9.
 */
#include "peak.h"
#include "base/base.h"
#include "gemm.h"
#include "gemm_choose.h"

#include <stdlib.h>

#ifdef __SANITIZE_ADDRESS__
enum { TRIES = 1 }; /* they look at no speed, and take seconds for 40 */
#else
enum { TRIES = 40 };
#endif
enum { SIDE = 512, ROUNDS = 200000 };

static double best_of_loops(void) {
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
        double start = seconds_now(), flops = aert_gemm_spin(ROUNDS);
        double speed = flops / (seconds_now() - start);
        best = speed > best ? speed : best;
    }
    return best;
}

static double best_of_products(void) {
    AertError error;
    float *a = aert_allocate((size_t)3 * SIDE * SIDE, sizeof *a, "matrices", &error);
    double best = 0;
    if (!a)
        return 0;
    for (int i = 0; i < 2 * SIDE * SIDE; i++)
        a[i] = (float)(i % 7) - 3;
    for (int i = 0; i < TRIES; i++) {
        double start = seconds_now();
        gemm_f32(0, 0, SIDE, SIDE, SIDE, 1, a, SIDE, a + SIDE * SIDE, SIDE, 0, a + 2 * SIDE * SIDE,
                 SIDE);
        double speed = 2.0 * SIDE * SIDE * SIDE / (seconds_now() - start);
        best = speed > best ? speed : best;
    }
    free(a);
    return best;
}

double peak_flops(void) {
    double loop = best_of_loops(), product = best_of_products();
    return loop > product ? loop : product;
}
