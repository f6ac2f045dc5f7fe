/* The functions with rules of their own: a call's arguments, bound to its formals, make a value. */
#ifndef AECC_BUILTINS_H
#define AECC_BUILTINS_H

#include "check/elaboration/elaboration.h"

typedef Value BuiltinRule(Checker *c, Scope *scope, const Ast *call, Value *v);

/* Each row of the table has its rule: over axes in reductions.c, about shapes in shapes.c, numbers
 * that count or choose in indices.c, windows.c, pools.c, examples and sample axes in axes.c,
 * plateau.c, derivatives.c, and the few words about draws in builtins.c. */
#define BUILTIN(name, ...) BuiltinRule rule_##name;
#define OPERATION(name, what)
#include "check/elaboration/builtins.def"

#endif
