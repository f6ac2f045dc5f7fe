/* examples: the data sets of all inputs that a command reads, opened together. */
#ifndef AERT_EXAMPLES_H
#define AERT_EXAMPLES_H

#include "data/data.h"
#include "options/options.h"

typedef struct Examples {
    unsigned has; /* which inputs of the model: bit 1 << index */
    int label;    /* the input whose classes mark the examples, or -1: `marks` */
    int64_t count;
    int64_t *rows;  /* (count): which of the files' examples they are; NULL: all of them */
    AertData marks; /* labels that no input reads; count 0: there are none */
    AertData data[AERT_MAX_INPUTS];     /* by input of the model */
    AertDataFrom from[AERT_MAX_INPUTS]; /* how its file was opened; path NULL: it has none */
} Examples;

typedef enum ExamplesUse { EXAMPLES_TRAIN, EXAMPLES_TEST } ExamplesUse;

typedef struct ExamplesFrom {
    const DataFiles *files; /* none of them: built-in examples, those of `use` */
    const char *labels;     /* file of the labels, or NULL */
    const char *column;     /* of the labels in a CSV file: that of `labels`, else of the data */
    bool may_lack;          /* … which the file need not have */
    ExamplesUse use;
    bool beside;    /* what is read accompanies codes, of a file or of the prior */
    bool marked;    /* labels are welcome where nothing reads them: they colour what is drawn */
    size_t most;    /* bytes that a packed file may unpack to; 0: what AertDataFrom says */
    unsigned reads; /* which inputs are wanted */
    const AertReading *how; /* what the command line says of files, or NULL */
    const AertWords *words; /* by input: what its classes are called; NULL: not known */
    uint64_t seed;          /* the seed that --split and --folds go by */
    bool whole;             /* all of them, whatever `how` says of a split */
} ExamplesFrom;

/* What the command line names, for `use`. */
ExamplesFrom examples_from(const Options *options, ExamplesUse use, unsigned reads);

/* Opens the data of the inputs that are read: as many examples of each.  Close in any case. */
bool examples_open(Examples *examples, const AertModel *model, const ExamplesFrom *from,
                   AertError *error);

/* Shows on standard error what of the files had to be guessed or was left out, unless --quiet. */
void examples_tell(const Examples *examples, const AertModel *model, const Options *options);
void examples_tell_data(const AertData *data, const AertModel *model, const Options *options);

/* The file of the first input, as given. */
const char *examples_name(const Examples *examples);

/* The labels, whether the model reads them or not, or NULL. */
const AertData *examples_labels(const Examples *examples);

void examples_close(Examples *examples);

#endif
