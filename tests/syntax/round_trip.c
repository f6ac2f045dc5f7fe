/* round_trip FILE…: parsing what was printed gives the same tree, and printing that the same text.
 *
 * Each file must parse.  Trees are compared by kind, name, role, number and kids; places differ.
 */
#include "syntax/ast.h"

#include <stdio.h>
#include <string.h>

static bool is_same(const Ast *a, const Ast *b) {
    if (!a || !b)
        return a == b;
    if (a->kind != b->kind || a->name != b->name || a->role != b->role || a->n != b->n ||
        a->depth != b->depth || a->number < b->number || a->number > b->number)
        return false;
    for (int i = 0; i < a->n; i++)
        if (!is_same(a->kid[i], b->kid[i]))
            return false;
    return true;
}

/* Every place is inside its file, and the name inside its construct. */
static bool has_places(const Ast *ast, int length) {
    if (!ast)
        return true;
    Loc loc = ast->loc, name = ast->name_loc;
    if (loc.file != 1 || loc.begin < 0 || loc.begin > loc.end || loc.end > length ||
        name.begin < loc.begin || name.end > loc.end)
        return false;
    for (int i = 0; i < ast->n; i++)
        if (!has_places(ast->kid[i], length))
            return false;
    return true;
}

static const char *printed(Arena *arena, const Ast *ast) {
    Text text;
    text_open(&text, arena);
    ast_print(&text, ast);
    return text.at;
}

static bool survives(Arena *arena, const char *path) {
    size_t length;
    char *text = text_read_file(arena, path, (size_t)1 << 20, &length);
    if (!text) {
        perror(path);
        return false;
    }
    Names *names = names_open(arena);
    Diag *diag = diag_open(arena);
    Ast *first =
        syntax_parse(arena, names, diag, diag_source(diag, path, text, length), text, length);
    if (diag_errors(diag)) {
        diag_print(diag, stdout);
        return false;
    }
    const char *once = printed(arena, first);
    size_t size = strlen(once);
    Ast *second =
        syntax_parse(arena, names, diag, diag_source(diag, "printed", once, size), once, size);
    diag_print(diag, stdout);
    bool same = diag_errors(diag) == 0 && is_same(first, second) &&
                has_places(first, (int)length) && strcmp(once, printed(arena, second)) == 0;
    if (!same)
        printf("%s: the tree changes when it is printed and parsed\n%s", path, once);
    return same;
}

int main(int argc, char **argv) {
    int wrong = 0;
    for (int i = 1; i < argc; i++) {
        Arena *arena = arena_open();
        wrong += !survives(arena, argv[i]);
        arena_close(arena);
    }
    return wrong > 0;
}
