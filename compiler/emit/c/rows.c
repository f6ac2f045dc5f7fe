/* Row loops: for each outer place passes over the inner axes; and flat loops, which have one axis.
 *
 *     for (int i = begin; i < end; i++) {
 *         real nll = 0;
 *     #pragma omp simd reduction(+ : nll)
 *         for (int j = 0; j < 784; j++)
 *             nll += softplus(logits[784 * i + j]) - ...;
 *         loss[i] = nll;
 *     }
 */
#include "emit/c/c.h"

enum { LONG_SUM = 2048, SUM_BLOCK = 1024 };

/* The innermost statements of a pass. */
static void write_body(KernelWriter *k, const bool *computes, int pass, const char *suffix) {
    const Loops *loops = k->kernel->loops;
    expr_block(k, computes, pass, false);
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, pass)) {
            bool sum = loops->node[i].node->op == OP_sum;
            nest_fold(k, i, arena_printf(k->arena, "%s%s", k->variable[i], sum ? suffix : ""));
        }
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *node = &loops->node[i];
        const Value *value = &k->plan->fusion->value[node->node->id];
        if (!computes[i] || node->pass != pass || value->role != ROLE_loop)
            continue;
        if (node->keep == KEEP_local) {
            const char *text = k->value[i];
            bool atomic;
            k->value[i] = NULL;
            Access edge = {.base = node->node};
            LoopNode reader = {.node = node->node, .edge = &edge};
            cw_line(&k->body, "%s = %s;", expr_operand(k, &reader, 0, &atomic), text);
            k->value[i] = text;
        }
        if (value->stored)
            nest_store(k, node, k->value[i]);
    }
    nest_forget(k);
}

static void start_folds(KernelWriter *k, int pass, const char *suffix) {
    const Loops *loops = k->kernel->loops;
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, pass) && (!*suffix || loops->node[i].node->op == OP_sum))
            cw_line(&k->body, "real %s%s = %s;", k->variable[i], suffix,
                    nest_start(loops->node[i].node));
}

static void add_parts(KernelWriter *k, int pass) {
    const Loops *loops = k->kernel->loops;
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, pass) && loops->node[i].node->op == OP_sum)
            cw_line(&k->body, "%s += %s_part;", k->variable[i], k->variable[i]);
}

static bool sums(const KernelWriter *k, int pass) {
    for (int i = 0; i < k->kernel->loops->count; i++)
        if (nest_folds(k, i, pass) && k->kernel->loops->node[i].node->op == OP_sum)
            return true;
    return false;
}

/* The last loop: in blocks, or with a partial sum of its own, where sums are long. */
static void write_last_loop(KernelWriter *k, const bool *computes, int pass) {
    const Loops *loops = k->kernel->loops;
    int last = loops->axes - 1;
    bool parts = sums(k, pass) && nest_size(k, loops->outer, loops->axes) > LONG_SUM;
    bool blocks = parts && nest_size(k, last, loops->axes) > LONG_SUM;
    const char *suffix = parts ? "_part" : "", *j = k->axis[last], *length = nest_length(k, last);
    if (blocks) {
        cw_open(&k->body, "for (int from = 0; from < %s; from += %d)", length, SUM_BLOCK);
        cw_line(&k->body, "const int to = from + %d < %s ? from + %d : %s;", SUM_BLOCK, length,
                SUM_BLOCK, length);
    }
    if (parts)
        start_folds(k, pass, suffix);
    nest_pragma(k, pass, suffix);
    if (blocks)
        cw_open(&k->body, "for (int %s = from; %s < to; %s++)", j, j, j);
    else
        cw_open(&k->body, "for (int %s = 0; %s < %s; %s++)", j, j, length, j);
    nest_keys(k, computes, loops->outer, loops->axes);
    write_body(k, computes, pass, suffix);
    cw_close(&k->body);
    if (parts)
        add_parts(k, pass);
    if (blocks)
        cw_close(&k->body);
}

static void write_pass(KernelWriter *k, int pass) {
    const Loops *loops = k->kernel->loops;
    bool *computes = NEW_ARRAY(k->arena, bool, loops->count + 1);
    loops_pass(k->plan->fusion, loops, pass, computes);
    bool any = false;
    for (int i = 0; i < loops->count; i++)
        any |= computes[i] || nest_folds(k, i, pass);
    if (!any)
        return;
    start_folds(k, pass, "");
    for (int a = loops->outer; a < loops->axes - 1; a++)
        cw_open(&k->body, "for (int %s = 0; %s < %s; %s++)", k->axis[a], k->axis[a],
                nest_length(k, a), k->axis[a]);
    if (loops->outer < loops->axes)
        write_last_loop(k, computes, pass);
    else
        write_body(k, computes, pass, "");
    for (int a = loops->outer; a < loops->axes - 1; a++)
        cw_close(&k->body);
}

/* What stands between passes: results of the one before, then values of the row. */
static void write_level(KernelWriter *k, int level) {
    const Loops *loops = k->kernel->loops;
    bool *computes = NEW_ARRAY(k->arena, bool, loops->count + 1);
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, level - 1)) {
            k->value[i] = k->variable[i];
            k->atomic[i] = true;
        }
    nest_outer_block(k, level, computes);
    expr_block(k, computes, -1, true);
    for (int i = 0; i < loops->count; i++)
        if (k->plan->fusion->value[loops->node[i].node->id].stored &&
            (nest_folds(k, i, level - 1) || (computes[i] && loops->node[i].is_outer)))
            nest_store(k, &loops->node[i], k->value[i]);
    nest_forget(k);
}

static void declare_rows(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    size_t row = plan_row(loops), at = k->kernel->slice;
    for (int i = 0; i < loops->count; i++) {
        if (loops->node[i].keep != KEEP_local)
            continue;
        if (row)
            cw_line(&k->body, "real *%s = (real *)run->scratch + %zu;", k->variable[i], at);
        else
            cw_line(&k->body, "real %s[%.0f];", k->variable[i],
                    nest_size(k, loops->outer, loops->axes));
        at += row;
    }
}

static void write_flat(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    bool *computes = NEW_ARRAY(k->arena, bool, loops->count + 1);
    loops_pass(k->plan->fusion, loops, 0, computes);
    nest_keys(k, NULL, -1, 0);
    nest_pragma(k, 0, "");
    cw_open(&k->body, "for (int %s = begin; %s < end; %s++)", k->axis[0], k->axis[0], k->axis[0]);
    nest_keys(k, NULL, 0, 1);
    write_body(k, computes, 0, "");
    cw_close(&k->body);
}

void rows_write(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    nest_open(k);
    k->uses_range = loops->form == FORM_flat || loops->cut > 0;
    if (loops->form == FORM_flat) {
        write_flat(k);
        return;
    }
    nest_keys(k, NULL, -1, 0);
    nest_open_cut(k);
    for (int a = loops->cut; a < loops->outer; a++)
        cw_open(&k->body, "for (int %s = 0; %s < %s; %s++)", k->axis[a], k->axis[a],
                nest_length(k, a), k->axis[a]);
    nest_keys(k, NULL, 0, loops->outer);
    declare_rows(k);
    for (int pass = 0; pass < loops->passes; pass++) {
        write_level(k, pass);
        write_pass(k, pass);
    }
    write_level(k, loops->passes);
    for (int a = loops->cut; a < loops->outer; a++)
        cw_close(&k->body);
    if (loops->cut > 0)
        cw_close(&k->body);
}

void c_loops(KernelWriter *k) {
    (k->kernel->loops->form == FORM_columns ? columns_write : rows_write)(k);
}
