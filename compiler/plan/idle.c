/* Steps that count for no example of a batch, as those behind the end of its longest text.
 *
 * Where a step is given a number that nothing of it gets past when it is 0, as by `scan … given m`,
 * a step in which it is 0 for all examples is another, much smaller one: what is carried stays, and
 * what is kept for a gradient is 0.  It is the step with 0 for that number, and nothing of what
 * this makes 0.  The program looks at the number, and does one or the other.
 *
 *     c' = where(m, tanh(u + matmul(c, U)), c)             →   c' = c
 *     dc = where(m, 0, g) + matmul(where(m, g, 0) …, U)    →   dc = g
 *
 * So the values are the same, as long as what is left out is finite, but for the sign of a 0.
 *
 * A scan along the places of texts needs no such number where nobody cares for what it leaves
 * behind ends (text_facts.c): there what is known of such a step to be 0 takes the number's place,
 * what it leaves that may be anything is 0 too, and the program looks at the tokens.
 */
#include "plan/text_rows.h"

typedef struct Idle {
    const Graph *step;
    int gate;           /* what it is given as that number is 0; -1: … */
    const bool *zero;   /* … by id: the node is */
    const bool *unread; /* by number of what it leaves: it may be anything; NULL: nothing may */
    const Node **is;    /* by id: the node of the step that it is then, itself mostly; NULL: 0 */
    bool *heavy;        /* by id: made by a product, or by a loop */
    bool *live;         /* by id: what the step then needs */
} Idle;

static bool all_zero(const Idle *idle, const Node *node) {
    for (int k = 0; k < node->n_in; k++)
        if (idle->is[node->in[k]->id])
            return false;
    return node->n_in > 0;
}

/* Is it 0 where all that it is made of is? */
static bool keeps_zero(const Node *node) {
    switch (optab[node->op].kind) {
    case KIND_view:
    case KIND_gemm:
        return true;
    default:
        return node->op == OP_concat || node->op == OP_pad || node->op == OP_sum ||
               node->op == OP_add || node->op == OP_sub || node->op == OP_neg ||
               node->op == OP_lt || node->op == OP_real || node->op == OP_expand ||
               node->op == OP_transpose || node->op == OP_slice;
    }
}

static bool is_zero(const Idle *idle, const Node *node) {
    bool product = node->op == OP_mul || optab[node->op].kind == KIND_gemm;
    int factors = product ? node->n_in : node->op == OP_div;
    for (int k = 0; k < factors; k++)
        if (!idle->is[node->in[k]->id])
            return true;
    return (node->op == OP_const && node->attr.value == 0) ||
           (keeps_zero(node) && all_zero(idle, node));
}

/* The operand that the node is since others are 0, or itself. */
static const Node *same_as(const Idle *idle, const Node *node) {
    const Node *of = node;
    if (node->op == OP_where && !idle->is[node->in[0]->id])
        of = node->in[2];
    else if (node->op == OP_add && !idle->is[node->in[0]->id])
        of = node->in[1];
    else if ((node->op == OP_add || node->op == OP_sub) && !idle->is[node->in[1]->id])
        of = node->in[0];
    return type_same(of->type, node->type) ? of : node;
}

static bool known_zero(const Idle *idle, const Node *node) {
    return idle->zero ? idle->zero[node->id]
                      : node->op == OP_arg && node->attr.ints[0] == idle->gate;
}

static const Node *found(const Idle *idle, const Node *node) {
    if (known_zero(idle, node))
        return NULL;
    if (node->op == OP_where && !idle->is[node->in[0]->id] && !idle->is[node->in[2]->id])
        return NULL;
    const Node *same = same_as(idle, node);
    return same != node ? idle->is[same->id] : is_zero(idle, node) ? NULL : node;
}

