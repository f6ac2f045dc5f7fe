/* What to do about a syntax error: the mistakes that people make, most of all those who write other
 * languages.
 *
 *     a = sum(h) ** 2      found `*`, expected an expression    a power is written `^`
 *     train = 3            found `train`, expected a statement  `train` is a word of the language …
 *
 * Two neighbours that are one sign elsewhere, and words that open something elsewhere, are tables.
 */
#include "syntax/parse.h"

#include "parser.h"

#include <string.h>

enum { MOST = 256 }; /* tokens of the grammar */

/* Signs of two tokens that other languages have. */
static const struct {
    int first, second;
    const char *help;
} signs[] = {
    {'*', '*', "a power is written `^`"},
    {'/', '/', "a quotient without its fraction is `floor(a / b)`; a comment begins with `#`"},
    {'/', '*', "a comment begins with `#`"},
    {'<', '>', "unequal is written `!=`"},
    {'=', '=', "equality is written `==`, without a blank"},
    {'=', '<', "at most is written `<=`"},
    {'=', '>', "at least is written `>=`"},
    {':', '=', "a name gets its value with `=`"},
    {'+', '=',
     "a name gets its value once: give the sum a name of its own; a state changes by `<-`"},
    {'-', '=',
     "a name gets its value once: give the rest a name of its own; a state changes by `<-`"},
    {'*', '=',
     "a name gets its value once: give the product a name of its own; a state changes by `<-`"},
    {'/', '=',
     "a name gets its value once: give the quotient a name of its own; a state changes by `<-`"},
};

/* Words that other languages have, as the word that was found, the one before it, or the first of
 * the statement. */
typedef enum AdvicePlace { FOUND, BEFORE, FIRST } AdvicePlace;

static const struct {
    const char *word;
    AdvicePlace place;
    const char *help;
} words[] = {
    {"and", FOUND, "that both hold is the product:  (a > 0) * (b > 0)"},
    {"or", FOUND, "that one of two holds is the larger:  max(a > 0, b > 0)"},
    {"if", FOUND, "a choice between values is  where(condition, a, b)"},
    {"if", BEFORE, "a choice between values is  where(condition, a, b)"},
    {"not", BEFORE, "that it does not hold is  1 - (a > 0)"},
    {"lambda", BEFORE, "a function has a name:  function f(v) = …"},
    {"let", FIRST, "a name gets its value with `=` alone:  a = …"},
    {"var", FIRST, "a name gets its value with `=` alone:  a = …"},
    {"def", FIRST, "a function is written  function f(v) = …  or  function f(v) { …; return … }"},
    {"for", FIRST, "a loop is written  repeat i in 1..4 { … }  or  repeat w in widths { … }"},
    {"while", FIRST, "a loop is written  repeat i in 1..4 { … }"},
    {"simultaneous", FIRST,
     "steps that are simultaneous are named in one head:  step judge, fool simultaneous { … }"},
    {"shared", BEFORE, "`shared` ends the line:  u ~ normal(0, 1) like v shared"},
    {"keep", FOUND, "`keep` stands behind a parameter's initial value, before `if`"},
    {"maximize", FIRST, "what is minimised is the negative:  minimize -total over …"},
    {"self", FIRST, "parameters are made by  param W : [n, m] ~ glorot_uniform,  and named bare"},
    {"import", FIRST, "another file is brought in at the top:  use \"file.ae\""},
    {"from", FIRST, "another file is brought in at the top:  use \"file.ae\""},
};

/* A word of the language that a name looks like, of those in `set` or, without one, of all that
 * begin a statement. */
const char *syntax_near_word(const Parse *parse, Token token, const char *const *list, int count) {
    static const char *const starts[] = {
        "model",      "input",         "target",   "label",    "const",        "hyper",
        "train",      "noise",         "loss",     "metric",   "layer",        "encoder",
        "bottleneck", "decoder",       "network",  "param",    "state",        "step",
        "return",     "discriminator", "function", "minimize", "distribution", "optimizer",
        "use",        "generate",      "repeat",   "stage",    "every",        "when",
        "clip",       "decay",         "stop",     "if",       "scan"};
    if (token.kind != NAME)
        return NULL;
    const char *near[MOST];
    int n = 0;
    for (int i = 0; i < count; i++) /* words only: ( and + are near to much */
        if (syntax_is_word(list[i], true) || syntax_is_word(list[i], false))
            near[n++] = list[i];
    const char *name = syntax_source(parse, token);
    return list ? text_nearest(name, near, n)
                : text_nearest(name, starts, (int)(sizeof starts / sizeof *starts));
}

static bool is_operator(int kind) {
    return kind == '+' || kind == '-' || kind == '*' || kind == '/' || kind == '^' || kind == '.' ||
           kind == '[';
}

static bool is_compare(int kind) {
    return kind == EQ || kind == NE || kind == '<' || kind == '>' || kind == LE || kind == GE;
}

static const char *sign_advice(const Parse *parse, Token found) {
    int before = parse->before.kind, next = parse->tokens.at[parse->next].kind;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if ((signs[i].first == before && signs[i].second == found.kind) ||
            (signs[i].first == found.kind && signs[i].second == next))
            return signs[i].help;
    return NULL;
}

static const char *word_advice(const Parse *parse, Token found, bool value_ends) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        Token at = words[i].place == FOUND    ? found
                   : words[i].place == BEFORE ? parse->before
                                              : parse->statement;
        bool fits = words[i].place == FIRST ? at.begin < found.begin : value_ends;
        bool is_name = at.kind == NAME || syntax_is_word(syntax_source(parse, at), true);
        if (fits && is_name && strcmp(words[i].word, syntax_source(parse, at)) == 0)
            return words[i].help;
    }
    return NULL;
}

