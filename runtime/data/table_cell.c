/* table_cell: what stands in a field: a number, a gap, or a word.
 *
 *     20,5  with decimal ,  ->  number 20.5        NA  ?  -  (nothing)  ->  gap        ant  -> word
 *
 * Numbers are read to the nearest double: those of up to 15 digits, as nearly all are, without the
 * C library, which is several times slower.
 */
#include "table_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_TEXT = 64, EXACT_DIGITS = 15, EXACT_POWER = 22 };

/* What stands for "no number was taken here", whatever the case of its letters. */
static const char gaps[] = "na\0nan\0?\0-\0n/a\0null\0.\0none\0nil\0n.a.\0--\0---\0..\0-nan\0#n/"
                           "a\0missing\0nat\0#na\0<na>\0"
                           "n.d.\0+nan\0(na)\0#value!\0#num\0#num!\0#div/0!\0#ref!\0"
                           "1.#qnan\0-1.#ind\0#null!\0";

static bool same_text(const AertField *field, const char *text) {
    return field->length == strlen(text) && strncasecmp(field->at, text, field->length) == 0;
}

static bool is_gap(const AertField *field, const char *gap) {
    if (field->length == 0 || (*gap && same_text(field, gap)))
        return true;
    for (const char *known = gaps; *known; known += strlen(known) + 1)
        if (same_text(field, known))
            return true;
    return false;
}

static bool is_infinite(const AertField *field, double *value) {
    AertField bare = *field;
    bool minus = *bare.at == '-';
    if (minus || *bare.at == '+')
        bare.at++, bare.length--;
    *value = minus ? -INFINITY : (double)INFINITY;
    return same_text(&bare, "inf") || same_text(&bare, "infinity");
}

/* mantissa * 10^power, with as many digits as tell it exactly; else by the C library. */
static double compose(const AertField *field, char decimal, uint64_t mantissa, int digits,
                      int power) {
    bool minus = *field->at == '-';
    if (digits <= EXACT_DIGITS && power >= -EXACT_POWER && power <= EXACT_POWER) {
        double value = (double)mantissa, scale = 1; /* powers of ten up to this one are exact */
        for (int i = power < 0 ? -power : power; i > 0; i--)
            scale *= 10;
        value = power < 0 ? value / scale : value * scale;
        return minus ? -value : value;
    }
    char text[NUMBER_TEXT];
    memcpy(text, field->at, field->length);
    text[field->length] = 0;
    char *mark = strchr(text, decimal);
    if (mark)
        *mark = '.';
    return strtod(text, NULL);
}

/* [+-] digits with at most one mark among or beside them, and [eE][+-]digits. */
static bool take_number(const AertField *field, char decimal, double *value) {
    const char *p = field->at, *end = p + field->length;
    uint64_t mantissa = 0;
    int digits = 0, any = 0, power = 0;
    bool behind = false;
    if (field->length == 0 || field->length >= NUMBER_TEXT)
        return false;
    p += *p == '+' || *p == '-';
    for (; p < end && ((*p >= '0' && *p <= '9') || (*p == decimal && !behind)); p++) {
        if (*p == decimal) {
            behind = true;
            continue;
        }
        any = 1;
        if (digits || *p != '0')
            digits++;
        mantissa = digits <= EXACT_DIGITS ? mantissa * 10 + (uint64_t)(*p - '0') : mantissa;
        power -= behind;
    }
    if (any && p < end && (*p == 'e' || *p == 'E')) {
        int exponent = 0;
        bool minus = ++p < end && *p == '-';
        p += p < end && (*p == '-' || *p == '+');
        any = p < end;
        for (; p < end && *p >= '0' && *p <= '9'; p++)
            exponent = exponent < 100000 ? exponent * 10 + (*p - '0') : exponent;
        power += minus ? -exponent : exponent;
    }
    if (!any || p < end)
        return false;
    *value = compose(field, decimal, mantissa, digits, power);
    return true;
}

AertCell aert_cell(const AertField *field, char decimal, const char *gap, double *value) {
    const AertField missing = {.at = gap, .length = (uint32_t)strlen(gap)};
    double none;
    if (*gap && same_text(field, gap))
        return AERT_CELL_GAP;
    if (take_number(field, decimal, value)) /* where -999 is a gap, so is -999.0 */
        return *gap && take_number(&missing, decimal, &none) && *value == none ? AERT_CELL_GAP
                                                                               : AERT_CELL_NUMBER;
    if (is_gap(field, gap))
        return AERT_CELL_GAP;
    return is_infinite(field, value) ? AERT_CELL_NUMBER : AERT_CELL_WORD;
}

/* The digits from p on; how many. */
static int digits_at(const char *p, const char *end) {
    int count = 0;
    while (p + count < end && p[count] >= '0' && p[count] <= '9')
        count++;
    return count;
}

/* Bytes of what sets thousands apart at p, as in 1,234 or 1 234 with a blank that does not break,
 * which is one of two bytes; 0: nothing does. */
static int thousands_mark(const char *p, const char *end) {
    return p == end ? 0 : strchr("., '_", *p) ? 1 : *p == '\xc2' ? 2 : 0;
}

Look aert_cell_look(const AertField *field, char decimal) {
    const char *p = field->at, *end = p + field->length;
    char other = decimal == ',' ? '.' : ',';
    double value;
    if (p < end && (*p == '+' || *p == '-'))
        p++;
    int first = digits_at(p, end), groups = 0;
    const char *q = p + first;
    bool leads = first > 0 && first <= 3 && *p != '0';
    for (int mark; leads && (mark = thousands_mark(q, end)) > 0 && digits_at(q + mark, end) == 3;) {
        q += mark + 3;
        groups++;
    }
    bool whole =
        q == end || (groups > 0 && strchr(".,", *q) && q + 1 + digits_at(q + 1, end) == end);
    if (take_number(field, other, &value))
        return groups == 1 && q == end && p[first] == other ? LOOK_EITHER : LOOK_DECIMAL;
    return groups > 0 && whole ? LOOK_THOUSANDS : LOOK_OTHER;
}
