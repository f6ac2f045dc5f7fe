/* Files of definitions.
 *
 *     use "blocks.ae"                              its definitions, consts and hypers
 *     use "denoising.ae" only encoder(xc = x)      that block, here, reading x for xc
 *
 * A definition resolves names where it is written: in its file, then in the prelude.  So do the
 * consts and hypers that it reads.  A block of the file reads the file's own definitions, consts
 * and hypers, and for all else what this file has named.  A file is read once, however often it is
 * used; its consts are evaluated, and its hypers declared, when they are first read.
 */
#include "check/elaboration/elaboration.h"

#include <string.h>

enum { MAX_USED_FILES = 100 };

/* ---- paths ---- */

/* Drops "." and a folder with the ".." behind it. */
static const char *normal_path(Checker *c, const char *path) {
    List(const char *) parts = {0};
    for (const char *at = path; *at;) {
        size_t length = strcspn(at, "/");
        const char *part = arena_copy(c->arena, at, length);
        at += length + (at[length] == '/');
        bool up = strcmp(part, "..") == 0;
        if (length == 0 || strcmp(part, ".") == 0)
            continue;
        if (up && parts.count && strcmp(parts.at[parts.count - 1], "..") != 0)
            parts.count--;
        else
            list_add(c->arena, &parts, part);
    }
    Text text;
    text_open(&text, c->arena);
    for (int i = 0; i < parts.count; i++)
        text_add(&text, "%s%s", i || *path == '/' ? "/" : "", parts.at[i]);
    return text.at;
}

/* What the file `from` calls `name`. */
static const char *beside(Checker *c, const char *from, const char *name) {
    const char *slash = strrchr(from, '/');
    if (*name == '/' || !slash)
        return normal_path(c, name);
    return normal_path(c, arena_printf(c->arena, "%.*s/%s", (int)(slash - from), from, name));
}

/* ---- reading files ---- */

static Unit *known_unit(Checker *c, const char *path) {
    for (int i = 0; i < c->units.count; i++)
        if (strcmp(c->units.at[i]->path, path) == 0)
            return c->units.at[i];
    return NULL;
}

static void report_circle(Checker *c, const Ast *use, const Unit *first) {
    Text text;
    text_open(&text, c->arena);
    bool inside = false;
    for (int i = 0; i < c->units.count; i++) {
        inside |= c->units.at[i] == first;
        if (inside && c->units.at[i]->loading)
            text_add(&text, "%s uses ", text_base_name(c->units.at[i]->path));
    }
    check_error(c, use->loc, "files use each other in a circle: %s%s", text.at,
                text_base_name(first->path));
}

static bool is_definitions(const char *path) {
    size_t length = strlen(path);
    return length > 3 && strcmp(path + length - 3, ".ae") == 0;
}

static Unit *read_unit(Checker *c, const Ast *use, const char *path) {
    const char *why = NULL;
    const Ast *file = NULL;
    if (c->units.count > MAX_USED_FILES)
        why = arena_printf(c->arena, "more than the limit of %d files are used", MAX_USED_FILES);
    else if (!is_definitions(path)) /* a message quotes the line it is about: of a file that is none
                                     of definitions, a password say, no line may be shown */
        why = "the name of a file that is used ends in .ae";
    else
        file = c->load(c->load_user, path, &why);
    if (!file) {
        check_error(c, use->name_loc, "`%s`: %s", path, why);
        if (is_definitions(path))
            check_help(c, "a file is looked for beside the one that uses it");
        return NULL;
    }
    Unit *unit = NEW(c->arena, Unit);
    *unit = (Unit){.path = path, .file = file, .scope = scope_open(c, c->prelude)};
    list_add(c->arena, &c->units, unit);
    return unit;
}

static void bind_items(Checker *c, Unit *unit) {
    for (int i = 0; i < unit->file->n; i++) {
        const Ast *ast = unit->file->kid[i];
        if (ast->kind != AST_const && ast->kind != AST_hyper)
            continue;
        if (!check_name_free(c, unit->scope, ast->name, ast->name_loc))
            continue;
        scope_bind(c, unit->scope, ast->name, ast->name_loc, (Value){0});
        unit->scope->bindings.at[unit->scope->bindings.count - 1].unevaluated = ast;
    }
}

