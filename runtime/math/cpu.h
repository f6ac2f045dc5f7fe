/* AERT_CPU: the processor features that this file is being compiled for, as one string.
 *
 * "sse2 sse3 … avx2 fma": a program compiled with -march=native records it, so that on another
 * machine it can say what is missing instead of dying of an illegal instruction.  The names are
 * those of the table in cpu_check.c.  Elsewhere than on x86 the string is empty: nothing to check.
 */
#ifndef AERT_CPU_H
#define AERT_CPU_H

#ifdef __SSE2__
#define AERT_CPU_SSE2 "sse2"
#else
#define AERT_CPU_SSE2 ""
#endif
#ifdef __SSE3__
#define AERT_CPU_SSE3 " sse3"
#else
#define AERT_CPU_SSE3 ""
#endif
#ifdef __SSSE3__
#define AERT_CPU_SSSE3 " ssse3"
#else
#define AERT_CPU_SSSE3 ""
#endif
#ifdef __SSE4_1__
#define AERT_CPU_SSE4_1 " sse4.1"
#else
#define AERT_CPU_SSE4_1 ""
#endif
#ifdef __SSE4_2__
#define AERT_CPU_SSE4_2 " sse4.2"
#else
#define AERT_CPU_SSE4_2 ""
#endif
#ifdef __POPCNT__
#define AERT_CPU_POPCNT " popcnt"
#else
#define AERT_CPU_POPCNT ""
#endif
#ifdef __AVX__
#define AERT_CPU_AVX " avx"
#else
#define AERT_CPU_AVX ""
#endif
#ifdef __AVX2__
#define AERT_CPU_AVX2 " avx2"
#else
#define AERT_CPU_AVX2 ""
#endif
#ifdef __FMA__
#define AERT_CPU_FMA " fma"
#else
#define AERT_CPU_FMA ""
#endif
#ifdef __BMI__
#define AERT_CPU_BMI " bmi"
#else
#define AERT_CPU_BMI ""
#endif
#ifdef __BMI2__
#define AERT_CPU_BMI2 " bmi2"
#else
#define AERT_CPU_BMI2 ""
#endif
#ifdef __AVX512F__
#define AERT_CPU_AVX512F " avx512f"
#else
#define AERT_CPU_AVX512F ""
#endif
#ifdef __AVX512CD__
#define AERT_CPU_AVX512CD " avx512cd"
#else
#define AERT_CPU_AVX512CD ""
#endif
#ifdef __AVX512BW__
#define AERT_CPU_AVX512BW " avx512bw"
#else
#define AERT_CPU_AVX512BW ""
#endif
#ifdef __AVX512DQ__
#define AERT_CPU_AVX512DQ " avx512dq"
#else
#define AERT_CPU_AVX512DQ ""
#endif
#ifdef __AVX512VL__
#define AERT_CPU_AVX512VL " avx512vl"
#else
#define AERT_CPU_AVX512VL ""
#endif
#ifdef __AVX512IFMA__
#define AERT_CPU_AVX512IFMA " avx512ifma"
#else
#define AERT_CPU_AVX512IFMA ""
#endif
#ifdef __AVX512VBMI__
#define AERT_CPU_AVX512VBMI " avx512vbmi"
#else
#define AERT_CPU_AVX512VBMI ""
#endif
#ifdef __AVX512VBMI2__
#define AERT_CPU_AVX512VBMI2 " avx512vbmi2"
#else
#define AERT_CPU_AVX512VBMI2 ""
#endif
#ifdef __AVX512VNNI__
#define AERT_CPU_AVX512VNNI " avx512vnni"
#else
#define AERT_CPU_AVX512VNNI ""
#endif
#ifdef __AVX512BITALG__
#define AERT_CPU_AVX512BITALG " avx512bitalg"
#else
#define AERT_CPU_AVX512BITALG ""
#endif
#ifdef __AVX512VPOPCNTDQ__
#define AERT_CPU_AVX512VPOPCNTDQ " avx512vpopcntdq"
#else
#define AERT_CPU_AVX512VPOPCNTDQ ""
#endif

#define AERT_CPU                                                                                   \
    AERT_CPU_SSE2 AERT_CPU_SSE3 AERT_CPU_SSSE3 AERT_CPU_SSE4_1 AERT_CPU_SSE4_2 AERT_CPU_POPCNT     \
        AERT_CPU_AVX AERT_CPU_AVX2 AERT_CPU_FMA AERT_CPU_BMI AERT_CPU_BMI2 AERT_CPU_AVX512F        \
            AERT_CPU_AVX512CD AERT_CPU_AVX512BW AERT_CPU_AVX512DQ AERT_CPU_AVX512VL                \
                AERT_CPU_AVX512IFMA AERT_CPU_AVX512VBMI AERT_CPU_AVX512VBMI2 AERT_CPU_AVX512VNNI   \
                    AERT_CPU_AVX512BITALG AERT_CPU_AVX512VPOPCNTDQ

#endif
