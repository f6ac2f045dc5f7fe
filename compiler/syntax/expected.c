/* The words of a syntax error: what was found, what was expected, what to do.
 *
 *     vae.ae:3:1: error: found `encodr`, expected a declaration, a block or a definition
 *         3 | encodr {
 *           | ^~~~~~
 *           | did you mean `encoder`?
 *
 * The parser lists every token that could stand here.  Tokens that together are one thing to a
 * reader, such as the twenty that may begin an expression, are told by one name.  A set of tokens
 * is a text with blanks around each: " name number '(' ".
 */
#include "syntax/parse.h"

#include "parser.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 256 }; /* tokens of the grammar */

#define BLOCKS  " noise encoder bottleneck decoder loss metric "
#define DEFINE  " layer network discriminator function distribution optimizer "
#define DECLARE " model input target label const hyper train generate "

/* Where all of `sign` are expected, `text` stands for all of `covers`, and for the words that are
 * names elsewhere if those are `context`. */
static const struct {
    const char *sign, *text, *covers;
    bool context;
} groups[] = {
    {" model param ", "a name", DECLARE BLOCKS DEFINE " name ", true},
    {" model layer ", "a declaration, a block or a definition",
     DECLARE BLOCKS DEFINE " end-of-file use ", false},
    {" layer param '}' ", "a statement", BLOCKS DEFINE " name ", true},
    {" number <- '~' ", "an expression", BLOCKS " name number '(' '[' '-' layer <- '=' '~' ',' ",
     true},
    {" <- '=' '~' ", "`=`, `~` or `<-`", " name <- '=' '~' '(' ',' ", true},
    {" minimize '}' ", "a setting, `step`, `minimize`", " name ", true},
    {" name number '(' ", "an expression", BLOCKS " name number '(' '[' '-' layer ", true},
    {" '+' '=' ", "an operator",
     " '+' '-' '*' '/' '^' '<' '>' == != <= >= |> -> '(' '[' '.' number ", false},
    {" '+' ", "an operator", " '+' '-' '*' '/' '^' '<' '>' == != <= >= |> -> '(' '[' '.' ", false},
    {" name ", "a name", BLOCKS " name ", true},
    {" infinity number ", "a number", " infinity number ", false},
};

/* The words of the language, in the order of words.def. */
static const struct {
    const char *text;
    WordPlace where;
} words[] = {
#define WORD(kind, text, where) {text, where},
#include "syntax/words.def"
};

enum { WORDS = sizeof words / sizeof *words };

bool syntax_is_word(const char *token, bool context) {
    for (int i = 0; i < WORDS; i++)
        if (strcmp(words[i].text, token) == 0)
            return (words[i].where == CONTEXT) == context;
    return false;
}

static bool in_set(const char *set, const char *token) {
    size_t length = strlen(token);
    for (const char *at = set; (at = strstr(at, token)); at++)
        if (at > set && at[-1] == ' ' && at[length] == ' ')
            return true;
    return false;
}

static bool is_listed(const char *const *list, int count, const char *token, size_t length) {
    for (int i = 0; i < count; i++)
        if (list[i] && strlen(list[i]) == length && strncmp(list[i], token, length) == 0)
            return true;
    return false;
}

bool syntax_expects(const char *const *list, int count, const char *token) {
    return is_listed(list, count, token, strlen(token));
}

/* Whether every token of `set` is in the list. */
static bool all_listed(const char *const *list, int count, const char *set) {
    for (set++; *set; set += strcspn(set, " ") + 1)
        if (!is_listed(list, count, set, strcspn(set, " ")))
            return false;
    return true;
}

/* A token as messages show it. */
static const char *shown(Parse *parse, const char *token) {
    static const char *const plain[][2] = {{"name", "a name"},
                                           {"number", "a number"},
                                           {"quoted", "a text in double quotes"},
                                           {"end-of-line", "end of line"},
                                           {"end-of-file", "end of file"}};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(plain[i][0], token) == 0)
            return plain[i][1];
    int quoted = token[0] == '\''; /* '+' */
    return arena_printf(parse->arena, "`%.*s`", (int)strlen(token) - 2 * quoted, token + quoted);
}

