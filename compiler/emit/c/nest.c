/* Nests: what all loop nests need: variables, keys of draws, folding, storing. */
#include "emit/c/c.h"

#include <math.h>
#include <string.h>

/* How many floats the widest vectors hold.  A parameter's update, which waits for memory, roots and
 * quotients, is faster with them.  Long formulas are not, and take less code in the vectors that
 * the C compiler chooses by itself. */
enum { WIDEST = 16 };

/* Of so few numbers a loop is no vector code, which is some times as large; nor is what runs once.
 * In a step of many operations more numbers are few: one each 2^20 operations takes, as scalar
 * code, half a thousandth of the time that all else does (draws a thousandth and a half). */
enum { FEW = 512, MANY = 1 << 15, OPERATIONS = 1 << 20 };

const Expr *nest_length(KernelWriter *k, int axis) {
    return kernel_len(k, k->kernel->loops->length[axis]);
}

double nest_size(const KernelWriter *k, int from, int to) {
    double size = 1;
    for (int a = from; a < to; a++)
        size *= len_value(k->kernel->loops->length[a], k->program->program->batch);
    return size;
}

void nest_forget(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    for (int i = 0; i < loops->count; i++)
        if (!loops->node[i].is_outer)
            k->value[i] = NULL;
}

/* Outer to inner: i, j, k … */
static void name_axes(KernelWriter *k) {
    static const char *const wishes[] = {"i", "j", "k", "l", "p", "q", "r", "s"};
    const Loops *loops = k->kernel->loops;
    int deep = 0, last = loops->form == FORM_columns ? loops->outer - 1 : -1;
    for (int a = 0; a < loops->axes; a++)
        if (a != last)
            k->depth[a] = deep++;
    if (last >= 0)
        k->depth[last] = deep;
    for (int d = 0; d < loops->axes; d++)
        for (int a = 0; a < loops->axes; a++)
            if (k->depth[a] == d)
                k->axis[a] = kernel_local(k, wishes[d % 8]);
}

static const char *wish_of(const KernelWriter *k, const Node *node) {
    return node->name ? c_last_part(node->name) : arena_printf(k->arena, "t%d", node->id);
}

void nest_open(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    k->value = NEW_ARRAY(k->arena, const Expr *, loops->count + 1);
    k->variable = NEW_ARRAY(k->arena, Local *, loops->count + 1);
    k->sum = NEW_ARRAY(k->arena, Local *, loops->count + 1);
    k->key = NEW_ARRAY(k->arena, Local *, loops->count + 1);
    name_axes(k);
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *node = &loops->node[i];
        if (optab[node->node->op].kind == KIND_random)
            k->key[i] = kernel_local(k, "draw");
        if (fuse_is_reduce(node->node) || node->keep == KEEP_local)
            k->variable[i] =
                kernel_local(k, arena_printf(k->arena, "%s%s", wish_of(k, node->node),
                                             node->keep == KEEP_local ? "_row"
                                             : k->plan->fusion->value[node->node->id].stored
                                                 ? (node->node->op == OP_sum ? "_sum" : "_max")
                                                 : ""));
    }
}

static int key_depth(const KernelWriter *k, const LoopNode *node) {
    int depth = -1;
    for (int a = 0; a < k->kernel->loops->axes; a++)
        if (node->index[1].stride[a].coef != 0 && k->depth[a] > depth)
            depth = k->depth[a];
    return depth;
}

static bool has_rows(const Node *node) {
    return node->type.rank > 0 && node->type.dim[0] < 0;
}

void nest_keys(KernelWriter *k, const bool *computes, int from, int to) {
    const Loops *loops = k->kernel->loops;
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *node = &loops->node[i];
        if (optab[node->node->op].kind != KIND_random || (computes && !computes[i]))
            continue;
        int depth = key_depth(k, node);
        if (depth < from || depth >= to)
            continue;
        const Expr *stream = kernel_stream(k, node->node);
        const Expr *row =
            has_rows(node->node) ? expr_index(k, &node->index[1]) : tree_long(k->arena, -1);
        code_let(k->code, "const AertKey", k->key[i],
                 tree_form(k->arena, "REAL(draw_key)(@, @, @)", kernel_use(k, &k->code->run),
                           stream, row));
    }
}

/* The first `count` axes, from the number of a place in all of them. */
static void outer_axes(KernelWriter *k, Local *place, int count) {
    for (int a = 0; a < count; a++) {
        Template form;
        template_open(&form, k->arena);
        template_add(&form, "@", kernel_use(k, place));
        for (int b = a + 1; b < count; b++)
            template_add(&form, " / (@)", nest_length(k, b));
        if (a > 0)
            template_add(&form, " % (@)", nest_length(k, a));
        code_let(k->code, "const int", k->axis[a], template_end(&form));
    }
}

void nest_open_axes(KernelWriter *k, int from, int to) {
    for (int a = from; a < to; a++)
        code_loop(k->code, k->axis[a], tree_long(k->arena, 0), nest_length(k, a), BRACES);
}

void nest_close(KernelWriter *k, int count) {
    for (int i = 0; i < count; i++)
        code_close(k->code);
}

bool nest_folds(const KernelWriter *k, int place, int pass) {
    const LoopNode *node = &k->kernel->loops->node[place];
    return fuse_is_reduce(node->node) && node->pass == pass;
}

