/* Scans to nodes.
 *
 * The terms of a step are lowered like all others, what the step is given as args.  The scan then
 * takes from the graph what depends on these, as its body; what does not stays, and is computed
 * once for all steps.  Steps are the first axis of a stack, before that of the examples, so that a
 * step's slice is one run of memory.
 *
 *     u : [n,28,512]     →     transpose(u) : [28,n,512], a step's slice [n,512]
 */
#include "lower/internal.h"

static TermType with_shape(TermType type, Type shape) {
    type.shape = shape;
    return type;
}

Lowered lower_given(Lowerer *l, Term *t, Lowered *in) {
    TermType type = with_shape(in[0].type, (Type){0});
    type.rows |= !t->flag; /* what is carried always has them */
    for (int i = 1; i < t->n; i++) {
        TermType other = with_shape(in[i].type, (Type){0});
        lower_join(&type, &other, &type);
    }
    type.shape = t->type.shape;
    Type array = termtype_array(&type);
    array.elem = t->flag ? in[0].node->type.elem : ELEM_real; /* what is carried is real */
    return (Lowered){ir_arg(l->graph, t->loc, t->id, array), type};
}

/* The axis of steps, which stands before the features of a step, moved to the front. */
static Node *steps_first(Lowerer *l, Loc loc, Node *node, int features) {
    int rank = node->type.rank, steps = rank - features - 1, perm[MAX_RANK];
    for (int i = 0; i < rank; i++)
        perm[i] = (i == 0 ? steps : i <= steps ? i - 1 : i) - rank;
    return ir_transpose(l->graph, loc, node, rank, perm);
}

/* Whether all its axes but those of a step's features are missing, or of length 1. */
static bool is_same_for_all(const Node *node, int features) {
    for (int i = 0; i < node->type.rank - features; i++)
        if (node->type.dim[i] != 1)
            return false;
    return true;
}

/* reshape(matmul(reshape(a), W)) where a has the axes of the result but for the last; or NULL. */
static const Node *product_of(const Node *node) {
    const Node *product = node->op == OP_reshape ? node->in[0] : NULL;
    if (!product || product->op != OP_matmul || product->attr.ints[0] || product->type.rank != 2 ||
        product->in[0]->op != OP_reshape)
        return NULL;
    Type of = product->in[0]->in[0]->type;
    if (of.rank != node->type.rank)
        return NULL;
    for (int i = 0; i + 1 < of.rank; i++)
        if (of.dim[i] != node->type.dim[i])
            return NULL;
    return product;
}

/* Whether the model differentiates by this very value: then nothing may go past it. */
static bool is_differentiated_by(const Lowerer *l, const Node *node) {
    for (int i = 0; i < l->model->terms.count; i++) {
        const Term *term = l->model->terms.at[i];
        bool derives = term->kind == TERM_grad || term->kind == TERM_jacobian;
        if (derives && lower_known(l, term->in[1]->id) == node)
            return true;
    }
    return false;
}

/* A stack of vectors, [n,steps,m], as [steps,n,m].  A product with the same matrix for all, and
 * what is made of it element by element, is made of what it is made of, itself moved: its vectors
 * are mostly shorter, or lie so already where another scan has made them. */
static Node *moved_below(Lowerer *l, Loc loc, Node *node) {
    const Node *product = product_of(node);
    if (node->type.rank < 2 || is_same_for_all(node, 1))
        return node;
    if (is_differentiated_by(l, node))
        return steps_first(l, loc, node, 1);
    if (product) {
        Node *a = moved_below(l, loc, product->in[0]->in[0]);
        int last = a->type.dim[a->type.rank - 1];
        Type flat = {.rank = 2, .dim = {product->type.dim[0], last}};
        Node *made = ir_matmul(l->graph, product->loc, ir_reshape(l->graph, loc, a, flat),
                               product->in[1], false, product->attr.ints[1]);
        Type type = a->type;
        type.dim[type.rank - 1] = node->type.dim[node->type.rank - 1];
        made->name = product->name;
        return ir_reshape(l->graph, loc, made, type);
    }
    if (node->op == OP_add && type_equal(node->in[0]->type, node->type) &&
        is_same_for_all(node->in[1], 1)) {
        Node *a = moved_below(l, loc, node->in[0]);
        Node *sum = ir_binary(l->graph, node->loc, OP_add, a, node->in[1]);
        sum->name = node->name;
        return sum;
    }
    return steps_first(l, loc, node, 1);
}

/* A body while it is taken from the graph. */
typedef struct Taking {
    Lowerer *l;
    Graph *body;
    Node **map;    /* by id in the graph: in the body */
    bool *depends; /* by id: on what a step is given */
    List(Node *) operands;
} Taking;

