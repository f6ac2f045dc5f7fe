/* parts: see parts.h. */
#include "parts.h"
#include "order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A number and the word behind it; where it ends, or NULL. */
static const char *take_fold(const char *text, const char *word, int most, int *number) {
    char *end;
    size_t length = strlen(word);
    long long value = strncmp(text, word, length) == 0 ? strtoll(text + length, &end, 10) : 0;
    if (value < 1 || value > most)
        return NULL;
    *number = (int)value;
    return end;
}

static bool parse_shares(AertParts *parts, const char *text, const char *end) {
    double sum = 0;
    for (const char *at = text; at < end && parts->count < 3; parts->count++) {
        char *rest;
        double share = strtod(at, &rest);
        if (rest == at || !(share > 0 && share < 1) || (rest < end && *rest != ','))
            return false;
        sum += share;
        parts->end[parts->count] = sum;
        at = rest < end ? rest + 1 : end;
        if (rest == end && parts->count > 0 && fabs(sum - 1) < 1e-6) {
            parts->end[parts->count++] = 1;
            return true;
        }
    }
    return false;
}

bool aert_parts_parse(AertParts *parts, const char *text, AertError *error) {
    static const char order[] = " by order";
    size_t length = strlen(text), ending = sizeof order - 1;
    *parts = (AertParts){0};
    parts->by_order = length > ending && strcmp(text + length - ending, order) == 0;
    const char *end = text + length - (parts->by_order ? ending : 0);
    const char *at = take_fold(text, "fold ", AERT_MOST_PARTS, &parts->fold);
    if (!at)
        return parse_shares(parts, text, end) ||
               aert_fail(error,
                         "wants two or three shares that add up to 1, as 0.8,0.1,0.1, not '%.*s'",
                         (int)(end - text), text);
    return (take_fold(at, " of ", AERT_MOST_PARTS, &parts->count) == end && parts->count > 1 &&
            parts->fold <= parts->count) ||
           aert_fail(error, "wants one fold of 2 to %d, not '%s'", AERT_MOST_PARTS, text);
}

/* Where part k of so many examples ends. */
static int64_t end_of(const AertParts *parts, int k, int64_t count) {
    double examples = (double)count;
    return (int64_t)(0.5 +
                     (parts->fold ? examples * (k + 1) / parts->count : examples * parts->end[k]));
}

static bool is_in(const AertParts *parts, AertPart part, int k) {
    if (parts->fold)
        return (k == parts->fold - 1) == (part != AERT_PART_TRAIN);
    return k == (part == AERT_PART_TRAIN ? 0 : part == AERT_PART_VALID ? 1 : parts->count - 1);
}

int64_t aert_parts_take(const AertParts *parts, AertPart part, uint64_t seed, int64_t count,
                        int64_t *rows) {
    int64_t left[AERT_MOST_PARTS], taken = 0;
    for (int k = 0; k < parts->count; k++)
        left[k] = end_of(parts, k, count) - (k ? end_of(parts, k - 1, count) : 0);
    for (int64_t i = 0; i < count; i++) { /* of the count - i left, left[k] are to be in part k */
        int64_t drawn = parts->by_order ? 0 : aert_order_draw(seed, i, count - i);
        int k = 0;
        for (; drawn >= left[k] && k + 1 < parts->count; k++)
            drawn -= left[k];
        left[k]--;
        if (!is_in(parts, part, k))
            continue;
        if (rows)
            rows[taken] = i;
        taken++;
    }
    return taken;
}
