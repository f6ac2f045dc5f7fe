/* codes_file: codes in a file, written a batch at a time: an array, or text that tables and the
 * embedding projector read.  The suffix of the name decides:
 *
 *     codes.npy     (count, code …)
 *     codes.csv     a header code_0,code_1,…, or the names of what the numbers are; where labels
 *                   are known a last column "label"
 *     codes.tsv     numbers alone, and codes.metadata.tsv: the label of each line, or its number;
 *                   of vectors.tsv it is metadata.tsv, as the projector's own examples have it
 */
#ifndef AERT_CODES_FILE_H
#define AERT_CODES_FILE_H

#include "data/data.h"
#include "store/store.h"

typedef struct CodesFile {
    const AertData *labels; /* or NULL */
    const AertInput *of;    /* the input that the numbers stand for; NULL: codes */
    const AertWords *words; /* what the numbers, which are classes, are called; NULL: nothing */
    bool is_text, is_tsv;
    char between; /* comma or tab */
    int64_t lines;
    size_t size;          /* numbers in a line */
    AertFile text, marks; /* of .csv; of .tsv and its metadata */
    AertNpy npy;
} CodesFile;

/* Begins a file of `count` arrays of the shape dim (rank).  The caller has set, or left 0,
 * `labels`, `of` and `words`, which must stay. */
bool codes_file_begin(CodesFile *file, const char *path, int64_t count, int rank, const int *dim,
                      AertError *error);
void codes_file_write(CodesFile *file, const float *value, int rows);
bool codes_file_end(CodesFile *file, AertError *error);
void codes_file_discard(CodesFile *file);

#endif
