/* The peak of this core, measured.
 *
 * Its one idea: twelve independent accumulators keep both multiply-add units busy and fit sixteen
 * registers; each variant is compiled for its vector width and called only where the processor has
 * it.  Where floats are multiplied in parts, on tiles, a loop of that counts a sixth of its
 * operations.
 *
 * Example: 259e9 on a Zen 5 core; on Sapphire Rapids 217e9, on its tiles 500e9.
 */
#include "peak.h"
#include "cpu_check.h"
#include "base/base.h"
#include "gemm.h"
#include "gemm_choose.h"
#include "gemm_parts.h"

#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#ifdef __SANITIZE_ADDRESS__
enum { TRIES = 1 }; /* they look at no speed, and take seconds for 40 */
#else
enum { TRIES = 40 };
#endif
enum { SIDE = 512, ROUNDS = 200000, ACCUMULATORS = 12 };

/* The loops return how many operations they did. */

#if defined(__x86_64__)
static volatile float sink; /* keeps what they compute */

__attribute__((target("avx512f"))) static double multiply_add_512(void) {
    __m512 sum[ACCUMULATORS], a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(1e-3f);
    AERT_UNROLL for (int i = 0; i < ACCUMULATORS; i++) sum[i] = _mm512_set1_ps((float)i);
    for (int n = 0; n < ROUNDS; n++)
        AERT_UNROLL for (int i = 0; i < ACCUMULATORS; i++) sum[i] = _mm512_fmadd_ps(sum[i], a, b);
    AERT_UNROLL for (int i = 1; i < ACCUMULATORS; i++) sum[0] = _mm512_add_ps(sum[0], sum[i]);
    sink = _mm512_cvtss_f32(sum[0]);
    return 2.0 * ROUNDS * ACCUMULATORS * 16;
}

__attribute__((target("avx2,fma"))) static double multiply_add_256(void) {
    __m256 sum[ACCUMULATORS], a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(1e-3f);
    AERT_UNROLL for (int i = 0; i < ACCUMULATORS; i++) sum[i] = _mm256_set1_ps((float)i);
    for (int n = 0; n < ROUNDS; n++)
        AERT_UNROLL for (int i = 0; i < ACCUMULATORS; i++) sum[i] = _mm256_fmadd_ps(sum[i], a, b);
    AERT_UNROLL for (int i = 1; i < ACCUMULATORS; i++) sum[0] = _mm256_add_ps(sum[0], sum[i]);
    sink = _mm256_cvtss_f32(sum[0]);
    return 2.0 * ROUNDS * ACCUMULATORS * 8;
}
#endif

#if defined(AERT_HAS_AMX)
static double multiply_tiles(void) {
    return aert_gemm_amx_spin(ROUNDS / 8);
}
#endif

static double best_of_loop(double (*loop)(void)) {
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
        double start = seconds_now(), flops = loop(), speed = flops / (seconds_now() - start);
        best = speed > best ? speed : best;
    }
    return best;
}

static double best_of_loops(void) {
#if defined(AERT_HAS_AMX)
    if (strcmp(aert_gemm_name(), "amx") == 0)
        return best_of_loop(multiply_tiles);
#endif
#if defined(__x86_64__)
    if (aert_cpu_has("avx512f"))
        return best_of_loop(multiply_add_512);
    if (aert_cpu_has("avx2") && aert_cpu_has("fma"))
        return best_of_loop(multiply_add_256);
#endif
    return 0;
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
