/* codes_packed: codes in few bits, as encode writes them, decode reads them and info tells of them.
 */
#ifndef AERT_CODES_PACKED_H
#define AERT_CODES_PACKED_H

#include "model/model.h"

/* Whether --bits and --output go together. */
bool packed_options(const Options *options, AertError *error);

/* encode --bits: the codes of all examples, packed.  `weights` is the file of weights in use. */
bool encode_packed(Session *session, const AertEntry *entry, const Examples *examples,
                   const char *weights, AertError *error);

/* --input as a data set of codes. */
bool open_packed(AertData *codes, const Session *session, const char *weights, AertError *error);

/* info --input: what the file takes for an example. */
bool packed_info(const AertModel *model, const Options *options, AertError *error);

#endif
