/* Expressions: the op table's C texts with operands put in.
 *
 * A value used once is written where it is used; any other becomes a local of its own.
 *
 *     %5 = mul(%3, %4), %6 = sub(%5, %2)      const real e = softplus(v[i]) - x[i] * v[i];
 */
#include "emit/c/c.h"

#include <ctype.h>
#include <string.h>

enum { SHORT = 8, LONGEST_INLINE = 60 }; /* characters */

/* Does the word at `at` begin and end there, being a single letter a, b or c (→ 0, 1, 2)? */
static int operand_at(const char *expr, const char *at) {
    bool before = at > expr && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
    bool after = isalnum((unsigned char)at[1]) || at[1] == '_';
    return before || after || *at < 'a' || *at > 'c' ? -1 : *at - 'a';
}

/* Does the word `value`, the attribute, begin at `at`? */
static bool value_at(const char *expr, const char *at) {
    size_t length = strlen("value");
    bool before = at > expr && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
    return !before && strncmp(at, "value", length) == 0 && !isalnum((unsigned char)at[length]) &&
           at[length] != '_';
}

static const char *expr_of(const Node *node) {
    const char *expr = optab[node->op].expr;
    return expr && node->n_in > 0 ? expr : "a";
}

/* How often operand k stands in the expression. */
static int count_uses(const Node *node, int k) {
    const char *expr = expr_of(node);
    int uses = 0;
    for (const char *at = expr; *at; at++)
        uses += operand_at(expr, at) == k;
    return uses;
}

/* Does an operand stand there as a whole argument: (a), (a, or , a)? */
static bool is_argument(const char *expr, const char *at) {
    bool alone = at > expr && at[-1] == '(' && (at[1] == ')' || at[1] == ',');
    bool last = at - 1 > expr && at[-1] == ' ' && at[-2] == ',' && at[1] == ')';
    return alone || last;
}

/* Adds what follows of the op table's text, with operands for letters. */
static void add_operands(Template *form, const Node *node, const char *expr,
                         const Expr *const *operand) {
    for (const char *at = expr; *at; at++) {
        int k = operand_at(expr, at);
        if (value_at(expr, at)) {
            template_add(form, "@", tree_number(form->text.arena, node->attr.value));
            at += strlen("value") - 1;
        } else if (k >= 0) {
            template_add(form, is_argument(expr, at) ? "@" : "$", operand[k]);
        } else {
            text_add_bytes(&form->text, at, 1);
        }
    }
}

/* The op whose expression begins with a test. */
static const char test[] = "a != 0 ? ";
static bool is_test(const Node *node) {
    return strncmp(expr_of(node), test, strlen(test)) == 0;
}

const Expr *expr_apply(Arena *arena, const Node *node, const Expr *const *operand,
                       const char *real) {
    const char *expr = expr_of(node);
    if (node->op == OP_real)
        return tree_cast(arena, real, operand[0]);
    if (strcmp(expr, "a") == 0)
        return operand[0];
    Template form;
    template_open(&form, arena);
    if (is_test(node) && operand[0]->kind == EXPR_cast) {
        template_add(&form, "(@) ? ", operand[0]->part[0]); /* a comparison is its own test */
        expr += strlen(test);
    }
    add_operands(&form, node, expr, operand);
    if (optab[node->op].flags & STEP)
        return tree_cast(arena, real, template_end(&form));
    bool call =
        isalpha((unsigned char)expr[0]) && strchr(expr, '(') && expr[strlen(expr) - 1] == ')';
    return call ? tree_atomic(arena, template_end(&form)) : template_end(&form);
}

