/* Terms to nodes: one function a kind of term, in a table made from term.def.
 *
 * One idea: a value of type (rows, samples, features) is the array [n, samples…, features…]. Before
 * two meet in an elementwise operation the shorter gets axes of length 1 where it lacks some, so
 * that plain right-aligned broadcasting means what the language says.
 */
#include "lower/internal.h"

#include <stdlib.h>
#include <string.h>

static TermType with_shape(TermType type, Type shape) {
    type.shape = shape;
    return type;
}

/* Draws that the entry does not make, or makes once, keep their sample axis, with length 1. */
static void settle_samples(const Lowerer *l, TermType *type) {
    for (int i = 0; i < type->n_samples; i++)
        if ((l->mode.one_sample || !l->mode.draws) && !(type->spread >> i & 1))
            type->samples[i] = 1;
}

static Lowered done(Node *node, TermType type) {
    return (Lowered){.node = node, .type = type};
}

static Lowered lower_number(Lowerer *l, Term *t, Lowered *in) {
    (void)in;
    return done(ir_const(l->graph, t->loc, t->value), t->type);
}

static Lowered lower_leaf(Lowerer *l, Term *t, Op op) {
    const char *name = names_of(l->graph->names, t->name);
    return done(ir_leaf(l->graph, t->loc, op, name, termtype_array(&t->type)), t->type);
}

/* Classes and tokens are integers. */
static Lowered lower_input(Lowerer *l, Term *t, Lowered *in) {
    const char *name = names_of(l->graph->names, t->name);
    const InputInfo *input = lower_input_of(l, name);
    Type type = termtype_array(&t->type);
    (void)in;
    type.elem = input && input_is_whole(input->kind) ? ELEM_int : ELEM_real;
    return done(ir_leaf(l->graph, t->loc, OP_input, name, type), t->type);
}

static Lowered lower_slot(Lowerer *l, Term *t, Lowered *in) {
    (void)in;
    return lower_leaf(l, t, t->op);
}

static Lowered lower_scalar(Lowerer *l, Term *t, Lowered *in) {
    (void)in;
    return lower_leaf(l, t, OP_scalar);
}

static Lowered lower_random(Lowerer *l, Term *t, Lowered *in) {
    (void)in;
    TermType type = t->type;
    settle_samples(l, &type);
    const char *name = names_of(l->graph->names, t->name);
    return done(ir_leaf(l->graph, t->loc, t->op, name, termtype_array(&type)), type);
}

static Lowered lower_training(Lowerer *l, Term *t, Lowered *in) {
    (void)in;
    return done(ir_const(l->graph, t->loc, l->mode.training), t->type);
}

static Lowered lower_map(Lowerer *l, Term *t, Lowered *in) {
    TermType type = in[0].type;
    for (int i = 1; i < t->n; i++)
        lower_join(&type, &in[i].type, &type);
    Node *node[3];
    for (int i = 0; i < t->n; i++)
        node[i] = lower_align(l, t->loc, in[i], &type);
    if (t->op == OP_polygamma)
        return done(ir_polygamma(l->graph, t->loc, t->value, node[0]), type);
    if (t->n == 1)
        return done(ir_unary(l->graph, t->loc, t->op, node[0]), type);
    if (t->n == 2)
        return done(ir_binary(l->graph, t->loc, t->op, node[0], node[1]), type);
    return done(ir_where(l->graph, t->loc, node[0], node[1], node[2]), type);
}

static Lowered lower_reduce(Lowerer *l, Term *t, Lowered *in) {
    TermType type = with_shape(in[0].type, t->type.shape);
    Node *node = ir_reduce(l->graph, t->loc, t->op, in[0].node, t->count, t->ints);
    return done(t->flag ? ir_reshape(l->graph, t->loc, node, termtype_array(&type)) : node, type);
}

