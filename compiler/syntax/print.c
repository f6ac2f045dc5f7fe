/* The tree as source text, in the one layout.
 *
 *     encoder{h=(x|>dense(400))}      encoder {
 *                                ──>      h = x |> dense(400)
 *                                     }
 *
 * Parsing what is printed gives the same tree again, places aside.  Brackets stand only where the
 * tree needs them: each expression has a level, each place the least level that it takes.  A
 * statement that is wider than WIDTH has its |> on lines of their own.
 */
#include "syntax/ast.h"

#include <math.h>
#include <string.h>

enum { INDENT = 4, WIDTH = 100 };

/* How tightly an expression holds together, loosest first: the grammar's rules. */
typedef enum Precedence { PIPED, COMPARED, SUM, PRODUCT, UNARY, POWER, POSTFIX } Precedence;

typedef struct Printer {
    Text *text;
    int indent;
    int nested;  /* brackets around what is printed */
    bool broken; /* the chain of |> outside all brackets has a line for each */
} Printer;

static void expression(Printer *p, const Ast *ast, Precedence least);
static void statement(Printer *p, const Ast *ast);

/* ---- expressions ---- */

static void words(Printer *p, const char *words_text) {
    text_add_bytes(p->text, words_text, strlen(words_text));
}

static bool is_piped(const Ast *ast) {
    return ast->kind == AST_call && ast->number == 1 && ast->n > 1;
}

static Precedence level_of_binary(const Ast *ast) {
    switch (ast->role[0]) {
    case '+':
    case '-':
        return SUM;
    case '*':
    case '/':
        return PRODUCT;
    case '^':
        return POWER;
    default:
        return COMPARED;
    }
}

static Precedence level_of(const Ast *ast) {
    switch (ast->kind) {
    case AST_call:
        return is_piped(ast) ? PIPED : POSTFIX;
    case AST_binary:
        return level_of_binary(ast);
    case AST_negate:
        return UNARY;
    default:
        return POSTFIX;
    }
}

/* kids from `first` on, with commas */
static void listed(Printer *p, const Ast *ast, int first) {
    p->nested++;
    for (int i = first; i < ast->n; i++) {
        words(p, i > first ? ", " : "");
        expression(p, ast->kid[i], PIPED);
    }
    p->nested--;
}

static void print_number(Printer *p, const Ast *ast) {
    words(p, isinf(ast->number) ? ast->number < 0 ? "-infinity" : "infinity"
                                : text_number(p->text->arena, ast->number));
}

static void print_name(Printer *p, const Ast *ast) {
    words(p, ast->name);
}

static void print_text(Printer *p, const Ast *ast) {
    text_add(p->text, "\"%s\"", ast->name);
}

static void print_call(Printer *p, const Ast *ast) {
    int first = 1;
    if (is_piped(ast)) {
        expression(p, ast->kid[1], PIPED);
        if (p->broken && p->nested == 0)
            text_add(p->text, "\n%*s|> ", p->indent + INDENT, "");
        else
            words(p, " |> ");
        first = 2;
    }
    expression(p, ast->kid[0], POSTFIX);
    if (is_piped(ast) && ast->n == 2)
        return;
    words(p, "(");
    listed(p, ast, first);
    words(p, ")");
}

static void print_named(Printer *p, const Ast *ast) {
    text_add(p->text, "%s = ", ast->name);
    expression(p, ast->kid[0], PIPED);
}

static void print_index(Printer *p, const Ast *ast) {
    expression(p, ast->kid[0], POSTFIX);
    words(p, "[");
    listed(p, ast, 1);
    words(p, "]");
}

static void print_range(Printer *p, const Ast *ast) {
    if (ast->kid[0])
        expression(p, ast->kid[0], PIPED);
    words(p, ":");
    if (ast->kid[1])
        expression(p, ast->kid[1], PIPED);
}

