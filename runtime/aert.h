/* aert: the runtime that every generated program links, and what a generated file tells it.
 *
 * The generated file is data and functions: an AertModel that names inputs, slots, hypers, steps,
 * and for each precision a table of entries.  An entry (a training step, eval, encode …) is a list
 * of kernels.  A kernel covers [0, extent), cut into pieces of `chunk`: the cut depends on the
 * shape and the number of rows, never on the number of threads, so that any number of threads
 * computes the same bits.  Kernels that do the same elsewhere share their function: where it reads
 * and writes are arguments.
 *
 * Lengths are counted in reals (float or double), not in bytes.  Everything is row-major.  Classes,
 * tokens, places along an axis and indices are int32 in both precisions: an array of them has room
 * for as many reals, and fills it from its beginning.
 */
#ifndef AERT_H
#define AERT_H

#include "products/vectors.h"

#include <stddef.h>
#include <stdint.h>

/* What a generated file includes to read itself again.  Where the compiler knows no __FILE_NAME__
 * (gcc before 12), the path is only found from the folder of the file. */
#ifdef __FILE_NAME__
#define AERT_SELF __FILE_NAME__
#else
#define AERT_SELF __FILE__
#endif

/* The part of a generated file to compile: 32 or 64 leaves out what only the other precision needs,
 * 0 is all of it. */
#ifndef AERT_PART
#define AERT_PART 0
#endif

enum { AERT_ABI = 21, AERT_MAX_RANK = 8 };

/* How far a run has come, and the hypers in force: what scalars are computed from, in double. */
typedef struct AertClock {
#define ABI_CLOCK(name, what) double name;
#include "abi.def"
    const double
        *update; /* by step: number of updates that its minimize has made, this one included */
    const double *hyper; /* by hyper: its value in force */
    const double *set;   /* by hyper: 1 where the user set it, so that its schedule is off */
    const double *fall;  /* by plateau: how often it has fallen since the stage began */
} AertClock;

/* Where an argument of a kernel lies: what it is in the three highest bits, how far in below them.
 * Offsets in the store and the arena are in blocks of reals, at whose starts all values lie: so one
 * table serves floats and doubles, and 29 bits are enough.  The number of a stream of draws and a
 * constant, a double by its bits, take two more words behind, and the argument points to them.  A
 * length is the argument itself. */
enum { AERT_BLOCK = 16, AERT_PLACE_BITS = 29, AERT_WORDS_BEHIND = 2 };
typedef uint32_t AertPlace;
typedef enum AertPlaceKind {
    AERT_IN_STORE,
    AERT_IN_ARENA,
    AERT_IN_INPUTS,
    AERT_IN_SCALARS,
    AERT_IN_TABLE,
    AERT_IN_STEP,
    AERT_IN_ITSELF,
} AertPlaceKind;
#define AERT_PLACE(kind, offset) ((AertPlace)(kind) << AERT_PLACE_BITS | (AertPlace)(offset))
#define AERT_STORE(offset)       AERT_PLACE(AERT_IN_STORE, (offset) / AERT_BLOCK)
#define AERT_ARENA(offset)       AERT_PLACE(AERT_IN_ARENA, (offset) / AERT_BLOCK)
#define AERT_INPUT(number)       AERT_PLACE(AERT_IN_INPUTS, number)
#define AERT_SCALAR(number)      AERT_PLACE(AERT_IN_SCALARS, number)
#define AERT_GIVEN(number)       AERT_PLACE(AERT_IN_STEP, number)
#define AERT_LENGTH(number)      AERT_PLACE(AERT_IN_ITSELF, number)
#define AERT_IN_WORDS(number)    AERT_PLACE(AERT_IN_TABLE, 0), (AertPlace)(number), (number) >> 32
#define AERT_STREAM(number)      AERT_IN_WORDS(number)
#define AERT_CONSTANT(bits)      AERT_IN_WORDS(bits)

/* The number that an argument of AERT_STREAM or AERT_CONSTANT points to. */
static inline uint64_t aert_number(const void *arg) {
    const AertPlace *word = arg;
    return word[0] | (uint64_t)word[1] << 32;
}

