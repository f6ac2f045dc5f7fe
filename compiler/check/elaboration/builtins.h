/* The functions with rules of their own: a call's arguments, bound to its formals, make a value. */
#ifndef AECC_BUILTINS_H
#define AECC_BUILTINS_H

#include "check/elaboration/elaboration.h"

typedef Value BuiltinRule(Checker *c, Scope *scope, const Ast *call, Value *v);

/* over axes (reductions.c) */
BuiltinRule rule_sum, rule_amax, rule_count, rule_argmax, rule_argmin, rule_rank, rule_argsort,
    rule_cumsum, rule_take;
/* about shapes (shapes.c), and numbers that count or choose (indices.c) */
BuiltinRule rule_reshape, rule_expand, rule_transpose, rule_concat, rule_iota, rule_identity,
    rule_class_number, rule_whole, rule_gather, rule_matmul;
/* about windows (windows.c) */
BuiltinRule rule_window, rule_fold, rule_group_size;
/* about pools (pools.c) */
BuiltinRule rule_switches_of, rule_pool_size;
/* about examples and sample axes (axes.c) */
BuiltinRule rule_batch_mean, rule_batch, rule_spread, rule_collect;
/* schedules that follow a result (plateau.c) */
BuiltinRule rule_plateau;
/* derivatives (derivatives.c) */
BuiltinRule rule_grad, rule_jacobian;

#endif
