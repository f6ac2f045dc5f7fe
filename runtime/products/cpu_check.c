/* cpu_check: features of this processor by cpuid, and whether the system saves the registers that
 * they need. */
#include "cpu_check.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

enum { EAX, EBX, ECX, EDX };
enum { SAVES_NONE = 0, SAVES_AVX = 0x6, SAVES_AVX512 = 0xe6, SAVES_AMX = 0x60006 };
enum { EXTENDED = 0x80 }; /* of the leaves from 0x80000000 on */

/* Where cpuid tells of each feature, and the bits of XCR0 that must be set for its use. */
static const struct {
    const char *name;
    uint8_t leaf, subleaf, word, bit;
    unsigned saves;
} table[] = {
    {"sse2", 1, 0, EDX, 26, SAVES_NONE},
    {"sse3", 1, 0, ECX, 0, SAVES_NONE},
    {"ssse3", 1, 0, ECX, 9, SAVES_NONE},
    {"sse4.1", 1, 0, ECX, 19, SAVES_NONE},
    {"sse4.2", 1, 0, ECX, 20, SAVES_NONE},
    {"movbe", 1, 0, ECX, 22, SAVES_NONE},
    {"popcnt", 1, 0, ECX, 23, SAVES_NONE},
    {"fma", 1, 0, ECX, 12, SAVES_AVX},
    {"avx", 1, 0, ECX, 28, SAVES_AVX},
    {"f16c", 1, 0, ECX, 29, SAVES_AVX},
    {"lzcnt", EXTENDED | 1, 0, ECX, 5, SAVES_NONE},
    {"bmi", 7, 0, EBX, 3, SAVES_NONE},
    {"avx2", 7, 0, EBX, 5, SAVES_AVX},
    {"bmi2", 7, 0, EBX, 8, SAVES_NONE},
    {"avx512f", 7, 0, EBX, 16, SAVES_AVX512},
    {"avx512dq", 7, 0, EBX, 17, SAVES_AVX512},
    {"avx512ifma", 7, 0, EBX, 21, SAVES_AVX512},
    {"avx512cd", 7, 0, EBX, 28, SAVES_AVX512},
    {"avx512bw", 7, 0, EBX, 30, SAVES_AVX512},
    {"avx512vl", 7, 0, EBX, 31, SAVES_AVX512},
    {"avx512vbmi", 7, 0, ECX, 1, SAVES_AVX512},
    {"avx512vbmi2", 7, 0, ECX, 6, SAVES_AVX512},
    {"avx512vnni", 7, 0, ECX, 11, SAVES_AVX512},
    {"avx512bitalg", 7, 0, ECX, 12, SAVES_AVX512},
    {"avx512vpopcntdq", 7, 0, ECX, 14, SAVES_AVX512},
    {"amx-bf16", 7, 0, EDX, 22, SAVES_AMX},
    {"avx512fp16", 7, 0, EDX, 23, SAVES_AVX512},
    {"avx512bf16", 7, 1, EAX, 5, SAVES_AVX512},
};

static bool system_saves(unsigned wanted) {
    unsigned word[4], low, high;
    __cpuid(1, word[EAX], word[EBX], word[ECX], word[EDX]);
    if (wanted == SAVES_NONE || !(word[ECX] >> 27 & 1)) /* the system has no xgetbv */
        return wanted == SAVES_NONE;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & wanted) == wanted;
}

static bool has(const char *feature, size_t length) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        unsigned word[4], leaf = table[i].leaf;
        if (strncmp(table[i].name, feature, length) == 0 && !table[i].name[length])
            return __get_cpuid_count((leaf & EXTENDED) << 24 | (leaf & ~EXTENDED), table[i].subleaf,
                                     &word[EAX], &word[EBX], &word[ECX], &word[EDX]) &&
                   (word[table[i].word] >> table[i].bit & 1) && system_saves(table[i].saves);
    }
    return false;
}
#else
static bool has(const char *feature, size_t length) {
    (void)feature, (void)length;
    return false;
}
#endif

/* Of the features those that are missing, each behind a blank.  Returns whether there are any. */
static bool lacks(const char *features, char *missing, size_t size) {
    size_t used = 0, length;
    *missing = 0;
    for (const char *at = features; *at; at += length + (at[length] == ' ')) {
        length = strcspn(at, " ");
        if (length && !has(at, length) && used < size)
            used += (size_t)snprintf(missing + used, size - used, " %.*s", (int)length, at);
    }
    return used > 0;
}

bool aert_cpu_has(const char *features) {
    char missing[256];
    return !lacks(features, missing, sizeof missing);
}

bool aert_cpu_check(const char *compiled_for, AertError *error) {
    char missing[256];
    return !compiled_for || !lacks(compiled_for, missing, sizeof missing) ||
           aert_fail(error,
                     "this program was compiled for a processor with%s, which "
                     "this one lacks: compile it anew here",
                     missing);
}
