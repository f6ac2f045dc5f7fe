/* Rows of bytes as floats, see gather_row.h.  Plain loops, compiled a second time for AVX2; neither
 * version fuses multiply and add, so that both give the same bits.
 */
#include "gather_row.h"
#include "products/products.h"

#include <stdatomic.h>

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

static BytesRow *choose_bytes_row(void) {
#if defined(__x86_64__)
    if (aert_cpu_has("avx2"))
        return bytes_wide;
#endif
    return bytes_plain;
}

/* Chosen by whoever comes first, always the same: cpuid takes longer than a row. */
void aert_row_of_bytes(const unsigned char *in, size_t count, AertByteScale s, float *out) {
    static _Atomic(BytesRow *) chosen;
    BytesRow *row = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!row)
        atomic_store_explicit(&chosen, row = choose_bytes_row(), memory_order_relaxed);
    row(in, count, s, out);
}
