/* The graph: what every stage after `lower` reads and writes.
 *
 * A graph is one entry of the program (a training step, eval, encode …): a list of nodes in an
 * order in which operands come first, and roots that say what leaves it.  Per-example values,
 * shared values and sample axes are a matter of `check` and `lower`; here every value is a plain
 * array, aligned at the right for broadcasting as in NumPy, of which some axes have a length known
 * only when run: a multiple of the number of rows n of the batch.
 *
 *     graph step_main {
 *       %0 = input "x" : [n,1,28,28]                          @vae.ae:4
 *       %1 = param "encoder.dense_1.W" : [784,400]
 *       %2 = reshape(%0) : [n,784]
 *       %3 = matmul(%2, %1) : [n,400]
 *       %4 = sum(%3) axes=-1 : [n]
 *       report loss "total" = %9
 *       assign "encoder.dense_1.W" = %12
 *     }
 */
#ifndef AECC_IR_H
#define AECC_IR_H

#include "support/diag.h"
#include "support/text.h"

/* MAX_ROWS: of a batch. MAX_ELEMENTS: of one value, with one row. MAX_DERIVED: of a graph's nodes,
 * when a derivative is about to be taken in it, and of those that the derivative is expected to
 * add. */
enum {
    MAX_RANK = 12,
    MAX_ROWS = 65536,
    MAX_NODES = 600000,
    MAX_DERIVED = 250000,
    MAX_ELEMENTS = 1 << 30
};

/* What the elements of an array are: real numbers, floats or doubles; or integers, int32 in both
 * precisions: classes, tokens, places along an axis, indices. */
typedef enum Elem { ELEM_real, ELEM_int } Elem;

/* Lengths.  d > 0 is that many; d < 0 is -d times the rows of the batch. */
typedef struct Type {
    int rank;
    int dim[MAX_RANK];
    Elem elem;
} Type;

enum { ROWS = -1 };

typedef enum Op {
#define OP(name, ...) OP_##name,
#include "ir/ops.def"
    NUM_OPS
} Op;

typedef enum AttrKind {
    ATTR_NONE,
    ATTR_VALUE,  /* value */
    ATTR_NAME,   /* name: of the input, slot, scalar or draw */
    ATTR_TYPE,   /* the node's own type is the attribute */
    ATTR_AXES,   /* ints: axes, negative, counted from the right (-1 is the last), ascending */
    ATTR_AXIS,   /* ints[0]: one axis, negative.  put: ints[1], its length in the result */
    ATTR_FLAGS,  /* ints[0], ints[1]: ta, tb */
    ATTR_PERM,   /* ints: for each result axis, from the right and negative, the operand's axis it
                    shows:  rank numbers, ints[k] belongs to result axis k - rank; axes left of them
                    stay */
    ATTR_RANGE,  /* ints: axis (negative), begin, end.  slice: of the operand.  pad: where the
                    operand lies in the result, whose length along the axis is ints[3] */
    ATTR_WINDOW, /* ints: axis (negative; of a fold's operand, the one over windows), what the axis
                    becomes (the length within a window; of a fold, the whole), stride, dilation */
    ATTR_NUMBER, /* ints[0]: a number from 0 on */
    ATTR_BODY,   /* body */
} AttrKind;

/* What a scan does in each step: a graph of its own, whose args are what the step is given and
 * whose assignments, in order, what it leaves: the next values of what is carried, then what is
 * kept.
 *
 *     %5 = scan(%2, %4, %1) carried=1 stacks=1 steps=28 {       h, u, U
 *       %0 = arg number=0 : [n,128]                             h, as the step before left it
 *       %1 = arg number=1 : [n,128]                             the step's slice of u : [28,n,128]
 *       %2 = arg number=2 : [128,128]                           U
 *       %3 = matmul(%0, %2) : [n,128]
 *       …
 *       assign "0" = %5
 *     } : []
 *     %6 = stacked(%5) number=0 : [29,n,128]                       all h, the first one too
 *
 * Steps go along the first axis of stacks, backwards where `back`: then the first value of what is
 * carried is the last of its stack. */
typedef struct Body {
    struct Graph *graph;
    int carried, stacks, steps;
    bool back;
} Body;

