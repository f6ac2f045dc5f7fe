/* Reads values.txt.
 *
 *     === neg sampled
 *     value a 1 2 3
 *     value result -1 -2 -3
 *     graph case { … }
 */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 22 };

static _Noreturn void fail(const char *what, const char *detail) {
    fprintf(stderr, "%s: %s\n", what, detail);
    exit(1);
}

/* The next line of *text, cut off there; NULL at the end. */
static char *next_line(char **text) {
    char *line = *text;
    if (*line == 0)
        return NULL;
    char *end = line + strcspn(line, "\n");
    *text = *end ? end + 1 : end;
    *end = 0;
    return line;
}

static Case open_case(Arena *arena, const char *name) {
    size_t length = strcspn(name, " ");
    const char *word = arena_copy(arena, name, length);
    Case one = {.name = name};
    if (!op_find(word, &one.op))
        fail(name, "no operation of the table begins this name");
    return one;
}

/* "a 1 2 3" */
static CaseValue read_value(Arena *arena, const char *line) {
    size_t length = strcspn(line, " ");
    List(double) numbers = {0};
    const char *at = line + length;
    char *end;
    for (double x; x = strtod(at, &end), end != at; at = end)
        list_add(arena, &numbers, x);
    return (CaseValue){arena_copy(arena, line, length), numbers.count, numbers.at};
}

CaseList cases_read(Arena *arena, const char *path) {
    size_t length;
    char *text = text_read_file(arena, path, FILE_LIMIT, &length), *line;
    CaseList cases = {0};
    Text graph;
    if (!text)
        fail(path, "cannot be read");
    while ((line = next_line(&text))) {
        Case *last = cases.count > 0 ? &cases.at[cases.count - 1] : NULL;
        if (strncmp(line, "=== ", 4) == 0) {
            list_add(arena, &cases, open_case(arena, line + 4));
            text_open(&graph, arena);
        } else if (last && strncmp(line, "value ", 6) == 0) {
            list_add(arena, &last->values, read_value(arena, line + 6));
        } else if (last) {
            text_add(&graph, "%s\n", line);
            last->text = graph.at;
        }
    }
    return cases;
}

Graph *case_graph(Arena *arena, const Case *one, Diag *diag) {
    GraphList graphs = {0};
    int file = diag_source(diag, one->name, one->text, strlen(one->text));
    if (!ir_read(arena, names_open(arena), diag, file, one->text, &graphs) || graphs.count != 1 ||
        graphs.at[0]->roots.count != 1) {
        diag_print(diag, stderr);
        fail(one->name, "the case must be one graph with one root");
    }
    return graphs.at[0];
}

const double *case_value(const Case *one, const char *name, Type type) {
    for (int i = 0; i < one->values.count; i++)
        if (strcmp(one->values.at[i].name, name) == 0)
            return one->values.at[i].count == (int)type_size(type, CASE_ROWS) ? one->values.at[i].at
                                                                              : NULL;
    return NULL;
}

double case_draw(void *user, Op op, const char *name, int row, int element) {
    (void)user, (void)name;
    return (op == OP_randn ? -1 : 1) * (1 + element + 100 * row) / 1024.0;
}