static Node *add_arg(Taking *t, Loc loc, Type type, Node *operand) {
    list_add(t->l->arena, &t->operands, ir_as(t->l->graph, operand, type.elem));
    return ir_arg(t->body, loc, t->operands.count - 1, type);
}

/* A node that all steps share, as the body has it: numbers and the like are made there. */
static Node *shared(Taking *t, Node *node) {
    bool plain =
        node->n_in == 0 && optab[node->op].kind != KIND_leaf && optab[node->op].kind != KIND_random;
    return plain ? ir_copy(t->body, node, NULL) : add_arg(t, node->loc, node->type, node);
}

/* Copies what depends on the step up to the node, operands first. */
static void take(Taking *t, int first) {
    const Graph *graph = t->l->graph;
    for (int id = first; id < graph->nodes.count; id++) {
        const Node *node = graph->nodes.at[id];
        for (int i = 0; i < node->n_in; i++)
            t->depends[id] |= t->depends[node->in[i]->id];
        if (!t->depends[id] || t->map[id])
            continue;
        Node **in = NEW_ARRAY(t->l->arena, Node *, node->n_in + 1);
        for (int i = 0; i < node->n_in; i++) {
            Node **known = &t->map[node->in[i]->id];
            in[i] = *known = *known ? *known : shared(t, node->in[i]);
        }
        t->map[id] = ir_copy(t->body, node, in);
    }
}

/* What a step is given: its args, in the order of the scan's operands. */
static int add_given(Taking *t, const Term *scan, const Lowered *in) {
    Lowerer *l = t->l;
    int carried = scan->ints[0], first = l->graph->nodes.count;
    for (int k = carried; k < scan->n; k++) {
        const Term *term = scan->in[k];
        Lowered from = *l->values[term->in[0]->id];
        TermType type = in[k].type;
        Node *arg = in[k].node, *operand;
        if (term->flag) {
            operand = type.shape.rank == 1 ? moved_below(l, term->loc, from.node)
                                           : steps_first(l, term->loc, from.node, type.shape.rank);
        } else {
            Node *aligned = lower_align(l, term->loc, from, &type);
            operand = ir_expand(l->graph, term->loc, aligned, termtype_array(&type));
        }
        t->map[arg->id] = add_arg(t, term->loc, arg->type, operand);
        t->map[arg->id]->name = term->user_name;
        t->depends[arg->id] = true;
        first = arg->id < first ? arg->id : first;
    }
    return first;
}

Lowered lower_scan(Lowerer *l, Term *t, Lowered *in) {
    if (t->flag)
        lower_step_counts(l, in[t->n - 1]);
    int carried = t->ints[0], room = l->graph->nodes.count + 7 * t->n + 1;
    Taking taking = {.l = l,
                     .body = body_open(l->graph->arena, l->graph->names, l->graph->name),
                     .map = NEW_ARRAY(l->arena, Node *, room),
                     .depends = NEW_ARRAY(l->arena, bool, room)};
    Node **left = NEW_ARRAY(l->arena, Node *, carried);
    for (int k = 0; k < carried; k++) {
        TermType type = in[carried + k].type;
        Node *aligned = lower_align(l, t->loc, in[k], &type);
        left[k] = ir_expand(l->graph, t->loc, aligned, termtype_array(&type));
    }
    int first = add_given(&taking, t, in);
    take(&taking, first);
    for (int k = 0; k < carried; k++) {
        Node **known = &taking.map[left[k]->id];
        *known = *known ? *known : shared(&taking, left[k]);
        body_leave(taking.body, *known);
    }
    for (int k = 0; k < l->in_steps.count; k++)
        body_leave(taking.body, taking.map[l->in_steps.at[k].wrong.node->id]);
    Body *body = NEW(l->graph->arena, Body);
    *body = (Body){.graph = taking.body,
                   .carried = carried,
                   .stacks = t->n - 2 * carried,
                   .steps = (int)t->value,
                   .back = t->ints[1]};
    Node *scan = ir_scan(l->graph, t->loc, body, taking.operands.count, taking.operands.at);
    lower_step_checks(l, scan, carried);
    return (Lowered){scan, in[carried].type};
}

Lowered lower_stacked(Lowerer *l, Term *t, Lowered *in) {
    const Term *scan = t->in[0];
    const Body *body = in[0].node->attr.body;
    TermType type = l->values[scan->in[scan->ints[0] + t->ints[0]]->id]->type;
    Node *all = ir_stacked(l->graph, t->loc, in[0].node, t->ints[0]);
    int first = body->back ? 0 : 1, features = type.shape.rank;
    Node *steps = ir_slice(l->graph, t->loc, all, -all->type.rank, first, first + body->steps);
    type.shape = type_prefixed(body->steps, type.shape);
    return (Lowered){lower_steps(l, t->loc, steps, features), type};
}
