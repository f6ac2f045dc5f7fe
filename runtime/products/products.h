/* products: products of matrices, and the processor that they run on.  The one header of this
 * folder that others include. */
#ifndef AERT_ROOM_PRODUCTS_H
#define AERT_ROOM_PRODUCTS_H

#include "blas.h"
#include "cpu_check.h"
#include "gemm.h"
#include "gemm_choose.h"
#include "peak.h"

#endif
