/* Fusion: which nodes of a graph become one kernel.
 *
 * A kernel is a set of nodes over common axes.  Every dimension of every value in it is a sequence
 * of loop axes, so that values of different types meet in one loop nest: [n,784] and [n,1,28,28]
 * run over the axes n, 28, 28, a bias [784] over the last two of them.  The nodes of a kernel run
 * over all its axes (full values) or over its outer axes (one number for each row, say); reductions
 * lead from the former to the latter.
 *
 * What needs no memory never gets a kernel: constants and step scalars are written into
 * expressions, views (reshape, slice, transpose, expand) are read through strides, cheap draws are
 * drawn again by each reader.
 */
#ifndef AECC_FUSE_H
#define AECC_FUSE_H

#include "ir/length.h"

enum { MAX_AXES = 16 };

/* c[0] + c[1] * n + c[2] * n^2 */
typedef struct Offset {
    long c[3];
} Offset;

/* Where the elements of a value lie in the memory of `base`. */
typedef struct Layout {
    const Node *base;
    Offset offset;
    Len stride[MAX_RANK]; /* by dimension from the left; 0 where it repeats */
    bool whole;           /* it shows each element of base, in base's order; some may be repeated */
} Layout;

typedef enum Role {
    ROLE_dead,       /* nothing needs it */
    ROLE_leaf,       /* stored outside the arena */
    ROLE_const,      /* a literal */
    ROLE_scalar,     /* computed in double before the kernels */
    ROLE_view,       /* read through its layout */
    ROLE_recomputed, /* computed again by every kernel that reads it */
    ROLE_loop,       /* computed in a loop kernel, or in the loops that end a product */
    ROLE_kernel,     /* a kernel of its own, by kernels.def: a product, a move … */
} Role;

typedef struct FusionValue {
    Role role;
    Layout layout;        /* of its elements */
    const Layout *copied; /* of a loop node that copies a view: the view; else NULL */
    bool forced;          /* must have memory */
    bool stored;          /* has memory */
    int group;            /* of loop and kernel nodes */
    int scalar;           /* of scalar nodes: its number */
    int cost;             /* of recomputed nodes: work for one element */
    int readers;          /* how many operands of other nodes it is */
    const Node *windows;  /* of a view that products alone read: the windows that it shows as a
                             matrix, which is not stored; else NULL */
} FusionValue;

/* Loop axes of a value: those of dimension d are at[start[d]] … at[start[d + 1] - 1]. */
typedef struct AxisMap {
    unsigned char start[MAX_RANK + 1];
    unsigned char at[MAX_AXES];
} AxisMap;

/* The common axes of a set of nodes. */
typedef struct Space {
    int axes;
    Len *length; /* of each axis */
    int outer;   /* the first `outer` axes are those of row values; all of them without such */
    bool reduces;
    bool columns;   /* the last axis of the values is an outer one: sums over rows, side by side */
    AxisMap *map;   /* by place in the group's list: axes of the node's own type */
    AxisMap *whole; /* of a reduction: axes of its operand */
} Space;

typedef List(int) IntList;

/* The kinds of kernels (kernels.c). */
enum { ENDS = 1, SLICES = 2, PLAIN = 4, PARTS = 8 };

typedef enum KernelKind {
#define KERNEL(name, of, flags, what) KERNEL_##name,
#include "kernel/kernels.def"
    NUM_KERNELS
} KernelKind;

typedef struct KernelInfo {
    const char *name;
    unsigned flags;
} KernelInfo;
extern const KernelInfo kernel_table[NUM_KERNELS];
/* The kind of kernel that the node is by itself; KERNEL_loops where it may join others. */
KernelKind kernel_of(const Node *node);
/* Whether what it reads may begin anywhere in the memory of another value. */
bool kernel_reads_parts(const Node *node);

/* Whether a pad is cut into pieces along its own axis, too: the runs right of it are long. */
bool kernel_pads_runs(const Node *node);

typedef struct Group {
    KernelKind kind;
    Node *main;      /* of a product, move, gather …: the node; NULL for a loop kernel */
    NodeList nodes;  /* loop nodes and the recomputed ones they read, ascending; of a product: what
                        it ends with */
    Space space;     /* of nodes */
    bool by_columns; /* of a product: cut along the columns of the result, else along its rows */
    bool gone;       /* merged into another */
} Group;

typedef struct Fusion {
    Arena *arena;
    const Graph *graph;
    FusionValue *value; /* by node id */
    int *place;         /* by node id: where it is in the list whose axes are looked for */
    List(Group) groups;
    NodeList scalars;
    int batch;      /* most rows */
    bool hold;      /* stop() is held: gradcheck */
    bool by_things; /* products with several rows an example are cut by rows, whatever is longer */
} Fusion;

/* Does       finds the role of every node and groups those that are computed into kernels
 * Requires   a graph without placeholders, after prepare()
 * Keeps      the graph; every group can run as one kernel once the groups that it reads have run
 * Example    softplus, mul, sub, sum of a loss and sigmoid, sub of its gradient are one group of
 *            two loops
 */
Fusion *fuse(Arena *arena, const Graph *graph, int batch, bool hold, bool by_things);

