/* Expressions: the op table's C texts with operands put in.
 *
 * A value used once is written where it is used; any other becomes a local of its own.
 *
 *     %5 = mul(%3, %4), %6 = sub(%5, %2)      const real e = softplus(v[i]) - x[i] * v[i];
 */
#include "emit/c/c.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { LONGEST_INLINE = 60 };

const char *expr_number(Arena *arena, double value) {
    if (isnan(value))
        return "(real)__builtin_nanf(\"\")";
    if (isinf(value))
        return value > 0 ? "(real)__builtin_inff()" : "(-(real)__builtin_inff())";
    const char *text = text_number(arena, value);
    bool whole = !strpbrk(text, ".e");
    if (whole && fabs(value) < 1e6)
        return value < 0 ? arena_printf(arena, "(real)(%s)", text)
                         : arena_printf(arena, "(real)%s", text);
    return value < 0 ? arena_printf(arena, "(real)(%s%s)", text, whole ? ".0" : "")
                     : arena_printf(arena, "(real)%s%s", text, whole ? ".0" : "");
}

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

int expr_uses(const Node *node, int k) {
    const char *expr = expr_of(node);
    int uses = 0;
    for (const char *at = expr; *at; at++)
        uses += operand_at(expr, at) == k;
    return uses;
}

const char *expr_apply(Arena *arena, const Node *node, const char *const *operand,
                       const bool *atomic, bool *is_atomic) {
    const char *expr = expr_of(node);
    Text out;
    text_open(&out, arena);
    size_t test = strlen("a != 0 ? ");
    if (strncmp(expr, "a != 0 ? ", test) == 0 && strncmp(operand[0], "(real)(", 7) == 0) {
        text_add(&out, "%s ? ", operand[0] + 6); /* a comparison is its own test */
        expr += test;
    }
    bool step = (optab[node->op].flags & STEP) != 0;
    if (step)
        text_add(&out, "(real)(");
    for (const char *at = expr; *at; at++) {
        int k = operand_at(expr, at);
        if (value_at(expr, at)) {
            text_add(&out, "%s", expr_number(arena, node->attr.value));
            at += strlen("value") - 1;
            continue;
        }
        if (k < 0) {
            text_add(&out, "%c", *at);
            continue;
        }
        bool alone = at > expr && at[-1] == '(' && (at[1] == ')' || at[1] == ',');
        bool last = at - 1 > expr && at[-1] == ' ' && at[-2] == ',' && at[1] == ')';
        bool plain = atomic[k] || alone || last || strcmp(expr, "a") == 0;
        text_add(&out, plain ? "%s" : "(%s)", operand[k]);
    }
    if (step)
        text_add(&out, ")");
    bool call =
        isalpha((unsigned char)expr[0]) && strchr(expr, '(') && expr[strlen(expr) - 1] == ')';
    *is_atomic = step || call || (strcmp(expr, "a") == 0 && atomic[0]);
    return out.at;
}

/* Σ stride * variable + offset, without the brackets, outer loops first. */
const char *expr_index(KernelWriter *k, const Access *access) {
    Text out;
    text_open(&out, k->arena);
    const Loops *loops = k->kernel->loops;
    for (int d = 0; d < loops->axes; d++) {
        int a = 0; /* the axis of the loop that deep */
        while (k->depth[a] != d)
            a++;
        Len stride = access->stride[a];
        if (stride.coef == 0)
            continue;
        if (out.length > 0)
            text_add(&out, " + ");
        if (stride.coef == 1 && stride.power == 0)
            text_add(&out, "%s", k->axis[a]);
        else
            text_add(&out, "%s * %s", kernel_len(k, stride), k->axis[a]);
    }
    for (int p = 0; p < 3; p++)
        if (access->offset.c[p] != 0)
            text_add(&out, "%s%s", out.length > 0 ? " + " : "",
                     kernel_len(k, (Len){access->offset.c[p], p}));
    return out.length > 0 ? out.at : "0";
}

static const char *load(KernelWriter *k, const Node *base, const Access *access) {
    const char *pointer = kernel_pointer(k, base, -1), *index = expr_index(k, access);
    if (plan_place(k->plan, base).kind == PLACE_slice)
        return arena_printf(k->arena, "%s[%s - %d * begin]", pointer, index, base->type.dim[1]);
    return arena_printf(k->arena, "%s[%s]", pointer, index);
}