static void print_field(Printer *p, const Ast *ast) {
    bool bare = ast->kid[0]->kind == AST_number; /* 3.x would be read as a number */
    words(p, bare ? "(" : "");
    expression(p, ast->kid[0], POSTFIX);
    text_add(p->text, "%s.%s", bare ? ")" : "", ast->name);
}

static void print_negate(Printer *p, const Ast *ast) {
    words(p, "-");
    expression(p, ast->kid[0], UNARY);
}

static void print_binary(Printer *p, const Ast *ast) {
    Precedence level = level_of_binary(ast);
    bool chains = level == SUM || level == PRODUCT;
    Precedence left = chains ? level : (Precedence)(level + 1), right = (Precedence)(level + 1);
    if (level == POWER) /* a^b^c is a^(b^c), and a^-b needs no brackets */
        right = UNARY;
    expression(p, ast->kid[0], left);
    text_add(p->text, level == POWER ? "%s" : " %s ", ast->role);
    expression(p, ast->kid[1], right);
}

static void print_arrow(Printer *p, const Ast *ast) {
    expression(p, ast->kid[0], PIPED);
    words(p, " -> ");
    expression(p, ast->kid[1], PIPED);
}

static void print_list(Printer *p, const Ast *ast) {
    words(p, "[");
    listed(p, ast, 0);
    words(p, "]");
}

static void print_shared(Printer *p, const Ast *ast) {
    words(p, "layer ");
    expression(p, ast->kid[0], POSTFIX);
}

/* ---- the lines of one statement ---- */

/* `before` and the expression, where there is one */
static void clause(Printer *p, const char *before, const Ast *value) {
    if (!value)
        return;
    words(p, before);
    expression(p, value, PIPED);
}

static void body(Printer *p, const Ast *ast, int first) {
    words(p, "{\n");
    p->indent += INDENT;
    for (int i = first; i < ast->n; i++)
        statement(p, ast->kid[i]);
    p->indent -= INDENT;
    text_add(p->text, "%*s}", p->indent, "");
}

static void print_model(Printer *p, const Ast *ast) {
    text_add(p->text, "model %s", ast->name);
}

static void print_limits(Printer *p, const Ast *range) {
    if (!range)
        return;
    clause(p, " in ", range->kid[0]);
    clause(p, range->kid[0] ? ".." : " < ", range->kid[1]);
}

static void print_trait(Printer *p, const Ast *ast) {
    text_add(p->text, "%s%s", ast->number == 1 ? " with " : " ", ast->name);
}

static void print_traits(Printer *p, const Ast *ast, int first) {
    for (int i = first; i < ast->n; i++)
        print_trait(p, ast->kid[i]);
}

static void print_input(Printer *p, const Ast *ast) {
    text_add(p->text, "%s %s : ", ast->role, ast->name);
    expression(p, ast->kid[0], PIPED);
    print_limits(p, ast->kid[1]);
    print_traits(p, ast, 2);
}

static void print_label(Printer *p, const Ast *ast) {
    text_add(p->text, "label %s : ", ast->name);
    expression(p, ast->kid[0], PIPED);
    print_traits(p, ast, 1);
}

static void print_const(Printer *p, const Ast *ast) {
    words(p, "const ");
    print_named(p, ast);
}

static void print_hyper(Printer *p, const Ast *ast) {
    words(p, "hyper ");
    print_named(p, ast);
}

static void print_use(Printer *p, const Ast *ast) {
    text_add(p->text, "use \"%s\"%s", ast->name, ast->n ? " only " : "");
    listed(p, ast, 0);
}

static void print_block(Printer *p, const Ast *ast) {
    text_add(p->text, "%s %s%s", ast->role, ast->name ? ast->name : "", ast->name ? " " : "");
    body(p, ast, 0);
}

static void print_define(Printer *p, const Ast *ast) {
    text_add(p->text, "%s %s", ast->role, ast->name);
    expression(p, ast->kid[0], PIPED);
    const Ast *only = ast->n == 2 && ast->kid[1]->kind == AST_return ? ast->kid[1] : NULL;
    if (only && only->n == 1 && only->kid[0]->kind != AST_named) {
        clause(p, " = ", only->kid[0]);
        return;
    }
    words(p, " ");
    body(p, ast, 1);
}

