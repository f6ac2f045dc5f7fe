/* Every two shapes of a few lengths that hold the same numbers: the groups of their axes follow one
 * another, hold all axes, have equal products, and could not be smaller.
 */
#include "ir/length.h"

#include <stdio.h>

static const int dims[] = {1, 2, 6, ROWS, 2 * ROWS};

enum { DIMS = sizeof dims / sizeof *dims, RANK = 4, SHAPES = 781 };

/* Shape number k: all of rank 0, then all of rank 1 … */
static Type shape(int k) {
    Type type = {.rank = 0};
    int count = 1;
    for (; k >= count; count *= DIMS, type.rank++)
        k -= count;
    for (int i = 0; i < type.rank; i++, k /= DIMS)
        type.dim[i] = dims[k % DIMS];
    return type;
}

/* The numbers in the axes before `end`, for a number of rows. */
static long numbers(Type type, int end, long rows) {
    long count = 1;
    for (int i = 0; i < end; i++)
        count *= type.dim[i] < 0 ? -type.dim[i] * rows : type.dim[i];
    return count;
}

/* Whether the axes before both ends hold the same numbers, however many rows there are. */
static bool meet(Type a, int a_end, Type b, int b_end) {
    return numbers(a, a_end, 7) == numbers(b, b_end, 7) &&
           numbers(a, a_end, 11) == numbers(b, b_end, 11);
}

static bool all_units(Type type, int first) {
    return numbers(type, type.rank, 7) == numbers(type, first, 7);
}

/* Whether the group falls into two, other than by axes of length 1 at the end of both shapes. */
static bool falls_apart(Type a, Type b, const AxisGroup *group) {
    for (int i = group->a_begin + 1; i <= group->a_end; i++)
        for (int k = group->b_begin + 1; k <= group->b_end; k++)
            if ((i < group->a_end || k < group->b_end) && meet(a, i, b, k) &&
                !(all_units(a, i) && all_units(b, k)))
                return true;
    return false;
}

static const char *mistake(Type a, Type b) {
    AxisGroup groups[MAX_RANK + 1];
    int count = axis_groups(a, b, groups), i = 0, k = 0;
    for (int g = 0; g < count; g++) {
        if (groups[g].a_begin != i || groups[g].b_begin != k)
            return "do not follow one another";
        i = groups[g].a_end, k = groups[g].b_end;
        if ((a.rank > 0 && i == groups[g].a_begin) || (b.rank > 0 && k == groups[g].b_begin))
            return "are of one shape alone";
        if (!meet(a, i, b, k))
            return "have other products";
        if (falls_apart(a, b, &groups[g]))
            return "could be smaller";
    }
    return i == a.rank && k == b.rank ? NULL : "leave axes out";
}

int main(void) {
    Arena *arena = arena_open();
    int looked = 0, wrong = 0;
    for (int i = 0; i < SHAPES; i++)
        for (int k = 0; k < SHAPES; k++) {
            Type a = shape(i), b = shape(k);
            if (!meet(a, a.rank, b, b.rank))
                continue;
            const char *why = mistake(a, b);
            looked++;
            if (why && wrong++ < 20)
                fprintf(stderr, "the groups of %s and %s %s\n", type_text(arena, a),
                        type_text(arena, b), why);
        }
    printf("%d pairs\n", looked);
    arena_close(arena);
    return wrong || looked < 10000 || shape(SHAPES - 1).rank != RANK || shape(SHAPES).rank == RANK;
}
