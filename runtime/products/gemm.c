/* gemm: chooses the kernel for products of floats.
 *
 * Its one idea: a kernel compiled for each kind of vectors, and for tiles. A program carries those
 * that it was compiled for (vectors.h), of which one is taken when it starts; the BLAS does what
 * they cannot.
 */
#define _GNU_SOURCE /* syscall */
#include "gemm.h"
#include "gemm_choose.h"
#include "gemm_parts.h"
#include "cpu_check.h"

#include <stdio.h>
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

static const AertGemm by_the_blas = {.name = "blas", .kernel = by_blas};
static const AertVectors without = {&by_the_blas, NULL, NULL};
static const AertVectors *chosen = &without;

static bool can(const AertGemm *gemm) {
    return (!gemm->needs || aert_cpu_has(gemm->needs)) && gemm->kernel &&
           (!gemm->tiles || tiles_allowed());
}

bool aert_gemm_choose(const AertVectors *vectors, const char *name) {
    for (const AertVectors *v = vectors;; v++) {
        const AertVectors *at = v->gemm ? v : &without;
        if ((!name || strcmp(at->gemm->name, name) == 0) && can(at->gemm)) {
            chosen = at;
            return true;
        }
        if (!v->gemm)
            return false;
    }
}

const char *aert_gemm_names(const AertVectors *vectors, char *text, size_t size) {
    int used = 0;
    for (const AertVectors *v = vectors; v->gemm; v++)
        if (can(v->gemm) && used < (int)size)
            used += snprintf(text + used, size - (size_t)used, "%s or ", v->gemm->name);
    snprintf(text + used, size - (size_t)used, "%s", by_the_blas.name);
    return text;
}

static void keep(bool operands) {
    if (chosen->gemm->keep)
        chosen->gemm->keep(operands);
}

static _Thread_local unsigned long begun;
static _Thread_local bool within;

void aert_gemm_begin_pieces(void) {
    begun++;
    within = true;
    keep(true);
}

void aert_gemm_end_pieces(void) {
    within = false;
    keep(false);
}

unsigned long aert_gemm_pieces(void) {
    return within ? begun : 0;
}

void aert_gemm_changed(const float *from) {
    if (chosen->gemm->changed)
        chosen->gemm->changed(from);
}

AertRunsKernel *aert_gemm_runs(void) {
    return chosen->runs;
}

const AertSkips *aert_gemm_skips(void) {
    return chosen->skips;
}

double aert_gemm_spin(int rounds) {
    return chosen->gemm->spin ? chosen->gemm->spin(rounds) : 0;
}

const char *aert_gemm_name(void) {
    return chosen->gemm->name;
}

void aert_gemm_f32(int ta, int tb, int m, int n, int k, const float *a, int lda, const float *b,
                   int ldb, int add, float *c, int ldc) {
    AertGemmKernel *kernel = k <= 0 || (ta && tb) ? by_blas : chosen->gemm->kernel;
    kernel(ta, tb, m, n, k, a, lda, b, ldb, add, c, ldc);
}
