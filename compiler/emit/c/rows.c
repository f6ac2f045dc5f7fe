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

/* The variable that a pass adds to: of a sum in parts that of the part, else that of the whole. */
static Local *folded(KernelWriter *k, int place, bool parts) {
    bool sum = k->kernel->loops->node[place].node->op == OP_sum;
    return parts && sum ? nest_sum(k, place) : k->variable[place];
}

/* The innermost statements of a pass. */
static void write_body(KernelWriter *k, const bool *computes, int pass, bool parts) {
    const Loops *loops = k->kernel->loops;
    expr_block(k, computes, pass, false);
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, pass))
            nest_fold(k, i, kernel_use(k, folded(k, i, parts)));
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *node = &loops->node[i];
        const FusionValue *value = &k->plan->fusion->value[node->node->id];
        if (!computes[i] || node->pass != pass || value->role != ROLE_loop)
            continue;
        if (node->keep == KEEP_local)
            code_store(k->code, expr_row(k, node), k->value[i]);
        if (value->stored)
            nest_store(k, node, k->value[i]);
    }
    nest_forget(k);
}

static void start_folds(KernelWriter *k, int pass, bool parts) {
    const Loops *loops = k->kernel->loops;
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, pass) && (!parts || loops->node[i].node->op == OP_sum))
            code_let(k->code, "real", folded(k, i, parts), nest_start(k, loops->node[i].node));
}

static void add_parts(KernelWriter *k, int pass) {
    const Loops *loops = k->kernel->loops;
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, pass) && loops->node[i].node->op == OP_sum)
            code_fold(k->code, kernel_use(k, k->variable[i]), kernel_use(k, nest_sum(k, i)));
}

static bool sums(const KernelWriter *k, int pass) {
    for (int i = 0; i < k->kernel->loops->count; i++)
        if (nest_folds(k, i, pass) && k->kernel->loops->node[i].node->op == OP_sum)
            return true;
    return false;
}

/* Opens the loop over blocks of the last axis: its bounds are those of the loop in it. */
static void open_blocks(KernelWriter *k, Local *from, Local *to, const Expr *length) {
    const Expr *begin = kernel_use(k, from), *size = tree_long(k->arena, SUM_BLOCK);
    code_loop(k->code, from, tree_long(k->arena, 0), length, BRACES)->step = SUM_BLOCK;
    code_let(
        k->code, "const int", to,
        tree_form(k->arena, "@ + @ < @ ? @ + @ : @", begin, size, length, begin, size, length));
}

/* The last loop: in blocks, or with a partial sum of its own, where sums are long. */
static void write_last_loop(KernelWriter *k, const bool *computes, int pass) {
    const Loops *loops = k->kernel->loops;
    int last = loops->axes - 1;
    bool parts = sums(k, pass) && nest_size(k, loops->outer, loops->axes) > LONG_SUM;
    bool blocks = parts && nest_size(k, last, loops->axes) > LONG_SUM;
    Local *from = kernel_fixed(k, "from"), *to = kernel_fixed(k, "to");
    const Expr *length = nest_length(k, last);
    if (blocks)
        open_blocks(k, from, to, length);
    if (parts)
        start_folds(k, pass, true);
    nest_pragma(k, pass, parts);
    code_loop(k->code, k->axis[last], blocks ? kernel_use(k, from) : tree_long(k->arena, 0),
              blocks ? kernel_use(k, to) : length, BRACES);
    nest_keys(k, computes, loops->outer, loops->axes);
    write_body(k, computes, pass, parts);
    code_close(k->code);
    if (parts)
        add_parts(k, pass);
    if (blocks)
        code_close(k->code);
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
    start_folds(k, pass, false);
    nest_open_axes(k, loops->outer, loops->axes - 1);
    if (loops->outer < loops->axes)
        write_last_loop(k, computes, pass);
    else
        write_body(k, computes, pass, false);
    nest_close(k, loops->axes - 1 - loops->outer);
}

/* What stands between passes: results of the one before, then values of the row. */
static void write_level(KernelWriter *k, int level) {
    const Loops *loops = k->kernel->loops;
    bool *computes = NEW_ARRAY(k->arena, bool, loops->count + 1);
    for (int i = 0; i < loops->count; i++)
        if (nest_folds(k, i, level - 1))
            k->value[i] = kernel_use(k, k->variable[i]);
    nest_outer_block(k, level, computes);
    expr_block(k, computes, -1, true);
    for (int i = 0; i < loops->count; i++)
        if (k->plan->fusion->value[loops->node[i].node->id].stored &&
            (nest_folds(k, i, level - 1) || (computes[i] && loops->node[i].is_outer)))
            nest_store(k, &loops->node[i], k->value[i]);
    nest_forget(k);
}