/* Σ stride * variable + offset, outer loops first. */
const Expr *expr_index(KernelWriter *k, const Access *access) {
    const Loops *loops = k->kernel->loops;
    int terms = 0;
    Template form;
    template_open(&form, k->arena);
    for (int d = 0; d < loops->axes; d++) {
        int a = 0; /* the axis of the loop that deep */
        while (k->depth[a] != d)
            a++;
        Len stride = access->stride[a];
        if (stride.coef == 0)
            continue;
        template_add(&form, terms++ > 0 ? " + " : "");
        if (stride.coef != 1 || stride.power != 0)
            template_add(&form, "@ * ", kernel_len(k, stride));
        template_add(&form, "@", kernel_use(k, k->axis[a]));
    }
    for (int p = 0; p < 3; p++)
        if (access->offset.c[p] != 0)
            template_add(&form, terms++ > 0 ? " + @" : "@",
                         kernel_len(k, (Len){access->offset.c[p], p}));
    return terms > 0 ? template_end(&form) : tree_long(k->arena, 0);
}

static const Expr *load(KernelWriter *k, const Node *base, const Access *access) {
    const Expr *pointer = kernel_pointer(k, base, -1), *index = expr_index(k, access);
    if (plan_place(k->plan, base).kind == PLACE_scratch)
        index = tree_form(k->arena, "@ - @ * @", index, tree_size(k->arena, base->type.dim[1]),
                          kernel_use(k, &k->code->begin));
    return tree_element(k->arena, pointer, index);
}

const Expr *expr_row(KernelWriter *k, const LoopNode *node) {
    const Loops *loops = k->kernel->loops;
    Access row = node->own;
    Len next = {1, 0}, stride[MAX_AXES] = {{0, 0}};
    row.stride = stride;
    for (int a = loops->axes - 1; a >= loops->outer; a--) {
        row.stride[a] = next;
        next = len_product(next, loops->length[a]);
    }
    return tree_element(k->arena, kernel_use(k, k->variable[node - loops->node]),
                        expr_index(k, &row));
}

const Expr *expr_operand(KernelWriter *k, const LoopNode *reader, int operand) {
    const Loops *loops = k->kernel->loops;
    const Node *base = reader->edge[operand].base;
    const FusionValue *value = &k->plan->fusion->value[base->id];
    if (value->role == ROLE_const)
        return kernel_constant(k, base);
    if (value->role == ROLE_scalar)
        return kernel_scalar(k, base);
    const LoopNode *in = loops_find(loops, base);
    if (!in)
        return load(k, base, &reader->edge[operand]);
    if (k->value[in - loops->node])
        return k->value[in - loops->node];
    return in->keep == KEEP_local ? expr_row(k, in) : load(k, base, &in->own);
}

/* Leaves that are computed: draws, indices, literals. */
static const Expr *leaf(KernelWriter *k, const LoopNode *node) {
    const Node *of = node->node;
    switch (optab[of->op].kind) {
    case KIND_random:
        return tree_atomic(
            k->arena, tree_form(k->arena,
                                arena_printf(k->arena, "REAL(draw_%s%s)(@, @)",
                                             of->op == OP_randn && nest_many(k) ? "many_" : "",
                                             optab[of->op].name),
                                kernel_use(k, k->key[node - k->kernel->loops->node]),
                                tree_cast(k->arena, "uint32_t", expr_index(k, &node->index[0]))));
    case KIND_index:
        if (optab[of->op].attr == ATTR_AXIS)
            return expr_index(k, &node->index[0]);
        return tree_cast(k->arena, "real",
                         tree_form(k->arena, "@ == @", expr_index(k, &node->index[0]),
                                   expr_index(k, &node->index[1])));
    default:
        return kernel_constant(k, of);
    }
}

/* Does the nest call a function? */
static bool has_calls(const Loops *loops) {
    bool calls = false;
    for (int i = 0; i < loops->count; i++)
        calls |= optab[loops->node[i].node->op].flags & CALLED;
    return calls;
}

/* Both values are computed and one of them is taken.  With `?:` gcc may move a call to where its
 * value is taken, behind a branch, and then no loop around it becomes vector code. */
static const Expr *choice(Arena *arena, const Expr *const *operand) {
    const Expr *holds = operand[0]->kind == EXPR_cast ? operand[0]->part[0]
                                                      : tree_form(arena, "$ != 0", operand[0]);
    return tree_atomic(
        arena, tree_form(arena, "REAL(aert_choose)(@, @, @)", holds, operand[1], operand[2]));
}

