/* Reads what print.c prints: graphs for tests, one statement a line.
 *
 *     file  = { "graph" NAME "{" NL { line NL } "}" NL }
 *     line  = ID [NAME] "=" OP ["(" ID {"," ID} ")"] attribute [":" type]
 *           | ("report loss" | "report metric" | "output" | "assign") STRING "=" ID
 *
 * Names, ids of nodes (any, each once), and comments from # or @ to the end of the line.  The type
 * may be left out where the op's shape rule finds it.  A mistake costs its line: the reader reports
 * it, takes the node for known but unusable, and goes on.
 */
#include "ir/text.h"

#include <string.h>

/* A node by the id it has in the text, which need not be its place. */
typedef struct Known {
    bool seen;
    Node *node; /* NULL where its line has a mistake */
} Known;

typedef struct GraphReader {
    Scan scan;
    Names *names;
    Graph *graph;
    List(Known) ids;
} GraphReader;

/* ---- nodes ---- */

/* The line of a node on its way into the graph. */
typedef struct Line {
    Node node; /* operands, attribute, the type as written */
    List(Node *) in;
    bool typed;  /* a type was written */
    bool usable; /* all operands are */
} Line;

static Known *known(GraphReader *reader, int id) {
    while (reader->ids.count <= id)
        list_add(reader->scan.arena, &reader->ids, (Known){false, NULL});
    return &reader->ids.at[id];
}

/* A node that an earlier line has made. */
static bool read_use(GraphReader *reader, Node **node) {
    int id;
    scan_space(&reader->scan);
    int begin = reader->scan.at;
    if (!scan_id(&reader->scan, &id))
        return false;
    if (id >= reader->ids.count || !reader->ids.at[id].seen) {
        diag_error(reader->scan.diag, (Loc){reader->scan.file, begin, reader->scan.at},
                   "there is no %%%d above this line", id);
        return false;
    }
    *node = reader->ids.at[id].node;
    return true;
}

static bool read_operands(GraphReader *reader, Line *line) {
    const OpInfo *info = &optab[line->node.op];
    Scan *scan = &reader->scan;
    line->usable = true;
    if (info->arity == 0)
        return true;
    if (!scan_expect(scan, "("))
        return false;
    int begin = scan->at;
    do {
        Node *node;
        if (!read_use(reader, &node))
            return false;
        list_add(scan->arena, &line->in, node);
        if (!node)
            line->usable = false;
    } while (scan_byte(scan, ','));
    if (info->arity >= 0 && line->in.count != info->arity) {
        diag_error(scan->diag, (Loc){scan->file, begin, scan->at}, "%s takes %d operand%s, not %d",
                   info->name, info->arity, info->arity == 1 ? "" : "s", line->in.count);
        return false;
    }
    return scan_expect(scan, ")");
}

static bool read_ints(Scan *scan, const char *key, Attr *attr, bool many) {
    if (!scan_expect(scan, key) || !scan_expect(scan, "="))
        return false;
    do {
        if (attr->count == MAX_RANK)
            return scan_found(scan, "at most 12 numbers");
        if (!scan_int(scan, &attr->ints[attr->count++]))
            return false;
    } while (many && scan_byte(scan, ','));
    return true;
}

/* "axis=-1 range=2:5", and "of=10" where the result's length is not known otherwise. */
static bool read_range(Scan *scan, Attr *attr, bool of) {
    if (!read_ints(scan, "axis", attr, false) || !read_ints(scan, "range", attr, false) ||
        !scan_expect(scan, ":") || !scan_int(scan, &attr->ints[attr->count++]))
        return false;
    return !of || read_ints(scan, "of", attr, false);
}

static bool read_window(Scan *scan, Op op, Attr *attr) {
    return read_ints(scan, "axis", attr, false) &&
           read_ints(scan, op == OP_fold ? "of" : "size", attr, false) &&
           read_ints(scan, "stride", attr, false) && read_ints(scan, "dilation", attr, false);
}

static const Body *read_body(GraphReader *reader);

