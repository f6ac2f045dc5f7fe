/* The derivative of a scan: a scan in the opposite order.
 *
 * What a step of it carries is the cotangent of what a step of the scan carries.  Its body is the
 * scan's own body, differentiated once, so that it may be differentiated again.  Values of the
 * forward steps come in as stacks: what was carried, what the steps were given, and the products
 * that they made, which are kept and not made again.  Derivatives by what all steps share leave the
 * loop: a product of a step's values, such as a weight's gradient, is one product of their stacks.
 *
 *     h' = tanh(u + matmul(h, U))     →     dp = (dh' + carried) (1 - h'²)
 *                                           carried = matmul(dp, U)
 *                   behind the loop         dU = matmul(all h, all dp),  du = all dp
 */
#include "autodiff/autodiff.h"
#include "autodiff/cotangent.h"

void grad_stacked(GradContext *c, Node *y, Node *g) {
    Node *scan = y->in[0];
    if (c->seeds)
        die("a Jacobian of what a scan makes");
    if (!c->parts)
        c->parts = NEW_ARRAY(c->scratch, Node **, c->n_parts);
    Node ***parts = &c->parts[scan->id];
    if (!*parts)
        *parts = NEW_ARRAY(c->scratch, Node *, scan->attr.body->graph->roots.count);
    Node **part = &(*parts)[y->attr.ints[0]];
    g = whole(c, g, y->type);
    *part = *part ? plus(c, *part, g) : g;
    c->full[scan->id] = number(c, 0); /* its rule is to run */
}

/* The backward loop while it is made. */
typedef struct Reverse {
    GradContext *c;
    Node *scan;
    const Body *forward;
    Graph *graph; /* its body */
    List(Node *) operand;
    Node **map;          /* by forward id: in the body */
    List(Node *) kept;   /* forward values that are kept … */
    int *kept_arg;       /* … and the args that they come in as */
    Node **parts;        /* cotangents of what the scan leaves, or NULL */
    int carried, stacks; /* of the backward loop */
    bool has_loop;       /* there is a scan in its body */
} Reverse;

static Node *add_arg(Reverse *r, Type type, Node *operand) {
    list_add(r->c->scratch, &r->operand, operand);
    return ir_arg(r->graph, r->c->loc, r->operand.count - 1, type);
}

/* Elements [begin, end) of the first axis. */
static Node *steps_of(const Reverse *r, Node *stack, int begin, int end) {
    return ir_slice(r->c->graph, r->c->loc, stack, -stack->type.rank, begin, end);
}

/* One element of the first axis, without the axis. */
static Node *step_of(const Reverse *r, Node *stack, int at) {
    Node *one = steps_of(r, stack, at, at + 1);
    return ir_reshape(r->c->graph, r->c->loc, one, type_without(stack->type, 0));
}

static Node *rooted(const Graph *graph, int k) {
    return graph->roots.at[k].node;
}

/* The cotangents of what each step leaves: those carried back from later steps and those of the
 * stacks. */
static Node **add_cotangents(Reverse *r) {
    const Body *f = r->forward;
    int roots = f->graph->roots.count;
    Node **cotangent = NEW_ARRAY(r->c->scratch, Node *, roots + 1);
    for (int k = 0; k < f->carried; k++) {
        Type type = rooted(f->graph, k)->type;
        cotangent[k] = add_arg(r, type, ir_fill(r->c->graph, r->c->loc, 0, type));
    }
    r->carried = f->carried;
    for (int k = 0; k < roots; k++) {
        if (!r->parts[k])
            continue;
        int first = k < f->carried && !f->back;
        Node *stack =
            k < f->carried ? steps_of(r, r->parts[k], first, first + f->steps) : r->parts[k];
        Node *arg = add_arg(r, rooted(f->graph, k)->type, stack);
        cotangent[k] =
            cotangent[k] ? ir_binary(r->graph, r->c->loc, OP_add, cotangent[k], arg) : arg;
        r->stacks++;
    }
    return cotangent;
}

