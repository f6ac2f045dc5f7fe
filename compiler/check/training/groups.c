/* Groups of parameters: `over encoder, decoder.inner`.
 *
 * A group is a path: all parameters below it, or `all` of them.
 */
#include "check/training/training.h"

#include <string.h>

const char *group_path(Checker *c, const Ast *ast) {
    if (ast->kind == AST_name)
        return ast->name;
    if (ast->kind != AST_field)
        return NULL;
    const char *base = group_path(c, ast->kid[0]);
    return base ? path_join(c, base, ast->name) : NULL;
}

const char *groups_text(Checker *c, const Ast *over) {
    Text text;
    text_open(&text, c->arena);
    for (int i = 0; i < over->n; i++)
        text_add(&text, "%s%s", i ? ", " : "", group_path(c, over->kid[i]));
    return text.at;
}

static void unknown_group(Checker *c, const Ast *ast, const char *path) {
    Binding *block = scope_find(c->blocks, names_of(c->names, path));
    bool known = block || strcmp(path, "all") == 0 || check_names_blocks(c, path);
    if (diag_errors(c->diag) && known)
        return; /* its parameters may be missing because of an earlier mistake */
    if (block && (block->value.kind == VALUE_block || block->value.kind == VALUE_definition))
        check_error(c, ast->loc, "`%s` has no parameters to train", path);
    else
        check_error(c, ast->loc, "there is no group of parameters `%s`", path);
    check_near_group(c, path);
}

bool groups_hold(Checker *c, const Ast *over, const char *slot) {
    for (int i = 0; i < over->n; i++) {
        const char *path = group_path(c, over->kid[i]);
        if (path && (strcmp(path, "all") == 0 || path_within(slot, path)))
            return true;
    }
    return false;
}

bool groups_reach(Checker *c, const Ast *over, size_t *reach) {
    for (int i = 0; i < over->n; i++) {
        const char *path = group_path(c, over->kid[i]);
        bool found = false;
        for (int k = 0; path && k < c->model->slots.count; k++) {
            const Slot *slot = &c->model->slots.at[k].slot;
            bool all = strcmp(path, "all") == 0;
            if (slot->kind != SLOT_param || !(all || path_within(slot->name, path)))
                continue;
            size_t closeness = all ? 1 : 1 + strlen(path);
            reach[k] = reach[k] > closeness ? reach[k] : closeness;
            found = true;
        }
        if (found)
            continue;
        unknown_group(c, over->kid[i], path ? path : "…");
        return false;
    }
    return true;
}
