/* examples: the data sets of all inputs of a model, opened together. */
#ifndef AERT_EXAMPLES_H
#define AERT_EXAMPLES_H

#include "data.h"

enum { MAX_INPUTS = 2 };

typedef struct Examples {
    int inputs;
    AertData data[MAX_INPUTS]; /* by input of the model */
    int64_t count;
} Examples;

typedef enum ExamplesUse { EXAMPLES_TRAIN, EXAMPLES_TEST } ExamplesUse;

/* Opens `data` (NULL: built-in examples, those of `use`) and, where the model reads labels,
 * `labels`.  Close in any case. */
bool examples_open(Examples *examples, const AertModel *model, const char *data, const char *labels,
                   ExamplesUse use, AertError *error);
void examples_close(Examples *examples);

#endif