/* The length that an argument of AERT_LENGTH is. */
static inline int aert_length(const void *arg) {
    return (int)(uintptr_t)arg;
}

/* One execution of an entry. */
typedef struct AertRun {
    void *store;   /* the slots, each at its offset */
    void *arena;   /* what is computed on the way */
    void *scratch; /* memory of one thread alone, for what a piece needs no longer than it runs: a
                      kernel is given its own thread's, a team that of thread 0 … */
    size_t scratch_bytes;     /* … which those of the other threads follow, each so long */
    const void *const *input; /* by input: (rows, …) reals, or int32 of classes and tokens.  The
                                 last is the code that decode reads. */
    const double *scalar;     /* of this entry, filled by its scalars() */
    void **args;              /* by word of this entry's places: the address that it stands for */
    const int64_t *example;   /* (rows): the number of each row's example in its data set */
    size_t real_bytes;
    uint64_t seed, epoch; /* with example, stream and element they make every draw */
    uint64_t batch;       /* number of the batch, from 0: takes the place of example in draws that
                             all its rows share */
    int rows;             /* 1 <= rows <= batch */
    int hold;             /* 1: values under stop() keep what the last run computed (gradcheck) */
    int no_gradients;     /* 1: only the kernels that outputs other than gradients need are run */
} AertRun;

typedef struct AertKernel {
    /* computes [begin, end) of its extent */
    void (*run)(const AertRun *run, void *const *args, int begin, int end);
    int args;                /* its arguments: run->args from here on */
    int extent, extent_rows; /* extent + extent_rows * rows things to compute … */
    unsigned chunk : 31;     /* … in pieces of this many */
    unsigned barrier : 1;    /* 1: all earlier kernels must be complete before it starts; 0: it
                                 runs at the same time as the one before */
} AertKernel;

/* A number in a list of such: one byte below 128, else 128 and more in all bytes but the last, the
 * lowest seven bits first.  One that may be negative is twice as far, and 1 more where it is. */
#define AERT_FAR(number)    128 + (number) % 128, (number) / 128
#define AERT_FAR_3(number)  128 + (number) % 128, AERT_FAR((number) / 128)
#define AERT_FAR_4(number)  128 + (number) % 128, AERT_FAR_3((number) / 128)
#define AERT_FAR_5(number)  128 + (number) % 128, AERT_FAR_4((number) / 128)
#define AERT_SIGNED(number) ((number) < 0 ? 1 - 2 * (number) : 2 * (number))

/* What a step of a loop is given, or leaves, in reals, or integers, from `place` on: at + at_rows *
 * rows, and so much more for each step.  An argument AERT_GIVEN(number) is number `number` of its
 * loop. */
typedef struct AertGiven {
    AertPlace place;
    int whole; /* 1: integers */
    size_t at, at_rows;
    ptrdiff_t step, step_rows;
} AertGiven;

/* Kernels that run once for each step, one step after the other.  A loop within a loop has some of
 * its kernels; what its steps are given may lie in what the step around it is given. */
typedef struct AertLoop {
    int kernel, kernels; /* from that one on, so many */
    int steps;
    int first, given; /* of the entry's AertGiven from that one on, so many */
    int within;       /* so many of the loops that follow are in this one */
    int gate;         /* what a step is given as that number, one for each row, may be 0 throughout,
                         or, of texts, all tokens from there on: then it is a step of the loop
                         behind this and those within, which has no steps of its own; -1: never */
} AertLoop;

/* What a kernel sees of the input that its entry draws: its things of one example are so many lines
 * of equal length, of which line l sees lines l + from … l + end - 1 of the input.  Those of a loop
 * are its steps, and all its kernels say the same. */
enum { AERT_REACH_NOTHING = 0, AERT_REACH_EXAMPLE = -1, AERT_REACH_OTHERS = -2 };
typedef struct AertReach {
    int lines; /* or one of these: no part of the input, all of the example, others too */
    int from, end;
    int ahead; /* 1: all rows have a line before any has the next */
} AertReach;

