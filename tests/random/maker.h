/* What the files of the generator share.
 *
 * A model grows statement by statement.  Everything that has been named lies in a pool with its
 * type: features, sample axes, per example or shared, and what it depends on, so that what is drawn
 * next can be well typed by construction.
 */
#ifndef TESTS_RANDOM_MAKER_H
#define TESTS_RANDOM_MAKER_H

#include "model.h"
#include "sample.h"

#include <stdint.h>
#include <string.h>

enum { LARGEST = 240, MOST_AXES = 2 }; /* numbers of one example's value; sample axes of a value */

typedef struct Value {
    const char *text; /* a name, or an expression in brackets */
    Type shape;
    bool rows;
    int n_samples, samples[MOST_AXES];
    uint64_t self;  /* its bit, where it has a name */
    uint64_t on;    /* values that a gradient of it reaches */
    uint64_t all;   /* values that it depends on at all */
    uint64_t mixed; /* those beyond a mean over examples */
    double size;    /* about how large its numbers are */
    int order;      /* derivatives inside */
    bool scanned;   /* made by a scan: no Jacobian of it */
    int uses;
} Value;

typedef struct Known { /* a network or layer of the model: what it takes and gives */
    const char *name;
    bool network;
    Type in, out;
    const char *tap; /* an inner name, or NULL */
    Type tapped;
    bool two;   /* returns two values, a and b, both of type out */
    bool plain; /* takes values without sample axes only */
    bool scans; /* what it gives is made by a scan */
    int uses;
} Known;

typedef struct Drawn { /* a draw, for log_prob and kl */
    int value;         /* in the pool */
    const char *distribution, *kind;
} Drawn;

typedef struct Maker {
    Arena *arena;
    Text *out;
    uint64_t seed;
    int drawn, names, bits;
    int from; /* the first value of the pool that may be read */
    const char *indent;
    bool inside; /* a definition: no sample axes, no batch_mean, no draws by name */
    List(Value) pool;
    List(Known) known;
    List(Drawn) draws;
    List(const char *) layers; /* "e1", shared layers, with their shapes */
    List(Type) layer_types;    /* [in, out] */
    const char *activation;    /* a const that names a function, or NULL */
    const char *number;        /* a const that is a number */
    const char *hyper;
    bool closed;                 /* the decoder reads nothing before the code */
    bool own_distribution, norm; /* laplacian, norm are defined */
    int *count;                  /* features of this model */
    int places, words;           /* of its text and that vocabulary; 0 places: it has none */
} Maker;

/* ---- dice (maker.c) ---- */
int below(Maker *m, int limit);
bool chance(Maker *m, int one_in);
const char *pick(Maker *m, const char *const *from, int count);
#define PICK(m, list) pick(m, list, sizeof(list) / sizeof *(list))
static inline void has(Maker *m, Feature feature) {
    m->count[feature]++;
}

/* ---- the pool ---- */
const char *fresh(Maker *m, const char *stem);
double numbers_in(const Value *v); /* of one example, all samples */
/* Any value of the pool, late ones more often, by its place; its use is counted. */
int any(Maker *m);
/* One that `fits`, or -1. */
int any_that(Maker *m, bool (*fits)(const Maker *m, const Value *v));
/* Its text; numbers that may be large are squeezed first. */
const char *use(Maker *m, int place);
const char *calm(Maker *m, int place);
/* The same, but a name: for what reads it more than once.  An expression gets one. */
const char *named(Maker *m, int place);
/* What is made of both: type, dependence.  False where they do not fit. */
bool join(const Value *a, const Value *b, Value *result);
/* A value like another, made of it. */
Value derived(const Value *a);
/* Writes `name = text` and keeps it, or keeps the text alone; returns its place, or -1 where it is
 * too large.  `v` says all but the text. */
int keep(Maker *m, Value v, const char *format, ...) __attribute__((format(printf, 3, 4)));
int keep_named(Maker *m, Value v, const char *name);
void line(Maker *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- productions: one statement more, or none ---- */
typedef void Production(Maker *m);
void grow(Maker *m, int statements);            /* values.c */
int make_shape(Maker *m, int place, Type type); /* values.c: its numbers as another shape */
int make_number(Maker *m, int place);           /* values.c: one element, no sample axis */
Production value_constant, value_list, value_place, move_reshape, move_slice, move_concat,
    move_transpose, move_expand; /* moves.c */
Production move_matmul, move_gather, move_index, move_windows;
Production call_dense, call_known, call_shared, call_parameter, call_define; /* calls.c */
Production call_layer_define, call_again, call_repeat, call_state;
Production call_scan; /* scans.c */
/* texts.c: an input, if the model has one; and what is made of it, to be added to a loss. */
bool declare_text(Maker *m);
const char *write_text(Maker *m);
Production draw_value, draw_log_prob, draw_kl, draw_noise, draw_over_samples,
    draw_twice; /* draws.c */
Production derive_grad, derive_jacobian, derive_mean, derive_again, derive_shared,
    derive_batch; /* derive.c */
void draw_code(Maker *m, int place);

#endif