/* The only user of a node, if there is one. */
static Node *only_user(const Graph *graph, const Node *of) {
    Node *user = NULL;
    for (int i = 0; i < graph->roots.count; i++)
        if (graph->roots.at[i].node == of)
            return NULL;
    for (int i = of->id + 1; i < graph->nodes.count; i++)
        for (int k = 0; k < graph->nodes.at[i]->n_in; k++)
            if (graph->nodes.at[i]->in[k] == of) {
                if (user)
                    return NULL;
                user = graph->nodes.at[i];
            }
    return user;
}

/* A product, with what is added to it; NULL where the node is no product. */
static Node *kept_of(const Graph *graph, Node *node) {
    Node *user;
    if (optab[node->op].kind != KIND_gemm)
        return NULL;
    while ((user = only_user(graph, node)) && (user->op == OP_add || user->op == OP_reshape) &&
           type_size(user->type, 7) == type_size(node->type, 7))
        node = user;
    return node;
}

double autodiff_kept(const Graph *body, int rows) {
    double sum = 0;
    for (int i = 0; i < body->nodes.count; i++) {
        const Node *kept = kept_of(body, body->nodes.at[i]);
        sum += kept ? type_size(kept->type, rows) : 0;
    }
    return sum;
}

/* The scan leaves them as well. */
static void keep_values(Reverse *r) {
    const Body *old = r->forward;
    Body *body = NEW(r->c->graph->arena, Body);
    Graph *graph = body_open(r->c->graph->arena, r->c->graph->names, old->graph->name);
    for (int i = 0; i < old->graph->nodes.count; i++) {
        Node *kept = kept_of(old->graph, old->graph->nodes.at[i]);
        if (kept)
            list_add(r->c->scratch, &r->kept, kept);
    }
    r->kept_arg = NEW_ARRAY(r->c->scratch, int, r->kept.count + 1);
    *body = *old;
    body->graph = graph;
    graph->nodes = old->graph->nodes;
    for (int i = 0; i < old->graph->roots.count; i++)
        body_leave(graph, rooted(old->graph, i));
    for (int i = 0; i < r->kept.count; i++)
        body_leave(graph, r->kept.at[i]);
    r->scan->attr.body = body;
}

/* The args of the forward body, as args of this one. */
static void add_primals(Reverse *r, Node **arg) {
    const Body *f = r->forward;
    Graph *graph = r->c->graph;
    Loc loc = r->c->loc;
    int roots = f->graph->roots.count;
    for (int k = 0; k < f->carried; k++) {
        Node *all = ir_stacked(graph, loc, r->scan, k);
        arg[k] =
            add_arg(r, rooted(f->graph, k)->type, steps_of(r, all, f->back, f->back + f->steps));
    }
    for (int k = f->carried; k < f->carried + f->stacks; k++)
        arg[k] = add_arg(r, type_without(r->scan->in[k]->type, 0), r->scan->in[k]);
    for (int i = 0; i < r->kept.count; i++) {
        add_arg(r, r->kept.at[i]->type, ir_stacked(graph, loc, r->scan, roots + i));
        r->kept_arg[i] = r->operand.count - 1;
    }
    r->stacks += f->carried + f->stacks + r->kept.count;
    for (int k = f->carried + f->stacks; k < r->scan->n_in; k++)
        arg[k] = add_arg(r, r->scan->in[k]->type, r->scan->in[k]);
}

static Node *copied(Reverse *r, Graph *to, const Node *node, Node *const *map) {
    Node **in = NEW_ARRAY(r->c->scratch, Node *, node->n_in + 1);
    for (int i = 0; i < node->n_in; i++)
        in[i] = map[node->in[i]->id];
    return ir_copy(to, node, in);
}

/* The body: the forward one, the sum of what it leaves times cotangents, and that sum's gradients;
 * roots: by all operands that want one, in order, then what is kept. */