typedef struct Attr {
    double value;
    const char *name; /* interned */
    const Body *body;
    int count; /* of ints */
    int ints[MAX_RANK];
} Attr;

typedef struct Node Node;
struct Node { /* what all passes look at comes first, so that it is in the cache together */
    Op op;
    int id; /* place in the graph's list; unique, operands have smaller ones */
    Node **in;
    int n_in;
    bool verified; /* by ir_verify(), which looks no further where nothing has changed since */
    unsigned char stays; /* levels of operands below that the last rebuilding left as they were */
    unsigned short
        idle;         /* bits 1 << PASS_… of those that found nothing to do here, see rebuild.h */
    Node *now;        /* while passes rebuild the graph: what has taken its place, itself mostly */
    int uses;         /* while they do: users of what it stands for; 0 of new nodes */
    bool typed;       /* by the rules, when it was made, and has had the same operands since */
    const char *name; /* what the user calls it, or NULL: "logits" */
    Type type;
    Attr attr;
    Loc loc;
    unsigned hash; /* of cse: of op, attributes, type and operands; 0: not known */
};

/* What leaves a graph: the outputs of abi.def, and assignments. */
typedef enum RootKind {
#define ABI_OUTPUT(name, NAME, what) ROOT_##name,
#include "abi.def"
    ROOT_assign, /* the slot of that name takes the value */
    NUM_ROOT_KINDS,
} RootKind;

typedef struct Root {
    RootKind kind;
    const char *name; /* interned */
    Node *node;
    Loc loc;             /* where it stands: the node's own place, if nobody says otherwise */
    const char *columns; /* the input whose columns name its numbers, interned; or NULL */
} Root;

typedef List(Node *) NodeList;

typedef struct Graph {
    const char *name; /* step_main, eval, encode … */
    Arena *arena;
    Names *names;
    NodeList nodes;
    NodeList spare;    /* what the list before took, for the next that passes make */
    struct Uses *uses; /* what is known of Node.uses, for passes that find nothing to do */
    List(Root) roots;
    bool tells;   /* the gradient of its first root gives out arguments of functions with a pole */
    bool is_body; /* of a scan: its assignments are what a step leaves, and may have rows */
    const Node *overgrown; /* a derivative that was too large to be taken, or NULL */
} Graph;

/* ---- the table (optab.c) ---- */
enum { COMMUTES = 1, INPLACE = 2, STEP = 4, LEAF = 8, LINEAR = 16, SORTS = 32, CALLED = 64 };
typedef enum Domain {
    DOMAIN_ANY,
    DOMAIN_POSITIVE,
    DOMAIN_NONZERO,
    DOMAIN_UNIT,
    DOMAIN_SMALL
} Domain;

typedef enum Kind {
#define KIND(name, what) KIND_##name,
#include "ir/kinds.def"
    NUM_KINDS
} Kind;

typedef enum Elems {
#define ELEMS(name, operands, result) ELEMS_##name,
#include "ir/elems.def"
} Elems;

/* The result's lengths, or false with a reason in `why`, written for the user: "adds [20] to
 * [784]".  Its elements are for elems_rule() to say. */
typedef bool ShapeRule(const Node *node, Arena *arena, Type *type, const char **why);

typedef struct OpInfo {
    const char *name;
    int arity;
    AttrKind attr;
    ShapeRule *shape;
    Elems elems;
    Kind kind;
    const char *expr; /* C text, or NULL */
    double (*value)(double a, double b, double c,
                    double value); /* of expr, in double; NULL without one */
    unsigned flags;
    Domain domain;
    int cost; /* work for one element, 1 for an addition */
} OpInfo;
extern const OpInfo optab[NUM_OPS];
/* The type that the op's shape rule gives to operands of the types in[0 … n), `own` that of a node
 * which says its type itself; false, and why, where they do not fit.  For who has no graph yet. */
bool op_type(Op op, const Attr *attr, Type own, int n, const Type *in, Arena *arena, Type *type,
             const char **why);
bool op_find(const char *name, Op *op);
/* The type of a node, by both rules. */
bool node_type(const Node *node, Arena *arena, Type *type, const char **why);

#define OP(name, arity, attr, shape, ...) ShapeRule shape_##shape;
#include "ir/ops.def"

