/* product: see product.h. */
#include "product.h"
#include "gemm.h"

void aert_product(const AertProduct *p) {
    const void *a = p->a, *b = p->b;
    void *c = p->c;
    if (p->size == sizeof(float))
        aert_gemm_f32(p->ta, p->tb, p->m, p->n, p->k, a, p->lda, b, p->ldb, p->add, c, p->ldc);
    else
        gemm_f64(p->ta, p->tb, p->m, p->n, p->k, 1, a, p->lda, b, p->ldb, p->add, c, p->ldc);
}