static void bring_all(Checker *c, const Unit *to, const Unit *unit);
static void bring_some(Checker *c, Scope *scope, const Ast *use, const Unit *unit);

static void load_uses(Checker *c, Unit *unit) {
    unit->loading = true;
    for (int i = 0; i < unit->file->n; i++) {
        const Ast *use = unit->file->kid[i];
        if (use->kind != AST_use)
            continue;
        const char *path = beside(c, unit->path, use->name);
        Unit *used = known_unit(c, path);
        if (used && used->loading) {
            report_circle(c, use, used);
            continue;
        }
        if (!used && (used = read_unit(c, use, path))) {
            check_definitions(c, used->scope, used->file);
            bind_items(c, used);
            load_uses(c, used);
        }
        if (used && unit->scope != c->file && use->n == 0)
            bring_all(c, unit, used);
        else if (used && unit->scope != c->file)
            bring_some(c, unit->scope, use, used);
    }
    unit->loading = false;
}

void check_load_uses(Checker *c, const Ast *file) {
    Unit *unit = NEW(c->arena, Unit);
    const char *path = normal_path(c, diag_file(c->diag, file->loc.file));
    *unit = (Unit){.path = path, .file = file, .scope = c->file};
    list_add(c->arena, &c->units, unit);
    load_uses(c, unit);
}

/* ---- bringing names ---- */

void check_definitions(Checker *c, Scope *scope, const Ast *file) {
    for (int i = 0; i < file->n; i++) {
        const Ast *ast = file->kid[i];
        Value nothing;
        if (ast->kind == AST_define)
            check_statements(c, scope, &file->kid[i], 1, &nothing);
    }
}

static void bring(Checker *c, Scope *scope, const Unit *unit, Binding *own) {
    Binding binding = {.name = own->name, .value = own->value, .loc = own->loc};
    if (own->unevaluated || own->from)
        binding.from = unit->scope;
    list_add(c->arena, &scope->bindings, binding);
}

/* Whether the same definition is there already, brought by another `use`. */
static bool is_here(Scope *scope, const Binding *own) {
    const Binding *old = scope_find_here(scope, own->name);
    return old && old->loc.file == own->loc.file && old->loc.begin == own->loc.begin;
}

static bool names_item(const Ast *file, const char *name) {
    for (int i = 0; i < file->n; i++)
        if (file->kid[i]->name == name && file->kid[i]->kind != AST_model)
            return true;
    return false;
}

/* Names of the file that uses them win. */
static void bring_all(Checker *c, const Unit *to, const Unit *unit) {
    for (int i = 0; i < unit->scope->bindings.count; i++) {
        const char *name = unit->scope->bindings.at[i].name;
        if (!names_item(to->file, name) && !scope_find_here(to->scope, name))
            bring(c, to->scope, unit, &unit->scope->bindings.at[i]);
    }
}

/* encoder.inner of a name or fields */
static const char *wanted_path(Checker *c, const Ast *ast) {
    return ast->kind == AST_name ? ast->name : path_join(c, wanted_path(c, ast->kid[0]), ast->name);
}

static const char *block_path(Checker *c, const Ast *block) {
    return block->name ? path_join(c, block->role, block->name) : block->role;
}

static const Ast *find_block(Checker *c, const Unit *unit, const char *path) {
    for (int i = 0; i < unit->file->n; i++) {
        const Ast *ast = unit->file->kid[i];
        if (ast->kind == AST_block && strcmp(block_path(c, ast), path) == 0)
            return ast;
    }
    return NULL;
}

/* What the name is in its file where it is of a kind that every model says itself, else NULL. */
static const char *own_item(const Unit *unit, const char *path) {
    for (int i = 0; i < unit->file->n; i++) {
        const Ast *ast = unit->file->kid[i];
        if ((ast->kind == AST_input || ast->kind == AST_label) && strcmp(ast->name, path) == 0)
            return ast->kind == AST_input ? ast->role : "label";
    }
    return NULL;
}

