/* The stages of opening a data set: bytes -> (inflate) -> an array as its header describes it ->
 * AertData -> check. */
#ifndef AERT_DATA_PARTS_H
#define AERT_DATA_PARTS_H

#include "dataset.h"
#include "look.h"
#include "word_table.h"
#include "base/base.h"

/* Kinds of numbers that files hold. */
typedef enum Scalar {
    SCALAR_BOOL,
    SCALAR_U8,
    SCALAR_U16,
    SCALAR_U32,
    SCALAR_U64,
    SCALAR_I8,
    SCALAR_I16,
    SCALAR_I32,
    SCALAR_I64,
    SCALAR_F16,
    SCALAR_F32,
    SCALAR_F64,
} Scalar;

/* What a header says, with nothing copied. */
typedef struct FileArray {
    const char *format; /* "IDX", "NPY", "raw f32" */
    Scalar scalar;
    size_t width; /* bytes in a number */
    bool big_endian;
    bool fortran; /* the first axis changes fastest */
    int rank;     /* examples' axis included */
    int64_t dim[AERT_MAX_RANK + 1];
    size_t elements; /* product of dim */
    const unsigned char *payload;
} FileArray;

bool aert_idx_is(const unsigned char *data, size_t size);
bool aert_npy_is(const unsigned char *data, size_t size);

/* Read the header and check that the payload has exactly the bytes it announces.  `name` is for
 * messages. */
bool aert_idx_parse(FileArray *array, const unsigned char *data, size_t size, const char *name,
                    AertError *error);
bool aert_npy_parse(FileArray *array, const unsigned char *data, size_t size, const char *name,
                    AertError *error);

/* Of an array in Fortran order the numbers once more in C order, in memory of `bytes`. */
bool aert_npy_turn(FileArray *array, AertBytes *bytes, const char *name, AertError *error);

/* Sets array->elements from rank and dim, and checks them against `found` bytes of payload. */
bool aert_array_size(FileArray *array, size_t found, const char *name, AertError *error);

/* Deflated bytes. */
typedef struct Packed {
    const unsigned char *data;
    size_t size;
    size_t claim; /* the plain size that the file tells: a hint */
    size_t most;  /* plain bytes that are taken */
    bool gzip;    /* a gzip file of one or more members; else a bare stream */
    const char *name;
} Packed;

bool aert_inflate(AertBytes *plain, const Packed *packed, AertError *error);

/* The plain bytes of a gzip file. */
bool aert_gunzip(AertBytes *plain, const AertBytes *bytes, size_t most, const char *name,
                 AertError *error);

/* Fails: a label is no class of the input. */
bool aert_data_wrong_label(const AertData *data, int64_t example, double label,
                           const AertInput *input, AertError *error);

/* Whether that many bytes may be unpacked; else a message that names the option. */
bool aert_most_fits(size_t size, size_t most, const char *name, AertError *error);

/* One array of an NPZ file, unpacked; `wanted` is its name, or NULL for the only one. */
bool aert_zip_is(const unsigned char *data, size_t size);
bool aert_zip_open(AertBytes *plain, const AertBytes *bytes, const char *wanted, size_t most,
                   const char *name, AertError *error);

/* Whether a file is text, which raw floats are never taken for. */
bool aert_data_is_text(const char *path, const AertBytes *bytes);

/* The bytes of a file, unpacked, of which there may be so many. */
bool aert_data_bytes(AertBytes *bytes, const char *path, size_t most, AertError *error);

/* A table of text: fills `data`, which has its name, and of an input that is no label also `labels`
 * (may be NULL) where from->column names a column. */
bool aert_csv_open(AertData *data, AertData *labels, const AertBytes *bytes,
                   const AertDataFrom *from, const AertInput *input, AertError *error);

/* Data of which only what is not 0 is kept, opened likewise: svmlight, which brings labels along
 * where from->label names them, and MatrixMarket. */
bool aert_svm_is(const AertBytes *bytes);
bool aert_svm_open(AertData *data, AertData *labels, const AertBytes *bytes,
                   const AertDataFrom *from, const AertInput *input, AertError *error);
