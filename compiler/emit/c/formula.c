/* Formulas: what a kernel computes, in the user's names, for comments and labels.
 *
 *     logits = matmul(h, decoder.dense_2.W) + decoder.dense_2.b          vae.ae:24
 *
 * A value without a name is t and its number, in comments and in code.
 */
#include "emit/c/c.h"

#include <math.h>
#include <stdint.h>
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
    text_add_word(&out, "(");
    for (int d = 0; d < type.rank; d++) {
        int length = type.dim[d];
        text_add_word(&out, d > 0 ? ", " : "");
        if (length != ROWS)
            text_add_number(&out, length < 0 ? -length : length);
        text_add_word(&out, length < 0 ? "n" : "");
    }
    text_add_word(&out, ")");
    return out.at;
}

/* The slot that a value without a name is assigned to, or NULL. */
static const char *assigned_to(const Plan *plan, const Node *node) {
    const IntList *assigns = &plan->assigns_of[node->id];
    return node->name || assigns->count == 0
               ? NULL
               : plan->program->slots.at[plan->assigns.at[assigns->at[assigns->count - 1]].slot]
                     .name;
}

const char *formula_left(const Plan *plan, Arena *arena, const Node *node) {
    const char *slot = assigned_to(plan, node);
    return slot ? safe(arena, slot) : formula_name(arena, node);
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

/* A formula while it is written. */
typedef struct Formula {
    const Plan *plan;
    Text text;
    Label *label;  /* has the names, for which @ stands in the text; NULL: they stand there */
    size_t longer; /* than the text, with its names */
    size_t limit;  /* what has so many characters is not written on */
} Formula;

static void add_name(Formula *f, LabelName name) {
    const char *text = name.text ? name.text : arena_printf(f->text.arena, "t%d", name.number);
    text_add_word(&f->text, f->label ? "@" : text);
    f->longer += f->label ? strlen(text) - 1 : 0;
    if (f->label)
        list_add(f->text.arena, &f->label->names, name);
}

static void add_node(Formula *f, const Node *node) {
    const char *name = node->name ? node->name : node->op == OP_const ? NULL : node->attr.name;
    double value = node->attr.value;
    bool is_short = value == floor(value) && fabs(value) < 1e6 && !signbit(value);
    if (!node->name && node->op == OP_const && is_short)
        text_add_number(&f->text, (long)value);
    else if (!node->name && node->op == OP_const)
        text_add(&f->text, "%.6g", value);
    else
        add_name(f, (LabelName){name ? safe(f->text.arena, name) : NULL, node->id});
}

static void add_left(Formula *f, const Node *node) {
    const char *slot = assigned_to(f->plan, node);
    if (slot)
        add_name(f, (LabelName){safe(f->text.arena, slot), 0});
    else
        add_node(f, node);
}

static void add_formula(Formula *f, const Node *node, int depth, Where where) {
    Kind kind = optab[node->op].kind;
    const char *name = optab[node->op].name;
    bool known = node->name || f->plan->fusion->value[node->id].stored;
    if (f->text.length + f->longer >= f->limit)
        return;
    if (kind == KIND_random) {
        text_add(&f->text, "%s(\"", name);
        add_name(f, (LabelName){safe(f->text.arena, node->attr.name), 0});
        text_add(&f->text, "\")");
    } else if (kind == KIND_index) {
        text_add(&f->text, "%s()", name);
    } else if (node->n_in == 0 || depth == 0 || (where != AT_TOP && known)) {
        add_node(f, node);
    } else if (node->op == OP_reshape || node->op == OP_expand) {
        add_formula(f, node->in[0], depth, where);
    } else {
        const char *sign = node->n_in == 2 ? infix(f->text.arena, node->op) : NULL;
        if (!sign)
            text_add(&f->text, "%s(", name);
        else if (where == IN_SUM)
            text_add(&f->text, "(");
        for (int k = 0; k < node->n_in; k++) {
            if (k > 0)
                text_add(&f->text, sign ? " %s " : ", ", sign);
            add_formula(f, node->in[k], depth - 1, sign ? IN_SUM : IN_CALL);
        }
        text_add(&f->text, !sign || where == IN_SUM ? ")" : "");
    }
}

/* "left = right", as deep as it has less than so many characters; how many it has. The left is the
 * slot `to`, where there is one. */
static size_t equation(Formula *f, Arena *arena, const Node *node, const char *to, size_t longest) {
    for (int depth = DEPTH;; depth--) {
        f->longer = 0;
        f->limit = depth > 1 ? longest : SIZE_MAX;
        text_open(&f->text, arena);
        if (f->label)
            f->label->names.count = 0;
        if (to)
            add_name(f, (LabelName){safe(arena, to), 0});
        else
            add_left(f, node);
        text_add(&f->text, " = ");
        add_formula(f, node, depth, AT_TOP);
        if (f->text.length + f->longer < f->limit)
            return f->text.length + f->longer;
    }
}

Label kernel_label(Arena *arena, const Plan *plan, const Kernel *kernel) {
    Label label = {0};
    Formula f = {.plan = plan, .label = &label};
    if (equation(&f, arena, kernel->node, NULL, LABEL + 3) >= LABEL) {
        label.names.count = 0;
        text_open(&f.text, arena);
        add_left(&f, kernel->node);
    }
    label.form = f.text.at;
    return label;
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
        Formula f = {.plan = plan};
        equation(&f, arena, touch->node,
                 touch->place.kind == PLACE_slot ? plan->program->slots.at[touch->place.index].name
                                                 : NULL,
                 LONGEST + 3);
        add_lines(w, f.text.at, place, &first);
    }
    cw_line(w, " */");
}
