/* Column loops: passes over the inner axes, each over a run of the last outer axis, side by side.
 *
 *     real db[128];
 *     for (int j = begin; j < end; j++) db[j - begin] = 0;
 *     for (int i = 0; i < n; i++)
 *         for (int j = begin; j < end; j++) db[j - begin] += dlogits[784 * i + j];
 */
#include "emit/c/c.h"

enum {
    LONG_SUM = 512,
    SUM_BLOCK = 128,
    LINE = 16,     /* floats of a line of memory */
    FAR = 1 << 14, /* so few numbers are near anyhow */
};

typedef struct Columns {
    KernelWriter *k;
    int run;               /* the axis that runs side by side */
    const Expr *from, *to; /* its bounds */
    int width;             /* the most places of it in a piece */
    bool parts;            /* sums are long: of blocks of rows, added up */
} Columns;

static const Expr *at_place(const Columns *c, Local *array) {
    Arena *arena = c->k->arena;
    const Expr *j = kernel_use(c->k, c->k->axis[c->run]);
    if (!tree_is(c->from, "0"))
        j = tree_form(arena, "@ - @", j, c->from);
    return tree_element(arena, kernel_use(c->k, array), j);
}

/* `axes`: those that all its turns go through. */
static void open_run(const Columns *c, int axes) {
    if (!nest_few(c->k, axes))
        code_pragma(c->k->code, tree_word(c->k->arena, "omp simd"));
    code_loop(c->k->code, c->k->axis[c->run], c->from, c->to, BRACES);
}

static bool is_sum(const Columns *c, int place) {
    return c->k->kernel->loops->node[place].node->op == OP_sum;
}

static Local *part(const Columns *c, int place) {
    bool partial = c->parts && is_sum(c, place);
    return partial ? nest_sum(c->k, place) : c->k->variable[place];
}

/* Values between passes that later blocks read get an array. */
static bool is_kept(const Columns *c, int place) {
    const KernelWriter *k = c->k;
    const LoopNode *of = &k->kernel->loops->node[place];
    if (!of->is_outer || fuse_is_reduce(of->node))
        return false;
    bool *computes = NEW_ARRAY(k->arena, bool, k->kernel->loops->count + 1);
    nest_outer_block(k, of->pass, computes);
    return expr_read_later(k, computes, of);
}

static void declare_arrays(Columns *c) {
    KernelWriter *k = c->k;
    const Loops *loops = k->kernel->loops;
    for (int i = 0; i < loops->count; i++) {
        const Node *node = loops->node[i].node;
        const Expr *width = tree_size(k->arena, c->width);
        if (is_kept(c, i))
            k->variable[i] = kernel_local(k, node->name ? c_last_part(node->name)
                                                        : arena_printf(k->arena, "t%d", node->id));
        if (is_kept(c, i) || fuse_is_reduce(node))
            code_array(k->code, c_elem(node), k->variable[i], width);
        if (fuse_is_reduce(node) && c->parts && is_sum(c, i))
            code_array(k->code, "real", nest_sum(k, i), width);
    }
}

static bool any_folds(const Columns *c, int pass, bool only_sums) {
    for (int i = 0; i < c->k->kernel->loops->count; i++)
        if (nest_folds(c->k, i, pass) && (!only_sums || is_sum(c, i)))
            return true;
    return false;
}

static void start_folds(Columns *c, int pass) {
    KernelWriter *k = c->k;
    if (!any_folds(c, pass, false))
        return;
    open_run(c, k->kernel->loops->outer);
    for (int i = 0; i < k->kernel->loops->count; i++) {
        if (!nest_folds(k, i, pass))
            continue;
        code_store(k->code, at_place(c, k->variable[i]),
                   nest_start(k, k->kernel->loops->node[i].node));
        if (c->parts && is_sum(c, i))
            code_store(k->code, at_place(c, part(c, i)), tree_long(k->arena, 0));
    }
    code_close(k->code);
}

/* A matrix of another kernel, of which a piece reads a few columns. */
static bool lies_apart(const Columns *c, const Access *access) {
    const KernelWriter *k = c->k;
    const Loops *loops = k->kernel->loops;
    Role role = k->plan->fusion->value[access->base->id].role;
    bool stored = role != ROLE_const && role != ROLE_scalar && !loops_find(loops, access->base);
    return stored && access->base != k->plan->fusion->groups.at[k->kernel->group].main &&
           access->stride[c->run].coef == 1 && access->stride[loops->outer].power == 0 &&
           access->stride[loops->outer].coef >= 2 * LINE;
}

/* Behind a product a piece is a few columns, and what it reads of earlier kernels has left the near
 * caches.  Parts of rows that lie apart no processor guesses: they are asked for two rows before.
 * The product's own result is near. */
static void ask_ahead(const Columns *c, const bool *computes, int pass) {
    KernelWriter *k = c->k;
    const Loops *loops = k->kernel->loops;
    if (!k->plan->fusion->groups.at[k->kernel->group].main || loops->outer != 1 ||
        loops->axes != 2 || nest_size(k, 0, 2) < FAR)
        return;
    bool *asked = NEW_ARRAY(k->arena, bool, k->plan->graph->nodes.count + 1);
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *node = &loops->node[i];
        for (int e = 0; e < fuse_edges(k->plan->fusion, node->node); e++) {
            const Access *access = &node->edge[e];
            if (!computes[i] || node->pass != pass || !lies_apart(c, access) ||
                asked[access->base->id])
                continue;
            asked[access->base->id] = true;
            code_loop(k->code, k->axis[c->run], c->from, kernel_use(k, &k->code->end), BARE)->step =
                LINE;
            code_line(k->code, tree_form(k->arena, "REAL(ask)(@ + @ + 2 * @)",
                                         kernel_pointer(k, access->base, -1), expr_index(k, access),
                                         kernel_len(k, access->stride[loops->outer])));
            code_close(k->code);
        }
    }
}

