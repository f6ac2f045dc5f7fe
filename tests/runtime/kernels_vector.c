/* One loop a line, as generated code has them; kernels_vector.sh asks the compilers whether each
 * became vector code. */
#define AERT_REAL 32
#include "real.h"

#define MAP(name, expr)                                                                            \
    void name(int n, const float *restrict x, float *restrict y);                                  \
    void name(int n, const float *restrict x, float *restrict y) {                                 \
        for (int i = 0; i < n; i++) {                                                              \
            const float a = x[i];                                                                  \
            y[i] = expr;                                                                           \
        }                                                                                          \
    }
#define DRAW(name, expr)                                                                           \
    void name(int n, AertKey key, float *restrict y);                                              \
    void name(int n, AertKey key, float *restrict y) {                                             \
        for (int i = 0; i < n; i++)                                                                \
            y[i] = expr;                                                                           \
    }

MAP(loop_exp, exp(a))                                                /* LOOP */
MAP(loop_log, log(a))                                                /* LOOP */
MAP(loop_log1p, log1p(a))                                            /* LOOP */
MAP(loop_tanh, tanh(a))                                              /* LOOP */
MAP(loop_erf, erf(a))                                                /* LOOP */
MAP(loop_sigmoid, sigmoid(a))                                        /* LOOP */
MAP(loop_softplus, softplus(a))                                      /* LOOP */
MAP(loop_sin, sin(a))                                                /* LOOP */
MAP(loop_cos, cos(a))                                                /* LOOP */
MAP(loop_atan, atan(a))                                              /* LOOP */
MAP(loop_lgamma, lgamma(a))                                          /* LOOP */
MAP(loop_digamma, digamma(a))                                        /* LOOP */
MAP(loop_trigamma, trigamma(a))                                      /* LOOP */
MAP(loop_chosen, REAL(aert_choose)(a > 1, lgamma(a), a))             /* LOOP */
MAP(loop_pow, pow(a, 2.5f))                                          /* LOOP */
MAP(loop_sqrt, sqrt(a))                                              /* LOOP */
MAP(loop_floor, floor(a))                                            /* LOOP */
MAP(loop_fabs, fabs(a))                                              /* LOOP */
MAP(loop_elu, a > 0 ? a : exp(a) - 1)                                /* LOOP */
DRAW(loop_uniform, REAL(draw_rand)(key, (uint32_t)i))                /* LOOP */
DRAW(loop_normal, REAL(draw_randn)(key, (uint32_t)i))                /* LOOP */
DRAW(loop_mask, REAL(draw_rand)(key, (uint32_t)i) < y[i] ? 0 : y[i]) /* LOOP */
