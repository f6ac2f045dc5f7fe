/* Trees: making and asking expressions and statements, see tree.h.  tree_print.c prints them. */
#include "emit/c/tree.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* ---- expressions ---- */

static Expr *new_expr(Arena *arena, ExprKind kind, bool atomic, const char *text, int count) {
    Expr *expr = NEW(arena, Expr);
    *expr = (Expr){.kind = kind, .atomic = atomic, .text = text, .count = count};
    expr->part = count > 0 ? NEW_ARRAY(arena, const Expr *, count) : NULL;
    return expr;
}

const Expr *tree_word(Arena *arena, const char *text) {
    return new_expr(arena, EXPR_word, true, text, 0);
}

const Expr *tree_long(Arena *arena, long number) {
    return tree_word(arena, text_long(arena, number));
}

const Expr *tree_size(Arena *arena, long number) {
    Expr *expr = new_expr(arena, EXPR_length, true, text_long(arena, number), 0);
    expr->number = number;
    return expr;
}

const Expr *tree_number(Arena *arena, double value) {
    if (isnan(value))
        return new_expr(arena, EXPR_number, true, "__builtin_nanf(\"\")", 0);
    if (isinf(value)) {
        const Expr *most = new_expr(arena, EXPR_number, true, "__builtin_inff()", 0);
        return value > 0 ? most : tree_atomic(arena, tree_form(arena, "(-@)", most));
    }
    const char *text = text_number(arena, value);
    bool whole = !strpbrk(text, ".e"), point = whole && fabs(value) >= 1e6;
    if (point)
        text = arena_printf(arena, "%s.0", text);
    return new_expr(arena, EXPR_number, true, value < 0 ? arena_printf(arena, "(%s)", text) : text,
                    0);
}

const Expr *tree_use(Arena *arena, Local *local) {
    Expr *expr = new_expr(arena, EXPR_local, true, NULL, 0);
    expr->local = local;
    return expr;
}

const Expr *tree_element(Arena *arena, const Expr *array, const Expr *index) {
    Expr *expr = new_expr(arena, EXPR_element, true, NULL, 2);
    expr->part[0] = array;
    expr->part[1] = index;
    return expr;
}

const Expr *tree_cast(Arena *arena, const char *type, const Expr *a) {
    Expr *expr = new_expr(arena, EXPR_cast, true, type, 1);
    expr->part[0] = a;
    return expr;
}

static int count_marks(const char *form) {
    int marks = 0;
    for (; *form; form++)
        marks += *form == '@' || *form == '$';
    return marks;
}

const Expr *tree_form(Arena *arena, const char *form, ...) {
    Expr *expr = new_expr(arena, EXPR_form, false, form, count_marks(form));
    va_list list;
    va_start(list, form);
    for (int i = 0; i < expr->count; i++)
        expr->part[i] = va_arg(list, const Expr *);
    va_end(list);
    return expr;
}

const Expr *tree_atomic(Arena *arena, const Expr *a) {
    Expr *expr = NEW(arena, Expr);
    *expr = *a;
    expr->atomic = true;
    return expr;
}

void template_open(Template *form, Arena *arena) {
    *form = (Template){.part = {0}};
    text_open(&form->text, arena);
}

void template_add(Template *form, const char *text, ...) {
    va_list list;
    va_start(list, text);
    for (int marks = count_marks(text); marks > 0; marks--)
        list_add(form->text.arena, &form->part, va_arg(list, const Expr *));
    va_end(list);
    text_add_bytes(&form->text, text, strlen(text));
}

const Expr *template_end(const Template *form) {
    if (strcmp(form->text.at, "@") == 0)
        return form->part.at[0];
    Expr *expr = new_expr(form->text.arena, EXPR_form, false, form->text.at, form->part.count);
    for (int i = 0; i < expr->count; i++)
        expr->part[i] = form->part.at[i];
    return expr;
}

bool tree_is(const Expr *a, const char *word) {
    return (a->kind == EXPR_word || a->kind == EXPR_length) && strcmp(a->text, word) == 0;
}

bool tree_reads(const Expr *a) {
    bool reads = a->kind == EXPR_element;
    for (int i = 0; i < a->count && !reads; i++)
        reads = tree_reads(a->part[i]);
    return reads;
}

