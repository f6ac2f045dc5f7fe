/* The op table as data: ops.def expanded into `optab`, and each expression of it into a function.
 *
 * The text of the `expr` column is used twice: printed into generated programs, and compiled here
 * in double precision for the evaluator and for constant folding.
 *
 *     OP(add, …, a + b, …)  ->  static double eval_add(double a, double b, …) { return a + b; }
 *                               [OP_add] = {"add", 2, …, "a + b", eval_add, …}
 */
#include "ir/ir.h"
#include "ir/text.h"
#include "math/gamma.h"

#include <math.h>
#include <string.h>

/* 1 / (1 + e^-a) without overflow for large |a|. */
static double sigmoid(double a) {
    double e = exp(-fabs(a));
    return (a >= 0 ? 1 : e) / (1 + e);
}

/* log(1 + e^a) without overflow for large a. */
static double softplus(double a) {
    return (a > 0 ? a : 0) + log1p(exp(-fabs(a)));
}

static double digamma(double a) {
    return aert_polygamma(0, a);
}

static double trigamma(double a) {
    return aert_polygamma(1, a);
}

static double polygamma(double order, double a) {
    return aert_polygamma(order, a);
}

/* clang-format off */
#define OP(name, arity, attr, shape, elems, grad, kind, expr, flags, domain, cost)                        \
    static double eval_##name(double a, double b, double c, double value)                          \
    {                                                                                              \
        (void)a, (void)b, (void)c, (void)value;                                                    \
        return expr;                                                                               \
    }
#include "ir/ops.def"

#define HAS_EXPR(kind) (KIND_##kind == KIND_map || KIND_##kind == KIND_reduce)

const OpInfo optab[NUM_OPS] = {
#define OP(name, arity, attr, shape, elems, grad, kind, expr, flags, domain, cost)                        \
    [OP_##name] = {#name,                                                                          \
                   arity,                                                                          \
                   ATTR_##attr,                                                                    \
                   shape_##shape,                                                                  \
                   ELEMS_##elems,                                                                  \
                   KIND_##kind,                                                                    \
                   HAS_EXPR(kind) ? #expr : NULL,                                                  \
                   HAS_EXPR(kind) ? eval_##name : NULL,                                            \
                   flags,                                                                          \
                   DOMAIN_##domain,                                                                \
                   cost},
#include "ir/ops.def"
};
/* clang-format on */

bool op_find(const char *name, Op *op) {
    for (int i = 0; i < NUM_OPS; i++)
        if (strcmp(optab[i].name, name) == 0) {
            *op = (Op)i;
            return true;
        }
    return false;
}

int ir_attr_ints(Op op) {
    switch (optab[op].attr) {
    case ATTR_AXES:
    case ATTR_PERM:
        return -1;
    case ATTR_AXIS: /* a put also knows its result's length */
        return op == OP_put ? 2 : 1;
    case ATTR_NUMBER:
        return 1;
    case ATTR_FLAGS:
        return 2;
    case ATTR_WINDOW:
        return 4;
    case ATTR_RANGE: /* a pad also knows its result's length */
        return op == OP_pad ? 4 : 3;
    default:
        return 0;
    }
}
