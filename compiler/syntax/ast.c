/* The tree's constructors: each rule of the grammar calls one.
 *
 *     mu + 1      ast_binary(parse, loc, "+", loc of +, mu, 1)
 *
 * A node knows how deep the tree below it is, so that later walks may recurse without fear: what
 * would pass AST_DEPTH is told once and becomes a leaf.
 */
#include "syntax/parse.h"

AstGives ast_gives(AstKind kind) {
    static const AstGives gives_of[NUM_AST] = {
#define AST(name, gives, what) [AST_##name] = GIVES_##gives,
#include "syntax/ast.def"
    };
    return gives_of[kind];
}

/* ---- lists of kids ---- */

Kids *ast_none(Parse *parse) {
    return NEW(parse->arena, Kids);
}

Kids *ast_one(Parse *parse, Ast *ast) {
    return ast_add(parse, ast_none(parse), ast);
}

/* NULL, a construct whose head was wrong, adds nothing. */
Kids *ast_add(Parse *parse, Kids *kids, Ast *ast) {
    if (ast)
        list_add(parse->arena, kids, ast);
    return kids;
}

Kids *ast_join(Parse *parse, Kids *kids, const Kids *more) {
    for (int i = 0; i < more->count; i++)
        ast_add(parse, kids, more->at[i]);
    return kids;
}

/* ---- nodes ---- */

static Ast *leaf(Parse *parse, AstKind kind, Loc loc) {
    Ast *ast = NEW(parse->arena, Ast);
    ast->kind = kind;
    ast->loc = ast->name_loc = loc;
    ast->depth = 1;
    return ast;
}

/* A node over `n` kids, of which some may be NULL. */
static Ast *node(Parse *parse, AstKind kind, Loc loc, int n, Ast *const *kid) {
    Ast *ast = leaf(parse, kind, loc);
    for (int i = 0; i < n; i++)
        if (kid[i] && kid[i]->depth >= ast->depth)
            ast->depth = kid[i]->depth + 1;
    if (ast->depth > AST_DEPTH - (kind != AST_file)) { /* there is always room for the file */
        syntax_report_depth(parse, loc);
        return leaf(parse, AST_number, loc);
    }
    ast->n = n;
    ast->kid = NEW_ARRAY(parse->arena, Ast *, n);
    for (int i = 0; i < n; i++)
        ast->kid[i] = kid[i];
    return ast;
}

#define NODE(parse, kind, loc, ...)                                                                \
    node(parse, kind, loc, (int)(sizeof(Ast *[]){__VA_ARGS__} / sizeof(Ast *)),                    \
         (Ast *[]){__VA_ARGS__})

static Ast *with_name(Ast *ast, const char *name, Loc name_loc) {
    ast->name = name;
    ast->name_loc = name_loc;
    return ast;
}

Ast *ast_leaf(Parse *parse, AstKind kind, Loc loc, const char *name, Loc name_loc) {
    return with_name(leaf(parse, kind, loc), name, name_loc);
}

Ast *ast_number(Parse *parse, Loc loc, double number) {
    Ast *ast = leaf(parse, AST_number, loc);
    ast->number = number;
    return ast;
}

/* ---- the file, blocks and definitions ---- */

Ast *ast_file(Parse *parse, Kids *items) {
    parse->tree =
        node(parse, AST_file, syntax_loc(parse, 0, parse->length), items->count, items->at);
    return parse->tree;
}

Ast *ast_input(Parse *parse, Loc loc, const char *role, const char *name, Loc name_loc, Ast *type,
               Ast *range, Kids *traits) {
    Kids kids = {0};
    list_add(parse->arena, &kids, type);
    list_add(parse->arena, &kids, range);
    for (int i = 0; i < traits->count; i++)
        list_add(parse->arena, &kids, traits->at[i]);
    Ast *ast = with_name(node(parse, AST_input, loc, kids.count, kids.at), name, name_loc);
    ast->role = role;
    return ast;
}

