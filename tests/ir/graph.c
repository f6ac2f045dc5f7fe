/* Graphs made by hand: the types that builders find, places in the text, and the verifier, which
 * must die with the right words on every kind of broken graph.
 */
#include "ir/ir.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int wrong; /* checks that failed */

static const Loc nowhere;

/* x (n, 3), w (3, 4), h = x w (n, 4), total = sum of h */
static Graph *make_graph(Arena *arena) {
    Graph *g = graph_open(arena, names_open(arena), "test");
    Node *x = ir_leaf(g, nowhere, OP_input, "x", type_make(2, (int[]){ROWS, 3}));
    Node *w = ir_leaf(g, nowhere, OP_param, "w", type_make(2, (int[]){3, 4}));
    Node *h = ir_matmul(g, nowhere, x, w, false, false);
    Node *total = ir_reduce(g, nowhere, OP_sum, h, 2, (int[]){-1, -2});
    graph_root(g, ROOT_loss, "total", total);
    graph_root(g, ROOT_assign, "w", w);
    return g;
}

/* ---- builders ---- */

static void expect_type(Arena *arena, const Node *node, const char *expected) {
    const char *found = type_text(arena, node->type);
    if (strcmp(found, expected) == 0)
        return;
    printf("%s: its type is %s, expected %s\n", optab[node->op].name, found, expected);
    wrong++;
}

static void expect_same(const char *what, const Node *a, const Node *b) {
    if (a == b)
        return;
    printf("%s: should be the operand itself\n", what);
    wrong++;
}

static void test_builders(void) {
    Arena *arena = arena_open();
    Graph *g = make_graph(arena);
    Node *x = g->nodes.at[0], *w = g->nodes.at[1], *h = g->nodes.at[2];
    expect_type(arena, ir_matmul(g, nowhere, x, h, true, false), "[3,4]");
    expect_type(arena, ir_pad(g, nowhere, w, -1, 2, 9), "[3,9]");
    expect_type(arena, ir_slice(g, nowhere, w, -2, 1, 3), "[2,4]");
    expect_type(arena, ir_concat(g, nowhere, -1, 2, (Node *[]){x, h}), "[n,7]");
    expect_type(arena, ir_transpose(g, nowhere, h, 2, (int[]){-1, -2}), "[4,n]");
    expect_type(arena, ir_argmax(g, nowhere, h, -1), "int[n]");
    expect_type(arena, ir_grad(g, nowhere, g->nodes.at[3], w), "[3,4]");
    expect_type(arena, ir_fill(g, nowhere, 1, x->type), "[n,3]");
    expect_same("expand to its own type", ir_expand(g, nowhere, x, x->type), x);
    expect_same("reshape to its own type", ir_reshape(g, nowhere, x, x->type), x);
    expect_same("sum over no axes", ir_reduce(g, nowhere, OP_sum, x, 0, NULL), x);
    h->name = names_of(g->names, "h");
    Node *copy = ir_copy(g, h, (Node *[]){x, w});
    if (copy->name != h->name || copy->id != g->nodes.count - 1 || copy == h) {
        printf("copy: the name or the place is wrong\n");
        wrong++;
    }
    expect_type(arena, copy, "[n,4]");
    ir_verify(g, "building");
    arena_close(arena);
}

static void test_places(void) {
    static const char source[] = "model\n  h = x w\n";
    static const char expected[] =
        "graph g {\n"
        "  %0 = const 1 : []                                             @model.ae:2\n"
        "}\n";
    Arena *arena = arena_open();
    Diag *diag = diag_open(arena);
    int file = diag_source(diag, "zoo/model.ae", source, sizeof source - 1);
    Graph *g = graph_open(arena, names_open(arena), "g");
    Text text;
    ir_const(g, (Loc){file, 8, 9}, 1);
    text_open(&text, arena);
    ir_print(&text, g, diag);
    if (strcmp(text.at, expected) != 0) {
        printf("places: found\n%sexpected\n%s", text.at, expected);
        wrong++;
    }
    arena_close(arena);
}

/* ---- the verifier ---- */

static void swap_order(Graph *g) {
    Node *first = g->nodes.at[0];
    g->nodes.at[0] = g->nodes.at[2];
    g->nodes.at[2] = first;
    g->nodes.at[0]->id = 0;
    first->id = 2;
}

static void wrong_id(Graph *g) {
    g->nodes.at[1]->id = 7;
}

