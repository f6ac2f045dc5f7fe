/* Names that are not known, and which one was meant.
 *
 *     logist = dense(h, 784)
 *     xhat   = sigmoid(logits)
 *
 *     vae.ae:9:22: error: the name `logits` is not known here
 *     …        did you mean `logist`?
 *     vae.ae:8:5: note: `logist` is defined here, and nothing reads it
 *
 * The slip is as often where a name gets its value as where it is read, so that place is shown.  A
 * name that nothing reads is the likelier one.  A single letter is near to no other name: there it
 * is the last short name that nothing reads.  Each unknown name is told once.
 */
#include "check/elaboration/elaboration.h"

#include <stdlib.h>
#include <string.h>

/* Whether the tree reads a value by this name, as `name`, `v.name` or `f(name = …)`. */
static bool reads(const Ast *ast, const char *name) {
    bool gives = ast->kind == AST_let, returns = ast->kind == AST_return;
    bool reference = ast->kind == AST_name || ast->kind == AST_field || ast->kind == AST_named;
    if (reference && ast->name == name)
        return true;
    for (int i = gives ? ast->n - 1 : 0; i < ast->n; i++) {
        const Ast *kid = ast->kid[i];
        if (kid && returns && kid->kind == AST_named)
            kid = kid->kid[0]; /* return mu = a: a name that is given */
        if (kid && reads(kid, name))
            return true;
    }
    return false;
}

/* Where the tree defines a name, in whatever scope; NULL where it does not. */
static const Ast *defines(const Ast *ast, const char *name) {
    if (ast_gives(ast->kind) != GIVES_NOTHING && ast->name == name)
        return ast;
    for (int i = 0; i < ast->n; i++) {
        const Ast *kid = ast->kid[i], *found = kid ? defines(kid, name) : NULL;
        bool names =
            (ast->kind == AST_let && i + 1 < ast->n) || (ast->kind == AST_repeat && i == 1);
        if (kid && names && kid->name == name)
            return kid;
        if (found)
            return found;
    }
    return NULL;
}

/* A name that the user's file gives. */
static bool is_users(Checker *c, const Binding *binding) {
    return binding->loc.file && !check_in_prelude(c, binding->loc) &&
           binding->value.kind != VALUE_block;
}

static const Binding *binding_of(Scope *scope, const char *name) {
    for (; name && scope; scope = scope->outer)
        for (int i = 0; i < scope->bindings.count; i++)
            if (strcmp(scope->bindings.at[i].name, name) == 0)
                return &scope->bindings.at[i];
    return NULL;
}

/* For a single letter, to which no name is near: the first short name among those that nothing
 * reads. */
static const char *short_name(const char *name, const char *const *names, int n) {
    for (int i = 0; i < n && strlen(name) == 1; i++)
        if (strlen(names[i]) <= 2)
            return names[i];
    return NULL;
}

static int later_first(const void *left, const void *right) {
    const Binding *a = *(const Binding *const *)left, *b = *(const Binding *const *)right;
    return (a->loc.begin < b->loc.begin) - (a->loc.begin > b->loc.begin);
}

/* The names of a scope that the user's file gives and never reads, the last one in the text first.
 */
static int unread(Checker *c, Scope *scope, const char ***names) {
    int n = scope_names(c, scope, names), count = 0;
    const Binding **found = NEW_ARRAY(c->arena, const Binding *, n + 1);
    for (Scope *s = scope; s; s = s->outer)
        for (int i = 0; i < s->bindings.count; i++)
            if (is_users(c, &s->bindings.at[i]) && !reads(c->tree, s->bindings.at[i].name))
                found[count++] = &s->bindings.at[i];
    qsort(found, (size_t)count, sizeof *found, later_first);
    for (int i = 0; i < count; i++)
        (*names)[i] = found[i]->name;
    return count;
}

