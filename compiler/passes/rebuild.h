/* Rebuilding a graph node by node: what most passes are made of.
 *
 * rebuild() makes the list of nodes anew from those that live, operands first.  For each it asks
 * `simplify`, which sees the node with its new operands and its old id, and may return another node
 * of the new graph, of the same type, in its place; otherwise the node itself goes on into the new
 * graph.  What is left without a user goes with the next rebuilding.  A graph of which everything
 * lives and nothing is replaced is left as it is: most passes find nothing to do most of the time.
 * So `simplify` is asked about the nodes before the first change on trial, in a graph that is then
 * dropped; it has no memory of its own but what belongs to r->graph.
 *
 * What a pass finds may depend on the node and a few levels of its operands alone, LEVELS at most,
 * and on who else uses them: such a pass calls rebuild_near(), and is not asked again about a node
 * below which nothing has changed since.  Where it has asked used_once() it is: that changes above.
 *
 *     static const bool of[NUM_OPS] = {[OP_stop] = true};
 *     static Node *without_stop(Rebuild *r, const Node *stop) {
 *         (void)r;
 *         return stop->in[0];
 *     }
 *     bool pass_stops(Graph *graph) { return rebuild_of(graph, of, without_stop, NULL); }
 */
#ifndef AECC_REBUILD_H
#define AECC_REBUILD_H

#include "passes/passes.h"

typedef struct Rebuild {
    Graph *graph;   /* the new one: builders add to it */
    Arena *scratch; /* until the pass ends */
    void *user;
    bool changed;
    Node *(*simplify)(struct Rebuild *r, const Node *node);
    const bool *of;  /* by operation: whether it is asked about such nodes; NULL: about all */
    unsigned idle;   /* its bit in Node.idle, or 0 */
    bool asked_uses; /* since it was called */
} Rebuild;

typedef Node *Simplify(Rebuild *r, const Node *node);

/* True where something was replaced. */
bool rebuild(Graph *graph, Simplify *simplify, void *user);
/* The same for a pass that replaces nodes of some operations only, and is asked about no others. */
bool rebuild_of(Graph *graph, const bool *of, Simplify *simplify, void *user);

enum { LEVELS = 6 };
/* The same for a pass that looks so far at most. */
bool rebuild_near(Graph *graph, PassId pass, Simplify *simplify, void *user);

/* Whether the node that is being simplified is the operand's only user. */
bool used_once(Rebuild *r, const Node *operand);

/* ---- what patterns ask ---- */

/* A constant at any type. */
bool is_const(const Node *node, double *value);
bool is_elementwise(const Node *node); /* a map with operands */
/* The transposition that swaps the last two axes and no others. */
bool is_swap(const Node *node);

/* ---- common results ---- */

/* `a` with all its axes in `axes` (negative) gone: they have length 1. */
Node *squeezed(Graph *graph, Loc loc, Node *a, unsigned axes);
/* Axes are sets here: bit k - 1 for axis -k. */
unsigned axis_set(const Node *reduction);
/* Reduces a over the axes of the set that a has, keeping them with length 1 where `keep`. */
Node *reduced(Graph *graph, Loc loc, Op op, Node *a, unsigned axes, bool keep);

#endif
