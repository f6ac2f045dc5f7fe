/* Brackets that do not match: where the missing one was meant to be, by the layout of the text.
 *
 *     step one { minimize a over all with sgd(1)        →    … with sgd(1) }
 *     step two { minimize b over all with sgd(1) }           step two { …
 *
 * To the parser the second step stands inside the first, and what is missing is missing at the end
 * of the file.  A person sees it in the first line.  So, in a text whose brackets do not match, and
 * only there:
 *
 *     a line further left than those of a block,    ends the block
 *     or one that only the top of a file may have
 *     a line not further right than the one with     ends that, unless an operator or a comma
 *     a ( or [                                       stands before it
 *     a } further right than the lines of its        belongs to a { that is missing at the end of a
 *     block                                          line above, in the column of the }, if that
 *                                                    line begins as a block does; else it is one
 *                                                    too many
 *
 * The tokens that are missing are put in, those too many become STRAY.  Each holds a Repair, which
 * is told when the parser gets it; for ( and [ only where nothing was told of that statement
 * before.  After this every bracket that opens is closed.
 */
#include "syntax/parse.h"

#include "parser.h"

#include <string.h>

enum { NONE = -1, UNSEEN = -2, MOST = 1000 /* repairs: the messages end long before */ };

typedef struct Open {
    Token token;
    int line;    /* of the text, where it begins */
    int indent;  /* the column of the first token on its line */
    int content; /* that of the first line inside; NONE where it goes on behind the bracket */
} Open;

typedef struct Balance {
    Parse *parse;
    List(Token) done;
    List(Open) open;
    int line, indent;    /* of the line that is read */
    int head;            /* the kind of its first token */
    const Token *behind; /* the first token of the next line that has one */
    int surplus;         /* } left over, less { left over, of the whole text */
    bool mixed;          /* none is left over, and yet they do not match */
} Balance;

/* ---- the text ---- */

static int line_begin(const Parse *parse, int at) {
    while (at > 0 && parse->text[at - 1] != '\n')
        at--;
    return at;
}

static int next_line(const Parse *parse, int at) {
    while (at < parse->length && parse->text[at] != '\n')
        at++;
    return at + (at < parse->length);
}

static int column(const Parse *parse, int at) {
    int column = 0;
    for (int i = line_begin(parse, at); i < at; i++)
        column = parse->text[i] == '\t' ? (column / 8 + 1) * 8 : column + 1;
    return column;
}

static Token *last_done(const Balance *b) {
    for (int i = b->done.count - 1; i >= 0; i--)
        if (b->done.at[i].kind != END)
            return &b->done.at[i];
    return NULL;
}

static Open *innermost(const Balance *b) {
    return b->open.count ? &b->open.at[b->open.count - 1] : NULL;
}

static int closer_of(int kind) {
    return kind == '(' ? ')' : kind == '[' ? ']' : '}';
}

static bool opens(int kind) {
    return kind == '(' || kind == '[' || kind == '{';
}

static bool closes(int kind) {
    return kind == ')' || kind == ']' || kind == '}';
}

/* ---- what is put in, and what is told of it ---- */

static const char *shown(const Parse *parse, const Token *token) {
    return token->kind == 0 ? "end of file"
                            : arena_printf(parse->arena, "`%.*s`", token->end - token->begin,
                                           parse->text + token->begin);
}

static void put_in(Balance *b, int at, Token token, Repair repair) {
    Parse *parse = b->parse;
    list_add(parse->arena, &parse->repairs, repair);
    token.repair = parse->repairs.count;
    list_add(parse->arena, &b->done, token);
    for (int i = b->done.count - 1; i > at; i--)
        b->done.at[i] = b->done.at[i - 1];
    b->done.at[at] = token;
}

/* The first line behind `from` that is empty, or a comment left of `content`; `limit` where none is
 * before that. */
static int free_line(const Parse *parse, int from, int limit, int content) {
    for (int at = next_line(parse, from); at < limit; at = next_line(parse, at)) {
        int text = at;
        while (text < parse->length && strchr(" \t\r", parse->text[text]))
            text++;
        if (text == parse->length || parse->text[text] == '\n')
            return at;
        if (parse->text[text] == '#' && column(parse, text) < content)
            return text;
    }
    return limit;
}

