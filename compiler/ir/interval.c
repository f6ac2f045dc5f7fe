/* The intervals of all elementwise operations, in one table: see interval.h. */
#include "ir/interval.h"

#include <math.h>

Interval interval_everywhere(void) {
    return (Interval){-INFINITY, INFINITY};
}

Interval interval_join(Interval a, Interval b) {
    return (Interval){fmin(a.low, b.low), fmax(a.high, b.high)};
}

static double product(double a, double b) {
    return a == 0 || b == 0 ? 0 : a * b;
}

Interval interval_product(Interval a, Interval b) {
    double p[4] = {product(a.low, b.low), product(a.low, b.high), product(a.high, b.low),
                   product(a.high, b.high)};
    return (Interval){fmin(fmin(p[0], p[1]), fmin(p[2], p[3])),
                      fmax(fmax(p[0], p[1]), fmax(p[2], p[3]))};
}

/* ---- operations that turn round, or have a pole, inside their domain ---- */

static const Interval unknown = {NAN, NAN};

typedef Interval OfOperands(const Interval *in);

/* |a| */
static Interval size_of(const Interval *in) {
    double low = in->low > 0 ? in->low : in->high < 0 ? -in->high : 0;
    return (Interval){low, fmax(fabs(in->low), fabs(in->high))};
}

static Interval square_of(const Interval *in) {
    Interval size = size_of(in);
    return (Interval){product(size.low, size.low), product(size.high, size.high)};
}

static Interval product_of(const Interval *in) {
    return interval_product(in[0], in[1]);
}

static Interval quotient_of(const Interval *in) {
    Interval b = in[1];
    if (b.low <= 0 && b.high >= 0)
        return unknown;
    return interval_product(in[0], (Interval){1 / b.high, 1 / b.low});
}

/* a^b of a >= 0, or of a whole even b. */
static Interval power_of(const Interval *in) {
    Interval a = in[0], b = in[1];
    bool known = b.low == b.high;
    if (known && b.low > 0 && fmod(b.low, 2) == 0)
        a = size_of(in);
    if (a.low < 0)
        return unknown;
    if (known && b.low >= 0)
        return (Interval){pow(a.low, b.low), pow(a.high, b.low)};
    return (Interval){0, INFINITY};
}

static Interval choice_of(const Interval *in) {
    return interval_join(in[1], in[2]);
}

/* ---- the table ---- */

/* Of an op that is not listed nothing is known.  `grows`: the sign in which it changes with each
 * operand, 0 behind the last; its values lie between those at the operands' bounds, and operands
 * below `from` are none of its domain.  low..high: what all its values lie in; of one that grows,
 * where it comes as near to them as floats tell apart.  `of`: a function that says it. */
static const struct {
    int grows[2];
    double from;
    double low, high;
    OfOperands *of;
} images[NUM_OPS] = {
/* clang-format off */
#define GROWS(...)            {.grows = {__VA_ARGS__}, .from = -INFINITY}
#define GROWS_FROM(start)     {.grows = {1}, .from = start}
#define SATURATES(least, most) {.grows = {1}, .from = -INFINITY, .low = least, .high = most}
#define WITHIN(least, most)   {.low = least, .high = most}
#define BY(function)          {.of = function}
    [OP_neg] = GROWS(-1),
    [OP_exp] = GROWS(1),
    [OP_log] = GROWS_FROM(0),
    [OP_log1p] = GROWS_FROM(-1),
    [OP_sqrt] = GROWS_FROM(0),
    [OP_square] = BY(square_of),
    [OP_abs] = BY(size_of),
    [OP_sign] = GROWS(1),
    [OP_floor] = GROWS(1),
    [OP_sin] = WITHIN(-1, 1),
    [OP_cos] = WITHIN(-1, 1),
    [OP_tanh] = SATURATES(-1, 1),
    [OP_erf] = SATURATES(-1, 1),
    [OP_atan] = GROWS(1),
    [OP_trigamma] = WITHIN(0, INFINITY),
    [OP_sigmoid] = SATURATES(0, 1),
    [OP_softplus] = GROWS(1),
    [OP_stop] = GROWS(1),
    [OP_expand] = GROWS(1),
    [OP_add] = GROWS(1, 1),
    [OP_sub] = GROWS(1, -1),
    [OP_mul] = BY(product_of),
    [OP_div] = BY(quotient_of),
    [OP_pow] = BY(power_of),
    [OP_max] = GROWS(1, 1),
    [OP_min] = GROWS(1, 1),
    [OP_lt] = WITHIN(0, 1),
    [OP_le] = WITHIN(0, 1),
    [OP_eq] = WITHIN(0, 1),
    [OP_where] = BY(choice_of),
    [OP_real] = GROWS(1),
    [OP_index] = WITHIN(-1, 2147483647),
/* clang-format on */
#undef GROWS
#undef GROWS_FROM
#undef SATURATES
#undef WITHIN
#undef BY
};

/* The op at the lower or the upper bounds of its values. */
static double at_corner(Op op, const Interval *in, bool upper) {
    double at[2] = {0};
    for (int i = 0; i < 2 && images[op].grows[i]; i++) {
        if (in[i].high < images[op].from)
            return NAN;
        at[i] = fmax((images[op].grows[i] > 0) == upper ? in[i].high : in[i].low, images[op].from);
    }
    return optab[op].value(at[0], at[1], 0, 0);
}

Interval interval_in_floats(Op op, Interval image) {
    bool saturates = images[op].grows[0] && images[op].low < images[op].high;
    return saturates ? (Interval){images[op].low, images[op].high} : image;
}

bool interval_is_reached(Op op) {
    return images[op].grows[0] || images[op].of;
}

bool interval_map(Op op, const Interval *in, Interval *image) {
    *image = (Interval){images[op].low, images[op].high};
    if (images[op].grows[0])
        *image = (Interval){at_corner(op, in, false), at_corner(op, in, true)};
    else if (images[op].of)
        *image = images[op].of(in);
    else if (image->low == image->high)
        return false;                 /* not listed */
    return image->low <= image->high; /* false of NaN */
}