/* One value stands for all draws where the entry makes none. */
static Lowered lower_over_samples(Lowerer *l, Term *t, Lowered *in) {
    TermType type = in[0].type;
    int axis = -(type.shape.rank + 1), length = type.samples[--type.n_samples];
    int draws = t->in[0]->type.samples[type.n_samples];
    type.spread &= ~(1u << type.n_samples);
    Node *node = ir_reduce(l->graph, t->loc, t->op, in[0].node, 1, &axis);
    if (t->op == OP_sum && length != draws)
        node = ir_binary(l->graph, t->loc, OP_mul, ir_const(l->graph, t->loc, draws), node);
    return done(node, type);
}

static Lowered lower_argmax(Lowerer *l, Term *t, Lowered *in) {
    return done(ir_argmax(l->graph, t->loc, in[0].node, t->ints[0]),
                with_shape(in[0].type, t->type.shape));
}

static Lowered lower_along(Lowerer *l, Term *t, Lowered *in) {
    return done(ir_along(l->graph, t->loc, t->op, in[0].node, t->ints[0]), in[0].type);
}

/* The axes first … end - 1 as one length: a number, or a multiple of the rows. */
static int collapsed(Type array, int first, int end) {
    long length = 1;
    for (int i = first; i < end; i++)
        length *= array.dim[i];
    return (int)length;
}

static int lengths_of_rows(Type array, int count) {
    int found = 0;
    for (int i = 0; i < count; i++)
        found += array.dim[i] < 0;
    return found;
}

/* Both per example: a batch of products, one for each row and sample. */
static Lowered batched_matmul(Lowerer *l, Term *t, Lowered *in, TermType type) {
    TermType full[2] = {with_shape(type, in[0].type.shape), with_shape(type, in[1].type.shape)};
    Node *node[2];
    for (int i = 0; i < 2; i++) {
        Type array = termtype_array(&full[i]);
        int lead = array.rank - full[i].shape.rank;
        Node *wide = ir_expand(l->graph, t->loc, lower_align(l, t->loc, in[i], &full[i]), array);
        int last = array.rank - 1;
        Type cube = {
            .rank = 3,
            .dim = {collapsed(array, 0, lead), collapsed(array, lead, last), array.dim[last]}};
        node[i] = ir_reshape(l->graph, t->loc, wide, cube);
    }
    Node *product = ir_matmul(l->graph, t->loc, node[0], node[1], false, false);
    TermType result = with_shape(type, t->type.shape);
    return done(ir_reshape(l->graph, t->loc, product, termtype_array(&result)), result);
}

/* Stacks of matrices: the axes before the last two are those of the result, row and samples
 * included. */
static Lowered stacked_matmul(Lowerer *l, Term *t, Lowered *in, TermType type) {
    Type stack = t->type.shape;
    Node *node[2];
    for (int i = 0; i < 2; i++) {
        Type own = t->in[i]->type.shape;
        TermType full = with_shape(type, stack);
        for (int k = 1; k <= 2; k++)
            full.shape.dim[stack.rank - k] = own.dim[own.rank - k];
        node[i] = ir_expand(l->graph, t->loc, lower_align(l, t->loc, in[i], &full),
                            termtype_array(&full));
    }
    return done(ir_matmul(l->graph, t->loc, node[0], node[1], false, false),
                with_shape(type, stack));
}

static Lowered lower_matmul(Lowerer *l, Term *t, Lowered *in) {
    TermType left = with_shape(in[0].type, (Type){0}), right = with_shape(in[1].type, (Type){0}),
             lead;
    lower_join(&left, &right, &lead);
    Type array = termtype_array(&in[0].type);
    if (t->in[1]->type.shape.rank > 2)
        return stacked_matmul(l, t, in, lead);
    if (in[1].type.rows || in[1].type.n_samples || lengths_of_rows(array, array.rank - 1) > 1)
        return batched_matmul(l, t, in, lead);
    Type flat = {.rank = 2,
                 .dim = {collapsed(array, 0, array.rank - 1), array.dim[array.rank - 1]}};
    Node *a = ir_reshape(l->graph, t->loc, in[0].node, flat);
    Node *product = ir_matmul(l->graph, t->loc, a, in[1].node, false, false);
    TermType type = with_shape(lead, t->type.shape);
    if (!product->name)
        product->name = t->user_name;
    return done(ir_reshape(l->graph, t->loc, product, termtype_array(&type)), type);
}

