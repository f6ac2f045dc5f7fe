/* codes_packed: codes in few bits, as encode writes them, decode reads them and info tells of them.
 */
#ifndef AERT_CODES_PACKED_H
#define AERT_CODES_PACKED_H

#include "work.h"

/* Whether --bits and --output go together. */
bool packed_options(const Options *options, AertError *error);

/* encode --bits: the codes of all examples, packed. */
bool encode_packed(Work *work, AertError *error);

/* --input as a data set of codes. */
bool open_packed(AertData *codes, const Work *work, AertError *error);

/* info --input: what the file takes for an example. */
bool packed_info(const Work *work, AertError *error);

#endif