/* Closes the innermost bracket before `token`. */
static void close_before(Balance *b, const Token *token) {
    Parse *parse = b->parse;
    Open open = *innermost(b);
    const Token *last = last_done(b);
    int closer = closer_of(open.token.kind), at = last->end;
    bool apart = token->first || token->kind == 0;
    const char *found = apart ? "found end of line, " : "";
    if (apart && open.content >= 0) {
        at = free_line(parse, last->end, token->begin, open.content);
        found = "";
    }
    bool here = !apart || at == token->begin;
    if (here)
        found = arena_printf(parse->arena, "found %s, ", shown(parse, token));
    Repair repair = {.at = syntax_loc(parse, at, at),
                     .mark = syntax_loc(parse, open.token.begin, open.token.end),
                     .note = "opened here"};
    if (here)
        repair.at = syntax_loc(parse, token->begin, token->end);
    repair.text =
        here && token->kind == '}' && closer == '}'
            ? "expected another `}` before this one"
            : arena_printf(parse->arena, "%sexpected `%c`%s", found, closer, *found ? "" : " here");
    int place = b->done.count;
    while (place > 0 && b->done.at[place - 1].kind == END)
        place--;
    put_in(b, place, (Token){.kind = closer, .begin = last->end, .end = last->end}, repair);
    b->open.count--;
    b->surplus += closer == '}';
}

/* Puts in a { behind the line that ends in done[at]. */
static void open_behind(Balance *b, int at, const Token *closer) {
    Parse *parse = b->parse;
    int end = b->done.at[at].end;
    Repair repair = {.at = syntax_loc(parse, end, end),
                     .mark = syntax_loc(parse, closer->begin, closer->end),
                     .text = "found end of line, expected `{`",
                     .note = "closed here"};
    put_in(b, at + 1, (Token){.kind = '{', .begin = end, .end = end}, repair);
    b->surplus--;
}

static void leave_out(Balance *b, Token token) {
    Parse *parse = b->parse;
    Repair repair = {.at = syntax_loc(parse, token.begin, token.end),
                     .text = "found `}`, and no block is open that it could close",
                     .help = "is its `{` missing above, or is it one too many?"};
    token.kind = STRAY;
    put_in(b, b->done.count, token, repair);
    b->surplus--;
}

void syntax_report_repair(Parse *parse, const Repair *repair) {
    parse->repaired = repair->at.begin;
    if (!syntax_may_report(parse))
        return;
    diag_error(parse->diag, repair->at, "%s", repair->text);
    if (repair->mark.file)
        diag_mark(parse->diag, repair->mark, "%s", repair->note);
    if (repair->help)
        diag_help(parse->diag, "%s", repair->help);
}

/* ---- what the layout says ---- */

/* Whether `token`, the first of its line, stands where the innermost bracket must have been closed.
 */
static bool ends_innermost(const Balance *b, const Token *token, bool item) {
    const Open *open = innermost(b);
    const Token *last = last_done(b);
    int here = column(b->parse, token->begin);
    if (b->parse->repairs.count >= MOST)
        return false;
    if (!open || token->kind == 0 || item)
        return open != NULL;
    if (open->token.kind != '{')
        return here <= open->indent && !closes(token->kind) && !opens(last->kind) &&
               token->kind != PIPE && !syntax_goes_on(last->kind);
    bool may = b->surplus < 0 || b->mixed;
    if (!may || (open->content == UNSEEN && token->kind != '}'))
        return false;
    if (token->kind == '}') { /* of the block around it? */
        const Open *outer = b->open.count > 1 ? open - 1 : NULL;
        return outer && here < open->indent && here <= outer->indent;
    }
    if (open->content == NONE)
        return here <= open->indent;
    return open->content > open->indent && here < open->content;
}

/* The last token of the line above that a } in this column closes, if that line begins as a block
 * does. */
static int head_above(const Balance *b, int here) {
    int end = -1;
    for (int i = b->done.count - 1; i >= 0; i--) {
        const Token *token = &b->done.at[i];
        if (token->kind == END)
            continue;
        end = end < 0 ? i : end;
        if (!token->first)
            continue;
        int indent = column(b->parse, token->begin), last = b->done.at[end].kind;
        bool other = token->kind == '}' && i < end && token[1].kind == ELSE;
        if (indent <= here)
            return indent == here && last != '{' && last != '}' &&
                           syntax_heads_block(other ? ELSE : token->kind)
                       ? end
                       : -1;
        end = -1;
    }
    return -1;
}

