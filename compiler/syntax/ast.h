/* The tree: what the text says, before anything is known about names or shapes. */
#ifndef AECC_AST_H
#define AECC_AST_H

#include "support/diag.h"
#include "support/text.h"

typedef enum AstKind {
#define AST(name, gives, what) AST_##name,
#include "syntax/ast.def"
    NUM_AST
} AstKind;

/* Where the name of a node is known: a column of its row. */
typedef enum AstGives { GIVES_NOTHING, GIVES_INSIDE, GIVES_NAMES } AstGives;
AstGives ast_gives(AstKind kind);

typedef struct Ast Ast;
struct Ast {
    AstKind kind;
    Loc loc;          /* the whole construct */
    Loc name_loc;     /* the name in it; of a binary: its operator */
    const char *name; /* interned */
    const char *role; /* interned */
    double number;
    int n;
    Ast **kid;
    int depth; /* levels of the tree from here down: 1 for a leaf, AST_DEPTH at most */
};

enum { AST_DEPTH = 1000 };

/* Parses one text (known to diag as `file`).  Returns an AST_file; mistakes are in diag, and the
 * tree then holds what could be understood. */
Ast *syntax_parse(Arena *arena, Names *names, Diag *diag, int file, const char *text,
                  size_t length);

/* The tree as source text in the one layout: parsing it again gives the same tree. */
void ast_print(Text *text, const Ast *ast);

#endif