const Expr *nest_start(KernelWriter *k, const Node *reduction) {
    return reduction->op == OP_sum ? tree_long(k->arena, 0)
                                   : tree_form(k->arena, "-@", tree_number(k->arena, INFINITY));
}

Local *nest_sum(KernelWriter *k, int place) {
    if (!k->sum[place])
        k->sum[place] =
            kernel_fixed(k, arena_printf(k->arena, "%s_part", k->variable[place]->name));
    return k->sum[place];
}

void nest_fold(KernelWriter *k, int place, const Expr *into) {
    const LoopNode *node = &k->kernel->loops->node[place];
    const Expr *operand[2] = {into, expr_operand(k, node, 0)};
    if (node->node->op == OP_sum)
        code_fold(k->code, into, operand[1]);
    else
        code_store(k->code, into, expr_apply(k->arena, node->node, operand, "real"));
}

void nest_store(KernelWriter *k, const LoopNode *node, const Expr *value) {
    List(const Expr *) target = {0};
    const Expr *index = expr_index(k, &node->own);
    if (k->plan->buffer_of[node->node->id] >= 0)
        list_add(k->arena, &target,
                 tree_element(k->arena, kernel_pointer(k, node->node, -1), index));
    const IntList *assigns = &k->plan->assigns_of[node->node->id];
    for (int i = 0; i < assigns->count; i++) {
        const Assign *assign = &k->plan->assigns.at[assigns->at[i]];
        if (assign->direct)
            list_add(k->arena, &target,
                     tree_element(k->arena, kernel_pointer(k, NULL, assign->slot), index));
    }
    for (int i = target.count - 1; i > 0; i--)
        value = tree_form(k->arena, "@ = @", target.at[i], value);
    if (target.count > 0)
        code_store(k->code, target.at[0], value);
}

static void need(const KernelWriter *k, const LoopNode *node, bool *computes) {
    for (int e = 0; e < fuse_edges(k->plan->fusion, node->node); e++) {
        LoopNode *in = loops_find(k->kernel->loops, node->edge[e].base);
        if (!in || k->plan->fusion->value[in->node->id].role != ROLE_recomputed)
            continue;
        computes[in - k->kernel->loops->node] = true;
        need(k, in, computes);
    }
}

bool nest_outer_block(const KernelWriter *k, int level, bool *computes) {
    const Loops *loops = k->kernel->loops;
    bool any = false;
    memset(computes, 0, sizeof *computes * (size_t)loops->count);
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *node = &loops->node[i];
        if (!node->is_outer || fuse_is_reduce(node->node) || node->pass != level)
            continue;
        computes[i] = any = true;
        need(k, node, computes);
    }
    return any;
}

bool nest_few(const KernelWriter *k, int axes) {
    double size = nest_size(k, 0, axes);
    double step = k->program->flops_example * k->program->program->batch;
    return k->plan->entry->kind == ENTRY_init || size <= FEW || size <= step / OPERATIONS;
}

bool nest_many(const KernelWriter *k) {
    return nest_size(k, 0, k->kernel->loops->axes) > MANY;
}

const Expr *nest_end(KernelWriter *k) {
    enum { VECTOR = 8 }; /* as in REAL(vectors) of the runtime */
    const Kernel *kernel = k->kernel;
    const Expr *begin = kernel_use(k, &k->code->begin), *end = kernel_use(k, &k->code->end);
    bool whole = kernel->extent % VECTOR == 0 && kernel->extent_rows % VECTOR == 0 &&
                 kernel->chunk % VECTOR == 0 &&
                 !k->plan->reach; /* where lines are computed again a piece is some of them */
    return nest_few(k, k->kernel->loops->axes) || !whole
               ? end
               : tree_form(k->arena, "REAL(vectors)(@, @)", begin, end);
}

void nest_pragma(KernelWriter *k, int pass, bool parts) {
    if (nest_few(k, k->kernel->loops->axes))
        return;
    static const Op ops[] = {OP_sum, OP_amax};
    static const char *const opens[] = {" reduction(+ : @", " reduction(max : @"};
    const Loops *loops = k->kernel->loops;
    bool folds = false;
    Template form;
    template_open(&form, k->arena);
    template_add(&form, "omp simd");
    for (int o = 0; o < 2; o++) {
        bool any = false;
        for (int i = 0; i < loops->count; i++)
            if (nest_folds(k, i, pass) && loops->node[i].node->op == ops[o]) {
                Local *local = parts && ops[o] == OP_sum ? nest_sum(k, i) : k->variable[i];
                template_add(&form, any ? ", @" : opens[o], kernel_use(k, local));
                any = folds = true;
            }
        template_add(&form, any ? ")" : "");
    }
    const Node *main = k->plan->fusion->groups.at[k->kernel->group].main;
    if (!folds && main && plan_place(k->plan, main).kind == PLACE_scratch)
        template_add(&form, " simdlen(@)", tree_long(k->arena, WIDEST));
    code_pragma(k->code, template_end(&form));
}

Local *nest_open_cut(KernelWriter *k) {
    const int cut = k->kernel->loops->cut;
    Local *place = cut == 1 ? k->axis[0] : kernel_fixed(k, "o");
    if (cut > 0)
        code_loop(k->code, place, kernel_use(k, &k->code->begin), kernel_use(k, &k->code->end),
                  BRACES);
    if (cut > 1)
        outer_axes(k, place, cut);
    return place;
}
