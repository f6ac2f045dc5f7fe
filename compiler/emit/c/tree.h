/* Trees: a kernel's function as expressions and statements, before it is printed.
 *
 *     loop  i, 0, n                          for (int i = 0; i < n; i++)
 *       fold  #nll, form "@[@]" (#v, #i)         nll += v[i];
 *
 * A local (#) is a record, named once; so kernels that differ only in their locals' names are found
 * by comparing trees, and whether a local is used is asked of the tree.
 */
#ifndef AECC_EMIT_TREE_H
#define AECC_EMIT_TREE_H

#include "support/text.h"

#include <stdint.h>

/* What a function calls by a name of its own: arguments, pointers, loop variables, values. */
typedef struct Local {
    const char *name;
    int number; /* its place in the order of first use, when the function is at its end */
} Local;

typedef enum ExprKind {
    EXPR_word,    /* text that means the same in every kernel: a function, a number */
    EXPR_length,  /* a length: a literal, or an argument where kernels differ in it alone */
    EXPR_number,  /* a literal in the precision of the kernel: (real)0.5 */
    EXPR_local,   /* a local */
    EXPR_element, /* part 0[part 1] */
    EXPR_cast,    /* (TEXT)(part 0) */
    EXPR_form,    /* C with parts put in: @ as it stands, $ in brackets where it is not atomic */
} ExprKind;

typedef struct Expr Expr;
struct Expr {
    ExprKind kind;
    bool atomic;       /* needs no brackets as an operand */
    const char *text;  /* of words, forms and casts */
    Local *local;      /* of locals */
    long number;       /* of lengths */
    int count;         /* of parts */
    const Expr **part; /* in the order of the form's marks */
};

const Expr *tree_word(Arena *arena, const char *text);
const Expr *tree_long(Arena *arena, long number); /* a word */
const Expr *tree_size(Arena *arena, long number); /* a length */
const Expr *tree_number(Arena *arena, double value);
const Expr *tree_use(Arena *arena, Local *local);
const Expr *tree_element(Arena *arena, const Expr *array, const Expr *index);
const Expr *tree_cast(Arena *arena, const char *type, const Expr *a);
/* A form with as many parts as it has marks; it is not atomic. */
const Expr *tree_form(Arena *arena, const char *form, ...);
const Expr *tree_atomic(Arena *arena, const Expr *a); /* the same, needing no brackets */
bool tree_is(const Expr *a, const char *word);
bool tree_reads(const Expr *a); /* an element of memory */
void tree_print_expr(Text *text, const Expr *a);
size_t tree_length(Arena *arena, const Expr *a); /* characters, printed */

/* A form that is put together. */
typedef struct Template {
    Text text;
    List(const Expr *) part;
} Template;
void template_open(Template *form, Arena *arena);
void template_add(Template *form, const char *text, ...); /* text with marks, and a part for each */
const Expr *template_end(const Template *form); /* a form that is one part alone is that part */

typedef enum StmtKind {
    STMT_loop,   /* for (int LOCAL = PART; LOCAL < PART; LOCAL++), or by `step` */
    STMT_if,     /* if (PART) */
    STMT_else,   /* of the statement before */
    STMT_let,    /* TYPE LOCAL = PART; or without a part TYPE LOCAL; */
    STMT_array,  /* TYPE LOCAL[PART]; */
    STMT_store,  /* PART = … = PART; */
    STMT_fold,   /* PART += PART; */
    STMT_call,   /* PART(PART, …); */
    STMT_line,   /* PART; */
    STMT_pragma, /* PART, for the loop that follows */
} StmtKind;

typedef struct Stmt Stmt;
typedef List(Stmt *) StmtList;
struct Stmt {
    StmtKind kind;
    Local *local;
    const char *type, *comment; /* either may be NULL; comments are not compared */
    int step;                   /* of loops; negative ones run down to 0 */
    int line;                   /* of calls: arguments in the first line of two; 0: all */
    bool braces;                /* around the body */
    bool table;                 /* of lets: a table of numbers, static where none is an argument */
    const Expr **part;
    int count;     /* of parts */
    StmtList body; /* of loops, if and else */
};

/* A function while it is made. */
typedef struct Code {
    Arena *arena;
    StmtList head, body;         /* what declares arguments; what uses them */
    List(StmtList *) open;       /* the blocks that are open, the innermost last */
    Local run, begin, end, rows; /* its arguments, but args; run->rows */
    int locals;                  /* that have numbers */
    uint64_t hash, shape;        /* equal where tree_same, tree_alike is true */
} Code;
Code *code_open(Arena *arena);
void code_head(Code *code); /* what is added from here on belongs to the head */
void code_end(Code *code);
/* Each adds a statement at the end of the innermost open block. */
Stmt *code_let(Code *code, const char *type, Local *local, const Expr *value);
void code_array(Code *code, const char *type, Local *local, const Expr *length);
void code_store(Code *code, const Expr *target, const Expr *value);
void code_fold(Code *code, const Expr *target, const Expr *value);
/* A call of the function with so many arguments, `line` of them in the first line. */
void code_call(Code *code, const char *function, int line, int count, const Expr *const *argument);
void code_line(Code *code, const Expr *line);
void code_pragma(Code *code, const Expr *pragma);
/* Opens a block; BARE blocks have one statement and are printed without braces. */
enum { BARE = 0, BRACES = 1 };
Stmt *code_loop(Code *code, Local *local, const Expr *from, const Expr *to, bool braces);
void code_if(Code *code, const Expr *test, bool braces);
void code_else(Code *code);
void code_close(Code *code);

/* Does the block use the local, but for declaring it? */
bool tree_uses(const StmtList *block, const Local *local);
/* Equal but for comments and the locals' names, of functions that are at their end. */
bool tree_same(const Code *a, const Code *b);
/* The same, and lengths may differ. */
bool tree_alike(const Code *a, const Code *b);
/* Calls visit for each of these lengths, with the place and the statement where it stands. */
typedef void LengthVisit(void *context, const Expr **at, Stmt *stmt);
void tree_lengths(Code *code, LengthVisit *visit, void *context);
/* Adds the block to the text, so many levels deep. */
void tree_print(Text *text, const StmtList *block, int depth);

#endif
