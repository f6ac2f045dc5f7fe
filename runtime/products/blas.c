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

enum { ROW_MAJOR = AERT_CBLAS_ROW_MAJOR, PLAIN = AERT_CBLAS_PLAIN };

void openblas_set_num_threads(int threads) __attribute__((weak));
char *openblas_get_config(void) __attribute__((weak));
char *openblas_get_corename(void) __attribute__((weak));

static bool on_slow_core(void) {
    static const char *const wide[] = {"SkylakeX", "Cooperlake", "SapphireRapids"};
    if (!openblas_get_corename || !aert_cpu_has("avx512f avx512dq avx512bw avx512vl avx512cd"))
        return false;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strcmp(openblas_get_corename(), wide[i]) == 0)
            return false;
    return true;
}

/* Returns only if the process cannot be replaced, or need not be. */
static void choose_core(char **argv) {
    if (getenv("OPENBLAS_CORETYPE") || !on_slow_core() ||
        setenv("OPENBLAS_CORETYPE", "SkylakeX", 1) != 0)
        return;
    setenv("OPENBLAS_NUM_THREADS", "1", 0); /* spares the start of a pool that is never used */
    execv("/proc/self/exe", argv);
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

/* The test: C = 2 A·B - C by the BLAS, C = A·B + C by the kernel that was chosen, for small whole
 * numbers, which every order of summation gets exactly. */
enum { M = 37, N = 29, K = 43, GAP = 3 };
enum { B = (M + GAP) * (K + GAP), C = B + (K + GAP) * (N + GAP), END = C + M * (N + GAP) };

typedef struct TestProduct {
    float single[END]; /* A, from B on B, from C on C */
    double wide[END];
} TestProduct;

/* -3 … 3 */
static int small(size_t i) {
    return (int)((i * 2654435761u >> 7) % 7) - 3;
}

static bool product_right(TestProduct *p, int ta, int tb, bool own) {
    int lda = (ta ? M : K) + GAP, ldb = (tb ? K : N) + GAP, ldc = N + GAP;
    float times = own ? 1 : 2, add = own ? 1 : -1, *a = p->single, *b = a + B, *c = a + C;
    for (size_t i = 0; i < END; i++)
        p->wide[i] = p->single[i] = (float)small(i);
    if (own)
        aert_gemm_f32(ta, tb, M, N, K, a, lda, b, ldb, 1, c, ldc);
    else
        cblas_sgemm(ROW_MAJOR, PLAIN + ta, PLAIN + tb, M, N, K, times, a, lda, b, ldb, add, c, ldc);
    cblas_dgemm(ROW_MAJOR, PLAIN + ta, PLAIN + tb, M, N, K, (double)times, p->wide, lda,
                p->wide + B, ldb, (double)add, p->wide + C, ldc);
    for (int i = 0; i < M * ldc; i++) {
        int row = i / ldc, column = i % ldc;
        float sum = 0, want = (float)small((size_t)(C + i));
        for (int k = 0; k < K; k++)
            sum +=
                a[ta ? k * lda + row : row * lda + k] * b[tb ? column * ldb + k : k * ldb + column];
        if (column < N)
            want = times * sum + add * want;
        if (c[i] != want || p->wide[C + i] != (double)want)
            return false;
    }
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
    int way = 0;
    while (way < 8 && product_right(product, way & 1, way >> 1 & 1, way >> 2))
        way++;
    free(product);
    char name[128];
    if (way < 4)
        aert_fail(error,
                  "%s computes wrong products (%s · %s): install another release, or set "
                  "OPENBLAS_CORETYPE",
                  aert_blas_name(name, sizeof name), way & 1 ? "transposed" : "plain",
                  way >> 1 ? "transposed" : "plain");
    else if (way < 8)
        aert_fail(error, "the %s kernel computes wrong products here: set AERT_GEMM=blas",
                  aert_gemm_name());
    return way == 8;
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
