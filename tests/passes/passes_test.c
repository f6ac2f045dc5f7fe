/* Passes by value.
 *
 *     passes_test x.ir …   the files' roots have the same values before and after simplification,
 *                          which runs between the derivatives as the compiler runs it; those of
 *                          x.out.ir beside it, what one pass makes of them, are the same, too
 */
#include "autodiff/autodiff.h"
#include "autodiff/numeric.h"
#include "driver/compile.h"

#include <math.h>
#include <string.h>

static const double tolerance = 1e-9;

static bool read_file(Arena *arena, const char *path, GraphList *graphs, Diag *diag) {
    size_t length;
    const char *text = text_read_file(arena, path, 1 << 20, &length);
    if (!text)
        die("cannot read %s", path);
    return ir_read(arena, names_open(arena), diag, diag_source(diag, path, text, length), text,
                   graphs);
}

static int compare(Arena *arena, const Graph *plain, const Graph *simple) {
    int failures = 0;
    Samples samples = {.arena = arena, .domain = DOMAIN_ANY};
    const double **before = numeric_values(plain, &samples);
    const double **after = numeric_values(simple, &samples);
    for (int i = 0; i < plain->roots.count; i++) {
        const Node *node = plain->roots.at[i].node;
        double error = numeric_error(after[simple->roots.at[i].node->id], before[node->id],
                                     numeric_size(node->type));
        if (error < tolerance)
            continue;
        printf("%s: root %s is changed by %g\n", plain->name, plain->roots.at[i].name, error);
        failures++;
    }
    return failures;
}

/* The graphs of x.out.ir, if it is there; else those of the file itself. */
static bool read_golden(Arena *arena, const char *path, GraphList *graphs, Diag *diag) {
    const char *golden = arena_printf(arena, "%.*sout.ir", (int)strlen(path) - 2, path);
    FILE *file = fopen(golden, "r");
    if (file)
        fclose(file);
    return read_file(arena, file ? golden : path, graphs, diag);
}

static int check_file(Arena *arena, const char *path) {
    Diag *diag = diag_open(arena);
    GraphList plain = {0}, simple = {0}, golden = {0};
    int failures = 0;
    if (!read_file(arena, path, &plain, diag) || !read_file(arena, path, &simple, diag) ||
        !read_golden(arena, path, &golden, diag) || golden.count != plain.count)
        failures++;
    for (int i = 0; i < simple.count && failures == 0; i++) {
        autodiff_expand(plain.at[i], diag);
        autodiff_expand(golden.at[i], diag);
        compile_graph(simple.at[i], &(PassOptions){0}, diag);
        failures += compare(arena, plain.at[i], simple.at[i]);
        failures += compare(arena, plain.at[i], golden.at[i]);
    }
    diag_print(diag, stderr);
    return failures;
}

int main(int argc, char **argv) {
    Arena *arena = arena_open();
    int failures = 0;
    for (int i = 1; i < argc; i++)
        failures += check_file(arena, argv[i]);
    arena_close(arena);
    return failures > 0;
}
