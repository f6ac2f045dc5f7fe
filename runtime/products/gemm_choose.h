/* gemm: the kernel for products of floats, chosen when a program starts. */
#ifndef AERT_GEMM_CHOOSE_H
#define AERT_GEMM_CHOOSE_H

#include "vectors.h"

/* Of the vectors that a program has the kernel of that name, "amx", "avx512" or "avx2", or "blas",
 * or the fastest where name is NULL; false, and nothing changes, where the program has none of that
 * name, or the processor not what it needs.  Before it is called products are the BLAS's. */
bool aert_gemm_choose(const AertVectors *vectors, const char *name);
const char *aert_gemm_name(void);

/* "avx2 or blas": those that may be chosen here.  Returns `text`. */
const char *aert_gemm_names(const AertVectors *vectors, char *text, size_t size);

/* Products with windows that are read in place (runs.h), with the vectors that were chosen; NULL:
 * it has none. */
AertRunsKernel *aert_gemm_runs(void);

/* Products that skip zeros (skips.h), likewise. */
const AertSkips *aert_gemm_skips(void);

/* Multiplies and adds in registers, `rounds` times, for the peak.  Returns how many operations on
 * floats that is worth; 0 where the BLAS was chosen. */
double aert_gemm_spin(int rounds);

/* Between the two this thread's products are pieces of one kernel: none writes what another reads,
 * so that what was made of an operand for one serves the next. */
void aert_gemm_begin_pieces(void);
void aert_gemm_end_pieces(void);

/* Between them the number of the kernel that pieces are of, another for each; else 0. */
unsigned long aert_gemm_pieces(void);

/* There are other numbers at `from` now: what was made of an operand there serves no longer. */
void aert_gemm_changed(const float *from);

#endif