static void unknown_item(Checker *c, Loc loc, const Unit *unit, const char *path) {
    List(const char *) names = {0};
    for (int i = 0; i < unit->file->n; i++) {
        const Ast *ast = unit->file->kid[i];
        if (ast->kind == AST_block)
            list_add(c->arena, &names, block_path(c, ast));
        else if (ast->kind == AST_define || ast->kind == AST_const || ast->kind == AST_hyper)
            list_add(c->arena, &names, ast->name);
    }
    const char *near = text_nearest(path, names.at, names.count), *own = own_item(unit, path);
    if (own) {
        check_error(c, loc, "the %s of %s stays its own: each model says what it reads", own,
                    text_base_name(unit->path));
        return;
    }
    check_error(c, loc, "%s has nothing called `%s`", text_base_name(unit->path), path);
    if (near)
        check_help(c, "did you mean `%s`?", near);
    else
        check_help(c, "what can be used is a block, a definition, a const or a hyper");
}

/* A value that was given to a block that does not read it. */
static void check_all_read(Checker *c, const Scope *given, const char *path) {
    for (int i = 0; i < given->bindings.count; i++)
        if (!given->bindings.at[i].used)
            check_error(c, given->bindings.at[i].loc, "the block `%s` reads no `%s`", path,
                        given->bindings.at[i].name);
}

static void use_block(Checker *c, const Ast *want, const Ast *block, const Unit *unit) {
    Scope *link = scope_open(c, c->blocks), *given = scope_open(c, link);
    link->imports = unit->scope;
    for (int i = 1; want->kind == AST_call && i < want->n; i++) {
        const Ast *argument = want->kid[i];
        Value value = check_expression(c, c->blocks, argument->kid[0]);
        if (check_name_free(c, given, argument->name, argument->name_loc))
            scope_bind(c, given, argument->name, argument->name_loc, value);
    }
    int errors = diag_errors(c->diag);
    if (strcmp(block->role, "generate") == 0)
        check_generate(c, block, given, want->loc);
    else
        check_block(c, block, given, want->loc);
    if (diag_errors(c->diag) == errors)
        check_all_read(c, given, block_path(c, block));
}

static void bring_some(Checker *c, Scope *scope, const Ast *use, const Unit *unit) {
    for (int i = 0; i < use->n; i++) {
        const Ast *want = use->kid[i];
        const char *path = wanted_path(c, want->kind == AST_call ? want->kid[0] : want);
        Binding *own = scope_find_here(unit->scope, names_of(c->names, path));
        if (find_block(c, unit, path))
            continue; /* it runs where the model uses it */
        if (own && want->kind == AST_call)
            check_error(c, want->loc, "only a block takes values in brackets, and `%s` is none",
                        path);
        else if (own && !is_here(scope, own) && check_name_free(c, scope, own->name, want->loc))
            bring(c, scope, unit, own);
        else if (!own)
            unknown_item(c, want->loc, unit, path);
    }
}

/* The file that the model uses; NULL where it could not be read. */
static const Unit *used_unit(Checker *c, const Ast *use) {
    return known_unit(c, beside(c, c->units.at[0]->path, use->name));
}

void check_use(Checker *c, const Ast *use) {
    const Unit *unit = used_unit(c, use);
    if (unit && use->n == 0)
        bring_all(c, c->units.at[0], unit);
    else if (unit)
        bring_some(c, c->file, use, unit);
}

void check_use_blocks(Checker *c, const Ast *use) {
    const Unit *unit = used_unit(c, use);
    for (int i = 0; unit && i < use->n; i++) {
        const Ast *want = use->kid[i];
        const char *path = wanted_path(c, want->kind == AST_call ? want->kid[0] : want);
        const Ast *block = find_block(c, unit, path);
        if (block)
            use_block(c, want, block, unit);
    }
}
