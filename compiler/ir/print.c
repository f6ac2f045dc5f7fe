/* Graphs as text: one line a node, one line a root.  read.c reads it back, and printing what was
 * read gives the same bytes.
 *
 *     %7 logits = add(%5, %6) : [n,784]                      @vae.ae:12
 *     %8 = sum(%7) axes=-1 : [n]
 *
 * A name that is not a plain word is quoted: `%7 "the logits" = …`.  In quotes a backslash stands
 * before a quote or a backslash, and \xx (two hexadecimal digits) is a byte.
 */
#include "ir/ir.h"
#include "ir/text.h"

enum { PLACE_COLUMN = 64 };

static bool is_word(const char *name) {
    if (!ir_word_byte(name[0]) || (name[0] >= '0' && name[0] <= '9') || name[0] == '.')
        return false;
    for (const char *at = name; *at; at++)
        if (!ir_word_byte(*at))
            return false;
    return true;
}

static void print_quoted(Text *text, const char *name) {
    text_add_bytes(text, "\"", 1);
    for (const char *at = name; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '"' || byte == '\\')
            text_add(text, "\\%c", byte);
        else if (byte < ' ' || byte == 127)
            text_add(text, "\\%02x", byte);
        else
            text_add_bytes(text, at, 1);
    }
    text_add_bytes(text, "\"", 1);
}

static void print_ints(Text *text, const char *label, const int *ints, int count) {
    text_add(text, " %s=", label);
    for (int i = 0; i < count; i++)
        text_add(text, i > 0 ? ",%d" : "%d", ints[i]);
}

static void print_range(Text *text, const Attr *attr) {
    print_ints(text, "axis", attr->ints, 1);
    text_add(text, " range=%d:%d", attr->ints[1], attr->ints[2]);
    if (attr->count > 3)
        print_ints(text, "of", attr->ints + 3, 1);
}

static void print_window(Text *text, Op op, const int *ints) {
    print_ints(text, "axis", ints, 1);
    print_ints(text, op == OP_fold ? "of" : "size", ints + 1, 1);
    print_ints(text, "stride", ints + 2, 1);
    print_ints(text, "dilation", ints + 3, 1);
}

static void print_graph(Text *text, const Graph *graph, Diag *diag, int depth);

static void print_body(Text *text, const Body *body, Diag *diag, int depth) {
    text_add(text, " carried=%d stacks=%d steps=%d%s {\n", body->carried, body->stacks, body->steps,
             body->back ? " back" : "");
    print_graph(text, body->graph, diag, depth + 1);
    text_add(text, "%*s}", 2 * depth, "");
}

static void print_attr(Text *text, const Node *node) {
    const Attr *attr = &node->attr;
    switch (optab[node->op].attr) {
    case ATTR_NONE:
    case ATTR_TYPE:
        break;
    case ATTR_VALUE:
        text_add(text, " %s", text_number(text->arena, attr->value));
        break;
    case ATTR_NAME:
        text_add_bytes(text, " ", 1);
        print_quoted(text, attr->name);
        break;
    case ATTR_AXES:
        print_ints(text, "axes", attr->ints, attr->count);
        break;
    case ATTR_AXIS:
        print_ints(text, "axis", attr->ints, 1);
        if (attr->count > 1)
            print_ints(text, "of", attr->ints + 1, 1);
        break;
    case ATTR_FLAGS:
        text_add(text, "%s%s", attr->ints[0] ? " ta" : "", attr->ints[1] ? " tb" : "");
        break;
    case ATTR_PERM:
        print_ints(text, "perm", attr->ints, attr->count);
        break;
    case ATTR_RANGE:
        print_range(text, attr);
        break;
    case ATTR_WINDOW:
        print_window(text, node->op, attr->ints);
        break;
    case ATTR_NUMBER:
        print_ints(text, "number", attr->ints, 1);
        break;
    case ATTR_BODY:
        break;
    }
}

static void print_place(Text *text, size_t line, Diag *diag, Loc loc) {
    const char *place = diag ? diag_place(diag, loc) : "";
    if (!*place)
        return;
    size_t width = text->length - line;
    int gap = width < PLACE_COLUMN ? (int)(PLACE_COLUMN - width) : 1;
    text_add(text, "%*s@%s", gap, "", place);
}

static void print_node(Text *text, const Node *node, Diag *diag, int depth) {
    size_t line = text->length;
    text_add(text, "%*s%%%d ", 2 * depth, "", node->id);
    if (node->name && is_word(node->name))
        text_add(text, "%s ", node->name);
    else if (node->name) {
        print_quoted(text, node->name);
        text_add_bytes(text, " ", 1);
    }
    text_add(text, "= %s", optab[node->op].name);
    if (optab[node->op].arity != 0) {
        for (int i = 0; i < node->n_in; i++)
            text_add(text, i > 0 ? ", %%%d" : "(%%%d", node->in[i]->id);
        text_add_bytes(text, ")", 1);
    }
    print_attr(text, node);
    if (node->attr.body)
        print_body(text, node->attr.body, diag, depth);
    text_add(text, " : %s", type_text(text->arena, node->type));
    print_place(text, line, diag, node->loc);
    text_add_bytes(text, "\n", 1);
}

const char *const ir_root_words[NUM_ROOT_KINDS] = {
    [ROOT_loss] = "report loss",  [ROOT_metric] = "report metric", [ROOT_output] = "output",
    [ROOT_restored] = "restored", [ROOT_gradient] = "gradient",    [ROOT_argument] = "argument",
    [ROOT_check] = "check",       [ROOT_assign] = "assign",        [ROOT_share] = "share",
};

static void print_graph(Text *text, const Graph *graph, Diag *diag, int depth) {
    for (int i = 0; i < graph->nodes.count; i++)
        print_node(text, graph->nodes.at[i], diag, depth);
    for (int i = 0; i < graph->roots.count; i++) {
        const Root *root = &graph->roots.at[i];
        text_add(text, "%*s%s ", 2 * depth, "", ir_root_words[root->kind]);
        print_quoted(text, root->name);
        if (root->columns) {
            text_add(text, " columns ");
            print_quoted(text, root->columns);
        }
        text_add(text, " = %%%d\n", root->node->id);
    }
}

void ir_print(Text *text, const Graph *graph, Diag *diag) {
    text_add_bytes(text, "graph ", 6);
    if (is_word(graph->name))
        text_add(text, "%s", graph->name);
    else
        print_quoted(text, graph->name);
    text_add_bytes(text, " {\n", 3);
    print_graph(text, graph, diag, 1);
    text_add_bytes(text, "}\n", 2);
}