Ast *ast_label(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *type, Kids *traits) {
    Kids *kids = ast_one(parse, type);
    for (int i = 0; i < traits->count; i++)
        ast_add(parse, kids, traits->at[i]);
    return ast_listed(parse, AST_label, loc, name, name_loc, kids);
}

Ast *ast_trait(Parse *parse, Loc loc, const char *name, Loc name_loc, bool with) {
    Ast *ast = ast_leaf(parse, AST_trait, loc, name, name_loc);
    ast->number = with;
    return ast;
}

Ast *ast_formal(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *value, Ast *range) {
    return with_name(range ? NODE(parse, AST_formal, loc, value, range)
                           : NODE(parse, AST_formal, loc, value),
                     name, name_loc);
}

/* const, hyper, assign, setting, named, field: a name and one value. */
Ast *ast_named(Parse *parse, AstKind kind, Loc loc, const char *name, Loc name_loc, Ast *value) {
    return with_name(NODE(parse, kind, loc, value), name, name_loc);
}

/* warmup 500 steps  is  warmup_steps = 500;  epochs 10  is  epochs = 10. */
Ast *ast_unit(Parse *parse, Loc loc, const char *name, const char *unit, Loc name_loc, Ast *value) {
    if (unit)
        name = names_of(parse->names, arena_printf(parse->arena, "%s_%s", name, unit));
    return with_name(NODE(parse, AST_named, loc, value), name, name_loc);
}

Ast *ast_block(Parse *parse, Loc loc, const char *role, Loc role_loc, const char *name,
               Loc name_loc, Kids *statements) {
    Ast *ast = node(parse, AST_block, loc, statements->count, statements->at);
    ast->role = role;
    return with_name(ast, name, name ? name_loc : role_loc);
}

Ast *ast_define(Parse *parse, Loc loc, const char *role, const char *name, Loc name_loc,
                Ast *formals, Kids *statements) {
    Kids kids = {0};
    list_add(parse->arena, &kids, formals);
    for (int i = 0; i < statements->count; i++)
        list_add(parse->arena, &kids, statements->at[i]);
    Ast *ast = node(parse, AST_define, loc, kids.count, kids.at);
    ast->role = role;
    return with_name(ast, name, name_loc);
}

/* formals, train, over, return, list: nothing but kids. */
Ast *ast_group(Parse *parse, AstKind kind, Loc loc, Kids *kids) {
    return node(parse, kind, loc, kids->count, kids->at);
}

/* use, stage, step: a name and kids. */
Ast *ast_listed(Parse *parse, AstKind kind, Loc loc, const char *name, Loc name_loc, Kids *kids) {
    return with_name(node(parse, kind, loc, kids->count, kids->at), name, name_loc);
}

Ast *ast_simultaneous(Parse *parse, Loc loc, Kids *names, Loc names_loc, Kids *body) {
    Kids *kids = ast_one(parse, ast_group(parse, AST_names, names_loc, names));
    for (int i = 0; i < body->count; i++)
        ast_add(parse, kids, body->at[i]);
    return ast_group(parse, AST_simultaneous, loc, kids);
}

Ast *ast_stop(Parse *parse, Loc loc, const char *role, Ast *epochs, Ast *value) {
    Ast *ast = NODE(parse, AST_stop, loc, epochs, value);
    ast->role = role;
    return ast;
}

Ast *ast_minimize(Parse *parse, Loc loc, Ast *loss, Ast *over, Ast *optimizer) {
    return NODE(parse, AST_minimize, loc, loss, over, optimizer);
}

/* ---- statements ---- */

Ast *ast_let(Parse *parse, Loc loc, Kids *names, Ast *value) {
    ast_add(parse, names, value);
    return node(parse, AST_let, loc, names->count, names->at);
}

Ast *ast_draw(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *distribution,
              Ast *samples, Ast *like, bool shared) {
    Ast *ast = NODE(parse, AST_draw, loc, distribution, samples, like);
    ast->number = shared;
    return with_name(ast, name, name_loc);
}

