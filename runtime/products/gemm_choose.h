/* gemm: the kernel for products of floats, chosen when a program starts. */
#ifndef AERT_GEMM_CHOOSE_H
#define AERT_GEMM_CHOOSE_H

#include <stdbool.h>

/* The kernel of that name, "amx", "avx512", "avx2" or "blas", or the fastest where name is NULL;
 * false, and nothing changes, where the processor has not what it needs.  Before it is called
 * products are the BLAS's. */
bool aert_gemm_choose(const char *name);
const char *aert_gemm_name(void);

/* Floats of a vector that it computes with; 0: the BLAS does. */
int aert_gemm_lanes(void);

/* Between the two this thread's products are pieces of one kernel: none writes what another reads,
 * so that what was made of an operand for one serves the next. */
void aert_gemm_begin_pieces(void);
void aert_gemm_end_pieces(void);

/* There are other numbers at `from` now: what was made of an operand there serves no longer. */
void aert_gemm_changed(const float *from);

#endif
