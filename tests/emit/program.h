/* What the emitter's tests share: the numbers of leaves, and programs made of graphs in text. */
#ifndef TESTS_EMIT_PROGRAM_H
#define TESTS_EMIT_PROGRAM_H

#include "sample.h"

#include <string.h>

enum {
    TEST_SEED = 7,
    TEST_EPOCH = 3,
    TEST_SIZES = 3,
    LONGEST_SLOT = 1000, /* longer ones are printed only where they have changed */
};

/* The numbers of rows that an entry runs with: a whole batch, a part of one, one row. Returns how
 * many. */
static inline int test_rows(int batch, int rows[TEST_SIZES]) {
    int count = 0;
    for (int i = 0; i < TEST_SIZES; i++) {
        int next = i == 0 ? batch : i == 1 ? batch - 2 : 1;
        if (next >= 1 && (count == 0 || next < rows[count - 1]))
            rows[count++] = next;
    }
    return count;
}

/* The number of a leaf: in (-1, 1); positive where the name begins with "pos", whole where it
 * begins with "idx" and a digit, the count ("idx5"); 0 behind the first four of each six where it
 * goes on so ("idx5_4of6"). */
static inline double test_leaf(const char *name, int element) {
    double unit = sample_unit(TEST_SEED, name, 0, element);
    const char *last = strrchr(name, '.');
    last = last ? last + 1 : name;
    if (strncmp(last, "pos", 3) == 0)
        return 0.1 + 2 * unit;
    if (strstr(last, "_4of6") && element % 6 >= 4)
        return 0;
    if (strncmp(last, "idx", 3) == 0)
        return floor(unit * (last[3] - '0'));
    return 2 * unit - 1;
}

/* The examples that stand in the rows: the first is 0, as which values without rows draw. */
static inline int test_example(int row) {
    return 3 * row;
}

#endif
