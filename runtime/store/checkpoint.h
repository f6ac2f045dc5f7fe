/* checkpoint: all that a bit-exact resume needs, in one safetensors file with a checksum.
 *
 * Every slot of the store, optimisers' included, under its own name; and the caller's run state:
 * tensors whose names begin with "run:" (F64 for partial sums and best values, I64 for counters and
 * seed, U8 for the text of options).
 *
 *     double sums[3]; int64_t place[4] = {epoch, batch, step, seed};
 *     AertTensor extra[] = {{"run:sums", AERT_F64, 1, {3}, sums, 0},
 *                           {"run:place", AERT_I64, 1, {4}, place, 0}};
 *     aert_checkpoint_write(path, model, store, extra, 2, error);
 *     …
 *     AertSafetensors file;
 *     bool fine = aert_checkpoint_open(&file, path, model, error) &&
 *                 aert_checkpoint_take(&file, model, store, error) &&
 *                 aert_checkpoint_copy(&file, "run:sums", AERT_F64, 3, sums, error);
 *     aert_safetensors_close(&file);
 */
#ifndef AERT_CHECKPOINT_H
#define AERT_CHECKPOINT_H

#include "safetensors.h"

/* store (model->store) floats.  Atomic; the earlier checkpoint stays if anything fails. */
bool aert_checkpoint_write(const char *path, const AertModel *model, const float *store,
                           const AertTensor *extra, int extras, AertError *error);

/* Opens, verifies the checksum, the format mark and that the model's hash is equal.  Close with
 * aert_safetensors_close, which is harmless after a failure. */
bool aert_checkpoint_open(AertSafetensors *file, const char *path, const AertModel *model,
                          AertError *error);

/* All slots into store; on error the store is unchanged. */
bool aert_checkpoint_take(const AertSafetensors *file, const AertModel *model, float *store,
                          AertError *error);

/* Copies the run tensor `name` of exactly `count` elements of `dtype` to `out`; anything else is an
 * error. */
bool aert_checkpoint_copy(const AertSafetensors *file, const char *name, AertDtype dtype,
                          int64_t count, void *out, AertError *error);

#endif