/* Where a row lies in the scratch memory, which is counted in real numbers. */
static const Expr *row_of(KernelWriter *k, const Node *node, long at) {
    const Expr *scratch = kernel_use(k, &k->code->run), *offset = tree_size(k->arena, at);
    const char *form =
        node->type.elem == ELEM_int ? "(int *)((real *)@->scratch + @)" : "(real *)@->scratch + @";
    return tree_form(k->arena, form, scratch, offset);
}

static void declare_rows(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    size_t row = plan_row(loops), at = k->kernel->slice;
    for (int i = 0; i < loops->count; i++) {
        if (loops->node[i].keep != KEEP_local)
            continue;
        if (row)
            code_let(k->code, c_pointer(loops->node[i].node, true), k->variable[i],
                     row_of(k, loops->node[i].node, (long)at));
        else
            code_array(k->code, c_elem(loops->node[i].node), k->variable[i],
                       tree_size(k->arena, (long)nest_size(k, loops->outer, loops->axes)));
        at += row;
    }
}

static void write_flat(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    bool *computes = NEW_ARRAY(k->arena, bool, loops->count + 1);
    loops_pass(k->plan->fusion, loops, 0, computes);
    nest_keys(k, NULL, -1, 0);
    nest_pragma(k, 0, false);
    code_loop(k->code, k->axis[0], kernel_use(k, &k->code->begin), nest_end(k), BRACES);
    nest_keys(k, NULL, 0, 1);
    write_body(k, computes, 0, false);
    code_close(k->code);
}

/* Writes 0 in place of a row behind the end of its text, where somebody reads it. */
static void write_padding(KernelWriter *k, Local *texts, Local *row) {
    code_if(k->code,
            tree_form(k->arena, "aert_is_padding(&@, @)", kernel_use(k, texts), kernel_use(k, row)),
            BRACES);
    for (int i = 0; i < k->kernel->touches.count; i++) {
        const Touch *touch = &k->kernel->touches.at[i];
        if (!touch->write || k->kernel->text_rows->open)
            continue;
        const Expr *to = kernel_pointer(k, touch->node, -1), *at = kernel_use(k, row);
        long length = (long)(type_size(touch->node->type, 1) /
                             type_size(k->kernel->text_rows->tokens->type, 1));
        if (length == 1) {
            code_store(k->code, tree_element(k->arena, to, at), tree_long(k->arena, 0));
            continue;
        }
        Local *place = kernel_local(k, "p");
        code_pragma(k->code, tree_word(k->arena, "omp simd"));
        code_loop(k->code, place, tree_long(k->arena, 0), tree_size(k->arena, length), BARE);
        code_store(k->code,
                   tree_element(k->arena, to,
                                tree_form(k->arena, "@ * @ + @", tree_size(k->arena, length), at,
                                          kernel_use(k, place))),
                   tree_long(k->arena, 0));
        code_close(k->code);
    }
    code_line(k->code, tree_word(k->arena, "continue"));
    code_close(k->code);
}

void rows_write(KernelWriter *k) {
    const Loops *loops = k->kernel->loops;
    bool by_texts = k->kernel->text_rows && k->kernel->kind == KERNEL_loops;
    nest_open(k);
    if (loops->form == FORM_flat) {
        write_flat(k);
        return;
    }
    nest_keys(k, NULL, -1, 0);
    Local *texts = by_texts ? kernel_text_rows(k) : NULL, *place = nest_open_cut(k);
    if (by_texts)
        write_padding(k, texts, place);
    nest_open_axes(k, loops->cut, loops->outer);
    nest_keys(k, NULL, 0, loops->outer);
    declare_rows(k);
    for (int pass = 0; pass < loops->passes; pass++) {
        write_level(k, pass);
        write_pass(k, pass);
    }
    write_level(k, loops->passes);
    nest_close(k, loops->outer - loops->cut + (loops->cut > 0));
}

void c_loops(KernelWriter *k) {
    (k->kernel->loops->form == FORM_columns ? columns_write : rows_write)(k);
}
