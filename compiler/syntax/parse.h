/* What the parts of the parser share; nothing outside syntax/ includes it.
 *
 *     text    ── lexer.l, balance.c ──>   tokens
 *             ── layout.c ──>             tokens with the ends of statements
 *             ── parser.y, ast.c ──>      tree
 *             ── expected.c ──>           messages, with advice.c
 */
#ifndef AECC_SYNTAX_PARSE_H
#define AECC_SYNTAX_PARSE_H

#include "syntax/ast.h"

enum { SYNTAX_ERRORS = 100 }; /* after so many the rest of the text is not read */

/* Where a word of the language stands: see words.def; NOWHERE for what is no such word. */
typedef enum WordPlace { NOWHERE, TOP, BOTH, DEFINES, CONTEXT } WordPlace;

typedef struct Token {
    int kind;       /* of parser.h: NAME, NUMBER, '(' …; 0 is the end of the file */
    int begin, end; /* bytes of the text */
    bool first;     /* of its line */
    int repair; /* number of what is told of it, from 1; 0 for a token that is as it was written */
    union {
        const char *name; /* of words and operators, interned */
        double number;
    };
} Token;

/* A bracket that was put in or left out, and what is told of that. */
typedef struct Repair {
    Loc at, mark;
    const char *text, *note, *help;
} Repair;

typedef List(Ast *) Kids;

typedef struct Parse {
    Arena *arena;
    Names *names;
    Diag *diag;
    int file;
    const char *text;
    int length;
    List(Token) tokens; /* the whole text; the last one is the end of the file */
    List(Repair) repairs;
    int next;           /* the token that is read next */
    List(Token) open;   /* the brackets that are open, innermost last */
    Token last, before; /* given to the parser last, and before that */
    Token statement;    /* the first one of this statement */
    int errors;
    int told;      /* where the parser's last mistake was; -1 before */
    int repaired;  /* where a repair was told last; -1 before */
    bool stray;    /* this line has had a character that means nothing */
    bool too_deep; /* it has been said */
    bool lost;     /* between the blocks, among statements: it has been said */
    Ast *tree;
} Parse;

/* lexer.l: fills parse->tokens. */
void syntax_scan(Parse *parse);

/* balance.c: puts in and leaves out brackets where they do not match, so that each one that opens
 * is closed. */
void syntax_balance(Parse *parse);
void syntax_report_repair(Parse *parse, const Repair *repair);

/* layout.c: whether a line that ends in this token goes on; whether a token begins what has a
 * block; whether a line that begins with `token`, behind one of kind `last`, can only be something
 * that stands at the top of a file. */
bool syntax_goes_on(int kind);
bool syntax_heads_block(int kind);
bool syntax_begins_item(const Token *token, int last);

/* layout.c: whether the token ends a line, rather than being a `;`. */
bool syntax_is_newline(const Parse *parse, const Token *token);

/* layout.c: what stands at [begin, end); whether a message may be added. */
Loc syntax_loc(const Parse *parse, int begin, int end);
bool syntax_may_report(Parse *parse);

/* expected.c: tells that the last token is not one of those named. */
void syntax_report(Parse *parse, const char *const *expected, int count);
void syntax_report_depth(Parse *parse, Loc loc);
/* expected.c: whether a token is among those that are expected; a token as it is written; whether a
 * text is a word of words.def, one that is a name elsewhere (`context`) or a reserved one. */
bool syntax_expects(const char *const *list, int count, const char *token);
const char *syntax_source(const Parse *parse, Token token);
bool syntax_is_word(const char *token, bool context);

/* advice.c: what to do about the token `found`, where `list` is expected, or NULL; the word that a
 * name looks like, of those in the list or, without one, of all that begin a statement, or NULL. */
const char *syntax_advice(const Parse *parse, Token found, const char *const *list, int count);
const char *syntax_near_word(const Parse *parse, Token token, const char *const *list, int count);