Ast *ast_param(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *shape, bool drawn,
               Ast *initial, Ast *keep, Ast *condition) {
    if (keep) /* keep f(a)  is  f(name, a) */
        keep =
            ast_pipe(parse, keep->loc, ast_leaf(parse, AST_name, name_loc, name, name_loc), keep);
    Ast *ast = keep ? NODE(parse, AST_param, loc, shape, initial, condition, keep)
                    : NODE(parse, AST_param, loc, shape, initial, condition);
    ast->number = drawn;
    return with_name(ast, name, name_loc);
}

Ast *ast_state(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *shape, bool drawn,
               Ast *initial) {
    Ast *ast = NODE(parse, AST_state, loc, shape, initial);
    ast->number = drawn;
    return with_name(ast, name, name_loc);
}

Ast *ast_method(Parse *parse, Loc loc, const char *name, Loc name_loc, const char *role,
                Ast *formals, Ast *value) {
    Ast *ast = NODE(parse, AST_method, loc, formals, value);
    ast->role = role;
    return with_name(ast, name, name_loc);
}

Ast *ast_repeat(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *range, Ast *item,
                Kids *statements) {
    Kids kids = {0};
    list_add(parse->arena, &kids, range);
    list_add(parse->arena, &kids, item);
    for (int i = 0; i < statements->count; i++)
        list_add(parse->arena, &kids, statements->at[i]);
    return with_name(node(parse, AST_repeat, loc, kids.count, kids.at), name, name_loc);
}

Ast *ast_scan(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *stack, Ast *given,
              bool reversed, Kids *carries, Ast *body) {
    Kids kids = {0};
    list_add(parse->arena, &kids, stack);
    list_add(parse->arena, &kids, body);
    list_add(parse->arena, &kids, given);
    for (int i = 0; i < carries->count; i++)
        list_add(parse->arena, &kids, carries->at[i]);
    Ast *ast = node(parse, AST_scan, loc, kids.count, kids.at);
    ast->number = reversed;
    return with_name(ast, name, name_loc);
}

Ast *ast_carry(Parse *parse, Loc loc, const char *name, Loc name_loc, Ast *shape, Ast *first) {
    return with_name(NODE(parse, AST_carry, loc, shape, first), name, name_loc);
}

Ast *ast_if(Parse *parse, Loc loc, Ast *condition, Ast *yes, Ast *no) {
    return NODE(parse, AST_if, loc, condition, yes, no);
}

/* ---- expressions ---- */

Ast *ast_unary(Parse *parse, AstKind kind, Loc loc, Ast *value) {
    return NODE(parse, kind, loc, value);
}

Ast *ast_pair(Parse *parse, AstKind kind, Loc loc, Ast *left, Ast *right) {
    return NODE(parse, kind, loc, left, right);
}

Ast *ast_binary(Parse *parse, Loc loc, const char *role, Loc name_loc, Ast *left, Ast *right) {
    Ast *ast = NODE(parse, AST_binary, loc, left, right);
    ast->role = role;
    ast->name_loc = name_loc;
    return ast;
}

/* call and index: a value, and what stands in the brackets. */
Ast *ast_applied(Parse *parse, AstKind kind, Loc loc, Ast *value, Kids *kids) {
    Kids all = {0};
    list_add(parse->arena, &all, value);
    for (int i = 0; i < kids->count; i++)
        list_add(parse->arena, &all, kids->at[i]);
    Ast *ast = node(parse, kind, loc, all.count, all.at);
    ast->name_loc = value->name_loc;
    return ast;
}

/* v |> f(a)  is  f(v, a). */
Ast *ast_pipe(Parse *parse, Loc loc, Ast *value, Ast *call) {
    if (call->kind != AST_call) /* it was too deep */
        return call;
    Kids kids = {0};
    list_add(parse->arena, &kids, value);
    for (int i = 1; i < call->n; i++)
        list_add(parse->arena, &kids, call->kid[i]);
    Ast *ast = ast_applied(parse, AST_call, loc, call->kid[0], &kids);
    ast->number = ast->kind == AST_call;
    return ast;
}
