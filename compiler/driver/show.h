/* aecc --show NAME: the prelude's own text. */
#ifndef AECC_SHOW_H
#define AECC_SHOW_H

#include "syntax/ast.h"

/* Prints the definition of `name` with the comment above it; false after a message on stderr. */
bool show_definition(Arena *arena, const Ast *const *prelude, const char *name);

#endif