size_t tree_length(Arena *arena, const Expr *a) {
    Text text;
    text_open(&text, arena);
    tree_print_expr(&text, a);
    return text.length;
}

/* ---- statements ---- */

Code *code_open(Arena *arena) {
    Code *code = NEW(arena, Code);
    code->arena = arena;
    static const char *const names[] = {"run", "begin", "end", "n"};
    Local *const locals[] = {&code->run, &code->begin, &code->end, &code->rows};
    for (int i = 0; i < 4; i++)
        *locals[i] = (Local){names[i], ++code->locals};
    list_add(arena, &code->open, &code->body);
    return code;
}

void code_head(Code *code) {
    list_add(code->arena, &code->open, &code->head);
}

/* Adds a statement with so many parts. */
static Stmt *add(Code *code, StmtKind kind, int count, const Expr *const *part) {
    Stmt *stmt = NEW(code->arena, Stmt);
    const Expr **copy = NEW_ARRAY(code->arena, const Expr *, count + 1);
    for (int i = 0; i < count; i++)
        copy[i] = part[i];
    *stmt = (Stmt){.kind = kind, .part = copy, .count = count};
    list_add(code->arena, code->open.at[code->open.count - 1], stmt);
    return stmt;
}

static Stmt *open_block(Code *code, StmtKind kind, int count, const Expr *const *part,
                        bool braces) {
    Stmt *stmt = add(code, kind, count, part);
    stmt->braces = braces;
    list_add(code->arena, &code->open, &stmt->body);
    return stmt;
}

Stmt *code_let(Code *code, const char *type, Local *local, const Expr *value) {
    Stmt *stmt = add(code, STMT_let, value ? 1 : 0, &value);
    stmt->type = type;
    stmt->local = local;
    return stmt;
}

void code_array(Code *code, const char *type, Local *local, const Expr *length) {
    Stmt *stmt = add(code, STMT_array, 1, &length);
    stmt->type = type;
    stmt->local = local;
}

void code_store(Code *code, const Expr *target, const Expr *value) {
    add(code, STMT_store, 2, (const Expr *const[]){target, value});
}

void code_fold(Code *code, const Expr *target, const Expr *value) {
    add(code, STMT_fold, 2, (const Expr *const[]){target, value});
}

void code_call(Code *code, const char *function, int line, int count, const Expr *const *argument) {
    Stmt *stmt = add(code, STMT_call, count, argument);
    stmt->type = function;
    stmt->line = line;
}

void code_line(Code *code, const Expr *line) {
    add(code, STMT_line, 1, &line);
}

void code_pragma(Code *code, const Expr *pragma) {
    add(code, STMT_pragma, 1, &pragma);
}

Stmt *code_loop(Code *code, Local *local, const Expr *from, const Expr *to, bool braces) {
    Stmt *stmt = open_block(code, STMT_loop, 2, (const Expr *const[]){from, to}, braces);
    stmt->local = local;
    stmt->step = 1;
    return stmt;
}

void code_if(Code *code, const Expr *test, bool braces) {
    open_block(code, STMT_if, 1, &test, braces);
}

void code_else(Code *code) {
    open_block(code, STMT_else, 0, NULL, BARE);
}

void code_close(Code *code) {
    code->open.count--;
}

/* ---- questions ---- */

static bool expr_has(const Expr *a, const Local *local) {
    bool has = a->local == local;
    for (int i = 0; i < a->count && !has; i++)
        has = expr_has(a->part[i], local);
    return has;
}

bool tree_uses(const StmtList *block, const Local *local) {
    bool uses = false;
    for (int i = 0; i < block->count && !uses; i++) {
        const Stmt *stmt = block->at[i];
        for (int k = 0; k < stmt->count && !uses; k++)
            uses = expr_has(stmt->part[k], local);
        uses = uses || tree_uses(&stmt->body, local);
    }
    return uses;
}

/* ---- comparing ---- */

