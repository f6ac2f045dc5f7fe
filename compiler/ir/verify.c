/* The verifier: what every graph keeps.  What has been looked at, and has the operands that it had
 * then, is not looked at again but for its place and its name, and for these only when the passes
 * are done.  After each of them what has got other operands is checked: what is new has just been
 * given its type by the rules.
 *
 * Operands come before their users and ids are places in the list; attributes are of the kind that
 * the op table names; types are those of the shape rules; a name has one type; roots point into the
 * graph, a loss or metric is one number, a slot is assigned once and at its own type.
 *
 *     %3 = add(%1, %2) : [n,4]   after a pass that made %2 [n,5]
 *       -> graph step_main after fuse: %3 (add): [n,4] and [n,5] do not fit: …
 */
#include "ir/ir.h"
#include "ir/text.h"

#include <stdint.h>

typedef struct Verifier {
    const Graph *graph;
    Arena *arena;
    bool whole;       /* else what has other operands alone */
    const Node *node; /* where the mistake is, or NULL */
    const char *why;  /* the first mistake */
} Verifier;

static bool wrong(Verifier *check, const Node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool wrong(Verifier *check, const Node *node, const char *format, ...) {
    va_list list;
    va_start(list, format);
    check->node = node;
    check->why = arena_vprintf(check->arena, format, list);
    va_end(list);
    return false;
}

/* ---- nodes ---- */

static bool check_operands(Verifier *check, const Node *node, int place) {
    int arity = optab[node->op].arity;
    if (node->id != place)
        return wrong(check, node, "its id is not its place, %d", place);
    if (!node->verified && (arity >= 0 ? node->n_in != arity : node->n_in < 1))
        return wrong(check, node, "it has %d operands", node->n_in);
    for (int i = 0; i < node->n_in; i++) {
        const Node *in = node->in[i];
        if (!in || in->id < 0 || in->id >= place || check->graph->nodes.at[in->id] != in)
            return wrong(check, node, "operand %d does not come before it", i);
    }
    return true;
}

static bool check_attr(Verifier *check, const Node *node) {
    const Attr *attr = &node->attr;
    AttrKind kind = optab[node->op].attr;
    int expected = ir_attr_ints(node->op);
    if (attr->count < 0 || attr->count > MAX_RANK)
        return wrong(check, node, "its attribute has %d numbers", attr->count);
    if (expected < 0 ? attr->count < 1 : attr->count != expected)
        return wrong(check, node, "its attribute has %d numbers", attr->count);
    if ((kind == ATTR_NAME) != (attr->name != NULL))
        return wrong(check, node, kind == ATTR_NAME ? "it has no name" : "it has a name");
    if ((kind == ATTR_BODY) != (attr->body != NULL))
        return wrong(check, node, kind == ATTR_BODY ? "it has no body" : "it has a body");
    for (int i = 0; kind == ATTR_FLAGS && i < attr->count; i++)
        if (attr->ints[i] != 0 && attr->ints[i] != 1)
            return wrong(check, node, "its flags are not 0 or 1");
    return true;
}

/* What a scan is and leaves depends on its body as well, whose nodes change by themselves. */
static bool is_settled(const Node *node) {
    return node->verified && optab[node->op].attr != ATTR_BODY && node->op != OP_stacked;
}

static bool check_type(Verifier *check, const Node *node) {
    Type type;
    const char *why;
    if (node->type.rank < 0 || node->type.rank > MAX_RANK)
        return wrong(check, node, "its type has %d axes", node->type.rank);
    if (!node_type(node, check->arena, &type, &why))
        return wrong(check, node, "%s", why);
    if (!type_same(type, node->type))
        return wrong(check, node, "its type is %s and should be %s",
                     type_text(check->arena, node->type), type_text(check->arena, type));
    return true;
}

/* What a step is given has the types of the operands; what it leaves is for the shape rule to say.
 */
static bool check_body(Verifier *check, const Node *node) {
    const Body *body = node->attr.body;
    const Node *inner;
    if (!body)
        return true;
    const char *why = ir_mistake(body->graph, check->arena, &inner);
    if (why)
        return wrong(check, node, "in its body, %%%d: %s", inner ? inner->id : -1, why);
    for (int i = 0; i < body->graph->nodes.count; i++) {
        const Node *arg = body->graph->nodes.at[i];
        if (arg->op != OP_arg)
            continue;
        int number = arg->attr.ints[0];
        if (number < 0 || number >= node->n_in)
            return wrong(check, node, "in its body, %%%d is of no operand", arg->id);
        bool stack = number >= body->carried && number < body->carried + body->stacks;
        Type given = node->in[number]->type;
        if (!type_same(arg->type, stack ? type_without(given, 0) : given))
            return wrong(check, node, "in its body, %%%d is %s, and the operand %s", arg->id,
                         type_text(check->arena, arg->type), type_text(check->arena, given));
    }
    return true;
}

/* ---- names: one type each ---- */

/* Parameters and states are slots; they share one set of names.  Inputs and scalars have their own.
 */
typedef enum NameKind { NAME_none, NAME_slot, NAME_input, NAME_assigned } NameKind;

static NameKind name_kind(const Node *node) {
    if (node->op == OP_param || node->op == OP_state)
        return NAME_slot;
    return node->op == OP_input ? NAME_input : NAME_none;
}

typedef struct KnownName {
    const char *name; /* interned; NULL: free */
    NameKind kind;
    const Node *node; /* the first of that name */
} KnownName;

typedef struct NameTable {
    KnownName *at;
    size_t room; /* a power of two, more than twice what it holds */
} NameTable;

static void table_open(NameTable *table, Arena *arena, int count) {
    table->room = 16;
    while (table->room < 2 * (size_t)count)
        table->room *= 2;
    table->at = NEW_ARRAY(arena, KnownName, table->room);
}

/* The entry of that name, free where there is none yet. */
static KnownName *table_find(NameTable *table, NameKind kind, const char *name) {
    size_t at = ((uintptr_t)name >> 3) * 31 + (size_t)kind;
    for (;; at++) {
        KnownName *entry = &table->at[at & (table->room - 1)];
        if (!entry->name || (entry->name == name && entry->kind == kind))
            return entry;
    }
}

static bool check_leaf(Verifier *check, NameTable *table, const Node *node) {
    NameKind kind = name_kind(node);
    if (kind == NAME_slot && type_has_rows(node->type))
        return wrong(check, node, "\"%s\" is stored and cannot have the batch as an axis",
                     node->attr.name);
    KnownName *entry = table_find(table, kind, node->attr.name);
    if (!entry->name)
        *entry = (KnownName){node->attr.name, kind, node};
    if (!type_same(entry->node->type, node->type))
        return wrong(check, node, "\"%s\" has the types %s and %s", node->attr.name,
                     type_text(check->arena, entry->node->type),
                     type_text(check->arena, node->type));
    return true;
}

/* ---- roots ---- */

static bool check_assign(Verifier *check, NameTable *table, const Root *root) {
    if (type_has_rows(root->node->type) && !check->graph->is_body)
        return wrong(check, root->node, "\"%s\" is assigned a value with the batch as an axis",
                     root->name);
    KnownName *entry = table_find(table, NAME_assigned, root->name);
    if (entry->name)
        return wrong(check, root->node, "\"%s\" is assigned twice", root->name);
    *entry = (KnownName){root->name, NAME_assigned, root->node};
    entry = table_find(table, NAME_slot, root->name);
    if (entry->name && !type_same(entry->node->type, root->node->type))
        return wrong(check, root->node, "\"%s\" of type %s is assigned %s", root->name,
                     type_text(check->arena, entry->node->type),
                     type_text(check->arena, root->node->type));
    return true;
}

static bool check_root(Verifier *check, NameTable *table, const Root *root) {
    const Node *node = root->node;
    if (!root->name)
        return wrong(check, node, "a root has no name");
    if (!node || node->id < 0 || node->id >= check->graph->nodes.count ||
        check->graph->nodes.at[node->id] != node)
        return wrong(check, NULL, "root \"%s\" is not in the graph", root->name);
    if (root->kind == ROOT_assign)
        return check_assign(check, table, root);
    bool is_one = root->kind == ROOT_loss || root->kind == ROOT_share;
    if (!is_one && root->kind != ROOT_metric)
        return true;
    if (type_has_rows(node->type) || (is_one && type_size(node->type, 1) != 1))
        return wrong(check, node, "\"%s\" is reported and has the type %s, not one element",
                     root->name, type_text(check->arena, node->type));
    return true;
}

static bool check_nodes(Verifier *check) {
    const NodeList *nodes = &check->graph->nodes;
    for (int i = 0; i < nodes->count; i++) {
        Node *node = nodes->at[i];
        if (!node || (unsigned)node->op >= NUM_OPS)
            return wrong(check, NULL, "node %d is not one", i);
        bool settled = is_settled(node);
        if ((settled || node->typed) && !check->whole)
            continue;
        if (!check_operands(check, node, i))
            return false;
        if (settled)
            continue;
        if (!check_attr(check, node) || !check_type(check, node) || !check_body(check, node))
            return false;
        node->verified = true;
    }
    return true;
}

static bool check_names(Verifier *check) {
    const Graph *graph = check->graph;
    NameTable table;
    NodeList leaves = {0};
    for (int i = 0; i < graph->nodes.count; i++) {
        Node *node = graph->nodes.at[i];
        if (optab[node->op].attr == ATTR_NAME && name_kind(node) != NAME_none)
            list_add(check->arena, &leaves, node);
    }
    table_open(&table, check->arena, leaves.count + graph->roots.count);
    for (int i = 0; i < leaves.count; i++)
        if (!check_leaf(check, &table, leaves.at[i]))
            return false;
    for (int i = 0; i < graph->roots.count; i++)
        if (!check_root(check, &table, &graph->roots.at[i]))
            return false;
    return true;
}

static void check_graph(Verifier *check) {
    if (check->graph->nodes.count > MAX_NODES)
        wrong(check, NULL, "it has more than %d nodes", MAX_NODES);
    else if (check_nodes(check) && check->whole)
        check_names(check);
}

const char *ir_mistake(const Graph *graph, Arena *arena, const Node **node) {
    Verifier check = {.graph = graph, .arena = arena, .whole = true};
    check_graph(&check);
    *node = check.node;
    return check.why;
}

static void verify(const Graph *graph, const char *after, bool whole) {
    Verifier check = {.graph = graph, .arena = arena_open(), .whole = whole};
    check_graph(&check);
    const Node *node = check.node;
    if (check.why && node)
        die("graph %s after %s: %%%d (%s): %s", graph->name, after, node->id,
            (unsigned)node->op < NUM_OPS ? optab[node->op].name : "?", check.why);
    if (check.why)
        die("graph %s after %s: %s", graph->name, after, check.why);
    arena_close(check.arena);
}

void ir_verify(const Graph *graph, const char *after) {
    verify(graph, after, true);
}

void ir_verify_changed(const Graph *graph, const char *after) {
    verify(graph, after, false);
}