static void build(Reverse *r) {
    const Graph *old = r->forward->graph;
    Graph *graph = r->graph;
    Loc loc = r->c->loc;
    Node **arg = NEW_ARRAY(r->c->scratch, Node *, r->scan->n_in), *sum = ir_const(graph, loc, 0);
    Node **cotangent = add_cotangents(r);
    r->map = NEW_ARRAY(r->c->scratch, Node *, old->nodes.count + 1);
    keep_values(r);
    add_primals(r, arg);
    for (int i = 0; i < old->nodes.count; i++) {
        const Node *node = old->nodes.at[i];
        r->map[i] = node->op == OP_arg ? arg[node->attr.ints[0]] : copied(r, graph, node, r->map);
    }
    for (int k = 0; k < old->roots.count; k++) {
        if (!cotangent[k])
            continue;
        Node *product = ir_binary(graph, loc, OP_mul, r->map[rooted(old, k)->id], cotangent[k]);
        int axes[MAX_RANK], rank = product->type.rank;
        for (int i = 0; i < rank; i++)
            axes[i] = i - rank;
        sum =
            ir_binary(graph, loc, OP_add, sum, ir_reduce(graph, loc, OP_sum, product, rank, axes));
    }
    for (int k = 0; k < r->scan->n_in; k++)
        if (k < r->forward->carried || wants(r->c, k))
            body_leave(graph, ir_grad(graph, loc, sum, arg[k]));
    for (int i = 0; i < r->kept.count; i++)
        body_leave(graph, r->map[r->kept.at[i]->id]);
}

/* ---- what leaves the loop ---- */

/* A product over examples: summed over the rows of both operands.  What a loop in the step makes is
 * summed over many rows already; then it is left as it is where that is less than its factors. */
static bool is_outer(const Reverse *r, const Node *node) {
    if (node->op != OP_matmul || node->type.rank != 2 || !node->attr.ints[0] || node->attr.ints[1])
        return false;
    const int rows = 32; /* as many as in a small batch */
    double factors = type_size(node->in[0]->type, rows) + type_size(node->in[1]->type, rows);
    return !r->has_loop || factors < type_size(node->type, rows);
}

/* What the loop leaves for one term of a derivative by what all steps share: itself, to be summed
 * over steps, or the two factors of a product over examples. */
typedef struct SharedTerm {
    Node *factor[2]; /* operands, where they are stacks that came in … */
    int root[2];     /* … else numbers of what the backward loop leaves */
    bool outer;
    int operand; /* of the forward scan */
} SharedTerm;

typedef List(SharedTerm) SharedTermList;

/* Has the body leave a value; the stack of it is known already where it is one that comes in. */
static void leave(Reverse *r, SharedTerm *term, int i, Node *value) {
    int number = value->op == OP_arg ? value->attr.ints[0] : -1;
    if (number >= r->carried && number < r->carried + r->stacks) {
        term->factor[i] = r->operand.at[number];
        return;
    }
    term->root[i] = r->graph->roots.count;
    body_leave(r->graph, value);
}

static bool is_sum(const Node *node) {
    return node->op == OP_add && type_equal(node->in[0]->type, node->in[1]->type);
}

static bool has_outer(const Reverse *r, const Node *node) {
    return is_sum(node) ? has_outer(r, node->in[0]) || has_outer(r, node->in[1])
                        : is_outer(r, node);
}

/* The derivative as the terms of a sum: the products over examples, and what is between them. */
static void add_terms(Reverse *r, SharedTermList *terms, Node *node, int operand) {
    SharedTerm term = {.operand = operand};
    if (is_sum(node) && has_outer(r, node)) {
        add_terms(r, terms, node->in[0], operand);
        add_terms(r, terms, node->in[1], operand);
        return;
    }
    term.outer = is_outer(r, node);
    for (int i = 0; i < (term.outer ? 2 : 1); i++)
        leave(r, &term, i, term.outer ? node->in[i] : node);
    list_add(r->c->scratch, terms, term);
}

