/* aecc --show: what every model may use.  Without a name a line for each definition of the prelude,
 * the first of the comment above it, and for each function that the compiler knows itself; with one
 * the definition as it stands, with the whole comment.
 *
 *     # Keeps …                            layer dense(x, n, bias = true, …)    x W + b …
 *     layer dense(x, n, bias = true, …)
 */
#include "driver/show.h"
#include "check/check.h"
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

void show_list(Arena *arena, const Ast *const *prelude) {
    Text out;
    text_open(&out, arena);
    for (int i = 0; i < prelude_count; i++) {
        const char *text = prelude_files[i].text;
        text_add(&out, "%s# %s\n", i ? "\n" : "", prelude_files[i].name);
        for (int k = 0; k < prelude[i]->n; k++) {
            const Ast *ast = prelude[i]->kid[k];
            if (ast->kind != AST_define)
                continue;
            const char *begin = text + ast->loc.begin, *line = comment_start(text, begin);
            line += line < begin ? strspn(line, "# ") : 0;
            text_add(&out, "%-46s  %.*s\n",
                     arena_printf(arena, "%.*s", ast->kid[0]->loc.end - ast->loc.begin, begin),
                     (int)(line < begin ? strcspn(line, "\n") : 0), line);
        }
    }
    text_add(&out, "\n# what the compiler knows itself\n");
    check_list_builtins(&out, NULL);
    fputs(out.at, stdout);
}

static bool unknown(Arena *arena, const Ast *const *prelude, const char *name) {
    List(const char *) known = {0};
    const char **builtins, *elsewhere = check_elsewhere(name);
    int n = check_builtin_names(arena, &builtins);
    for (int i = 0; i < n; i++)
        list_add(arena, &known, builtins[i]);
    for (int i = 0; i < prelude_count; i++)
        for (int k = 0; k < prelude[i]->n; k++)
            if (prelude[i]->kid[k]->kind == AST_define)
                list_add(arena, &known, prelude[i]->kid[k]->name);
    const char *near = text_nearest(name, known.at, known.count);
    if (elsewhere)
        return complain(arena, "the prelude defines no `%s`: %s", name, elsewhere);
    if (near)
        return complain(arena, "the prelude defines no `%s`; did you mean `%s`?", name, near);
    return complain(arena, "the prelude defines no `%s`; without a name --show lists all", name);
}

bool show_definition(Arena *arena, const Ast *const *prelude, const char *name) {
    for (int i = 0; i < prelude_count; i++)
        for (int k = 0; k < prelude[i]->n; k++) {
            const Ast *ast = prelude[i]->kid[k];
            if (ast->kind != AST_define || strcmp(ast->name, name) != 0)
                continue;
            const char *text = prelude_files[i].text,
                       *begin = comment_start(text, text + ast->loc.begin);
            printf("# %s\n%.*s\n", prelude_files[i].name, (int)(text + ast->loc.end - begin),
                   begin);
            return true;
        }
    Text out;
    text_open(&out, arena);
    check_list_builtins(&out, name);
    if (out.length == 0)
        return unknown(arena, prelude, name);
    printf("# what the compiler knows itself\n%s", out.at);
    return true;
}
