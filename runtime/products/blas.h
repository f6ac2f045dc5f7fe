/* blas: makes OpenBLAS serial, puts it on the right core and sees that it computes.
 *
 * Debian's OpenBLAS 0.3.21 takes its Haswell or Zen core on processors with AVX-512 that it does
 * not know: half the speed.  The core is fixed when the library is loaded, so the program sets
 * OPENBLAS_CORETYPE and executes itself anew, once.  A user's own setting wins.
 */
#ifndef AERT_BLAS_H
#define AERT_BLAS_H

#include "cpu_check.h" /* to be called first */
#include "vectors.h"

/* Call first thing in main, before threads or files: may replace the process by itself with
 * OPENBLAS_CORETYPE=SkylakeX, which it then finds set; if that cannot be done, the library stays on
 * the core it chose.  Then sets it to one thread and tests one product for
 * each orientation and precision: an error if one is wrong.  Chooses the kernel of products of
 * floats among the program's (gemm_choose.h), by AERT_GEMM in the environment where it is set, and
 * tests it too.  Without `computes` nothing is tested: products must not be called then. */
bool aert_blas_start(char **argv, bool computes, const AertVectors *vectors, AertError *error);

/* Whether there are addresses for the buffers of so many calls of the BLAS at once, beside those
 * that it has: OpenBLAS would try for ever. */
bool aert_blas_room(int calls, AertError *error);

/* "products by avx512, OpenBLAS 0.3.21, core SkylakeX", for the log.  Returns `text`. */
const char *aert_blas_name(char *text, size_t size);

#endif