static Lowered lower_reshape(Lowerer *l, Term *t, Lowered *in) {
    TermType type = with_shape(in[0].type, t->type.shape);
    return done(ir_reshape(l->graph, t->loc, in[0].node, termtype_array(&type)), type);
}

static Lowered lower_transpose(Lowerer *l, Term *t, Lowered *in) {
    return done(ir_transpose(l->graph, t->loc, in[0].node, t->count, t->ints),
                with_shape(in[0].type, t->type.shape));
}

static Lowered lower_slice(Lowerer *l, Term *t, Lowered *in) {
    return done(ir_slice(l->graph, t->loc, in[0].node, t->ints[0], t->ints[1], t->ints[2]),
                with_shape(in[0].type, t->type.shape));
}

static Lowered lower_pad(Lowerer *l, Term *t, Lowered *in) {
    return done(ir_pad(l->graph, t->loc, in[0].node, t->ints[0], t->ints[1], t->ints[3]),
                with_shape(in[0].type, t->type.shape));
}

static Lowered lower_window(Lowerer *l, Term *t, Lowered *in) {
    const int *ints = t->ints;
    return done(ir_window(l->graph, t->loc, in[0].node, ints[0], ints[1], ints[2], ints[3]),
                with_shape(in[0].type, t->type.shape));
}

static Lowered lower_fold(Lowerer *l, Term *t, Lowered *in) {
    const int *ints = t->ints;
    return done(ir_fold(l->graph, t->loc, in[0].node, ints[0], ints[1], ints[2], ints[3]),
                with_shape(in[0].type, t->type.shape));
}

static Lowered lower_expand(Lowerer *l, Term *t, Lowered *in) {
    TermType type = with_shape(in[0].type, t->type.shape);
    Node *node = lower_align(l, t->loc, in[0], &type);
    return done(ir_expand(l->graph, t->loc, node, termtype_array(&type)), type);
}

static Lowered lower_concat(Lowerer *l, Term *t, Lowered *in) {
    TermType lead = with_shape(in[0].type, (Type){0});
    Node **parts = NEW_ARRAY(l->arena, Node *, t->n);
    for (int i = 1; i < t->n; i++) {
        TermType other = with_shape(in[i].type, (Type){0});
        lower_join(&lead, &other, &lead);
    }
    for (int i = 0; i < t->n; i++) {
        TermType type = with_shape(lead, in[i].type.shape);
        parts[i] = ir_expand(l->graph, t->loc, lower_align(l, t->loc, in[i], &type),
                             termtype_array(&type));
    }
    return done(ir_concat(l->graph, t->loc, t->ints[0], t->n, parts),
                with_shape(lead, t->type.shape));
}

static Lowered lower_iota(Lowerer *l, Term *t, Lowered *in) {
    (void)in;
    return done(ir_iota(l->graph, t->loc, termtype_array(&t->type), -1), t->type);
}

static Lowered lower_eye(Lowerer *l, Term *t, Lowered *in) {
    (void)in;
    return done(ir_eye(l->graph, t->loc, t->type.shape), t->type);
}

static Lowered lower_class_number(Lowerer *l, Term *t, Lowered *in) {
    lower_index(l, t, in[0], (int)t->value, "a class");
    return in[0];
}

static Lowered lower_gather(Lowerer *l, Term *t, Lowered *in) {
    lower_index(l, t, in[1], in[0].node->type.dim[0], "a row");
    return done(ir_gather(l->graph, t->loc, in[0].node, in[1].node),
                with_shape(in[1].type, t->type.shape));
}

