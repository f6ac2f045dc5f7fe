/* sheet: examples, their reconstructions and samples, collected over as many batches as it takes.
 */
#ifndef AERT_SHEET_H
#define AERT_SHEET_H

#include "model/model.h"

typedef struct Sheet {
    int kinds;     /* 1: samples; 2: originals, reconstructions; 3: noisy, restored, clean; and
                      one more where PCA is added */
    int original;  /* which of them is the original */
    int restored;  /* and which the reconstruction; with noise, 0 is the noisy */
    int pca;       /* and which PCA's; 0: none */
    int count;     /* examples */
    int columns;   /* how many pictures in a line; 0: sixteen, or eight of signals */
    bool tight;    /* the picture has no gaps between them */
    bool is_class; /* each is one class, by its number */
    size_t size;   /* reals of one */
    float *values; /* (kinds, count, size), in the units of the data; NaN in gaps of the original */
    int classes;   /* that are restored beside it … */
    const AertInput *class_of[AERT_MAX_INPUTS]; /* … the inputs that they are of … */
    float *class;                               /* … (classes, count): their numbers */
    const AertWords *words; /* what `restored` is called where it is a class, or tokens; or NULL */
    double *shift, *scale;  /* (size): the model reads (value - shift) / scale; or NULL */
} Sheet;

/* The input that a model reconstructs. */
const AertInput *original_of(const AertModel *model);

/* The output of that name; NULL, with an error, where the entry does not compute it. */
const AertOutput *wanted_output(const AertEntry *entry, const char *name, AertError *error);

/* Room for values, all 0, in a sheet that is (Sheet){0}.  Close in any case. */
bool sheet_open(Sheet *sheet, int kinds, int count, size_t size, AertError *error);

/* The values of example i of a kind. */
float *sheet_cell(const Sheet *sheet, int kind, int i);

/* Room for `count` examples and all that `entry`, which reconstructs, makes of them. */
bool sheet_begin(Sheet *sheet, const Session *session, const AertEntry *entry, int count,
                 AertError *error);

/* Takes the rows in hand, which the entry has run on, as examples begin, begin + 1, ... */
bool sheet_take(Sheet *sheet, const Session *session, const AertEntry *entry, int begin, int rows,
                AertError *error);

/* Reconstructs the examples index[0 … count), or the first `count` where index is NULL. */
bool sheet_reconstruct(Sheet *sheet, Session *session, const AertEntry *entry,
                       const Examples *examples, const int64_t *index, int count, AertError *error);

/* What an entry that decodes or samples makes of all that the pass goes through. */
bool sheet_decode(Sheet *sheet, const Pass *pass, AertError *error);

/* Draws `count` samples, numbered from 0. */
bool sheet_sample(Sheet *sheet, Session *session, const AertEntry *entry, const Examples *beside,
                  int count, AertError *error);

/* The sum of the squared differences between two kinds of example i, in the units of the model and
 * without gaps; of a class 1 where they differ. Adds how many numbers that are to *counted, and the
 * squares of each in the units of the data to column (size), unless it is NULL. */
double sheet_squares(const Sheet *sheet, int kind, int other, int i, double *column,
                     int64_t *counted);

/* The mean of those squares over what was counted, in the units of the model; NaN where that is
 * nothing. */
double sheet_error(const Sheet *sheet, int kind, int other, int i);

/* Writes (count, image …) as an array or a table, by the suffix .npy or .csv, with the names of
 * what the reconstruction stands for. */
bool sheet_write_table(const Sheet *sheet, const AertModel *model, const float *value,
                       const char *path, AertError *error);

/* Writes a PNG, kinds above each other, by the suffix .txt texts, by .csv a table of what is
 * restored, or by .npy an array: (count, image …) of one kind, (kinds, count, image …) of more. */
bool sheet_write(const Sheet *sheet, const AertModel *model, const char *path, AertError *error);
void sheet_close(Sheet *sheet);

/* What the classes, or tokens, that a model reconstructs are called; NULL where it makes numbers.
 */
const AertWords *restored_words(const Session *session);

/* Copies one row of an output after the other as floats; an output that has more than `size`
 * elements a row is an error. */
bool copy_output(const Session *session, const AertOutput *output, int rows, size_t size, float *to,
                 AertError *error);

#endif
