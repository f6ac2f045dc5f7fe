/* runs: the kernel for the vectors of this processor. */
#include "runs.h"
#include "gemm_choose.h"

AertRunsKernel *aert_runs_kernel(void) {
#if defined(__x86_64__)
    switch (aert_gemm_lanes()) {
    case 16:
        return aert_runs_avx512;
    case 8:
        return aert_runs_avx2;
    default:
        break;
    }
#endif
    return NULL;
}
