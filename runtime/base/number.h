/* number: numbers as text for files: the fewest digits that read back as the same number, without
 * an exponent where that is as short for a reader.
 *
 *     70 -> 70    0.1f -> 0.1    1e-7 -> 1e-07    1/3 -> 0.3333333333333333    nan, inf, -inf
 */
#ifndef AERT_NUMBER_H
#define AERT_NUMBER_H

enum { AERT_NUMBER = 32 }; /* bytes of the text, its end included */

/* Reads back as the same double. */
const char *aert_number_text(double value, char text[AERT_NUMBER]);

/* Reads back as the same float: fewer digits. */
const char *aert_float_text(float value, char text[AERT_NUMBER]);

/* The order of two floats, for qsort: the smaller one first. */
int aert_float_order(const void *a, const void *b);

#endif
