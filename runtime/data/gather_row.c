/* Rows of bytes as floats, see gather_row.h.  Plain loops, compiled a second time for AVX2; neither
 * version fuses multiply and add, so that both give the same bits.
 */
#include "gather_row.h"
#include "products/products.h"

#include <pthread.h>

static inline __attribute__((always_inline)) void
bytes_loop(const unsigned char *restrict in, size_t count, AertByteScale s, float *restrict out) {
    for (size_t i = 0; i < count; i++) {
        float b = in[i];
        out[i] = (s.low + b * s.coarse) + b * s.fine;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2,no-fma"))) static void bytes_wide(const unsigned char *in, size_t count,
                                                              AertByteScale s, float *out) {
    bytes_loop(in, count, s, out);
}
#endif

static void bytes_plain(const unsigned char *in, size_t count, AertByteScale s, float *out) {
    bytes_loop(in, count, s, out);
}

typedef void BytesRow(const unsigned char *in, size_t count, AertByteScale s, float *out);

static BytesRow *bytes_row = bytes_plain;

/* Once: cpuid takes longer than a row. */
static void choose_bytes_row(void) {
#if defined(__x86_64__)
    if (aert_cpu_has("avx2"))
        bytes_row = bytes_wide;
#endif
}

void aert_row_of_bytes(const unsigned char *in, size_t count, AertByteScale s, float *out) {
    static pthread_once_t chosen = PTHREAD_ONCE_INIT;
    pthread_once(&chosen, choose_bytes_row);
    bytes_row(in, count, s, out);
}
