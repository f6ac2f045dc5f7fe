/* skips: products by lists of what is not 0, which are made once for the pieces of a kernel.
 *
 * Of the room
 *
 *     a panel of B | where the entries of a tile end, block by block | entries
 */
#include "skips.h"
#include "gemm_choose.h"
#include "gemm_parts.h"
#include "skips_parts.h"

enum {
    LOOK = 8,  /* of so many tiles one is looked at first */
    SHARE = 4, /* and it pays where of so many places … */
    MOST = 3,  /* … no more than these are listed */
};

/* Tiles of op(A), m by k. */
typedef struct Lists {
    float *room;
    const float *a;
    int lda, m, k;
    bool ta;
    int tiles, each;      /* each: the depth of a block */
    unsigned long kernel; /* whose pieces they serve */
    bool pays;
} Lists;

/* What lies in the room that this thread was given last. */
static _Thread_local Lists lists;

static int *ends_of(const Lists *of) {
    return (int *)(void *)(of->room + AERT_SKIPS_PANEL);
}

static float *entries_of(const Lists *of) {
    int blocks = (of->k + of->each - 1) / of->each;
    return of->room + AERT_SKIPS_PANEL + of->tiles * blocks + 1;
}

static int depth_at(const Lists *of, int p) {
    return of->k - p < of->each ? of->k - p : of->each;
}

static float *list_tile(const AertSkips *skips, const Lists *of, int tile, int p, float *entry) {
    const ptrdiff_t row = tile * skips->tall, lda = of->lda;
    return skips->list(of->ta, depth_at(of, p), of->a + (of->ta ? p * lda + row : row * lda + p),
                       lda, entry);
}

/* Are few enough places of some of the tiles to be listed? */
static bool looks_well(const AertSkips *skips, const Lists *of) {
    float *entries = entries_of(of);
    ptrdiff_t listed = 0, places = 0;
    for (int t = of->tiles / 2 % LOOK; t < of->tiles; t += LOOK) {
        listed += list_tile(skips, of, t, 0, entries) - entries;
        places += depth_at(of, 0) * (skips->tall + AERT_SKIPS_PLACE);
    }
    return places > 0 && listed * SHARE <= places * MOST;
}

/* False where there is no room for all of them. */
static bool list_all(const AertSkips *skips, const Lists *of) {
    float *const entries = entries_of(of), *entry = entries;
    const float *const end = of->room + aert_skips_room(of->m, of->k);
    int *to = ends_of(of);
    *to++ = 0;
    for (int p = 0; p < of->k; p += of->each)
        for (int t = 0; t < of->tiles; t++) {
            if (end - entry < (depth_at(of, p) + 2) * (skips->tall + AERT_SKIPS_PLACE))
                return false;
            entry = list_tile(skips, of, t, p, entry);
            *to++ = (int)(entry - entries);
        }
    return true;
}

static bool same(const Lists *x, const Lists *y) {
    return x->kernel == y->kernel && x->a == y->a && x->room == y->room && x->ta == y->ta &&
           x->m == y->m && x->k == y->k && x->lda == y->lda;
}

static void multiply(const AertSkips *skips, int n, const float *b, int ldb, float *c, int ldc) {
    const int *ends = ends_of(&lists);
    for (int p = 0; p < lists.k; p += lists.each, ends += lists.tiles)
        for (int j = 0; j < n; j += skips->wide)
            skips->multiply(entries_of(&lists), ends, lists.tiles, depth_at(&lists, p),
                            n - j < skips->wide ? n - j : skips->wide, b + (ptrdiff_t)p * ldb + j,
                            ldb, lists.room, c + j, ldc, p > 0);
}

void aert_skips_times(void *room, int ta, int m, int n, int k, const float *a, int lda,
                      const float *b, int ldb, float *c, int ldc) {
    const AertSkips *skips = aert_gemm_skips();
    int done = 0;
    if (skips && k > 0) {
        Lists now = {
            room, a, lda, m, k, ta, m / skips->tall, aert_gemm_depth(ta, k), aert_gemm_pieces(),
            false};
        if (now.kernel == 0 || !same(&now, &lists)) {
            now.pays = looks_well(skips, &now) && list_all(skips, &now);
            lists = now;
        }
        if (lists.pays) {
            multiply(skips, n, b, ldb, c, ldc);
            done = lists.tiles * skips->tall;
        }
    }
    if (done < m)
        aert_gemm_f32(ta, 0, m - done, n, k, a + (ta ? 1 : (ptrdiff_t)lda) * done, lda, b, ldb, 0,
                      c + (ptrdiff_t)done * ldc, ldc);
}