/* Whether a } behind something, on a line that opened no block, closes none of those above: the
 * line that comes `next` is still inside. */
static bool closes_nothing(const Balance *b, int next) {
    const Open *open = innermost(b);
    if (!open)
        return true;
    if (next == ELSE && b->head != IF) /* it closes an `if` above */
        return false;
    int inside = open->content > open->indent ? open->content : open->indent + 1;
    return open->line != b->line && b->behind->kind && column(b->parse, b->behind->begin) >= inside;
}

static void read_brace(Balance *b, Token token, int next) {
    while (innermost(b) && innermost(b)->token.kind != '{')
        close_before(b, &token);
    const Open *open = innermost(b);
    bool may = (b->surplus > 0 || b->mixed) && b->parse->repairs.count < MOST;
    int here = token.first ? column(b->parse, token.begin) : 0;
    bool deeper = !open || (open->content > open->indent && here >= open->content);
    int head = may && token.first && deeper ? head_above(b, here) : -1;
    if (head >= 0) {
        open_behind(b, head, &token);
    } else if (may && (token.first ? deeper && open : closes_nothing(b, next))) {
        leave_out(b, token);
        return;
    } else {
        b->open.count -= open != NULL;
    }
    list_add(b->parse->arena, &b->done, token);
}

static void read_closer(Balance *b, Token token) {
    int above = b->open.count - 1;
    while (above >= 0 && b->open.at[above].token.kind != '{' &&
           closer_of(b->open.at[above].token.kind) != token.kind)
        above--;
    if (above >= 0 && b->open.at[above].token.kind != '{') {
        while (b->open.count > above + 1)
            close_before(b, &token);
        b->open.count--;
    }
    list_add(b->parse->arena, &b->done, token);
}

static void read_token(Balance *b, const Token *token) {
    Parse *parse = b->parse;
    bool begins = token->first && token->kind != END;
    while (b->behind->kind && (b->behind <= token || !b->behind->first || b->behind->kind == END))
        b->behind++;
    if (begins || token->kind == 0) {
        const Token *last = last_done(b);
        bool item = syntax_begins_item(token, last ? last->kind : 0);
        while (ends_innermost(b, token, item))
            close_before(b, token);
        b->line = line_begin(parse, token->begin);
        b->indent = column(parse, token->begin);
        b->head = token->kind;
        Open *open = innermost(b);
        if (open && open->content == UNSEEN)
            open->content = b->indent;
    }
    if (token->kind == '}') {
        read_brace(b, *token, token[1].kind);
    } else if (closes(token->kind)) {
        read_closer(b, *token);
    } else {
        while (token->kind == '{' && innermost(b) && innermost(b)->token.kind != '{')
            close_before(b, token);
        if (opens(token->kind)) {
            Open open = {.token = *token, .line = b->line, .indent = b->indent};
            open.content = syntax_is_newline(parse, token + 1) ? UNSEEN : NONE;
            list_add(parse->arena, &b->open, open);
        }
        list_add(parse->arena, &b->done, *token);
    }
}

/* ---- whether there is anything to do ---- */

static bool is_balanced(Balance *b) {
    const Parse *parse = b->parse;
    List(int) open = {0};
    bool good = true, below = false; /* more } than { */
    for (const Token *token = parse->tokens.at; token->kind; token++) {
        if (opens(token->kind)) {
            list_add(parse->arena, &open, closer_of(token->kind));
        } else if (closes(token->kind)) {
            good = good && open.count && open.at[open.count - 1] == token->kind;
            open.count -= open.count > 0;
        }
        b->surplus += (token->kind == '}') - (token->kind == '{');
        below = below || b->surplus > 0;
    }
    b->mixed = b->surplus == 0 && below;
    return good && open.count == 0;
}

void syntax_balance(Parse *parse) {
    Balance b = {.parse = parse, .behind = parse->tokens.at};
    if (is_balanced(&b))
        return;
    for (int i = 0; i < parse->tokens.count; i++)
        read_token(&b, &parse->tokens.at[i]);
    parse->tokens.at = b.done.at;
    parse->tokens.count = b.done.count;
    parse->tokens.room = b.done.room;
}