/* Whether it is a length that may be an argument, where these may differ. */
static bool may_differ(const Expr *a, bool differ) {
    enum { BITS = 29 }; /* AERT_PLACE_BITS of the runtime */
    return differ && a->kind == EXPR_length && a->number >> BITS == 0;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

/* A local's number, which it is given where it is come upon first. */
static uint64_t number_of(Code *code, Local *local) {
    if (local && !local->number)
        local->number = ++code->locals;
    return local ? (uint64_t)local->number : 0;
}

/* Two numbers are made in one go: of the code as it is; and of its shape, which is the same
 * whatever the lengths are that may differ. */
static void add_hash(Code *code, uint64_t value) {
    code->hash = mix(code->hash, value);
    code->shape = mix(code->shape, value);
}

static void hash_text(Code *code, const char *text) {
    uint64_t value = text != NULL;
    for (; text && *text; text++)
        value = value * 31 + (unsigned char)*text;
    add_hash(code, value);
}

static void hash_expr(Code *code, const Expr *a) {
    uint64_t shape = mix(code->shape, EXPR_length);
    add_hash(code, a->kind);
    hash_text(code, a->text);
    add_hash(code, number_of(code, a->local));
    for (int i = 0; i < a->count; i++)
        hash_expr(code, a->part[i]);
    add_hash(code, (uint64_t)a->count);
    if (may_differ(a, true))
        code->shape = shape;
}

static void hash_block(Code *code, const StmtList *block) {
    for (int i = 0; i < block->count; i++) {
        const Stmt *stmt = block->at[i];
        add_hash(code, stmt->kind);
        hash_text(code, stmt->type);
        add_hash(code, number_of(code, stmt->local));
        add_hash(code, (uint64_t)stmt->step);
        for (int k = 0; k < stmt->count; k++)
            hash_expr(code, stmt->part[k]);
        hash_block(code, &stmt->body);
    }
    add_hash(code, (uint64_t)block->count);
}

void code_end(Code *code) {
    code->hash = code->shape = 0;
    hash_block(code, &code->head);
    hash_block(code, &code->body);
}

static bool same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_local(const Local *a, const Local *b) {
    return a && b ? a->number == b->number : a == b;
}

static bool same_expr(const Expr *a, const Expr *b, bool differ) {
    if (may_differ(a, differ) && may_differ(b, differ))
        return true;
    bool same = a->kind == b->kind && a->count == b->count && same_text(a->text, b->text) &&
                same_local(a->local, b->local);
    for (int i = 0; i < a->count && same; i++)
        same = same_expr(a->part[i], b->part[i], differ);
    return same;
}

static bool same_block(const StmtList *a, const StmtList *b, bool differ);

static bool same_stmt(const Stmt *a, const Stmt *b, bool differ) {
    bool same = a->kind == b->kind && a->count == b->count && a->step == b->step &&
                same_text(a->type, b->type) && same_local(a->local, b->local);
    for (int i = 0; i < a->count && same; i++)
        same = same_expr(a->part[i], b->part[i], differ);
    return same && same_block(&a->body, &b->body, differ);
}

static bool same_block(const StmtList *a, const StmtList *b, bool differ) {
    bool same = a->count == b->count;
    for (int i = 0; i < a->count && same; i++)
        same = same_stmt(a->at[i], b->at[i], differ);
    return same;
}

static bool same_code(const Code *a, const Code *b, bool differ) {
    return same_block(&a->head, &b->head, differ) && same_block(&a->body, &b->body, differ);
}

bool tree_same(const Code *a, const Code *b) {
    return a->hash == b->hash && same_code(a, b, false);
}

bool tree_alike(const Code *a, const Code *b) {
    return a->shape == b->shape && same_code(a, b, true);
}

/* ---- lengths ---- */

static void visit_expr(const Expr **at, Stmt *stmt, LengthVisit *visit, void *context) {
    const Expr *a = *at;
    if (may_differ(a, true))
        visit(context, at, stmt);
    else
        for (int i = 0; i < a->count; i++)
            visit_expr(&a->part[i], stmt, visit, context);
}

static void visit_block(const StmtList *block, LengthVisit *visit, void *context) {
    for (int i = 0; i < block->count; i++) {
        Stmt *stmt = block->at[i];
        for (int k = 0; k < stmt->count; k++)
            visit_expr(&stmt->part[k], stmt, visit, context);
        visit_block(&stmt->body, visit, context);
    }
}

void tree_lengths(Code *code, LengthVisit *visit, void *context) {
    visit_block(&code->head, visit, context);
    visit_block(&code->body, visit, context);
}
