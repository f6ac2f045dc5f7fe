/* Names that leave the compiler: what the command line sets, what a metrics file calls a column,
 * what a weights file calls a tensor. Each is one thing's only, and none is longer than the
 * program's buffers.
 *
 *     hyper lr = 3
 *     train { minimize total over all with adam(1e-3 * lr) }    →   --set lr=… would set two things
 */
#ifndef AECC_PUBLISHED_H
#define AECC_PUBLISHED_H

#include "check/values/values.h"

/* Makes the name known as that of `what`, "the hyper `lr`"; tells where it is too long, or another
 * thing's. `key` is the statement that makes the thing: met again it makes the same. */
void publish(Checker *c, NameSpace space, const char *name, const Ast *key, Loc loc,
             const char *what);

/* Tells where a name is longer than MAX_NAME bytes; true where it is. */
bool check_too_long(Checker *c, Loc loc, const char *name);

/* The columns of the metrics: each loss and metric, in training and in validation. */
void publish_columns(Checker *c);

#endif
