/* rank.h against what it means, ranks and places, of all lengths to 200 and some long ones: numbers
 * of every size, equal ones, zeros of both signs, infinities, and what is not a number. */
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
        static int to[LONGEST * STRIDE];                                                           \
        static double scratch[AERT_RANK_SCRATCH * LONGEST];                                        \
        rank_##name(n, from, stride, to, scratch);                                                 \
        for (int i = 0; i < n; i++) {                                                              \
            int before = 0;                                                                        \
            for (int k = 0; k < n; k++)                                                            \
                before += from[stride * k] > from[stride * i] ||                                   \
                          (from[stride * k] == from[stride * i] && k < i);                         \
            if (to[stride * i] == before)                                                          \
                continue;                                                                          \
            printf("number %d of %d has the rank %d, not %d\n", i, n, to[stride * i], before);     \
            return 1;                                                                              \
        }                                                                                          \
        return 0;                                                                                  \
    }

/* Each stands behind one that is smaller, or equal and before it in the row; no place is twice. */
#define COMPARE_PLACES(name, real)                                                                 \
    static int compare_places_##name(int n, int stride, const real *from) {                        \
        static int to[LONGEST * STRIDE];                                                           \
        static double scratch[AERT_RANK_SCRATCH * LONGEST];                                        \
        argsort_##name(n, from, stride, to, scratch);                                              \
        for (int i = 0; i < n; i++) {                                                              \
            const int here = to[stride * i], last = i > 0 ? to[stride * (i - 1)] : -1;             \
            const real own = here >= 0 && here < n ? from[stride * here] : 0;                      \
            const real before = last >= 0 ? from[stride * last] : 0;                               \
            const int none = own != own && before != before;                                       \
            const int rises = before < own || (own != own && before == before);                    \
            const int same = (before == own || none) && last < here;                               \
            if (here >= 0 && here < n && (last < 0 || rises || same))                              \
                continue;                                                                          \
            printf("place %d of %d is %d, behind %d\n", i, n, to[stride * i], last);               \
            return 1;                                                                              \
        }                                                                                          \
        return 0;                                                                                  \
    }

COMPARE(f32, float)
COMPARE(f64, double)
COMPARE_PLACES(f32, float)
COMPARE_PLACES(f64, double)

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
                failed += compare_places_f32(n, stride, single);
                failed += compare_places_f64(n, stride, twice);
            }
    return failed > 0;
}
