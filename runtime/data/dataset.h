/* data: a data set on disk or in memory, and the gather of a batch from it.
 *
 * A data set is `count` examples of one shape, bytes, floats, or int32 of classes and tokens, kept
 * as they came: bytes stay bytes until a batch is gathered.  Plain files are mapped, so that one
 * larger than memory works; others are unpacked or read into memory.  Formats are told by what the
 * file holds, never by its name (raw floats, which have no mark, by the suffix .f32):
 *
 *     IDX    unsigned and signed bytes, 16- and 32-bit integers, floats, doubles, big endian
 *     NPY    versions 1 to 3; b1, u1 … u8, i1 … i8, f2 … f8, of either byte order, in C or Fortran
 * order
 *     NPZ    one array of it: data.npz:x
 *     CSV    a table of text (table.h)
 *     .f32   little-endian floats, no header: the size must be a multiple of one example's
 *     svmlight and MatrixMarket, which are kept as what is not 0 (sparse.h)
 *     a folder of pictures: PNG and JPEG (image.h)
 *
 * All but NPZ and folders may be gzipped.  What is neither a byte nor a float becomes floats in
 * memory when opened.
 *
 *     AertData data;
 *     if (!aert_data_open(&data, "train-images-idx3-ubyte.gz", &model->input[0], &error)) …
 *     aert_data_gather(&data, index, 0, rows, sizeof(float), x);      // x is (rows, 1, 28, 28)
 *     aert_data_close(&data);
 */
#ifndef AERT_DATA_H
#define AERT_DATA_H

#include "aert.h"
#include "base/base.h"
#include "image.h"
#include "parts.h"
#include "sparse.h"
#include "table.h"

#include <math.h>

enum { AERT_WORD = 64 }; /* bytes of a class's name, its end included */

/* Classes are int32: those below the number, and another for none. */
enum { AERT_MOST_CLASSES = INT32_MAX, AERT_NO_CLASS = INT32_MIN };

/* What whole numbers a float has all of lie below. */
enum { AERT_FLOAT_WHOLE = 1 << 24 };

/* AERT_WHOLE: int32, of classes and tokens. */
typedef enum AertElement { AERT_BYTE, AERT_FLOAT, AERT_WHOLE } AertElement;

typedef struct AertLater AertLater;

/* Where `values` is a recording, (moments, channels): example i is the `length` moments from
 * i * stride on, or those at the end of it, gathered as (channels, length).  length 0: it is none.
 */
typedef struct AertWindow {
    int64_t moments, stride;
    int length, channels;
} AertWindow;

/* What the classes of an input are called, by number, or the words of its texts, from
 * AERT_TOKEN_FIRST on.  They are found in the training data, and mean the same ever after. */
typedef struct AertWords {
    bool known;              /* 0: nothing has been trained: words are numbered as they are found */
    int count;               /* 0: classes that have numbers only */
    char (*word)[AERT_WORD]; /* (count) */
} AertWords;

typedef struct AertData {
    /* what most functions ask for first: its place in the struct is then one byte of code */
    char *name;         /* path as given, or "built-in strokes" */
    const char *format; /* "IDX", "NPY", "raw f32", "built-in" */
    int64_t count;      /* examples, at least 1; may be lowered to use only the first ones */
    size_t size;        /* elements in an example: product of dim */
    const void *values; /* (count, dim …), or (window.moments, window.channels) */
    void *memory;       /* what aert_data_close frees or unmaps */
    size_t mapped;      /* bytes mapped at memory, 0 if allocated */
    char (*class_name)[AERT_WORD];
    int classes; /* of labels that were words: class_name[label], else 0 */
    AertElement element;
    bool gaps;   /* floats may be NaN, classes AERT_NO_CLASS, where nothing is given: gathered
                    as 0 */
    bool scaled; /* if so, byte b is gathered as low + b / 255 * (high - low), else as b
                    itself: labels, and bytes where low >= high */
    int rank;    /* of one example; of a label: 0 */
    const int64_t *row;     /* (count): which examples of `values`; NULL: the first */
    AertSparse *sparse;     /* instead of `values`, where few numbers are not 0; else NULL */
    AertLater *later;       /* where examples are made when they are first asked for, else NULL */
    char *note;             /* one line of what was guessed or left out, to be shown; or NULL */
    AertWindow window;      /* of a recording, whose examples are windows of it */
    int dim[AERT_MAX_RANK]; /* of one example, as found */
    double low, high;
    int32_t *of_moments; /* labels of a recording: (window.moments), before its windows had them */
    uint64_t names;      /* of files of a folder: what stands for their names in order, or 0 */
} AertData;