/* What is said of a kernel that is timed: those of training steps. */
typedef struct AertKernelInfo {
    const char *label;       /* "logits = matmul(h, decoder.dense_2.W)" */
    const char *place;       /* "vae.ae:19" */
    float flops, flops_rows; /* floating-point operations: fixed, and for each row */
} AertKernelInfo;

/* What compiler and runtime agree on: the rows of abi.def say what each kind is. */
typedef enum AertOutputKind {
#define ABI_OUTPUT(name, NAME, what) AERT_##NAME,
#include "abi.def"
} AertOutputKind;

/* Slots and outputs are many: their lengths lie in one array, each shape once. */
typedef struct AertOutput {
    const char *name;  /* "total"; "code", "xhat", "x", "noisy"; "encoder.dense_1.W"; "kinks" */
    const char *place; /* line of the .ae file */
    const int *dim;    /* (rank): d > 0 is a length, d < 0 is -d times the rows */
    size_t offset;     /* in the arena */
    uint8_t kind;      /* AertOutputKind */
    uint8_t rank;
    uint8_t whole;   /* 1: integers */
    uint8_t columns; /* 1 + the input whose columns name its numbers; 0: they have places only */
} AertOutput;

typedef enum AertEntryKind {
#define ABI_ENTRY(name, NAME, what) AERT_##NAME,
#include "abi.def"
} AertEntryKind;

typedef struct AertEntry {
    AertEntryKind kind;
    int step;         /* of AERT_STEP, AERT_WHEN and AERT_GRADCHECK: index in AertModel.step */
    int variant;      /* of ENCODE, DECODE, RECONSTRUCT: bit 0 corruption on, bit 1 draws on */
    unsigned reads;   /* the inputs that it reads, a set: bit 1 << index */
    const char *name; /* "step_main", "eval" */
    int kernels;
    const AertKernel *kernel;
    const AertKernelInfo *info; /* by kernel; NULL but of training steps */
    int places;
    const AertPlace *place; /* of all kernels' arguments, one after the other */
    int loops;
    const AertLoop *loop; /* in the order of their kernels */
    const AertGiven *given;
    int scalars;
    void (*compute_scalars)(const AertClock *clock, double *scalar);
    int outputs;
    const AertOutput *output;
    size_t arena;           /* reals it needs in the arena, at the full batch */
    size_t arena_bound;     /* the lower bound: the most that is alive at one moment */
    size_t scratch;         /* reals that each thread needs besides */
    int before_gradients;   /* so many kernels, from the first, compute all outputs but gradients */
    const AertReach *reach; /* by kernel, then of the output "xhat": where the first input is drawn,
                               no two values share memory; else NULL */
    int line;               /* how many numbers a line of that input has */
} AertEntry;

typedef struct AertProgram {
    size_t real_bytes; /* 4 or 8 */
    int entries;
    const AertEntry *entry;
} AertProgram;

typedef enum AertInputKind {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) AERT_##NAME,
#include "abi.def"
} AertInputKind;

typedef enum AertHolds {
#define ABI_HOLDS(NAME, what) AERT_HOLDS_##NAME,
#include "abi.def"
} AertHolds;

/* What a kind of input needs beside what all have (data/input_ways.h): a program links those that
 * its own inputs name. */
typedef struct AertWays AertWays;
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) extern const AertWays aert_ways_##name;
#include "abi.def"

enum {
#define ABI_LIMIT(NAME, most) AERT_##NAME = most,
#include "abi.def"
};

/* What only some models need: functions of the runtime that a program links where its model names
 * them. */
typedef struct AertInOrder AertInOrder;   /* an entry draws the input that it reads */
typedef struct AertSignals AertSignals;   /* an input is a signal */
typedef struct AertTexts AertTexts;       /* an input is tokens */
typedef struct AertRestored AertRestored; /* numbers or classes are restored, or gaps filled */
typedef struct AertNamed AertNamed;       /* an input holds classes or tokens */
typedef struct AertScaled AertScaled;     /* an input is scaled by what the data say */
typedef struct AertWeighs AertWeighs;     /* an entry weighs draws of the code */
extern const AertInOrder aert_in_order;
extern const AertSignals aert_signals;
extern const AertTexts aert_texts;
extern const AertRestored aert_restored;
extern const AertNamed aert_named;
extern const AertScaled aert_scaled;
extern const AertWeighs aert_weighs;

