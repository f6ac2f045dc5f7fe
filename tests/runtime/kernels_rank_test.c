/* rank.h against what it means, of all lengths to 200 and some long ones: numbers of every size,
 * equal ones, zeros of both signs, infinities, and what is not a number. */
#include "math/rank.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 3000, STRIDE = 3 };

static uint64_t state = 1;

static uint32_t draw(void) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(state >> 32);
}

/* Any bits, a few numbers many times, or a rare one. */
static float number(int kind) {
    static const float rare[] = {0.0F, -0.0F, INFINITY, -INFINITY, NAN, 1e-45F, -1e-45F, 1e38F};
    uint32_t bits = draw();
    float value;
    memcpy(&value, &bits, sizeof value);
    if (kind == 0 || draw() % 8 == 0)
        return rare[draw() % 8];
    return kind == 1 ? value : (float)(draw() % 7) - 3;
}

#define COMPARE(name, real)                                                                        \
    static int compare_##name(int n, int stride, const real *from) {                               \
        static real to[LONGEST * STRIDE];                                                          \
        static double scratch[AERT_RANK_SCRATCH * LONGEST];                                        \
        rank_##name(n, from, stride, to, scratch);                                                 \
        for (int i = 0; i < n; i++) {                                                              \
            int before = 0;                                                                        \
            for (int k = 0; k < n; k++)                                                            \
                before += from[stride * k] > from[stride * i] ||                                   \
                          (from[stride * k] == from[stride * i] && k < i);                         \
            if (to[stride * i] == (real)before)                                                    \
                continue;                                                                          \
            printf("number %d of %d has the rank %g, not %d\n", i, n, (double)to[stride * i],      \
                   before);                                                                        \
            return 1;                                                                              \
        }                                                                                          \
        return 0;                                                                                  \
    }

COMPARE(f32, float)
COMPARE(f64, double)

int main(void) {
    static float single[LONGEST * STRIDE];
    static double twice[LONGEST * STRIDE];
    int failed = 0;
    for (int n = 1; n <= LONGEST; n += n < 200 ? 1 : 1400)
        for (int kind = 0; kind < 3; kind++)
            for (int stride = 1; stride <= STRIDE; stride += 2) {
                for (int i = 0; i < n * stride; i++) {
                    single[i] = number(kind);
                    twice[i] = (double)single[i] * (draw() % 2 ? 1 : 1 + 0x1p-40);
                }
                failed += compare_f32(n, stride, single) + compare_f64(n, stride, twice);
            }
    return failed > 0;
}