/* A class as a number; NaN: there is none. */
static inline double aert_class_number(int32_t class) {
    return class == AERT_NO_CLASS ? (double)NAN : class;
}

/* Number `at` of the file's, as it is; NaN: there is none. */
static inline double aert_data_number(const AertData *data, size_t at) {
    if (data->element == AERT_WHOLE)
        return aert_class_number(((const int32_t *)data->values)[at]);
    return data->element == AERT_BYTE ? ((const unsigned char *)data->values)[at]
                                      : (double)((const float *)data->values)[at];
}

/* Where example i lies among those that the file holds. */
static inline int64_t aert_data_row(const AertData *data, int64_t i) {
    return data->row ? data->row[i] : i;
}

/* The first moment of the window that lies there among those of a recording. */
static inline int64_t aert_window_begin(const AertWindow *window, int64_t row) {
    int64_t begin = row * window->stride, last = window->moments - window->length;
    return begin < last ? begin : last;
}

/* How examples are made that are not there yet: example i lies in data->memory, and made[i] tells
 * whether it does.  Begins an allocation of its own, which aert_data_close frees. */
struct AertLater {
    void (*make)(const AertData *data, int64_t example);
    bool *made;
};

/* Makes those of the examples index[begin] … index[end - 1] that are not there yet.  A gather does
 * so too, but only one thread may: before several gather, one calls this for all their rows. */
void aert_data_make(const AertData *data, const int64_t *index, int begin, int end);

/* Opens `path` and checks it against `input`:
 *
 *     shapes    image [1,28,28] takes examples of shape [28,28], [1,28,28] and [784]; so does
 *               vector [784].  There must be as many elements, and the lengths that are not 1 must
 *               be equal, unless one of the shapes is flat
 *     floats    must be finite, and in [low, high] where the input declares a range; the error
 *               names the first example that is not.  Where numbers may be missing, NaN is a gap
 *     labels    are integers 0 … classes - 1, one for each example (shape [] or [1]); where they
 *               may be missing, -1 is a gap, which becomes AERT_NO_CLASS
 *
 * An empty data set, too few or too many bytes, and a damaged or cut gzip stream are errors.
 */
bool aert_data_open(AertData *data, const char *path, const AertInput *input, AertError *error);

/* How files are to be read, where more is known than they say.  All 0: nothing is. */
typedef struct AertReading {
    AertCsv csv;
    const char *columns; /* of a table, those to be read: names or numbers from 1, between commas */
    const char *ignore;  /* … those to be left out */
    AertResize resize;   /* pictures that are not of the input's size */
    AertParts parts;     /* how examples are split, and … */
    AertPart part;       /* … which of them a command sees that does not train */
    bool part_given;     /* … if it is said */
    int64_t stride;      /* moments from one window of a recording to the next; 0: its length */
    bool to_the_end;     /* moments that are left behind the last window get one, which overlaps */
} AertReading;

typedef struct AertDataFrom {
    const char *path;
    const char *column;     /* of the labels in a CSV file, its name or number from 1; NULL: none */
    bool may_lack;          /* … which the file need not have */
    bool shared;            /* it is a table that several inputs read */
    size_t most;            /* bytes that a packed file may unpack to; 0: AERT_MOST_UNPACKED */
    const AertReading *how; /* NULL: as a zeroed one */
    const AertWords *words; /* of the classes that are read; NULL: not known */
    const AertWords *label_words; /* of those that the data brings along; NULL: not known */
    const AertInput *label;       /* … and the input that they are for; NULL: none */
    const AertInput *inputs;      /* of the model: a column that has the name of one, or … */
    int n_inputs;                 /* … of one of its columns, belongs to that input */
} AertDataFrom;

#define AERT_MOST_UNPACKED ((size_t)1 << 30)