/* The expanded body anew: what is kept comes in, and roots are what the loop leaves. */
static SharedTermList finish(Reverse *r, int wanted) {
    const Graph *old = r->graph;
    int first = r->forward->carried + r->forward->stacks, root = 0;
    SharedTermList terms = {0};
    Node **map = NEW_ARRAY(r->c->scratch, Node *, old->nodes.count + 1);
    Node **arg = NEW_ARRAY(r->c->scratch, Node *, r->operand.count + 1);
    r->graph = body_open(r->c->graph->arena, r->c->graph->names, old->name);
    for (int i = 0; i < old->nodes.count; i++) {
        const Node *node = old->nodes.at[i];
        for (int k = 0; k < r->kept.count; k++)
            if (rooted(old, wanted + k) == node)
                map[i] = arg[r->kept_arg[k]];
        if (!map[i])
            map[i] = copied(r, r->graph, node, map);
        if (node->op == OP_arg)
            arg[node->attr.ints[0]] = map[i];
    }
    for (int k = 0; k < first; k++)
        if (k < r->forward->carried || wants(r->c, k))
            body_leave(r->graph, map[rooted(old, root++)->id]);
    for (int k = first; k < r->scan->n_in; k++)
        if (wants(r->c, k))
            add_terms(r, &terms, map[rooted(old, root++)->id], k);
    return terms;
}

/* ---- what the derivative is ---- */

static Node *stack_of(const Reverse *r, Node *loop, const SharedTerm *term, int i) {
    return term->factor[i] ? term->factor[i]
                           : ir_stacked(r->c->graph, r->c->loc, loop, term->root[i]);
}

/* Steps and rows as one axis. */
static Node *flat(const Reverse *r, Node *stack) {
    Type type = type_without(stack->type, 0);
    type.dim[0] *= stack->type.dim[0];
    return ir_reshape(r->c->graph, r->c->loc, stack, type);
}

static void give_terms(Reverse *r, Node *loop, const SharedTermList *terms) {
    GradContext *c = r->c;
    for (int i = 0; i < terms->count; i++) {
        const SharedTerm *term = &terms->at[i];
        Node *stack[2] = {stack_of(r, loop, term, 0)};
        if (term->outer)
            stack[1] = stack_of(r, loop, term, 1);
        Node *whole;
        if (term->outer) {
            Node *a = flat(r, stack[0]), *b = flat(r, stack[1]);
            whole = ir_matmul(c->graph, c->loc, a, b, true, false);
        } else {
            int axis = -stack[0]->type.rank;
            whole = ir_reduce(c->graph, c->loc, OP_sum, stack[0], 1, &axis);
        }
        give_whole(c, term->operand, whole);
    }
}

/* By what is carried at first: what the loop has carried to the end, and the first of the stack. */
static void give_first(Reverse *r, Node *loop, int k) {
    const Body *f = r->forward;
    GradContext *c = r->c;
    if (!wants(c, k))
        return;
    Node *all = ir_stacked(c->graph, c->loc, loop, k);
    Node *g = step_of(r, all, f->back ? f->steps : 0);
    if (r->parts[k])
        g = plus(c, g, step_of(r, r->parts[k], f->back ? f->steps : 0));
    give_whole(c, k, g);
}

static void note_loop(void *user, Node *scan) {
    (void)scan;
    *(bool *)user = true;
}

void grad_scan(GradContext *c, Node *y, Node *g) {
    const Body *forward = y->attr.body;
    int wanted = 0, root = forward->carried;
    (void)g;
    Reverse r = {.c = c, .scan = y, .forward = forward, .parts = c->parts[y->id]};
    r.graph = body_open(c->graph->arena, c->graph->names, forward->graph->name);
    graph_bodies(forward->graph, note_loop, &r.has_loop);
    build(&r);
    while (autodiff_step(r.graph, NULL))
        continue;
    for (int k = 0; k < y->n_in; k++)
        wanted += k < forward->carried || wants(c, k);
    SharedTermList terms = finish(&r, wanted);
    Body *body = NEW(c->graph->arena, Body);
    *body = (Body){r.graph, r.carried, r.stacks, forward->steps, !forward->back};
    Node *loop = ir_scan(c->graph, c->loc, body, r.operand.count, r.operand.at);
    for (int k = 0; k < forward->carried; k++)
        give_first(&r, loop, k);
    for (int k = forward->carried; k < forward->carried + forward->stacks; k++)
        if (wants(c, k))
            give_whole(c, k, ir_stacked(c->graph, c->loc, loop, root++));
    give_terms(&r, loop, &terms);
}