static void show_binding(Checker *c, const Binding *binding) {
    if (binding && is_users(c, binding))
        diag_note(c->diag, binding->loc, "`%s` is defined here%s", binding->name,
                  reads(c->tree, binding->name) ? "" : ", and nothing reads it");
}

bool check_was_told(Checker *c, const char *name) {
    for (int i = 0; i < c->unknown.count; i++)
        if (c->unknown.at[i] == name)
            return true;
    list_add(c->arena, &c->unknown, name);
    return false;
}

/* The frame of the block around `loc`, where that block comes from another file and is run from
 * here; else NULL. */
static const CallFrame *using_frame(Checker *c, Loc loc) {
    const CallFrame *frame = c->frame;
    while (frame && (frame->define || !frame->call.file || frame->call.file == loc.file))
        frame = frame->caller;
    return frame;
}

/* The names that the user's file gives. */
static int users(Checker *c, Scope *scope, const char ***names) {
    int count = 0;
    scope_names(c, scope, names); /* the room for all */
    for (Scope *s = scope; s; s = s->outer)
        for (int i = 0; i < s->bindings.count; i++)
            if (is_users(c, &s->bindings.at[i]))
                (*names)[count++] = s->bindings.at[i].name;
    return count;
}

/* A name that may have been meant: one of the user's that nothing reads, another of the user's, any
 * that is known. Where other frameworks have this very name, none of the last: the table
 * elsewhere.def says more. */
static const char *nearest_known(Checker *c, bool is_call, const char *name, Scope *scope,
                                 const char *const *idle, int n_idle) {
    const char **names, **functions, *near = text_nearest(name, idle, n_idle);
    bool elsewhere = check_elsewhere(name) != NULL;
    if (!near && !(is_call && elsewhere)) {
        int n = users(c, scope, &names);
        near = text_nearest(name, names, n);
    }
    if (near || elsewhere)
        return near;
    int n = scope_names(c, scope, &names), m = check_builtin_names(c->arena, &functions);
    const char **all = NEW_ARRAY(c->arena, const char *, n + m);
    memcpy(all, names, sizeof *names * (size_t)n);
    memcpy(all + n, functions, sizeof *functions * (size_t)m);
    return text_nearest(name, all, n + m);
}

void check_unknown(Checker *c, Loc loc, bool is_call, const char *name, Scope *scope) {
    const char **idle;
    if (check_was_told(c, name))
        return;
    int n_idle = unread(c, scope, &idle);
    const char *near = nearest_known(c, is_call, name, scope, idle, n_idle);
    const char *instead = near ? NULL : check_elsewhere(name);
    const CallFrame *frame = using_frame(c, loc);
    const Ast *there = near ? NULL : defines(c->tree, name);
    check_error(c, loc, is_call ? "there is no function `%s`" : "the name `%s` is not known here",
                name);
    if (near)
        check_help(c, "did you mean `%s`?", near);
    if (frame)
        check_help(c, "the block comes from another file: say what it is,  only %s(%s = …)",
                   frame->path, name);
    else if (instead && !there)
        check_help(c, "%s", instead);
    else if (is_call && !near && !there)
        check_help(c, "`aecc --show` lists those that there are");
    else if (!near)
        check_help(
            c, "a name must be given a value above its first use, in this block or an earlier one");
    if (there)
        diag_note(c->diag, there->name_loc, "`%s` is defined here", name);
    show_binding(c, binding_of(scope, near ? near : short_name(name, idle, n_idle)));
}

static bool has_slots(Checker *c, const char *path) {
    for (int i = 0; path && i < c->model->slots.count; i++)
        if (path_within(c->model->slots.at[i].slot.name, path))
            return true;
    return false;
}

const char *check_meant(Checker *c, Scope *scope, const char *name) {
    const char **idle;
    int n = unread(c, scope, &idle);
    return text_nearest(name, idle, n);
}

