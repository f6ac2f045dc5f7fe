/* The numbers of generated code: float or double, by AERT_REAL, which is 32 or 64.
 *
 * A generated file contains its kernels once and includes itself twice, with this header in
 * between, which therefore has no guard: it takes its macros back and makes them again for the
 * other type.  They are `real`, REAL(name) for names that exist once for each type, and the
 * functions that the op table's expressions use:
 *
 *     const real a = x[i];                     const float a = x[i];
 *     y[i] = log1p(exp(a));                    y[i] = aert_log1p_f32(aert_exp_f32(a));
 *     REAL(gemm)(0, 0, …);                     gemm_f32(0, 0, …);
 *     REAL(draw_randn)(key, i)                aert_normal_f32(key, i)
 *
 * math.h must not be included after it.
 */
#include "math/cpu.h"
#include "products/bands.h"
#include "products/gemm.h"
#include "products/nonzeros.h"
#include "products/skips.h"
#include "products/text_rows.h"
#include "products/windows.h"
#include "math/gamma.h"
#include "math/gamma_f32.h"
#include "math/math_f32.h"
#include "math/math_f64.h"
#include "math/pow_f32.h"
#include "math/random.h"
#include "math/rank.h"
#include "math/trig_f32.h"

#undef real
#undef REAL
#undef exp
#undef log
#undef log1p
#undef tanh
#undef erf
#undef sigmoid
#undef softplus
#undef sin
#undef cos
#undef atan
#undef lgamma
#undef digamma
#undef trigamma
#undef polygamma
#undef pow
#undef sqrt
#undef fabs
#undef floor

/* Asks memory for what is read soon. */
#define ask_f32(at) __builtin_prefetch(at)
#define ask_f64(at) ((void)0)

/* The end of a piece that is of whole vectors of 8: told so, the C compiler writes no scalar loop
 * for what would be left behind them.  Loops of doubles are scalar anyway. */
#ifndef vectors_f32
#define vectors_f32(begin, end) ((begin) + (((end) - (begin)) & -8))
#define vectors_f64(begin, end) (end)
#endif

#if AERT_REAL == 32

#define real                float
#define REAL(name)          name##_f32
#define exp(a)              aert_exp_f32(a)
#define log(a)              aert_log_f32(a)
#define log1p(a)            aert_log1p_f32(a)
#define tanh(a)             aert_tanh_f32(a)
#define erf(a)              aert_erf_f32(a)
#define sigmoid(a)          aert_sigmoid_f32(a)
#define softplus(a)         aert_softplus_f32(a)
#define sin(a)              aert_sin_f32(a)
#define cos(a)              aert_cos_f32(a)
#define atan(a)             aert_atan_f32(a)
#define lgamma(a)           aert_lgamma_f32(a)
#define digamma(a)          aert_digamma_f32(a)
#define trigamma(a)         aert_trigamma_f32(a)
#define polygamma(order, a) (float)aert_polygamma((double)(order), (double)(a))
#define pow(a, b)           aert_pow_f32(a, b)
#define sqrt(a)             __builtin_sqrtf(a)
#define fabs(a)             __builtin_fabsf(a)
#define floor(a)            __builtin_floorf(a)

#elif AERT_REAL == 64

#define real                double
#define REAL(name)          name##_f64
#define exp(a)              __builtin_exp(a)
#define log(a)              __builtin_log(a)
#define log1p(a)            __builtin_log1p(a)
#define tanh(a)             __builtin_tanh(a)
#define erf(a)              __builtin_erf(a)
#define sigmoid(a)          aert_sigmoid_f64(a)
#define softplus(a)         aert_softplus_f64(a)
#define sin(a)              __builtin_sin(a)
#define cos(a)              __builtin_cos(a)
#define atan(a)             __builtin_atan(a)
#define lgamma(a)           aert_lgamma(a)
#define digamma(a)          aert_polygamma(0, a)
#define trigamma(a)         aert_polygamma(1, a)
#define polygamma(order, a) aert_polygamma(order, a)
#define pow(a, b)           __builtin_pow(a, b)
#define sqrt(a)             __builtin_sqrt(a)
#define fabs(a)             __builtin_fabs(a)
#define floor(a)            __builtin_floor(a)

#else
#error "AERT_REAL must be 32 or 64"
#endif