static bool read_attr(GraphReader *reader, Op op, Attr *attr) {
    Scan *scan = &reader->scan;
    switch (optab[op].attr) {
    case ATTR_NONE:
    case ATTR_TYPE:
        return true;
    case ATTR_VALUE:
        return scan_number(scan, &attr->value);
    case ATTR_NAME:
        return scan_quoted(scan, &attr->name);
    case ATTR_AXES:
        return read_ints(scan, "axes", attr, true);
    case ATTR_AXIS:
        return read_ints(scan, "axis", attr, false) &&
               (ir_attr_ints(op) == 1 || read_ints(scan, "of", attr, false));
    case ATTR_FLAGS:
        attr->count = 2;
        attr->ints[0] = scan_word(scan, "ta");
        attr->ints[1] = scan_word(scan, "tb");
        return true;
    case ATTR_PERM:
        return read_ints(scan, "perm", attr, true);
    case ATTR_WINDOW:
        return read_window(scan, op, attr);
    case ATTR_NUMBER:
        return read_ints(scan, "number", attr, false);
    case ATTR_BODY:
        attr->body = read_body(reader);
        return attr->body != NULL;
    case ATTR_RANGE:
        return read_range(scan, attr, ir_attr_ints(op) == 4);
    }
    return false;
}

static bool read_op(Scan *scan, Op *op) {
    const char *word, *names[NUM_OPS];
    scan_space(scan);
    int begin = scan->at;
    if (!scan_name(scan, &word))
        return false;
    if (op_find(word, op))
        return true;
    for (int i = 0; i < NUM_OPS; i++)
        names[i] = optab[i].name;
    diag_error(scan->diag, (Loc){scan->file, begin, scan->at}, "there is no operation \"%s\"",
               word);
    const char *near = text_nearest(word, names, NUM_OPS);
    if (near)
        diag_help(scan->diag, "did you mean %s?", near);
    return false;
}

/* Everything after the id. */
static bool read_line(GraphReader *reader, Line *line) {
    Scan *scan = &reader->scan;
    if (!scan_byte(scan, '=')) {
        if (!scan_name(scan, &line->node.name) || !scan_expect(scan, "="))
            return false;
        line->node.name = names_of(reader->names, line->node.name);
    }
    if (!read_op(scan, &line->node.op) || !read_operands(reader, line) ||
        !read_attr(reader, line->node.op, &line->node.attr))
        return false;
    line->typed = scan_byte(scan, ':');
    if (line->typed && !scan_type(scan, &line->node.type))
        return false;
    line->node.loc.end = scan->at;
    if (scan_line_end(scan))
        return true;
    return scan_found(scan, line->typed ? "the end of the line" : "a type such as : [n,3]");
}

/* The node of a line, by the shape rule; NULL after a report, and where an operand is unusable. */
static Node *make_node(GraphReader *reader, Line *line) {
    Node *node = &line->node;
    const OpInfo *info = &optab[node->op];
    Diag *diag = reader->scan.diag;
    Type type;
    const char *why;
    if (!line->usable)
        return NULL;
    node->n_in = line->in.count;
    node->in = line->in.at;
    if (!line->typed && (info->shape == shape_typed || info->attr == ATTR_TYPE)) {
        diag_error(diag, node->loc, "%s needs a type, such as : [n,3]", info->name);
        return NULL;
    }
    if (!node_type(node, reader->scan.arena, &type, &why)) {
        diag_error(diag, node->loc, "%s", why);
        return NULL;
    }
    if (line->typed && !type_same(type, node->type)) {
        diag_error(diag, node->loc, "this is %s, not %s", type_text(reader->scan.arena, type),
                   type_text(reader->scan.arena, node->type));
        return NULL;
    }
    Node *made =
        graph_node(reader->graph, node->op, node->loc, node->attr, type, node->n_in, node->in);
    made->name = node->name;
    return made;
}

static void read_node(GraphReader *reader) {
    Line line = {.node.loc = {reader->scan.file, reader->scan.at, 0}};
    int id;
    if (!scan_id(&reader->scan, &id))
        return;
    bool again = known(reader, id)->seen;
    if (again)
        diag_error(reader->scan.diag,
                   (Loc){reader->scan.file, line.node.loc.begin, reader->scan.at},
                   "%%%d is above already", id);
    bool whole = read_line(reader, &line);
    if (!again)
        *known(reader, id) = (Known){true, whole ? make_node(reader, &line) : NULL};
}

/* ---- roots ---- */

static bool read_root_kind(Scan *scan, RootKind *kind) {
    static const RootKind plain[] = {ROOT_share,  ROOT_output,   ROOT_restored, ROOT_gradient,
                                     ROOT_assign, ROOT_argument, ROOT_check};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (scan_word(scan, ir_root_words[plain[i]]))
            return *kind = plain[i], true;
    if (!scan_word(scan, "report"))
        return scan_found(scan, "a node such as %7, report, share, output, restored, gradient, "
                                "assign, argument, check or }");
    if (scan_word(scan, "loss"))
        *kind = ROOT_loss;
    else if (scan_word(scan, "metric"))
        *kind = ROOT_metric;
    else
        return scan_found(scan, "loss or metric");
    return true;
}