/* Does       rewrites what kernels cannot do as such: splits a sum over all axes into one over
 *            rows' elements and one over rows, and copies leaves that are outputs or are assigned;
 *            `cleared`: leaves out zeros that are assigned, since all slots are 0 before
 * Requires   a verified graph
 * Keeps      values and root names
 * Example    sum(%x) axes=-2,-1 → sum(sum(%x) axes=-1) axes=-1
 */
Graph *prepare(Graph *graph, bool cleared);

/* ---- layout.c ---- */
void layout_whole(const Node *node, Layout *layout);
/* A copy that lives as long as the arena. */
const Layout *layout_kept(Arena *arena, const Layout *layout);
/* The layout of a view over its operand's; false where there is none without a copy. */
bool layout_view(const Node *node, const Layout *operand, Layout *layout);

/* ---- roles.c ---- */
void fuse_roles(Fusion *fusion);

/* What a loop node reads: operand k as a type and a layout. */
typedef struct Edge {
    const Type *type;
    const Layout *layout;
    const Node *base;
} Edge;
static inline int fuse_edges(const Fusion *fusion, const Node *node) {
    return fusion->value[node->id].copied ? 1 : node->n_in;
}
static inline Edge fuse_edge(const Fusion *fusion, const Node *node, int k) {
    const FusionValue *value = &fusion->value[node->id];
    if (value->copied)
        return (Edge){&node->type, value->copied, value->copied->base};
    const Layout *layout = &fusion->value[node->in[k]->id].layout;
    return (Edge){&node->in[k]->type, layout, layout->base};
}
static inline bool fuse_is_reduce(const Node *node) {
    return optab[node->op].kind == KIND_reduce;
}

/* Calls visit for every value with memory that computing the node reads, through views and
 * recomputed nodes. */
typedef void ReadVisit(void *user, const Node *base, const Layout *layout);
void fuse_reads(const Fusion *fusion, const Node *node, ReadVisit *visit, void *user);

/* ---- windows.c: operands of products that show windows ---- */
/* The windows that operand k shows as a matrix; NULL where it lies in memory. */
const Node *fuse_windows(const Fusion *fusion, const Node *product, int k);
/* How many axes of the windows are the rows of the matrix that they are read as, the others being
 * its columns; 0 where none are. */
int windows_rows(Type windows, Type matrix);
/* The node whose memory shows through views; NULL where no windows are among them. */
Node *windows_base(Node *node);
/* Notes which matrices products alone read, and as windows. */
void windows_find(Fusion *fusion, const bool *live);
/* Have the windows strides that a product can read, of numbers in memory? */
bool windows_fit(const Fusion *fusion, const Node *windows);
/* The same matrix, of windows of an image whose channels lie side by side. */
Node *windows_turned(Graph *graph, Node *matrix);

/* ---- space.c ---- */
/* Common axes of nodes (ascending), or false where there are none. */
bool space_solve(const Fusion *fusion, Arena *arena, const NodeList *nodes, Space *space);
bool axis_in(const AxisMap *map, int rank, int axis);
/* Strides over the axes of a value of that layout, whose dimensions have these axes. */
void space_strides(const Space *space, const AxisMap *map, Type type, const Layout *layout,
                   Len *stride);

/* ---- loops.c: a group's loop nest, ready to be written ---- */
typedef struct Access {
    const Node *base;
    Offset offset;
    Len *stride; /* by loop axis */
} Access;

typedef enum Keep {
    KEEP_no,     /* used where it is computed */
    KEEP_local,  /* in an array of one row */
    KEEP_memory, /* in the arena */
} Keep;

typedef struct LoopNode {
    Node *node;
    Access own;    /* its elements in memory */
    Access *index; /* iota: its number.  eye: row, column.  draws: element, row.  Else NULL */
    Access *edge;  /* what operands read; of those computed in the nest, unused */
    bool is_outer; /* one value for the outer axes: computed between passes */
    int pass;      /* in which it is computed: reductions end a pass */
    Keep keep;     /* from its pass to a later one */
} LoopNode;

typedef enum Form {
    FORM_flat,    /* one axis, cut */
    FORM_rows,    /* for each outer place, passes over the inner axes */
    FORM_columns, /* passes over the inner axes, each over a run of the last outer axis */
} Form;

typedef struct Loops {
    Form form;
    int axes, outer; /* outer ones first */
    int cut;         /* how many outer axes the pieces are cut from; of columns: beside the last */
    Len length[MAX_AXES];
    int passes;
    int count;
    LoopNode *node; /* ascending */
} Loops;

/* How the end of a product wants its nest. */
typedef struct Frame {
    bool is_outer[MAX_AXES]; /* by axis of the group's space */
    Form form;
} Frame;

/* The nest of a group; `frame` is NULL for a kernel of its own. */
Loops *loops_build(const Fusion *fusion, Arena *arena, const Group *group, const Frame *frame);
LoopNode *loops_find(const Loops *loops, const Node *node);
/* Which nodes pass number `pass` computes; by place in the nest. */
void loops_pass(const Fusion *fusion, const Loops *loops, int pass, bool *computes);
/* The frame for ending the product `group->main` with `group->nodes`; false where that cannot be.
 */
bool loops_frame(const Fusion *fusion, const Group *group, bool by_columns, Frame *frame);

#endif
