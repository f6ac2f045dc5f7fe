/* blas: makes OpenBLAS serial, puts it on the right core and sees that it computes.
 *
 * Another library with the CBLAS interface works too: what only OpenBLAS has is declared weak, and
 * left alone where it is missing.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "blas.h"
#include "gemm.h"
#include "gemm_choose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ROW_MAJOR = AERT_CBLAS_ROW_MAJOR, PLAIN = AERT_CBLAS_PLAIN, TRANSPOSED };

void openblas_set_num_threads(int threads) __attribute__((weak));
char *openblas_get_config(void) __attribute__((weak));
char *openblas_get_corename(void) __attribute__((weak));

static bool on_slow_core(void) {
    static const char *const wide[] = {"SkylakeX", "Cooperlake", "SapphireRapids"};
    static const char *const needed[] = {"avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"};
    if (!openblas_get_corename)
        return false;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!aert_cpu_has(needed[i]))
            return false;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strcmp(openblas_get_corename(), wide[i]) == 0)
            return false;
    return true;
}

/* Returns only if the process cannot be replaced, or need not be. */
static void choose_core(char **argv) {
    if (getenv("OPENBLAS_CORETYPE") || getenv("AERT_STARTED") || !on_slow_core())
        return;
    if (setenv("AERT_STARTED", "1", 1) != 0 || setenv("OPENBLAS_CORETYPE", "SkylakeX", 1) != 0)
        return;
    setenv("OPENBLAS_NUM_THREADS", "1", 0); /* spares the start of a pool that is never used */
    execv("/proc/self/exe", argv);
    unsetenv("OPENBLAS_CORETYPE");
}

/* OpenBLAS takes a buffer of this size for each of its calls that run at once, keeps it, and tries
 * for ever where the system has none. */
static const size_t BUFFER = ((size_t)128 << 20) + ((size_t)1 << 20);

bool aert_blas_room(int calls, AertError *error) {
    if (!openblas_get_config || calls < 1)
        return true;
    size_t size = (size_t)calls * BUFFER;
    void *room = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED)
        return aert_fail(error, "out of memory: OpenBLAS wants %zu MB of addresses for %d call%s",
                         size >> 20, calls, calls == 1 ? "" : "s at once");
    munmap(room, size);
    return true;
}

/* The test: C = 2 A·B - C for small whole numbers, which every order of summation gets exactly. */
enum { M = 37, N = 29, K = 43, GAP = 3 };

typedef struct TestProduct {
    float a[(M + GAP) * (K + GAP)], b[(K + GAP) * (N + GAP)], c[M * (N + GAP)];
    double wide_a[(M + GAP) * (K + GAP)], wide_b[(K + GAP) * (N + GAP)], wide_c[M * (N + GAP)];
} TestProduct;

/* -3 … 3 */
static int small(size_t i) {
    return (int)((i * 2654435761u >> 7) % 7) - 3;
}

static void fill(TestProduct *p) {
    for (size_t i = 0; i < sizeof p->a / sizeof *p->a; i++)
        p->wide_a[i] = p->a[i] = (float)small(i);
    for (size_t i = 0; i < sizeof p->b / sizeof *p->b; i++)
        p->wide_b[i] = p->b[i] = (float)small(i + 5000);
    for (size_t i = 0; i < sizeof p->c / sizeof *p->c; i++)
        p->wide_c[i] = p->c[i] = (float)small(i + 9000);
}

static bool product_right(TestProduct *p, int ta, int tb) {
    int lda = (ta ? M : K) + GAP, ldb = (tb ? K : N) + GAP, ldc = N + GAP;
    fill(p);
    cblas_sgemm(ROW_MAJOR, ta ? TRANSPOSED : PLAIN, tb ? TRANSPOSED : PLAIN, M, N, K, 2, p->a, lda,
                p->b, ldb, -1, p->c, ldc);
    cblas_dgemm(ROW_MAJOR, ta ? TRANSPOSED : PLAIN, tb ? TRANSPOSED : PLAIN, M, N, K, 2, p->wide_a,
                lda, p->wide_b, ldb, -1, p->wide_c, ldc);
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < ldc; j++) {
            float want = (float)small((size_t)(i * ldc + j) + 9000);
            float sum = 0;
            for (int k = 0; k < K && j < N; k++)
                sum += p->a[ta ? k * lda + i : i * lda + k] * p->b[tb ? j * ldb + k : k * ldb + j];
            if (j < N)
                want = 2 * sum - want;
            if (p->c[i * ldc + j] != want || p->wide_c[i * ldc + j] != (double)want)
                return false;
        }
    }
    return true;
}

/* C += A·B by the kernel that was chosen. */
static bool own_right(TestProduct *p, int ta, int tb) {
    int lda = (ta ? M : K) + GAP, ldb = (tb ? K : N) + GAP, ldc = N + GAP;
    fill(p);
    aert_gemm_f32(ta, tb, M, N, K, p->a, lda, p->b, ldb, 1, p->c, ldc);
    cblas_dgemm(ROW_MAJOR, ta ? TRANSPOSED : PLAIN, tb ? TRANSPOSED : PLAIN, M, N, K, 1, p->wide_a,
                lda, p->wide_b, ldb, 1, p->wide_c, ldc);
    for (int i = 0; i < M * ldc; i++)
        if ((double)p->c[i] != p->wide_c[i])
            return false;
    return true;
}

static bool choose_kernel(const AertVectors *vectors, AertError *error) {
    const char *name = getenv("AERT_GEMM");
    char names[64];
    return aert_gemm_choose(vectors, name && *name ? name : NULL) ||
           aert_fail(error, "AERT_GEMM=%s: wanted %s, what this program has for this processor",
                     name, aert_gemm_names(vectors, names, sizeof names));
}

bool aert_blas_start(char **argv, bool computes, const AertVectors *vectors, AertError *error) {
    choose_core(argv);
    if (openblas_set_num_threads)
        openblas_set_num_threads(1);
    if (!computes)
        return choose_kernel(vectors, error);
    if (!aert_blas_room(1, error))
        return false;
    TestProduct *product = aert_allocate(1, sizeof *product, "the test of the BLAS", error);
    if (!product || !choose_kernel(vectors, error)) {
        free(product);
        return false;
    }
    bool right = true;
    for (int way = 0; way < 4 && right; way++) {
        char name[128];
        right = product_right(product, way & 1, way >> 1);
        if (!right)
            aert_fail(error,
                      "%s computes wrong products (%s · %s): install another release, or set "
                      "OPENBLAS_CORETYPE",
                      aert_blas_name(name, sizeof name), way & 1 ? "transposed" : "plain",
                      way >> 1 ? "transposed" : "plain");
    }
    for (int way = 0; way < 4 && right; way++)
        if (!own_right(product, way & 1, way >> 1))
            right =
                aert_fail(error, "the %s kernel computes wrong products here: set AERT_GEMM=blas",
                          aert_gemm_name());
    free(product);
    return right;
}

const char *aert_blas_name(char *text, size_t size) {
    if (!openblas_get_config || !openblas_get_corename) {
        snprintf(text, size, "products by %s, a BLAS that is not OpenBLAS", aert_gemm_name());
        return text;
    }
    const char *config = openblas_get_config(); /* "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …" */
    size_t name = strcspn(config, " ");
    size_t version = config[name] ? strcspn(config + name + 1, " ") + 1 : 0;
    snprintf(text, size, "products by %s, %.*s, core %s", aert_gemm_name(), (int)(name + version),
             config, openblas_get_corename());
    return text;
}
