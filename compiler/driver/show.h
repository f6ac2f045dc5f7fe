/* aecc --show [NAME]: what every model may use. */
#ifndef AECC_SHOW_H
#define AECC_SHOW_H

#include "syntax/ast.h"

/* Prints a line for each definition of the prelude and each function that the compiler knows. */
void show_list(Arena *arena, const Ast *const *prelude);

/* Prints the definition of `name` with the comment above it; false after a message on stderr. */
bool show_definition(Arena *arena, const Ast *const *prelude, const char *name);

#endif
