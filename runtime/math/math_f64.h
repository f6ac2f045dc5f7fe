/* sigmoid and softplus for double, in forms that neither overflow nor cancel; the rest is the C
 * library's.
 *
 * Double is what gradcheck runs in: accuracy matters, speed does not.
 */
#ifndef AERT_MATH_F64_H
#define AERT_MATH_F64_H

#include "bits.h"

AERT_INLINE double aert_sigmoid_f64(double a) {
    const double e = __builtin_exp(-__builtin_fabs(a));
    return (a < 0 ? e : 1) / (1 + e);
}

AERT_INLINE double aert_softplus_f64(double a) {
    return (a > 0 ? a : 0) + __builtin_log1p(__builtin_exp(-__builtin_fabs(a)));
}

#endif