static void print_formals(Printer *p, const Ast *ast) {
    words(p, "(");
    listed(p, ast, 0);
    words(p, ")");
}

static void print_formal(Printer *p, const Ast *ast) {
    words(p, ast->name);
    print_limits(p, ast->n > 1 ? ast->kid[1] : NULL);
    clause(p, " = ", ast->kid[0]);
}

static void print_train(Printer *p, const Ast *ast) {
    words(p, "train ");
    body(p, ast, 0);
}

static void print_let(Printer *p, const Ast *ast) {
    for (int i = 0; i < ast->n - 1; i++)
        text_add(p->text, "%s%s", i ? ", " : "", ast->kid[i]->name);
    clause(p, " = ", ast->kid[ast->n - 1]);
}

static void print_draw(Printer *p, const Ast *ast) {
    words(p, ast->name);
    clause(p, " ~ ", ast->kid[0]);
    clause(p, " samples ", ast->kid[1]);
    clause(p, " like ", ast->kid[2]);
    words(p, ast->number == 1 ? " shared" : "");
}

/* keep f(a)  of the call  f(name, a) */
static void print_keep(Printer *p, const Ast *call) {
    words(p, " keep ");
    expression(p, call->kid[0], POSTFIX);
    if (call->n == 2)
        return;
    words(p, "(");
    listed(p, call, 2);
    words(p, ")");
}

static void print_param(Printer *p, const Ast *ast) {
    text_add(p->text, "param %s", ast->name);
    clause(p, " : ", ast->kid[0]);
    clause(p, ast->number == 1 ? " ~ " : " = ", ast->kid[1]);
    if (ast->n > 3)
        print_keep(p, ast->kid[3]);
    clause(p, " if ", ast->kid[2]);
}

static void print_state(Printer *p, const Ast *ast) {
    text_add(p->text, "state %s", ast->name);
    clause(p, " : ", ast->kid[0]);
    clause(p, ast->number == 1 ? " ~ " : " = ", ast->kid[1]);
}

static void print_assign(Printer *p, const Ast *ast) {
    words(p, ast->name);
    clause(p, " <- ", ast->kid[0]);
}

static void print_return(Printer *p, const Ast *ast) {
    words(p, "return ");
    listed(p, ast, 0);
}

static void print_method(Printer *p, const Ast *ast) {
    text_add(p->text, "%s%s%s", ast->name, ast->role ? " " : "", ast->role ? ast->role : "");
    expression(p, ast->kid[0], PIPED);
    clause(p, " = ", ast->kid[1]);
}

static void print_repeat(Printer *p, const Ast *ast) {
    const Ast *over = ast->kid[0];
    text_add(p->text, "repeat %s", ast->name ? ast->name : "");
    clause(p, ", ", ast->kid[1]);
    words(p, ast->name ? " in " : "");
    clause(p, "", over->kind == AST_range ? over->kid[0] : over);
    if (over->kind == AST_range)
        clause(p, ast->name ? ".." : "", over->kid[1]);
    words(p, " ");
    body(p, ast, 2);
}

static void print_body(Printer *p, const Ast *ast) {
    body(p, ast, 0);
}

static void print_carry(Printer *p, const Ast *ast) {
    text_add(p->text, "%s : ", ast->name);
    clause(p, "", ast->kid[0]);
    clause(p, " = ", ast->kid[1]);
}

static void print_scan(Printer *p, const Ast *ast) {
    text_add(p->text, "scan %s", ast->name);
    clause(p, " in ", ast->kid[0]);
    clause(p, " given ", ast->kid[2]);
    words(p, ast->number == 1 ? " reversed with " : " with ");
    for (int i = 3; i < ast->n; i++) {
        words(p, i > 3 ? ", " : "");
        print_carry(p, ast->kid[i]);
    }
    clause(p, " ", ast->kid[1]);
}

