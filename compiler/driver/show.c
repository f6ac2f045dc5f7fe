/* aecc --show NAME: the definition as it stands in the prelude, with the comment above it. */
#include "driver/show.h"
#include "driver/complain.h"
#include "prelude/prelude.h"

#include <string.h>

/* The start of the comment lines that end just before `at`. */
static const char *comment_start(const char *text, const char *at) {
    const char *start = at;
    while (start > text) {
        const char *line = start - 1;
        while (line > text && line[-1] != '\n')
            line--;
        if (*line != '#')
            break;
        start = line;
    }
    return start;
}

bool show_definition(Arena *arena, const Ast *const *prelude, const char *name) {
    List(const char *) known = {0};
    for (int i = 0; i < prelude_count; i++)
        for (int k = 0; k < prelude[i]->n; k++) {
            const Ast *ast = prelude[i]->kid[k];
            if (ast->kind != AST_define)
                continue;
            list_add(arena, &known, ast->name);
            if (strcmp(ast->name, name) != 0)
                continue;
            const char *text = prelude_files[i].text,
                       *begin = comment_start(text, text + ast->loc.begin);
            printf("# %s\n%.*s\n", prelude_files[i].name, (int)(text + ast->loc.end - begin),
                   begin);
            return true;
        }
    const char *near = text_nearest(name, known.at, known.count);
    if (near)
        return complain(arena, "the prelude defines no `%s`; did you mean `%s`?", name, near);
    return complain(
        arena, "the prelude defines no `%s`; what the compiler knows itself is in docs/language.md",
        name);
}
