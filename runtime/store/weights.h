/* weights: the parameters and states of a model in a safetensors file, each by its place
 * ("encoder.dense_1.W").
 *
 * Slots of optimisers and averages are left to the checkpoint.  The metadata always has "format"
 * ("aert weights 2"), "model", "hash" and "crc32"; the caller adds what else it likes: epoch,
 * hypers in force …, as text or JSON in text.
 */
#ifndef AERT_WEIGHTS_H
#define AERT_WEIGHTS_H

#include "safetensors.h"

/* Reals of a slot. */
size_t aert_slot_size(const AertSlot *slot);

/* The tensor that holds a slot in such a layout, without its data. */
void aert_slot_tensor(AertTensor *tensor, const AertSlot *slot, AertLayout layout);

/* store (model->store) holds reals of real_bytes 4 or 8 at the slots' offsets; the file is always
 * F32, in the layout that its metadata "layout" then say. */
bool aert_weights_write(const char *path, const AertModel *model, const void *store,
                        size_t real_bytes, AertLayout layout, const AertMeta *meta, int metas,
                        AertError *error);

/* Opens a file of weights.  One that has our format must have a right crc32; the first version of
 * the format, and files from elsewhere, need none.  `layout` is that of
 * a file that does not have our format.  Close with aert_safetensors_close. */
bool aert_weights_open(AertSafetensors *file, const char *path, AertLayout layout,
                       AertError *error);

/* Whether its hash is the model's, if it has one: for a file from elsewhere it must do that names
 * and shapes fit. */
bool aert_weights_same_model(const AertSafetensors *file, const AertModel *model, AertError *error);

/* Reads every parameter and state of the model into the store; others are left alone.  A
 * tensor that is missing, of another shape or dtype, or more than the model has is an error that
 * names the first difference, and then the store is unchanged: "w.safetensors: weights of another
 * model: encoder.dense_1.W is [784,400], this model wants [784,512]". With `only` ("encoder,head"),
 * reads just the slots with one of these names or below them ("encoder.…"), ignores all else in the
 * file, and it is an error if model or file have nothing of such a name.  `only` NULL reads all. */
bool aert_weights_read(const char *path, AertLayout layout, const AertModel *model,
                       const char *only, void *store, size_t real_bytes, AertError *error);

/* The same from a file that is open already, e.g. to look at its metadata first. */
bool aert_weights_take(const AertSafetensors *file, const AertModel *model, const char *only,
                       void *store, size_t real_bytes, AertError *error);

enum { AERT_CHECKSUM = 16 }; /* bytes of a checksum as text, its end included */

/* Whether a file that was made with a model and its weights has this format, and was made by this
 * model and, where both are known, by weights of this checksum: its metadata "format", "hash" and
 * "weights".  `what` names what it holds. */
bool aert_made_by(const AertSafetensors *file, const char *format, const char *what,
                  const AertModel *model, const char *weights, AertError *error);

/* The number in metadata `key` of an open file: *value is set and true returned if it is there and
 * is a number. */
bool aert_weights_number(const AertSafetensors *file, const char *key, double *value);

#endif
