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

bool kernel_pads_runs(const Node *node) {
    enum { SHORTEST = 128 };
    long run = 1;
    int rank = node->type.rank, axis = node->op == OP_pad ? rank + node->attr.ints[0] : rank;
    for (int d = axis + 1; d < rank; d++)
        run *= node->type.dim[d];
    return axis < rank && node->type.dim[axis] > 0 && run >= SHORTEST;
}
