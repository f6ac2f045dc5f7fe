/* What the command line says. */
#ifndef AERT_OPTIONS_H
#define AERT_OPTIONS_H

#include "aert.h"
#include "base/base.h"
#include "data/data.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

typedef enum CommandId {
#define COMMAND(name, spelling, help) COMMAND_##name,
#include "commands.def"
#undef COMMAND
    NUM_COMMANDS
} CommandId;

typedef enum OptionId {
#define OPTION(field, name, argument, kind, commands, help) OPTION_##field,
#include "options.def"
#undef OPTION
    NUM_OPTIONS
} OptionId;

enum { MAX_SETS = 64 };

typedef struct Setting {
    const char *name; /* not ended by 0: `length` bytes of the command line */
    int length;
    double value;     /* NaN where it is no number but a word, which names a class */
    const char *word; /* what was written */
} Setting;

/* Data sets: the one that is given without a name, and by input of the model those that are given
 * with it, --data clean=FILE.  NULL: not given. */
typedef struct DataFiles {
    const char *one, *of[AERT_MAX_INPUTS];
} DataFiles;

typedef struct Options {
    /* what most commands ask for first: its place in the struct is then one byte of code */
    const char *output, *input, *weights, *labels;
    CommandId command;
    int help; /* --help was given: of the command, or of the program if has_command is 0 */
    int has_command;
    int json, count, nll, fill, quiet, pca, bits, columns, batch, sets;
    const char *parts; /* how data are split: parts_text, or what a run has kept; NULL: not */
    DataFiles data, query, fit, valid;
    const char *label_column, *valid_labels, *out, *init, *only, *axes, *range, *between, *by,
        *normal, *columns_read, *ignore, *csv, *resize, *stride, *split, *part, *layout, *projector,
        *titles, *query_titles, *tags, *query_tags, *query_labels, *metric;
    int epochs, threads, max_unpacked, checkpoint_every, components, steps, rows, folds, fold,
        neighbours, known, directions;
    int resume, fitted, force, corrupt, sample, in_double, kernels, quantiles, split_by_order,
        spherical;
    double lr, quantile;
    uint64_t seed, example;
    AertReading reading;     /* what options say of how files are read: see options_reading */
    bool given[NUM_OPTIONS]; /* by OptionId: whether the option was given */
    char parts_text[AERT_PARTS_TEXT];
    Setting set[MAX_SETS];
} Options;

/* Reads the command line of the program of a model.  Returns 0, or EXIT_USAGE with the reason in
 * `error`. */
int options_parse(Options *options, const AertModel *model, int argc, char **argv,
                  AertError *error);

/* Makes options->parts of the options that split data.  Returns 0 or EXIT_USAGE. */
int options_parts(Options *options, AertError *error);

/* Fills options->reading from the options that are texts; to be called again where those change.
 * Returns 0 or EXIT_USAGE. */
int options_reading(Options *options, AertError *error);

/* Whether the option was given. */
static inline bool option_given(const Options *options, OptionId id) {
    return options->given[id];
}

/* Whether any data set is named. */
bool files_given(const DataFiles *files);

/* Bytes that a packed file of data may unpack to; 0: not given. */
size_t unpacked_most(const Options *options);

/* "split" or "folds": the option that options->parts comes from, which is there. */
const char *parts_option(const Options *options);

/* Prints the help of the program, or of one command. */
void options_help(const AertModel *model);
void options_help_command(const AertModel *model, CommandId command);

/* "train" */
const char *command_name(CommandId command);

#endif