static void look(Idle *idle) {
    int count = idle->step->nodes.count;
    idle->is = NEW_ARRAY(idle->step->arena, const Node *, count + 1);
    idle->heavy = NEW_ARRAY(idle->step->arena, bool, count + 1);
    idle->live = NEW_ARRAY(idle->step->arena, bool, count + 1);
    for (int i = 0; i < count; i++) {
        const Node *node = idle->step->nodes.at[i], *is = idle->is[i] = found(idle, node);
        idle->heavy[i] = is && (optab[is->op].kind == KIND_gemm || is->attr.body);
        for (int k = 0; is && k < is->n_in; k++)
            idle->heavy[i] |= idle->is[is->in[k]->id] && idle->heavy[is->in[k]->id];
    }
}

static bool is_heavy(const Idle *idle, int k) {
    const Node *is = idle->is[idle->step->roots.at[k].node->id];
    return is && idle->heavy[is->id];
}

/* What the step leaves as number k; NULL: 0, which is as good for what is kept and dear. */
static const Node *left_by(const Idle *idle, int k) {
    bool unread = idle->unread && idle->unread[k];
    return unread || is_heavy(idle, k) ? NULL : idle->is[idle->step->roots.at[k].node->id];
}

static Node *copied(const Idle *idle, Graph *to, const Node *node, Node *const *map) {
    Node **in = NEW_ARRAY(to->arena, Node *, node->n_in + 1);
    for (int k = 0; k < node->n_in; k++) {
        const Node *is = idle->is[node->in[k]->id];
        in[k] = is ? map[is->id] : ir_fill(to, node->loc, 0, node->in[k]->type);
    }
    return ir_copy(to, node, in);
}

static Graph *build(const Idle *idle) {
    const Graph *step = idle->step;
    Graph *to = body_open(step->arena, step->names, step->name);
    Node **map = NEW_ARRAY(step->arena, Node *, step->nodes.count + 1);
    for (int k = 0; k < step->roots.count; k++)
        if (left_by(idle, k))
            idle->live[left_by(idle, k)->id] = true;
    for (int i = step->nodes.count; i-- > 0;)
        for (int k = 0; idle->live[i] && k < step->nodes.at[i]->n_in; k++) {
            const Node *is = idle->is[step->nodes.at[i]->in[k]->id];
            if (is)
                idle->live[is->id] = true;
        }
    for (int i = 0; i < step->nodes.count; i++)
        if (idle->live[i])
            map[i] = copied(idle, to, step->nodes.at[i], map);
    for (int k = 0; k < step->roots.count; k++) {
        const Node *root = step->roots.at[k].node, *left = left_by(idle, k);
        body_leave(to, left ? map[left->id] : ir_fill(to, root->loc, 0, root->type));
    }
    return to;
}

/* The step where what it is given as number `gate` is 0; NULL: what it carries takes products. */
static Graph *without(const Body *body, int gate) {
    Idle idle = {.step = body->graph, .gate = gate};
    look(&idle);
    for (int k = 0; k < body->carried; k++)
        if (is_heavy(&idle, k))
            return NULL;
    return build(&idle);
}

static bool has_products(const Graph *step) {
    bool any = false;
    for (int i = 0; i < step->nodes.count; i++)
        any |= optab[step->nodes.at[i]->op].kind == KIND_gemm || step->nodes.at[i]->attr.body;
    return any;
}

Graph *plan_idle_texts(const Body *body, const StepFacts *facts) {
    Idle idle = {.step = body->graph, .zero = facts->zero, .unread = facts->any_left[CARE_finite]};
    if (!has_products(body->graph))
        return NULL;
    look(&idle);
    for (int k = 0; k < body->graph->roots.count; k++)
        if (is_heavy(&idle, k) && !idle.unread[k])
            return NULL;
    return build(&idle);
}

Graph *plan_idle(const Body *body, int *gate) {
    const Graph *step = body->graph;
    if (!has_products(step))
        return NULL;
    for (int i = 0; i < step->nodes.count; i++) {
        const Node *node = step->nodes.at[i];
        int number = node->op == OP_arg ? node->attr.ints[0] : -1;
        bool stack = number >= body->carried && number < body->carried + body->stacks;
        bool each = node->type.rank == 1 && node->type.dim[0] == -1 &&
                    node->type.elem == ELEM_real; /* [n] */
        Graph *idle = stack && each ? without(body, number) : NULL;
        if (idle) {
            *gate = number;
            return idle;
        }
    }
    return NULL;
}