/* v and the places are one array each, of the same leading axes and features, but for the axis. */
static Lowered lower_take(Lowerer *l, Term *t, Lowered *in) {
    TermType type[2] = {in[0].type, in[1].type}, lead, full;
    Node *node[2];
    type[0].shape = type[1].shape = (Type){0};
    lower_join(&type[0], &type[1], &lead);
    for (int i = 0; i < 2; i++) {
        full = with_shape(lead, t->in[i]->type.shape);
        node[i] = ir_expand(l->graph, t->loc, lower_align(l, t->loc, in[i], &full),
                            termtype_array(&full));
    }
    lower_index(l, t, done(node[1], full), node[0]->type.dim[node[0]->type.rank + t->ints[0]],
                "a place");
    return done(ir_take(l->graph, t->loc, node[0], node[1], t->ints[0]),
                with_shape(lead, t->type.shape));
}

/* The mean over the rows of the batch, which are the first axis; it goes. */
static Node *mean_over_rows(Lowerer *l, Loc loc, Node *node) {
    int axis = -node->type.rank;
    Node *sum = ir_reduce(l->graph, loc, OP_sum, node, 1, &axis);
    Node *rows = ir_length(l->graph, loc, ROWS);
    return ir_binary(l->graph, loc, OP_div, sum, rows);
}

static Lowered lower_batch_mean(Lowerer *l, Term *t, Lowered *in) {
    TermType type = in[0].type;
    if (!type.rows) /* generated, the same for all examples */
        return in[0];
    type.rows = false;
    return done(mean_over_rows(l, t->loc, in[0].node), type);
}

static Lowered lower_grad(Lowerer *l, Term *t, Lowered *in) {
    return done(ir_grad(l->graph, t->loc, in[0].node, in[1].node), in[1].type);
}

static Lowered lower_jacobian(Lowerer *l, Term *t, Lowered *in) {
    TermType type = with_shape(in[0].type, t->type.shape);
    return done(ir_jacobian(l->graph, t->loc, in[0].node, in[1].node, termtype_array(&type)), type);
}

static Lowered lower_batch(Lowerer *l, Term *t, Lowered *in) {
    TermType rows = in[0].type;
    rows.rows = true;
    Node *node = lower_align(l, t->loc, in[0], &rows);
    return done(ir_expand(l->graph, t->loc, node, termtype_array(&rows)), t->type);
}

static Lowered lower_spread(Lowerer *l, Term *t, Lowered *in) {
    (void)l;
    TermType type = with_shape(in[0].type, t->type.shape);
    type.spread |= 1u << type.n_samples;
    type.samples[type.n_samples++] = in[0].type.shape.dim[0];
    return done(in[0].node, type);
}

static Lowered lower_collect(Lowerer *l, Term *t, Lowered *in) {
    TermType full = in[0].type, type = with_shape(in[0].type, t->type.shape);
    full.samples[--type.n_samples] = t->type.shape.dim[0];
    type.spread &= ~(1u << type.n_samples);
    return done(ir_expand(l->graph, t->loc, in[0].node, termtype_array(&full)), type);
}

Lowered lower_as(Lowerer *l, const Term *t, Lowered value) {
    TermType type = value.type;
    while (type.n_samples < t->type.n_samples)
        type.samples[type.n_samples++] = 1;
    if (type.n_samples == value.type.n_samples)
        return value;
    return done(ir_reshape(l->graph, t->loc, value.node, termtype_array(&type)), type);
}

static Lowered lower_draw(Lowerer *l, Term *t, Lowered *in) {
    return lower_as(l, t, in[0]);
}

static Lowered lower_noise(Lowerer *l, Term *t, Lowered *in) {
    return lower_as(l, t, in[0]);
}

typedef Lowered TermRule(Lowerer *l, Term *t, Lowered *in);

static TermRule *const rules[NUM_TERMS] = {
#define TERM(name, what) [TERM_##name] = lower_##name,
#include "check/values/term.def"
};

