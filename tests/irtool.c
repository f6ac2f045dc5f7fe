/* irtool: the compiler's stages on IR text, for tests.
 *
 *     irtool print x.ir                       reads, verifies, prints
 *     irtool eval x.ir --rows 3 --seed 1      values of the roots by the reference evaluator
 *     irtool grad x.ir                        derivatives expanded, what nothing needs left out
 *     irtool pass x.ir cse                    one pass, what nothing needs left out
 *     irtool simplify x.ir                    derivatives and passes in turn, as the compiler does
 *
 * Leaves have numbers in (-1, 1) that their name, the seed and the place decide; the scalar "rows"
 * is the number of rows.  A subcommand is a row of `commands`.
 */
#include "autodiff/autodiff.h"
#include "driver/compile.h"
#include "sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 64 << 20 };

/* A run of the tool: what every subcommand is given. */
typedef struct Session {
    Arena *arena;
    Names *names;
    Diag *diag;
    GraphList graphs; /* those of the file, verified */
    int rows;         /* --rows, 2 */
    uint64_t seed;    /* --seed, 0 */
    int count;        /* arguments beside the file and the options */
    const char **arguments;
} Session;

/* Puts what it makes of the session's graphs on stdout; false after errors in session->diag. */
typedef bool Command(Session *session);

/* ---- print ---- */

static bool command_print(Session *session) {
    Text text;
    text_open(&text, session->arena);
    for (int i = 0; i < session->graphs.count; i++)
        ir_print(&text, session->graphs.at[i], NULL);
    fputs(text.at, stdout);
    return true;
}

/* ---- eval ---- */

static const double *leaf(void *user, const Node *node) {
    Session *session = user;
    int size = (int)type_size(node->type, session->rows);
    double *values = NEW_ARRAY(session->arena, double, size);
    for (int i = 0; i < size; i++)
        values[i] = 2 * sample_unit(session->seed, node->attr.name, 0, i) - 1;
    if (node->op == OP_scalar && strcmp(node->attr.name, "rows") == 0)
        values[0] = session->rows;
    return values;
}

static double draw(void *user, Op op, const char *name, int row, int element) {
    Session *session = user;
    return op == OP_randn ? sample_normal(session->seed, name, row, element)
                          : sample_unit(session->seed, name, row, element);
}

/* One line for each row of the last axis. */
static void print_values(const double *values, long size, int width) {
    for (long i = 0; i < size; i++)
        printf("%s%.9g%s", i % width == 0 ? "   " : "", values[i] == 0 ? 0 : values[i],
               i % width == width - 1 ? "\n" : " ");
}

static bool command_eval(Session *session) {
    EvalContext context = {session->rows, leaf, draw, session};
    for (int i = 0; i < session->graphs.count; i++) {
        const Graph *graph = session->graphs.at[i];
        const double **values = ir_eval(session->arena, graph, &context);
        printf("%s\n", graph->name);
        for (int k = 0; k < graph->roots.count; k++) {
            const Root *root = &graph->roots.at[k];
            Type type = root->node->type;
            int last = type.rank > 0 ? type.dim[type.rank - 1] : 1;
            printf("  %s %s\n", root->name, type_text(session->arena, type));
            print_values(values[root->node->id], (long)type_size(type, session->rows),
                         last < 0 ? -last * session->rows : last);
        }
    }
    return true;
}

/* ---- grad, pass, simplify ---- */

static bool command_grad(Session *session) {
    bool whole = true;
    for (int i = 0; i < session->graphs.count; i++) {
        whole = autodiff_expand(session->graphs.at[i], session->diag) && whole;
        passes_run_one(session->graphs.at[i], PASS_dce);
    }
    return command_print(session) && whole;
}

static bool command_pass(Session *session) {
    PassId id;
    if (session->count != 1 || !passes_find(session->arguments[0], &id)) {
        fprintf(stderr, "which pass?\n");
        return false;
    }
    for (int i = 0; i < session->graphs.count; i++) {
        passes_run_one(session->graphs.at[i], id);
        passes_run_one(session->graphs.at[i], PASS_dce);
    }
    return command_print(session);
}

static bool command_simplify(Session *session) {
    for (int i = 0; i < session->graphs.count; i++)
        compile_graph(session->graphs.at[i], &(PassOptions){0}, session->diag);
    return command_print(session);
}

/* ---- the command line ---- */

static const struct {
    const char *name;
    Command *run;
    const char *arguments, *what;
} commands[] = {
    {"print", command_print, "", "read, verify and print"},
    {"eval", command_eval, "[--rows N] [--seed S]", "values of the roots"},
    {"grad", command_grad, "", "expand derivatives"},
    {"pass", command_pass, "NAME", "run one pass"},
    {"simplify", command_simplify, "", "derivatives and passes, as the compiler runs them"},
};
enum { NUM_COMMANDS = sizeof commands / sizeof *commands };

static int usage(void) {
    fprintf(stderr, "usage:\n");
    for (int i = 0; i < NUM_COMMANDS; i++)
        fprintf(stderr, "  irtool %s FILE.ir %s  (%s)\n", commands[i].name, commands[i].arguments,
                commands[i].what);
    return 2;
}

/* Fills in the options of the session; returns the file's path, or NULL where there is none. */
static const char *read_options(Session *session, int argc, char **argv) {
    const char *path = NULL;
    session->arguments = NEW_ARRAY(session->arena, const char *, argc + 1);
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
            session->rows = atoi(argv[++i]);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            session->seed = strtoull(argv[++i], NULL, 10);
        else if (!path)
            path = argv[i];
        else
            session->arguments[session->count++] = argv[i];
    }
    return session->rows > 0 ? path : NULL;
}

static bool read_graphs(Session *session, const char *path) {
    size_t length;
    const char *text = text_read_file(session->arena, path, FILE_LIMIT, &length);
    if (!text) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    int file = diag_source(session->diag, path, text, length);
    if (!ir_read(session->arena, session->names, session->diag, file, text, &session->graphs))
        return false;
    for (int i = 0; i < session->graphs.count; i++)
        ir_verify(session->graphs.at[i], "read");
    return true;
}

int main(int argc, char **argv) {
    Arena *arena = arena_open();
    Session session = {
        .arena = arena, .names = names_open(arena), .diag = diag_open(arena), .rows = 2};
    const char *path = read_options(&session, argc, argv);
    int status = -1;
    for (int i = 0; i < NUM_COMMANDS && path; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            status = read_graphs(&session, path) && commands[i].run(&session) ? 0 : 1;
    if (status < 0)
        status = usage();
    diag_print(session.diag, stderr);
    arena_close(arena);
    return status;
}