static void print_if(Printer *p, const Ast *ast) {
    clause(p, "if ", ast->kid[0]);
    clause(p, " ", ast->kid[1]);
    const Ast *no = ast->kid[2];
    clause(p, " else ", no && no->n == 1 && no->kid[0]->kind == AST_if ? no->kid[0] : no);
}

/* ---- training ---- */

static void print_setting(Printer *p, const Ast *ast) {
    words(p, ast->name);
    clause(p, " ", ast->kid[0]);
}

static void print_stage(Printer *p, const Ast *ast) {
    text_add(p->text, "stage %s ", ast->name);
    body(p, ast, 0);
}

static void print_step(Printer *p, const Ast *ast) {
    text_add(p->text, "step %s%s", ast->name ? ast->name : "", ast->name ? " " : "");
    body(p, ast, 0);
}

static void print_names(Printer *p, const Ast *ast) {
    listed(p, ast, 0);
}

static void print_simultaneous(Printer *p, const Ast *ast) {
    clause(p, "step ", ast->kid[0]);
    words(p, " simultaneous ");
    body(p, ast, 1);
}

static void print_minimize(Printer *p, const Ast *ast) {
    clause(p, "minimize ", ast->kid[0]);
    clause(p, " over ", ast->kid[1]);
    clause(p, " with ", ast->kid[2]);
}

static void print_every(Printer *p, const Ast *ast) {
    clause(p, "every ", ast->kid[0]);
    words(p, " steps");
}

static void print_when(Printer *p, const Ast *ast) {
    clause(p, "when ", ast->kid[0]);
}

static void print_clip(Printer *p, const Ast *ast) {
    clause(p, "clip norm ", ast->kid[0]);
}

static void print_decay(Printer *p, const Ast *ast) {
    clause(p, "decay ", ast->kid[0]);
    clause(p, " over ", ast->kid[1]);
}

static void print_stop(Printer *p, const Ast *ast) {
    clause(p, "stop after ", ast->kid[0]);
    text_add(p->text, " epochs without %s", ast->role);
    clause(p, " ", ast->kid[1]);
}

static void print_over(Printer *p, const Ast *ast) {
    listed(p, ast, 0);
}

/* ---- the file ---- */

/* Whether an empty line stands between two items: around what has a body, and between kinds. */
static bool is_apart(const Ast *before, const Ast *after) {
    bool bodies = before->kind == AST_block || before->kind == AST_define ||
                  before->kind == AST_train || after->kind == AST_block ||
                  after->kind == AST_define || after->kind == AST_train;
    return bodies || before->kind == AST_model;
}

static void print_file(Printer *p, const Ast *ast) {
    for (int i = 0; i < ast->n; i++) {
        if (i && is_apart(ast->kid[i - 1], ast->kid[i]))
            words(p, "\n");
        statement(p, ast->kid[i]);
    }
}

/* One function for each kind of node. */
static void (*const printers[NUM_AST])(Printer *, const Ast *) = {
#define AST(name, gives, what) [AST_##name] = print_##name,
#include "syntax/ast.def"
};

static void expression(Printer *p, const Ast *ast, Precedence least) {
    bool brackets = level_of(ast) < least;
    p->nested += brackets;
    words(p, brackets ? "(" : "");
    printers[ast->kind](p, ast);
    words(p, brackets ? ")" : "");
    p->nested -= brackets;
}

static void statement(Printer *p, const Ast *ast) {
    text_add(p->text, "%*s", p->indent, "");
    size_t begin = p->text->length;
    printers[ast->kind](p, ast);
    if (p->text->length - begin + (size_t)p->indent > WIDTH && !strchr(p->text->at + begin, '\n')) {
        p->text->length = begin;
        p->broken = true;
        printers[ast->kind](p, ast);
        p->broken = false;
    }
    words(p, "\n");
}

void ast_print(Text *text, const Ast *ast) {
    Printer printer = {.text = text};
    printers[ast->kind](&printer, ast);
}
