/* session: a model at work: its slots, its arena, its threads, the batch in hand and the hypers in
 * force.
 *
 *     Session session;
 *     status = session_open(&session, model, model->f32, &options, WITH(AERT_EVAL), error);
 *     session_gather(&session, &examples, rows);      // of session.example[0 .. rows)
 *     session_place(&session, 0, examples.count);
 *     session_run(&session, entry, rows, epoch, 0);
 *     value = session_value(&session, &entry->output[0], 0);
 *     session_close(&session);
 *
 * All memory is allocated by session_open; running allocates nothing.
 */
#ifndef AERT_SESSION_H
#define AERT_SESSION_H

#include "examples.h"
#include "words.h"
#include "options/options.h"
#include "store/store.h"
#include "exec/exec.h"

/* What is used most comes first: what lies within 128 bytes takes less code. */
typedef struct Session {
    const AertModel *model;
    const Options *options;
    const AertProgram *program;
    void *store;
    double *hyper, *set, *update; /* what clock points to */
    double *fall; /* (session_falls) likewise: how often each plateau has fallen, then the best
                     value of each, then the epochs since */
    uint64_t seed;
    int batch;        /* examples at a time, at most model->batch */
    unsigned given;   /* inputs that --set gives a class for all rows */
    int64_t *example; /* (batch): the number of each row's example, which keys its draws. Where an
                         example comes again within an epoch it has another number, equal to the
                         first modulo source_count */
    AertTeam *team;
    void **input; /* by input, reals or int32 (aert_is_whole); the last one is the code that
                     decode reads */
    void *arena;
    double *scalar;       /* of the entry that runs */
    size_t known;         /* how many elements of the input stay where it is drawn in order */
    int rounds;           /* … and how often an entry has run until all rows were drawn */
    unsigned reads;       /* inputs that the entries it was opened for read from a data set */
    int64_t *index;       /* (batch): where it lies in its data set */
    int64_t source_count; /* examples in that data set */
    const char *source;   /* the file that the rows in hand are of, or NULL */
    const int64_t *rows;  /* … where its examples lie in it, or NULL */
    uint64_t split_seed;  /* by which data are split: that of the run, whatever --seed says */
    uint64_t batch_index; /* of the batch in hand: see session_place */
    void *scratch;
    size_t scratch_bytes;     /* of each thread's scratch memory */
    void **all_args, ***args; /* arguments of all kernels; by entry: where its own begin */
    AertClock clock;
    AertWords words[AERT_MAX_INPUTS];  /* by input: what its classes are called */
    char *words_text[AERT_MAX_INPUTS]; /* … as files keep it; NULL: not known yet */
    AertError refused;                 /* what the last run has found in the data, or empty */
} Session;

#define WITH(kind) (1u << (kind))

/* Opens for entries of `kinds`; the hypers have their defaults, then what --set and --lr say.
 * Returns 0 or an exit status with the reason in `error`.  Close in any case. */
int session_open(Session *session, const AertModel *model, const AertProgram *program,
                 const Options *options, unsigned kinds, AertError *error);
void session_close(Session *session);

/* The entry of a kind (step -1: any), or NULL. */
const AertEntry *session_entry(const Session *session, AertEntryKind kind, int step, int variant);

/* How many numbers session->hyper, set, update and fall have together: one behind the other. */
size_t session_numbers(const AertModel *model);

/* The output of that name, or NULL. */
const AertOutput *entry_output(const AertEntry *entry, const char *name);

/* How many numbers session->fall has. */
size_t session_falls(const AertModel *model);

/* Elements of an output at that many rows. */
size_t output_size(const AertOutput *output, int rows);

/* Elements of one code. */
size_t code_size(const AertModel *model);

/* Elements of one reconstruction. */
size_t image_size(const AertModel *model);

/* Whether an entry draws the elements of the input itself, one after another (in_order.h). */
bool draws_in_order(const AertEntry *entry);

/* Gives every slot its initial value. */
void session_init(Session *session);

/* --weights, or best.safetensors of --out: reads them, with the hypers, clock and seed that were in
 * force; what the command line sets still wins.  Returns 0 or an exit status.  `path` (size bytes)
 * receives the file's name. */
int session_load(Session *session, char *path, size_t size, AertError *error);

/* What the command line names, for `use`, of the inputs that the session reads. */
ExamplesFrom session_data(const Session *session, ExamplesUse use);

/* What programs have of words whose models have classes or texts. */
struct AertNamed {
    bool (*learn)(Session *session, const Examples *examples, AertError *error);
    bool (*take)(Session *session, int input, const char *text, const char *path, AertError *error);
};

/* Takes the words for classes from the examples that are trained on, where they are not known yet.
 */
bool session_learn_words(Session *session, const Examples *examples, AertError *error);

/* Takes the words of input number `input` from a text that the file `path` keeps; NULL leaves them
 * unknown. */
bool session_take_words(Session *session, int input, const char *text, const char *path,
                        AertError *error);

/* Takes the words of all inputs from the metadata of a weights file. */
bool session_words_of(Session *session, const AertSafetensors *file, AertError *error);

/* Fills the inputs whose class --set gives. Called a second time when the words for classes are
 * known. Returns 0 or an exit status. */
int session_give_classes(Session *session, AertError *error);

/* Whether an entry that decodes or samples has all that it reads, from --set or from the examples
 * (NULL: there are none). An entry of NULL reads nothing. */
bool session_reads(const Session *session, const AertEntry *entry, const Examples *examples,
                   AertError *error);

/* Gathers session->example[0 .. rows) into the inputs. */
void session_gather(Session *session, const Examples *examples, int rows);

/* Says which batch is in hand: number `index`, from 0, of a pass over `size` examples. Call it
 * before session_run: draws that a batch shares depend on the number, and data_size in the model is
 * the size. */
void session_place(Session *session, int64_t index, int64_t size);

/* Runs an entry over the rows in hand.  hold: values under stop() keep what the last run computed,
 * and gradients are not computed. */
void session_run(Session *session, const AertEntry *entry, int rows, uint64_t epoch, int hold);

/* Whether all indices that runs so far have read from the data lie within their tables; the error
 * names the first that does not. Ask this after session_run: where it is false the outputs mean
 * nothing. */
bool session_accepts(const Session *session, AertError *error);

/* The number of a row's example in its data set. */
int64_t session_example(const Session *session, int row);

/* The run that session_run makes of them. */
AertRun session_make_run(const Session *session, const AertEntry *entry, int rows, uint64_t epoch,
                         int hold);

/* Number `at` of an input of the batch in hand; sets it. */
double session_input(const Session *session, int input, size_t at);
void session_set_input(const Session *session, int input, size_t at, double value);

/* Element `index` of an output of the entry that ran last. */
double session_value(const Session *session, const AertOutput *output, size_t index);

/* Writes the weights with what session_load reads back: hypers, clock, seed and words. */
bool session_save(Session *session, const char *path, AertLayout layout, AertError *error);

/* --layout: that of weights files which do not say theirs, or are to be written. */
AertLayout session_layout(const Options *options);

/* The folder of the run: --out, or runs/<model>.  Returns `path`. */
const char *session_folder(const AertModel *model, const Options *options, char *path, size_t size);

#endif
