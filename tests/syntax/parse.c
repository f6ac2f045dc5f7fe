/* parse FILE: prints the tree of a text, or what is wrong with it.
 *
 * Goldens are named by what it prints: x.ae with x.ast beside it parses, x.ae with x.err does not.
 */
#include "syntax/ast.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc < 2)
        return 2;
    const char *path = argv[argc - 1];
    bool json = strcmp(argv[1], "--json") == 0;
    Arena *arena = arena_open();
    size_t length;
    char *text = text_read_file(arena, path, (size_t)1 << 20, &length);
    if (!text) {
        perror(path);
        return 2;
    }
    Diag *diag = diag_open(arena);
    const char *slash = strrchr(path, '/');
    int file = diag_source(diag, slash ? slash + 1 : path, text, length);
    Ast *ast = syntax_parse(arena, names_open(arena), diag, file, text, length);
    bool wrong = diag_errors(diag) > 0;
    if (json)
        diag_print_json(diag, stdout);
    else if (wrong)
        diag_print(diag, stdout);
    else {
        Text out;
        text_open(&out, arena);
        ast_print(&out, ast);
        fputs(out.at, stdout);
    }
    arena_close(arena);
    return wrong;
}