static bool is_reserved(const Parse *parse, Token token) {
    return token.begin < token.end && syntax_is_word(syntax_source(parse, token), false);
}

static bool gives_value(int kind) {
    return kind == '=' || kind == '~' || kind == ASSIGN || kind == ',';
}

/* A word of the language in the place of a name, or NULL: train = 3, loss = 3, model + 1. */
static const char *reserved_advice(const Parse *parse, Token found, const char *const *list,
                                   int count) {
    int next = parse->tokens.at[parse->next].kind;
    bool name = syntax_expects(list, count, "name"), statement = syntax_expects(list, count, "'}'");
    bool value = syntax_expects(list, count, "number");
    const Token *taken = NULL;
    if (parse->open.count && gives_value(found.kind) &&
        parse->before.begin == parse->statement.begin)
        taken = &parse->statement;
    if (name && is_reserved(parse, found) &&
        (statement ? gives_value(next) : !value || !found.first))
        taken = &found;
    if (!taken || !is_reserved(parse, *taken))
        return NULL;
    return arena_printf(parse->arena,
                        "`%s` is a reserved word of the language: choose another name",
                        syntax_source(parse, *taken));
}

/* A line that begins with an operator, as if the one above went on. */
static const char *line_advice(const Parse *parse, Token found) {
    if (!found.first || found.begin != parse->statement.begin || found.kind == '=' ||
        found.kind == '~' || found.kind == ASSIGN || !syntax_goes_on(found.kind))
        return NULL;
    return arena_printf(parse->arena,
                        "a line goes on after an operator, not before it: move the `%s` to the end "
                        "of the line above, or put the whole in brackets",
                        syntax_source(parse, found));
}

static bool on_one_line(const Parse *parse, Token first, Token last) {
    return !memchr(parse->text + first.begin, '\n', (size_t)(last.begin - first.begin));
}

/* A statement that computes and gives its value no name:  loss { mse(xhat, x) }.  A name with
 * brackets is read as the head of a method, log_density(v) = …, so what is found may be any part of
 * an argument. */
static const char *nameless_advice(const Parse *parse, Token found, const char *const *list,
                                   int count) {
    bool first = parse->before.begin == parse->statement.begin;
    bool computes = (is_operator(found.kind) && !(first && found.kind == '.')) ||
                    found.kind == PIPE || found.kind == '(' || found.kind == NUMBER ||
                    ((found.kind == '}' || found.kind == END) && !first);
    if (!computes || (!parse->open.count && found.kind != '}') || parse->statement.kind != NAME ||
        parse->statement.begin >= found.begin || !syntax_expects(list, count, "'='"))
        return NULL;
    return "a line gives what it computes a name:  total = …;  a definition returns it:  return …";
}

/* NULL where no mistake is recognised. */
const char *syntax_advice(const Parse *parse, Token found, const char *const *list, int count) {
    bool operators = syntax_expects(list, count, "'+'");
    const char *help = sign_advice(parse, found);
    help = help ? help : line_advice(parse, found);
    help = help ? help : word_advice(parse, found, operators || syntax_expects(list, count, "|>"));
    if (help)
        return help;
    const char *word = syntax_near_word(parse, found, list, count);
    if (!word && parse->statement.kind == NAME && parse->statement.begin < found.begin)
        word = syntax_near_word(parse, parse->statement, NULL, 0);
    help = nameless_advice(parse, found, list, count);
    if (help && (!word || parse->statement.end - parse->statement.begin < 5))
        return help; /* a short name is near to words by chance: mse, use */
    if (word)
        return arena_printf(parse->arena, "did you mean `%s`?", word);
    help = reserved_advice(parse, found, list, count);
    if (help)
        return help;
    if (found.kind == STRING)
        return "texts are the names of files after `use`, and of columns in `table[…]`";
    if (found.kind == ASSIGN && operators)
        return "`<-` gives a state its next value; less than a negative value is `< -`";
    if (found.kind == EQ && !operators && syntax_expects(list, count, "'='"))
        return "a name gets its value with `=`";
    if (found.kind == '=' && !operators && syntax_expects(list, count, "number") &&
        parse->before.begin == parse->statement.begin)
        return "a setting is written without `=`:  batch 128;  a value gets its name in a block";
    if (found.kind == '=' && operators && on_one_line(parse, parse->statement, found))
        return "equality is written `==`";
    if (found.kind == ',' && operators && syntax_expects(list, count, "')'"))
        return "a list is written  [a, b]";
    if (found.kind == ',' && operators)
        return parse->statement.kind == RETURN
                   ? "several values are returned by name:  return a = u, b = v"
                   : "a value is one expression; several come from one call:  a, b = f(v)";
    if (found.kind == '<' && !operators && syntax_expects(list, count, "<-"))
        return "a state is given its next value with `<-`, without a blank";
    if (found.kind == '{' && parse->statement.kind == ELSE)
        return "`else` stands behind the `}` of an `if`";
    if (is_compare(found.kind) && operators)
        return "comparisons do not chain: put one of them in brackets";
    if ((found.kind == '(' || found.kind == '[') && syntax_expects(list, count, "number") &&
        (parse->statement.kind == INPUT || parse->statement.kind == TARGET))
        return "a range is written  0..1";
    if (is_operator(found.kind) && !operators && syntax_expects(list, count, "|>"))
        return "`|>` is the loosest operator: put what it makes in brackets to go on with it";
    return NULL;
}
