/* prior: a mixture of Gaussians that was fitted to the codes of a run, kept beside its weights: a
 * file of safetensors.h with weights (components), means (components, size) and roots (components,
 * size, size), all F64; metadata format "aert prior 1", model, hash, weights (the checksum of the
 * file of weights that made the codes).
 */
#ifndef AERT_PRIOR_H
#define AERT_PRIOR_H

#include "weights.h"
#include "math/math.h"

bool aert_prior_write(const char *path, const AertModel *model, const char *weights,
                      const Mixture *mixture, AertError *error);

/* Opens the mixture, which must be of this model's codes and, where both are known, of these
 * weights.  Close with mixture_close, in any case. */
bool aert_prior_read(Mixture *mixture, const char *path, const AertModel *model,
                     const char *weights, AertError *error);

#endif
