/* The cases of values.txt: graphs with numbers for their leaves and their result. */
#ifndef TESTS_OPS_CASES_H
#define TESTS_OPS_CASES_H

#include "ir/ir.h"

enum { CASE_ROWS = 3 }; /* rows of the batch, as in make_values.py */

typedef struct CaseValue {
    const char *name; /* of a leaf, or "result" */
    int count;
    double *at;
} CaseValue;

typedef struct Case {
    const char *name; /* "add [n,4] [n,4]" */
    Op op;            /* its first word: the row that the case is about */
    List(CaseValue) values;
    const char *text; /* of the graph */
} Case;

typedef List(Case) CaseList;

/* All cases of the file; exits with a message where it cannot be read. */
CaseList cases_read(Arena *arena, const char *path);

/* The case's graph, made anew in `arena`, and its one root's node; exits where it has mistakes. */
Graph *case_graph(Arena *arena, const Case *one, Diag *diag);

/* NULL where the case has none of that name, or another number of them than `type` takes. */
const double *case_value(const Case *one, const char *name, Type type);

/* The draws that make_values.py expects: (1 + element + 100 * row) / 1024, and the negative for
 * randn. */
double case_draw(void *user, Op op, const char *name, int row, int element);

#endif