Node *lower_known(const Lowerer *l, int term) {
    return l->values[term] ? l->values[term]->node : NULL;
}

void lower_put(Lowerer *l, int term, Lowered value) {
    if (!l->values[term])
        l->values[term] = NEW(l->arena, Lowered);
    *l->values[term] = value;
}

/* The operand of a draw or noise that the mode chooses; NULL where the term has no choice. */
static Term *choice_of(const Mode *mode, const Term *term) {
    bool corrupts = mode->corruption || mode->other_noise;
    if (term->kind == TERM_draw)
        return term->in[mode->draws || (term->flag && corrupts) ? 0 : 1];
    if (term->kind == TERM_noise)
        return term->in[(term->flag ? mode->corruption : mode->other_noise) ? 1 : 0];
    return NULL;
}

bool *lower_needed(Lowerer *l, int n, Term *const *roots) {
    const Model *model = l->model;
    bool *needed = NEW_ARRAY(l->arena, bool, model->terms.count + 1);
    for (int i = 0; i < n; i++)
        needed[roots[i]->id] = true;
    for (int id = model->terms.count; id-- > 0;) {
        const Term *term = model->terms.at[id];
        if (!needed[id] || lower_known(l, id))
            continue;
        const Term *choice = choice_of(&l->mode, term);
        if (choice)
            needed[choice->id] = true;
        for (int i = 0; !choice && i < term->n; i++)
            needed[term->in[i]->id] = true;
    }
    return needed;
}

static void lower_one(Lowerer *l, Term *term) {
    Term *choice = choice_of(&l->mode, term);
    int n = choice ? 1 : term->n;
    Lowered *in = NEW_ARRAY(l->arena, Lowered, n + 1);
    for (int i = 0; i < n; i++)
        in[i] = *l->values[(choice ? choice : term->in[i])->id];
    Lowered value = rules[term->kind](l, term, in);
    if (!value.node->name)
        value.node->name = term->user_name;
    lower_put(l, term->id, value);
}

static void want(Lowerer *l, const Term *term) {
    if (l->wanted[term->id] || lower_known(l, term->id))
        return;
    l->wanted[term->id] = true;
    list_add(l->arena, &l->queue, term->id);
}

static int ascending(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

/* Looks only at what is new: an entry asks for the values of thousands of slots. */
Lowered lower_term(Lowerer *l, Term *term) {
    l->queue.count = 0;
    want(l, term);
    for (int i = 0; i < l->queue.count; i++) {
        const Term *t = l->model->terms.at[l->queue.at[i]];
        const Term *choice = choice_of(&l->mode, t);
        if (choice)
            want(l, choice);
        for (int k = 0; !choice && k < t->n; k++)
            want(l, t->in[k]);
    }
    if (l->queue.count > 0)
        qsort(l->queue.at, (size_t)l->queue.count, sizeof *l->queue.at, ascending);
    for (int i = 0; i < l->queue.count; i++)
        lower_one(l, l->model->terms.at[l->queue.at[i]]);
    return *l->values[term->id];
}

Node *lower_mean(Lowerer *l, Term *term) {
    Lowered value = lower_term(l, term);
    double size = type_size(value.type.shape, 1);
    Type shape = size == 1 ? type_scalar() : value.type.shape; /* one number, whatever its axes */
    Node *node = ir_reshape(l->graph, term->loc, value.node,
                            value.type.rows ? type_prefixed(ROWS, shape) : shape);
    return value.type.rows ? mean_over_rows(l, term->loc, node) : node;
}

Lowerer lower_open(const Model *model, Program *program, const char *name, Mode mode) {
    arena_clear(program->scratch);
    Lowerer l = {.arena = program->scratch, .mode = mode, .model = model};
    l.graph = graph_open(program->arena, program->names, names_of(program->names, name));
    l.values = NEW_ARRAY(l.arena, Lowered *, model->terms.count + 1);
    l.wanted = NEW_ARRAY(l.arena, bool, model->terms.count + 1);
    return l;
}