static const Expr *formula(KernelWriter *k, const LoopNode *node) {
    const Expr *operand[3];
    int edges = fuse_edges(k->plan->fusion, node->node);
    if (edges == 0)
        return leaf(k, node);
    for (int i = 0; i < edges; i++)
        operand[i] = expr_operand(k, node, i);
    if (k->plan->fusion->value[node->node->id].copied)
        return operand[0];
    if (is_test(node->node) && has_calls(k->kernel->loops) && node->node->type.elem == ELEM_real)
        return choice(k->arena, operand);
    return expr_apply(k->arena, node->node, operand, "real");
}

/* How often the block writes the node's value. */
static int uses_in(KernelWriter *k, const bool *computes, int pass, const LoopNode *of) {
    const Loops *loops = k->kernel->loops;
    int uses = 0;
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *node = &loops->node[i];
        bool folds = fuse_is_reduce(node->node) && node->pass == pass && !of->is_outer;
        if (!computes[i] && !folds)
            continue;
        for (int e = 0; e < fuse_edges(k->plan->fusion, node->node); e++)
            if (node->edge[e].base == of->node) {
                bool copies = k->plan->fusion->value[node->node->id].copied != NULL;
                bool twice = folds && node->node->op != OP_sum;
                uses += copies ? 1 : folds ? 1 + twice : count_uses(node->node, e);
            }
    }
    return uses;
}

/* "z"; "z_ij" where z is the array. */
static const char *local_wish(const KernelWriter *k, const LoopNode *node, bool kept) {
    const char *name = node->node->name ? c_last_part(node->node->name)
                                        : arena_printf(k->arena, "t%d", node->node->id);
    Text wish;
    text_open(&wish, k->arena);
    text_add(&wish, kept ? "%s_" : "%s", name);
    for (int d = 0; kept && d < k->kernel->loops->axes; d++)
        for (int a = 0; a < k->kernel->loops->axes; a++)
            if (k->depth[a] == d && node->own.stride[a].coef != 0)
                text_add(&wish, "%s", k->axis[a]->name);
    return wish.at;
}

/* Does anything outside of the block read the value of this node of the nest?  A reader that is
 * recomputed counts where its own readers stand. */
bool expr_read_later(const KernelWriter *k, const bool *computes, const LoopNode *of) {
    const Loops *loops = k->kernel->loops;
    for (int i = 0; i < loops->count; i++)
        for (int e = 0; e < fuse_edges(k->plan->fusion, loops->node[i].node); e++) {
            if (loops->node[i].edge[e].base != of->node)
                continue;
            bool recomputed =
                k->plan->fusion->value[loops->node[i].node->id].role == ROLE_recomputed;
            if (recomputed ? expr_read_later(k, computes, &loops->node[i]) : !computes[i])
                return true;
        }
    return false;
}

void expr_block(KernelWriter *k, const bool *computes, int pass, bool named) {
    const Loops *loops = k->kernel->loops;
    int stores = 0;
    for (int i = 0; i < loops->count; i++)
        stores += computes[i] && (k->plan->fusion->value[loops->node[i].node->id].stored ||
                                  loops->node[i].keep == KEEP_local);
    for (int i = 0; i < loops->count; i++) {
        const LoopNode *node = &loops->node[i];
        if (!computes[i])
            continue;
        const Expr *made = formula(k, node);
        const FusionValue *value = &k->plan->fusion->value[node->node->id];
        bool kept = value->stored || (node->keep != KEEP_no && node->pass == pass);
        int uses = uses_in(k, computes, pass, node) + kept;
        bool simple = made->atomic && !tree_reads(made) && tree_length(k->arena, made) < SHORT;
        bool alone = uses <= 1 && !(kept && stores > 1) &&
                     !(named && node->is_outer && expr_read_later(k, computes, node)) &&
                     tree_length(k->arena, made) <= LONGEST_INLINE;
        if (!simple && !alone) {
            Local *local = kernel_local(k, local_wish(k, node, kept));
            code_let(k->code, arena_printf(k->arena, "const %s", c_elem(node->node)), local, made);
            made = kernel_use(k, local);
        }
        k->value[i] = made;
    }
}
