/* number: see number.h. */
#include "number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Powers of ten between which numbers are written without one. */
enum { LEAST = -5, MOST = 15 };

static bool reads_back(const char *text, double value, bool single) {
    return single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value;
}

/* With `high` digits a number always reads back, and what does so with some digits does with more
 * (but for a few powers of two, which get more digits than they need). */
static int fewest_digits(double value, bool single) {
    char text[AERT_NUMBER];
    int low = 1, high = single ? 9 : 17;
    while (low < high) {
        int digits = (low + high) / 2;
        snprintf(text, AERT_NUMBER, "%.*e", digits - 1, value);
        if (reads_back(text, value, single))
            high = digits;
        else
            low = digits + 1;
    }
    return high;
}

static const char *number_text(double value, bool single, char text[AERT_NUMBER]) {
    if (isnan(value))
        return strcpy(text, "nan");
    if (isinf(value))
        return strcpy(text, value > 0 ? "inf" : "-inf");
    int digits = fewest_digits(value, single);
    snprintf(text, AERT_NUMBER, "%.*e", digits - 1, value); /* "-1.25e+03" */
    int power = (int)strtoll(strchr(text, 'e') + 1, NULL, 10);
    if (power >= LEAST && power <= MOST) /* "-1250": of a float what its digits say */
        snprintf(text, AERT_NUMBER, "%.*f", power < digits ? digits - 1 - power : 0,
                 strtod(text, NULL));
    return text;
}

const char *aert_number_text(double value, char text[AERT_NUMBER]) {
    return number_text(value, false, text);
}

const char *aert_float_text(float value, char text[AERT_NUMBER]) {
    return number_text((double)value, true, text);
}

int aert_float_order(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}