void check_offer(Checker *c, Scope *scope, const char *meant) {
    check_help(c, "did you mean `%s`?", meant);
    show_binding(c, binding_of(scope, meant));
}

/* The blocks below this one: inner, of encoder.inner. */
static int blocks_below(Checker *c, const char *path, const char ***names) {
    int n = 0;
    size_t length = strlen(path);
    *names = NEW_ARRAY(c->arena, const char *, c->blocks->bindings.count + 1);
    for (int i = 0; i < c->blocks->bindings.count; i++) {
        const Binding *b = &c->blocks->bindings.at[i];
        if (b->value.kind == VALUE_block && b->name != path && path_within(b->name, path))
            (*names)[n++] = b->name + length + 1;
    }
    return n;
}

static void show_block(Checker *c, const char *path) {
    const Binding *block = scope_find_here(c->blocks, names_of(c->names, path));
    if (block)
        diag_note(c->diag, block->loc, "%s is defined here", path);
}

/* base.name, where base is what holds parameters: encoder.dense_1, D, e1.  What an application
 * computes is not there, but with the application. */
static void no_parameter(Checker *c, const Ast *field, const Value *base) {
    const char *path = base->path;
    List(const char *) names = {0};
    size_t length = strlen(path);
    for (int i = 0; i < c->model->slots.count; i++) {
        const char *name = c->model->slots.at[i].slot.name;
        if (path_within(name, path) && name[length])
            list_add(c->arena, &names,
                     arena_copy(c->arena, name + length + 1, strcspn(name + length + 1, ".")));
    }
    const char *near = text_nearest(field->name, names.at, names.count);
    check_error(c, field->name_loc, "`%s` has no parameter `%s`", path, field->name);
    int first = (int)strcspn(path, ".");
    if (near)
        check_help(c, "did you mean `%s`?", near);
    else if (base->kind == VALUE_layer)
        check_help(c, "what it computes is read from a use of it:  %s_1.%s", path, field->name);
    else if (!check_names_blocks(c,
                                 names_of(c->names, arena_printf(c->arena, "%.*s", first, path))))
        check_help(c, "what it computes is read from an application:  %.*s(v)%s.%s", first, path,
                   path + first, field->name);
}

/* base.name, where base is blocks */
static void no_block(Checker *c, const Ast *field, const Value *base) {
    const char **names;
    int n = blocks_below(c, base->path, &names);
    const char *near = text_nearest(field->name, names, n);
    if (!near && diag_errors(c->diag))
        return; /* it may be missing because of an earlier mistake */
    check_error(c, field->name_loc, "there is no block `%s`",
                path_join(c, base->path, field->name));
    if (!near)
        return;
    check_help(c, "did you mean `%s`?", path_join(c, base->path, near));
    show_block(c, path_join(c, base->path, near));
}

/* The block that a parameter lies in, else the network or the first part of its path. */
static const char *group_of(Checker *c, const char *slot) {
    const char *group = arena_copy(c->arena, slot, strcspn(slot, "."));
    for (int i = 0; i < c->blocks->bindings.count; i++) {
        const Binding *b = &c->blocks->bindings.at[i];
        if (b->value.kind == VALUE_block && path_within(slot, b->name) &&
            strlen(b->name) > strlen(group))
            group = b->name;
    }
    return group;
}

static void list_groups(Checker *c) {
    List(const char *) told = {0};
    Text text;
    text_open(&text, c->arena);
    for (int i = 0; i < c->model->slots.count; i++) {
        const Slot *slot = &c->model->slots.at[i].slot;
        const char *group = slot->kind == SLOT_param ? group_of(c, slot->name) : NULL;
        bool known = !group;
        for (int k = 0; k < told.count; k++)
            known = known || strcmp(told.at[k], group) == 0;
        if (known)
            continue;
        text_add(&text, "%s`%s`", told.count ? ", " : "", group);
        list_add(c->arena, &told, group);
    }
    if (told.count)
        check_help(c, "the groups are %s, and `all` of them", text.at);
}

