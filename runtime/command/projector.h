/* projector: a folder that the embedding projector of TensorBoard opens. */
#ifndef AERT_PROJECTOR_H
#define AERT_PROJECTOR_H

#include "view/view.h"

/* Makes the folder --projector, having checked that a sprite of so many pictures is one that the
 * projector takes. */
bool projector_begin(const AertModel *model, const Options *options, int64_t count,
                     AertError *error);

/* Beside vectors.tsv, of codes of `size` numbers, and metadata.tsv: sprite.png where the
 * model encodes images, and projector_config.json, which names them all. */
bool projector_end(const AertModel *model, const Options *options, const Examples *examples,
                   size_t size, AertError *error);

#endif