/* ast.c: one function for each rule of the grammar.  `loc` is the whole construct. */
Kids *ast_none(Parse *parse);
Kids *ast_one(Parse *parse, Ast *ast);
Kids *ast_add(Parse *parse, Kids *kids, Ast *ast);
Kids *ast_join(Parse *parse, Kids *kids, const Kids *more);

Ast *ast_file(Parse *parse, Kids *items);
Ast *ast_leaf(Parse *parse, AstKind kind, Loc loc, const char *name, Loc name_loc);
Ast *ast_number(Parse *parse, Loc loc, double number);
Ast *ast_formal(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *value, Ast *range);
/* role: "input" or "target" */
Ast *ast_input(Parse *parse, Loc loc, const char *role, const char *name, Loc name_loc, Ast *type,
               Ast *range, Kids *traits);
Ast *ast_label(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *type, Kids *traits);
Ast *ast_trait(Parse *parse, Loc loc, const char *name, Loc name_loc, bool with);
Ast *ast_named(Parse *parse, AstKind kind, Loc loc, const char *name, Loc name_loc, Ast *value);
Ast *ast_unit(Parse *parse, Loc loc, const char *name, const char *unit, Loc name_loc, Ast *value);
Ast *ast_block(Parse *parse, Loc loc, const char *role, Loc role_loc, const char *name,
               Loc name_loc, Kids *statements);
Ast *ast_define(Parse *parse, Loc loc, const char *role, const char *name, Loc name_loc,
                Ast *formals, Kids *statements);
Ast *ast_group(Parse *parse, AstKind kind, Loc loc, Kids *kids);
Ast *ast_listed(Parse *parse, AstKind kind, Loc loc, const char *name, Loc name_loc, Kids *kids);
Ast *ast_simultaneous(Parse *parse, Loc loc, Kids *names, Loc names_loc, Kids *body);
Ast *ast_stop(Parse *parse, Loc loc, const char *role, Ast *epochs, Ast *value);
Ast *ast_minimize(Parse *parse, Loc loc, Ast *loss, Ast *over, Ast *optimizer);

Ast *ast_let(Parse *parse, Loc loc, Kids *names, Ast *value);
Ast *ast_draw(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *distribution,
              Ast *samples, Ast *like, bool shared);
Ast *ast_param(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *shape, bool drawn,
               Ast *initial, Ast *keep, Ast *condition);
Ast *ast_state(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *shape, bool drawn,
               Ast *initial);
Ast *ast_method(Parse *parse, Loc loc, const char *name, Loc name_loc, const char *role,
                Ast *formals, Ast *value);
Ast *ast_scan(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *stack, Ast *given,
              bool reversed, Kids *carries, Ast *body);
Ast *ast_carry(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *shape, Ast *first);
Ast *ast_repeat(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *range, Ast *item,
                Kids *statements);
Ast *ast_if(Parse *parse, Loc loc, Ast *condition, Ast *yes, Ast *no);

Ast *ast_unary(Parse *parse, AstKind kind, Loc loc, Ast *value);
Ast *ast_pair(Parse *parse, AstKind kind, Loc loc, Ast *left, Ast *right);
Ast *ast_binary(Parse *parse, Loc loc, const char *role, Loc name_loc, Ast *left, Ast *right);
Ast *ast_applied(Parse *parse, AstKind kind, Loc loc, Ast *value, Kids *kids);
Ast *ast_pipe(Parse *parse, Loc loc, Ast *value, Ast *call);

/* ---- what Bison goes by in parser.y ---- */
#define YYMAXDEPTH 10000 /* more than AST_DEPTH levels of the tree need */

/* A construct reaches from its first symbol to its last; an empty one stands behind the one before.
 */
#define YYLLOC_DEFAULT(Current, Rhs, N)                                                            \
    ((Current).file = YYRHSLOC(Rhs, (N) ? 1 : 0).file,                                             \
     (Current).begin = (N) ? YYRHSLOC(Rhs, 1).begin : YYRHSLOC(Rhs, 0).end,                        \
     (Current).end = YYRHSLOC(Rhs, N).end)

#endif