typedef enum AertInputRole {
#define ABI_ROLE(name, NAME, what) AERT_##NAME,
#include "abi.def"
} AertInputRole;

typedef enum AertScaling {
#define ABI_SCALING(name, NAME, what) AERT_##NAME,
#include "abi.def"
} AertScaling;

typedef struct AertInput {
    AertInputKind kind;
    AertInputRole role;
    const char *name;
    int rank, dim[AERT_MAX_RANK]; /* of one example; a class has rank 0 */
    int classes;                  /* of a class; of tokens how many the vocabulary has */
    double low, high; /* range: a byte b of the data becomes low + b / 255 * (high - low) */
    int ranged;       /* 1 where a range is declared: other data must lie in it */
    const char *const *column; /* of a table: the names of its numbers; else NULL */
    int other;                 /* of a class: 1 where the last is all that training did not know */
    int characters;            /* of tokens: 1 where each is a character, 0: a word */
    int missing;               /* 1: a number, or the class, may be missing; AERT_AS_GIVEN tells */
    int of;                    /* of AERT_AS_GIVEN: the input that it tells of */
    AertScaling scaling;       /* the model reads (data - shift) / scale … */
    int shift, scale;          /* … slots of one number a column or channel, where it is scaled */
    const AertWays *ways;      /* of its kind; NULL: only what all have, as AERT_AS_GIVEN */
} AertInput;

typedef enum AertSlotKind {
#define ABI_SLOT(name, NAME, what) AERT_##NAME,
#include "abi.def"
} AertSlotKind;

typedef struct AertSlot {
    const char *name; /* "encoder.dense_1.W"; "train.main.m:encoder.dense_1.W" for an optimiser's */
    const int *dim;   /* (rank) */
    size_t offset;    /* in the store */
    int of;           /* of an average or an optimizer's state: the parameter's slot; else -1 */
    uint8_t kind;     /* AertSlotKind */
    uint8_t rank;
} AertSlot;

/* What a program tells in fewer bytes than those in which it is used: slots, and the entries of
 * both precisions.  aert_unfold (exec/unfold.h) makes the others of it.
 *
 * Most of it are lists of numbers, whose order is told here.  A text is told by its number, and
 * where lengths lie by the first's. */
enum { AERT_IN_FLOAT = 1, AERT_IN_DOUBLE = 2, AERT_BARRIER = 4 };

typedef void AertFunction(const AertRun *run, void *const *args, int begin, int end);

typedef struct AertEntryTold {
    void (*compute_scalars)(const AertClock *clock, double *scalar);
    /* arena, arena_bound, scratch, before_gradients, line, scalars; then so many
     *     kernels: the number of each
     *     words of places: the number of each place
     *     loops: kernel, kernels, steps, first, given, within, gate (signed)
     *     values that are given: place, whole, at, at_rows, step, step_rows (both signed)
     *     outputs: name, place, dim, offset, kind, rank, whole, columns
     *     kernels that are timed: place, number of flops, of flops_rows, label: a text, and for
     *         each @ in it twice the number of a name; of t12, which is none, 1 more than twice 12
     *     kernels, and the output, that see the input: lines, from, end (all signed), ahead
     * Entries that are alike have the same list. */
    const uint8_t *list;
    uint16_t name, step;
    uint8_t kind, variant;
    uint8_t reals; /* the precisions that have it: AERT_IN_FLOAT, AERT_IN_DOUBLE or both */
    unsigned reads;
} AertEntryTold;

typedef struct AertTold {
    size_t bytes; /* that it has when it is unfolded, at most */
    int texts, kernels, entries;
    const char *text;      /* all texts, one behind the other … */
    const uint8_t *before; /* … and for each what stands before it: 1 + the number of that, or 0 */
    const uint8_t *slot;   /* name, 1 + of, dim, kind, rank; where it is of a parameter, name is
                              what stands before the parameter's own: "train.main.m" */
    const uint8_t *kernel;  /* all that differ: AERT_IN_FLOAT, AERT_IN_DOUBLE and AERT_BARRIER,
                               chunk, extent, extent_rows, how many words of places are its own */
    const AertPlace *place; /* all that differ */
    const int *dim;         /* lengths */
    const float *flops;     /* all numbers of operations that differ */
    AertFunction *const *function[2]; /* of the kernels of floats, of doubles */
    const AertEntryTold *entry;
} AertTold;

