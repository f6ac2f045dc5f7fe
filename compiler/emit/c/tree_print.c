/* Trees as C, see tree.h. */
#include "emit/c/c.h"

#include <string.h>

/* ---- expressions ---- */

static void print_form(Text *text, const Expr *a) {
    int part = 0;
    for (const char *at = a->text; *at;) {
        const char *from = at;
        while (*at && *at != '@' && *at != '$')
            at++;
        text_add_bytes(text, from, (size_t)(at - from));
        if (!*at)
            break;
        const Expr *put = a->part[part++];
        bool brackets = *at++ == '$' && !put->atomic;
        text_add_word(text, brackets ? "(" : "");
        tree_print_expr(text, put);
        text_add_word(text, brackets ? ")" : "");
    }
}

void tree_print_expr(Text *text, const Expr *a) {
    switch (a->kind) {
    case EXPR_word:
    case EXPR_length:
        text_add_word(text, a->text);
        break;
    case EXPR_number:
        text_add_word(text, "(real)");
        text_add_word(text, a->text);
        break;
    case EXPR_local:
        text_add_word(text, a->local->name);
        break;
    case EXPR_element:
        tree_print_expr(text, a->part[0]);
        text_add_word(text, "[");
        tree_print_expr(text, a->part[1]);
        text_add_word(text, "]");
        break;
    case EXPR_cast:
        text_add_word(text, "(");
        text_add_word(text, a->text);
        text_add_word(text, ")(");
        tree_print_expr(text, a->part[0]);
        text_add_word(text, ")");
        break;
    case EXPR_form:
        print_form(text, a);
        break;
    }
}

/* ---- statements ---- */

/* Parts from one to another with what stands between them. */
static void add_parts(Text *text, const Stmt *stmt, int from, int to, const char *between) {
    for (int i = from; i < to; i++) {
        text_add_word(text, i > from ? between : "");
        tree_print_expr(text, stmt->part[i]);
    }
}

/* "const real *W", "int i" */
static void add_declared(Text *text, const Stmt *stmt) {
    const char *type = stmt->type;
    text_add(text, "%s%s%s%s", stmt->table ? "static " : "", type,
             type[strlen(type) - 1] == '*' ? "" : " ", stmt->local->name);
}

static void add_loop(Text *text, const Stmt *stmt) {
    const char *name = stmt->local->name;
    text_add(text, "for (int %s = ", name);
    add_parts(text, stmt, 0, 1, "");
    text_add(text, stmt->step < 0 ? "; %s >= " : "; %s < ", name);
    add_parts(text, stmt, 1, 2, "");
    if (stmt->step == 1 || stmt->step == -1)
        text_add(text, "; %s%s)", name, stmt->step > 0 ? "++" : "--");
    else
        text_add(text, "; %s += %d)", name, stmt->step);
}

static void add_let(Text *text, const Stmt *stmt) {
    add_declared(text, stmt);
    text_add(text, stmt->count > 0 ? " = " : "");
    add_parts(text, stmt, 0, stmt->count, "");
    text_add(text, ";");
    if (stmt->comment)
        text_add(text, " /* %s */", stmt->comment);
}

/* A call is in two lines where it is long whatever its operands are called. */
static void print_call(Writer *w, Text *text, const Stmt *stmt) {
    text_add(text, "%s(", stmt->type);
    int indent = (int)text->length, line = stmt->line > 0 ? stmt->line : stmt->count;
    add_parts(text, stmt, 0, line, ", ");
    if (line == stmt->count) {
        cw_line(w, "%s);", text->at);
        return;
    }
    cw_line(w, "%s,", text->at);
    text->length = 0;
    text_add(text, "%*s", indent, "");
    add_parts(text, stmt, line, stmt->count, ", ");
    cw_line(w, "%s);", text->at);
}

static void print_block(Writer *w, const StmtList *block);

/* The statement's own line, then its body. */
static void print_head(Writer *w, const Text *head, const Stmt *stmt) {
    if (stmt->braces) {
        cw_open(w, "%s", head->at);
        print_block(w, &stmt->body);
        cw_close(w);
        return;
    }
    cw_line(w, "%s", head->at);
    w->depth++;
    print_block(w, &stmt->body);
    w->depth--;
}

static void print_stmt(Writer *w, const Stmt *stmt) {
    Text text;
    text_open(&text, w->text->arena);
    switch (stmt->kind) {
    case STMT_loop:
        add_loop(&text, stmt);
        print_head(w, &text, stmt);
        return;
    case STMT_if:
        text_add(&text, "if (");
        add_parts(&text, stmt, 0, 1, "");
        text_add(&text, ")");
        print_head(w, &text, stmt);
        return;
    case STMT_else:
        text_add(&text, "else");
        print_head(w, &text, stmt);
        return;
    case STMT_call:
        print_call(w, &text, stmt);
        return;
    case STMT_pragma:
        tree_print_expr(&text, stmt->part[0]);
        cw_plain(w, "#pragma %s", text.at);
        return;
    case STMT_let:
        add_let(&text, stmt);
        break;
    case STMT_array:
        add_declared(&text, stmt);
        text_add(&text, "[");
        add_parts(&text, stmt, 0, 1, "");
        text_add(&text, "];");
        break;
    case STMT_store:
    case STMT_fold:
        add_parts(&text, stmt, 0, 2, stmt->kind == STMT_fold ? " += " : " = ");
        text_add(&text, ";");
        break;
    case STMT_line:
        add_parts(&text, stmt, 0, 1, "");
        text_add(&text, ";");
        break;
    }
    cw_line(w, "%s", text.at);
}

static void print_block(Writer *w, const StmtList *block) {
    for (int i = 0; i < block->count; i++)
        print_stmt(w, block->at[i]);
}

void tree_print(Text *text, const StmtList *block, int depth) {
    print_block(&(Writer){text, depth, NULL}, block);
}
