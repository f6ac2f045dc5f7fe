/* Layout: which newlines end a statement, and what is open where the text breaks off.
 *
 *     h = x |> dense(400)            NAME = NAME |> NAME ( NUMBER )
 *           |> relu                  |> NAME END
 *     mu = dense(h,                  NAME = NAME ( NAME ,
 *                latent) }           NAME ) END }
 *
 * A newline is dropped inside ( and [, after an operator or a comma, and before |>, { or else; the
 * rest become END, never two in a row.  END also stands before every } and at the end of the file,
 * so that the grammar needs no second form of the last statement.  Where a block was not closed,
 * its } is told to be missing and put in, and the parser goes on as if it were there.
 */
#include "syntax/parse.h"

#include "parser.h"

Loc syntax_loc(const Parse *parse, int begin, int end) {
    return (Loc){parse->file, begin, end};
}

bool syntax_may_report(Parse *parse) {
    return parse->errors++ < SYNTAX_ERRORS;
}

/* ---- what a token is ---- */

typedef enum Where { NOWHERE, TOP, BOTH, DEFINES, CONTEXT } Where;

/* Where a word stands, see words.def; NOWHERE for what is no such word. */
static Where where_of(int kind) {
    switch (kind) {
#define WORD(word, text, where)                                                                    \
    case word:                                                                                     \
        return where;
#include "syntax/words.def"
    default:
        return NOWHERE;
    }
}

static bool is_name(int kind) {
    return kind == NAME || where_of(kind) == CONTEXT;
}

/* A line that ends so goes on. */
static bool goes_on(int kind) {
    static const int kinds[] = {'+', '-', '*', '/', '^',  '<',   '>',    EQ,   NE,
                                LE,  GE,  '=', '~', PIPE, ARROW, ASSIGN, DOTS, ','};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

static bool is_newline(const Parse *parse, const Token *token) {
    return token->kind == END &&
           (token->begin >= parse->length || parse->text[token->begin] == '\n');
}

/* Between statements: at the start, after END and after {. */
static bool between(const Parse *parse) {
    return parse->last.kind == 0 || parse->last.kind == END || parse->last.kind == '{';
}

static const Token *innermost(const Parse *parse) {
    return parse->open.count ? &parse->open.at[parse->open.count - 1] : NULL;
}

/* The token `ahead` places on; the last one is the end of the file. */
static const Token *peek(const Parse *parse, int ahead) {
    int i = parse->next + ahead;
    return &parse->tokens.at[i < parse->tokens.count ? i : parse->tokens.count - 1];
}

/* Whether a line that begins here can only be something that stands at the top of a file. */
static bool begins_item(const Parse *parse) {
    const Token *token = peek(parse, 0), *next = peek(parse, 1);
    if (!token->first || (goes_on(parse->last.kind) && parse->last.kind != 0))
        return false;
    if (token->kind == USE && next->kind == STRING)
        return true;
    bool heads_block = next->kind == '{' || (is_name(next->kind) && peek(parse, 2)->kind == '{');
    Where where = where_of(token->kind);
    return (where == TOP && (heads_block || is_name(next->kind))) || (where == BOTH && heads_block);
}

/* ---- the token that the parser gets ---- */

/* Whether the newline that comes next ends nothing. */
static bool is_dropped(const Parse *parse) {
    const Token *open = innermost(parse);
    if (between(parse) || goes_on(parse->last.kind) || (open && open->kind != '{'))
        return true;
    int ahead = 1;
    while (is_newline(parse, peek(parse, ahead)))
        ahead++;
    int kind = peek(parse, ahead)->kind, next = peek(parse, ahead + 1)->kind;
    bool other = kind == ELSE && parse->last.kind == '}' && (next == '{' || next == IF);
    return kind == PIPE || kind == '{' || other;
}

static Token at_end_of_last(const Parse *parse, int kind) {
    return (Token){.kind = kind, .begin = parse->last.end, .end = parse->last.end};
}

/* Forgets the ( and [ that are open within the innermost block. */
static void close_brackets(Parse *parse) {
    while (parse->open.count && innermost(parse)->kind != '{')
        parse->open.count--;
}

/* Keeps `open` in step with a token that is handed on. */
static void follow(Parse *parse, Token token) {
    const Token *open = innermost(parse);
    int kind = token.kind;
    if (kind == '(' || kind == '[' || kind == '{')
        list_add(parse->arena, &parse->open, token);
    else if (kind == '}') {
        close_brackets(parse);
        parse->open.count -= parse->open.count > 0;
    } else if (open && ((kind == ')' && open->kind == '(') || (kind == ']' && open->kind == '[')))
        parse->open.count--;
}

static Token next_token(Parse *parse) {
    while (is_newline(parse, peek(parse, 0)) ||
           (peek(parse, 0)->kind == END && between(parse))) { /* ; after ; */
        bool dropped = is_dropped(parse);
        parse->next++;
        if (!dropped)
            return at_end_of_last(parse, END);
    }
    Token token = *peek(parse, 0);
    if (parse->errors > SYNTAX_ERRORS) /* enough has been said */
        token = at_end_of_last(parse, 0);
    bool over = token.kind == 0 || begins_item(parse);
    if (!between(parse) && (token.kind == '}' || over))
        return at_end_of_last(parse, END);
    if (over && parse->open.count) { /* of a block that is not closed */
        close_brackets(parse);
        if (parse->open.count) {
            syntax_report_unclosed(parse, token);
            token = at_end_of_last(parse, '}');
            follow(parse, token);
            return token;
        }
    }
    follow(parse, token);
    parse->next += token.kind != 0;
    return token;
}

int ae_lex(AE_STYPE *value, Loc *loc, Parse *parse) {
    Token token = next_token(parse);
    if (between(parse)) {
        parse->statement = token;
        Where where = where_of(token.kind);
        parse->lost = parse->lost && (where == NOWHERE || where == CONTEXT);
    }
    parse->before = parse->last;
    parse->last = token;
    *loc = syntax_loc(parse, token.begin, token.end);
    if (token.kind == NUMBER)
        value->number = token.number;
    else
        value->name = token.name;
    return token.kind;
}

Ast *syntax_parse(Arena *arena, Names *names, Diag *diag, int file, const char *text,
                  size_t length) {
    Parse parse = {.arena = arena,
                   .names = names,
                   .diag = diag,
                   .file = file,
                   .text = text,
                   .length = (int)length};
    syntax_scan(&parse);
    ae_parse(&parse);
    return parse.tree ? parse.tree : ast_file(&parse, ast_none(&parse));
}