static void other_graph(Graph *g) {
    g->nodes.at[2]->in[0] = make_graph(g->arena)->nodes.at[0];
}

static void lost_operand(Graph *g) {
    g->nodes.at[2]->n_in = 1;
}

static void no_name(Graph *g) {
    g->nodes.at[0]->attr.name = NULL;
}

static void name_on_sum(Graph *g) {
    g->nodes.at[3]->attr.name = "x";
}

static void no_axes(Graph *g) {
    g->nodes.at[3]->attr.count = 0;
}

static void axis_outside(Graph *g) {
    g->nodes.at[3]->attr.ints[0] = -5;
}

static void odd_flag(Graph *g) {
    g->nodes.at[2]->attr.ints[1] = 2;
}

static void wrong_type(Graph *g) {
    g->nodes.at[2]->type.dim[1] = 5;
}

static void no_such_op(Graph *g) {
    g->nodes.at[3]->op = NUM_OPS;
}

static void two_types(Graph *g) {
    ir_leaf(g, nowhere, OP_input, "x", type_make(2, (int[]){ROWS, 4}));
}

static void lost_root(Graph *g) {
    g->roots.at[0].node = make_graph(g->arena)->nodes.at[3];
}

static void wide_loss(Graph *g) {
    g->roots.at[0].node = g->nodes.at[2];
}

static void twice_assigned(Graph *g) {
    graph_root(g, ROOT_assign, "w", g->nodes.at[1]);
}

static void wrong_assign(Graph *g) {
    g->roots.at[1].node = g->nodes.at[3];
}

static void wrong_build(Graph *g) {
    ir_binary(g, nowhere, OP_add, g->nodes.at[0], g->nodes.at[2]);
}

static const struct {
    const char *name;
    void (*break_graph)(Graph *g);
    const char *words;
} deaths[] = {
    {"an operand after its user", swap_order, "operand 0 does not come before it"},
    {"an id that is not the place", wrong_id, "its id is not its place, 1"},
    {"an operand of another graph", other_graph, "operand 0 does not come before it"},
    {"too few operands", lost_operand, "it has 1 operands"},
    {"a leaf without a name", no_name, "it has no name"},
    {"a name where none belongs", name_on_sum, "it has a name"},
    {"a sum over nothing", no_axes, "its attribute has 0 numbers"},
    {"an axis that is not there", axis_outside, "[n,4] has no axis -5"},
    {"a flag of 2", odd_flag, "its flags are not 0 or 1"},
    {"a type that is not the rule's", wrong_type, "its type is [n,5] and should be [n,4]"},
    {"no operation", no_such_op, "node 3 is not one"},
    {"two types for a name", two_types, "\"x\" has the types [n,3] and [n,4]"},
    {"a root of another graph", lost_root, "root \"total\" is not in the graph"},
    {"a loss with axes", wide_loss, "has the type [n,4], not one element"},
    {"two assigns to a slot", twice_assigned, "\"w\" is assigned twice"},
    {"an assign of another type", wrong_assign, "\"w\" of type [3,4] is assigned []"},
    {"a builder that the rule refuses", wrong_build, "axis -1 has 3 and 4"},
};
enum { NUM_DEATHS = sizeof deaths / sizeof *deaths };

/* Breaks a graph and verifies it, in a process of its own whose stderr is `out`. */
static int die_there(int which, int out) {
    pid_t child = fork();
    if (child == 0) {
        Arena *arena = arena_open();
        Graph *g = make_graph(arena);
        dup2(out, STDERR_FILENO);
        deaths[which].break_graph(g);
        ir_verify(g, "breaking");
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static void test_death(int which) {
    char said[1024] = {0};
    int ends[2];
    if (pipe(ends) != 0) {
        perror("pipe");
        exit(1);
    }
    int status = die_there(which, ends[1]);
    close(ends[1]);
    if (read(ends[0], said, sizeof said - 1) < 0)
        perror("read");
    close(ends[0]);
    bool aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    if (aborted && strstr(said, deaths[which].words))
        return;
    printf("%s: %s, and said: %s\nexpected: %s\n", deaths[which].name,
           aborted ? "died" : "did not die", said, deaths[which].words);
    wrong++;
}

int main(void) {
    test_builders();
    test_places();
    for (int i = 0; i < NUM_DEATHS; i++)
        test_death(i);
    printf("%d deaths, %d checks wrong\n", NUM_DEATHS, wrong);
    return wrong > 0;
}