bool aert_mtx_is(const AertBytes *bytes);
bool aert_svm_look(AertLook *look, const AertBytes *bytes, const char *path, AertError *error);
bool aert_mtx_look(AertLook *look, const AertBytes *bytes, const char *path, AertError *error);
bool aert_mtx_open(AertData *data, const AertBytes *bytes, const AertInput *input,
                   AertError *error);

/* Fills all of `data` but its values, for sparse examples of the input's shape. */
void aert_sparse_shape(AertData *data, const AertInput *input, const char *format, int64_t count);

/* Texts, for an input of tokens: the lines of a file with these bytes, or, where they are NULL, the
 * files of the folder from->path. */
bool aert_texts_open(AertData *data, AertData *labels, const AertBytes *bytes,
                     const AertDataFrom *from, const AertInput *input, AertError *error);

/* What a folder holds, by name, but for hidden files; below 0: it cannot be read. */
struct dirent;
int aert_folder_entries(const char *path, struct dirent ***entry, AertError *error);

/* A folder of pictures, likewise. */
bool aert_folder_is(const char *path);
bool aert_folder_look(AertLook *look, const char *path, AertError *error);
bool aert_folder_open(AertData *data, AertData *labels, const AertDataFrom *from,
                      const AertInput *input, AertError *error);

/* Classes given as words: begin, add the word of each example, end (data_words.c). */
typedef struct WordReader {
    AertData *labels;       /* what becomes of them */
    const AertWords *known; /* or NULL */
    int classes;            /* of the input, 0: any number; the last of them … */
    bool other;             /* … stands for what is not known */
    bool missing;           /* some may have none */
    bool whole;             /* all so far are whole numbers */
    AertWordTable words;    /* the different ones so far */
} WordReader;

/* `input`: whose classes they are, or NULL.  On success `labels` has its name and is to be closed.
 */
bool aert_words_begin(WordReader *reader, AertData *labels, const AertData *like,
                      const AertInput *input, const AertWords *known, AertError *error);
/* False with a message that names the example; one of another word than those known sets *unknown,
 * for whoever can tell the place better. */
bool aert_words_add(WordReader *reader, int64_t example, const char *word, bool *unknown,
                    AertError *error);
/* The example has none. */
void aert_words_miss(WordReader *reader, int64_t example);
bool aert_words_known(const WordReader *reader, const char *word); /* from the training */
bool aert_words_end(WordReader *reader, AertError *error);
void aert_words_close(WordReader *reader);
/* "a class of this run: ant, cat, dog": what was wanted instead of an unknown word. */
const char *aert_words_wanted(const WordReader *reader, char *text, size_t size);

/* All elements as floats.  Returns the first number that is cut so, 0: there is none. */
double aert_array_floats(const FileArray *array, float *out);

/* One of them as it is. */
double aert_array_number(const FileArray *array, size_t i);

/* A file that is an array of numbers: fills `data`, which has its name and, where it can be so,
 * keeps the bytes. */
bool aert_array_open(AertData *data, AertBytes *bytes, const AertInput *input, AertError *error);

/* Takes memory for the values instead of that which they were in. */
void aert_data_put(AertData *data, void *memory);

/* Whether a number is whole, and as a float another: one of more than 24 bits. */
bool aert_number_is_cut(double wide);

/* Tells that `where`, a column or a file, has such, unless the number is 0. */
bool aert_data_tell_cut(AertData *data, const char *where, double number, AertError *error);

/* Whether examples have the input's shape: before memory is taken for them. */
bool aert_data_check_shape(const AertData *data, const AertInput *input, AertError *error);

/* Where the first value lies that is not finite or not in the range that the input declares; false:
 * there is none. */
bool aert_data_outside(const AertData *data, const AertInput *input, int64_t *example,
                       size_t *element);

/* What the input wants of values: "values in 0 .. 1".  Returns `text`. */
const char *aert_data_wanted(const AertInput *input, char *text, size_t size);

/* Shape, range, labels: what data.h promises of aert_data_open. */
bool aert_data_check(AertData *data, const AertInput *input, AertError *error);

#endif