/* "an operator, `,` or `)`"; empties the list. */
static const char *expected_text(Parse *parse, const char **list, int count) {
    const char *parts[MOST];
    int n = 0;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        if (!all_listed(list, count, groups[g].sign))
            continue;
        parts[n++] = groups[g].text;
        for (int i = 0; i < count; i++)
            if (list[i] && (in_set(groups[g].covers, list[i]) ||
                            (groups[g].context && syntax_is_word(list[i], true))))
                list[i] = NULL;
    }
    for (int i = 0; i < count; i++)
        if (list[i])
            parts[n++] = shown(parse, list[i]);
    Text text;
    text_open(&text, parse->arena);
    for (int i = 0; i < n; i++)
        text_add(&text, "%s%s", i == 0 ? "" : i == n - 1 ? " or " : ", ", parts[i]);
    return text.at;
}

/* ---- what was found ---- */

const char *syntax_source(const Parse *parse, Token token) {
    int length = token.end - token.begin;
    return arena_printf(parse->arena, "%.*s", length < 40 ? length : 40, parse->text + token.begin);
}

static const char *found_text(Parse *parse, Token token) {
    const Token *next = &parse->tokens.at[parse->next];
    if (token.kind == END && token.begin == token.end) { /* it was put in before this one */
        if (next->kind == 0)
            return "end of file";
        if (next->kind != '}')
            return "end of line";
        token = *next;
    }
    return token.kind == 0 ? "end of file"
                           : arena_printf(parse->arena, "`%s`", syntax_source(parse, token));
}

/* ---- where the mistake is ---- */

/* Whether a statement stands where a block or a declaration should. */
static bool is_lost(const Parse *parse, Token found) {
    const Token *next = &parse->tokens.at[parse->next];
    if (parse->open.count || found.begin != parse->statement.begin)
        return false;
    bool gives =
        next->kind == '=' || next->kind == ',' || next->kind == '~' || next->kind == ASSIGN;
    bool head = next->kind == '{' || (next->kind != NUMBER && next[1].kind == '{');
    bool word = found.kind != USE && syntax_is_word(syntax_source(parse, found), true);
    bool name = found.kind == NAME && !syntax_near_word(parse, found, NULL, 0);
    return gives ? word || found.kind == NAME : word || (name && !head);
}

/* Whether what stands only at the top of a file stands in a block. */
static bool is_inside(const Parse *parse, Token found) {
    return parse->open.count && found.begin == parse->statement.begin &&
           syntax_begins_item(&parse->tokens.at[parse->next - 1], 0);
}

/* The innermost ( or [ that is open, where it may be the reason. */
static const Token *unclosed(const Parse *parse, Token found) {
    for (int i = parse->open.count - 1; i >= 0; i--) {
        const Token *open = &parse->open.at[i];
        if (open->kind == '{')
            continue;
        bool same_line =
            !memchr(parse->text + open->begin, '\n', (size_t)(found.begin - open->begin));
        bool closes =
            found.kind == ')' || found.kind == ']' || found.kind == '{' || found.kind == END;
        return same_line && !closes ? NULL : open;
    }
    return NULL;
}

void syntax_report(Parse *parse, const char *const *expected, int count) {
    Token found = parse->last;
    const Token *open = unclosed(parse, found);
    Loc open_loc = open ? syntax_loc(parse, open->begin, open->end) : (Loc){0};
    parse->told = found.begin;
    bool lost = is_lost(parse, found);
    bool again = parse->lost && (lost || (found.kind == '}' && parse->open.count == 0));
    parse->lost = parse->lost || lost;
    if (again || found.kind == STRAY || found.repair || found.begin == parse->repaired ||
        !syntax_may_report(parse))
        return;
    const char *list[MOST];
    for (int i = 0; i < count; i++)
        list[i] = expected[i];
    const char *help = syntax_advice(parse, found, list, count);
    diag_error(parse->diag, syntax_loc(parse, found.begin, found.end), "found %s, expected %s",
               found_text(parse, found), expected_text(parse, list, count));
    if (!open && is_inside(parse, found)) {
        const Token *block = &parse->open.at[parse->open.count - 1];
        open_loc = syntax_loc(parse, block->begin, block->end);
        help = "it stands outside all blocks: is the `}` of the block above missing?";
    }
    if (open_loc.file)
        diag_mark(parse->diag, open_loc, "opened here");
    if (lost)
        help = "statements stand inside a block: is its `{` missing above, or a `}` too many?";
    if (found.kind == '}' && parse->open.count == 0)
        help = "no block is open here";
    if (help)
        diag_help(parse->diag, "%s", help);
}

void syntax_report_depth(Parse *parse, Loc loc) {
    if (!parse->too_deep && syntax_may_report(parse)) {
        diag_error(parse->diag, loc, "this is nested too deep (limit %d)", AST_DEPTH);
        diag_help(parse->diag, "give parts of it names of their own");
    }
    parse->too_deep = true;
}
