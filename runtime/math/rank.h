/* Ranks: how many numbers of a row come before each, the largest first and equal ones in their
 * order; and the places of the numbers by size, the smallest first.
 *
 *     3 1 4 1 5   →   rank 2 3 1 4 0      argsort 1 3 0 2 4
 *
 * Rows of some length are sorted by their bits, digit by digit, in time that grows with the length;
 * in short ones each pair is compared.  Zeros of either sign are equal.  A value that is not a
 * number comes before nothing and after nothing: its rank is 0, and others do not count it; its
 * place is behind all others.
 */
#ifndef AERT_RANK_H
#define AERT_RANK_H

enum { AERT_RANK_SCRATCH = 8 /* reals for each number of a row */ };

/* n numbers from `from`, `stride` apart, their ranks to `to`, as far apart.  `scratch` holds
 * AERT_RANK_SCRATCH n floats or doubles. */
void rank_f32(int n, const float *from, int stride, int *to, void *scratch);
void rank_f64(int n, const double *from, int stride, int *to, void *scratch);
/* The same for places. */
void argsort_f32(int n, const float *from, int stride, int *to, void *scratch);
void argsort_f64(int n, const double *from, int stride, int *to, void *scratch);

#endif
