/* What the first lines of a table hold, under one separator: all that is guessed goes by it. */
#ifndef AERT_TABLE_SAMPLE_H
#define AERT_TABLE_SAMPLE_H

#include "table_parts.h"

enum { SEEN_NUMBER = 1, SEEN_GAP = 2, SEEN_WORD = 4, SEEN_EMPTY = 8, SEEN_FRACTION = 16 };
enum { SEEN_TORN = 1, SEEN_WHOLE = 2 };

/* Of a field: what was seen in the first line, the second, those from the second on, there also
 * whether one is no whole number, and those from the third on. */
typedef struct Seen {
    unsigned char first, second, body, below;
    unsigned char words; /* some hold what separates elsewhere, some do not */
} Seen;

/* The numbers of a line, where each is larger than the one before by the same. */
typedef struct Series {
    int numbers;
    bool digits;        /* all are written as digits and nothing else */
    double start, step; /* step 0: they are no series */
    double last;
} Series;

typedef struct Sample {
    int lines;         /* that were looked at: at least 1 */
    int fields;        /* of most of them */
    int first, second; /* … of the first, of the second: 0 where there is none */
    double same;       /* share of the lines that have `fields` of them */
    Seen *seen;        /* (fields) */
    bool words;        /* the second line has words over numbers, and no number: units, or names
                          below a title */
    bool torn;         /* all words of a column hold what separates elsewhere */
    bool points;       /* a number has a decimal point … */
    bool commas, sure; /* … a comma that decimals or thousands may have; no doubt: decimals */
    bool series;       /* a line below the first is a series */
    Series head;       /* the first line */
    double low, high;  /* of the numbers below it */
} Sample;

/* Looks at the first lines from table->lines on, split by table->csv.separator.  To be freed: seen.
 */
bool aert_sample_take(Sample *sample, const AertTable *table, AertError *error);

/* Whether a column has numbers, and besides only gaps, below its name and its unit. */
bool aert_sample_numbers(const Sample *sample, int column);

/* Finds the header, table->first, last and column; moves table->lines to the first row. */
bool aert_table_head(AertTable *table, const AertTableHow *how, const Sample *sample,
                     AertError *error);

#endif
