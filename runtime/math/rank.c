/* Ranks and places of the numbers of a row: see rank.h. */
#include "rank.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    SHORT = 32 /* numbers in a row that are compared in pairs */,
    DIGIT = 8,
    DIGITS = 1 << DIGIT
};

/* A number by a key that grows as the number falls, and where it stands. */
typedef struct Item {
    uint64_t key;
    int place;
} Item;

_Static_assert(2 * sizeof(Item) <= AERT_RANK_SCRATCH * sizeof(float), "two items for each number");

static uint64_t key_f32(float value) {
    uint32_t bits;
    value += 0.0F; /* of two zeros one */
    memcpy(&bits, &value, sizeof bits);
    return bits >> 31 ? bits : ~bits & 0x7fffffffU;
}

static uint64_t key_f64(double value) {
    uint64_t bits;
    value += 0.0;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? bits : ~bits & 0x7fffffffffffffffU;
}

/* Sorts by one digit; `from` goes to `to`, equal digits in their order.  False where all digits are
 * the same and nothing has moved. */
static int sort_digit(int n, int shift, int *count, const Item *from, Item *to) {
    int first = (int)(from[0].key >> shift & (DIGITS - 1));
    if (count[first] == n)
        return 0;
    for (int d = 0, sum = 0; d < DIGITS; d++) {
        int own = count[d];
        count[d] = sum;
        sum += own;
    }
    for (int i = 0; i < n; i++)
        to[count[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
    return 1;
}

/* The items in order, in one of the two arrays. */
static const Item *sort(int n, int bytes, Item *items, Item *spare) {
    int count[sizeof(uint64_t)][DIGITS];
    memset(count, 0, (size_t)bytes * sizeof *count);
    for (int i = 0; i < n; i++)
        for (int b = 0; b < bytes; b++)
            count[b][items[i].key >> (DIGIT * b) & (DIGITS - 1)]++;
    for (int b = 0; b < bytes; b++)
        if (sort_digit(n, DIGIT * b, count[b], items, spare)) {
            Item *swap = items;
            items = spare;
            spare = swap;
        }
    return items;
}

#define RANK(name, real, key_of)                                                                   \
    static void pairs_##name(int n, const real *from, ptrdiff_t stride, int *to) {                 \
        for (int i = 0; i < n; i++) {                                                              \
            const real own = from[stride * i];                                                     \
            int before = 0;                                                                        \
            for (int k = 0; k < i; k++)                                                            \
                before += from[stride * k] >= own;                                                 \
            for (int k = i + 1; k < n; k++)                                                        \
                before += from[stride * k] > own;                                                  \
            to[stride * i] = before;                                                               \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    void rank_##name(int n, const real *from, int stride, int *to, void *scratch) {                \
        Item *items = scratch;                                                                     \
        int numbers = 0;                                                                           \
        if (n <= SHORT) {                                                                          \
            pairs_##name(n, from, stride, to);                                                     \
            return;                                                                                \
        }                                                                                          \
        for (int i = 0; i < n; i++) {                                                              \
            const real value = from[(ptrdiff_t)stride * i];                                        \
            to[(ptrdiff_t)stride * i] = 0;                                                         \
            items[numbers] = (Item){key_of(value), i};                                             \
            numbers += value == value;                                                             \
        }                                                                                          \
        if (numbers == 0)                                                                          \
            return;                                                                                \
        const Item *sorted = sort(numbers, sizeof(real), items, items + n);                        \
        for (int i = 0; i < numbers; i++)                                                          \
            to[(ptrdiff_t)stride * sorted[i].place] = i;                                           \
    }

/* Places: a row is sorted by the complements of its keys, which grow with the number. */
#define ARGSORT(name, real, key_of)                                                                \
    static void places_##name(int n, const real *from, ptrdiff_t stride, int *to) {                \
        for (int i = 0; i < n; i++) {                                                              \
            const real own = from[stride * i];                                                     \
            int before = 0;                                                                        \
            for (int k = 0; k < n; k++) {                                                          \
                const real other = from[stride * k];                                               \
                const int none = own != own && other != other;                                     \
                const int less = other < own || (own != own && other == other);                    \
                before += less || (k < i && (other == own || none));                               \
            }                                                                                      \
            to[stride * before] = i;                                                               \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    void argsort_##name(int n, const real *from, int stride, int *to, void *scratch) {             \
        Item *items = scratch;                                                                     \
        int numbers = 0, at = 0;                                                                   \
        if (n <= SHORT) {                                                                          \
            places_##name(n, from, stride, to);                                                    \
            return;                                                                                \
        }                                                                                          \
        for (int i = 0; i < n; i++) {                                                              \
            const real value = from[(ptrdiff_t)stride * i];                                        \
            items[numbers] = (Item){~key_of(value), i};                                            \
            numbers += value == value;                                                             \
        }                                                                                          \
        const Item *sorted = numbers ? sort(numbers, sizeof(real), items, items + n) : items;      \
        for (; at < numbers; at++)                                                                 \
            to[(ptrdiff_t)stride * at] = sorted[at].place;                                         \
        for (int i = 0; at < n; i++)                                                               \
            if (from[(ptrdiff_t)stride * i] != from[(ptrdiff_t)stride * i])                        \
                to[(ptrdiff_t)stride * at++] = i;                                                  \
    }

RANK(f32, float, key_f32)
RANK(f64, double, key_f64)
ARGSORT(f32, float, key_f32)
ARGSORT(f64, double, key_f64)