const char *expr_operand(KernelWriter *k, const LoopNode *reader, int operand, bool *atomic) {
    const Loops *loops = k->kernel->loops;
    const Node *base = reader->edge[operand].base;
    const Value *value = &k->plan->fusion->value[base->id];
    *atomic = true;
    if (value->role == ROLE_const)
        return kernel_number(k, base->attr.value);
    if (value->role == ROLE_scalar)
        return kernel_scalar(k, base);
    const LoopNode *in = loops_find(loops, base);
    if (!in)
        return load(k, base, &reader->edge[operand]);
    int place = (int)(in - loops->node);
    if (k->value[place]) {
        *atomic = k->atomic[place];
        return k->value[place];
    }
    if (in->keep == KEEP_local) {
        Access row = in->own;
        Len next = {1, 0};
        memset(row.stride, 0, sizeof row.stride);
        for (int a = loops->axes - 1; a >= loops->outer; a--) {
            row.stride[a] = next;
            next = len_product(next, loops->length[a]);
        }
        return arena_printf(k->arena, "%s[%s]", k->variable[place], expr_index(k, &row));
    }
    return load(k, base, &in->own);
}

/* Leaves that are computed: draws, indices, literals. */
static const char *leaf_text(KernelWriter *k, const LoopNode *node, bool *atomic) {
    const Node *of = node->node;
    *atomic = true;
    switch (optab[of->op].kind) {
    case KIND_random:
        return arena_printf(k->arena, "REAL(draw_%s)(%s, (uint32_t)(%s))", optab[of->op].name,
                            k->key[node - k->kernel->loops->node], expr_index(k, &node->index[0]));
    case KIND_index:
        if (optab[of->op].attr == ATTR_AXIS)
            return arena_printf(k->arena, "(real)(%s)", expr_index(k, &node->index[0]));
        return arena_printf(k->arena, "(real)(%s == %s)", expr_index(k, &node->index[0]),
                            expr_index(k, &node->index[1]));
    default:
        return kernel_number(k, of->attr.value);
    }
}

static const char *node_text(KernelWriter *k, const LoopNode *node, bool *atomic) {
    const char *operand[3];
    bool plain[3];
    int edges = fuse_edges(k->plan->fusion, node->node);
    if (edges == 0)
        return leaf_text(k, node, atomic);
    for (int i = 0; i < edges; i++)
        operand[i] = expr_operand(k, node, i, &plain[i]);
    if (k->plan->fusion->value[node->node->id].copies) {
        *atomic = plain[0];
        return operand[0];
    }
    return expr_apply(k->arena, node->node, operand, plain, atomic);
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
                bool copies = k->plan->fusion->value[node->node->id].copies;
                bool twice = folds && node->node->op != OP_sum;
                uses += copies ? 1 : folds ? 1 + twice : expr_uses(node->node, e);
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
                text_add(&wish, "%s", k->axis[a]);
    return wish.at;
}

/* Does anything outside of the block read the value of this node of the nest?  Free nodes are for
 * their readers. */
bool expr_read_later(const KernelWriter *k, const bool *computes, const LoopNode *of) {
    const Loops *loops = k->kernel->loops;
    for (int i = 0; i < loops->count; i++)
        for (int e = 0; e < fuse_edges(k->plan->fusion, loops->node[i].node); e++) {
            if (loops->node[i].edge[e].base != of->node)
                continue;
            bool free = k->plan->fusion->value[loops->node[i].node->id].role == ROLE_free;
            if (free ? expr_read_later(k, computes, &loops->node[i]) : !computes[i])
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
        bool atomic;
        const char *text = node_text(k, node, &atomic);
        const Value *value = &k->plan->fusion->value[node->node->id];
        bool kept = value->stored || (node->keep != KEEP_no && node->pass == pass);
        int uses = uses_in(k, computes, pass, node) + kept;
        bool simple = atomic && strlen(text) < 8 && !strchr(text, '[');
        bool alone = uses <= 1 && strlen(text) <= LONGEST_INLINE && !(kept && stores > 1) &&
                     !(named && node->is_outer && expr_read_later(k, computes, node));
        if (!simple && !alone) {
            const char *name = scope_name(&k->scope, local_wish(k, node, kept));
            cw_line(&k->body, "const real %s = %s;", name, text);
            text = name;
            atomic = true;
        }
        k->value[i] = text;
        k->atomic[i] = atomic;
    }
}
