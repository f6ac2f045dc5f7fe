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

typedef struct AertGemm AertGemm; /* gemm_parts.h */

/* The kernels for one kind of vectors: of products of matrices, and, where a model has any, of
 * those with windows that are read in place. */
typedef struct AertVectors {
    const AertGemm *gemm;
    AertRunsKernel *runs; /* or NULL */
} AertVectors;

extern const AertGemm aert_gemm_amx, aert_gemm_avx512, aert_gemm_avx2;

#define AERT_VECTORS_ARE(name, runs) {&aert_gemm_##name, runs},

#if !defined(__x86_64__)
#define AERT_OF_AMX(runs)
#define AERT_OF_AVX512(runs)
#define AERT_OF_AVX2(runs)
#else
#if defined(AERT_PORTABLE) || defined(__AMX_BF16__) || defined(__AMXBF16__) /* clang below 16 */
#define AERT_OF_AMX(runs) AERT_VECTORS_ARE(amx, runs)
#else
#define AERT_OF_AMX(runs)
#endif
#if defined(AERT_PORTABLE) || defined(__AVX512F__)
#define AERT_OF_AVX512(runs) AERT_VECTORS_ARE(avx512, runs)
#else
#define AERT_OF_AVX512(runs)
#endif
#if defined(AERT_PORTABLE) || (defined(__AVX2__) && defined(__FMA__) && !defined(__AVX512F__))
#define AERT_OF_AVX2(runs) AERT_VECTORS_ARE(avx2, runs)
#else
#define AERT_OF_AVX2(runs)
#endif
#endif

/* The fastest first, up to one without a kernel: of a program without windows, and of one with. */
#define AERT_VECTORS_END                                                                           \
    { NULL, NULL }
#define AERT_VECTORS                                                                               \
    { AERT_OF_AMX(NULL) AERT_OF_AVX512(NULL) AERT_OF_AVX2(NULL) AERT_VECTORS_END }
#define AERT_VECTORS_WINDOWS                                                                       \
    {                                                                                              \
        AERT_OF_AMX(aert_runs_avx512)                                                              \
        AERT_OF_AVX512(aert_runs_avx512) AERT_OF_AVX2(aert_runs_avx2) AERT_VECTORS_END             \
    }

#endif