/* A group is a block, what lies in one, or a network. */
void check_near_group(Checker *c, const char *path) {
    const char **names =
        NEW_ARRAY(c->arena, const char *, c->model->slots.count + c->blocks->bindings.count + 1);
    int n = 0;
    for (int i = 0; i < c->blocks->bindings.count; i++)
        if (c->blocks->bindings.at[i].value.kind == VALUE_block)
            names[n++] = c->blocks->bindings.at[i].name;
    for (int i = 0; i < c->model->slots.count; i++) {
        const char *name = c->model->slots.at[i].slot.name, *point = strchr(name, '.');
        names[n++] = point ? arena_copy(c->arena, name, (size_t)(point - name)) : name;
    }
    const char *near = text_nearest(path, names, n);
    if (!near) {
        list_groups(c);
        return;
    }
    if (strcmp(near, path) == 0)
        return;
    check_help(c, "did you mean `%s`?", near);
    show_block(c, near);
}

/* What stands behind the point of such a value, where base.name is near to nothing that does. */
static void help_member(Checker *c, const Ast *field, const Value *base) {
    if (base->kind == VALUE_term && check_elsewhere(field->name))
        check_help(c, "%s", check_elsewhere(field->name));
    else if (base->kind == VALUE_term &&
             (builtin_find(field->name) || scope_find(c->file, field->name)))
        check_help(c, "what is called is written first:  %s(v)  or  v |> %s", field->name,
                   field->name);
    else if (base->kind == VALUE_term)
        check_help(c, "a tensor has .shape, .size, .last and .rank; what a call made also its "
                      "inner names");
    else if (base->kind == VALUE_list)
        check_help(c, "a list has .length, the number of its items, which are list[0] to list[-1]");
    else if (base->kind == VALUE_distribution)
        check_help(c, "draw from it with `~`:  z ~ …");
    else if (base->kind == VALUE_results)
        check_help(c, "after the point stands one of the names that it returns");
}

/* base.name */
void check_no_member(Checker *c, const Ast *field, const Value *base) {
    bool late = base->kind == VALUE_layer && !has_slots(c, base->path);
    if (late && diag_errors(c->diag))
        return; /* what applies it first may be missing because of an earlier mistake */
    if (late) {
        check_error(c, field->name_loc, "`%s` has no parameters yet", base->path);
        check_help(
            c, "its first use makes them, in the shape of what it is applied to: apply it above");
        return;
    }
    bool blocks = base->kind == VALUE_block && base->path;
    if (check_was_told(c, names_of(c->names, arena_printf(c->arena, ".%s", field->name))))
        return;
    bool holds = base->kind == VALUE_layer || base->kind == VALUE_definition || blocks;
    if (holds && !base->inside && has_slots(c, base->path) && !check_names_blocks(c, base->path)) {
        no_parameter(c, field, base);
        return;
    }
    if (blocks && !base->inside) {
        no_block(c, field, base);
        return;
    }
    if (base->kind == VALUE_term && strcmp(field->name, "given") == 0) {
        check_error(c, field->name_loc,
                    "this has no `given`, which says where an input has a number");
        check_help(c, "an input has it where its declaration ends in `with gaps`, a class where it "
                      "ends in `optional`");
        return;
    }
    const char **names;
    Scope only = base->inside ? *base->inside : (Scope){0};
    only.outer = only.taps; /* whose names are there too */
    int n = scope_names(c, &only, &names);
    const char *near = text_nearest(field->name, names, n);
    if (blocks && !near && diag_errors(c->diag))
        return; /* its parameters may be missing because of an earlier mistake */
    check_error(c, field->name_loc, "%s has nothing called `%s`", value_text(c, base), field->name);
    if (near)
        check_help(c, "did you mean `%s`?", near);
    else
        help_member(c, field, base);
    show_binding(c, binding_of(&only, near));
}
