/* gemm: chooses the kernel for products of floats.
 *
 * Its one idea: a kernel compiled for each kind of vectors, and for tiles, one of which is taken
 * when the program starts; the BLAS does what they cannot.
 */
#define _GNU_SOURCE /* syscall */
#include "gemm.h"
#include "gemm_choose.h"
#include "gemm_parts.h"
#include "cpu_check.h"

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

static void by_blas(bool ta, bool tb, int m, int n, int k, const float *a, int lda, const float *b,
                    int ldb, bool add, float *c, int ldc) {
    cblas_sgemm(AERT_CBLAS_ROW_MAJOR, AERT_CBLAS_PLAIN + ta, AERT_CBLAS_PLAIN + tb, m, n, k, 1, a,
                lda, b, ldb, add, c, ldc);
}

/* The system keeps the tiles of those processes only that ask for it. */
static bool tiles_allowed(void) {
#if defined(__linux__) && defined(SYS_arch_prctl)
    enum { REQUEST = 0x1023 /* ARCH_REQ_XCOMP_PERM */, TILES = 18 };
    return syscall(SYS_arch_prctl, REQUEST, TILES) == 0;
#else
    return false;
#endif
}

static const struct {
    const char *name;
    const char *needs[3];
    int lanes; /* floats of a vector */
    AertGemmKernel *kernel;
    bool (*allowed)(void);       /* or NULL, as the next */
    void (*keep)(bool operands); /* from one product to the next */
    void (*changed)(const float *from);
} kernels[] = {
#if defined(__x86_64__)
#if defined(AERT_HAS_AMX)
    {"amx",
     {"amx-bf16", "avx512f", "fma"},
     16,
     aert_gemm_amx,
     tiles_allowed,
     aert_gemm_amx_keep,
     aert_gemm_amx_changed},
#endif
    {"avx512", {"avx512f", "avx2", "fma"}, 16, aert_gemm_avx512, NULL, NULL, NULL},
    {"avx2", {"avx2", "fma"}, 8, aert_gemm_avx2, NULL, NULL, NULL},
#endif
    {"blas", {NULL}, 0, by_blas, NULL, NULL, NULL},
};

enum { KERNELS = sizeof kernels / sizeof *kernels };

static int chosen = KERNELS - 1;

static bool can(int kernel) {
    for (int i = 0; i < 3 && kernels[kernel].needs[i]; i++)
        if (!aert_cpu_has(kernels[kernel].needs[i]))
            return false;
    return !kernels[kernel].allowed || kernels[kernel].allowed();
}

bool aert_gemm_choose(const char *name) {
    for (int i = 0; i < KERNELS; i++)
        if ((!name || strcmp(kernels[i].name, name) == 0) && can(i)) {
            chosen = i;
            return true;
        }
    return false;
}

static void keep(bool operands) {
    if (kernels[chosen].keep)
        kernels[chosen].keep(operands);
}

void aert_gemm_begin_pieces(void) {
    keep(true);
}

void aert_gemm_end_pieces(void) {
    keep(false);
}

void aert_gemm_changed(const float *from) {
    if (kernels[chosen].changed)
        kernels[chosen].changed(from);
}

int aert_gemm_lanes(void) {
    return kernels[chosen].lanes;
}

const char *aert_gemm_name(void) {
    return kernels[chosen].name;
}

void aert_gemm_f32(int ta, int tb, int m, int n, int k, const float *a, int lda, const float *b,
                   int ldb, int add, float *c, int ldc) {
    AertGemmKernel *kernel = k <= 0 || (ta && tb) ? by_blas : kernels[chosen].kernel;
    kernel(ta, tb, m, n, k, a, lda, b, ldb, add, c, ldc);
}
