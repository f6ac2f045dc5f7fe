/* examples: the data sets of all inputs of a model, opened together. */
#ifndef AERT_EXAMPLES_H
#define AERT_EXAMPLES_H

#include "data/data.h"

enum { MAX_INPUTS = 2 };

typedef struct Examples {
    int inputs;
    AertData data[MAX_INPUTS]; /* by input of the model */
    AertData marks;            /* labels that the model does not read; count 0: there are none */
    int64_t count;
} Examples;

typedef enum ExamplesUse { EXAMPLES_TRAIN, EXAMPLES_TEST } ExamplesUse;

typedef struct ExamplesFrom {
    const char *data;   /* NULL: built-in examples, those of `use` */
    const char *labels; /* file of their labels, or NULL */
    const char *column; /* of the labels in a CSV file: that of `labels`, else that of `data` */
    ExamplesUse use;
    bool marked; /* labels are welcome where the model reads none: they colour what is drawn */
    size_t most; /* bytes that a packed file may unpack to; 0: what AertDataFrom says */
    bool given;  /* the class of all examples is given: labels only mark */
} ExamplesFrom;

/* Close in any case. */
bool examples_open(Examples *examples, const AertModel *model, const ExamplesFrom *from,
                   AertError *error);

/* The labels, whether the model reads them or not, or NULL. */
const AertData *examples_labels(const Examples *examples);

void examples_close(Examples *examples);

#endif
