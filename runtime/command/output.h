/* output: where a command writes to, and what it tells of the weights in use. */
#ifndef AERT_OUTPUT_H
#define AERT_OUTPUT_H

#include "model/model.h"
#include "store/store.h"

/* --output, or `name` in the folder of the run, which is made.  Returns NULL on error. */
const char *output_path(const Session *session, const char *name, char *path, size_t size,
                        AertError *error);

/* The checksum of the file of weights in use, by which what was made with them knows them again; ""
 * where the file has none. */
bool weights_checksum(const Session *session, const char *path, char checksum[AERT_CHECKSUM],
                      AertError *error);

#endif