typedef struct AertHyper {
    const char *name; /* "beta"; "lr" or "judge.lr" for an optimiser's first argument */
    double value;     /* default */
    int scheduled;    /* 1: a schedule gives it until it is set */
} AertHyper;

typedef struct AertStep {
    const char *name; /* "main" where it has none; in a stage "first.judge", or "first" */
    const char *loss; /* what it minimises, as written: "reconstruction + beta * divergence" */
    const char *over; /* "encoder, decoder" */
    int differentiates_twice; /* 1: a grad or jacobian lies inside what is minimised */
    int stage;                /* index in AertModel.stage */
    int every;                /* it runs in each so many-th batch of its stage */
    int when;                 /* 1: there is an entry AERT_WHEN for it */
    int joined;               /* 1: it has no entry: that of the step before computes it too */
} AertStep;

typedef enum AertWatch {
#define ABI_WATCH(name, NAME, what) AERT_##NAME,
#include "abi.def"
} AertWatch;

typedef struct AertPlateau {
    const char *watch; /* a loss or metric, … */
    AertWatch of;      /* … of training or validation: whose means are compared */
    int patience;      /* epochs without a lower one, each time */
} AertPlateau;

/* Stages follow each other; the steps of one run in each batch, in order. */
typedef struct AertStage {
    const char *name;  /* NULL: the model writes no stages, and this is the whole training */
    int epochs;        /* default */
    int first, steps;  /* its steps: [first, first + steps) */
    const char *watch; /* the loss or metric that says which weights are best */
    AertWatch of;
    int higher;   /* 1: more of it is better */
    int patience; /* the stage ends after so many epochs without a better one; 0: it does not */
} AertStage;

typedef struct AertModel {
    int abi;            /* AERT_ABI of the header it was compiled with */
    const char *name;   /* "vae" */
    const char *source; /* base name of the .ae file */
    const char *hash;   /* 16 hex digits of parameters' names and shapes and of inputs: weights fit
                           when it is equal */
    int batch;          /* the most rows; the default batch of training */
    int labelled; /* rows of a batch of training whose class, of the first input that may lack it,
                     is known; 0: as they come */
    int inputs, slots, hypers, steps, stages;
    int original;           /* the input that the reconstruction stands for */
    const AertInput *input; /* input[0] is what is encoded */
    const AertSlot *slot;
    const AertHyper *hyper;
    int plateaus;
    const AertPlateau *plateau;
    const AertStep *step;
    const AertStage *stage;
    size_t store;                             /* reals in all slots */
    int code_rank, code_dim[AERT_MAX_RANK];   /* of one example's code; rank -1: there is none */
    int image_rank, image_dim[AERT_MAX_RANK]; /* of one reconstruction; rank -1: there is none */
    const char *cannot_decode;                /* why not, or NULL */
    const char *cannot_sample;                /* why not, or NULL */
    const char *best;     /* the loss that decides which weights are best: the first minimised */
    double flops_example; /* of all training steps, for each example */
    const char *cpu;      /* features the file was compiled for: AERT_CPU of math/cpu.h */
    const AertVectors *vectors;   /* AERT_VECTORS of products/vectors.h */
    const AertInOrder *in_order;  /* or NULL */
    const AertSignals *signals;   /* or NULL */
    const AertTexts *texts;       /* or NULL */
    const AertRestored *restored; /* or NULL */
    const AertNamed *named;       /* or NULL */
    const AertScaled *scaled;     /* or NULL */
    const AertWeighs *weighs;     /* or NULL */
    const AertTold *told; /* what `slot`, `f32` and `f64` are made of; NULL: they are there */
    const AertProgram *f32, *f64;
} AertModel;

/* The whole program: reads the command line, does what it says, returns the exit status. */
int aert_main(const AertModel *model, int argc, char **argv);

#endif
