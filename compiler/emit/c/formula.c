/* Formulas: what a kernel computes, in the user's names, for comments and labels.
 *
 *     logits = matmul(h, decoder.dense_2.W) + decoder.dense_2.b          vae.ae:24
 *
 * A value without a name is t and its number, in comments and in code.
 */
#include "emit/c/c.h"

#include <string.h>

enum { DEPTH = 4, LONGEST = 160, LABEL = 80, LINE = 96 };

/* Keeps comments comments. */
static const char *safe(Arena *arena, const char *name) {
    char *text = arena_copy(arena, name, strlen(name));
    for (char *at = text; *at; at++)
        if ((at[0] == '*' && at[1] == '/') || (at[0] == '/' && at[1] == '*') ||
            (unsigned char)*at < ' ' || *at == '?' || *at == '\\')
            *at = '_';
    return text;
}

const char *formula_name(Arena *arena, const Node *node) {
    if (node->name)
        return safe(arena, node->name);
    if (node->op == OP_const)
        return arena_printf(arena, "%.6g", node->attr.value);
    if (node->attr.name)
        return safe(arena, node->attr.name);
    return arena_printf(arena, "t%d", node->id);
}

const char *formula_shape(Arena *arena, Type type) {
    Text out;
    text_open(&out, arena);
    text_add(&out, "(");
    for (int d = 0; d < type.rank; d++) {
        if (type.dim[d] == ROWS)
            text_add(&out, d > 0 ? ", n" : "n");
        else
            text_add(&out, "%s%d%s", d > 0 ? ", " : "",
                     type.dim[d] < 0 ? -type.dim[d] : type.dim[d], type.dim[d] < 0 ? "n" : "");
    }
    text_add(&out, ")");
    return out.at;
}

/* "+" of "a + b", NULL of what is no sign between operands. */
static const char *infix(Arena *arena, Op op) {
    const char *expr = optab[op].expr;
    size_t length = expr ? strlen(expr) : 0;
    if (length < 5 || length > 6 || strncmp(expr, "a ", 2) != 0 ||
        strcmp(expr + length - 2, " b") != 0)
        return NULL;
    return arena_copy(arena, expr + 2, length - 4);
}

typedef enum Where { AT_TOP, IN_CALL, IN_SUM } Where;

static const char *formula(const Plan *plan, Arena *arena, const Node *node, int depth,
                           Where where) {
    Kind kind = optab[node->op].kind;
    const char *name = optab[node->op].name;
    if (kind == KIND_random)
        return arena_printf(arena, "%s(\"%s\")", name, safe(arena, node->attr.name));
    if (kind == KIND_index)
        return arena_printf(arena, "%s()", name);
    bool known = node->name || plan->fusion->value[node->id].stored;
    if (node->n_in == 0 || depth == 0 || (where != AT_TOP && known))
        return formula_name(arena, node);
    if (node->op == OP_reshape || node->op == OP_expand)
        return formula(plan, arena, node->in[0], depth, where);
    Text out;
    text_open(&out, arena);
    const char *sign = node->n_in == 2 ? infix(arena, node->op) : NULL;
    if (sign) {
        const char *left = formula(plan, arena, node->in[0], depth - 1, IN_SUM);
        const char *right = formula(plan, arena, node->in[1], depth - 1, IN_SUM);
        text_add(&out, where == IN_SUM ? "(%s %s %s)" : "%s %s %s", left, sign, right);
        return out.at;
    }
    text_add(&out, "%s(", name);
    for (int k = 0; k < node->n_in; k++)
        text_add(&out, "%s%s", k > 0 ? ", " : "",
                 formula(plan, arena, node->in[k], depth - 1, IN_CALL));
    text_add(&out, ")");
    return out.at;
}

const char *formula_left(const Plan *plan, Arena *arena, const Node *node) {
    const IntList *assigns = &plan->assigns_of[node->id];
    if (!node->name && assigns->count > 0) {
        int slot = plan->assigns.at[assigns->at[assigns->count - 1]].slot;
        return safe(arena, plan->program->slots.at[slot].name);
    }
    return formula_name(arena, node);
}

static const char *equation(const Plan *plan, Arena *arena, const Node *node, const char *left,
                            size_t longest) {
    const char *right = NULL;
    for (int depth = DEPTH; depth > 0; depth--) {
        right = formula(plan, arena, node, depth, AT_TOP);
        if (strlen(left) + strlen(right) < longest)
            break;
    }
    return arena_printf(arena, "%s = %s", left, right);
}

const char *kernel_label(Arena *arena, const Plan *plan, const Kernel *kernel) {
    const char *left = formula_left(plan, arena, kernel->node);
    const char *text = equation(plan, arena, kernel->node, left, LABEL);
    return strlen(text) < LABEL ? text : left;
}

/* Adds the text in lines broken at spaces; the place goes to the right end of the comment's first
 * line. */
static void add_lines(Writer *w, const char *text, const char *place, bool *first) {
    while (*text) {
        size_t length = strlen(text), limit = *first ? LINE - strlen(place) - 2 : LINE;
        if (length > limit) {
            length = limit;
            while (length > 0 && text[length] != ' ')
                length--;
            length = length > 0 ? length : limit;
        }
        int gap = *first && *place ? (int)(LINE - length - strlen(place)) : 0;
        cw_line(w, "%s %.*s%*s%s", *first ? "/*" : " *", (int)length, text, gap, "",
                *first ? place : "");
        *first = false;
        text += length;
        while (*text == ' ')
            text++;
    }
}

void formula_comment(Writer *w, const Plan *plan, const Kernel *kernel) {
    Arena *arena = cw_scratch(w);
    Diag *diag = plan->program->diag;
    const char *place = diag ? diag_place(diag, kernel->node->loc) : "";
    bool first = true;
    if (strlen(place) > LINE / 2)
        place = "";
    if (kernel->group < 0)
        add_lines(w, "Copied where no kernel reads the old value any more:", place, &first);
    else if (kernel->held)
        add_lines(w, "Held: stop() keeps its value while run->hold is 1:", place, &first);
    for (int i = 0; i < kernel->touches.count; i++) {
        const Touch *touch = &kernel->touches.at[i];
        bool again = !touch->write; /* or what another line tells */
        for (int j = 0; j < i; j++)
            again |= kernel->touches.at[j].write && kernel->touches.at[j].node == touch->node &&
                     touch->place.kind != PLACE_slot;
        if (again)
            continue;
        const char *left = touch->place.kind == PLACE_slot
                               ? safe(arena, plan->program->slots.at[touch->place.index].name)
                               : formula_left(plan, arena, touch->node);
        add_lines(w, equation(plan, arena, touch->node, left, LONGEST), place, &first);
    }
    cw_line(w, " */");
}
