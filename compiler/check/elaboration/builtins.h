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

typedef enum RuleId {
#define BUILTIN(name, ...) RULE_##name,
#define OPERATION(name, what)
#include "check/elaboration/builtins.def"
    RULE_map, /* an operation of the op table, element by element */
    NUM_RULES
} RuleId;

struct Builtin {
    const char *name;
    RuleId rule;
    int n; /* formals; -1: the rule reads the arguments itself, and these are for the list only */
    const char *formals[5];
    Op op;
    const char *what; /* a line for the list; NULL: an operation, whose line is in op_what */
};

#endif