/* The same, and the labels that the data brings along: the column of a CSV file, or the folders
 * that pictures lie in; labels->count is 0 where there are none.  They are still to be checked.
 * NULL: no labels wanted. */
bool aert_data_open_labelled(AertData *data, AertData *labels, const AertDataFrom *from,
                             const AertInput *input, AertError *error);

/* Of a table that is written once more, what is to stand in the columns of an input. */
typedef struct AertRewritten {
    const AertInput *input;
    const float *value;     /* (count, size of the input): numbers as the table has them, classes by
                               their numbers; NULL: nothing, but gaps are counted */
    const AertWords *words; /* of a class: what they are called */
    int64_t gaps, written;  /* out: fields without a number or class, and fields written */
} AertRewritten;

/* A table of text once more, with something else in the columns that inputs read. */
typedef struct AertRewrite {
    const char *to;     /* the file to write */
    const int64_t *row; /* (count): rows of the table that are written; NULL: the first ones */
    int64_t count;      /* other rows are left out */
    bool fill;          /* in gaps alone */
    int parts;
    AertRewritten
        *part; /* (parts): the first of the input that the table is opened for, classes
                  found by the names of their inputs: one without a column is passed over */
} AertRewrite;

/* What is not replaced stays byte for byte, but for UTF-16, which becomes UTF-8, and what was
 * packed.  A class without a word, where classes have such, is not written. */
bool aert_data_rewrite(const AertRewrite *how, const AertDataFrom *from, AertError *error);

/* Whether a file is a table of text, whose columns may go to several inputs. */
bool aert_data_is_table(bool *is, const char *path, size_t most, AertError *error);

/* Labels for as many examples as `like` has, all of which are missing. */
bool aert_data_missing(AertData *labels, const AertData *like, AertError *error);

/* Whether labels, of whatever file, are what the input wants; of classes = 0 any number of them. */
bool aert_data_check_labels(const AertData *labels, const AertInput *input, AertError *error);

/* Of "data.npz:x" the "x", unless there is a file of this name; else NULL. */
const char *aert_zip_member(const char *path);

/* Adds to the line of what is to be told of the data. */
bool aert_data_note(AertData *data, AertError *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static inline bool aert_data_tell(AertData *data, const char *text, AertError *error) {
    return aert_data_note(data, error, "%s", text);
}

/* Both must have the same count; otherwise one line that names both files and counts. */
bool aert_data_same_count(const AertData *data, const AertData *labels, AertError *error);

/* Releases everything and clears the struct; harmless on a cleared struct. */
void aert_data_close(AertData *data);

/* Row r of `out`, for r in [begin, end), becomes example index[r] as reals (real_bytes is 4 or 8;
 * 0: as int32, of classes and tokens): `out` is (rows, size) with rows >= end, and only its rows
 * [begin, end) are written, so that threads may share the work.  Indices must be in [0, count).  A
 * label becomes one real. */
void aert_data_gather(const AertData *data, const int64_t *index, int begin, int end,
                      size_t real_bytes, void *out);

/* The class of an example, of a data set of labels; NaN where it has none. */
double aert_data_class(const AertData *labels, int64_t example);

/* The same, but of each element only whether it is given: 1, or 0 in a gap. */
void aert_data_given(const AertData *data, const int64_t *index, int begin, int end,
                     size_t real_bytes, void *out);

/* Whether that is what examples of the input hold. */
__attribute__((always_inline)) static inline bool aert_holds(const AertInput *input,
                                                             AertHolds what) {
    switch (input->kind) {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many)                                          \
    case AERT_##NAME:                                                                              \
        return AERT_HOLDS_##holds == what;
#include "abi.def"
    }
    return false;
}

/* Whether the graph reads its numbers as int32. */
__attribute__((always_inline)) static inline bool aert_is_whole(const AertInput *input) {
    return aert_holds(input, AERT_HOLDS_A_CLASS) || aert_holds(input, AERT_HOLDS_TOKENS);
}

/* Numbers in an example of the input; a class is one. */
size_t aert_input_size(const AertInput *input);

/* The shape as text: "[1,28,28]", "[]"; cut to fit. Returns `text`. */
const char *aert_shape_text(int rank, const int *dim, char *text, size_t size);

#endif
