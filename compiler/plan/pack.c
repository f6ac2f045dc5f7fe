/* Pack: an offset in one arena for every buffer.
 *
 * Buffers are placed one by one into the smallest gap that the buffers alive at the same time
 * leave; several orders are tried (by size, by size times life, by birth) and the best is kept. The
 * lower bound is the most that is alive in one phase.
 */
#include "plan/plan.h"

#include <stdlib.h>

/* Buffers that overwrite each other, as one. */
typedef struct Overlay {
    size_t size, offset;
    int first, last, id;
    double key;
} Overlay;

static int root_of(const Plan *plan, int buffer) {
    while (plan->buffers.at[buffer].within >= 0)
        buffer = plan->buffers.at[buffer].within;
    return buffer;
}

static int by_key(const void *a, const void *b) {
    const Overlay *x = *(Overlay *const *)a, *y = *(Overlay *const *)b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return x->id - y->id;
}

/* A block that has its place: what the search for a gap reads of each, side by side. */
typedef struct Placed {
    size_t offset, end;
    int first, last, id;
} Placed;

static bool is_before(const Placed *a, const Placed *b) {
    return a->offset != b->offset ? a->offset < b->offset : a->id < b->id;
}

/* The smallest gap between placed blocks, sorted by offset, that holds the block while it is alive;
 * else the end. */
static size_t place(const Overlay *block, const Placed *placed, int count) {
    size_t end = 0, best = 0, best_gap = 0;
    bool found = false;
    for (int i = 0; i < count; i++) {
        const Placed *busy = &placed[i];
        if (busy->first > block->last || busy->last < block->first)
            continue;
        if (busy->offset >= end + block->size) {
            size_t gap = busy->offset - end;
            if (!found || gap < best_gap)
                best = end, best_gap = gap, found = true;
        }
        if (busy->end > end)
            end = busy->end;
    }
    return found ? best : end;
}

/* Places blocks in that order; `placed` has room for all. */
static size_t place_all(Overlay **order, int count, Placed *placed) {
    size_t arena = 0;
    for (int i = 0; i < count; i++) {
        Overlay *block = order[i];
        block->offset = place(block, placed, i);
        Placed now = {block->offset, block->offset + block->size, block->first, block->last,
                      block->id};
        int at = i;
        for (; at > 0 && is_before(&now, &placed[at - 1]); at--)
            placed[at] = placed[at - 1];
        placed[at] = now;
        if (now.end > arena)
            arena = now.end;
    }
    return arena;
}

/* The most that is alive in one phase. */
static size_t most_alive(const Plan *plan, Arena *arena, const Overlay *blocks, int count) {
    size_t *born = NEW_ARRAY(arena, size_t, plan->phases + 1), live = 0, most = 0;
    size_t *dead = NEW_ARRAY(arena, size_t, plan->phases + 1);
    for (int i = 0; i < count; i++) {
        born[blocks[i].first] += blocks[i].size;
        dead[blocks[i].last + 1] += blocks[i].size;
    }
    for (int p = 0; p < plan->phases; p++) {
        live += born[p];
        live -= dead[p];
        most = live > most ? live : most;
    }
    return most;
}

static double key_of(const Overlay *block, int order) {
    double life = block->last - block->first + 1;
    switch (order) {
    case 0:
        return (double)block->size;
    case 1:
        return (double)block->size * life;
    case 2:
        return -block->first;
    default:
        return life;
    }
}

static int open_blocks(const Plan *plan, Overlay *blocks, int *block_of) {
    int count = 0;
    for (int i = 0; i < plan->buffers.count; i++) {
        const Buffer *buffer = &plan->buffers.at[i];
        if (buffer->within < 0) {
            blocks[count] = (Overlay){buffer->size, 0, buffer->first, buffer->last, count, 0};
            block_of[i] = count++;
        }
    }
    for (int i = 0; i < plan->buffers.count; i++) {
        Overlay *block = &blocks[block_of[root_of(plan, i)]];
        const Buffer *buffer = &plan->buffers.at[i];
        block_of[i] = block->id;
        block->first = buffer->first < block->first ? buffer->first : block->first;
        block->last = buffer->last > block->last ? buffer->last : block->last;
    }
    return count;
}

void plan_pack(Plan *plan) {
    Arena *scratch = arena_open();
    int buffers = plan->buffers.count;
    Overlay *blocks = NEW_ARRAY(scratch, Overlay, buffers + 1);
    Overlay **order = NEW_ARRAY(scratch, Overlay *, buffers + 1);
    Placed *placed = NEW_ARRAY(scratch, Placed, buffers + 1);
    int *block_of = NEW_ARRAY(scratch, int, buffers + 1);
    int count = open_blocks(plan, blocks, block_of);
    plan->bound = most_alive(plan, scratch, blocks, count);
    for (int kind = 0; kind < 4 && (kind == 0 || plan->arena > plan->bound); kind++) {
        for (int i = 0; i < count; i++) {
            order[i] = &blocks[i];
            order[i]->key = key_of(order[i], kind);
        }
        qsort(order, (size_t)count, sizeof *order, by_key);
        size_t arena = place_all(order, count, placed);
        if (kind > 0 && arena >= plan->arena)
            continue;
        plan->arena = arena;
        for (int i = 0; i < buffers; i++)
            plan->buffers.at[i].offset = blocks[block_of[i]].offset;
    }
    arena_close(scratch);
}
