/* Scopes: names and what they stand for, looked up outwards. */
#include "check/values/values.h"

Scope *scope_open(Checker *c, Scope *outer) {
    Scope *scope = NEW(c->arena, Scope);
    scope->outer = outer;
    return scope;
}

Binding *scope_find_here(Scope *scope, const char *name) {
    for (int i = 0; i < scope->bindings.count; i++)
        if (scope->bindings.at[i].name == name)
            return &scope->bindings.at[i];
    return NULL;
}

Binding *scope_find(Scope *scope, const char *name) {
    for (; scope; scope = scope->outer) {
        Binding *binding = scope_find_here(scope, name);
        if (!binding && scope->imports)
            binding = scope_find_here(scope->imports, name);
        if (binding)
            return binding;
    }
    return NULL;
}

void scope_bind(Checker *c, Scope *scope, const char *name, Loc loc, Value value) {
    Binding binding = {.name = name, .value = value, .loc = loc};
    list_add(c->arena, &scope->bindings, binding);
}

void scope_unbind(Scope *scope, const char *name) {
    Binding *binding = scope_find_here(scope, name);
    if (!binding)
        return;
    Binding *last = &scope->bindings.at[--scope->bindings.count];
    for (; binding < last; binding++)
        *binding = binding[1];
}

int scope_names(Checker *c, Scope *scope, const char ***names) {
    int count = 0;
    for (Scope *s = scope; s; s = s->outer)
        count += s->bindings.count;
    *names = NEW_ARRAY(c->arena, const char *, count + 1);
    int n = 0;
    for (Scope *s = scope; s; s = s->outer)
        for (int i = 0; i < s->bindings.count; i++)
            (*names)[n++] = s->bindings.at[i].name;
    return n;
}

void scope_use_names(Scope *scope, const Ast *ast) {
    Binding *binding = ast->kind == AST_name ? scope_find(scope, ast->name) : NULL;
    bool first = binding && !binding->used;
    if (first)
        binding->used = true;
    if (first && binding->value.kind == VALUE_definition)
        scope_use_names(binding->value.define->scope, binding->value.define->ast);
    for (int i = 0; i < ast->n; i++)
        if (ast->kid[i])
            scope_use_names(scope, ast->kid[i]);
}