static void write_body(Columns *c, const bool *computes, int pass) {
    KernelWriter *k = c->k;
    const Loops *loops = k->kernel->loops;
    ask_ahead(c, computes, pass);
    open_run(c, loops->axes);
    nest_keys(k, computes, k->depth[c->run], k->depth[c->run] + 1);
    expr_block(k, computes, pass, false);
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, pass))
            nest_fold(k, i, at_place(c, part(c, i)));
    for (int i = 0; i < loops->count; i++) {
        const FusionValue *value = &k->plan->fusion->value[loops->node[i].node->id];
        if (computes[i] && loops->node[i].pass == pass && value->role == ROLE_loop && value->stored)
            nest_store(k, &loops->node[i], k->value[i]);
    }
    nest_forget(k);
    code_close(k->code);
}

/* After each block of rows its sums are added to the whole. */
static void add_parts(Columns *c, int pass) {
    KernelWriter *k = c->k;
    const Loops *loops = k->kernel->loops;
    const Expr *row = kernel_use(k, k->axis[loops->outer]), *length = nest_length(k, loops->outer);
    double each = nest_size(k, loops->outer + 1, loops->axes);
    int block = each > SUM_BLOCK ? 1 : (int)(SUM_BLOCK / each);
    code_if(k->code,
            tree_form(k->arena, "(@ + 1) % @ == 0 || @ + 1 == @", row, tree_long(k->arena, block),
                      row, length),
            BRACES);
    open_run(c, loops->axes);
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, pass) && is_sum(c, i)) {
            code_fold(k->code, at_place(c, k->variable[i]), at_place(c, part(c, i)));
            code_store(k->code, at_place(c, part(c, i)), tree_long(k->arena, 0));
        }
    code_close(k->code);
    code_close(k->code);
}

static void write_pass(Columns *c, int pass) {
    KernelWriter *k = c->k;
    const Loops *loops = k->kernel->loops;
    bool *computes = NEW_ARRAY(k->arena, bool, loops->count + 1);
    loops_pass(k->plan->fusion, loops, pass, computes);
    bool any = any_folds(c, pass, false);
    for (int i = 0; i < loops->count; i++)
        any |= computes[i];
    if (!any)
        return;
    start_folds(c, pass);
    nest_open_axes(k, loops->outer, loops->axes);
    nest_keys(k, computes, loops->outer - 1, k->depth[c->run]);
    write_body(c, computes, pass);
    for (int a = loops->axes - 1; a >= loops->outer; a--) {
        if (a == loops->outer && c->parts && any_folds(c, pass, true))
            add_parts(c, pass);
        code_close(k->code);
    }
}

static void write_level(Columns *c, int level) {
    KernelWriter *k = c->k;
    const Loops *loops = k->kernel->loops;
    bool *computes = NEW_ARRAY(k->arena, bool, loops->count + 1);
    bool any = nest_outer_block(k, level, computes);
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, level - 1)) {
            k->value[i] = at_place(c, k->variable[i]);
            any |= k->plan->fusion->value[loops->node[i].node->id].stored;
        }
    if (!any)
        return;
    open_run(c, loops->outer);
    nest_keys(k, computes, k->depth[c->run], k->depth[c->run] + 1);
    expr_block(k, computes, -1, true);
    for (int i = 0; i < loops->count; i++) {
        if (computes[i] && is_kept(c, i)) {
            code_store(k->code, at_place(c, k->variable[i]), k->value[i]);
            k->value[i] = at_place(c, k->variable[i]);
        }
        if (k->plan->fusion->value[loops->node[i].node->id].stored &&
            (nest_folds(k, i, level - 1) || (computes[i] && loops->node[i].is_outer)))
            nest_store(k, &loops->node[i], k->value[i]);
    }
    nest_forget(k);
    code_close(k->code);
}

void columns_write(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    Columns c = {.k = k,
                 .run = loops->outer - 1,
                 .from = kernel_use(k, &k->code->begin),
                 .to = nest_end(k),
                 .width = k->kernel->chunk};
    nest_open(k);
    if (loops->outer > 1) {
        c.from = tree_long(k->arena, 0);
        c.to = nest_length(k, c.run);
        c.width = (int)nest_size(k, c.run, c.run + 1);
    }
    c.parts = nest_size(k, loops->outer, loops->axes) > LONG_SUM;
    nest_keys(k, NULL, -1, 0);
    declare_arrays(&c);
    nest_open_cut(k);
    nest_open_axes(k, loops->cut, loops->outer - 1);
    nest_keys(k, NULL, 0, loops->outer - 1);
    for (int pass = 0; pass < loops->passes; pass++) {
        write_level(&c, pass);
        write_pass(&c, pass);
    }
    write_level(&c, loops->passes);
    nest_close(k, loops->outer - 1 - loops->cut + (loops->cut > 0));
}