/* ---- elements (elems.c) ---- */
bool elems_rule(const Node *node, Arena *arena, Elem *elem, const char **why);
/* Makes the node's operands what its row wants. */
void elems_fit(Graph *graph, Node *node);
/* A constant that an integer may be. */
bool elems_is_whole(const Node *node);
/* Whether a float has the integer exactly, whatever it is. */
bool elems_in_float(const Node *node);
/* a with such elements: the one place where an integer becomes a real number, or the other way. */
Node *ir_as(Graph *g, Node *a, Elem elem);

/* ---- types (type.c) ---- */
/* In their lengths … */
static inline bool type_equal(Type a, Type b) {
    if (a.rank != b.rank)
        return false;
    for (int i = 0; i < a.rank; i++)
        if (a.dim[i] != b.dim[i])
            return false;
    return true;
}
/* … and in their elements. */
static inline bool type_same(Type a, Type b) {
    return a.elem == b.elem && type_equal(a, b);
}
bool type_has_rows(Type type);
/* The length of an axis counted from the right, -1 the last; 1 where there is none. */
int type_dim(Type type, int axis);
/* Numbers in it when there are n rows. */
double type_size(Type type, double rows);
/* The two broadcast; false where an axis differs and neither is 1. */
bool type_broadcast(Type a, Type b, Type *result);
Type type_make(int rank, const int *dim);
Type type_prefixed(int dim, Type type); /* one more axis, at the left */
Type type_without(Type type, int at);   /* without the axis `at`, counted from the left */
Type type_scalar(void);
const char *type_text(Arena *arena, Type type); /* "[n,784]", "[5n,2]", "[]", "int[n]" */

/* ---- building (graph.c).  Every builder infers the type by the op's shape rule and dies where it
 * fails. ---- */
Graph *graph_open(Arena *arena, Names *names, const char *name);
Node *graph_node(Graph *graph, Op op, Loc loc, Attr attr, Type type, int n_in, Node *const *in);
Root *graph_root(Graph *graph, RootKind kind, const char *name, Node *node);
Root *graph_root_like(Graph *graph, const Root *root, Node *node); /* the same of another node */

Node *ir_const(Graph *g, Loc loc, double value);           /* rank 0 */
Node *ir_fill(Graph *g, Loc loc, double value, Type type); /* the same at a type */
Node *ir_leaf(Graph *g, Loc loc, Op op, const char *name,
              Type type);                    /* scalar input param state rand randn */
Node *ir_length(Graph *g, Loc loc, int dim); /* of an axis: a constant, or a multiple of "rows" */
Node *ir_iota(Graph *g, Loc loc, Type type, int axis);
Node *ir_eye(Graph *g, Loc loc, Type type);
Node *ir_unary(Graph *g, Loc loc, Op op, Node *a);
Node *ir_polygamma(Graph *g, Loc loc, double order, Node *a);
Node *ir_binary(Graph *g, Loc loc, Op op, Node *a, Node *b);
Node *ir_where(Graph *g, Loc loc, Node *condition, Node *yes, Node *no);
Node *ir_expand(Graph *g, Loc loc, Node *a, Type type); /* a itself where the type is its own */
Node *ir_reduce(Graph *g, Loc loc, Op op, Node *a, int n_axes,
                const int *axes); /* axes negative; a itself for none */
Node *ir_argmax(Graph *g, Loc loc, Node *a, int axis);
Node *ir_along(Graph *g, Loc loc, Op op, Node *a, int axis); /* rank argsort cumsum cumsum_back */
Node *ir_matmul(Graph *g, Loc loc, Node *a, Node *b, bool ta, bool tb);
Node *ir_reshape(Graph *g, Loc loc, Node *a, Type type); /* a itself where the type is its own */
Node *ir_transpose(Graph *g, Loc loc, Node *a, int count, const int *perm);
Node *ir_slice(Graph *g, Loc loc, Node *a, int axis, int begin, int end);
Node *ir_pad(Graph *g, Loc loc, Node *a, int axis, int begin, int length);
Node *ir_concat(Graph *g, Loc loc, int axis, int count, Node *const *parts);
Node *ir_gather(Graph *g, Loc loc, Node *table, Node *index);
Node *ir_scatter(Graph *g, Loc loc, Node *rows, Node *index, Type type);
Node *ir_take(Graph *g, Loc loc, Node *a, Node *index, int axis);
Node *ir_put(Graph *g, Loc loc, Node *a, Node *index, int axis, int length);
/* Axis `axis` of a, [L], as [size, places]: element k of window o is that at stride o + dilation k.
 */
