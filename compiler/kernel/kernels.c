/* The table of kernel kinds as data, see kernels.def. */
#include "kernel/fuse.h"

const KernelInfo kernel_table[NUM_KERNELS] = {
#define KERNEL(name, of, flags, what) [KERNEL_##name] = {#name, flags},
#include "kernel/kernels.def"
};

KernelKind kernel_of(const Node *node) {
    enum { KIND_none = NUM_KINDS };
    static const int kinds[NUM_KERNELS] = {
#define KERNEL(name, of, flags, what) [KERNEL_##name] = KIND_##of,
#include "kernel/kernels.def"
    };
    int kind = optab[node->op].kind;
    for (int i = 0; i < NUM_KERNELS; i++)
        if (kinds[i] == kind)
            return (KernelKind)i;
    return KERNEL_loops;
}

bool kernel_reads_parts(const Node *node) {
    return kernel_table[kernel_of(node)].flags & PARTS;
}
