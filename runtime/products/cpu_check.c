/* cpu_check: features of this processor by cpuid, and whether the system saves the registers that
 * they need. */
#include "cpu_check.h"

#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

enum { EBX = 1, ECX = 2, EDX = 3 };
enum { SAVES_NONE = 0, SAVES_AVX = 0x6, SAVES_AVX512 = 0xe6, SAVES_AMX = 0x60006 };

/* Where cpuid tells of each feature, and the bits of XCR0 that must be set for its use. */
static const struct {
    const char *name;
    unsigned leaf, subleaf, word, bit, saves;
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
    {"lzcnt", 0x80000001, 0, ECX, 5, SAVES_NONE},
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
    {"avx512bf16", 7, 1, 0, 5, SAVES_AVX512},
};

static bool system_saves(unsigned wanted) {
    unsigned word[4];
    if (wanted == SAVES_NONE)
        return true;
    if (!__get_cpuid(1, &word[0], &word[1], &word[2], &word[3]) || !(word[ECX] >> 27 & 1))
        return false; /* the system has no xgetbv */
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & wanted) == wanted;
}

bool aert_cpu_has(const char *feature) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        unsigned word[4] = {0};
        if (strcmp(table[i].name, feature) != 0)
            continue;
        return __get_cpuid_count(table[i].leaf, table[i].subleaf, &word[0], &word[1], &word[2],
                                 &word[3]) &&
               (word[table[i].word] >> table[i].bit & 1) && system_saves(table[i].saves);
    }
    return false;
}
#else
bool aert_cpu_has(const char *feature) {
    (void)feature;
    return false;
}
#endif

bool aert_cpu_check(const char *compiled_for, AertError *error) {
    char missing[256] = "";
    size_t used = 0;
    const char *at = compiled_for ? compiled_for : "";
    while (*(at += strspn(at, " "))) {
        char name[32];
        size_t length = strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        at += length;
        if (!aert_cpu_has(name) && used < sizeof missing)
            used += (size_t)snprintf(missing + used, sizeof missing - used, " %s", name);
    }
    return used == 0 || aert_fail(error,
                                  "this program was compiled for a processor with%s, which "
                                  "this one lacks: compile it anew here",
                                  missing);
}
