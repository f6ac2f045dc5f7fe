/* Layout: which newlines end a statement.
 *
 *     h = x |> dense(400)            NAME = NAME |> NAME ( NUMBER )
 *           |> relu                  |> NAME END
 *     mu = dense(h,                  NAME = NAME ( NAME ,
 *                latent) }           NAME ) END }
 *
 * A newline is dropped inside ( and [, after an operator or a comma, and before |>, { or else; the
 * rest become END, never two in a row.  END also stands before every } and at the end of the file,
 * so that the grammar needs no second form of the last statement.
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

/* Where a word stands, see words.def; NOWHERE for what is no such word. */
static WordPlace where_of(int kind) {
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
bool syntax_goes_on(int kind) {
    static const int kinds[] = {'+', '-', '*', '/', '^',  '<',   '>',    EQ,   NE,
                                LE,  GE,  '=', '~', PIPE, ARROW, ASSIGN, DOTS, ','};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

bool syntax_is_newline(const Parse *parse, const Token *token) {
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

bool syntax_heads_block(int kind) {
    static const int others[] = {TRAIN, GENERATE, REPEAT, IF, ELSE, STAGE, STEP};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] == kind)
            return true;
    bool declares = kind == MODEL || kind == INPUT || kind == TARGET
    || kind == LABEL || kind == CONST || kind == HYPER;
    WordPlace where = where_of(kind);
    return where != NOWHERE && where != CONTEXT && !declares;
}

bool syntax_begins_item(const Token *token, int last) {
    WordPlace where = where_of(token->kind);
    if (!token->first || (where != TOP && where != BOTH && token->kind != USE))
        return false;
    const Token *next = token + 1;
    bool goes_on = last && syntax_goes_on(last); /* over encoder,\n decoder with … */
    if (token->kind == USE)
        return next->kind == STRING;
    bool heads_block = next->kind == '{' || (is_name(next->kind) && next[1].kind == '{');
    return heads_block || (where == TOP && is_name(next->kind) && !goes_on);
}

/* ---- the token that the parser gets ---- */

/* Whether the newline that comes next ends nothing. */
static bool is_dropped(const Parse *parse) {
    const Token *open = innermost(parse);
    if (between(parse) || syntax_goes_on(parse->last.kind) || (open && open->kind != '{'))
        return true;
    int ahead = 1;
    while (syntax_is_newline(parse, peek(parse, ahead)))
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
    while (syntax_is_newline(parse, peek(parse, 0)) ||
           (peek(parse, 0)->kind == END && between(parse))) { /* ; after ; */
        bool dropped = is_dropped(parse);
        parse->next++;
        if (!dropped)
            return at_end_of_last(parse, END);
    }
    Token token = *peek(parse, 0);
    if (parse->errors > SYNTAX_ERRORS) /* enough has been said */
        token = at_end_of_last(parse, 0);
    if (!between(parse) && (token.kind == '}' || token.kind == 0))
        return at_end_of_last(parse, END);
    if (token.repair &&
        (token.kind == '{' || token.kind == '}' || parse->told < parse->statement.begin))
        syntax_report_repair(parse, &parse->repairs.at[token.repair - 1]);
    follow(parse, token);
    parse->next += token.kind != 0;
    return token;
}

int ae_lex(AE_STYPE *value, Loc *loc, Parse *parse) {
    Token token = next_token(parse);
    if (between(parse)) {
        parse->statement = token;
        WordPlace where = where_of(token.kind);
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
                   .length = (int)length,
                   .told = -1,
                   .repaired = -1};
    syntax_scan(&parse);
    syntax_balance(&parse);
    ae_parse(&parse);
    return parse.tree ? parse.tree : ast_file(&parse, ast_none(&parse));
}
