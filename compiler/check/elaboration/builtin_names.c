/* The functions that the compiler knows, by their names: rows of builtins.def, each with a rule,
 * and those rows of the op table that are words of the language. */
#include "check/elaboration/builtins.h"

#include <string.h>

/* `usable` chooses from the rows of the op table. */
static const Builtin table[] = {
#define BUILTIN(name, n, what, ...) {#name, RULE_##name, n, {__VA_ARGS__}, 0, what},
#define OPERATION(name, what)
#include "check/elaboration/builtins.def"
#define OP(name, arity, ...) {#name, RULE_map, arity, {"a", "b", "c"}, OP_##name, NULL},
#include "ir/ops.def"
};

static const char *const op_what[NUM_OPS] = {
#define BUILTIN(...)
#define OPERATION(name, what) [OP_##name] = what,
#include "check/elaboration/builtins.def"
};

enum { N_BUILTINS = sizeof table / sizeof *table };

/* Integers become real numbers by themselves, and the other way: those are no words. */
static bool usable(const Builtin *b) {
    const OpInfo *info = &optab[b->op];
    bool converts = info->elems == ELEMS_to_real || info->elems == ELEMS_to_index;
    return b->rule != RULE_map ||
           (info->kind == KIND_map && info->attr == ATTR_NONE && info->arity > 0 && !converts);
}

const Builtin *builtin_find(const char *name) {
    for (int i = 0; i < N_BUILTINS; i++)
        if (strcmp(table[i].name, name) == 0 && usable(&table[i]))
            return &table[i];
    return NULL;
}

int check_builtin_names(Arena *arena, const char ***names) {
    *names = NEW_ARRAY(arena, const char *, N_BUILTINS);
    int n = 0;
    for (int i = 0; i < N_BUILTINS; i++)
        if (usable(&table[i]))
            (*names)[n++] = table[i].name;
    return n;
}

void check_list_builtins(Text *out, const char *name) {
    for (int i = 0; i < N_BUILTINS; i++) {
        const Builtin *b = &table[i];
        const char *what = b->rule == RULE_map ? op_what[b->op] : b->what;
        if (!usable(b) || (name && strcmp(name, b->name) != 0))
            continue;
        if (!what)
            die("builtins.def has no line for %s", b->name);
        Text call;
        text_open(&call, out->arena);
        for (int k = 0; k < 5 && b->formals[k] && (b->rule != RULE_map || k < b->n); k++)
            text_add(&call, "%s%s", k ? ", " : "", b->formals[k]);
        text_add(out, "%-46s  %s\n", arena_printf(out->arena, "%s(%s)", b->name, call.at), what);
    }
}
