/* Nests: what all loop nests need: variables, keys of draws, folding, storing. */
#include "emit/c/c.h"

#include <string.h>

/* Numbers in the widest vectors: an update, which waits for memory, roots and quotients, asks for
 * them; where formulas are long the C compiler's shorter ones are no slower, and less code. */
enum { WIDEST = 16 };

const char *nest_length(KernelWriter *k, int axis) {
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
                k->axis[a] = scope_name(&k->scope, wishes[d % 8]);
}

static const char *wish_of(const KernelWriter *k, const Node *node) {
    return node->name ? c_last_part(node->name) : arena_printf(k->arena, "t%d", node->id);
}

void nest_open(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    k->value = NEW_ARRAY(k->arena, const char *, loops->count + 1);
    k->atomic = NEW_ARRAY(k->arena, bool, loops->count + 1);
    k->variable = NEW_ARRAY(k->arena, const char *, loops->count + 1);
    k->key = NEW_ARRAY(k->arena, const char *, loops->count + 1);
    name_axes(k);
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *node = &loops->node[i];
        if (optab[node->node->op].kind == KIND_random)
            k->key[i] = scope_name(&k->scope, "draw");
        if (fuse_is_reduce(node->node) || node->keep == KEEP_local)
            k->variable[i] = scope_name(
                &k->scope, arena_printf(k->arena, "%s%s", wish_of(k, node->node),
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
        const char *row = has_rows(node->node) ? expr_index(k, &node->index[1]) : "-1";
        cw_line(&k->body, "const AertKey %s = REAL(draw_key)(run, %s, %s);", k->key[i],
                kernel_stream(k, node->node), row);
    }
}

void nest_outer_axes(KernelWriter *k, const char *place, int count) {
    for (int a = 0; a < count; a++) {
        Text inner;
        text_open(&inner, k->arena);
        for (int b = a + 1; b < count; b++)
            text_add(&inner, " / (%s)", nest_length(k, b));
        if (a == 0)
            cw_line(&k->body, "const int %s = %s%s;", k->axis[a], place, inner.at);
        else
            cw_line(&k->body, "const int %s = %s%s %% (%s);", k->axis[a], place, inner.at,
                    nest_length(k, a));
    }
}

bool nest_folds(const KernelWriter *k, int place, int pass) {
    const LoopNode *node = &k->kernel->loops->node[place];
    return fuse_is_reduce(node->node) && node->pass == pass;
}

const char *nest_start(const Node *reduction) {
    return reduction->op == OP_sum ? "0" : "-(real)__builtin_inff()";
}

void nest_fold(KernelWriter *k, int place, const char *into) {
    const LoopNode *node = &k->kernel->loops->node[place];
    bool atomic;
    const char *text = expr_operand(k, node, 0, &atomic);
    if (node->node->op == OP_sum) {
        cw_line(&k->body, "%s += %s;", into, text);
        return;
    }
    const char *operand[2] = {into, text};
    const bool plain[2] = {true, atomic};
    bool whole;
    cw_line(&k->body, "%s = %s;", into, expr_apply(k->arena, node->node, operand, plain, &whole));
}

void nest_store(KernelWriter *k, const LoopNode *node, const char *text) {
    Text line;
    text_open(&line, k->arena);
    const char *index = expr_index(k, &node->own);
    if (k->plan->buffer_of[node->node->id] >= 0)
        text_add(&line, "%s[%s] = ", kernel_pointer(k, node->node, -1), index);
    const IntList *assigns = &k->plan->assigns_of[node->node->id];
    for (int i = 0; i < assigns->count; i++) {
        const Assign *assign = &k->plan->assigns.at[assigns->at[i]];
        if (assign->direct)
            text_add(&line, "%s[%s] = ", kernel_pointer(k, NULL, assign->slot), index);
    }
    if (line.length > 0)
        cw_line(&k->body, "%s%s;", line.at, text);
}

static void need(const KernelWriter *k, const LoopNode *node, bool *computes) {
    for (int e = 0; e < fuse_edges(k->plan->fusion, node->node); e++) {
        LoopNode *in = loops_find(k->kernel->loops, node->edge[e].base);
        if (!in || k->plan->fusion->value[in->node->id].role != ROLE_free)
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

void nest_pragma(KernelWriter *k, int pass, const char *suffix) {
    static const Op ops[] = {OP_sum, OP_amax};
    static const char *const signs[] = {"+", "max"};
    const Loops *loops = k->kernel->loops;
    Text line;
    text_open(&line, k->arena);
    for (int o = 0; o < 2; o++) {
        bool any = false;
        for (int i = 0; i < loops->count; i++)
            if (nest_folds(k, i, pass) && loops->node[i].node->op == ops[o]) {
                if (!any)
                    text_add(&line, " reduction(%s : ", signs[o]);
                text_add(&line, "%s%s%s", any ? ", " : "", k->variable[i], o == 0 ? suffix : "");
                any = true;
            }
        if (any)
            text_add(&line, ")");
    }
    const Node *main = k->plan->fusion->groups.at[k->kernel->group].main;
    if (line.length == 0 && main && plan_place(k->plan, main).kind == PLACE_slice)
        text_add(&line, " simdlen(%d)", WIDEST);
    cw_plain(&k->body, "#pragma omp simd%s", line.at);
}

void nest_open_cut(KernelWriter *k) {
    const int cut = k->kernel->loops->cut;
    if (cut == 1)
        cw_open(&k->body, "for (int %s = begin; %s < end; %s++)", k->axis[0], k->axis[0],
                k->axis[0]);
    if (cut > 1) {
        cw_open(&k->body, "for (int o = begin; o < end; o++)");
        nest_outer_axes(k, "o", cut);
    }
}
