/* Products of lengths, and the axes that a reshape parts and joins: see length.h. */
#include "ir/length.h"

bool len_divides(Len a, Len b, Len *quotient) {
    if (a.coef == 0 || b.coef % a.coef != 0 || b.power < a.power)
        return false;
    *quotient = (Len){b.coef / a.coef, b.power - a.power};
    return true;
}

double len_value(Len a, double rows) {
    double value = (double)a.coef;
    for (int i = 0; i < a.power; i++)
        value *= rows;
    return value;
}

/* ---- groups of axes ---- */

/* An order that stays when both are multiplied by the same length: the smaller product takes the
 * next axis, until the two are equal. */
static bool is_less(Len a, Len b) {
    return a.power != b.power ? a.power < b.power : a.coef < b.coef;
}

static void take_axis(Type type, int *axis, Len *product) {
    *product = len_product(*product, len_of(type.dim[(*axis)++]));
}

static bool are_units(Type type, int first) {
    for (int i = first; i < type.rank; i++)
        if (type.dim[i] != 1)
            return false;
    return true;
}

int axis_groups(Type a, Type b, AxisGroup *groups) {
    int i = 0, k = 0, count = 0;
    while (i < a.rank || k < b.rank) {
        Len left = {1, 0}, right = {1, 0};
        AxisGroup group = {.a_begin = i, .b_begin = k};
        if (i < a.rank)
            take_axis(a, &i, &left);
        if (k < b.rank)
            take_axis(b, &k, &right);
        while (!len_equal(left, right)) {
            if (k == b.rank || (i < a.rank && is_less(left, right)))
                take_axis(a, &i, &left);
            else
                take_axis(b, &k, &right);
        }
        if (are_units(a, i) && are_units(b, k)) /* axes of length 1 at the end: of this group */
            i = a.rank, k = b.rank;
        group.a_end = i;
        group.b_end = k;
        groups[count++] = group;
    }
    return count;
}
