/* Which kernels of products a program carries: those of the processor that it is compiled for,
 * which the C compiler's own macros tell.
 *
 *     cc -march=x86-64-v3               AVX2
 *     cc -march=x86-64-v4               AVX-512
 *     cc -march=native                  what is here: on a Sapphire Rapids AMX and AVX-512
 *     cc -march=x86-64                  none: the BLAS, which chooses for itself
 *     cc -march=x86-64-v3 -DAERT_PORTABLE   all three
 *
 * When it starts it takes the first of them that the processor has (gemm_choose.h).
 */
#ifndef AERT_VECTORS_H
#define AERT_VECTORS_H

#include "runs.h"

typedef struct AertGemm AertGemm;   /* gemm_parts.h */
typedef struct AertSkips AertSkips; /* skips_parts.h */

/* The kernels for one kind of vectors: of products of matrices, and, where a model has any, of
 * those with windows that are read in place, and of those that skip zeros. */
typedef struct AertVectors {
    const AertGemm *gemm;
    AertRunsKernel *runs;   /* or NULL, as the next */
    const AertSkips *skips; /* of tiles none: they sum in another order */
} AertVectors;

extern const AertGemm aert_gemm_amx, aert_gemm_avx512, aert_gemm_avx2;
extern const AertSkips aert_skips_avx512, aert_skips_avx2;

#define AERT_VECTORS_ARE(name, runs, skips) {&aert_gemm_##name, runs, skips},

#if !defined(__x86_64__)
#define AERT_OF_AMX(runs, skips)
#define AERT_OF_AVX512(runs, skips)
#define AERT_OF_AVX2(runs, skips)
#else
#if defined(AERT_PORTABLE) || defined(__AMX_BF16__) || defined(__AMXBF16__) /* clang below 16 */
#define AERT_OF_AMX(runs, skips) AERT_VECTORS_ARE(amx, runs, skips)
#else
#define AERT_OF_AMX(runs, skips)
#endif
#if defined(AERT_PORTABLE) || defined(__AVX512F__)
#define AERT_OF_AVX512(runs, skips) AERT_VECTORS_ARE(avx512, runs, skips)
#else
#define AERT_OF_AVX512(runs, skips)
#endif
#if defined(AERT_PORTABLE) || (defined(__AVX2__) && defined(__FMA__) && !defined(__AVX512F__))
#define AERT_OF_AVX2(runs, skips) AERT_VECTORS_ARE(avx2, runs, skips)
#else
#define AERT_OF_AVX2(runs, skips)
#endif
#endif

/* The fastest first, up to one without a kernel.  windows, zeros: whether a program has products
 * with windows, and such as skip zeros; AERT_WITH or AERT_WITHOUT. */
#define AERT_WITH(kernel)    kernel
#define AERT_WITHOUT(kernel) NULL
#define AERT_VECTORS(windows, zeros)                                                               \
    {                                                                                              \
        AERT_OF_AMX(windows(aert_runs_avx512), NULL)                                               \
        AERT_OF_AVX512(windows(aert_runs_avx512), zeros(&aert_skips_avx512))                       \
        AERT_OF_AVX2(windows(aert_runs_avx2), zeros(&aert_skips_avx2)) {                           \
            NULL, NULL, NULL                                                                       \
        }                                                                                          \
    }

#endif