Node *ir_window(Graph *g, Loc loc, Node *a, int axis, int size, int stride, int dilation);
/* The axes before and at `axis`, [size, places], as [length]: each element the sum of those that a
 * window would show there. */
Node *ir_fold(Graph *g, Loc loc, Node *a, int axis, int length, int stride, int dilation);
Node *ir_arg(Graph *g, Loc loc, int number, Type type);
Node *ir_scan(Graph *g, Loc loc, const Body *body, int n_in, Node *const *in);
Node *ir_stacked(Graph *g, Loc loc, Node *scan, int number);
Node *ir_grad(Graph *g, Loc loc, Node *y, Node *v);
Node *ir_jacobian(Graph *g, Loc loc, Node *h, Node *v, Type type);
Node *ir_jvp(Graph *g, Loc loc, Node *h, Node *v, Node *t); /* the Jacobian times t */
Node *ir_vjp(Graph *g, Loc loc, Node *h, Node *v, Node *u); /* u times the Jacobian */

/* ---- bodies (body.c) ---- */
/* Calls visit for each node of the graph that has a body: the one way to all bodies. */
typedef void BodyVisit(void *user, Node *node);
void graph_bodies(const Graph *graph, BodyVisit *visit, void *user);
/* An empty graph for a body. */
Graph *body_open(Arena *arena, Names *names, const char *name);
Graph *body_copy(const Graph *from);
void body_leave(Graph *body, Node *value); /* one more of what a step leaves */
/* The type of what is picked: of what a step leaves, with the axis of steps before it, which is
 * one longer where it is carried. */
Type body_pick(const Body *body, int number);
/* Where a pick begins in the memory of its scan, in reals at that many rows; that of the number of
 * all picks is where they end. */
size_t body_offset(const Body *body, int number, int rows);
bool body_same(const Body *a, const Body *b);

/* Whether two graphs differ in nothing but their names: in no place in the text either. */
bool graph_same(const Graph *a, const Graph *b);

/* A copy of `node` in `g` with other operands: what passes rebuild graphs with. */
Node *ir_copy(Graph *g, const Node *node, Node *const *in);
/* Whether the axis is one of those that the node's attributes list, as those of a sum. */
bool node_has_axis(const Node *node, int axis);

/* ---- text (print.c, read.c), the verifier (verify.c), the reference evaluator (eval.c) ---- */
void ir_print(Text *text, const Graph *graph, Diag *diag); /* diag names the places; may be NULL */

/* Reads graphs in the text of ir_print until its end. Mistakes go to diag; NULL where there are
 * any. Places (@…) are read as comments; nodes get the locations of their lines. */
typedef List(Graph *) GraphList;
bool ir_read(Arena *arena, Names *names, Diag *diag, int file, const char *text, GraphList *graphs);

/* Dies with what is wrong and after which pass: order, arity, attributes, types by the shape rules.
 */
void ir_verify(const Graph *graph, const char *after);
/* The same of nodes alone that have other operands than when they were made or looked at. */
void ir_verify_changed(const Graph *graph, const char *after);
/* The same without dying: what is wrong and where (node may be NULL), or NULL. */
const char *ir_mistake(const Graph *graph, Arena *arena, const Node **node);

/* What a graph means, in double precision and without cleverness: values of all nodes, by id; NULL
 * where a leaf that a node needs is not known. */
typedef struct EvalContext {
    int rows;
    /* Values of a leaf (input, param, state, scalar), in row-major order, or NULL where it is not
     * known. */
    const double *(*leaf)(void *user, const Node *node);
    /* One draw: number `element` of row `row` (0 where the type has no rows) of the stream `name`.
     */
    double (*draw)(void *user, Op op, const char *name, int row, int element);
    void *user;
} EvalContext;
const double **ir_eval(Arena *arena, const Graph *graph, const EvalContext *context);

#endif