static void read_root(GraphReader *reader) {
    Scan *scan = &reader->scan;
    RootKind kind = ROOT_output;
    const char *name, *columns = NULL;
    Node *node;
    if (!read_root_kind(scan, &kind) || !scan_quoted(scan, &name) ||
        (scan_word(scan, "columns") && !scan_quoted(scan, &columns)) || !scan_expect(scan, "=") ||
        !read_use(reader, &node))
        return;
    if (!scan_line_end(scan))
        scan_found(scan, "the end of the line");
    else if (node)
        graph_root(reader->graph, kind, name, node)->columns = columns;
}

/* ---- graphs ---- */

/* What is wrong with the graph as a whole: two types for a name, a loss with an axis … */
static void check_whole(GraphReader *reader, Loc head) {
    const Node *node;
    const char *why = ir_mistake(reader->graph, reader->scan.arena, &node);
    if (why)
        diag_error(reader->scan.diag, node ? node->loc : head, "%s", why);
}

/* The lines of a graph to its }; false where that is missing. */
static bool read_lines(GraphReader *reader) {
    Scan *scan = &reader->scan;
    while (scan->text[scan->at]) {
        if (scan_line_end(scan)) {
            scan_rest(scan);
            continue;
        }
        if (scan_byte(scan, '}'))
            return true;
        if (scan->text[scan->at] == '%')
            read_node(reader);
        else
            read_root(reader);
        scan_rest(scan);
    }
    return false;
}

/* "carried=1 stacks=1 steps=28 back {" and the lines of the body; NULL after a report. */
static const Body *read_body(GraphReader *reader) {
    Scan *scan = &reader->scan;
    Attr attr = {0};
    Body *body = NEW(scan->arena, Body);
    int errors = diag_errors(scan->diag), begin = scan->at;
    if (!read_ints(scan, "carried", &attr, false) || !read_ints(scan, "stacks", &attr, false) ||
        !read_ints(scan, "steps", &attr, false))
        return NULL;
    *body = (Body){.carried = attr.ints[0], .stacks = attr.ints[1], .steps = attr.ints[2]};
    body->back = scan_word(scan, "back");
    if (!scan_expect(scan, "{") || !scan_line_end(scan))
        return NULL;
    scan_rest(scan);
    GraphReader inner = {.scan = *scan, .names = reader->names};
    inner.graph = body->graph = body_open(scan->arena, reader->names, reader->graph->name);
    bool closed = read_lines(&inner);
    scan->at = inner.scan.at;
    if (!closed)
        diag_error(scan->diag, (Loc){scan->file, begin, begin + 1},
                   "this body has no } at its end");
    return diag_errors(scan->diag) == errors ? body : NULL;
}

/* After "graph"; false where its end is missing. */
static bool read_graph(GraphReader *reader, GraphList *graphs) {
    Scan *scan = &reader->scan;
    int errors = diag_errors(scan->diag);
    const char *name;
    Loc head = {scan->file, scan->at, scan->at};
    if (!scan_name(scan, &name) || !scan_expect(scan, "{"))
        return false;
    head.end = scan->at;
    reader->graph = graph_open(scan->arena, reader->names, name);
    reader->ids.count = 0;
    if (read_lines(reader)) {
        if (diag_errors(scan->diag) == errors)
            check_whole(reader, head);
        list_add(scan->arena, graphs, reader->graph);
        return scan_line_end(scan) || scan_found(scan, "the end of the line");
    }
    diag_error(scan->diag, head, "this graph has no } at its end");
    return false;
}

bool ir_read(Arena *arena, Names *names, Diag *diag, int file, const char *text,
             GraphList *graphs) {
    GraphReader reader = {.scan = {arena, diag, file, text, 0}, .names = names};
    Scan *scan = &reader.scan;
    int errors = diag_errors(diag);
    bool lost = false; /* a head was not understood: its body is not read as heads */
    while (text[scan->at]) {
        if (scan_line_end(scan)) {
            scan_rest(scan);
            continue;
        }
        if (scan_word(scan, "graph"))
            lost = !read_graph(&reader, graphs);
        else if (!lost)
            lost = !scan_found(scan, "graph");
        scan_rest(scan);
    }
    return diag_errors(diag) == errors;
}
