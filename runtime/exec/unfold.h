/* unfold: what a program tells in few bytes, as the runtime uses it. */
#ifndef AERT_UNFOLD_H
#define AERT_UNFOLD_H

#include "base/base.h"
#include "aert.h"

/* Gives the model its slots and programs, made of what it tells.  All of it is one block of memory,
 * `*memory`, which is free()d when the model is no longer used; NULL where the model has them. */
bool aert_unfold(AertModel *model, void **memory, AertError *error);

#endif
