/* Lengths of axes and products of them, of which some are known only when the program runs. */
#ifndef AECC_LENGTH_H
#define AECC_LENGTH_H

#include "ir/ir.h"

/* coef * n^power, n being the rows of the batch: a length, a count of elements or a stride. */
typedef struct Len {
    long coef;
    int power;
} Len;

/* of a type */
static inline Len len_of(int dim) {
    return dim < 0 ? (Len){-(long)dim, 1} : (Len){dim, 0};
}

static inline Len len_product(Len a, Len b) {
    Len product = {a.coef * b.coef, a.power + b.power};
    return product.coef == 0 ? (Len){0, 0} : product;
}

static inline bool len_equal(Len a, Len b) {
    return a.coef == b.coef && (a.power == b.power || a.coef == 0);
}

bool len_divides(Len a, Len b, Len *quotient); /* b = a * quotient */
double len_value(Len a, double rows);

/* Two shapes of the same numbers fall into groups of neighbouring axes with equal products: [6,n,4]
 * and [2,3,n,4] into 6|2,3  n|n  4|4.  Axes are counted from the left. */
typedef struct AxisGroup {
    int a_begin, a_end, b_begin, b_end;
} AxisGroup;
/* The groups in order, at most MAX_RANK + 1, and how many they are.  The shapes must be those of a
 * reshape that the verifier accepts: as many numbers, as many axes of rows. */
int axis_groups(Type a, Type b, AxisGroup *groups);

#endif
