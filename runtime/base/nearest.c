/* nearest: see nearest.h. */
#include "nearest.h"

#include <stdbool.h>
#include <string.h>

enum { LONGEST = 64 };

static int least(int a, int b) {
    return a < b ? a : b;
}

static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Edits that turn `a` into `b`: a byte added, left out, changed, or exchanged with the next.
 * Upper and lower case are equal. */
static int edit_distance(const char *a, int m, const char *b, int n) {
    int rows[3][LONGEST + 1]; /* rows i, i - 1 and i - 2 of the table, by i mod 3 */
    for (int j = 0; j <= n; j++)
        rows[0][j] = j;
    for (int i = 1; i <= m; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int ai = lower(a[i - 1]), bj = lower(b[j - 1]);
            row[j] = least(above[j - 1] + (ai != bj), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && ai == lower(b[j - 2]) && bj == lower(a[i - 2]))
                row[j] = least(row[j], above2[j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

const char *aert_nearest(const char *name, const char *const *candidates, int count) {
    size_t length = strlen(name);
    if (length > LONGEST)
        return NULL;
    const char *nearest = NULL;
    int best = least((int)(length + 1) / 3, 3) + 1; /* one edit for each three letters */
    for (int i = 0; i < count; i++) {
        size_t other = strlen(candidates[i]);
        if (other > LONGEST)
            continue;
        int distance = edit_distance(name, (int)length, candidates[i], (int)other);
        bool alike = distance < 2 || lower(*name) == lower(*candidates[i]);
        if (distance < best && alike) {
            best = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}
